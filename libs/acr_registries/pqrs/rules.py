"""The rules of PQRS, in the order in which their findings are told."""

from acr_registries.header_rules import HEADER_RULES
from acr_registries.pqrs.attestation_rules import ATTESTATION_RULES
from acr_registries.pqrs.case_rules import CASE_RULES
from acr_registries.pqrs.denominator_rules import DENOMINATOR_RULES
from acr_registries.pqrs.header_rules import PQRS_HEADER_RULES
from acr_registries.pqrs.measurement_rules import MEASUREMENT_RULES
from acr_registries.pqrs.pqrs_measure_rules import PQRS_MEASURE_RULES
from acr_registries.pqrs.provider_rules import PROVIDER_RULES
from acr_registries.pqrs.qpp_rules import QPP_RULES

PQRS_RULES = (
    *HEADER_RULES,
    *PQRS_HEADER_RULES,
    *CASE_RULES,
    *DENOMINATOR_RULES,
    *QPP_RULES,
    *MEASUREMENT_RULES,
    *PROVIDER_RULES,
    *PQRS_MEASURE_RULES,
    *ATTESTATION_RULES,
)
