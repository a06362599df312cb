#!/usr/bin/env python3
"""Plants each bug of bugs.py in a copy of the sources, builds weft-differential there and looks which of the
first 1,000 seeds shows it: a table, and exit status 1 if one is not found.

    plant.py [WORD]     only the bugs whose name has the word

Takes a compiler's time for each bug, on as many cores as JOBS in the environment says, or on all; the copy and
its build stay in build/planted for the next time.
"""

import os
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
SOURCES = HERE.parent.parent.parent
COPY = SOURCES / "build" / "planted"
SEEDS = 1000

sys.path.insert(0, str(HERE.parent))
import generator    # noqa: E402
import run          # noqa: E402
import runners      # noqa: E402
from bugs import BUGS   # noqa: E402


def copy_sources():
    """Only what has changed, so that a second time builds little."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=SOURCES, check=True, capture_output=True).stdout
    for name in listed.decode().split("\0")[:-1]:
        source, target = SOURCES / name, COPY / name
        if source.is_file() and not (target.exists() and target.read_bytes() == source.read_bytes()):
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)


def build():
    environment = dict(os.environ, CCACHE_BASEDIR=str(COPY), CCACHE_NOHASHDIR="1")
    where = COPY / "build" / "debug"
    if not (where / "build.ninja").exists():
        launcher = ["-DCMAKE_CXX_COMPILER_LAUNCHER=ccache"] if shutil.which("ccache") else []
        subprocess.run(["cmake", "-S", COPY, "-B", where, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Debug",
                        "-DCMAKE_CXX_FLAGS=-g0", "-DCMAKE_CXX_COMPILER=clang++-19", "-DCMAKE_C_COMPILER=clang-19",
                        *launcher],
                       check=True, stdout=subprocess.DEVNULL, env=environment)
    jobs = os.environ.get("JOBS", str(os.cpu_count()))
    subprocess.run(["ninja", "-j", jobs, "-C", where, "weft-differential"],
                   check=True, stdout=subprocess.DEVNULL, env=environment)
    return where / "bin" / "weft-differential"


def first_difference(program, programs, recorded):
    side = runners.weft_side(program)
    try:
        for start in range(0, SEEDS, 50):
            for seed, trace in enumerate(side.traces(programs[start:start + 50]), start):
                if run.digest(trace) != recorded[seed]:
                    return seed
        return None
    finally:
        side.stop()


def outdated():
    """The bugs whose place isn't found any more."""
    for _, file, before, _ in BUGS:
        times = (SOURCES / file).read_text().count(before)
        if times != 1:
            yield f"{file}: what is to be replaced stands there {times} times: {before}"


def main(words):
    copy_sources()
    if lines := list(outdated()):
        print("\n".join(lines))
        return 1
    programs = [generator.generate(seed) for seed in range(SEEDS)]
    recorded = run.RECORDED.read_text().split("\n")[1:]
    sound = first_difference(build(), programs, recorded)
    if sound is not None:
        print(f"seed {sound} differs without any planted bug")
        return 1
    missed = 0
    print("| planted | first seed that shows it |\n| --- | --- |")
    for name, file, before, after in BUGS:
        if not all(word in name for word in words):
            continue
        path = COPY / file
        text = path.read_text()
        path.write_text(text.replace(before, after))
        try:
            found = first_difference(build(), programs, recorded)
        finally:
            path.write_text(text)
        missed += found is None
        print(f"| {name} | {'not found' if found is None else found} |", flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
