"""The seam between forms and columns: what a form takes, its table can hold and give back."""

import asyncio
import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any, TypeAlias, get_args, get_origin

import asyncpg
import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from acr_domain.errors import InvalidSubmission
from acr_domain.findings import has_error
from acr_domain.submission import Submission
from acr_postgres.exact_times import use_exact_times
from acr_postgres.migrations import migrate
from acr_postgres.projected_rows import replace_rows
from acr_registries.catalogue import load_registries
from acr_registries.contract import open_contract
from acr_registries.elements import Element
from acr_registries.examination import examine
from acr_registries.examples import RECEIVED_AT, read_submissions
from acr_registries.forms import Form
from acr_registries.projection import ROOT, open_projection
from acr_registries.projection_columns import plain_type
from acr_registries.projection_rows import Projected, project
from acr_registries.reading import read_contents
from acr_registries.registry import Registry
from acr_settings.settings import PostgresSettings
from acr_testkit.kept_stores import as_python
from acr_testkit.phantoms.registry import REGISTRY as PHANTOMS
from acr_testkit.phantoms.samples import kept_as, scan_body
from acr_testkit.samples import as_bytes

EXAMPLES = 60
AWKWARD = "\x01\x1f\x7f\x85\u200b\u2028\u202e\ufeff\ufffe\uffff\U0001f600\\\"'%$/~é {}(),"
REGISTRIES = {**load_registries(), PHANTOMS.name: PHANTOMS}
Values: TypeAlias = st.SearchStrategy[Any]

letters = st.sampled_from(AWKWARD) | st.characters(
    exclude_categories=["Cs"], exclude_characters="\0"
)
days = st.sampled_from(["0001-01-01", "9999-12-31", "02/29/2024"]) | st.dates().map(date.isoformat)
moments = st.sampled_from(["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999Z"]) | st.datetimes(
    min_value=datetime(2, 1, 1)  # noqa: DTZ001
).map(lambda each: f"{each.isoformat()}Z")
clocks = moments | moments.map(lambda each: each.removesuffix("Z"))


def values_of(form: type[Form]) -> Values:
    """Give payloads of a bound form that its types, limits and codes take, the awkward ones first."""
    required: dict[str, Values] = {}
    optional: dict[str, Values] = {}
    inner = {nested.attribute: nested for nested in form.binding.nested}
    for name, element in form.binding.by_name.items():
        field = form.binding.declared.model_fields[element.attribute]
        plain = plain_type(field.annotation)
        many = get_origin(plain) is tuple
        if nested := inner.get(element.attribute):
            value = values_of(nested.form)
        else:
            item = get_args(plain)[0] if many else plain
            value = _scalar(form, element, item, clock="_clock_time" in repr(field))
        if many:
            value = st.lists(
                value, min_size=element.items_least, max_size=max(2, element.items_least)
            )
        (required if field.is_required() else optional)[name] = value
    return st.fixed_dictionaries(required, optional=optional)


def _scalar(form: type[Form], element: Element, kind: Any, *, clock: bool) -> Values:
    if codes := form.binding.codes.get(element.name):
        return st.sampled_from(codes)
    if kind is str and element.pattern:
        matching = st.from_regex(element.pattern, fullmatch=True)
        return matching.filter(lambda each: len(each) <= element.length_most and "\0" not in each)
    if kind is str:
        long = st.just("é" * element.length_most)
        return long | st.text(
            letters, min_size=element.length_least, max_size=min(60, element.length_most)
        )
    if kind is bool:
        return st.booleans()
    if kind is int:
        return st.integers(int(element.least or 0), int(element.most or 2**31 - 1))
    if kind is float:
        least = element.least if element.above is None else element.above
        return st.floats(
            least,
            element.most,
            exclude_min=element.above is not None,
            allow_nan=False,
            allow_infinity=False,
        )
    return days if kind is date else clocks if clock else moments


Hold: TypeAlias = Callable[[Projected], dict[str, list[tuple[Any, ...]]]]


