"""The seam between door and record: what the gateway accepts, the database can hold."""

import asyncio
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from acr_avro.records import decode_submission, encode_submission
from acr_domain.errors import InvalidSubmission
from acr_domain.judgement import judge_all
from acr_domain.submission import Arrival, LogPosition, Submission
from acr_domain.topics import submissions_topic
from acr_postgres.projected_rows import TypedTables
from acr_postgres.settlement import Settlement
from acr_registries.catalogue import load_registries
from acr_registries.examination import examine
from acr_registries.reading import read_contents
from acr_settings.settings import PostgresSettings
from acr_testkit.samples import smallest, submission

EXAMPLES = 300
AWKWARD = "\0\x01\x1f\x7f\x85\u200b\u2028\u202e\ufeff\ufffe\uffff\ud800\udfff\U0001f600\\\"'%$/~é"
LCSR = load_registries()["lcsr"]

text = st.text(st.one_of(st.sampled_from(AWKWARD), st.characters(codec=None)), max_size=90)
values = st.recursive(
    st.one_of(st.none(), st.booleans(), text, st.integers(), st.floats(), st.just(10**400)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(text, inner, max_size=4)),
    max_leaves=12,
)
headers = st.fixed_dictionaries(
    {},
    optional={
        "partnerid": text,
        "appid": text,
        "projectname": text,
        "headertype": text,
        "versionno": st.one_of(st.integers(), text, st.just("9223372036854775807")),
        "modificationdate": st.datetimes().map(lambda each: each.isoformat() + "Z"),
        "programspecificdata": st.dictionaries(text, values, max_size=3),
    },
)


def body_of(header: dict[str, Any], payload: Any, *, escaped: bool) -> bytes:
    # What the contract does not know is kept with the body.
    payload = {**smallest("lcsr")["payload"], "vendor": payload}
    body = submission("lcsr", payload=payload, **header)
    return json.dumps(body, ensure_ascii=escaped).encode(errors="surrogatepass")


def accept(body: bytes) -> Submission:
    contents = read_contents(LCSR, body, {})
    received_at = datetime.now(UTC)
    return Submission(
        "0198c0de-0000-7000-8000-000000000001",
        contents.key,
        contents.version_no,
        contents.digest,
        examine(LCSR, contents, received_at),
        received_at,
        "application/json",
        body,
    )


Hold = Callable[[Submission], tuple[str, bytes] | None]


async def _hold(connection: Any, accepted: Submission) -> tuple[str, bytes] | None:
    """Settle one submission as the consumer does, and give what the database then holds of it."""
    undone = connection.transaction()
    await undone.start()
    try:
        settlement = Settlement(connection, "lcsr", "test", TypedTables())
        decoded = decode_submission(encode_submission(accepted))
        place = LogPosition(submissions_topic("lcsr"), 4096, 0)
        arrivals = [Arrival(place, decoded, 1, "00-" + "1" * 32 + "-" + "2" * 16 + "-00")]
        outcomes = judge_all(arrivals, await settlement.histories(arrivals))
        await settlement.store(arrivals, outcomes)
        row = await connection.fetchrow(
            "SELECT partner_id, body FROM acr.versions WHERE registry = 'lcsr' AND partition = 4096"
        )
        return None if row is None else (row["partner_id"], row["body"])
    finally:
        await undone.rollback()


@pytest.fixture
def hold(prepared: None, postgres_settings: PostgresSettings) -> Iterator[Hold]:
    """Holds submissions in one transaction that is rolled back at the end."""
    with asyncio.Runner() as runner:
        dsn = postgres_settings.dsn.get_secret_value()
        connection = runner.run(asyncpg.connect(dsn))
        whole = connection.transaction()
        runner.run(whole.start())
        runner.run(connection.execute("SET LOCAL ROLE acr_writer"))
        yield lambda accepted: runner.run(_hold(connection, accepted))
        runner.run(whole.rollback())
        runner.run(connection.close())


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much],
)
@given(header=headers, payload=values, escaped=st.booleans())
def test_whatever_is_accepted_can_be_stored_and_read_back(
    hold: Hold, header: dict[str, Any], payload: Any, escaped: bool
) -> None:
    body = body_of(header, payload, escaped=escaped)
    try:
        accepted = accept(body)
    except InvalidSubmission:
        event("refused at the door")
        assume(False)
        return

    held = hold(accepted)

    event("rejected by a rule" if held is None else "stored")
    assert held in (None, (accepted.key.partner_id, body))
