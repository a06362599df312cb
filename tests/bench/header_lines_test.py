#!/usr/bin/env python3
"""Holds what including weft costs a compiler: the lines that are left of a header when it is preprocessed, without blank ones
and line marks. Raise a ceiling knowingly, and say why in the commit.

    header_lines_test.py COMPILER ROOT
"""

import subprocess
import sys

CEILINGS = {"weft/weft.hpp": 43500, "weft/core/task.hpp": 33000}


def lines(compiler, root, header):
    source = f"#include <{header}>\n"
    run = subprocess.run([compiler, "-std=c++20", "-I", root, "-x", "c++", "-E", "-"], input=source, check=True,
                         capture_output=True, text=True)
    return sum(1 for line in run.stdout.splitlines() if line.strip() and not line.startswith("#"))


def main(compiler, root):
    over = 0
    for header, ceiling in CEILINGS.items():
        count = lines(compiler, root, header)
        over += count > ceiling
        print(f"{header}: {count} of {ceiling}{', too many' if count > ceiling else ''}")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
