"""The rules of LCSR, in the order in which their findings are told."""

from acr_registries.header_rules import HEADER_RULES
from acr_registries.lcsr.rules_clinical import CLINICAL_RULES
from acr_registries.lcsr.rules_conditional import CONDITIONAL_RULES
from acr_registries.lcsr.rules_dates import DATE_RULES
from acr_registries.lcsr.rules_dose import DOSE_RULES
from acr_registries.lcsr.rules_duplicates import DUPLICATE_RULES
from acr_registries.lcsr.rules_follow_up import FOLLOW_UP_RULES
from acr_registries.lcsr.rules_identity import IDENTITY_RULES
from acr_registries.lcsr.rules_lung_rads import LUNG_RADS_RULES
from acr_registries.lcsr.rules_smoking import SMOKING_RULES
from acr_registries.lcsr.rules_transmission import TRANSMISSION_RULES

LCSR_RULES = (
    *HEADER_RULES,
    *TRANSMISSION_RULES,
    *IDENTITY_RULES,
    *DUPLICATE_RULES,
    *DATE_RULES,
    *SMOKING_RULES,
    *CONDITIONAL_RULES,
    *FOLLOW_UP_RULES,
    *LUNG_RADS_RULES,
    *CLINICAL_RULES,
    *DOSE_RULES,
)