async def _hold(connection: asyncpg.Connection, projected: Projected) -> Any:
    """Write rows as the consumer does, and give what the tables then hold of the record."""
    undone = connection.transaction()
    await undone.start()
    try:
        assert await replace_rows(connection, projected)
        key, schema = projected.keys[0], projected.projection.schema
        held = {}
        for name, table in projected.projection.tables.items():
            order = ", ".join(str(place + 1) for place in range(len(table.key)))
            rows = await connection.fetch(
                f'SELECT * FROM {schema}."{name}" WHERE partner_id = $1 AND header_id = $2 '
                f"ORDER BY {order}",
                key.partner_id,
                key.header_id,
            )
            held[name] = [tuple(map(as_python, row)) for row in rows]
        return held
    finally:
        await undone.rollback()


@pytest.fixture
def hold(prepared: None, postgres_settings: PostgresSettings) -> Iterator[Hold]:
    """Holds rows in one transaction that is rolled back at the end."""
    with asyncio.Runner() as runner:
        known = {PHANTOMS.name: PHANTOMS}
        runner.run(migrate(postgres_settings, known, declared=known))
        connection = runner.run(asyncpg.connect(postgres_settings.dsn.get_secret_value()))
        runner.run(use_exact_times(connection))
        whole = connection.transaction()
        runner.run(whole.start())
        runner.run(connection.execute("SET LOCAL ROLE acr_writer"))
        yield lambda projected: runner.run(_hold(connection, projected))
        runner.run(whole.rollback())
        runner.run(connection.close())


def bases() -> Iterator[Any]:
    """Give one valid submission for each form that a registry's payload can have."""
    seen: set[tuple[str, type[Form], str]] = set()
    for name, registry in REGISTRIES.items():
        examples = read_submissions(registry.package, "valid")
        if registry is PHANTOMS:
            examples = {"scan": json.loads(scan_body())}
        for title, example in examples.items():
            contents = read_contents(registry, as_bytes(example), {})
            if contents.form is None:
                continue
            kind = (name, type(contents.form).binding.declared, contents.version.name)
            if kind not in seen:
                seen.add(kind)
                yield pytest.param(registry, example, id=f"{name}-{title}")


def in_utc(value: Any) -> Any:
    """Give a value as a column gives it back: a moment without a zone counts as UTC."""
    bare = isinstance(value, datetime) and value.tzinfo is None
    return value.replace(tzinfo=UTC) if bare else value


def kept(registry: Registry, body: bytes) -> Submission | None:
    try:
        contents = read_contents(registry, body, {})
    except InvalidSubmission:
        return None
    if has_error(contents.notes):
        return None
    return kept_as(body, registry=registry.name, findings=examine(registry, contents, RECEIVED_AT))


@pytest.mark.parametrize(("registry", "example"), list(bases()))
def test_whatever_a_form_takes_its_tables_hold_and_give_back(
    hold: Hold, registry: Registry, example: dict[str, Any]
) -> None:
    contents = read_contents(registry, as_bytes(example), {})
    assert contents.form is not None
    declared = type(contents.form).binding.declared
    payloads = values_of(open_contract(registry, contents.version.name).bound[declared])
    projection = open_projection(registry)
    tried = [0]

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(payloads)
    def holds(payload: Any) -> None:
        submission = kept(registry, as_bytes({**example, "payload": payload}))
        if submission is None:
            event("refused")
            return
        tried[0] += 1
        projected = project(projection, [submission])

        held = hold(projected)

        assert held == {
            name: sorted(
                (tuple(map(in_utc, row)) for row in rows),
                key=lambda row: row[: len(projection.tables[name].key)],
            )
            for name, rows in projected.rows.items()
        }
        assert projected.unreadable == 0 or has_error(submission.findings)

    holds()
    # Three in ten are taken where a form has many rules; hypothesis draws by the code it finds imported.
    assert tried[0] >= EXAMPLES // 8, "a test of less would prove little"


def test_the_ends_of_the_calendar_are_days_and_not_infinity(
    hold: Hold,
) -> None:
    ends: dict[str, Any] = {
        "Day": "9999-12-31",
        "Born": "0001-01-01",
        "Began": "0001-01-01T00:00:00Z",
        "Ended": "9999-12-31T23:59:59.999999",
    }
    rows = hold(project(open_projection(PHANTOMS), [kept_as(scan_body(**ends))]))

    assert rows[ROOT][0][3] == "complete"
    assert rows["scans"][0][2] == date.max
    assert rows["scans"][0][7] == datetime.min.replace(tzinfo=UTC)
