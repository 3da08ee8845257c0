"""Reading a submission: each element's form, and every finding at once at the place as it was sent."""

from typing import Any

import pytest

from acr_registries.catalogue import load_registries
from acr_testkit.forms import findings, places, read
from acr_testkit.samples import submission

REGISTRIES = sorted(load_registries())
GUID = "541EAE10-150D-4135-A85D-9AC98E734055"
TEXTS_MAX = {
    "partnerid": 80,
    "appid": 80,
    "dartprojectid": 18,
    "projectname": 200,
    "programdartid": 18,
    "programname": 80,
    "mediatype": 80,
    "objecttype": 80,
    "headertype": 80,
}
STRINGS = (*TEXTS_MAX, "id", "creationdate", "modificationdate")
ELEMENTS = (*STRINGS, "versionno", "programspecificdata")


def changed(registry: str, name: str, value: Any) -> dict[str, Any]:
    return submission(registry, **{name: value})


@pytest.mark.parametrize("registry", REGISTRIES)
def test_the_sample_of_each_registry_is_read(registry: str) -> None:
    body = submission(registry, partner="p1", header_id=GUID.lower(), version_no=3)

    contents = read(body, registry)

    assert contents.key.registry == registry
    assert (contents.key.partner_id, contents.key.header_id) == ("p1", GUID.lower())
    assert contents.version_no == 3
    assert contents.payload == body["payload"]


@pytest.mark.parametrize("registry", REGISTRIES)
@pytest.mark.parametrize("name", ELEMENTS)
def test_a_missing_element_is_told_by_its_place(registry: str, name: str) -> None:
    body = submission(registry)
    del body["dartheader"][name]

    assert places(body, registry) == [("HEADER-101", f"/dartheader/{name}")]


@pytest.mark.parametrize("registry", REGISTRIES)
@pytest.mark.parametrize("name", STRINGS)
@pytest.mark.parametrize("value", ["", " ", "\t \u00a0"])
def test_an_empty_or_blank_element_is_told(registry: str, name: str, value: str) -> None:
    assert places(changed(registry, name, value), registry) == [
        ("HEADER-103", f"/dartheader/{name}")
    ]


@pytest.mark.parametrize("registry", REGISTRIES)
@pytest.mark.parametrize("name", ELEMENTS)
@pytest.mark.parametrize("value", [None, True, 1.5, [], ["x"]])
def test_an_element_of_the_wrong_type_is_told(registry: str, name: str, value: Any) -> None:
    assert places(changed(registry, name, value), registry) == [
        ("HEADER-102", f"/dartheader/{name}")
    ]


@pytest.mark.parametrize("registry", REGISTRIES)
@pytest.mark.parametrize("name", STRINGS)
def test_a_number_is_no_string(registry: str, name: str) -> None:
    assert places(changed(registry, name, 1446063476), registry) == [
        ("HEADER-102", f"/dartheader/{name}")
    ]


@pytest.mark.parametrize("registry", REGISTRIES)
@pytest.mark.parametrize(("name", "most"), TEXTS_MAX.items())
def test_an_element_that_is_too_long_is_told(registry: str, name: str, most: int) -> None:
    found = places(changed(registry, name, "1" * (most + 1)), registry)

    assert ("HEADER-104", f"/dartheader/{name}") in found
    assert {place for _, place in found} == {f"/dartheader/{name}"}


@pytest.mark.parametrize(
    ("name", "most"), [("partnerid", 80), ("dartprojectid", 18), ("projectname", 200)]
)
def test_an_element_may_be_as_long_as_its_bound(name: str, most: int) -> None:
    read(changed("cdsr", name, "1" * most))


def test_the_project_name_is_shorter_in_grid() -> None:
    read(changed("grid", "projectname", "x" * 100), "grid")

    assert places(changed("grid", "projectname", "x" * 101), "grid") == [
        ("HEADER-104", "/dartheader/projectname")
    ]


@pytest.mark.parametrize("registry", REGISTRIES)
@pytest.mark.parametrize("name", ["programname", "mediatype", "objecttype"])
def test_a_code_outside_the_registrys_list_is_told(registry: str, name: str) -> None:
    assert places(changed(registry, name, "other"), registry) == [
        ("HEADER-105", f"/dartheader/{name}")
    ]


@pytest.mark.parametrize("registry", REGISTRIES)
def test_codes_may_be_in_any_letter_case(registry: str) -> None:
    body = submission(registry)
    names = ("programname", "mediatype", "objecttype", "headertype")
    body["dartheader"] |= {name: body["dartheader"][name].upper() for name in names}

    read(body, registry)


