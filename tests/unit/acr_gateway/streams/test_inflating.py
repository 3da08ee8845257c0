"""Content encodings: the same bytes however they come, and bombs are refused while they inflate."""

import gzip
import sys
from collections.abc import Callable, Iterator

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from acr_gateway.inflating import FREE_BYTES, PIECE_BYTES, inflater
from acr_http.problems import Kind, Problem
from acr_testkit.samples import as_bytes, submission
from acr_testkit.served_gateway import ServedGateway
from acr_testkit.stream_sender import as_lines, post_lines, read_lines

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PATH = "/v1/registries/cdsr/submissions"
SHRINK: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "zstd": zstd.compress,
    "identity": bytes,
}
CODED = ["gzip", "zstd"]


def inflate(coding: str, parts: Iterator[bytes], ratio_max: float = 2000) -> bytes:
    reading = inflater(coding, ratio_max)
    pieces = [piece for part in parts for piece in reading.feed(part)]
    reading.finish()
    assert all(len(piece) <= PIECE_BYTES for piece in pieces) or coding == "identity"
    return b"".join(pieces)


@pytest.mark.parametrize("coding", SHRINK)
@given(data=st.binary(max_size=300), repeats=st.integers(1, 2000), step=st.integers(1, 400))
def test_what_was_shrunk_comes_back(coding: str, data: bytes, repeats: int, step: int) -> None:
    plain = data * repeats
    coded = SHRINK[coding](plain) + SHRINK[coding](data)

    parts = (coded[at : at + step] for at in range(0, len(coded), step))

    assert inflate(coding, parts) == plain + data


@pytest.mark.parametrize("coding", CODED)
def test_a_bomb_is_refused_before_it_is_inflated(coding: str) -> None:
    bomb = SHRINK[coding](bytes(64 * FREE_BYTES))
    reading, given_bytes = inflater(coding, 100), 0

    with pytest.raises(Problem) as caught:  # noqa: PT012
        for piece in reading.feed(bomb):
            given_bytes += len(piece)

    assert caught.value.kind is Kind.TOO_LARGE
    assert given_bytes <= FREE_BYTES + 100 * len(bomb)


@pytest.mark.parametrize("coding", CODED)
@pytest.mark.parametrize("spoil", [lambda b: b[:-1], lambda b: b"no" + b, lambda b: b + b"no"])
def test_what_is_not_whole_is_refused(coding: str, spoil: Callable[[bytes], bytes]) -> None:
    with pytest.raises(Problem) as caught:
        inflate(coding, iter([spoil(SHRINK[coding](b"x" * 1000))]))

    assert caught.value.kind is Kind.INVALID


@pytest.mark.parametrize("coding", SHRINK)
async def test_single_bodies_and_streams_may_be_coded(gateway: ServedGateway, coding: str) -> None:
    single, lines = as_bytes(submission()), as_lines(submission(), submission())
    fields = {"Content-Encoding": coding}
    async with httpx.AsyncClient(base_url=gateway.url) as client:
        one = await client.post(
            PATH,
            content=SHRINK[coding](single),
            headers={"Content-Type": "application/json", **fields},
        )
    many = await post_lines(gateway.url + PATH, SHRINK[coding](lines), **fields)

    assert one.status_code == 201
    assert read_lines(many)[1]["created"] == 2
    assert gateway.log.submissions[0].body == single


@pytest.mark.parametrize("coding", CODED)
async def test_a_body_of_its_own_is_bounded_as_it_inflates(
    gateway: ServedGateway, coding: str
) -> None:
    async with httpx.AsyncClient(base_url=gateway.url) as client:
        answer = await client.post(
            PATH,
            content=SHRINK[coding](b" " * 100_000),
            headers={"Content-Type": "application/json", "Content-Encoding": coding},
        )

    assert answer.status_code == 413


@pytest.mark.parametrize("coding", CODED)
async def test_a_stream_that_turns_into_a_bomb_ends_behind_its_lines(
    gateway: ServedGateway, coding: str
) -> None:
    content = as_lines(submission()) + b" " * 40 * FREE_BYTES

    answer = await post_lines(
        gateway.url + PATH, SHRINK[coding](content), **{"Content-Encoding": coding}
    )

    answers, summary = read_lines(answer)
    assert answers[1]["status"] == 201
    assert summary["problem"]["type"] == "/problems/body-too-large"
    assert not summary["complete"]


@pytest.mark.parametrize("coding", CODED)
async def test_a_coded_stream_that_is_cut_short_says_so(
    gateway: ServedGateway, coding: str
) -> None:
    content = SHRINK[coding](as_lines(submission(), submission()))[:-3]

    answer = await post_lines(gateway.url + PATH, content, **{"Content-Encoding": coding})

    assert read_lines(answer)[1]["problem"]["type"] == "/problems/invalid-submission"


@pytest.mark.parametrize("coding", ["br", "gzip, gzip", "deflate", ""])
async def test_other_codings_are_refused_with_those_that_are_taken(
    gateway: ServedGateway, coding: str
) -> None:
    answer = await post_lines(gateway.url + PATH, b"", **{"Content-Encoding": coding})

    assert answer.status_code == 415
    assert answer.headers["accept-encoding"] == "gzip, zstd, identity"
