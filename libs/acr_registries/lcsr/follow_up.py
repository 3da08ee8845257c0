"""Follow-ups: nested in their exam, or on their own and naming it; and what is computed of them."""

from datetime import date

from acr_registries.forms import Derived
from acr_registries.lcsr.diagnoses import read_diagnoses
from acr_registries.lcsr.follow_up_record import FollowUpRecord


def lung_cancer(follow_up: FollowUpRecord, _: object) -> bool | None:
    """Tell whether tissue proves lung cancer; None where it was not taken or does not decide."""
    diagnoses = read_diagnoses()
    found = follow_up.tissue_diagnosis
    if found is None or found in diagnoses.undecided:
        return None
    return found in diagnoses.lung_cancer


def stage_group(follow_up: FollowUpRecord, _: object) -> str | None:
    """Tell whether the stage is early (I to II), advanced (III to IV), in situ or occult."""
    return read_diagnoses().stage_groups.get(follow_up.overall_stage or "")


_LUNG_CANCER = Derived(
    "lung_cancer",
    bool,
    "Whether tissue proves lung cancer; empty where it was not taken or does not decide.",
    "LCSR reference, 5.2; assumed",
    lung_cancer,
)
_STAGE_GROUP = Derived(
    "stage_group",
    str,
    "Group of the stage: early (I to II), advanced (III to IV), in situ or occult.",
    "LCSR reference, 5.2, measure 14; assumed",
    stage_group,
)


class FollowUp(FollowUpRecord):
    """A follow-up sent within its exam."""

    table = "follow_ups"
    row_key = "follow_up_no"
    derived = (_LUNG_CANCER, _STAGE_GROUP)

    exam_unique_id: str | None = None

    def dated(self) -> date:
        """Give the day of the follow-up."""
        return self.date_of_follow_up


class LooseFollowUp(FollowUpRecord):
    """A follow-up that names an exam which was sent before."""

    table = "loose_follow_ups"
    row_key = "follow_up_no"
    derived = (_LUNG_CANCER, _STAGE_GROUP)

    exam_unique_id: str

    def dated(self) -> date:
        """Give the day of the follow-up."""
        return self.date_of_follow_up
