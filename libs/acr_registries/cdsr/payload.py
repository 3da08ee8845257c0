"""The forms of a CDSR payload that names its schema. What is said of their elements is in data.

Source: the reference, 3.3 (a proposal). A payload of any other kind is kept as it is and never needed.
"""

from datetime import date, datetime
from typing import ClassVar

from acr_domain.strict_json import JsonValue
from acr_registries.cdsr.derived_outcomes import CONSULTATION_OUTCOMES
from acr_registries.cdsr.derived_ratings import CONSULTATION_RATINGS, REQUEST_RATINGS
from acr_registries.forms import Derived, Form
from acr_registries.header import ProgramData
from acr_registries.values import Instant

SCHEMA, SCHEMA_NAME = "schema", "cdsr-payload-1"


class Consultation(Form):
    """The run of a tool."""

    consultationid: str
    consultationdatetime: Instant
    cdsmcode: str | None = None
    cdsmversion: str | None = None
    channel: str
    mode: str
    consultedby: str
    exceptioncode: str | None = None
    authorid: str | None = None


class Ordering(Form):
    """The clinician who ordered."""

    opnpi: str
    oprole: str
    opspecialty: str | None = None
    opgroupid: str | None = None


class Patient(Form):
    """The least about the patient."""

    patientpseudonym: str
    patientage: int
    patientsex: str
    payertype: str
    emergencycondition: bool | None = None


class Alternative(Form):
    """Another exam that the tool offered."""

    table: ClassVar[str] = "alternatives"
    row_key: ClassVar[str] = "alternative_no"

    procedurecode: str
    score: int | None = None


class EvaluatedRequest(Form):
    """One request with the tool's answer."""

    table: ClassVar[str] = "requests"
    row_key: ClassVar[str] = "request_no"
    derived: ClassVar[tuple[Derived, ...]] = REQUEST_RATINGS

    seq: int
    procedurecode: str
    proceduresystem: str
    modality: str
    bodyregion: str | None = None
    contrast: str | None = None
    indicationcode: str | None = None
    indicationsystem: str | None = None
    indicationtext: str | None = None
    prioritarea: str | None = None
    rating: str | None = None
    score: int | None = None
    adherence: str | None = None
    criterionid: str | None = None
    strengthofevidence: str | None = None
    relativeradiation: int | None = None
    alternatives: tuple[Alternative, ...] = ()
    conflictlocalpolicy: bool | None = None


class Decision(Form):
    """What came of the consultation."""

    finalaction: str
    finalseq: int | None = None
    orderid: str | None = None
    orderdatetime: Instant | None = None
    overridereason: str | None = None
    overridetext: str | None = None
    acknowledged: bool | None = None
    secondstoclose: int | None = None


class Furnished(Form):
    """The exam as the furnishing side knows it."""

    performed: bool
    performedcode: str | None = None
    furnisheddatetime: Instant | None = None
    fpnpi: str | None = None
    facilitynpi: str | None = None
    accession: str | None = None
    reportedmodifier: str | None = None
    reportedgcode: str | None = None
    findingpositive: str | None = None

    def dated(self) -> date | None:
        """Tell the day of the service, by which claims are judged."""
        at: datetime | None = self.furnisheddatetime
        return at.date() if at else None


class RscanCase(Form):
    """The case's place in an R-SCAN project."""

    rscan_projectid: str
    rscan_phase: str
    rscan_topic: str
    rscan_value: str


class CdsrPayload(Form):
    """One consultation with all that is known of it."""

    table: ClassVar[str] = "consultations"
    derived: ClassVar[tuple[Derived, ...]] = (*CONSULTATION_RATINGS, *CONSULTATION_OUTCOMES)

    schema_name: str
    facilityid: str
    facilitycategory: str | None = None
    location: str | None = None
    censusregion: str | None = None
    volumegroup: str | None = None
    ordersetting: str
    emrvendor: str | None = None
    consultation: Consultation
    ordering: Ordering
    patient: Patient
    requests: tuple[EvaluatedRequest, ...]
    decision: Decision | None = None
    furnished: Furnished | None = None
    rscan: RscanCase | None = None

    def dated(self) -> date | None:
        """Tell the day of the consultation."""
        at: datetime = self.consultation.consultationdatetime
        return at.date()


def named_schemas(payload: JsonValue) -> dict[str, JsonValue]:
    """Give what a payload's members called `schema`, in any letter case, say."""
    if not isinstance(payload, dict) or not payload:
        return {}
    return {name: value for name, value in payload.items() if name.lower() == SCHEMA}


def cdsr_payload_form(_: ProgramData, payload: JsonValue) -> type[Form] | None:
    """Choose the form of a payload: the one it names, or none for any JSON."""
    return CdsrPayload if SCHEMA_NAME in named_schemas(payload).values() else None
