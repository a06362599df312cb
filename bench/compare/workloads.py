"""What is compared: the workloads, the programs that run them, and the bounds that weft's figures are to keep."""

from dataclasses import dataclass, field

WEFT = ("weft-clang", "weft-gcc")
THE_BEST = "the best"  # as a bound's base: what has the lowest median without weft
BEST_PEER = "the best peer"  # the same without the limits
PINNED_APART = ("xping", "xping_spin", "xflood", "cpu1", "cpuN")  # have threads, and pin them themselves
SERVER_KINDS = ("echo", "http")
SERVER_ABILITIES = (*SERVER_KINDS, "hot")


@dataclass(frozen=True)
class Bound:
    """At most this; or, with a base, at most this many times the base's figure in the same repetition."""
    most: float
    base: str | None = None


@dataclass(frozen=True)
class Row:
    """One figure of a workload, as the tables show it."""
    title: str
    workload: "Workload"
    metric: str  # a key of the programs' output line
    unit: str
    scale: float = 1  # metric * scale is in the unit
    bounds: dict = field(default_factory=dict)  # program -> Bound
    base: dict = field(default_factory=dict)  # program -> whose multiple its ratio is; the others': default_base
    default_base: str = "limit-clang"
    # (what the title gets, the programs of the two compilers, their bases): a line each of the summary
    summary: tuple = (("", WEFT, ("limit-clang", "limit-gcc")),)
    line: tuple = ()  # where it is a point of a line: the panel's title, and how many there are
    section: str = "Micro workloads: one operation"  # of the chart, whose rows share a scale; empty: in the tables only

    def base_of(self, program):
        """Whose multiple a program's ratio is, for whatever its bound."""
        bound = self.bounds.get(program)
        return (bound and bound.base) or self.base.get(program, self.default_base)


@dataclass(frozen=True)
class Workload:
    name: str
    counts: tuple = (0, 0, 0)  # operations of weft and the limits, of the compiled peers, of Python
    kind: str = "micro"  # says how it is run (running.MEASURES) and what a program must do
    connections: int = 0
    size: int = 0  # bytes of a request
    needs: str = ""  # what a program must be able to do, where that isn't the kind
    does: str = ""  # what it is asked to do, where that isn't the name
    batch: int = 0  # how many there are at a time, where that is given
    only: tuple = ()  # the programs that are measured, if not all

    @property
    def ability(self):
        return self.needs or self.kind


def micro(name, counts, metric="ns_per_op", unit="ns", title=None, **bounds):
    return Row(title or name, Workload(name, counts), metric, unit, bounds=_micro_bounds(**bounds),
               base={"weft-gcc": "limit-gcc", "asio": "limit-gcc"})


def _micro_bounds(ratio=None, most=None, best=None):
    if ratio:
        return {"weft-clang": Bound(ratio, "limit-clang"), "weft-gcc": Bound(ratio, "limit-gcc")}
    if most:
        return {program: Bound(most) for program in WEFT}
    return {program: Bound(best, THE_BEST) for program in WEFT} if best else {}


MICRO = [
    micro("spawn", (10_000_000, 2_000_000, 100_000), ratio=2.1),
    micro("gather", (10_000_000, 2_000_000, 100_000), ratio=2.9),
    micro("hop", (50_000_000, 5_000_000, 500_000), ratio=1.8),
    micro("nested", (30_000_000, 20_000_000, 2_000_000), ratio=1.1),
    micro("queue", (20_000_000, 2_000_000, 50_000), ratio=5),
    micro("cancel", (500_000, 300_000, 30_000), ratio=1.1),
    micro("cancel_drop", (4_000_000, 0, 0), ratio=2.4),
    micro("timeout0", (20_000_000, 500_000, 50_000), most=12),
    micro("timeout1", (5_000_000, 300_000, 50_000), most=65),
    micro("sleep", (1_000_000, 1_000_000, 100_000), "cpu_ns_per_op", "CPU ns", "sleep", ratio=1.45),
    micro("sleep", (1_000_000, 1_000_000, 100_000), "bytes_per_task", "bytes a task", "sleep bytes", most=240),
    micro("xping", (20_000, 20_000, 5_000), best=1.03),
    micro("xping_spin", (300_000, 0, 0), most=3000),
    micro("xflood", (3_000_000, 1_000_000, 100_000), most=40),
    micro("cpu1", (20_000, 20_000, 3_000)),
    micro("cpuN", (1_000_000, 200_000, 10_000)),
]


