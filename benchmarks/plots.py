"""Draws bars and lines as SVG, the same bytes for the same figures, readable on light and on dark."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

WIDTH, LABELS, VALUES = 760, 280, 90
ROW, TOP, BOTTOM = 26, 44, 30
LINES_HEIGHT, LEFT, RIGHT = 260, 60, 120
TICKS = 4
COLOURS = ("one", "two", "three", "four")
STYLE = """
text { font: 13px system-ui, sans-serif; fill: #24292f; }
.title { font-weight: 600; font-size: 14px; }
.note { fill: #57606a; font-size: 12px; }
.paper { fill: #ffffff; }
.grid { stroke: #d0d7de; stroke-width: 1; }
.goal { stroke: #cf222e; stroke-width: 2; stroke-dasharray: 5 4; }
.spread { stroke: #24292f; stroke-width: 1.5; }
.one { fill: #0969da; stroke: #0969da; } .two { fill: #bc4c00; stroke: #bc4c00; }
.three { fill: #1a7f37; stroke: #1a7f37; } .four { fill: #8250df; stroke: #8250df; }
polyline { fill: none !important; stroke-width: 2; }
rect.one, rect.two, rect.three, rect.four { stroke: none; }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3; } .note { fill: #9198a1; } .paper { fill: #0d1117; }
.grid { stroke: #3d444d; } .goal { stroke: #ff7b72; } .spread { stroke: #e6edf3; }
.one { fill: #58a6ff; stroke: #58a6ff; } .two { fill: #f0883e; stroke: #f0883e; }
.three { fill: #3fb950; stroke: #3fb950; } .four { fill: #bc8cff; stroke: #bc8cff; }
}
"""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its label, value, least and most, the text beside it, and its colour's number."""

    label: str
    value: float
    least: float
    most: float
    told: str
    colour: int = 0


def bars(title: str, note: str, rows: Sequence[Bar], *, goal: float | None = None) -> str:
    """Draw bars below each other, each with its spread; ``goal`` is a line across all of them."""
    room = WIDTH - LABELS - VALUES
    most = max([*(row.most for row in rows), goal or 0.0]) or 1.0
    height = TOP + ROW * len(rows) + BOTTOM
    parts = []
    for number, row in enumerate(rows):
        middle = TOP + ROW * number + ROW / 2
        end, low, high = (LABELS + room * each / most for each in (row.value, row.least, row.most))
        parts += [
            f'<text x="{LABELS - 8}" y="{middle + 4:.0f}" text-anchor="end">{escape(row.label)}</text>',
            (
                f'<rect class="{COLOURS[row.colour]}" x="{LABELS}" y="{middle - 8:.0f}" '
                f'width="{end - LABELS:.1f}" height="16" rx="2"/>'
            ),
            f'<line class="spread" x1="{low:.1f}" y1="{middle:.0f}" x2="{high:.1f}" y2="{middle:.0f}"/>',
            f'<text x="{high + 8:.1f}" y="{middle + 4:.0f}">{escape(row.told)}</text>',
        ]
    if goal is not None:
        at = LABELS + room * goal / most
        parts.append(
            f'<line class="goal" x1="{at:.1f}" y1="{TOP - 6}" x2="{at:.1f}" y2="{height - BOTTOM + 4}"/>'
        )
    return _document(title, note, height, parts)


def lines(
    title: str, note: str, unit: str, series: Mapping[str, Sequence[tuple[float, float]]]
) -> str:
    """Draw lines over a common span, from zero up; each is named at its end."""
    points = [point for each in series.values() for point in each]
    across, most = max(x for x, _ in points) or 1.0, (max(y for _, y in points) or 1.0) * 1.1
    room, deep = WIDTH - LEFT - RIGHT, LINES_HEIGHT - TOP - BOTTOM
    parts = []
    for tick in range(TICKS + 1):
        y = TOP + deep * (1 - tick / TICKS)
        parts += [
            f'<line class="grid" x1="{LEFT}" y1="{y:.1f}" x2="{LEFT + room}" y2="{y:.1f}"/>',
            (
                f'<text class="note" x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">'
                f"{most * tick / TICKS:,.0f}</text>"
            ),
        ]
    for colour, (name, each) in enumerate(series.items()):
        placed = [(LEFT + room * x / across, TOP + deep * (1 - y / most)) for x, y in each]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in placed)
        end_x, end_y = placed[-1]
        parts += [
            f'<polyline class="{COLOURS[colour]}" points="{path}"/>',
            f'<text x="{end_x + 8:.1f}" y="{end_y + 4 + 2 * colour:.1f}">{escape(name)}</text>',
        ]
    parts.append(f'<text class="note" x="{LEFT}" y="{TOP - 8}">{escape(unit)}</text>')
    return _document(title, note, LINES_HEIGHT, parts)


def _document(title: str, note: str, height: float, parts: Sequence[str]) -> str:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" '
        f'width="{WIDTH}" height="{height:.0f}" role="img">'
    )
    return "\n".join(
        [
            head,
            f"<title>{escape(title)}</title>",
            f"<style>{STYLE}</style>",
            f'<rect class="paper" width="{WIDTH}" height="{height:.0f}"/>',
            f'<text class="title" x="12" y="22">{escape(title)}</text>',
            *parts,
            f'<text class="note" x="12" y="{height - 9:.0f}">{escape(note)}</text>',
            "</svg>",
            "",
        ]
    )
