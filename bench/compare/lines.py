"""A chart of lines: what an operation costs by how many there are, a panel a kind. Both scales are logarithmic; a cost that
doesn't depend on the number is a level line. And the same as tables."""

import math
from html import escape

from chart import MARGIN, STYLE, WIDTH, grouped, tick_text
from report import NO_FIGURE, aligned, number

COLUMNS, GAP = 2, 36
PANEL = (WIDTH - 2 * MARGIN - (COLUMNS - 1) * GAP) // COLUMNS
LEFT, RIGHT, TOP, HEIGHT, BOTTOM = 44, 136, 30, 150, 34  # of a panel: for ticks, names, title, lines, ticks
COLOURS = {"weft-clang": "weft", "weft-clang uring": "weft", "weft-clang epoll": "weft-gcc", "limit-clang": "limit",
           "raw uring": "limit", "raw epoll": "limit"}
LINES = """
polyline { fill: none; stroke-width: 2 } polyline.weft, circle.weft { stroke: #0a7d70 } circle.weft { fill: #0a7d70 }
polyline.weft-gcc { stroke: #43b3a4 } polyline.limit { stroke: #8c959f } polyline.peer { stroke: #9db7dd }
polyline.weft, polyline.weft-gcc, polyline.limit, polyline.peer { fill: none }
@media (prefers-color-scheme: dark) {
  polyline.weft { stroke: #2fc4b2 } polyline.weft-gcc { stroke: #1d8579 } polyline.limit { stroke: #6e7681 }
  polyline.peer { stroke: #4a6a9c }
}"""


def panels(tables):
    """title -> program -> [(how many, median)], of the rows that are points of a line."""
    found = {}
    for row, figures in tables:
        if not row.line:
            continue
        title, size = row.line
        for one in figures:
            found.setdefault(title, {}).setdefault(one.program, []).append((size, one.value.median))
    return found


def _scale(values, start, length, steps):
    """A function from a value to its place, and the ticks: of `steps` marks a power of ten."""
    marks = [factor * 10.0**power for power in range(-2, 9) for factor in steps]
    low = max([one for one in marks if one <= min(values)], default=marks[0])
    high = min([one for one in marks if one >= max(values) and one > low], default=marks[-1])
    span = math.log(high / low)
    return (lambda value: start + length * math.log(value / low) / span), [one for one in marks if low <= one <= high]


def _apart(places, least, lowest):
    """Moves the names' places as far as they would touch: down, and up again from the lowest that there may be."""
    moved, last = {}, -math.inf
    for name, y in sorted(places.items(), key=lambda one: one[1]):
        last = max(y, last + least)
        moved[name] = last
    for name in reversed(moved):
        moved[name] = lowest = min(moved[name], lowest)
        lowest -= least
    return moved


def _panel(title, lines, left, top):
    sizes = [size for points in lines.values() for size, _ in points]
    costs = [cost for points in lines.values() for _, cost in points]
    x_of, x_ticks = _scale(sizes, left + LEFT, PANEL - LEFT - RIGHT, (1,))
    bottom = top + TOP + HEIGHT
    y_of, y_ticks = _scale(costs, bottom, -HEIGHT, (1, 2, 5))
    yield (f'<text class="title" x="{left}" y="{top + 13}">{escape(title)}'
           '<tspan class="faint" font-weight="normal" dx="6">CPU ns</tspan></text>')
    for tick in y_ticks:
        y = y_of(tick)
        yield f'<line class="grid" x1="{left + LEFT}" x2="{left + PANEL - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield f'<text class="tick" x="{left + LEFT - 6}" y="{y + 3.5:.1f}" text-anchor="end">{tick_text(tick)}</text>'
    for tick in x_ticks:
        yield (f'<text class="tick" x="{x_of(tick):.1f}" y="{bottom + 15}" text-anchor="middle">{tick_text(tick)}</text>')
    names = {}
    # The first of the programs are weft's: they are drawn last, over the others.
    for program, points in reversed(lines.items()):
        kind = COLOURS.get(program, "peer")
        dash = ' stroke-dasharray="5 3"' if program.endswith("epoll") else ""
        path = " ".join(f"{x_of(size):.1f},{y_of(cost):.1f}" for size, cost in points)
        yield f'<polyline class="{kind}"{dash} points="{path}"><title>{escape(program)}</title></polyline>'
        names[program] = y_of(points[-1][1])
    for program, y in _apart(names, 12, bottom).items():
        cost = lines[program][-1][1]
        yield f'<text x="{left + PANEL - RIGHT + 6}" y="{y + 4:.1f}">{escape(program)} {grouped(cost)}</text>'


def draw(tables, machine):
    """As SVG; empty where no row is of a line."""
    found = panels(tables)
    if not found:
        return ""
    marks = [f'<text class="head" x="{MARGIN}" y="28">What an operation costs, by how many there are at a time</text>',
             f'<text class="faint" x="{MARGIN}" y="46">{escape(machine)}</text>']
    each = TOP + HEIGHT + BOTTOM
    for index, (title, lines) in enumerate(found.items()):
        left, top = MARGIN + index % COLUMNS * (PANEL + GAP), 66 + index // COLUMNS * each
        marks += _panel(title, lines, left, top)
    height = 66 + math.ceil(len(found) / COLUMNS) * each
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
            f'role="img" aria-label="cost by number">\n<style>{STYLE}{LINES}\n</style>\n' + "\n".join(marks) + "\n</svg>\n")


def told(tables):
    """A table a panel: a line a program, a column a number."""
    lines = []
    for title, programs in panels(tables).items():
        sizes = sorted({size for points in programs.values() for size, _ in points})
        cells = [("", *(f"{size:,}" for size in sizes), "")]
        cells += [(f"  {program}", *(number(dict(points).get(size)) if size in dict(points) else NO_FIGURE for size in sizes), "")
                  for program, points in programs.items()]
        lines += [f"{title}: CPU ns by how many there are", *aligned(cells), ""]
    return lines
