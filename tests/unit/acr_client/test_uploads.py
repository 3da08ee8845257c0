"""Uploads for which nobody waits, sent to the real gateway's application."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from acr_client.blocking import BlockingAcrClient
from acr_client.client import AcrClient
from acr_client.sending import Pace
from acr_client.told import Outgoing, SendingFailed
from acr_client.uploads import Upload
from acr_localstack.ports import free_port
from acr_settings.settings import GatewaySettings
from acr_testkit.samples import as_bytes, submission
from acr_testkit.served_gateway import served_gateway
from acr_testkit.tcp_proxy import CuttingProxy

SETTINGS = GatewaySettings(wait_seconds_default=2)


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests have no half seconds to wait."""
    monkeypatch.setattr("acr_client.backoff.FIRST_SECONDS", 0.01)
    monkeypatch.setattr("acr_client.backoff.BOUND_SECONDS_MAX", 0.05)
    monkeypatch.setattr("acr_client.uploading.LOOKED_FOR_SECONDS", 0.05)


def bodies(count: int) -> list[bytes]:
    return [as_bytes(submission("lcsr")) for _ in range(count)]


async def uploaded(client: AcrClient, source: Any) -> list[Upload]:
    return [upload async for upload in client.upload(source)]


@pytest.mark.parametrize("compression", ["gzip", "zstd", None])
async def test_a_source_becomes_an_upload_whose_lines_are_in_the_log(compression: Any) -> None:
    good = bodies(20)
    async with (
        served_gateway(SETTINGS) as gateway,
        AcrClient(gateway.url, "lcsr", compression=compression) as client,
    ):
        [upload] = await uploaded(
            client, [*good, Outgoing(b"no JSON", "bad:7"), Outgoing(b"", "none")]
        )
        kept = len(gateway.log.submissions)

    assert (upload.kept, upload.refused, kept) == (20, 2, 20)
    assert [each.number for each in upload.lines] == [*range(1, 23)]
    assert [each.where for each in upload.lines[20:]] == ["bad:7", "none"]
    assert upload.lines[0].digest == Outgoing(good[0]).digest
    assert upload.address == f"{gateway.url}/v1/uploads/{upload.upload_id}"


async def test_the_progress_of_each_part_is_heard() -> None:
    heard: list[int] = []
    async with served_gateway(SETTINGS) as gateway, AcrClient(gateway.url, "lcsr") as client:
        async for _ in client.upload(bodies(200), handed=heard.append):
            pass

    assert len(heard) > 1
    assert heard == sorted(heard)
    assert heard[-1] == 200


async def test_nothing_is_no_upload() -> None:
    async with served_gateway(SETTINGS) as gateway, AcrClient(gateway.url, "lcsr") as client:
        assert await uploaded(client, []) == []
        assert not gateway.log.notes


async def test_many_are_several_uploads_each_told_when_it_is_through(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("acr_client.uploading.LINES_MAX", 40)
    async with served_gateway(SETTINGS) as gateway, AcrClient(gateway.url, "lcsr") as client:
        uploads = client.upload(bodies(100))
        first = await anext(uploads)
        kept = len(gateway.log.submissions)
        rest = [upload async for upload in uploads]

    assert (len(first.lines), kept) == (40, 40)
    assert [each.lines[0].number for each in rest] == [41, 81]
    assert len({first.upload_id, *(each.upload_id for each in rest)}) == 3


async def test_a_gateway_that_takes_fewer_lines_gets_the_rest_in_further_uploads() -> None:
    """Goal: nothing is left out, nothing is sent twice. Method: a bound on answers between lines."""
    settings = GatewaySettings(upload_lines_max=100, stream_lines_max=20)
    async with served_gateway(settings) as gateway, AcrClient(gateway.url, "lcsr") as client:
        uploads = await uploaded(client, bodies(500))
        kept = len(gateway.log.submissions)

    assert len(uploads) > 1
    assert [line.number for each in uploads for line in each.lines] == [*range(1, 501)]
    assert [each.kept for each in uploads] == [len(each.lines) for each in uploads]
    assert kept == 500


async def test_a_flaky_connection_loses_nothing() -> None:
    """Goal: every line is in an upload that was noted whole. Method: cut everything again and again."""
    port = free_port()
    async with served_gateway(SETTINGS) as gateway:
        proxy = CuttingProxy(gateway.port)

        async def cut_often() -> None:
            while True:
                await asyncio.sleep(0.03)
                proxy.deaf = not proxy.deaf
                await proxy.cut()

        async with proxy.listening(port):
            cutting = asyncio.create_task(cut_often())
            pace = Pace(patience_seconds=30)
            async with AcrClient(f"http://127.0.0.1:{port}", "lcsr", pace=pace) as client:
                sent = [await uploaded(client, bodies(10)) for _ in range(20)]
            cutting.cancel()
        keys = {each.key for each in gateway.log.submissions}

    uploads = [upload for each in sent for upload in each]
    assert sum(upload.kept for upload in uploads) == 200
    assert len(keys) == 200


async def test_a_log_that_is_away_is_tried_again_and_then_given_up() -> None:
    async with served_gateway(SETTINGS) as gateway:
        gateway.log.away = True
        async with AcrClient(gateway.url, "lcsr", pace=Pace(patience_seconds=5)) as client:
            sending = asyncio.create_task(uploaded(client, bodies(5)))
            await asyncio.sleep(0.1)
            gateway.log.away = False
            [upload] = await sending
        gateway.log.away = True
        async with AcrClient(gateway.url, "lcsr", pace=Pace(patience_seconds=0)) as client:
            with pytest.raises(SendingFailed, match="gave up after 0 s: status 503"):
                await uploaded(client, bodies(1))

    assert upload.kept == 5


async def test_sending_needs_a_registry_that_there_is() -> None:
    async with served_gateway(SETTINGS) as gateway:
        async with AcrClient(gateway.url, "none") as client:
            with pytest.raises(SendingFailed, match="status 404"):
                await uploaded(client, bodies(1))
        async with AcrClient(gateway.url) as client:
            with pytest.raises(SendingFailed, match="say to which registry"):
                await uploaded(client, bodies(1))


async def test_the_blocking_client_is_the_same(tmp_path: Path) -> None:
    file = tmp_path / "some.ndjson"
    file.write_bytes(b"\n".join(bodies(5)))
    async with served_gateway(SETTINGS) as gateway:

        def run() -> list[Upload]:
            with BlockingAcrClient(gateway.url, "lcsr") as client, file.open("rb") as lines:
                return list(client.upload(lines))

        [upload] = await asyncio.to_thread(run)

    assert upload.kept == 5
