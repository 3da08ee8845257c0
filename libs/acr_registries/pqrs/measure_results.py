"""Forms of measure results as QPP takes them. Source: PQRS reference, 2.4 and 3.5."""

from typing import Any, ClassVar

from pydantic import GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from acr_registries.forms import Derived, Form
from acr_registries.pqrs.result_columns import RESULT_COLUMNS, STRATUM_COLUMNS
from acr_registries.values import Day

ANSWER = "answer"


class StratumResult(Form):
    """The counts of one stratum of a measure that has several rates."""

    table: ClassVar[str] = "measure_result_strata"
    row_key: ClassVar[str] = "stratum_no"
    derived: ClassVar[tuple[Derived, ...]] = STRATUM_COLUMNS

    stratum: str
    performancemet: int
    eligiblepopulation: int
    performancenotmet: int | None = None
    eligiblepopulationexception: int | None = None
    eligiblepopulationexclusion: int | None = None
    numeratorexclusion: int | None = None
    performancerate: float | None = None


class MeasurementValue(Form):
    """What was measured: which elements it needs depends on the measure's metric type.

    The value of a yes-or-no measure is a plain true or false; it is read as the element `answer`.
    """

    isendtoendreported: bool | None = None
    performancemet: int | None = None
    eligiblepopulation: int | None = None
    performancenotmet: int | None = None
    eligiblepopulationexception: int | None = None
    eligiblepopulationexclusion: int | None = None
    numeratorexclusion: int | None = None
    performancerate: float | None = None
    reportingrate: float | None = None
    casecount: int | None = None
    numerator: float | None = None
    denominator: float | None = None
    observationinstances: int | None = None
    denominatorexception: int | None = None
    strata: tuple[StratumResult, ...] = ()
    answer: bool | None = None

    @model_validator(mode="before")
    @classmethod
    def _plain_answer(cls, value: Any) -> Any:
        return {ANSWER: value} if isinstance(value, bool) else value

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Say that a plain true or false is taken too."""
        return {"anyOf": [{"type": "boolean"}, handler(core_schema)]}


class Measurement(Form):
    """One measure of a set."""

    table: ClassVar[str] = "measure_results"
    row_key: ClassVar[str] = "measurement_no"
    derived: ClassVar[tuple[Derived, ...]] = RESULT_COLUMNS

    measureid: str
    value: MeasurementValue


class MeasurementSet(Form):
    """The measures of one category, method and program."""

    table: ClassVar[str] = "measurement_sets"
    row_key: ClassVar[str] = "set_no"

    category: str
    submissionmethod: str
    programname: str | None = None
    performancestart: Day
    performanceend: Day
    cehrtid: str | None = None
    measurements: tuple[Measurement, ...]


class QppSubmission(Form):
    """All measurement sets of one TIN, or TIN and NPI, and year."""

    table: ClassVar[str] = "result_submissions"
    row_key: ClassVar[str] = "record_no"

    entitytype: str
    taxpayeridentificationnumber: str | None = None
    nationalprovideridentifier: str | None = None
    entityid: str | None = None
    performanceyear: int
    measurementsets: tuple[MeasurementSet, ...]


class MeasureResultPayload(Form):
    """Measure results in the QPP form."""

    records: tuple[QppSubmission, ...]
