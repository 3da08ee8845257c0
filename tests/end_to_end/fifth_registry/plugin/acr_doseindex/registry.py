"""Declares the toy: exams by CT with their irradiation events. All there is of it is in this folder."""

from datetime import date
from typing import ClassVar

from acr_domain.findings import Severity
from acr_domain.strict_json import JsonValue
from acr_registries.forms import Derived, Form
from acr_registries.header import Digits, ProgramData
from acr_registries.header_rules import HEADER_RULES
from acr_registries.registry import NOWHERE, Contents, Places, Receipt, Registry, Rule
from acr_registries.values import Day, Instant


class DoseProgramData(ProgramData):
    """What the header says of the facility."""

    facilityid: Digits


class IrradiationEvent(Form):
    """One series of an exam."""

    table: ClassVar[str] = "events"
    row_key: ClassVar[str] = "event_no"

    event_uid: str
    ctdivol: float | None = None
    dlp: float | None = None


def _total_dlp(exam: "DoseExam", _: Contents) -> float | None:
    told = [event.dlp for event in exam.events if event.dlp is not None]
    return sum(told) if told else None


class DoseExam(Form):
    """One exam."""

    table: ClassVar[str] = "exams"
    derived: ClassVar[tuple[Derived, ...]] = (
        Derived(
            "total_dlp", float, "Dose length product of all events.", "toy", _total_dlp, "mGy.cm"
        ),
    )

    accession: str
    exam_date: Day
    finished_at: Instant | None = None
    age: int | None = None
    regions: tuple[str, ...] = ()
    events: tuple[IrradiationEvent, ...]

    def dated(self) -> date | None:
        """Tell the day of the exam."""
        return self.exam_date


def _high_dose(event: IrradiationEvent, receipt: Receipt) -> Places:
    most = receipt.thresholds["ctdivol_most"]
    return ("ctdivol",) if event.ctdivol is not None and event.ctdivol > most else NOWHERE


def _no_product(event: IrradiationEvent, _: Receipt) -> Places:
    return ("dlp",) if event.ctdivol is not None and event.dlp is None else NOWHERE


def _payload_form(_: ProgramData, __: JsonValue) -> type[Form]:
    return DoseExam


REGISTRY = Registry(
    name="doseindex",
    title="Toy Dose Index Registry",
    package=__package__,
    program_model=lambda _: DoseProgramData,
    program_models=(DoseProgramData,),
    payload_form=_payload_form,
    forms=(DoseExam,),
    rules=(
        *HEADER_RULES,
        Rule(
            "DOSE-101",
            Severity.WARNING,
            "toy",
            IrradiationEvent,
            "The dose index is above {ctdivol_most} mGy. Check the value and its unit.",
            _high_dose,
        ),
        Rule(
            "DOSE-102",
            Severity.ERROR,
            "toy",
            IrradiationEvent,
            "An event with a dose index needs its dose length product. Add it.",
            _no_product,
        ),
    ),
)
