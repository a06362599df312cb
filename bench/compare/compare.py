#!/usr/bin/env python3
"""compare.py PART REPETITIONS BUILD OUT: runs what is built in BUILD, each program once a repetition, and writes tables to
stdout and to OUT; the parts stand in parts.py. bench/compare.sh builds it all and calls this."""

import os
import pathlib
import sys
from collections import defaultdict

import chart
import figures
import lines
import machine
import parts
import report
import running
import workloads

HERE = pathlib.Path(__file__).resolve().parents[1]


def tell(text):
    print(text, file=sys.stderr, flush=True)


class Comparison:
    def __init__(self, rows, programs, repetitions, built):
        self.rows = rows
        self.programs = programs
        self.repetitions = repetitions
        self.built = built  # the folder of the programs that ask servers
        self.runs = defaultdict(lambda: defaultdict(list))  # workload -> program -> figures or None, by repetition
        self.lines = []  # every run, for who wants to look again
        self.failures = {}

    def run(self):
        todo = list(dict.fromkeys(row.workload for row in self.rows))
        for repetition in range(self.repetitions):
            for workload in todo:
                tell(f"{repetition + 1}/{self.repetitions} {workload.name}")
                able = [one for one in self.programs if running.can(one, workload)]
                # Forth and back, so that nobody always follows the same neighbour.
                for program in able if repetition % 2 == 0 else able[::-1]:
                    self._run_one(program, workload, repetition)

    def _run_one(self, program, workload, repetition):
        values = None
        try:
            values = running.measure(program, workload, self.built)
        except (running.Failed, ValueError) as why:
            self.failures.setdefault((program.name, workload.name), str(why))
            tell(f"  {program.name}: {why}")
        self.runs[workload][program.name].append(values)
        said = " ".join(f"{key}={value:g}" for key, value in (values or {}).items())
        self.lines.append(f"{repetition + 1}\t{workload.name}\t{program.name}\t{said or 'failed'}")

    def tables(self):
        """(row, its figures), the programs in one order whichever ran first."""
        names = list(dict.fromkeys(one.name for one in self.programs))
        for row in self.rows:
            runs = self.runs[row.workload]
            samples = {name: [values and values.get(row.metric, 0) * row.scale or None for values in runs[name]]
                       for name in names if name in runs}
            yield row, figures.figures(row, samples)


def chosen_rows(part):
    rows = parts.rows(part)
    only = os.environ.get("ONLY", "").split()
    unknown = set(only) - {word for row in parts.rows(parts.ALL) for word in _names(row)}
    if unknown:
        sys.exit(f"ONLY names no workload: {' '.join(sorted(unknown))}")
    chosen = [row for row in rows if not only or set(only) & set(_names(row))]
    return chosen or sys.exit(f"ONLY leaves nothing of {part}")


def _names(row):
    """What ONLY may call it: one name, or machine, echo, http for all of these."""
    return {row.workload.name, row.workload.kind}


def main():
    if len(sys.argv) != 5 or sys.argv[1] not in parts.NAMES or not sys.argv[2].isdigit():
        sys.exit(__doc__)
    part, repetitions = sys.argv[1], max(1, int(sys.argv[2]))
    build, out = pathlib.Path(sys.argv[3]), pathlib.Path(sys.argv[4])
    rows = chosen_rows(part)
    known = [one for one in parts.programs(build, HERE) if any(running.can(one, row.workload) for row in rows)]
    there = [one for one in known if running.is_there(one)]
    head = [*machine.describe(HERE.parent), f"load average at the start: {machine.load_average()}"]
    left_out = [f"left out, for it was not built: {one.name} ({one.command[0]})" for one in known if one not in there]
    for line in [*head, *left_out]:
        tell(line)

    if (os.cpu_count() or 1) < 2:
        left_out.append("only one core: the load takes the servers' time, and threads take turns")
    running.allow_many_connections()
    comparison = Comparison(rows, there, repetitions, build / "peers")
    comparison.run()
    tables = list(comparison.tables())
    primitives = [(row, found) for row, found in tables if row.workload.kind == "machine"]
    judged = [(row, found) for row, found in tables if row.workload.kind != "machine" and not row.line]
    failed = [f"failed: {program} at {workload}: {why}" for (program, workload), why in comparison.failures.items()]
    head += [f"load average at the end: {machine.load_average()}", f"repetitions: {repetitions}", *left_out, *failed]

    out.mkdir(parents=True, exist_ok=True)
    (out / "compare.tsv").write_text(report.tsv(head, tables), encoding="utf-8")
    for name, drawn in (("compare.svg", chart.draw(judged, head[1])), ("scaling.svg", lines.draw(tables, head[1]))):
        if drawn:
            (out / name).write_text(drawn, encoding="utf-8")
    (out / "runs.tsv").write_text("\n".join(comparison.lines) + "\n", encoding="utf-8")
    print("\n".join(report.machine(primitives)))
    for row, found in judged:
        print("\n".join(report.detail(row, found)))
    print("\n".join(lines.told(tables)))
    print("\n".join(report.summary(judged)))
    print("\n".join(["", *head, report.counts(tables), f"written: {out}/compare.tsv, runs.tsv and charts"]))
    return 1 if any(not workloads.is_peer(program) for program, _ in comparison.failures) else 0


if __name__ == "__main__":
    sys.exit(main())
