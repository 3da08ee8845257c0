"""Which patient an exam is of, within its facility. The same person at two facilities is two patients."""

from acr_registries.lcsr.exam_record import RegistrationPart


def patient_key(exam: RegistrationPart) -> str | None:
    """Give the patient's key: Social Security number, else Medicare number, else the local id.

    Source: LCSR reference, P4; the order is assumed. None where the exam has none of them.
    """
    if exam.patient_ssn:
        return "ssn:" + exam.patient_ssn.replace("-", "")
    medicare = exam.new_medicare_beneficiary_id or exam.medicare_beneficiary_id
    if medicare:
        return "medicare:" + medicare.upper()
    return f"other:{exam.other_id}" if exam.other_id else None
