#!/usr/bin/env python3
"""compare_test.py bench/compare: tests what the comparison makes of the programs' lines. Programs are of paper here."""

import contextlib
import io
import os
import pathlib
import sys
import tempfile
import unittest
import xml.etree.ElementTree

sys.path.insert(0, sys.argv.pop(1))

import chart  # noqa: E402
import compare  # noqa: E402
import figures  # noqa: E402
import lines  # noqa: E402
import report  # noqa: E402
import running  # noqa: E402
import parts  # noqa: E402
import workloads  # noqa: E402
from workloads import Bound, Program, Row, Workload  # noqa: E402

SPAWN = Workload("spawn", (1000, 100, 10))
TO_LIMIT = Row("spawn", SPAWN, "ns_per_op", "ns", bounds={"weft-clang": Bound(2.0, "limit-clang")})


def by_name(found):
    return {one.program: one for one in found}


def row(most, base=None):
    return Row("spawn", SPAWN, "ns_per_op", "ns", bounds={"weft-clang": Bound(most, base)})


class Lines(unittest.TestCase):
    def test_a_line_is_a_name_a_workload_and_numbers(self):
        name, workload, values = figures.parse_line("weft spawn n=1000 ns_per_op=19.21 cpu_ns_per_op=19.20 bytes_per_task=0")
        self.assertEqual((name, workload), ("weft", "spawn"))
        self.assertEqual(values, {"n": 1000, "ns_per_op": 19.21, "cpu_ns_per_op": 19.2, "bytes_per_task": 0})

    def test_what_is_no_such_line_is_refused(self):
        for line in ("weft", "weft spawn fast", "weft spawn n=many"):
            with self.assertRaises(ValueError):
                figures.parse_line(line)


class Statistics(unittest.TestCase):
    def test_a_spread_has_the_median_the_ends_and_the_quartiles(self):
        one = figures.spread([5.0, 1.0, 4.0, 2.0, 3.0])
        self.assertEqual((one.median, one.least, one.most, one.lower, one.upper, one.count), (3, 1, 5, 2, 4, 5))

    def test_a_spread_of_one_repetition_is_that(self):
        one = figures.spread([7.0])
        self.assertEqual((one.median, one.least, one.most, one.lower, one.upper, one.count), (7, 7, 7, 7, 7, 1))

    def test_failed_repetitions_do_not_count(self):
        self.assertEqual(figures.spread([None, 2.0, None]).count, 1)
        self.assertIsNone(figures.spread([None, None]))

    def test_a_ratio_is_taken_within_a_repetition(self):
        # The machine was three times slower in the second one; the ratio of the medians would be 1.5.
        self.assertEqual(figures.ratios([20.0, 60.0, 20.0], [10.0, 30.0, 40.0]), [2.0, 2.0, 0.5])

    def test_a_ratio_needs_both_figures(self):
        self.assertEqual(figures.ratios([20.0, None, 30.0], [None, 10.0, 10.0]), [3.0])

    def test_the_best_has_the_lowest_median(self):
        samples = {"go": [3.0, 9.0, 9.0], "tokio": [5.0, 5.0, 5.0], "weft-gcc": [1.0], "asio": [None]}
        self.assertEqual(figures.best(samples, lambda name: name != "weft-gcc"), "tokio")
        self.assertIsNone(figures.best({}, lambda name: True))