# What the machine asks for the primitives that all the others are made of; explains, and is judged by nothing.
MACHINE = [Row(name, Workload(name, (count, 0, 0), "machine"), "ns_per_op", "ns", summary=()) for name, count in (
    ("malloc_free", 10_000_000), ("atomic_add", 10_000_000), ("clock_gettime", 10_000_000), ("system_call", 500_000),
    ("epoll_wait", 400_000), ("eventfd", 300_000), ("uring_nop", 400_000), ("uring_nop_32", 50_000), ("tcp_64", 100_000),
    ("uring_tcp_64", 100_000), ("throw_0", 200_000), ("throw_1", 100_000), ("throw_4", 50_000),
    ("ping_pong_spin", 300_000), ("ping_pong_futex", 20_000), ("ping_pong_epoll", 20_000), ("ping_pong_msg_ring", 20_000),
    ("processes_futex", 20_000), ("processes_socketpair", 20_000))]


def server(title, kind, connections, size, on_uring, on_epoll):
    """Bounds: (how many times, whose) of weft on each kernel interface."""
    bounds = {}
    for compiler in WEFT:
        bounds[f"{compiler} uring"] = Bound(*on_uring)
        bounds[f"{compiler} epoll"] = Bound(*on_epoll)
    lines = []
    for interface, (_, base) in (("uring", on_uring), ("epoll", on_epoll)):
        lines.append((f" {interface}", tuple(f"{compiler} {interface}" for compiler in WEFT), (base, base)))
    return Row(title, Workload(title, (), kind, connections, size), "cpu_ns_per_op", "CPU us",
               scale=0.001, bounds=bounds, default_base="raw uring", summary=tuple(lines),
               section="Servers: CPU time of the server a request")


SERVERS = [
    server("echo 1 x 64 B", "echo", 1, 64, (1.0, "raw uring"), (1.05, "raw epoll")),
    server("echo 100 x 64 B", "echo", 100, 64, (1.05, "raw uring"), (1.05, "raw epoll")),
    server("echo 1000 x 64 B", "echo", 1000, 64, (1.05, "raw uring"), (1.05, "raw epoll")),
    server("echo 10 x 64 KiB", "echo", 10, 65536, (0.95, "raw epoll"), (1.10, "raw epoll")),
    server("http 100", "http", 100, 0, (1.25, "raw uring"), (1.25, "raw epoll")),
]


@dataclass(frozen=True)
class Program:
    name: str
    command: tuple
    speed: int = 0  # which of a workload's counts it takes
    does: tuple = ("micro",)  # kinds of workloads
    environment: dict = field(default_factory=dict)


def programs(build, here, python="/usr/bin/python3"):
    """All that there may be, weft and the limits first; `build` is the folder of the builds, `here` bench/."""
    weft = {"weft-clang": f"{build}/release/bin/weft-bench", "weft-gcc": f"{build}/gcc-release/bin/weft-bench"}
    peers = f"{build}/peers"
    found = [Program(name, (path,)) for name, path in weft.items()]
    found += [Program("limit-clang", (f"{peers}/limit_clang",)), Program("limit-gcc", (f"{peers}/limit_gcc",)),
              Program("machine", (f"{peers}/primitives",), does=("machine",))]
    found += [Program(f"{name} {interface}", (path,), does=SERVER_ABILITIES, environment={"WEFT_BACKEND": interface})
              for interface in ("uring", "epoll") for name, path in weft.items()]
    found += [Program("raw uring", (f"{peers}/uring_echo",), does=SERVER_KINDS),
              Program("raw epoll", (f"{peers}/epoll_echo",), does=SERVER_KINDS),
              Program("asio", (f"{peers}/asio",), 1), Program("asio", (f"{peers}/asio_echo",), does=SERVER_ABILITIES),
              Program("libuv", (f"{peers}/uv_echo",), does=("echo", "hot")),
              Program("tokio", (f"{peers}/tokio_peer",), 1),
              Program("tokio", (f"{peers}/tokio_peer",), does=("echo", "hot")),
              Program("go", (f"{peers}/go_peer",), 1), Program("go", (f"{peers}/go_peer",), does=SERVER_ABILITIES)]
    for name in ("asyncio", "uvloop"):
        command = (python, f"{here}/peers/peer.py", name)
        found += [Program(name, command, 2), Program(name, command, does=("echo", "hot"))]
    return found


def is_peer(name):
    return not name.startswith(("weft", "limit", "raw", "machine"))
