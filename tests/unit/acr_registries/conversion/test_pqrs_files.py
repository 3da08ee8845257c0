"""The CMS registry file of PQRS and QPP JSON: a submission for each provider, with lines of faults."""

import io
import json
import re
from typing import Any

import pytest

from acr_registries.catalogue import load_registries
from acr_registries.examples import read_submissions
from acr_registries.pqrs.xml_nodes import PROVIDER_ELEMENTS_MAX
from acr_registries.registry import Converted
from acr_testkit.conversions import converted, problems, sender, submission_of
from acr_testkit.legacy_files import as_xml

EXAMPLES = read_submissions("acr_registries.pqrs", "valid")
XML = {name: each for name, each in EXAMPLES.items() if "provider" in each["payload"]}
QPP = {
    name: each
    for name, each in EXAMPLES.items()
    if "measurementSets" in str(each["payload"].get("records"))
}
INDIVIDUAL = XML["pqrs-2016-individual"]["payload"]


def provider_xml(payload: dict[str, Any]) -> str:
    measures = []
    for record in payload["records"]:
        common = {name: record[name] for name in ("pqrs-measure-number", "collection-method")}
        details = {name: each for name, each in record.items() if name not in common}
        measures.append({**common, "pqrs-measure-details": details})
    return as_xml("provider", {**payload["provider"], "pqrs-measure": measures})


def registry_xml(payload: dict[str, Any], *providers: str) -> str:
    parts = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<submission type="PQRS-REGISTRY" version="8.0">',
        as_xml("file-audit-data", payload["file-audit-data"]),
        as_xml("registry", payload["registry"]),
        f'<measure-group ID="{payload["measure-group"]}">',
        *(providers or [provider_xml(payload)]),
        "</measure-group>",
        "</submission>",
    ]
    return "\n".join(parts)


def filled(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: filled(each) for name, each in value.items() if each is not None}
    return [filled(each) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize("name", sorted(XML))
def test_the_examples_written_as_a_registry_file_come_back_as_they_were(name: str) -> None:
    example = XML[name]

    records = converted("pqrs", "xml", registry_xml(example["payload"]).encode())

    made = submission_of(records[0])
    assert made["payload"] == filled(example["payload"])
    program = example["dartheader"]["programspecificdata"]
    assert made["dartheader"]["programspecificdata"] == program
    assert made["dartheader"]["mediatype"] == "xml"


def test_individuals_and_groups_are_among_the_examples() -> None:
    assert {each["payload"]["provider"].get("gpro-type") is None for each in XML.values()} == {
        True,
        False,
    }


def test_each_provider_is_a_submission_and_a_bad_one_does_not_sink_its_neighbours() -> None:
    good = provider_xml(INDIVIDUAL)
    other = good.replace("2000000028", "2000000010")
    bad = good.replace("<eligible-instances>84<", "<eligible-instances>eighty<")

    records = converted("pqrs", "xml", registry_xml(INDIVIDUAL, good, bad, other).encode())

    assert [record.body is None for record in records] == [False, True, False]
    ids = [submission_of(record)["dartheader"]["id"] for record in (records[0], records[2])]
    assert len(set(ids)) == 2


def test_bad_providers_on_one_line_are_told_apart() -> None:
    huge = as_xml("provider", {"npi": ["2"] * PROVIDER_ELEMENTS_MAX})
    bad = provider_xml(INDIVIDUAL).replace("<eligible-instances>84<", "<eligible-instances>eighty<")
    text = registry_xml(INDIVIDUAL, huge, bad).replace("\n", "")

    records = converted("pqrs", "xml", text.encode())

    assert [[each.field for each in record.remarks] for record in records] == [
        ["provider"],
        ["pqrs-measure/pqrs-measure-details/eligible-instances"],
    ]


def test_problems_and_findings_have_the_line_and_path_of_their_element() -> None:
    text = registry_xml(INDIVIDUAL)
    text = text.replace("<eligible-instances>84<", "<eligible-instances>eighty<")
    text = text.replace("<eligible-instances>512<", "<eligible-instances>many<")
    text = text.replace("<collection-method>B<", "<collection-method>Q<")
    text = text.replace("<waiver-signed>Y<", "<waiver-signed>maybe<")

    records = converted("pqrs", "xml", text.encode())

    lines = text.splitlines()
    found = {(line, field) for line, field, _ in problems(records)}
    for word, field in [
        ("eighty", "pqrs-measure/pqrs-measure-details/eligible-instances"),
        ("many", "pqrs-measure/pqrs-measure-details/eligible-instances"),
        (">Q<", "pqrs-measure/collection-method"),
        ("maybe", "provider/waiver-signed"),
    ]:
        line = next(number for number, each in enumerate(lines, 1) if word in each)
        assert (line, field) in found
    assert len(records) == 1
    assert len(problems(records)) == len(found)


def test_a_measure_without_details_and_one_with_two_strata() -> None:
    details = re.findall(
        "<pqrs-measure-details>.*?</pqrs-measure-details>", provider_xml(INDIVIDUAL), re.DOTALL
    )
    stratum = details[0].replace("num>1<", "num>2<")
    two = provider_xml(INDIVIDUAL).replace(details[0], details[0] + stratum, 1)
    none = provider_xml(INDIVIDUAL).replace(details[0], "", 1)

    (split,) = converted("pqrs", "xml", registry_xml(INDIVIDUAL, two).encode())
    (bare,) = converted("pqrs", "xml", registry_xml(INDIVIDUAL, none).encode())

    strata = [each["measure-strata-num"] for each in submission_of(split)["payload"]["records"]]
    assert strata == [1, 2, 1]
    assert "pqrs-measure/eligible-instances" in [field for _, field, _ in problems([bare])]


def test_nil_elements_are_left_out_and_nil_with_a_value_is_told() -> None:
    nil = '<gpro-type xsi:nil="true" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    text = registry_xml(INDIVIDUAL)

    (good,) = converted("pqrs", "xml", text.replace("<gpro-type></gpro-type>", nil + "/>").encode())
    (bad,) = converted("pqrs", "xml", text.replace("<gpro-type>", nil + ">1").encode())

    assert "gpro-type" not in submission_of(good)["payload"]["provider"]
    assert [(field, message) for _, field, message in problems([bad])] == [
        ("provider/gpro-type", "The element is nil and has a value. Keep one of both.")
    ]


def test_an_element_that_is_there_twice_is_told_at_its_second_line() -> None:
    text = registry_xml(INDIVIDUAL).replace("</tin>", "</tin>\n<tin>000456789</tin>")

    records = converted("pqrs", "xml", text.encode())

    second = [number for number, each in enumerate(text.splitlines(), 1) if "<tin>" in each][1]
    assert (second, "provider/tin", "The element is there twice. Keep one.") in problems(records)


def test_a_qpp_file_beyond_its_bound_is_told_before_it_is_read_as_json() -> None:
    ((_, _, message),) = problems(converted("pqrs", "qpp", b" " * (16 * 1024**2 + 1)))

    assert "more than 16 MiB" in message


ENTITIES = '<!DOCTYPE a [<!ENTITY b "b"><!ENTITY c SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not well-formed"),
        ("no xml", "not well-formed"),
        ("<submission", "not well-formed"),
        (ENTITIES + "<submission>&c;</submission>", "DOCTYPE"),
        ('<?xml version="1.0" encoding="latin-1"?><submission/>', "UTF-8"),
        ('<?xml version="1.0" encoding="nonsense"?><submission/>', "encod"),
        ('<submission type="PQRS-REGISTRY" version="8.0">' + "<a>" * 100, "deeper than 64"),
        ("<submission a='" + "x" * 3_000_000 + "'/>", "too long"),
        ("<other/>", "first element must be submission"),
        (registry_xml(INDIVIDUAL).replace('"8.0"', '"7.0"'), "first element must be submission"),
        ('<submission type="PQRS-REGISTRY" version="8.0"/>', "no provider"),
        (
            registry_xml(INDIVIDUAL, "<provider>" + "<a/>" * 30_000 + "</provider>"),
            "more than 20000 elements",
        ),
        (registry_xml(INDIVIDUAL, f"<provider><npi>{'x' * 900_000}</npi></provider>"), "4000"),
    ],
)
def test_what_is_no_registry_file_is_one_problem(text: str, words: str) -> None:
    ((_, _, message),) = problems(converted("pqrs", "xml", text.encode()))

    assert words in message


