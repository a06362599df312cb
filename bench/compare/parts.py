"""The parts of the comparison: each has a name, the rows that it measures, and the programs that only it needs."""

import pathlib

import crawl
import idle
import latency
import scaling
import workloads

ALL = "all"
HERE = pathlib.Path(__file__).resolve().parents[1]
# name -> (rows, a function of the builds' folder and bench/ that gives its programs)
PARTS = {
    "micro": (workloads.MACHINE + workloads.MICRO, workloads.programs),
    "servers": (workloads.SERVERS, workloads.programs),
    "crawl": (crawl.ROWS, crawl.programs),
    "idle": (idle.ROWS, workloads.programs),
    "latency": (latency.ROWS, workloads.programs),
    "scaling": (scaling.ROWS, workloads.programs),
}
NAMES = (*PARTS, ALL)


def rows(part):
    return [row for name, (own, _) in PARTS.items() if part in (name, ALL) for row in own]


def programs(build, here):
    """All that there may be, each once."""
    found = []
    for _, of_part in PARTS.values():
        found += [one for one in of_part(build, here) if one not in found]
    return found
