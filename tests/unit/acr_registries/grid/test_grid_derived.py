"""Derived values of GRID, by the numbers that its reference works out."""

import copy
from typing import Any

import pytest

from acr_registries.catalogue import load_registries
from acr_registries.examples import read_submissions
from acr_registries.forms import Form, walk
from acr_registries.reading import read_contents
from acr_registries.registry import Contents
from acr_testkit.samples import as_bytes

REGISTRY = load_registries()["grid"]
EXAMPLES = read_submissions(REGISTRY.package, "valid")
PUBLISHED_MONTH = {
    "examscompleted": 697,
    "meanhours": 30.8,
    "count_lt12h": 200,
    "count_12to24h": 200,
    "count_24to48h": 297,
    "count_gt48h": 0,
}


def contents_of(name: str, **changes: Any) -> Contents:
    body = copy.deepcopy(EXAMPLES[name])
    body["payload"]["records"][0] |= changes
    return read_contents(REGISTRY, as_bytes(body), {})


def forms_of(contents: Contents, name: str) -> list[Form]:
    assert contents.form is not None, contents.notes
    return [form for _, form in walk(contents.form) if type(form).__name__ == name]


def derived(form: Form, contents: Contents, attribute: str) -> Any:
    (found,) = [each for each in form.derived if each.attribute == attribute]
    value = found.compute(form, contents)
    assert value is None or type(value) is found.kind
    return value


def exam_value(attribute: str, **changes: Any) -> Any:
    contents = contents_of("minimal", **changes)
    return derived(forms_of(contents, "ExamRecord")[0], contents, attribute)


def month_values(attribute: str, **figures: Any) -> Any:
    contents = contents_of("facility-month", tat={"ct": {**PUBLISHED_MONTH, **figures}})
    return derived(forms_of(contents, "Turnaround")[0], contents, attribute)


def test_turnaround_of_the_published_batch_is_0_73_and_6_42_and_9_50_hours() -> None:
    contents = contents_of("exam-batch")

    hours = [derived(form, contents, "tat_hours") for form in forms_of(contents, "ExamRecord")]

    assert [round(each, 2) for each in hours] == [0.73, 6.42, 9.50]


def test_exams_belong_to_their_own_facility_or_else_the_headers() -> None:
    contents = contents_of("exam-batch")

    found = [
        derived(form, contents, "exam_facilityid") for form in forms_of(contents, "ExamRecord")
    ]

    assert found == ["900101", "900101", "900102"]


def test_turnaround_across_a_change_of_the_clock_counts_true_hours() -> None:
    hours = exam_value(
        "tat_hours",
        examcompletiondatetime="2025-03-09T01:30:00-06:00",
        finalreportdatetime="2025-03-09T03:30:00-05:00",
    )

    assert hours == 1.0


def test_turnaround_of_local_times_is_what_the_clock_showed() -> None:
    hours = exam_value(
        "tat_hours",
        examcompletiondatetime="2025-06-01T09:00:00",
        finalreportdatetime="2025-06-01T09:45:00",
    )

    assert hours == 0.75


def test_there_is_no_turnaround_between_a_local_time_and_one_with_a_zone() -> None:
    assert exam_value("tat_hours", finalreportdatetime="2025-06-01T10:30:00") is None
    assert exam_value("tat_bucket", finalreportdatetime="2025-06-01T10:30:00") is None


@pytest.mark.parametrize(
    ("signed", "bucket"),
    [
        ("2025-06-01T20:59:59-05:00", "lt12h"),
        ("2025-06-01T21:00:00-05:00", "12to24h"),
        ("2025-06-02T09:00:00-05:00", "24to48h"),
        ("2025-06-03T09:00:00-05:00", "gt48h"),
    ],
)
def test_an_exam_falls_into_the_bucket_that_the_monthly_form_has(signed: str, bucket: str) -> None:
    assert exam_value("tat_bucket", finalreportdatetime=signed) == bucket


def test_minutes_from_order_to_exam_need_both_times() -> None:
    order, start = "2025-06-01T06:00:00-05:00", "2025-06-01T08:45:00-05:00"

    minutes = exam_value("order_to_exam_minutes", orderdatetime=order, examstartdatetime=start)

    assert minutes == 165.0
    assert exam_value("order_to_exam_minutes", orderdatetime=order) is None
    assert (
        exam_value("order_to_exam_minutes", orderdatetime=order[:-6], examstartdatetime=start)
        is None
    )


@pytest.mark.parametrize(
    ("modality", "code", "breast", "measure"),
    [
        ("radiography", "71046", None, "ACRAD15"),
        ("radiography", "77067", None, None),
        ("ultrasound", "76700", False, "ACRAD16"),
        ("ultrasound", "76700", True, None),
        ("ultrasound", "76641", None, None),
        ("mri", "70551", None, "ACRAD17"),
        ("ct", "70450", None, "ACRAD18"),
        ("pet", "78815", None, "ACRAD19"),
        ("mammography", "77067", None, "ACRAD25"),
        ("dxa", "77080", None, None),
    ],
)
def test_each_modality_has_its_turnaround_measure(
    modality: str, code: str, breast: bool | None, measure: str | None
) -> None:
    found = exam_value("tat_measure", modality=modality, cptcode=code, breastultrasound=breast)

    assert found == measure


def test_the_mean_of_the_published_month_is_at_most_30_8_hours() -> None:
    assert round(month_values("mean_most_hours"), 1) == 30.8


def test_the_mean_of_the_published_month_is_at_least_what_its_buckets_begin_with() -> None:
    assert month_values("mean_least_hours") == (12 * 200 + 24 * 297) / 697


def test_one_exam_beyond_48_hours_takes_the_upper_bound_away() -> None:
    assert month_values("mean_most_hours", examscompleted=698, count_gt48h=1) is None
    assert month_values("mean_least_hours", examscompleted=698, count_gt48h=1) == pytest.approx(
        (12 * 200 + 24 * 297 + 48) / 698
    )


def test_bounds_and_shares_need_all_buckets_and_an_exam() -> None:
    attributes = ("mean_least_hours", "mean_most_hours", "percent_within_24h")

    assert [month_values(each, count_lt12h=None) for each in attributes] == [None] * 3
    nothing = {"examscompleted": 0, "count_lt12h": 0, "count_12to24h": 0, "count_24to48h": 0}
    assert [month_values(each, meanhours=None, **nothing) for each in attributes] == [None] * 3


def test_shares_within_12_24_and_48_hours_add_the_buckets_up() -> None:
    shares = [month_values(f"percent_within_{hours}h") for hours in (12, 24, 48)]

    assert shares == pytest.approx([200 / 6.97, 400 / 6.97, 100.0])


def test_rates_of_a_month_are_in_percent() -> None:
    contents = contents_of("facility-month")
    (form,) = forms_of(contents, "FacilityMonth")

    rates = {each.attribute: each.compute(form, contents) for each in form.derived}

    assert rates == pytest.approx(
        {
            "repeat_rate": 61500 / 11240,
            "liver_nondiagnostic_rate": 100 / 9,
            "lung_nondiagnostic_rate": 100 / 7,
            "extravasation_rate": 400 / 1310,
        }
    )


def test_rates_of_what_was_not_sent_are_unknown() -> None:
    contents = contents_of("physician-month", repeat=None, out=None)
    (form,) = forms_of(contents, "PhysicianMonth")

    assert {each.compute(form, contents) for each in form.derived} == {None}
