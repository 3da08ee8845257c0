"""Days and moments as PostgreSQL counts them: the ends of the calendar are days like any other."""

from datetime import UTC, date, datetime, timedelta, timezone

from hypothesis import example, given
from hypothesis import strategies as st

from acr_postgres.exact_times import day_number, day_of, moment_number, moment_of

INFINITY_DAY, INFINITY_MOMENT = 2**31 - 1, 2**63 - 1
zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(st.dates())
@example(date.max)
@example(date.min)
def test_a_day_comes_back_as_itself_and_never_as_infinity(day: date) -> None:
    number = day_number(day)

    assert day_of(number) == day
    assert abs(number[0]) < INFINITY_DAY


@given(st.datetimes(timezones=st.just(UTC)))
@example(datetime.max.replace(tzinfo=UTC))
@example(datetime.min.replace(tzinfo=UTC))
def test_a_moment_comes_back_as_itself_and_never_as_infinity(moment: datetime) -> None:
    number = moment_number(moment)

    assert moment_of(number) == moment
    assert abs(number[0]) < INFINITY_MOMENT


@given(st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1), timezones=zones))  # noqa: DTZ001
def test_a_moment_of_another_zone_comes_back_in_utc(moment: datetime) -> None:
    back = moment_of(moment_number(moment))

    assert (back, back.tzinfo) == (moment, UTC)


def test_a_moment_without_a_zone_counts_as_utc() -> None:
    bare = datetime(2026, 1, 31, 10, 20)  # noqa: DTZ001

    assert moment_of(moment_number(bare)) == bare.replace(tzinfo=UTC)


def test_postgres_counts_from_the_year_2000() -> None:
    assert day_number(date(2000, 1, 2)) == (1,)
    assert moment_number(datetime(2000, 1, 1, 0, 0, 1, tzinfo=UTC)) == (1_000_000,)


def test_what_lies_beyond_the_calendar_is_read_as_its_end() -> None:
    assert (day_of((INFINITY_DAY,)), day_of((-INFINITY_DAY,))) == (date.max, date.min)
    assert moment_of((INFINITY_MOMENT,)) == datetime.max.replace(tzinfo=UTC)
    assert moment_of((-INFINITY_MOMENT - 1,)) == datetime.min.replace(tzinfo=UTC)