def test_bytes_that_are_not_utf_8_are_a_problem_of_their_line() -> None:
    text = registry_xml(INDIVIDUAL).replace("demo registry", "caf\xe9").encode("latin-1")

    ((line, _, message),) = problems(converted("pqrs", "xml", text))

    assert line > 1
    assert "not well-formed" in message


def test_providers_before_a_fault_are_converted() -> None:
    text = registry_xml(INDIVIDUAL).replace("</measure-group>", "</wrong>")

    records = converted("pqrs", "xml", text.encode())

    assert [record.body is None for record in records] == [False, True]


@pytest.mark.parametrize("name", sorted(QPP))
def test_the_examples_written_as_qpp_json_come_back_as_they_were(name: str) -> None:
    records = QPP[name]["payload"]["records"]
    program = QPP[name]["dartheader"]["programspecificdata"]

    (alone,) = converted("pqrs", "qpp", json.dumps(records[0]).encode())
    listed = converted("pqrs", "qpp", json.dumps(records).encode())

    assert submission_of(alone)["payload"] == {"records": [records[0]]}
    assert submission_of(alone) == submission_of(listed[0])
    told = submission_of(alone)["dartheader"]["programspecificdata"]
    assert told == {**program, "submissiontype": "measure_result", "recordcount": 1}


def test_findings_of_qpp_json_have_the_pointer_within_the_file() -> None:
    record = json.loads(json.dumps(next(iter(QPP.values()))["payload"]["records"][0]))
    record["measurementSets"][0]["category"] = "nonsense"
    record["entityType"] = "nobody"

    listed = converted("pqrs", "qpp", json.dumps([record]).encode(), sender(tin="000456789"))

    fields = [field for _, field, _ in problems(listed)]
    assert "/0/entityType" in fields


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not json",
        b"{",
        b"\xff\xfe{",
        b"[" * 100_000,
        b"[]",
        b"null",
        b"[1, null]",
        b"{}",
        b'{"measurementSets": {}}',
        b'{"measurementSets": [1, null, []], "performanceYear": "x"}',
        b'{"a": 1, "a": 2}',
        b'{"a": 1e999}',
        b" " * (16 * 1024**2 + 1),
    ],
)
def test_what_is_no_qpp_json_is_a_problem(content: bytes) -> None:
    records = converted("pqrs", "qpp", content)

    assert records
    assert all(record.body is None for record in records)


def test_sets_of_another_category_are_another_record_and_other_counts_are_not() -> None:
    record = next(iter(QPP.values()))["payload"]["records"][0]

    def key(**changed: Any) -> str:
        told = {**record, "measurementSets": [{**record["measurementSets"][0], **changed}]}
        (found,) = load_registries()["pqrs"].converters["qpp"](
            io.BytesIO(json.dumps(told).encode()), sender()
        )
        assert isinstance(found, Converted)
        header_id: str = found.submission["dartheader"]["id"]
        return header_id

    assert key() == key(measurements=[])
    assert key() != key(category="ia")
