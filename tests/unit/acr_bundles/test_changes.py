"""The change log of a version: computed against the former one, beside what is written."""

from acr_bundles.changes import changes_since
from acr_bundles.example_files import changes_between
from acr_registries.catalogue import load_registries
from acr_registries.contract import open_contract
from acr_testkit.made_bundles import ALL_VERSIONS, bundle_of

LCSR = load_registries()["lcsr"]


def test_new_elements_and_codes_are_found() -> None:
    changes = changes_since(open_contract(LCSR, "1.1"), open_contract(LCSR, "1.2"))
    by_title = {each.title: each.names for each in changes}

    assert "Exam.Lung_RADS_Version" in by_title["New elements"]
    assert "recall_reason: UC" in by_title["New codes"]
    assert by_title["Elements that are gone"] == ()
    # Codes are compared as codes: a longer list is no other type.
    assert "Exam.Reason_For_Recall" not in by_title["Elements with other types, needs or limits"]


def test_backwards_they_are_gone() -> None:
    changes = changes_since(open_contract(LCSR, "1.2"), open_contract(LCSR, "1.1"))
    by_title = {each.title: each.names for each in changes}

    assert "Exam.Lung_RADS_Version" in by_title["Elements that are gone"]
    assert "recall_reason: UC" in by_title["Codes that are gone"]


def test_what_is_written_of_a_version_is_in_its_change_log() -> None:
    for name, version in ALL_VERSIONS:
        log = bundle_of(name, version).files["changes.md"].decode()
        contract = open_contract(load_registries()[name], version)
        assert [each for each in contract.version.changes if each not in log] == []


def test_two_documents_are_compared_by_pointer() -> None:
    former = {"a": 1, "b": {"c/d": [1, 2]}, "gone": "x", "long": "y" * 100, "one": 1}
    later = {"a": 2, "b": {"c/d": [1, 3]}, "new": None, "long": "", "one": True}

    assert list(changes_between(former, later)) == [
        "/a: 1 -> 2",
        "/b/c~1d/1: 2 -> 3",
        '/gone: "x" -> left out',
        '/long: (a text of 100 characters) -> ""',
        "/one: 1 -> true",
        "/new: absent -> null",
    ]
