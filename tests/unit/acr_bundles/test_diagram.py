"""The drawing of the data model: well formed, complete, nothing over anything else."""

import itertools
from xml.etree import ElementTree

import pytest

from acr_bundles.diagram import ROWS_MAX, Box
from acr_registries.catalogue import load_registries
from acr_registries.contract import open_contract
from acr_testkit.made_bundles import bundle_of

SVG = "{http://www.w3.org/2000/svg}"
NAMES = sorted(load_registries())


def drawing(name: str) -> ElementTree.Element:
    return ElementTree.fromstring(bundle_of(name).files["model.svg"])


@pytest.mark.parametrize("name", NAMES)
def test_a_drawing_has_title_and_description(name: str) -> None:
    svg = drawing(name)

    assert svg.get("aria-labelledby") == "title desc"
    assert load_registries()[name].title in str(svg.findtext(f"{SVG}title"))
    assert svg.findtext(f"{SVG}desc")


@pytest.mark.parametrize("name", NAMES)
def test_every_element_is_on_the_drawing(name: str) -> None:
    told = {str(text.text).split(":")[0] for text in drawing(name).iter(f"{SVG}text")}
    contract = open_contract(load_registries()[name])

    assert {e for form in contract.bound_models() for e in form.binding.by_name} <= told


@pytest.mark.parametrize("name", NAMES)
def test_boxes_lie_apart_and_within_the_drawing(name: str) -> None:
    svg = drawing(name)
    boxes = [
        tuple(float(str(each.get(side))) for side in ("x", "y", "width", "height"))
        for each in svg.iter(f"{SVG}rect")
        if each.get("class") == "b"
    ]

    overlaps = [
        (one, other)
        for one, other in itertools.combinations(boxes, 2)
        if one[0] < other[0] + other[2]
        and other[0] < one[0] + one[2]
        and one[1] < other[1] + other[3]
        and other[1] < one[1] + one[3]
    ]
    assert overlaps == []
    assert max(x + width for x, _, width, _ in boxes) < float(str(svg.get("width")))
    assert max(y + height for _, y, _, height in boxes) < float(str(svg.get("height")))


def test_a_long_form_is_divided_into_columns() -> None:
    box = Box("Long", "", lines=[(" ", f"element{n}") for n in range(2 * ROWS_MAX + 1)])

    assert box.columns == 3
    assert box.rows <= ROWS_MAX
    assert box.place_of(0)[0] < box.place_of(len(box.lines) - 1)[0]
