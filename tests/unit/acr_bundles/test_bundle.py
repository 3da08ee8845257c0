"""A bundle is complete, always the same bytes, and true: what it says happens, happens."""

import csv
import hashlib
import io
import json
import re
import zipfile
from datetime import datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import jsonschema_rs
import pytest

from acr_bundles.bundle import MEDIA_TYPES, make_bundle, media_type, zip_of
from acr_domain.errors import InvalidSubmission
from acr_domain.findings import findings_data, has_error
from acr_http.problems import Kind
from acr_http.service_facts import service_facts
from acr_registries.catalogue import load_registries
from acr_registries.contract import contract_versions, open_contract
from acr_registries.examination import examine
from acr_registries.examples import RECEIVED_AT
from acr_registries.reading import read_contents
from acr_registries.rule_catalogue import rule_texts
from acr_testkit.made_bundles import ALL_VERSIONS, bundle_of

NAMES = sorted(load_registries())
DOCUMENTS = {
    *("index.html", "index.json", "schema.json", "differences.md", "dictionary.csv"),
    *("dictionary.html", "model.svg", "exchange.html", "rules.csv", "rules.html", "codes.csv"),
    *("codes.html", "thresholds.csv", "measures.csv", "measures.html", "changes.md"),
}
RECEIVED_SOON = timedelta(hours=1)


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def found_in(name: str, content: bytes, received_at: datetime) -> list[Any]:
    registry = load_registries()[name]
    try:
        contents = read_contents(registry, content, {})
    except InvalidSubmission as error:
        return list(error.findings)
    return list(examine(registry, contents, received_at))


@pytest.mark.parametrize(("name", "version"), ALL_VERSIONS)
def test_a_bundle_has_every_document(name: str, version: str) -> None:
    bundle = bundle_of(name, version)

    assert bundle.files.keys() >= DOCUMENTS
    assert all(bundle.files.values())
    assert bundle.version == version


@pytest.mark.parametrize("name", NAMES)
def test_the_same_declaration_gives_the_same_bytes(name: str) -> None:
    again = make_bundle(open_contract(load_registries()[name]), service_facts())

    assert dict(again.files) == dict(bundle_of(name).files)
    assert zip_of(again) == zip_of(bundle_of(name))


def test_an_archive_has_the_files_in_their_order() -> None:
    bundle = bundle_of("lcsr")
    with zipfile.ZipFile(io.BytesIO(zip_of(bundle))) as archive:
        assert archive.namelist() == list(bundle.files)
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.read("schema.json") == bundle.files["schema.json"]


@pytest.mark.parametrize("name", NAMES)
def test_the_index_lists_each_file_as_it_is(name: str) -> None:
    bundle = bundle_of(name)
    index = json.loads(bundle.files["index.json"])

    assert [each["name"] for each in index["files"]] == [
        each for each in bundle.files if each not in ("index.html", "index.json")
    ]
    for each in index["files"]:
        content = bundle.files[each["name"]]
        assert each["bytes"] == len(content)
        assert each["sha256"] == hashlib.sha256(content).hexdigest()
        assert each["media_type"] == media_type(each["name"])
    assert index["current"] is True
    assert len(index["versions"]) == len(contract_versions(load_registries()[name]))


def test_files_have_media_types() -> None:
    assert media_type("schema.json") == "application/schema+json"
    assert media_type("examples/valid/minimal.json") == MEDIA_TYPES[".json"]
    assert media_type("rules.csv") == "text/csv; charset=utf-8"


class Links(HTMLParser):
    """Gathers links and anchors of a page, and sees that its elements are closed."""

    VOID = frozenset({"meta", "link", "br", "img", "hr", "input"})

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.links += [told["href"]] if tag == "a" and told.get("href") else []  # type: ignore[list-item]
        self.anchors |= {str(told["id"])} if "id" in told else set()
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def read_page(content: bytes) -> Links:
    page = Links()
    page.feed(re.sub(rb"<(rect|path|marker)([^>]*)/>", rb"", content).decode())
    return page


@pytest.mark.parametrize(("name", "version"), ALL_VERSIONS)
def test_pages_are_well_formed_and_their_links_lead_somewhere(name: str, version: str) -> None:
    files = bundle_of(name, version).files
    pages = {file: read_page(files[file]) for file in files if file.endswith(".html")}

    assert [page for page, read in pages.items() if read.open] == []
    astray = [
        (page, link)
        for page, read in pages.items()
        for link in read.links
        if not leads_somewhere(link, page, files, pages)
    ]
    assert astray == []


