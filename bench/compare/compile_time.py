#!/usr/bin/env python3
"""compile_time.py ROOT [REPETITIONS]: what a program costs to compile with weft and with Asio (bench/compile), user and
system CPU time at -O0, both compilers, interleaved; and how large it is, at -O2, linked as a user links it and stripped."""

import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

COMPILERS = {"g++": "gcc-release", "clang++-19": "release"}  # and the build whose library is linked
RATIO_BOUND = 0.25  # weft's program, of Asio's in the same repetition
TASK_BOUND = 0.15  # seconds that core/task.hpp adds


def standard_headers_of(compiler, root, header):
    """What weft's own headers include of the standard library, when this one is."""
    said = subprocess.run([compiler, "-std=c++20", "-I", root, "-x", "c++", "-H", "-E", "-o", os.devnull, "-"],
                          input=f"#include <{header}>\n", check=True, capture_output=True, text=True).stderr
    found, own_depth = [], 0
    for line in said.splitlines():
        dots, _, path = line.partition(" ")
        if not dots.startswith("."):
            continue
        if path.startswith(f"{root}/weft/") or "/./weft/" in path:
            own_depth = len(dots)
        elif len(dots) <= own_depth + 1:
            own_depth = len(dots) - 1
            found.append(pathlib.PurePath(path).name)
    return found


def cpu_seconds(command):
    process = subprocess.Popen(command)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"failed: {' '.join(command)}")
    return used.ru_utime + used.ru_stime


def measure(root, repetitions, folder):
    sources = {name: f"{root}/bench/compile/{name}.cpp" for name in ("weft", "asio", "standard")}
    runs = {}
    for compiler in COMPILERS:
        task, task_standard = folder / "task.cpp", folder / f"task_standard_{compiler}.cpp"
        task.write_text("#include <weft/core/task.hpp>\n", encoding="utf-8")
        names = standard_headers_of(compiler, root, "weft/core/task.hpp")
        task_standard.write_text("".join(f"#include <{name}>\n" for name in names), encoding="utf-8")
        for name, source in {**sources, "task": task, "task's standard headers": task_standard}.items():
            runs[compiler, name] = (str(source), [])
    for repetition in range(repetitions):
        order = list(runs.items())
        for (compiler, _), (source, times) in order if repetition % 2 == 0 else order[::-1]:
            times.append(cpu_seconds([compiler, "-std=c++20", "-O0", "-I", root, "-c", source, "-o", str(folder / "out.o")]))
    return {key: times for key, (_, times) in runs.items()}


def sizes(root, folder):
    for compiler, preset in COMPILERS.items():
        for name, libraries in (("weft", [f"{root}/build/{preset}/weft/libweft.a"]), ("asio", [])):
            program = folder / name
            subprocess.run([compiler, "-std=c++20", "-O2", "-pthread", "-I", root, f"{root}/bench/compile/{name}.cpp",
                            *libraries, "-o", program], check=True)
            subprocess.run(["strip", program], check=True)
            yield compiler, name, program.stat().st_size


def verdict(ratio, bound):
    return f"at most {bound:g}: {'met' if ratio <= bound else 'missed'}"


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    root, repetitions = str(pathlib.Path(sys.argv[1]).resolve()), int(sys.argv[2]) if len(sys.argv) == 3 else 5
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        runs = measure(root, repetitions, folder)
        print("| compiler | source | CPU s, least | median |\n| --- | --- | --- | --- |")
        for (compiler, source), times in runs.items():
            print(f"| {compiler} | {source} | {min(times):.3f} | {statistics.median(times):.3f} |")
        print()
        for compiler in COMPILERS:
            ratios = [ours / theirs for ours, theirs in zip(runs[compiler, "weft"], runs[compiler, "asio"])]
            ratio = statistics.median(ratios)
            print(f"{compiler}: weft is {ratio:.3f} of Asio ({min(ratios):.3f} to {max(ratios):.3f}), "
                  f"{verdict(ratio, RATIO_BOUND)}")
            added = [whole - part for whole, part in zip(runs[compiler, "task"], runs[compiler, "task's standard headers"])]
            more = statistics.median(added)
            print(f"{compiler}: core/task.hpp adds {more:.3f} s, {verdict(more, TASK_BOUND)}")
        for compiler, source, size in sizes(root, folder):
            print(f"{compiler}: {source}'s program has {size / 1024:.0f} KiB")


if __name__ == "__main__":
    main()
