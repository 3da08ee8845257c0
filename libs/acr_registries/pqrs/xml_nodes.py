"""Gathers the providers of a registry file from XML events, and turns their elements into values.

A provider's elements are counted, so that no file fills the memory. Rules are not known here.
"""

import functools
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from acr_domain.findings import pointer
from acr_registries.bounded_xml import XmlReader
from acr_registries.element_kinds import BadText, Kind, kind_at, read_value
from acr_registries.forms import Form, Path
from acr_registries.registry import ConversionProblem

PROVIDER_ELEMENTS_MAX = 20_000
TEXT_CHARACTERS_MAX = 4_000
NAME_CHARACTERS_MAX = 100
KINDS_MAX = 1_024  # Names are the sender's: only the latest are remembered.
ROOT, KIND, VERSION = "submission", "PQRS-REGISTRY", "8.0"
_NIL = ("true", "1")


@dataclass(slots=True)
class Node:
    """An element with what is in it; it grows while it is read."""

    name: str
    line: int
    nil: bool = False
    text: str = ""
    children: dict[str, list["Node"]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ProviderNode:
    """One provider, with what its file says of all of them."""

    node: Node
    group: str | None
    audit: Node | None
    sender: Node | None
    problem: ConversionProblem | None


class ProviderReader(XmlReader):
    """Gathers providers; they are to be taken from it as they come."""

    def __init__(self) -> None:
        """Begin before the document."""
        self.providers: deque[ProviderNode] = deque()
        self.refusal: ConversionProblem | None = None
        self.seen = False
        self._path: list[str] = []
        self._group: str | None = None
        self._audit: Node | None = None
        self._sender: Node | None = None
        self._open: list[Node] = []  # From a provider, or another part that is kept, inwards.
        self._count = 0
        self._problem: ConversionProblem | None = None

    def start(self, name: str, attributes: dict[str, str], line: int) -> None:
        """Take the start of an element; only what is within a part is kept."""
        name = name[:NAME_CHARACTERS_MAX]
        if not self._path:
            self._check_root(name, attributes, line)
        self._path.append(name)
        if self._path[1:] == ["measure-group"]:
            self._group = attributes.get("ID", "")[:NAME_CHARACTERS_MAX] or None
        if not self._open and not self._is_part():
            return
        nil = any(key.endswith(":nil") and value in _NIL for key, value in attributes.items())
        node = Node(name, line, nil)
        if not self._open:
            self._count, self._problem = 0, None
        self._count += 1
        if self._count > PROVIDER_ELEMENTS_MAX:
            message = f"It has more than {PROVIDER_ELEMENTS_MAX} elements. Split it."
            self._problem = ConversionProblem(self._open[0].line, self._open[0].name, message)
        elif self._open:
            self._open[-1].children.setdefault(name, []).append(node)
        self._open.append(node)

    def text(self, text: str) -> None:
        """Take a piece of text."""
        if not self._open:
            return
        node = self._open[-1]
        if len(node.text) <= TEXT_CHARACTERS_MAX:
            node.text += text
        else:
            message = f"The element has more than {TEXT_CHARACTERS_MAX} characters. Shorten it."
            self._problem = ConversionProblem(node.line, node.name, message)

    def end(self, name: str) -> None:
        """Take the end of an element; that of a provider makes it ready."""
        self._path.pop()
        if not self._open:
            return
        node = self._open.pop()
        if self._open:
            return
        match node.name:
            case "file-audit-data":
                self._audit = node
            case "registry":
                self._sender = node
            case _:
                self.seen = True
                self.providers.append(
                    ProviderNode(node, self._group, self._audit, self._sender, self._problem)
                )

    def _is_part(self) -> bool:
        return self._path[1:] in (
            ["file-audit-data"],
            ["registry"],
            ["measure-group", "provider"],
        )

    def _check_root(self, name: str, attributes: dict[str, str], line: int) -> None:
        if name == ROOT and attributes.get("type") == KIND and attributes.get("version") == VERSION:
            return
        message = (
            f'The first element must be {ROOT} with type="{KIND}" and version="{VERSION}": no other '
            "form of the file is known."
        )
        self.refusal = ConversionProblem(line, name if name == ROOT else "", message)


class XmlValues:
    """Turns elements into values of the payload's form; gathers problems and where things stand."""

    def __init__(self, model: type[Form]) -> None:
        """Take the bound form of the payload."""
        self.problems: list[ConversionProblem] = []
        self.fields: dict[str, str] = {}
        self.lines: dict[str, int] = {}
        self._model = model

    def object(self, node: Node, path: Path, told: str) -> dict[str, Any]:
        """Give an element's children as members; blank and nil ones are left out.

        ``path`` is its place in the payload, ``told`` what to call it.
        """
        place = pointer("payload", *path)
        self.fields[place], self.lines[place] = told, node.line
        members: dict[str, Any] = {}
        for name, children in node.children.items():
            child = children[0]
            self.lines[f"{place}/{name}"] = child.line
            if len(children) > 1:
                self._add(children[1], f"{told}/{name}", "The element is there twice. Keep one.")
            elif child.children:
                members[name] = self.object(child, (*path, name), f"{told}/{name}")
            elif text := child.text.strip():
                self._put(members, child, text, (*path, name), f"{told}/{name}")
        return members

    def _put(self, members: dict[str, Any], child: Node, text: str, path: Path, told: str) -> None:
        if child.nil:
            self._add(child, told, "The element is nil and has a value. Keep one of both.")
            return
        try:
            members[child.name] = read_value(_kind(self._model, _names(path)), text, ",")
        except BadText as error:
            self._add(child, told, str(error).replace("The field", "The element"))

    def _add(self, node: Node, told: str, message: str) -> None:
        self.problems.append(ConversionProblem(node.line, told, message))


def _names(path: Path) -> Path:
    return tuple(step for step in path if isinstance(step, str))


@functools.lru_cache(maxsize=KINDS_MAX)
def _kind(model: type[Form], names: Path) -> Kind:
    return kind_at(model, names)
