"""What is said of the figures: a table a workload, a summary, and the same as tab-separated values."""

from workloads import is_peer

NO_FIGURE = "-"


def number(value):
    """Three digits that count."""
    if value is None:
        return NO_FIGURE
    if abs(value) >= 99.95:
        return f"{value:.0f}"
    return f"{value:.1f}" if abs(value) >= 9.995 else f"{value:.2f}"


def ratio_text(figure):
    if figure is None or figure.ratio is None:
        return NO_FIGURE
    one = figure.ratio
    return f"{one.median:.2f} ({one.lower:.2f}..{one.upper:.2f})"


def bound_text(bound):
    if bound is None:
        return ""
    return f"<= {bound.most:g}" + (f" x {bound.base}" if bound.base else "")


def aligned(lines):
    """The first column to the left, the others to the right but for the last."""
    widths = [max(len(cell) for cell in column) for column in zip(*lines)]
    for line in lines:
        cells = [cell.ljust(width) if i in (0, len(line) - 1) else cell.rjust(width)
                 for i, (cell, width) in enumerate(zip(line, widths))]
        yield "  ".join(cells).rstrip()


def detail(row, found):
    """All programs of a workload."""
    lines = [("", "median", "min", "max", "ratio (quartiles)", "to", "bound")]
    for one in found:
        judged = f"{bound_text(one.bound)}: {one.verdict}" if one.bound else ""
        lines.append((f"  {one.program}", number(one.value.median), number(one.value.least), number(one.value.most),
                      ratio_text(one) if one.ratio else "", one.base or "", judged))
    return [f"{row.title}: {row.unit}", *aligned(lines), ""]


def machine(tables):
    """One table of what has no bounds and one program: the primitives."""
    lines = [("", "median", "min", "max", "")]
    lines += [(f"  {row.title}", number(one.value.median), number(one.value.least), number(one.value.most), "")
              for row, found in tables for one in found]
    return [f"machine: {tables[0][0].unit} a primitive", *aligned(lines), ""] if tables else []


def best_peers(found, count=3):
    peers = sorted((one for one in found if is_peer(one.program)), key=lambda one: one.value.median)
    return ", ".join(f"{one.program} {number(one.value.median)}" for one in peers[:count])


def summary(tables):
    """A line for each bound: both compilers, what they are measured by, and the best of the peers. tables: (row, figures)."""
    lines = [("workload", "unit", "weft-clang", "limit", "ratio (quartiles)", "weft-gcc", "limit", "ratio (quartiles)",
              "bound", "clang", "gcc", "best peers")]
    for row, found in tables:
        by_name = {one.program: one for one in found}
        for suffix, weft, bases in row.summary:
            cells = [row.title + suffix, row.unit]
            for program, base in zip(weft, bases):
                figure, limit = by_name.get(program), by_name.get(base)
                cells += [number(figure and figure.value.median), number(limit and limit.value.median),
                          ratio_text(figure)]
            bound = bound_text(row.bounds.get(weft[0])).replace("limit-clang", "limit")
            verdicts = [by_name[program].verdict if program in by_name else NO_FIGURE for program in weft]
            lines.append((*cells, bound, *verdicts, best_peers(found)))
    return list(aligned(lines))


TSV_COLUMNS = ("workload", "unit", "program", "median", "min", "max", "repetitions", "ratio_to", "ratio", "ratio_lower",
               "ratio_upper", "bound", "bound_of", "verdict")


def tsv(head, tables):
    """head: lines on the machine, which become comments."""
    lines = [f"# {line}" for line in head]
    lines.append("\t".join(TSV_COLUMNS))
    for row, found in tables:
        for one in found:
            ratio, bound = one.ratio, one.bound
            cells = [row.title, row.unit, one.program, one.value.median, one.value.least, one.value.most,
                     one.value.count, one.base, ratio and ratio.median, ratio and ratio.lower, ratio and ratio.upper,
                     bound and bound.most, bound and (bound.base or "absolute"), one.verdict]
            lines.append("\t".join(_cell(cell) for cell in cells))
    return "\n".join(lines) + "\n"


def _cell(value):
    if value is None:
        return ""
    return f"{value:.4g}" if isinstance(value, float) and value < 1000 else (
        f"{value:.0f}" if isinstance(value, float) else str(value))


def counts(tables):
    """How many bounds were met and missed."""
    said = [one.verdict for _, found in tables for one in found if one.bound]
    met = sum(one.startswith("met") for one in said)
    missed = sum(one.startswith("missed") for one in said)
    unsure = sum(one.endswith("?") for one in said)
    return f"bounds: {met} met, {missed} missed, {len(said) - met - missed} not judged; {unsure} of them in doubt (?)"