@pytest.mark.parametrize("spell", [str.upper, str.title, str.swapcase])
def test_names_are_read_in_any_letter_case(spell: Any) -> None:
    plain = submission()
    header = plain["dartheader"]
    program = {spell(name): value for name, value in header["programspecificdata"].items()}
    spelt = {
        spell(name): value for name, value in (header | {"programspecificdata": program}).items()
    }

    contents = read({spell("dartheader"): spelt, spell("payload"): {}})

    assert contents.key == read(plain).key
    assert contents.digest == read(plain).digest


def test_a_pointer_spells_names_as_they_were_sent() -> None:
    body = submission()
    header = body.pop("dartheader")
    program = header.pop("programspecificdata")
    program["NpiFP"] = program.pop("npifp") + "x"
    del header["appid"], program["dsn"]
    body["DartHeader"] = header | {"ProgramSpecificData": program, "MediaType": "no"}
    del body["DartHeader"]["mediatype"]

    assert sorted(places(body)) == [
        ("HEADER-101", "/DartHeader/ProgramSpecificData/dsn"),
        ("HEADER-101", "/DartHeader/appid"),
        ("HEADER-105", "/DartHeader/MediaType"),
        ("HEADER-106", "/DartHeader/ProgramSpecificData/NpiFP"),
    ]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ((), "DARTHEADER"),
        (("dartheader",), "PartnerID"),
        (("dartheader", "programspecificdata"), "DSN"),
    ],
)
def test_one_name_in_two_spellings_is_told(path: tuple[str, ...], name: str) -> None:
    body = submission()
    parent = body
    for step in path:
        parent = parent[step]
    parent[name] = parent[name.lower()]

    assert places(body) == [("HEADER-110", "".join(f"/{step}" for step in (*path, name)))]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b"[]", [("HEADER-102", "")]),
        (b'"x"', [("HEADER-102", "")]),
        (b"null", [("HEADER-102", "")]),
        (b"{}", [("HEADER-101", "/dartheader"), ("HEADER-101", "/payload")]),
        (b'{"dartheader": [], "payload": {}}', [("HEADER-102", "/dartheader")]),
        (b'{"DartHeader": 1, "payload": {}}', [("HEADER-102", "/DartHeader")]),
        (b'{"dartheader": {}, "dartheader": {}}', [("JSON-104", "/dartheader")]),
    ],
)
def test_a_body_without_its_frame_is_told(body: bytes, found: list[tuple[str, str]]) -> None:
    assert places(body) == found


def test_the_payload_may_be_anything_but_missing() -> None:
    body = submission()
    del body["payload"]

    assert places(body) == [("HEADER-101", "/payload")]
    payloads: list[Any] = [None, [], "text", 1, {"a": [None]}]
    for payload in payloads:
        assert read(submission() | {"payload": payload}).payload == payload


def test_everything_wrong_is_told_at_once() -> None:
    body = submission(versionno="0", id="x", creationdate="x", mediatype="x", partnerid="", appid=1)
    del body["payload"], body["dartheader"]["headertype"]
    body["dartheader"]["programspecificdata"]["npifp"] = "x"

    assert sorted(places(body)) == [
        ("HEADER-101", "/dartheader/headertype"),
        ("HEADER-101", "/payload"),
        ("HEADER-102", "/dartheader/appid"),
        ("HEADER-103", "/dartheader/partnerid"),
        ("HEADER-105", "/dartheader/mediatype"),
        ("HEADER-106", "/dartheader/programspecificdata/npifp"),
        ("HEADER-107", "/dartheader/id"),
        ("HEADER-108", "/dartheader/creationdate"),
        ("HEADER-109", "/dartheader/versionno"),
    ]


@pytest.mark.parametrize("registry", REGISTRIES)
def test_no_message_quotes_a_value(registry: str) -> None:
    secret = "m1ller"
    body = submission(registry)
    body["dartheader"] = dict.fromkeys(body["dartheader"], secret) | {
        "programspecificdata": dict.fromkeys(body["dartheader"]["programspecificdata"], secret)
    }

    told = " ".join(each.message for each in findings(body, registry))

    assert secret not in told


def test_the_provider_type_has_to_agree_with_the_address() -> None:
    assert places(submission(), expected={"providertype": "op"}) == [
        ("HEADER-111", "/dartheader/programspecificdata/providertype")
    ]
    assert read(submission(), expected={"providertype": "fp"}).version_no == 1


def test_what_the_address_says_does_not_stand_in_for_a_missing_element() -> None:
    body = submission()
    del body["dartheader"]["programspecificdata"]["providertype"]

    assert places(body, expected={"providertype": "fp"}) == [
        ("HEADER-101", "/dartheader/programspecificdata/providertype")
    ]
