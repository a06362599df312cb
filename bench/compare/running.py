"""Runs the programs: one that measures itself, or a server and the load on it. Each is given its core; none is left behind."""

import contextlib
import os
import pathlib
import resource
import socket
import subprocess
import time

from figures import parse_line
from workloads import PINNED_APART, SERVER_ABILITIES, SERVER_KINDS

TIME_LIMIT = 120
SECONDS_OF_LOAD = 1.5
SERVER_CORE, LOAD_CORE = 0, 1
ALL_CORES = os.sched_getaffinity(0)


class Failed(Exception):
    """A program gave no figure; says why."""


def _on_core(core):
    return None if core is None else lambda: os.sched_setaffinity(0, {core})


def allow_many_connections():
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def is_there(program):
    return all(pathlib.Path(part).exists() for part in program.command
               if "/" in part and not part.startswith("-"))


def command_of(program, workload, port=None):
    """None when the program does not do this."""
    if not can(program, workload):
        return None
    if workload.ability in SERVER_ABILITIES:
        # Raw io_uring receives into buffers that must hold what comes.
        large = [str(workload.size)] if program.name == "raw uring" and workload.size > 4096 else []
        return [*program.command, workload.ability, str(port), *large]
    batch = [str(workload.batch)] if workload.batch else []
    return [*program.command, workload.does or workload.name, str(workload.counts[program.speed]), *batch]


def can(program, workload):
    """Whether the program does this at all."""
    if workload.only and program.name not in workload.only:
        return False
    return workload.ability in program.does and (not workload.counts or workload.counts[program.speed] > 0)


def measure(program, workload, built):
    """The figures of one run; `built` is the folder of the programs that ask servers."""
    return MEASURES.get(workload.kind, _measure_itself)(program, workload, pathlib.Path(built))


def _measure_itself(program, workload, _built):
    apart = workload.name in PINNED_APART or workload.kind == "machine"
    environment = {**os.environ, **program.environment, "GOMAXPROCS": "2" if apart else "1"}
    return figures_of(command_of(program, workload), environment, None if apart else SERVER_CORE)


def figures_of(command, environment, core):
    """Of the line that a program prints."""
    try:
        done = subprocess.run(command, env=environment, preexec_fn=_on_core(core), timeout=TIME_LIMIT,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    except subprocess.TimeoutExpired:
        raise Failed(f"took more than {TIME_LIMIT} s") from None
    except OSError as error:
        raise Failed(str(error)) from None
    if done.returncode != 0 or not done.stdout:
        last = (done.stderr.strip().splitlines() or ["without a word"])[-1]
        raise Failed(f"ended with {done.returncode}: {last}")
    return parse_line(done.stdout.splitlines()[0])[2]


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def served(program, workload):
    """A server that runs on its core: (port, process id). It is killed at the end."""
    port = _free_port()
    environment = {**os.environ, **program.environment, "GOMAXPROCS": "1"}
    with subprocess.Popen(command_of(program, workload, port), env=environment, preexec_fn=_on_core(SERVER_CORE),
                          stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as server:
        try:
            _wait_until_it_listens(server, port)
            yield port, server.pid
        finally:
            server.kill()


def _measure_server(program, workload, built):
    with served(program, workload) as (port, process):
        asking = [built / "load", workload.kind, port, workload.connections, workload.size, SECONDS_OF_LOAD, process]
        return figures_of([str(part) for part in asking], os.environ, LOAD_CORE)


def _wait_until_it_listens(server, port):
    for _ in range(500):
        if server.poll() is not None:
            said = server.stderr.read().decode(errors="replace").strip().splitlines() or ["without a word"]
            raise Failed(f"the server ended with {server.returncode}: {said[-1]}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.01)
    raise Failed("the server does not listen")


# Of the kinds of workloads whose programs don't measure themselves; other modules add theirs.
MEASURES = {kind: _measure_server for kind in SERVER_KINDS}
