"""What is gathered from real parts lets the checker see harm: each is done by hand here."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import asyncpg
import pytest

from acr_testkit.faults.evidence import Stretch, mark_ends
from acr_testkit.faults.history import Attempt
from acr_testkit.faults.judging import judge_stretch
from acr_testkit.faults.load import Load, load_of
from acr_testkit.faults.parts import Parts
from acr_testkit.faults.senders import Crowd, sending
from acr_testkit.faults.wellness import at_rest
from acr_testkit.faults.workload import Workload
from acr_testkit.invariant_report import Harm, Invariant, Report

SUBMISSIONS = 400
PARTNER = "judging-1"


@dataclass(frozen=True, slots=True)
class Calm:
    """A load that nothing disturbed."""

    parts: Parts
    load: Load
    stretch: Stretch

    async def judged(self) -> Report:
        return await judge_stretch(self.parts, self.load.history, self.stretch)


@pytest.fixture(scope="module")
async def calm(parts: Parts) -> Calm:
    since, load = await mark_ends(parts), load_of(Workload("judging", 3), SUBMISSIONS, 0)
    urls = [each.url for each in parts.gateways]
    async with sending(urls, load, Crowd(), 3) as all_sent:
        await all_sent
    await at_rest(parts)
    return Calm(parts, load, Stretch(since, await mark_ends(parts), list(load.partners)))


@pytest.fixture
async def owner(parts: Parts) -> AsyncIterator[asyncpg.Connection]:
    """A transaction is no use: the judge reads by a connection of its own. Each test undoes its harm."""
    connection = await asyncpg.connect(parts.database.dsn)
    yield connection
    await connection.close()


async def test_without_harm_all_holds(calm: Calm) -> None:
    report = await calm.judged()

    assert report.holds, str(report)
    assert report.unchecked() == []


async def test_a_missing_version_is_lost_and_the_tables_differ(
    calm: Calm, owner: asyncpg.Connection
) -> None:
    which = "registry = 'cdsr' AND header_id = $1 AND partner_id = $2 AND version_no = $3"
    row = await owner.fetchrow("SELECT * FROM acr.versions WHERE partner_id = $1 LIMIT 1", PARTNER)
    assert row is not None
    await owner.execute(
        f"DELETE FROM acr.versions WHERE {which}",
        row["header_id"],
        PARTNER,
        row["version_no"],
    )
    try:
        report = await calm.judged()
    finally:
        places = ", ".join(f"${number}" for number in range(1, len(row) + 1))
        await owner.execute(f"INSERT INTO acr.versions VALUES ({places})", *row.values())

    assert report.harms[Harm.LOST] == 1
    assert {each.invariant for each in report.examples} == {Invariant.I2, Invariant.I8}
    assert (await calm.judged()).holds


async def test_another_verdict_is_wrong(calm: Calm, owner: asyncpg.Connection) -> None:
    submission_id = await owner.fetchval(
        "SELECT submission_id FROM acr.arrivals "
        "WHERE partner_id = $1 AND verdict = 'created' LIMIT 1",
        PARTNER,
    )
    change = "UPDATE acr.arrivals SET verdict = $1 WHERE submission_id = $2"
    await owner.execute(change, "updated", submission_id)
    try:
        report = await calm.judged()
    finally:
        await owner.execute(change, "created", submission_id)

    assert report.harms[Harm.WRONG] >= 2
    assert {each.invariant for each in report.examples} >= {Invariant.I4, Invariant.I8}


async def test_an_answer_for_what_is_not_in_the_log_is_lost(calm: Calm) -> None:
    real = calm.load.history.attempts[0]
    pretended = Attempt(real.intent, 202, "019aa000-0000-7000-8000-000000000000", "pending")
    calm.load.history.note(pretended)
    try:
        report = await calm.judged()
    finally:
        calm.load.history.attempts.remove(pretended)

    assert report.harms == {Harm.LOST: 1}
    assert [each.invariant for each in report.examples] == [Invariant.I1]
