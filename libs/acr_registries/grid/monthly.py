"""The monthly forms of GRID, by facility and by physician. What they mean is in the dictionary.

Source: GRID reference, 3.5, 3.6 and the rules G09 to G17.
"""

from collections.abc import Callable
from datetime import date
from typing import ClassVar

from acr_registries.forms import Derived, Form
from acr_registries.registry import Contents

PERCENT = 100.0


def share(part: int | None, whole: int | None, scale: float = PERCENT) -> float | None:
    """Give a part of a whole, scaled; None where either is missing or the whole is nothing."""
    return part * scale / whole if part is not None and whole else None


def mean_least_hours(form: "Turnaround", _: Contents) -> float | None:
    """Give the least mean that the buckets allow (G11)."""
    buckets = form.buckets()
    if buckets is None or not form.examscompleted:
        return None
    _first, middle, late, last = buckets
    return (12 * middle + 24 * late + 48 * last) / form.examscompleted


def mean_most_hours(form: "Turnaround", _: Contents) -> float | None:
    """Give the highest mean that the buckets allow (G10); None where there is no such bound."""
    buckets = form.buckets()
    if buckets is None or not form.examscompleted or buckets[3]:
        return None
    first, middle, late, _last = buckets
    return (12 * first + 24 * middle + 48 * late) / form.examscompleted


def _within(count: int) -> Callable[["Turnaround", Contents], float | None]:
    def percent(form: "Turnaround", _: Contents) -> float | None:
        buckets = form.buckets()
        return None if buckets is None else share(sum(buckets[:count]), form.examscompleted)

    return percent


class Turnaround(Form):
    """Report turnaround of one modality in a facility's month."""

    table: ClassVar[str] = "turnaround"
    row_key: ClassVar[str] = "modality"
    derived: ClassVar[tuple[Derived, ...]] = (
        Derived(
            "mean_least_hours",
            float,
            "Least mean that the buckets allow.",
            "GRID reference, G11",
            mean_least_hours,
            unit="hours",
        ),
        Derived(
            "mean_most_hours",
            float,
            "Highest mean that the buckets allow; none where an exam took 48 hours or more.",
            "GRID reference, G10",
            mean_most_hours,
            unit="hours",
        ),
        *(
            Derived(
                f"percent_within_{hours}h",
                float,
                f"Share of exams reported within {hours} hours.",
                "GRID reference, 5.1",
                _within(count),
                unit="%",
            )
            for count, hours in enumerate((12, 24, 48), start=1)
        ),
    )

    examscompleted: int | None = None
    meanhours: float | None = None
    count_lt12h: int | None = None
    count_12to24h: int | None = None
    count_24to48h: int | None = None
    count_gt48h: int | None = None
    medianhours: float | None = None

    def buckets(self) -> tuple[int, int, int, int] | None:
        """Give the exams of the four buckets, shortest first; None unless all were sent."""
        first, middle = self.count_lt12h, self.count_12to24h
        late, last = self.count_24to48h, self.count_gt48h
        if first is None or middle is None or late is None or last is None:
            return None
        return first, middle, late, last


class PhysicianTurnaround(Turnaround):
    """Report turnaround of one modality in a physician's month."""

    table: ClassVar[str] = "physician_turnaround"


class Wait(Form):
    """Wait of outpatients for one modality in a month."""

    table: ClassVar[str] = "waits"
    row_key: ClassVar[str] = "modality"

    meanminutes: float | None = None
    patientcount: int | None = None


class OrderToExam(Form):
    """Time from order to exam of inpatients for one modality in a month."""

    table: ClassVar[str] = "orders"
    row_key: ClassVar[str] = "modality"

    meanminutes: float | None = None
    examcount: int | None = None


class TurnaroundByModality(Form):
    """Report turnaround of a facility's month."""

    radiography: Turnaround | None = None
    ultrasound: Turnaround | None = None
    ct: Turnaround | None = None
    mri: Turnaround | None = None
    pet: Turnaround | None = None
    mammography: Turnaround | None = None


class PhysicianTurnaroundByModality(Form):
    """Report turnaround of a physician's month."""

    radiography: PhysicianTurnaround | None = None
    ultrasound: PhysicianTurnaround | None = None
    ct: PhysicianTurnaround | None = None
    mri: PhysicianTurnaround | None = None
    pet: PhysicianTurnaround | None = None


