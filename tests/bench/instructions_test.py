#!/usr/bin/env python3
"""Holds what weft's fast paths cost: the instructions that an operation of weft-bench takes, counted by callgrind, must not
grow by more than 5 % over those in instructions.json.

    instructions_test.py WEFT-BENCH COUNTS          compares; exit status 1 if one has grown
    instructions_test.py WEFT-BENCH COUNTS --write  writes the file anew: do it knowingly, and say why in the commit

An operation's count is the difference of two runs, so that what a program does once doesn't count.
"""

import json
import os
import pathlib
import re
import subprocess
import sys

WORKLOADS = {"spawn": 20000, "gather": 20000, "hop": 50000, "nested": 50000, "queue": 20000, "timeout0": 20000,
             "timeout1": 20000, "echo_once": 2000}
MOST = 1.05


def instructions(program, workload, n):
    run = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", program, workload, str(n)],
                         check=True, capture_output=True, text=True,
                         # io_uring's completions come when the kernel likes, and valgrind knows few of its calls.
                         env={**os.environ, "WEFT_BACKEND": "epoll"})
    return int(re.search(r"Collected : (\d+)", run.stderr).group(1))


def main(program, file, *options):
    counted = {}
    for workload, n in WORKLOADS.items():
        counted[workload] = round((instructions(program, workload, 2 * n) - instructions(program, workload, n)) / n, 1)
    path = pathlib.Path(file)
    if options == ("--write",):
        path.write_text(json.dumps(counted, indent=2) + "\n")
        return 0
    kept = json.loads(path.read_text())
    grown = 0
    for workload, count in counted.items():
        said = kept[workload]
        verdict = "grown" if count > said * MOST else "fallen: write the file anew" if count < said / MOST else ""
        grown += verdict == "grown"
        print(f"{workload:10} {said:8} {count:8} {verdict}")
    return 1 if grown else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
