"""The Download API: index, archive and files of the contracts, as a browser and a program ask."""

import asyncio
import io
import json
import zipfile
from collections.abc import AsyncIterator

import httpx
import pytest

from acr_reader.contracts import Served, make_served
from acr_registries.registry import Registry
from acr_testkit.both_apps import gateway_app, reader_app
from acr_testkit.made_bundles import bundle_of

LCSR = "/v1/registries/lcsr/contract"


@pytest.fixture
async def reader() -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=reader_app())
    async with httpx.AsyncClient(transport=transport, base_url="http://reader") as client:
        yield client


async def test_the_index_is_told_as_json(reader: httpx.AsyncClient) -> None:
    answer = await reader.get(LCSR)

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.content == bundle_of("lcsr").files["index.json"]


async def test_a_browser_is_led_to_the_page_among_its_files(reader: httpx.AsyncClient) -> None:
    browser = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}

    page = await reader.get(LCSR, headers=browser, follow_redirects=True)

    assert page.url.path == f"{LCSR}/index.html"
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.history[0].headers["vary"] == "Accept"
    linked = await reader.get(page.url.join("dictionary.html"))
    assert linked.content == bundle_of("lcsr").files["dictionary.html"]


async def test_pages_of_a_former_version_link_to_each_other(reader: httpx.AsyncClient) -> None:
    browser = {"Accept": "text/html"}

    page = await reader.get(f"{LCSR}?version=1.2", headers=browser, follow_redirects=True)
    linked = await reader.get(page.url.join("changes.md"))

    assert page.content == bundle_of("lcsr", "1.2").files["index.html"]
    assert linked.content == bundle_of("lcsr", "1.2").files["changes.md"]


async def test_an_archive_holds_the_bundle(reader: httpx.AsyncClient) -> None:
    answer = await reader.get(f"{LCSR}.zip?version=1.7")

    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["content-disposition"] == 'attachment; filename="lcsr-contract-1.7.zip"'
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.namelist() == list(bundle_of("lcsr", "1.7").files)


@pytest.mark.parametrize(
    ("file", "media_type"),
    [
        ("schema.json", "application/schema+json"),
        ("examples/valid/minimal.json", "application/json"),
        ("rules.csv", "text/csv; charset=utf-8"),
        ("model.svg", "image/svg+xml"),
    ],
)
async def test_a_file_has_its_type_and_bytes(
    reader: httpx.AsyncClient, file: str, media_type: str
) -> None:
    answer = await reader.get(f"{LCSR}/{file}")

    assert answer.content == bundle_of("lcsr").files[file]
    assert answer.headers["content-type"] == media_type
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["content-security-policy"]


async def test_a_file_of_a_version_is_found_by_query_and_by_path(reader: httpx.AsyncClient) -> None:
    by_query = await reader.get(f"{LCSR}/schema.json?version=1.5")
    by_path = await reader.get(f"{LCSR}/versions/1.5/schema.json")

    assert by_query.content == by_path.content
    assert json.loads(by_path.content)["x-contract-version"] == "1.5"


@pytest.mark.parametrize("path", [LCSR, f"{LCSR}.zip", f"{LCSR}/rules.html"])
async def test_what_is_known_is_not_sent_again(reader: httpx.AsyncClient, path: str) -> None:
    first = await reader.get(path)

    again = await reader.get(path, headers={"If-None-Match": f'"other", W/{first.headers["etag"]}'})

    assert again.status_code == 304
    assert again.content == b""
    assert again.headers["etag"] == first.headers["etag"]
    assert again.headers["cache-control"] == "public, max-age=300"


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/v1/registries/none/contract", "registries are"),
        ("/v1/registries/none/contract.zip", "registries are"),
        (f"{LCSR}?version=9", "versions are"),
        (f"{LCSR}.zip?version=", "versions are"),
        (f"{LCSR}/versions/9/schema.json", "versions are"),
        (f"{LCSR}/nothing.json", "no such file"),
        (f"{LCSR}/../../x", "no such"),
        (f"{LCSR}/versions/1.5", "no such file"),
        (f"{LCSR}/versions/1.5/", "no such file"),
    ],
)
async def test_what_is_not_there_is_a_problem(
    reader: httpx.AsyncClient, path: str, told: str
) -> None:
    answer = await reader.get(path)

    assert answer.status_code == 404
    assert answer.json()["type"] == "/problems/not-found"
    assert told in answer.json()["detail"].lower()


async def test_many_who_ask_at_once_get_one_bundle(reader: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(*(reader.get(f"{LCSR}.zip") for _ in range(5)))

    assert {each.status_code for each in answers} == {200}
    assert len({each.content for each in answers}) == 1


@pytest.mark.parametrize(
    "path", [f"{LCSR}?version=1.2", f"{LCSR}.zip", f"{LCSR}/examples/valid/minimal.json"]
)
async def test_the_gateway_redirects_to_the_reader(path: str) -> None:
    transport = httpx.ASGITransport(app=gateway_app())
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
        answer = await client.get(path)

    assert answer.status_code == 307
    assert answer.headers["location"] == f"http://127.0.0.1:8081{path}"


async def test_a_bundle_that_could_not_be_made_is_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    attempts = []

    def make(registry: Registry, version: str) -> Served:
        attempts.append(version)
        if len(attempts) == 1:
            raise OSError("too many open files")
        return make_served(registry, version)

    monkeypatch.setattr("acr_reader.contracts.make_served", make)
    transport = httpx.ASGITransport(app=reader_app(), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://reader") as client:
        answers = [await client.get(LCSR) for _ in range(3)]

    assert [each.status_code for each in answers] == [500, 200, 200]
    assert len(attempts) == 2