class WaitByModality(Form):
    """Waits of a facility's month."""

    radiography: Wait | None = None
    ultrasound: Wait | None = None
    ct: Wait | None = None
    mri: Wait | None = None
    mammography: Wait | None = None
    nuclearmedicine: Wait | None = None


class OrderToExamByModality(Form):
    """Times from order to exam of a facility's month."""

    radiography: OrderToExam | None = None
    ultrasound: OrderToExam | None = None
    ct: OrderToExam | None = None
    mri: OrderToExam | None = None
    mammography: OrderToExam | None = None
    nuclearmedicine: OrderToExam | None = None


class Repeat(Form):
    """Images of digital radiography that were taken, and those taken again."""

    imagesacquired: int | None = None
    imagesrepeated: int | None = None


class LiverBiopsy(Form):
    """Liver biopsies of a month."""

    liver_performed: int | None = None
    liver_nondiagnostic: int | None = None


class LungBiopsy(Form):
    """Lung biopsies of a month."""

    lung_performed: int | None = None
    lung_nondiagnostic: int | None = None
    lung_pneumothorax: int | None = None
    lung_chesttube: int | None = None


class CtContrast(Form):
    """CT with contrast into a vein, of a month."""

    contrast_exams: int | None = None
    contrast_extravasations: int | None = None
    contrast_reactions_mild: int | None = None
    contrast_reactions_moderate: int | None = None
    contrast_reactions_severe: int | None = None


class CriticalResults(Form):
    """Critical results of a month."""

    critical_total: int | None = None
    critical_communicatedontime: int | None = None


class PhysicianOutcomes(Form):
    """Outcomes of a physician's month."""

    liverbiopsy: LiverBiopsy | None = None
    lungbiopsy: LungBiopsy | None = None
    ctivcontrast: CtContrast | None = None


class Outcomes(PhysicianOutcomes):
    """Outcomes of a facility's month."""

    criticalresults: CriticalResults | None = None


def _repeat_rate(form: "MonthlyForm", _: Contents) -> float | None:
    block = form.repeat
    return share(block.imagesrepeated, block.imagesacquired) if block else None


def _liver_rate(form: "MonthlyForm", _: Contents) -> float | None:
    block = form.out.liverbiopsy if form.out else None
    return share(block.liver_nondiagnostic, block.liver_performed) if block else None


def _lung_rate(form: "MonthlyForm", _: Contents) -> float | None:
    block = form.out.lungbiopsy if form.out else None
    return share(block.lung_nondiagnostic, block.lung_performed) if block else None


def _extravasation_rate(form: "MonthlyForm", _: Contents) -> float | None:
    block = form.out.ctivcontrast if form.out else None
    return share(block.contrast_extravasations, block.contrast_exams) if block else None


def _rate(
    attribute: str, text: str, compute: Callable[["MonthlyForm", Contents], float | None]
) -> Derived:
    return Derived(attribute, float, text, "GRID reference, 5.1", compute, unit="%")


class MonthlyForm(Form):
    """What the monthly forms by facility and by physician have in common."""

    row_key: ClassVar[str] = "record"
    derived: ClassVar[tuple[Derived, ...]] = (
        _rate("repeat_rate", "Images repeated of images acquired.", _repeat_rate),
        _rate("liver_nondiagnostic_rate", "Liver biopsies without a diagnosis.", _liver_rate),
        _rate("lung_nondiagnostic_rate", "Lung biopsies without a diagnosis.", _lung_rate),
        _rate("extravasation_rate", "CT exams with an extravasation.", _extravasation_rate),
    )

    facilityid: str
    year: int
    month: int
    repeat: Repeat | None = None
    out: PhysicianOutcomes | None = None

    def dated(self) -> date:
        """Tell the first day of the month."""
        return date(self.year, self.month, 1)


class FacilityMonth(MonthlyForm):
    """The monthly data form by facility."""

    table: ClassVar[str] = "facility_months"

    tat: TurnaroundByModality | None = None
    wait: WaitByModality | None = None
    ordertoexam: OrderToExamByModality | None = None
    out: Outcomes | None = None
    comments: str | None = None


class PhysicianMonth(MonthlyForm):
    """The monthly data form by physician."""

    table: ClassVar[str] = "physician_months"

    physicianid: str
    npi: str | None = None
    tat: PhysicianTurnaroundByModality | None = None
