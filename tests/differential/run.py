#!/usr/bin/env python3
"""The fuzzer's commands. WEFT is the program weft-differential of some build.

    run.py check WEFT              the seeds of seeds.txt against what CPython did when they were recorded
    run.py live WEFT FIRST COUNT   any seeds, against CPython 3.14 itself (needs node, see interpreter_314.mjs)
    run.py show WEFT SEED          a seed's program, as Python and as C++, and both traces
    run.py shrink WEFT SEED        the same for the smallest part of it that still differs
    run.py record COUNT            writes seeds.txt anew, by CPython 3.14

Exit status: 0, 1 for a difference.
"""

import concurrent.futures
import hashlib
import itertools
import json
import pathlib
import sys
import time

import generator
import readable
import runners
import shrink

RECORDED = pathlib.Path(__file__).parent / "seeds.txt"
BATCH = 200
MOST = 5    # differences that are printed


def digest(value):
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()[:12]


def batches(first, count):
    for start in range(first, first + count, BATCH):
        seeds = range(start, min(start + BATCH, first + count))
        yield seeds, [generator.generate(seed) for seed in seeds]


class Pair:
    """CPython and weft, side by side."""

    def __init__(self, program):
        self.python = runners.python_side()
        self.weft = runners.weft_side(program)
        self.pool = concurrent.futures.ThreadPoolExecutor()

    def traces(self, programs):
        ours = self.pool.submit(self.weft.traces, programs)
        return list(zip(self.python.traces(programs), ours.result()))

    def first_difference(self, programs):
        for i, (wanted, got) in enumerate(self.traces(programs)):
            if wanted != got:
                return i
        return None

    def stop(self):
        self.python.stop()
        self.weft.stop()


def print_side_by_side(wanted, got):
    width = max(map(len, ["CPython", *wanted]))
    print(f"    {'CPython':{width}} | weft")
    for left, right in itertools.zip_longest(wanted, got, fillvalue="-"):
        print(f"  {' ' if left == right else '!'} {left:{width}} | {right}")


def show(pair, program):
    print(readable.as_python(program))
    print(readable.as_cpp(program))
    print_side_by_side(*pair.traces([program])[0])


def check(weft):
    head, *recorded = RECORDED.read_text().split("\n")[:-1]
    side = runners.weft_side(weft)
    programs = [generator.generate(seed) for seed in range(len(recorded))]
    if digest(programs) != head:
        print("the generator makes other programs than when seeds.txt was recorded: run.py record")
        return 1
    begun = time.monotonic()
    bad = [seed for seed, trace in enumerate(side.traces(programs)) if digest(trace) != recorded[seed]]
    side.stop()
    print(f"{len(programs)} programs, {len(bad)} differ, {time.monotonic() - begun:.1f} s")
    for seed in bad[:MOST]:
        print(f"seed {seed} differs: run.py shrink {weft} {seed}")
    return 1 if bad else 0


def live(weft, first, count):
    pair = Pair(weft)
    begun, found = time.monotonic(), []
    for seeds, programs in batches(first, count):
        for seed, (wanted, got) in zip(seeds, pair.traces(programs)):
            if wanted != got:
                found.append(seed)
                print("seed", seed, "differs", flush=True)
    print(f"{count} programs, {len(found)} differ, {time.monotonic() - begun:.1f} s")
    pair.stop()
    return 1 if found else 0


def show_seed(weft, seed):
    pair = Pair(weft)
    show(pair, generator.generate(seed))
    pair.stop()
    return 0


def shrink_seed(weft, seed):
    pair = Pair(weft)
    program = generator.generate(seed)
    if pair.first_difference([program]) is None:
        print("seed", seed, "does not differ")
        return 0
    show(pair, shrink.shrink(program, pair.first_difference))
    pair.stop()
    return 1


def record(count):
    side = runners.python_side()
    digests, programs = [], []
    for _, some in batches(0, count):
        programs += some
        digests += map(digest, side.traces(some))
    side.stop()
    RECORDED.write_text("".join(line + "\n" for line in [digest(programs), *digests]))
    print(len(digests), "seeds recorded")
    return 0


COMMANDS = {"check": (check, 1), "live": (live, 3), "show": (show_seed, 2), "shrink": (shrink_seed, 2),
            "record": (record, 1)}


def main(arguments):
    command, wanted = COMMANDS.get(arguments[0] if arguments else "", (None, 0))
    if command is None or len(arguments) != wanted + 1:
        print(__doc__)
        return 2
    return command(*(int(a) if a.isdigit() else a for a in arguments[1:]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
