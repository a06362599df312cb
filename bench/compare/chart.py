"""The chart: horizontal bars on a logarithmic scale, a group a workload, two columns. Colours and text suit light and dark
pages; where no style sheet is read, the light ones stand."""

import math
from html import escape

from report import number

WIDTH, MARGIN, GAP = 960, 16, 28
COLUMN = (WIDTH - 2 * MARGIN - GAP) // 2
NAMES = 112  # for the programs' names
AFTER = 52  # for the figure after the longest bar
BAR, STEP, TITLE, BETWEEN = 9, 14, 22, 12
AXIS = 26

STYLE = """
text { font-family: DejaVu Sans, Helvetica, Arial, sans-serif; font-size: 11px; fill: #24292f }
.title { font-size: 12.5px; font-weight: bold }
.head { font-size: 16px; font-weight: bold }
.faint, .tick { fill: #57606a }
.tick { font-size: 10px }
.grid { stroke: #d0d7de; stroke-width: 1 }
.spread { stroke: #24292f; stroke-width: 1.2; opacity: 0.55 }
.bound { stroke: #cf222e; stroke-width: 2 }
.weft { fill: #0a7d70 } .weft-gcc { fill: #43b3a4 }
.limit { fill: #8c959f } .peer { fill: #9db7dd }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 } .faint, .tick { fill: #9198a1 } .grid { stroke: #30363d }
  .spread { stroke: #e6edf3 } .bound { stroke: #ff7b72 }
  .weft { fill: #2fc4b2 } .weft-gcc { fill: #1d8579 } .limit { fill: #6e7681 } .peer { fill: #4a6a9c }
}"""


class Scale:
    """From a power of ten below all to one above."""

    def __init__(self, values, start, length):
        low, high = math.log10(min(values)), math.log10(max(values))
        self.first = math.floor(low)
        self.last = max(math.ceil(high), self.first + 1)
        self._start, self._length = start, length

    def x(self, value):
        part = (math.log10(value) - self.first) / (self.last - self.first)
        return self._start + self._length * min(max(part, 0), 1)

    def ticks(self):
        return [10.0**power for power in range(self.first, self.last + 1)]


def grouped(value):
    return f"{value:,.0f}" if value >= 1000 else number(value)


def class_of(program):
    if program.startswith("weft"):
        return "weft-gcc" if "gcc" in program else "weft"
    return "limit" if program.startswith(("limit", "raw")) else "peer"


def bound_at(figure):
    """Where a program's bound lies on the scale, so that its bar passes it when the verdict says so; or None."""
    if figure.bound is None:
        return None
    if figure.bound.base is None:
        return figure.bound.most
    return figure.value.median * figure.bound.most / figure.ratio.median if figure.ratio else None


def height_of(found):
    return TITLE + STEP * len(found) + BETWEEN


def in_columns(tables):
    """Two lists of about the same height, in order."""
    total, columns, height = sum(height_of(found) for _, found in tables), ([], []), 0
    for row, found in tables:
        columns[0 if height + height_of(found) / 2 <= total / 2 else 1].append((row, found))
        height += height_of(found)
    return columns


def tick_text(value):
    if value >= 1e6:
        return f"{value / 1e6:g}M"
    return f"{value / 1000:g}k" if value >= 1000 else f"{value:g}"


def draw_group(row, found, scale, left, top):
    """A workload: its title, then a bar a program."""
    yield (f'<text class="title" x="{left}" y="{top + 13}">{escape(row.title)}'
           f'<tspan class="faint" font-weight="normal" dx="6">{escape(row.unit)}</tspan></text>')
    y = top + TITLE
    for one in found:
        start, end = scale.x(10.0**scale.first), scale.x(one.value.median)
        middle = y + BAR / 2
        yield f'<text x="{left + NAMES - 6}" y="{middle + 4:.1f}" text-anchor="end">{escape(one.program)}</text>'
        yield (f'<rect class="{class_of(one.program)}" x="{start:.1f}" y="{y}" width="{max(end - start, 1):.1f}" '
               f'height="{BAR}" rx="1.5"><title>{escape(one.program)}: {number(one.value.median)} '
               f'({number(one.value.least)} to {number(one.value.most)})</title></rect>')
        least, most = scale.x(one.value.least), scale.x(one.value.most)
        yield f'<line class="spread" x1="{least:.1f}" x2="{most:.1f}" y1="{middle}" y2="{middle}"/>'
        bound = bound_at(one)
        if bound is not None:
            at = scale.x(bound)
            yield f'<line class="bound" x1="{at:.1f}" x2="{at:.1f}" y1="{y - 2}" y2="{y + BAR + 2}"/>'
            most = max(most, at)
        yield f'<text x="{max(end, most) + 5:.1f}" y="{middle + 4:.1f}">{grouped(one.value.median)}</text>'
        y += STEP


def draw_section(title, tables, top):
    """Workloads of one unit under one scale; returns the marks and where they end."""
    values = [value for _, found in tables for one in found for value in (one.value.least, one.value.median)]
    marks = [f'<text class="title" x="{MARGIN}" y="{top + 14}">{escape(title)}</text>']
    top += 24
    bottom = top
    for index, column in enumerate(in_columns(tables)):
        left = MARGIN + index * (COLUMN + GAP)
        scale = Scale(values, left + NAMES, COLUMN - NAMES - AFTER)
        height = AXIS + sum(height_of(found) for _, found in column)
        for tick in scale.ticks() if column else []:
            x = scale.x(tick)
            marks.append(f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{top + 16}" y2="{top + height - BETWEEN}"/>')
            marks.append(f'<text class="tick" x="{x:.1f}" y="{top + 11}" text-anchor="middle">{tick_text(tick)}</text>')
        y = top + AXIS
        for row, found in column:
            marks.extend(draw_group(row, found, scale, left, y))
            y += height_of(found)
        bottom = max(bottom, top + height)
    return marks, bottom


def draw(tables, machine):
    """The whole chart as SVG; tables: (row, figures)."""
    sections = {}
    for row, found in tables:
        if found and row.section:
            sections.setdefault(row.section, []).append((row, found))
    marks, y = [f'<text class="head" x="{MARGIN}" y="28">weft beside the limit and its peers</text>',
                f'<text class="faint" x="{MARGIN}" y="46">{escape(machine)}</text>'], 64
    x = MARGIN
    for name, text in (("weft", "weft, clang"), ("weft-gcc", "weft, g++"), ("limit", "limit"), ("peer", "peers")):
        marks.append(f'<rect class="{name}" x="{x}" y="{y - 9}" width="12" height="{BAR}" rx="1.5"/>'
                     f'<text x="{x + 17}" y="{y}">{text}</text>')
        x += 96
    marks.append(f'<line class="bound" x1="{x + 6}" x2="{x + 6}" y1="{y - 11}" y2="{y + 2}"/>'
                 f'<text x="{x + 14}" y="{y}">the bound that weft is to keep</text>')
    y += 20
    marks.append(f'<text class="faint" x="{MARGIN}" y="{y}">Less is better. A bar ends at the median, its line spans '
                 f'minimum to maximum; the scale is logarithmic.</text>')
    y += 16
    for title, rows in sections.items():
        drawn, y = draw_section(title, rows, y)
        marks += drawn
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y}" width="{WIDTH}" height="{y}" role="img" '
            f'aria-label="weft beside the limit and its peers">\n<style>{STYLE}\n</style>\n' + "\n".join(marks) + "\n</svg>\n")
