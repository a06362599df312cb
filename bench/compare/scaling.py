"""The part `scaling`: what an operation costs with 1, 10, ... 1,000,000 of its kind at a time, and a request with 1 to 10,000
connections. It is to be flat, or to grow like the logarithm; a chart of lines (lines.py) shows it."""

from workloads import Row, Workload

OPERATIONS = 1_000_000
PANELS = [  # title, the workload, the programs
    ("tasks made and joined", "spawn", ("weft-clang", "limit-clang")),
    ("ready entries: tasks that yield", "hop", ("weft-clang", "limit-clang")),
    ("timers armed and fired", "timers", ("weft-clang",)),
    ("timers armed and cancelled", "timers_cancelled", ("weft-clang",)),
]
SIZES = [10**power for power in range(7)]
SERVERS = ("weft-clang uring", "weft-clang epoll", "raw uring", "raw epoll", "tokio")
CONNECTIONS = (1, 10, 100, 1000, 10_000)


def _many(title, workload, programs, size):
    asked = Workload(f"scaling_{workload}_{size}", (OPERATIONS, 0, 0), does=workload, batch=size, only=programs)
    return Row(f"{title}, {size:,}", asked, "cpu_ns_per_op", "CPU ns", section="", summary=(), line=(title, size))


def _connections(size):
    asked = Workload(f"scaling_echo_{size}", (), "echo", size, 64, only=SERVERS)
    title = "connections: echo of 64 bytes"
    return Row(f"{title}, {size:,}", asked, "cpu_ns_per_op", "CPU ns", section="", summary=(), line=(title, size))


ROWS = [_many(title, workload, programs, size) for title, workload, programs in PANELS for size in SIZES]
ROWS += [_connections(size) for size in CONNECTIONS]