class Judgements(unittest.TestCase):
    def test_a_bound_is_judged_by_the_median(self):
        self.assertEqual(figures.verdict(Bound(2.0), figures.spread([1.0, 1.5, 1.6])), "met")
        self.assertEqual(figures.verdict(Bound(2.0), figures.spread([2.0, 2.0, 2.0])), "met")
        self.assertEqual(figures.verdict(Bound(2.0), figures.spread([2.1, 2.2, 2.3])), "missed")

    def test_it_is_in_doubt_when_the_bound_lies_between_the_quartiles(self):
        self.assertEqual(figures.verdict(Bound(2.0), figures.spread([1.0, 1.9, 3.0])), "met?")
        self.assertEqual(figures.verdict(Bound(2.0), figures.spread([1.0, 2.1, 3.0])), "missed?")

    def test_a_bound_may_be_a_ratio_to_the_limit(self):
        found = by_name(figures.figures(TO_LIMIT, {"weft-clang": [30.0, 36.0], "limit-clang": [20.0, 20.0]}))
        self.assertEqual(found["weft-clang"].verdict, "met")
        self.assertAlmostEqual(found["weft-clang"].ratio.median, 1.65)
        self.assertEqual(found["limit-clang"].verdict, "")

    def test_a_bound_may_be_absolute(self):
        found = by_name(figures.figures(row(25), {"weft-clang": [30.0], "limit-clang": [20.0]}))
        self.assertEqual((found["weft-clang"].verdict, found["weft-clang"].base), ("missed", "limit-clang"))

    def test_a_bound_may_be_a_ratio_to_the_best(self):
        found = by_name(figures.figures(row(1.03, workloads.THE_BEST), {
            "weft-clang": [10.2], "weft-gcc": [1.0], "limit-clang": [30.0], "go": [10.0]}))
        self.assertEqual((found["weft-clang"].verdict, found["weft-clang"].base), ("met", "go"))

    def test_nothing_is_judged_without_a_base(self):
        found = by_name(figures.figures(TO_LIMIT, {"weft-clang": [30.0], "limit-clang": [None]}))
        self.assertEqual(found["weft-clang"].verdict, "not judged")

    def test_each_bound_names_programs_that_are_measured(self):
        names = {one.name for one in parts.programs("build", "bench")} | {workloads.THE_BEST, workloads.BEST_PEER, None}
        for one in parts.rows(parts.ALL):
            self.assertLessEqual(set(one.bounds) | {bound.base for bound in one.bounds.values()}, names, one.title)
            for _, programs, bases in one.summary:
                self.assertLessEqual({*programs, *bases}, names, one.title)


class Parts(unittest.TestCase):
    def test_the_script_knows_the_parts(self):
        script = (pathlib.Path(compare.HERE) / "compare.sh").read_text(encoding="utf-8")
        self.assertIn(f"parts='{'|'.join(parts.NAMES)}'", script)

    def test_each_workload_is_done_by_programs_of_weft_and_others(self):
        programs = parts.programs("build", "bench")
        for one in parts.rows(parts.ALL):
            able = [program.name for program in programs if running.can(program, one.workload)]
            self.assertEqual(len(able), len(set(able)), one.title)
            self.assertTrue(able, one.title)


class Commands(unittest.TestCase):
    def test_a_program_takes_the_count_of_its_speed(self):
        self.assertEqual(running.command_of(Program("go", ("go_peer",), 1), SPAWN), ["go_peer", "spawn", "100"])
        self.assertIsNone(running.command_of(Program("go", ("go_peer",), 1), Workload("cancel_drop", (1000, 0, 0))))

    def test_a_server_takes_a_port_and_raw_io_uring_large_buffers(self):
        large = Workload("echo", (), "echo", 10, 65536)
        raw = Program("raw uring", ("uring_echo",), does=("echo",))
        self.assertEqual(running.command_of(raw, large, 9000), ["uring_echo", "echo", "9000", "65536"])
        self.assertIsNone(running.command_of(raw, Workload("http", (), "http", 10, 0), 9000))
        self.assertIsNone(running.command_of(raw, SPAWN, 9000))


