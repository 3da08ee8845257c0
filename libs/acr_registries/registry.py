"""What a registry is: a name, the codes of its header, its forms and its rules. Declared, not coded.

A registry is a folder beside this file whose `registry.py` names a `REGISTRY`, or such a module of
another distribution under the entry point `acr_connect.registries`. Nothing else lists them.
"""

import functools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from random import Random
from typing import Any, BinaryIO, Generic, NamedTuple, Protocol, TypeAlias, TypeVar

from acr_domain.findings import Finding, Severity, pointer
from acr_domain.strict_json import JsonValue
from acr_domain.submission import SubmissionKey
from acr_registries.digests import digest_of
from acr_registries.elements import Version
from acr_registries.fast_json import JsonText
from acr_registries.forms import Form, Path
from acr_registries.header import DartHeader, ProgramData
from acr_registries.triggers import When

FormT = TypeVar("FormT")
KnownT = TypeVar("KnownT")


class Contents(NamedTuple):
    """One submission's content, read. A tuple, since a frozen class takes four times as long to make.

    ``payload`` is the payload as JSON; ``form`` its typed form, or None where the registry takes
    any JSON, where the record is cancelled, or where the payload does not fit its form. ``notes``
    are the findings about the payload's form. ``names`` maps paths of declared names to the last
    name as it was sent, where that differs, so that a pointer leads the sender to its own
    spelling. ``text`` is the body, read, and ``elements`` the header as it was sent under
    lower-case names: what a digest is taken of. ``version`` is the contract's version by which it
    was read, ``version_place`` the element that names one.
    """

    key: SubmissionKey
    version_no: int
    header: DartHeader
    program: ProgramData
    payload: JsonValue
    form: Form | None
    notes: tuple[Finding, ...]
    text: JsonText
    elements: Mapping[str, JsonValue]
    version: Version
    version_place: Path
    names: Mapping[Path, str]

    @property
    def digest(self) -> bytes:
        """Take the SHA-256 over the canonical content; a check before sending has no need of it."""
        return digest_of(self.header, self.elements, self.text)

    def pointer(self, *path: str | int) -> str:
        """Point at an element, by declared names, in the body as it was sent."""
        return pointer(*as_sent(self.names, path)) if self.names else _declared_pointer(*path)


# Declared names and indexes only: senders' systems break the same rules at the same places.
_declared_pointer = functools.lru_cache(maxsize=4096)(pointer)


def as_sent(names: Mapping[Path, str], path: Path) -> Path:
    """Spell a path of declared names as the sender did."""
    if not names:
        return path
    return tuple(names.get(path[: place + 1], path[place]) for place in range(len(path)))


class Receipt(NamedTuple):
    """What a rule may know beside its form. ``thresholds`` are the registry's own figures."""

    received_at: datetime
    contents: Contents
    thresholds: Mapping[str, float]


Place: TypeAlias = str | Path
"""An attribute of the form at fault, or a path of attributes and indexes to one within it."""

Places: TypeAlias = tuple[Place, ...]
NOWHERE: Places = ()


@dataclass(frozen=True, slots=True)
class InForce:
    """The days, both included, on which a rule is in force."""

    since: date = date.min
    until: date = date.max

    def holds(self, day: date) -> bool:
        """Tell whether the rule is in force on a day."""
        return self.since <= day <= self.until


@dataclass(frozen=True, slots=True)
class Knowing(Generic[FormT, KnownT]):
    """A check that is given what was looked up of its form, instead of the receipt.

    Rules that share a ``lookup`` share what it finds; where it is None, they have nothing to say.
    """

    lookup: Callable[[FormT, Receipt], KnownT | None]
    check: Callable[[FormT, KnownT], Places]

    def __call__(self, form: FormT, receipt: Receipt) -> Places:
        """Look up and check at once."""
        known = self.lookup(form, receipt)
        return NOWHERE if known is None else self.check(form, known)


