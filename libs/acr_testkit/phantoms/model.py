"""The forms of the made-up registry. Nothing here is of a real one."""

from datetime import date
from typing import Annotated, Any, ClassVar

from pydantic import Field, StrictInt, StrictStr

from acr_domain.strict_json import JsonValue
from acr_registries.forms import Derived, Form
from acr_registries.header import SPEAKING, DateTime, ProgramData, one_of
from acr_registries.values import ClockTime, Day, Instant

Facility = Annotated[StrictStr, Field(max_length=20), SPEAKING]


class PhantomProgramData(ProgramData):
    """What every submission says: what its payload is, and whose."""

    kind: Annotated[StrictStr, one_of("scan", "note", "free")]
    facilityid: Facility | None = None
    reportingyear: Annotated[StrictInt, Field(ge=1900, le=9999)] | None = None
    sentat: DateTime | None = None


class Image(Form):
    """One image of a series."""

    table: ClassVar[str] = "images"
    row_key: ClassVar[str] = "image_no"

    noise: float
    labels: tuple[str, ...] = ()


def _mean_noise(series: Any, _: Any) -> float | None:
    return sum(each.noise / len(series.images) for each in series.images) or None


class Series(Form):
    """One series of a scan."""

    table: ClassVar[str] = "series"
    row_key: ClassVar[str] = "series_no"
    derived: ClassVar[tuple[Derived, ...]] = (
        Derived(
            "mean_noise", float, "Mean of the noise of its images", "made up", _mean_noise, "HU"
        ),
    )

    protocol: str | None = None
    images: tuple[Image, ...] = ()


class Side(Form):
    """What was seen on one side of the phantom."""

    table: ClassVar[str] = "sides"
    row_key: ClassVar[str] = "side"

    finding: str | None = None
    seen_at: ClockTime | None = None


class Report(Form):
    """The one report of a scan."""

    table: ClassVar[str] = "reports"

    text: str


class Scanner(Form):
    """The machine; part of the row of its scan."""

    maker: str
    installed: Day | None = None
    report: Report | None = None


class Scan(Form):
    """A scan of a phantom."""

    table: ClassVar[str] = "scans"
    derived: ClassVar[tuple[Derived, ...]] = (
        Derived("year", int, "Year of the scan", "made up", lambda scan, _: scan.day.year),
    )

    day: Day
    order: str
    count: int | None = None
    dose: float | None = None
    passed: bool | None = None
    began: Instant | None = None
    ended: ClockTime | None = None
    born: Day | None = None
    findings: tuple[str, ...] = ()
    former: str | None = None
    latter: str | None = None
    scanner: Scanner | None = None
    left: Side | None = None
    right: Side | None = None
    series: tuple[Series, ...] = ()

    def dated(self) -> date:
        """Tell the day of the scan."""
        return self.day


class Note(Form):
    """A note without a table: part of the submission's own row."""

    title: str
    series: tuple[Series, ...] = ()


def phantom_form(program: ProgramData, _: JsonValue) -> type[Form] | None:
    """Choose the payload's form by what the submission says that it is."""
    assert isinstance(program, PhantomProgramData)
    forms: dict[str, type[Form]] = {"scan": Scan, "note": Note}
    return forms.get(program.kind)
