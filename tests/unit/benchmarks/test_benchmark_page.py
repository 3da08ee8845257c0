"""The page and the plots are those of the committed results, and plots are drawn the same each time."""

from xml.etree import ElementTree

import pytest
from benchmarks.figures import draw
from benchmarks.outcome import read_results
from benchmarks.page import PAGE, files_of, put_between
from benchmarks.plots import Bar, bars, lines

SPACE = "{http://www.w3.org/2000/svg}"
BARS = [Bar("a < b", 2.0, 1.0, 4.0, "2"), Bar("c", 1.0, 1.0, 1.0, "1", 1)]


def test_the_page_and_its_plots_are_those_of_the_committed_results() -> None:
    differing = [
        path.name
        for path, text in files_of(read_results()).items()
        if not path.is_file() or path.read_text(encoding="utf-8") != text
    ]

    assert not differing, "run python -m benchmarks.page"


def test_the_page_shows_every_plot_once() -> None:
    page, drawn = PAGE.read_text(encoding="utf-8"), draw(read_results())

    shown = [line.partition("](benchmarks/")[2][:-1] for line in page.splitlines() if "![" in line]
    assert set(drawn) == set(shown)
    assert len(shown) == len(set(shown))


def test_bars_are_as_long_as_their_values() -> None:
    drawn = ElementTree.fromstring(bars("title", "note", BARS, goal=4.0))

    widths = [float(r.get("width", 0)) for r in drawn.iter(f"{SPACE}rect") if r.get("rx")]
    goal = next(r for r in drawn.iter(f"{SPACE}line") if r.get("class") == "goal")
    spread = next(r for r in drawn.iter(f"{SPACE}line") if r.get("class") == "spread")
    assert widths[0] == 2 * widths[1]
    assert goal.get("x1") == spread.get("x2")
    assert "a < b" in [text.text for text in drawn.iter(f"{SPACE}text")]


def test_lines_begin_at_zero() -> None:
    drawn = ElementTree.fromstring(lines("t", "n", "MiB", {"one": [(0, 0), (10, 5), (20, 10)]}))

    path = next(drawn.iter(f"{SPACE}polyline")).get("points", "").split()
    heights = [float(point.partition(",")[2]) for point in path]
    bottom = max(float(each.get("y1", 0)) for each in drawn.iter(f"{SPACE}line"))
    assert heights[0] == bottom
    assert heights[0] - heights[1] == pytest.approx(heights[1] - heights[2], abs=0.2)


def test_plots_are_the_same_each_time_and_know_the_dark() -> None:
    once, again = (bars("title", "note", BARS) for _ in range(2))

    assert once == again
    assert "prefers-color-scheme: dark" in once


def test_a_page_without_markers_is_told() -> None:
    assert put_between("a<!-- x: begin -->b<!-- x: end -->c", "x", "d") == (
        "a<!-- x: begin -->\nd\n<!-- x: end -->c"
    )
    with pytest.raises(ValueError, match="no markers"):
        put_between("a", "x", "d")
