"""A list is called short by the entries that were sent, not by those that are faultless."""

from typing import Any

from acr_registries.catalogue import load_registries
from acr_registries.examples import changed, read_submissions
from acr_registries.reading import read_contents
from acr_testkit.samples import as_bytes

CDSR = load_registries()["cdsr"]


def errors(changes: dict[str, Any]) -> list[tuple[str, str]]:
    valid = read_submissions(CDSR.package, "valid")["override"]
    contents = read_contents(CDSR, as_bytes(changed(valid, changes)), {})
    return [(each.rule, each.pointer) for each in contents.notes]


def test_a_list_with_one_faulty_entry_is_not_called_short() -> None:
    found = errors({"/payload/requests": [{"seq": "one"}]})

    assert ("FORM-104", "/payload/requests") not in found
    assert ("FORM-102", "/payload/requests/0/seq") in found


def test_an_empty_list_is_called_short() -> None:
    assert errors({"/payload/requests": []}) == [("FORM-104", "/payload/requests")]
