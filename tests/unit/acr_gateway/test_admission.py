"""Admission: bounded, fair between partners, and refusals that say who sends too much."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from acr_gateway.admission import (
    BESIDE_LEAST,
    BESIDE_SECONDS,
    TURN_SECONDS,
    TURNS_MAX,
    Admission,
)
from acr_gateway.admission_bounds import AdmissionBounds
from acr_gateway.log_records import peek_partner
from acr_http.problems import Kind, Problem
from acr_testkit.jumping_loop import JumpingLoop, run_at_once
from acr_testkit.samples import as_bytes, submission


@asynccontextmanager
async def waiting(admission: Admission, *partners: str) -> AsyncIterator[list[str]]:
    """Let submissions of partners wait, in this order; gives the order in which they had their turns."""
    turns: list[str] = []

    async def one(partner: str) -> None:
        async with admission.place(partner):
            turns.append(partner)

    tasks = [asyncio.create_task(one(partner)) for partner in partners]
    await asyncio.sleep(0)
    yield turns
    await asyncio.gather(*tasks)


def hold_up_the_loop(seconds: float) -> None:
    """Make this round long, as many refusals do."""
    time.sleep(seconds)


async def test_a_flood_of_one_partner_leaves_every_second_turn_to_another() -> None:
    admission = Admission(AdmissionBounds(1))
    await admission.enter("first", None)

    async with waiting(admission, *["flood"] * 50, "small", "small") as turns:
        admission.leave("first")

    assert turns[:4].count("small") == 2
    assert len(turns) == 52


async def test_each_turn_of_the_loop_lets_one_in() -> None:
    """Goal: nobody's work begins in one go with that of a hundred others."""
    admission = Admission(AdmissionBounds(100))

    async with waiting(admission, *["flood"] * 20) as turns:
        assert len(turns) == 1


@pytest.mark.parametrize(
    ("milliseconds", "least"), [(10, 11), (1000 * TURN_SECONDS * TURNS_MAX, TURNS_MAX)]
)
async def test_a_long_round_of_the_loop_lets_in_as_many_more(
    milliseconds: float, least: int
) -> None:
    """Goal: places do not stay empty because the loop has many to refuse; the order stays fair."""
    admission = Admission(AdmissionBounds(1000))

    async with waiting(admission, *["flood"] * 200, *["small"] * 5) as turns:
        before = len(turns)
        hold_up_the_loop(milliseconds / 1000)
        for _ in range(2):
            await asyncio.sleep(0)
        given = turns[before:]

    assert least <= len(given) <= TURNS_MAX
    assert given.count("small") == 5


def test_nobody_is_refused_beside_empty_places_though_rounds_take_a_tenth_of_a_second() -> None:
    """Goal: with 1,500 places free, all of 1,500 that come at once have theirs within their patience."""
    flood, round_seconds, patience_seconds = 1500, 0.1, 2.0

    async def senders() -> None:
        admission = Admission(AdmissionBounds(flood, queue_max=flood))
        entering = [admission.enter("flood", patience_seconds) for _ in range(flood)]
        entered = asyncio.gather(*entering)
        loop = asyncio.get_running_loop()
        assert isinstance(loop, JumpingLoop)
        while not entered.done():
            loop.work(round_seconds)
            await asyncio.sleep(0)
        await entered

    run_at_once(senders())


async def test_a_long_round_gives_no_turn_without_a_place() -> None:
    admission = Admission(AdmissionBounds(3))
    entering = [asyncio.create_task(admission.enter("flood", None)) for _ in range(20)]
    await asyncio.sleep(0)

    hold_up_the_loop(0.01)
    for _ in range(2):
        await asyncio.sleep(0)

    assert sum(each.done() for each in entering) == 3
    for each in entering:
        each.cancel()


async def test_no_more_than_the_bound_are_in_work() -> None:
    admission = Admission(AdmissionBounds(3, queue_seconds_max=0.01))
    for _ in range(3):
        await admission.enter("a", None)

    assert not admission.try_enter("b")
    with pytest.raises(Problem) as caught:
        await admission.enter("b", 0.01)
    assert caught.value.kind is Kind.OVERLOADED
    admission.leave("a")
    await admission.enter("b", 0.01)


async def test_a_partner_over_its_share_is_told_so() -> None:
    admission = Admission(AdmissionBounds(10, partner_in_flight_max=2))
    for _ in range(2):
        await admission.enter("a", None)

    with pytest.raises(Problem) as caught:
        await admission.enter("a", 0.01)
    await admission.enter("b", 0.01)

    assert caught.value.kind is Kind.TOO_MANY
    fields = caught.value.headers
    assert fields["RateLimit-Policy"] == '"partner";q=2;qu="concurrent-requests"'
    assert fields["RateLimit"] == '"partner";r=0;t=2'
    assert int(fields["Retry-After"]) > 0
    assert '"a"' not in caught.value.detail


