"""The part `latency`: the echo at half load, by a load that sends at a fixed rate whatever comes back; and the same beside a
task of the server's that never waits. The rate is half of what the slowest good peer does on this machine."""

import os

import running
from workloads import WEFT, Bound, Row, Workload

KIND = "latency"
CONNECTIONS, SIZE, SECONDS = 100, 64, 1.5
GOOD_PEERS = ("asio", "libuv", "tokio", "go")
HOT_BOUND = 10_000  # us
# A run in which something else had one of the cores is no figure of the server's: it is tried again, so often, and the least
# disturbed counts. So many us the load may have been late (the p99.9) and the server have waited for its core, in sum: each
# wake-up alone makes it wait for 0.3.
DISTURBED, TRIES = 20_000, 3

_QUIET = Workload("latency_quiet", (), KIND, CONNECTIONS, SIZE, needs="echo")
_HOT = Workload("latency_hot", (), KIND, CONNECTIONS, SIZE, needs="hot")
_PROBE = Workload("probe", (), "echo", CONNECTIONS, SIZE)
_WEFT = tuple(f"{compiler} {interface}" for interface in ("uring", "epoll") for compiler in WEFT)


def _row(title, workload, metric, bounds=None):
    lines = tuple((f" {interface}", tuple(f"{compiler} {interface}" for compiler in WEFT), (f"raw {interface}",) * 2)
                  for interface in ("uring", "epoll"))
    section = "Echo beside a task that never waits: latency" if workload is _HOT else "Echo at half load: latency"
    return Row(title, workload, metric, "us", bounds=bounds or {}, default_base="tokio", summary=lines, section=section)


ROWS = [_row(f"{name}, {title}", workload, metric, bounds if metric == "p999_us" else None)
        for workload, name, bounds in ((_QUIET, "half load", None), (_HOT, "hot task", dict.fromkeys(_WEFT, Bound(HOT_BOUND))))
        for metric, title in (("p50_us", "p50"), ("p99_us", "p99"), ("p999_us", "p99.9"))]

_rate = {}  # by folder of programs


def rate_of(built, programs):
    """Requests a second, to a thousand; measured once."""
    if built not in _rate:
        peers = [one for one in programs if one.name in GOOD_PEERS and running.is_there(one) and running.can(one, _PROBE)]
        if not peers:
            raise running.Failed("no peer was built that could tell the rate")
        slowest = max(running.measure(one, _PROBE, built)["ns_per_op"] for one in peers)
        _rate[built] = max(1000, round(0.5e9 / slowest, -3))
    return _rate[built]


def _waited_for_core(process):
    """Microseconds that its first thread was ready and did not run."""
    with open(f"/proc/{process}/schedstat", encoding="ascii") as file:
        return int(file.read().split()[1]) / 1000


def measure(program, workload, built):
    # Here, for it knows this module.
    import parts
    rate = rate_of(built, parts.programs(built.parent, parts.HERE))
    best = None
    for _ in range(TRIES):
        with running.served(program, workload) as (port, process):
            before = _waited_for_core(process)
            asking = [built / "paced", port, workload.connections, rate, SECONDS, process]
            found = running.figures_of([str(part) for part in asking], os.environ, running.LOAD_CORE)
            found["disturbed_us"] = found["late_us"] + _waited_for_core(process) - before
        best = found if best is None or found["disturbed_us"] < best["disturbed_us"] else best
        if best["disturbed_us"] < DISTURBED:
            break
    return best


running.MEASURES[KIND] = measure
