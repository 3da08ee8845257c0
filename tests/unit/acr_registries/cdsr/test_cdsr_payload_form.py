"""Which payloads of CDSR are read by their form, and which are kept as they are."""

from pathlib import Path
from typing import Any

import pytest

from acr_domain.findings import Finding
from acr_registries.catalogue import load_registries
from acr_registries.cdsr.payload import CdsrPayload
from acr_registries.examination import examine
from acr_registries.examples import RECEIVED_AT, changed, read_submissions
from acr_registries.reading import read_contents
from acr_registries.registry import Contents
from acr_testkit.samples import PUBLISHED_SAMPLE, as_bytes, submission

REGISTRY = load_registries()["cdsr"]
VALID = read_submissions(REGISTRY.package, "valid")


def read(body: Any) -> Contents:
    return read_contents(REGISTRY, as_bytes(body), {})


def findings(body: Any) -> list[Finding]:
    return list(examine(REGISTRY, read(body), RECEIVED_AT))


def test_the_published_sample_is_among_the_examples_as_it_was_published() -> None:
    assert VALID["published-sample"] == PUBLISHED_SAMPLE


@pytest.mark.parametrize("payload", [{}, [], [{"schema": "cdsr-payload-1"}], "text", 7, True])
def test_a_payload_that_names_no_schema_is_not_looked_at(payload: Any) -> None:
    body = submission(payload=payload)

    assert read(body).form is None
    assert read(body).payload == payload
    assert [each.rule for each in findings(body)] == ["CDSR-111"]


@pytest.mark.parametrize("name", ["schema", "Schema", "SCHEMA"])
def test_the_schema_is_found_in_any_letter_case(name: str) -> None:
    body = changed(
        VALID["no-criterion"], {"/payload/schema": None, f"/payload/{name}": "cdsr-payload-1"}
    )

    assert isinstance(read(body).form, CdsrPayload)


@pytest.mark.parametrize("schema", ["cdsr-payload-2", "CDSR-PAYLOAD-1", "", 1, None, {}, []])
def test_another_schema_is_warned_of_and_not_looked_at(schema: Any) -> None:
    body = submission(payload={"schema": schema, "facilityid": 1})

    assert read(body).form is None
    assert [(each.rule, each.pointer) for each in findings(body)] == [
        ("CDSR-111", "/dartheader/programspecificdata/npifp"),
        ("CDSR-112", "/payload/schema"),
    ]


def test_a_cancelled_record_is_not_looked_at() -> None:
    body = changed(
        VALID["changed-after-alternative"],
        {"/dartheader/recordstatus": "cancelled", "/payload/facilityid": 1},
    )

    assert read(body).form is None
    assert findings(body) == []


def test_no_example_but_those_with_the_published_number_is_warned_of() -> None:
    warned = {name: [each.rule for each in findings(body)] for name, body in VALID.items()}

    assert {name: rules for name, rules in warned.items() if rules} == {
        "minimal": ["CDSR-111"],
        "published-sample": ["CDSR-111"],
    }


def test_the_example_called_full_has_every_element_but_an_exception_and_an_override() -> None:
    form = read(VALID["full"]).form
    assert form is not None

    def empty(each: Any) -> list[str]:
        fields = each.binding.by_name.values()
        names = [field.name for field in fields if getattr(each, field.attribute) in (None, ())]
        for nested in each.binding.nested:
            value = getattr(each, nested.attribute)
            inner = value if nested.many else [value]
            names += [name for one in inner[:1] for name in empty(one)]
        return names

    assert empty(form) == ["exceptioncode", "overridereason"]


def test_the_sample_file_keeps_its_bytes() -> None:
    folder = Path(REGISTRY.package.replace(".", "/"))

    file = Path(__file__).parents[4] / "libs" / folder / "examples/valid/published-sample.json"
    assert file.read_bytes().endswith(b'  "payload": {}\n}\n')
