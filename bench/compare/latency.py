"""The part `latency`: the echo at half load, by a load that sends at a fixed rate whatever comes back; and the same beside a
task of the server's that never waits. The rate is half of what the slowest good peer does on this machine."""

import os

import running
from workloads import WEFT, Bound, Row, Workload

KIND = "latency"
CONNECTIONS, SIZE, SECONDS = 100, 64, 1.5
GOOD_PEERS = ("asio", "libuv", "tokio", "go")
HOT_BOUND = 10_000  # us

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


def measure(program, workload, built):
    # Here, for it knows this module.
    import parts
    rate = rate_of(built, parts.programs(built.parent, parts.HERE))
    with running.served(program, workload) as (port, process):
        asking = [built / "paced", port, workload.connections, rate, SECONDS, process]
        return running.figures_of([str(part) for part in asking], os.environ, running.LOAD_CORE)


running.MEASURES[KIND] = measure
