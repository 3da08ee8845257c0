"""Draws the data model of a contract as SVG: forms as boxes, what holds what as lines. Pure.

Forms stand to the right of the form that holds them, at the height of their own subtree, and lines
bend in the order of their rows; so no line crosses another.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from typing import Any

from acr_bundles.choices import Choice, payload_choices, program_choices
from acr_bundles.exchange import choice_words
from acr_bundles.form_schema import Schema, form_schema, header_schema, program_schema
from acr_bundles.type_words import type_words
from acr_registries.contract import Contract
from acr_registries.elements import Element, Need
from acr_registries.forms import Form

ROW, HEAD, FOOT, PAD = 17, 26, 8, 10
COLUMN_GAP, BOX_GAP, BEND_STEP = 90, 30, 9
LABEL_CHARACTERS_MAX = 90
TOP = 72  # Below the title and what the marks mean.
CHARACTER = 6.6  # Width of a character of the 11 px monospaced face.
ROWS_MAX = 30  # Longer boxes are divided into columns.
NEEDS = {
    "store": "\u25cf",
    "complete": "\u25d0",
    "conditional": "\u25cb",
    "optional": " ",
    "derived": "=",
}
_STYLE = (
    "text{font:11px ui-monospace,Menlo,Consolas,monospace;fill:#1b2733}"
    ".n{font:bold 14px system-ui,sans-serif}.h{font-weight:bold;fill:#fff}.s{fill:#5a6875}.c{fill:#0b5cad}"
    ".b{fill:#fff;stroke:#7a8794}.t{fill:#24506f}.p{fill:#5a6875}"
    ".l{fill:none;stroke:#7a8794;stroke-width:1.2}"
)


@dataclass(slots=True)
class Box:
    """One form on the drawing. It changes while its place is found.

    ``label`` says how many there may be, or when; ``lines`` are mark and text of each element;
    ``links`` lead from a line to the box that it holds: several lines may lead to the same one.
    """

    title: str
    about: str
    table: str = ""
    label: str = ""
    lines: list[tuple[str, str]] = field(default_factory=list)
    links: list[tuple[int, "Box"]] = field(default_factory=list)
    x: float = 0
    y: float = 0
    depth: int = 0

    @property
    def columns(self) -> int:
        """Tell in how many columns the lines stand."""
        return max(1, -(-len(self.lines) // ROWS_MAX))

    @property
    def rows(self) -> int:
        """Tell how many lines stand in a column."""
        return -(-len(self.lines) // self.columns) if self.lines else 0

    @property
    def line_width(self) -> float:
        """Give the width of a column of lines."""
        longest = max((len(text) for _, text in self.lines), default=0)
        return (longest + 4) * CHARACTER

    @property
    def width(self) -> float:
        """Give the width of the box."""
        heading = (len(self.title) + len(self.table) + 4) * (CHARACTER + 0.6)
        widest = max(self.columns * self.line_width, heading, len(self.label) * CHARACTER)
        return widest + 2 * PAD

    @property
    def height(self) -> float:
        """Give the height of the box."""
        return HEAD + self.rows * ROW + FOOT

    def place_of(self, line: int) -> tuple[float, float]:
        """Give where the right end of a line is."""
        column, row = divmod(line, max(self.rows, 1))
        right = self.x + self.width if column == self.columns - 1 else self.x + PAD
        right += 0 if column == self.columns - 1 else (column + 1) * self.line_width - CHARACTER
        return right, self.y + HEAD + row * ROW + ROW / 2

    def held(self) -> list["Box"]:
        """List the boxes that this one leads to, each once."""
        return list({id(box): box for _, box in self.links}.values())

    def all_boxes(self) -> Iterator["Box"]:
        """Give this box and those that it leads to."""
        yield self
        for box in self.held():
            yield from box.all_boxes()


def model_svg(contract: Contract) -> bytes:
    """Draw the data model of a contract."""
    root = _submission(contract)
    widths: dict[int, float] = {}
    _measure(root, 0, widths)
    _place(
        root, TOP, [PAD + sum(widths[d] + COLUMN_GAP for d in range(n)) for n in range(len(widths))]
    )
    boxes = list(root.all_boxes())
    width = max(box.x + box.width for box in boxes) + PAD
    height = max(box.y + box.height for box in boxes) + PAD
    title = f"{contract.registry.title}, contract version {contract.version.name}: data model"
    forms = ", ".join(dict.fromkeys(box.title for box in boxes))
    about = (
        f"Boxes are the parts of a submission, each with its elements: {forms}. "
        "Lines lead from an element to the part that it holds."
    )
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}"',
        f'viewBox="0 0 {width:.0f} {height:.0f}" role="img" aria-labelledby="title desc">',
        f'<title id="title">{escape(title)}</title><desc id="desc">{escape(about)}</desc>',
        f"<style>{_STYLE}</style>",
        f'<rect width="{width:.0f}" height="{height:.0f}" fill="#fff"/>',
        f'<text class="n" x="{PAD}" y="22">{escape(title)}</text>',
        f'<text class="s" x="{PAD}" y="40">{_legend()}</text>',
        *(line for box in boxes for line in _lines(box)),
        *(line for box in boxes for line in _box(box)),
        "</svg>",
    ]
    return ("\n".join(parts) + "\n").encode()


def _legend() -> str:
    said = {
        "store": "needed to be stored",
        "complete": "needed to be complete",
        "conditional": "needed sometimes",
        "derived": "computed by the registry",
    }
    told = [f"{NEEDS[need]} {words}" for need, words in said.items()]
    return " &#160; ".join([*told, "dark heading: name : table of its own", "0..9: how many"])


def _submission(contract: Contract) -> Box:
    root = Box(
        "submission",
        "What is sent.",
        lines=[(NEEDS["store"], "dartheader"), (NEEDS["store"], "payload")],
    )
    header = _schema_box("dartheader", header_schema(contract))
    place = [text.split(":")[0] for _, text in header.lines].index("programspecificdata")
    programs = program_choices(contract.registry)
    for choice in programs:
        if choice.chosen is not None and program_schema(contract, choice.chosen)["properties"]:
            box = _schema_box(choice.chosen.__name__, program_schema(contract, choice.chosen))
            box.label = _when(choice, programs)
            header.links.append((place, box))
    root.links.append((0, header))
    payloads = payload_choices(contract)
    for choice in payloads:
        if choice.chosen is not None:
            box = _form_box(contract, contract.bound[choice.chosen])
            box.label = _when(choice, payloads)
            root.links.append((1, box))
    return root


def _when(choice: Choice, choices: list[Choice]) -> str:
    told = choice_words(choice, choices)
    return told if len(told) <= LABEL_CHARACTERS_MAX else "else"


def _schema_box(title: str, schema: Schema) -> Box:
    lines = [
        (NEEDS[told["x-need"]], f"{name}: {type_words(told)}")
        for name, told in schema["properties"].items()
    ]
    return Box(title, schema["description"], lines=lines)


def _form_box(contract: Contract, form: type[Form]) -> Box:
    schema: dict[str, Any] = form_schema(contract, form)
    schema = next((each for each in schema.get("anyOf", ()) if "properties" in each), schema)
    box = Box(form.__name__, form.binding.about, form.table)
    nested = {each.name: each for each in form.binding.nested}
    held: dict[type[Form], Box] = {}
    for name, element in form.binding.by_name.items():
        unit = f" [{element.unit}]" if element.unit else ""
        words = type_words(schema["properties"][name])
        box.lines.append((NEEDS[element.need.value], f"{name}: {words}{unit}"))
        if name in nested:
            within = nested[name].form
            declared = within.binding.declared
            if declared not in held:
                held[declared] = _form_box(contract, within)
                held[declared].label = _how_many(element, many=nested[name].many)
            box.links.append((len(box.lines) - 1, held[declared]))
    for each in form.derived:
        unit = f" [{each.unit}]" if each.unit else ""
        box.lines.append(
            (
                NEEDS["derived"],
                f"{each.attribute}: {type_words({'type': each.kind.__name__})}{unit}",
            )
        )
    return box


def _how_many(element: Element, *, many: bool) -> str:
    if many:
        return f"{element.items_least}..{element.items_most}"
    return "1" if element.need is Need.STORE else "0..1"


def _measure(box: Box, depth: int, widths: dict[int, float]) -> None:
    box.depth = depth
    widths[depth] = max(widths.get(depth, 0), box.width)
    for each in box.held():
        _measure(each, depth + 1, widths)


def _place(box: Box, top: float, left: list[float]) -> float:
    """Place a box and what it leads to from ``top`` down; give where the next one may begin."""
    box.x, box.y = left[box.depth], top
    below = top
    for each in box.held():
        below = _place(each, below, left)
    return max(below, box.y + box.height + BOX_GAP)


def _lines(box: Box) -> Iterator[str]:
    held = box.held()
    step = min(BEND_STEP, (COLUMN_GAP - 2 * BEND_STEP) / max(len(held), 1))
    places = {id(each): place for place, each in enumerate(held)}
    for line, each in box.links:
        x, y = box.place_of(line)
        to_y = each.y + HEAD / 2
        place = places[id(each)]
        # Lines that fall bend the earlier the lower they begin, those that rise the later.
        turn = place if y < to_y else len(held) - 1 - place
        bend = each.x - BEND_STEP - turn * step
        yield f'<path class="l" d="M{x:.1f} {y:.1f}H{bend:.1f}V{to_y:.1f}H{each.x:.1f}"/>'


def _box(box: Box) -> Iterator[str]:
    yield f"<g><title>{escape(box.title)}: {escape(box.about)}</title>"
    yield (
        f'<rect class="b" x="{box.x:.1f}" y="{box.y:.1f}" width="{box.width:.1f}" '
        f'height="{box.height:.1f}" rx="3"/>'
    )
    kind = "t" if box.table else "p"
    yield (
        f'<rect class="{kind}" x="{box.x:.1f}" y="{box.y:.1f}" width="{box.width:.1f}" '
        f'height="{HEAD - 6}" rx="3"/>'
    )
    yield f'<text class="s" x="{box.x + 2:.1f}" y="{box.y - 5:.1f}">{escape(box.label)}</text>'
    table = f" : {box.table}" if box.table else ""
    yield (
        f'<text class="h" x="{box.x + PAD:.1f}" y="{box.y + 14:.1f}">{escape(box.title + table)}</text>'
    )
    for place, (mark, text) in enumerate(box.lines):
        column, row = divmod(place, max(box.rows, 1))
        x = box.x + PAD + column * box.line_width
        y = box.y + HEAD + row * ROW + 12
        yield f'<text class="c" x="{x:.1f}" y="{y:.1f}">{mark}</text>'
        yield f'<text x="{x + 2 * CHARACTER:.1f}" y="{y:.1f}">{escape(text)}</text>'
    yield "</g>"