@dataclass(frozen=True, slots=True)
class Rule(Generic[FormT]):
    """A rule of a registry.

    ``check`` is pure and gives the places at fault. ``form`` says what it looks at: a form of the
    payload, or `Contents` for rules about the header, whose places are paths from the body's root.
    ``message`` says what is wrong and what to do; it quotes no value of the submission, and may
    quote thresholds by name, in braces. ``source`` says where the rule comes from. ``days`` are
    compared with the day that the form is about. ``when`` says what a form must have for the check
    to find anything: the check is not asked of others, and gives the same answer without it.
    ``unless`` looks once for all rules of the form that name it: where it says yes, all is as it
    mostly is, and none of them finds anything. They too give the same answer without it.
    """

    rule_id: str
    severity: Severity
    source: str
    form: type[FormT]
    message: str
    check: Callable[[FormT, Receipt], Places]
    days: InForce | None = None
    when: When | None = None
    unless: Callable[[FormT, Receipt], bool] | None = None


@dataclass(frozen=True, slots=True)
class Synthetic:
    """The registry's own parts of one synthetic submission: no real people, no real numbers."""

    program: dict[str, Any]
    payload: dict[str, Any]


class Maker(Protocol):
    """Makes plausible synthetic submissions, by the figures that the reference publishes."""

    def __call__(self, random: Random, serial: int) -> Synthetic:
        """Make a submission without faults; ``serial`` is its number, from 0.

        All chance comes from ``random``, so that the same seed makes the same submissions.
        """


@dataclass(frozen=True, slots=True)
class Converted:
    """One record of a file as a submission.

    ``line`` is its line or number from 1. ``fields`` names the file's fields by JSON Pointers into
    the submission (of places within one, the rest of the pointer follows), ``lines`` the lines of
    its parts where it spans several, so that what is found in the submission is told of the file.
    """

    line: int
    submission: dict[str, Any]
    fields: Mapping[str, str] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ConversionProblem:
    """What is wrong with a place of a file: its line or record from 1, field and what to do.

    ``rest`` is the record without the fields at fault, in which more may be found; never to be sent.
    """

    line: int
    field: str
    message: str
    rest: Converted | None = None


class Converter(Protocol):
    """Turns one legacy file form into submissions, a record at a time."""

    def __call__(
        self, file: BinaryIO, header: Mapping[str, Any]
    ) -> Iterator[Converted | ConversionProblem]:
        """Give a submission, or its problems, for each record; memory stays flat.

        ``header`` gives the `dartheader` elements, by lower-case names, that the file does not carry.
        Whatever the file holds, what is wrong is given as problems and never raised.
        """


@dataclass(frozen=True, slots=True)
class LookupTable:
    """A table that rules look values up in, as senders are given it.

    ``name`` is that of its files in a bundle; ``rows`` are texts under ``headings``.
    """

    name: str
    title: str
    about: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def no_lookups() -> tuple[LookupTable, ...]:
    """Give no tables: the rules of most registries compare with the submission alone."""
    return ()


def _any_json(_: ProgramData, __: JsonValue) -> type[Form] | None:
    return None


def _no_version(_: ProgramData, __: JsonValue) -> str | None:
    return None


@dataclass(frozen=True, slots=True, eq=False)
class Registry:
    """One registry.

    ``package`` is the import name of its folder, where its data files are. ``program_model``
    chooses the model of `programspecificdata` by its own members, given with names in lower case,
    among ``program_models``. ``payload_form`` chooses the form of the payload, None for any JSON,
    among ``forms``. ``named_version`` gives the contract version that the registry's own elements
    name, ``version_place`` the path of that element. ``text_max`` bounds single elements of the
    header, in characters. ``make`` makes synthetic submissions, ``converters`` read legacy files by
    the name of their form. ``lookups`` reads the tables that rules look values up in, for the
    contract's bundle.
    """

    name: str
    title: str
    package: str
    program_model: Callable[[Mapping[str, Any]], type[ProgramData]]
    program_models: tuple[type[ProgramData], ...] = (ProgramData,)
    payload_form: Callable[[ProgramData, JsonValue], type[Form] | None] = _any_json
    forms: tuple[type[Form], ...] = ()
    named_version: Callable[[ProgramData, JsonValue], str | None] = _no_version
    version_place: Path = ("dartheader", "contractversion")
    rules: tuple[Rule[Any], ...] = ()
    text_max: Mapping[str, int] = field(default_factory=dict)
    make: Maker | None = None
    converters: Mapping[str, Converter] = field(default_factory=dict)
    lookups: Callable[[], tuple[LookupTable, ...]] = no_lookups
