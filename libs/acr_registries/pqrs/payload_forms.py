"""Chooses the form of a payload by what the header says that it holds."""

from acr_domain.strict_json import JsonValue
from acr_registries.forms import Form
from acr_registries.header import ProgramData
from acr_registries.pqrs.attestations import AttestationPayload
from acr_registries.pqrs.cases import CasePayload
from acr_registries.pqrs.measure_results import MeasureResultPayload
from acr_registries.pqrs.model import PQRS, PqrsProgramData
from acr_registries.pqrs.registry_results import PqrsFilePayload

PQRS_FORMS: tuple[type[Form], ...] = (
    CasePayload,
    MeasureResultPayload,
    PqrsFilePayload,
    AttestationPayload,
)


def pqrs_payload_form(program: ProgramData, _: JsonValue) -> type[Form]:
    """Choose by submission type; results of PQRS years have the form of the CMS registry file."""
    assert isinstance(program, PqrsProgramData)
    match program.submissiontype:
        case "case":
            return CasePayload
        case "attestation":
            return AttestationPayload
        case _:
            return PqrsFilePayload if program.programversion == PQRS else MeasureResultPayload