def leads_somewhere(link: str, page: str, files: Any, pages: dict[str, Links]) -> bool:
    file, _, anchor = link.partition("#")
    file = file or page
    return file in files and (not anchor or anchor in pages[file].anchors)


@pytest.mark.parametrize("name", NAMES)
def test_tables_are_read_back_as_they_were_written(name: str) -> None:
    files = bundle_of(name).files
    for file in (each for each in files if each.endswith(".csv")):
        assert files[file].endswith(b"\r\n")
        lines = list(csv.reader(io.StringIO(files[file].decode(), newline=""), strict=True))
        assert {len(line) for line in lines} == {len(lines[0])}, file


@pytest.mark.parametrize("name", NAMES)
def test_the_dictionary_has_every_element_of_the_contract(name: str) -> None:
    rows = rows_of(bundle_of(name).files["dictionary.csv"])
    contract = open_contract(load_registries()[name])
    told = {(row["form"], row["name"]) for row in rows}

    missing = [
        (form.__name__, element)
        for form in contract.bound_models()
        for element in form.binding.by_name
        if (form.__name__, element) not in told
    ]
    assert missing == []
    assert [row for row in rows if not row["text"] or not row["type"] or not row["need"]] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_rule_has_its_examples_beside_it(name: str) -> None:
    bundle = bundle_of(name)
    rows = {row["rule"]: row for row in rows_of(bundle.files["rules.csv"])}
    rules = rule_texts(open_contract(load_registries()[name]))

    assert list(rows) == [rule.rule_id for rule in rules]
    for row in rows.values():
        assert row["to_break"], row["rule"]
        assert {row["breaks"], row["keeps"]} <= bundle.files.keys()


@pytest.mark.parametrize(("name", "version"), ALL_VERSIONS)
def test_examples_of_rules_do_what_they_are_said_to(name: str, version: str) -> None:
    bundle = bundle_of(name, version)
    for row in rows_of(bundle.files["rules.csv"]):
        if not row["breaks"]:
            continue
        received_at = datetime.fromisoformat(row["received"])
        breaks = {e.rule for e in found_in(name, bundle.files[row["breaks"]], received_at)}
        keeps = {e.rule for e in found_in(name, bundle.files[row["keeps"]], received_at)}
        assert row["rule"] in breaks
        assert row["rule"] not in keeps


@pytest.mark.parametrize("name", NAMES)
def test_invalid_examples_get_the_findings_that_stand_beside_them(name: str) -> None:
    files = bundle_of(name).files
    told = [each for each in files if each.endswith(".findings.json")]

    assert told
    for each in told:
        body = files[each.replace(".findings.json", ".json")]
        found = found_in(name, body, RECEIVED_AT)
        assert has_error(found)
        assert json.loads(files[each]) == findings_data(found)


@pytest.mark.parametrize("name", NAMES)
def test_the_first_submission_of_the_page_is_taken(name: str) -> None:
    """Goal: from the bundle alone to an accepted submission. Method: the steps of exchange.html."""
    files = bundle_of(name).files
    page = files["exchange.html"].decode()
    (link,) = set(re.findall(r"--data-binary @(\S+\.json)", page))
    body = json.loads(files[link])
    body["dartheader"] |= {"partnerid": "me", "id": "11111111-2222-4333-8444-555555555555"}

    found = found_in(name, json.dumps(body).encode(), RECEIVED_AT)

    assert not has_error(found)
    schema = json.loads(files["schema.json"])
    assert jsonschema_rs.Draft202012Validator(schema).is_valid(body)
    status = "incomplete" if any(e.severity.value == "incomplete" for e in found) else "complete"
    assert f"&#34;status&#34;: &#34;{status}&#34;" in page or f'"status": "{status}"' in page
    for each in found:
        assert each.rule in page


def test_the_exchange_page_tells_every_kind_of_problem() -> None:
    page = bundle_of("lcsr").files["exchange.html"].decode()

    assert [kind.slug for kind in Kind if f"<code>{kind.slug}</code>" not in page] == []


def test_nothing_quotes_a_template() -> None:
    for name in NAMES:
        for file, content in bundle_of(name).files.items():
            if file.endswith((".html", ".md")):
                assert b"{{" not in content, file
                assert b"{%" not in content, file
