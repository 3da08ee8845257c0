"""Forms of attestations, and of TIN and clinician registrations. Source: PQRS reference, 3.2, 3.6."""

from typing import ClassVar

from acr_registries.forms import Form
from acr_registries.values import Day


class Attestation(Form):
    """One activity, and whether it was done."""

    table: ClassVar[str] = "attestations"
    row_key: ClassVar[str] = "attestation_no"

    activityid: str
    value: bool
    performancestart: Day
    performanceend: Day
    evidence: str | None = None


class Registration(Form):
    """A clinician under a TIN, with the registries and facilities that the TIN is attached to."""

    table: ClassVar[str] = "registrations"
    row_key: ClassVar[str] = "registration_no"

    tin: str
    tineffectivefrom: Day
    tineffectiveto: Day | None = None
    gpro: bool
    registries: tuple[str, ...]
    facilityids: tuple[str, ...]
    tindocument: str | None = None
    npi: str
    firstname: str
    lastname: str
    email: str
    billsmedicarepartb: bool
    waiversigned: str
    participationattested: Day | None = None
    specialty: str | None = None
    nonpatientfacing: bool | None = None
    smallpractice: bool | None = None


class AttestationPayload(Form):
    """Attestations of activities, and registrations of clinicians."""

    records: tuple[Attestation, ...] = ()
    registrations: tuple[Registration, ...] = ()