async def test_who_sends_beside_others_has_fewer_in_work() -> None:
    """Goal: what one partner has in the log before another's submission is little."""
    bounds = AdmissionBounds(10, partner_beside_others_max=2, queue_seconds_max=0.01)
    admission = Admission(bounds)
    for _ in range(5):
        await admission.enter("flood", 0.01)
    assert not admission.beside_others("flood")

    await admission.enter("small", 0.01)

    assert admission.beside_others("flood")
    assert admission.beside_others("small")
    with pytest.raises(Problem) as caught:
        await admission.enter("flood", 0.01)
    assert caught.value.headers["RateLimit-Policy"] == '"partner";q=2;qu="concurrent-requests"'
    await admission.enter("small", 0.01)
    for _ in range(4):
        admission.leave("flood")
    await admission.enter("flood", 0.01)


async def test_beside_a_small_sender_a_flood_has_few_in_work_and_beside_a_flood_more() -> None:
    """Goal: a small sender finds little before it, and two that send much do not hold each other back."""
    most = 4 * BESIDE_LEAST
    admission = Admission(AdmissionBounds(1000, partner_beside_others_max=most))
    await admission.enter("small", None)

    async with floods(admission, "flood") as entered:
        assert entered["flood"] == BESIDE_LEAST
    async with floods(admission, "flood", "other flood") as entered:
        assert entered == {"flood": most, "other flood": most}


@asynccontextmanager
async def floods(admission: Admission, *partners: str) -> AsyncIterator[Counter[str]]:
    """Let partners send much more than they may have in work; gives how many of each are."""
    entered: Counter[str] = Counter()

    async def one(partner: str) -> None:
        await admission.enter(partner, None)
        entered[partner] += 1

    tasks = [asyncio.create_task(one(each)) for _ in range(100) for each in partners]
    for _ in range(300):
        await asyncio.sleep(0)
    yield entered
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for partner, count in entered.items():
        for _ in range(count):
            admission.leave(partner)


def test_who_is_alone_again_has_all_places_again() -> None:
    async def senders() -> None:
        admission = Admission(AdmissionBounds(10, partner_beside_others_max=1))
        await admission.enter("small", None)
        await admission.enter("flood", None)
        assert not admission.try_enter("flood")

        await asyncio.sleep(BESIDE_SECONDS)

        assert admission.try_enter("flood")

    run_at_once(senders())


def test_a_refusal_is_told_no_sooner_than_the_longest_wait_ends() -> None:
    """Goal: a sender that is back at once after each refusal costs little."""

    async def senders() -> None:
        admission = Admission(AdmissionBounds(1, queue_max=0, queue_seconds_max=5.0))
        await admission.enter("a", None)

        with pytest.raises(Problem):
            async with admission.place("a"):
                pass

        assert asyncio.get_running_loop().time() == 5.0

    run_at_once(senders())


async def test_a_full_queue_refuses_the_last_of_whom_waits_most() -> None:
    admission = Admission(AdmissionBounds(1, queue_max=3))
    await admission.enter("first", None)
    flood = [asyncio.create_task(admission.enter("flood", 5)) for _ in range(3)]
    await asyncio.sleep(0)

    small = asyncio.create_task(admission.enter("small", 5))
    with pytest.raises(Problem) as own:
        await admission.enter("flood", 5)
    with pytest.raises(Problem) as pushed:
        await flood[-1]

    assert {own.value.kind, pushed.value.kind} == {Kind.TOO_MANY}
    admission.leave("first")
    await flood[0]
    admission.leave("flood")
    await small
    flood[1].cancel()
    await asyncio.gather(*flood, return_exceptions=True)


async def test_streams_wait_however_long_the_queue_is() -> None:
    admission = Admission(AdmissionBounds(1, queue_max=0))
    await admission.enter("a", None)

    stream = asyncio.create_task(admission.enter("a", None))
    with pytest.raises(Problem):
        await admission.enter("a", 5)
    admission.leave("a")

    await stream


async def test_who_gives_up_gives_no_place_away() -> None:
    admission = Admission(AdmissionBounds(1))
    await admission.enter("a", None)
    given_up = [asyncio.create_task(admission.enter(partner, 5)) for partner in "abab"]
    await asyncio.sleep(0)
    for task in given_up:
        task.cancel()
    await asyncio.gather(*given_up, return_exceptions=True)
    admission.leave("a")

    await admission.enter("b", 0.5)
    assert not admission.try_enter("a")


async def test_bodies_are_held_within_bounds() -> None:
    admission = Admission(AdmissionBounds(10, bodies_bytes_max=100))

    with admission.body(60), pytest.raises(Problem) as caught, admission.body(60):
        pass
    with admission.body(100):
        pass

    assert caught.value.kind is Kind.OVERLOADED


@pytest.mark.parametrize(
    ("body", "partner"),
    [
        (as_bytes(submission(partner="acme")), "acme"),
        (b'{"payload": {}, "DartHeader": {"PartnerId" : "Acme"}}', "Acme"),
        (b'{"payload": "' + b"x" * 100_000 + b'", "dartheader": {"partnerid": "far"}}', "far"),
        (b"[]", ""),
        (b'{"partnerid": "' + b"x" * 5000 + b'"}', ""),
    ],
)
def test_the_queue_guesses_the_partner(body: bytes, partner: str) -> None:
    assert peek_partner(body) == partner
