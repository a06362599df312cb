"""The part `idle`: what a connection that rests costs a server. Each of 10,000 gets one echo of 64 bytes and stays; the figure
is what the server's memory (its proportional set) has grown by, a connection, since a few were there."""

import os
import pathlib
import re
import socket
import time

import running
from workloads import BEST_PEER, WEFT, Bound, Row, Workload

KIND = "idle"
WARM_UP, ROUNDS = 20, 100  # so many connections with so many echoes first, which touch what all share
MESSAGE = b"x" * 64
SETTLING = 0.5  # seconds; what is freed late shall be freed

_WORKLOAD = Workload("idle", (), KIND, 10_000, len(MESSAGE), needs="echo")
_NAMES = [f"{compiler} {interface}" for interface in ("uring", "epoll") for compiler in WEFT]


def _row(what, most, base=None, section=""):
    lines = tuple((f" {interface}", tuple(f"{compiler} {interface}" for compiler in WEFT), (f"raw {interface}",) * 2)
                  for interface in ("uring", "epoll"))
    return Row(what, _WORKLOAD, "bytes_per_connection", "bytes", bounds={name: Bound(most, base) for name in _NAMES},
               default_base="raw epoll", summary=lines, section=section)


ROWS = [_row("idle connection", 1024, section="Servers: memory of an idle connection"),
        _row("idle connection, the fewest", 1, BEST_PEER)]


def _proportional_set(process):
    text = pathlib.Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
    return 1024 * int(re.search(r"^Pss:\s+(\d+)", text, re.M).group(1))


def _echo(connections):
    for one in connections:
        one.sendall(MESSAGE)
    for one in connections:
        left = len(MESSAGE)
        while left:
            got = len(one.recv(left))
            if not got:
                raise running.Failed("the server closed a connection")
            left -= got


def _hold(port, count, rounds, held):
    """Adds connections that were answered so often. A hundred at a time, so that no server's queue is too short."""
    for _ in range(0, count, 100):
        some = [socket.create_connection(("127.0.0.1", port), timeout=10) for _ in range(min(100, count))]
        held += some
        for _ in range(rounds):
            _echo(some)
    time.sleep(SETTLING)


def measure(program, workload, _built):
    held = []
    with running.served(program, workload) as (port, process):
        try:
            os.sched_setaffinity(0, {running.LOAD_CORE})
            _hold(port, WARM_UP, ROUNDS, held)
            before = _proportional_set(process)
            _hold(port, workload.connections, 1, held)
            after = _proportional_set(process)
        except OSError as error:
            raise running.Failed(f"{len(held)} connections were there: {error}") from None
        finally:
            os.sched_setaffinity(0, running.ALL_CORES)
            for one in held:
                one.close()
    return {"bytes_per_connection": (after - before) / workload.connections, "before": before, "after": after}


running.MEASURES[KIND] = measure
