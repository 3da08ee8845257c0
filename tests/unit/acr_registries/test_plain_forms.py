"""Plain forms hold what pydantic's models hold, count as such, and cannot be changed."""

from dataclasses import FrozenInstanceError

import pytest
from pydantic import ValidationError

from acr_registries.catalogue import load_registries
from acr_registries.contract import contract_versions, open_contract
from acr_registries.examples import read_submissions
from acr_registries.forms import Form, walk
from acr_registries.lcsr.exam_record import ExamRecord
from acr_registries.lcsr.model import LcsrPayload
from acr_registries.plain_forms import plain_reader
from acr_testkit.forms import read

REGISTRIES = load_registries()


@pytest.fixture
def payload() -> LcsrPayload:
    form = read(read_submissions("acr_registries.lcsr", "valid")["every-element"], "lcsr").form
    assert isinstance(form, LcsrPayload)
    return form


@pytest.mark.parametrize("name", sorted(REGISTRIES))
def test_they_hold_what_the_models_hold(name: str) -> None:
    registry = REGISTRIES[name]
    compared = 0
    for version in contract_versions(registry):
        contract = open_contract(registry, version.name)
        for payload in _payloads(registry.package):
            for model in contract.bound.values():
                try:
                    expected = model.model_validate(payload)
                except ValidationError:
                    with pytest.raises(ValidationError):
                        plain_reader(model).validate_python(payload)
                    continue
                plain = plain_reader(model).validate_python(payload)

                for (place, form), (same, other) in zip(walk(plain), walk(expected), strict=True):
                    assert place == same
                    assert form.__class__ is type(other)
                    assert _values(form) == _values(other)
                    assert form.dated() == other.dated()
                    assert (form.table, form.binding) == (other.table, other.binding)
                    compared += 1
    assert compared


def _payloads(package: str) -> list[object]:
    submissions = read_submissions(package, "valid").values()
    return [
        value for each in submissions for name, value in each.items() if name.lower() == "payload"
    ]


def _values(form: Form) -> dict[str, object]:
    nested = {each.attribute for each in type(form).binding.nested}
    return {name: value for name, value in form.__dict__.items() if name not in nested}


def test_they_count_as_their_models_and_have_their_methods(payload: LcsrPayload) -> None:
    exam = payload.exams[0]

    assert isinstance(exam, ExamRecord)
    assert exam.age_at_exam > 0
    assert exam.dated() == exam.exam_date


def test_they_cannot_be_changed(payload: LcsrPayload) -> None:
    with pytest.raises(FrozenInstanceError):
        payload.exams = ()  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        del payload.exams


def test_they_show_no_value_to_who_prints_them(payload: LcsrPayload) -> None:
    assert payload.exams[0].patient_last_name not in repr(payload.exams[0])
