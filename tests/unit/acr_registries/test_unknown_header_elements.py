"""Elements of the header that no contract has are kept, and told to their sender."""

from acr_registries.payloads import FINDINGS_MAX
from acr_testkit.forms import read
from acr_testkit.samples import submission


def test_elements_that_nobody_knows_are_let_through_and_told() -> None:
    body = submission(extra={"deep": [1]}, Record_Status="cancelled")
    body["dartheader"]["programspecificdata"]["DSNumber"] = "1"
    body["remark"] = 1

    notes = read(body).notes

    assert {(each.rule, each.severity.value, each.pointer) for each in notes} == {
        ("HEADER-120", "warning", "/remark"),
        ("HEADER-120", "warning", "/dartheader/extra"),
        ("HEADER-120", "warning", "/dartheader/Record_Status"),
        ("HEADER-120", "warning", "/dartheader/programspecificdata/DSNumber"),
    }
    (hinted,) = (each for each in notes if each.pointer.endswith("Record_Status"))
    assert hinted.message.endswith("Is recordstatus meant?")


def test_lcsr_says_nothing_of_program_data_that_it_does_not_describe() -> None:
    body = submission("lcsr", programspecificdata={"anything": 1})

    assert read(body, "lcsr").notes == ()


def test_many_elements_that_nobody_knows_are_few_notes() -> None:
    body = submission()
    body["dartheader"] |= {f"element{number}": number for number in range(5000)}

    assert len(read(body).notes) <= FINDINGS_MAX
