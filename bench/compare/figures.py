"""From output lines to judgements. A sample is a figure of one repetition, None where the program had none; programs are
compared within a repetition, since a machine's phases move all of them alike."""

import statistics
from dataclasses import dataclass

from workloads import BEST_PEER, THE_BEST, is_peer


def parse_line(line):
    """NAME WORKLOAD key=number ..., as all programs print it: (name, workload, {key: number})."""
    name, workload, *pairs = line.split()
    values = {}
    for pair in pairs:
        key, equals, number = pair.partition("=")
        if not equals:
            raise ValueError(f"'{pair}' is no key=number in: {line}")
        values[key] = float(number)
    return name, workload, values


@dataclass(frozen=True)
class Spread:
    median: float
    least: float
    most: float
    lower: float  # the quartiles
    upper: float
    count: int


def spread(samples):
    """Of what there is; None if there is nothing."""
    values = [value for value in samples if value is not None]
    if not values:
        return None
    lower, median, upper = (statistics.quantiles(values, n=4, method="inclusive") if len(values) > 1
                            else values * 3)
    return Spread(median, min(values), max(values), lower, upper, len(values))


def ratios(samples, base):
    """Of the repetitions in which both have a figure."""
    return [value / other for value, other in zip(samples, base) if value is not None and other]


def best(samples, among):
    """Whose median is the lowest."""
    spreads = {name: spread(samples[name]) for name in samples if among(name)}
    measured = {name: one.median for name, one in spreads.items() if one}
    return min(measured, key=measured.get, default=None)


def verdict(bound, measured):
    """By the median; in doubt ("?") when the bound lies between the quartiles."""
    said = "met" if measured.median <= bound.most else "missed"
    return said + ("?" if measured.lower <= bound.most < measured.upper else "")


@dataclass(frozen=True)
class Figure:
    """What the tables say of a program in a row."""
    program: str
    value: Spread
    base: str | None = None
    ratio: Spread | None = None
    bound: object = None
    verdict: str = ""


def figures(row, samples):
    """Of every program that has samples, in their order; samples: program -> a list by repetition."""
    found = []
    for program, own in samples.items():
        value = spread(own)
        if value is None:
            continue
        base = row.base_of(program)
        if base in (THE_BEST, BEST_PEER):
            base = best(samples, is_peer if base == BEST_PEER else lambda name: not name.startswith("weft"))
        ratio = spread(ratios(own, samples.get(base, []))) if base != program else None
        bound = row.bounds.get(program)
        measured = ratio if bound and bound.base else value
        if not bound:
            said = ""
        else:
            said = verdict(bound, measured) if measured else "not judged"
        found.append(Figure(program, value, base if ratio else None, ratio, bound, said))
    return found