class Runs(unittest.TestCase):
    """With programs of paper, pinned to no core, for the machine of a test may have but one."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.workload = Workload("xping", (10, 10, 10))  # of those that pin themselves

    def program(self, name, body):
        path = self.folder / name
        path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
        path.chmod(0o755)
        return Program(name, (str(path),))

    def compared(self, programs, repetitions):
        shown = Row("xping", self.workload, "ns_per_op", "ns", bounds={"weft-clang": Bound(2.0, "limit-clang")})
        comparison = compare.Comparison([shown], programs, repetitions, "load")
        with contextlib.redirect_stderr(io.StringIO()):
            comparison.run()
        return comparison

    def test_every_program_runs_once_a_repetition_forth_and_back(self):
        log = self.folder / "log"
        programs = [self.program(name, f"echo {name} >> {log}; echo {name} $1 n=$2 ns_per_op=5")
                    for name in ("weft-clang", "limit-clang")]
        comparison = self.compared(programs, 2)
        self.assertEqual(log.read_text(encoding="utf-8").split(),
                         ["weft-clang", "limit-clang", "limit-clang", "weft-clang"])
        (_, found), = comparison.tables()
        self.assertEqual([(one.program, one.value.count) for one in found], [("weft-clang", 2), ("limit-clang", 2)])

    def test_a_program_that_fails_is_named_and_the_others_go_on(self):
        programs = [self.program("weft-clang", "echo weft $1 n=$2 ns_per_op=5"),
                    self.program("limit-clang", "echo no luck >&2; exit 3"), self.program("go", "echo gibberish")]
        comparison = self.compared(programs, 1)
        self.assertEqual(comparison.failures["limit-clang", "xping"], "ended with 3: no luck")
        self.assertIn(("go", "xping"), comparison.failures)
        (_, found), = comparison.tables()
        self.assertEqual([(one.program, one.verdict) for one in found], [("weft-clang", "not judged")])

    def test_a_program_that_was_not_built_is_not_there(self):
        self.assertFalse(running.is_there(Program("go", (str(self.folder / "go"),))))
        self.assertTrue(running.is_there(self.program("go", "true")))

    def test_only_picks_workloads_and_refuses_what_is_none(self):
        self.addCleanup(os.environ.pop, "ONLY", None)
        os.environ["ONLY"] = "hop http"
        self.assertEqual([one.title for one in compare.chosen_rows("all")], ["hop", "http 100"])
        os.environ["ONLY"] = "machine"
        self.assertEqual(compare.chosen_rows("micro"), workloads.MACHINE)
        os.environ["ONLY"] = "hopp"
        with self.assertRaises(SystemExit):
            compare.chosen_rows("all")


class Reports(unittest.TestCase):
    def setUp(self):
        samples = {"weft-clang": [14.0, 16.0], "weft-gcc": [17.0, 17.0], "limit-clang": [10.0, 10.0],
                   "limit-gcc": [10.0, 10.0], "asio": [200.0, 210.0], "go": [150.0, 150.0]}
        self.tables = [(one, figures.figures(one, samples)) for one in workloads.MICRO[:1]]

    def test_numbers_have_three_digits(self):
        said = [report.number(value) for value in (1.234, 12.34, 99.97, 123.4, 12345.6, None)]
        self.assertEqual(said, ["1.23", "12.3", "100", "123", "12346", "-"])

    def test_the_summary_has_both_compilers_the_bound_and_the_best_peers(self):
        line = report.summary(self.tables)[1]
        self.assertRegex(line, r"spawn +ns +15\.0 +10\.0 +1\.50 \(1\.45\.\.1\.55\) +17\.0 +10\.0 +1\.70 ")
        self.assertRegex(line, r"<= 2\.1 x limit +met +met +go 150, asio 205$")
        self.assertTrue(report.counts(self.tables).startswith("bounds: 2 met, 0 missed, 0 not judged"))

    def test_the_tsv_has_the_machine_as_comments_and_a_cell_for_each_column(self):
        lines = report.tsv(["a machine"], self.tables).splitlines()
        self.assertEqual(lines[0], "# a machine")
        header = lines[1].split("\t")
        first = dict(zip(header, lines[2].split("\t"), strict=True))
        self.assertEqual((first["program"], first["median"], first["ratio_to"], first["verdict"]),
                         ("weft-clang", "15", "limit-clang", "met"))
        self.assertTrue(all(line.count("\t") == len(header) - 1 for line in lines[2:]))


class Charts(unittest.TestCase):
    def test_the_scale_spans_powers_of_ten(self):
        scale = chart.Scale([3.0, 450.0], 100, 300)
        self.assertEqual(scale.ticks(), [1, 10, 100, 1000])
        self.assertAlmostEqual(scale.x(1), 100)
        self.assertAlmostEqual(scale.x(10), 200)
        self.assertAlmostEqual(scale.x(1000), 400)

    def test_groups_fill_two_columns_of_about_one_height(self):
        tables = [(name, [None] * count) for name, count in (("a", 4), ("b", 4), ("c", 4), ("d", 4))]
        self.assertEqual([[name for name, _ in column] for column in chart.in_columns(tables)], [["a", "b"], ["c", "d"]])

    def test_the_chart_is_xml_with_a_bar_a_program_and_a_mark_a_bound(self):
        samples = {"weft-clang": [15.0], "weft-gcc": [17.0], "limit-clang": [10.0], "limit-gcc": [10.0], "a<b": [9.0]}
        found = figures.figures(workloads.MICRO[0], samples)
        root = xml.etree.ElementTree.fromstring(chart.draw([(workloads.MICRO[0], found)], "a machine"))
        marks = list(root.iter())
        self.assertEqual(sum(one.tag.endswith("rect") and len(one) == 1 for one in marks), 5)
        self.assertEqual(sum(one.get("class") == "bound" for one in marks), 3)  # one of them in the legend
        self.assertIn("a<b", [one.text for one in marks])

    def test_a_bar_passes_the_mark_of_its_bound_when_it_is_missed(self):
        # The machine was fast in the third repetition: the median of the ratios is 2.5.
        samples = {"weft-clang": [25.0, 25.0, 10.0], "limit-clang": [10.0, 10.0, 4.0]}
        one = by_name(figures.figures(TO_LIMIT, samples))["weft-clang"]
        self.assertEqual((one.verdict, chart.bound_at(one)), ("missed", 20))
        samples["limit-clang"] = [10.0, 20.0, 20.0]
        one = by_name(figures.figures(TO_LIMIT, samples))["weft-clang"]
        self.assertEqual(one.verdict, "met")
        self.assertGreater(chart.bound_at(one), one.value.median)

    def test_nothing_measured_is_an_empty_chart(self):
        xml.etree.ElementTree.fromstring(chart.draw([(workloads.MICRO[0], [])], "a machine"))


class ChartsOfLines(unittest.TestCase):
    def setUp(self):
        shown = [one for one in parts.rows("scaling") if one.line[0] == "tasks made and joined"]
        self.tables = [(one, figures.figures(one, {"weft-clang": [20.0 + one.line[1]], "limit-clang": [10.0]})) for one in shown]

    def test_a_panel_has_a_line_a_program(self):
        root = xml.etree.ElementTree.fromstring(lines.draw(self.tables, "a machine"))
        drawn = [one for one in root.iter() if one.tag.endswith("polyline")]
        self.assertEqual([len(one.get("points").split()) for one in drawn], [len(self.tables)] * 2)

    def test_a_table_has_a_column_a_number(self):
        told = lines.told(self.tables)
        self.assertEqual(told[1].split(), ["1", "10", "100", "1,000", "10,000", "100,000", "1,000,000"])
        self.assertEqual(told[2].split()[:3], ["weft-clang", "21.0", "30.0"])

    def test_names_stand_apart_and_within_the_panel(self):
        places = lines._apart({"a": 100, "b": 99, "c": 20}, 12, 105)
        self.assertEqual(places, {"c": 20, "b": 93, "a": 105})

    def test_rows_of_no_line_are_no_chart(self):
        self.assertEqual(lines.draw([(workloads.MICRO[0], [])], "a machine"), "")


if __name__ == "__main__":
    unittest.main()
