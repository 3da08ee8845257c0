"""Goal: eligibility is that of the rules in force on the day of the exam, and only what is certain."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, TypeAlias

import pytest

from acr_registries.lcsr.eligibility import read_rule_sets, rule_set_of

EXAM = "/payload/Exams/0/"
FIRST = ("Exams", 0)

ComputeExample: TypeAlias = Callable[..., dict[Any, dict[str, Any]]]


def at(**values: Any) -> dict[str, Any]:
    return {EXAM + name: value for name, value in values.items()}


@pytest.mark.parametrize(
    ("body", "day", "name"),
    [
        ("uspstf", date(2013, 11, 30), None),
        ("uspstf", date(2021, 3, 8), "USPSTF 2013"),
        ("uspstf", date(2021, 3, 9), "USPSTF 2021"),
        ("cms", date(2015, 2, 4), None),
        ("cms", date(2022, 2, 9), "CMS 2015"),
        ("cms", date(2022, 2, 10), "CMS 2022"),
    ],
)
def test_the_rules_of_a_day_are_the_newest_that_have_begun(
    body: str, day: date, name: str | None
) -> None:
    rules = rule_set_of(body, day)

    assert (rules.name if rules else None) == name


def test_every_rule_set_has_ages_and_spans_in_order() -> None:
    for body in ("uspstf", "cms"):
        sets = read_rule_sets(body)
        assert all(each.age_least < each.age_most for each in sets)
        assert [each.first_day for each in sets] == sorted(
            (each.first_day for each in sets), reverse=True
        )


@pytest.mark.parametrize(
    ("exam_date", "verdict"), [("2021-03-08", "not met"), ("2021-03-09", "met")]
)
def test_fifty_years_and_twenty_pack_years_count_from_march_2021(
    compute: ComputeExample, exam_date: str, verdict: str
) -> None:
    changes = at(
        Exam_Date=exam_date,
        Patient_Date_Of_Birth="1971-03-08",
        Number_Of_Packs_Year_Smoking=20,
    )

    assert compute("baseline", changes)[FIRST]["uspstf_eligibility"] == verdict


@pytest.mark.parametrize(
    ("exam_date", "verdict"), [("2022-02-09", "not met"), ("2022-02-10", "met")]
)
def test_medicare_takes_twenty_pack_years_from_february_2022(
    compute: ComputeExample, exam_date: str, verdict: str
) -> None:
    changes = at(Exam_Date=exam_date, Number_Of_Packs_Year_Smoking=20)

    assert compute("baseline", changes)[FIRST]["cms_eligibility"] == verdict


@pytest.mark.parametrize(
    ("born", "uspstf", "cms"),
    [
        ("1943-05-18", "met", "not met"),  # 78 years on the day of the exam.
        ("1943-05-19", "met", "met"),  # 77.
        ("1940-05-18", "not met", "not met"),  # 81.
        ("1940-05-19", "met", "not met"),  # 80.
    ],
)
def test_the_oldest_ages_are_included(
    compute: ComputeExample, born: str, uspstf: str, cms: str
) -> None:
    told = compute("baseline", at(Patient_Date_Of_Birth=born))[FIRST]

    assert (told["uspstf_eligibility"], told["cms_eligibility"]) == (uspstf, cms)


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({"Smoking_Status": "2", "Number_Of_Years_Since_Quit": 15}, "met"),
        ({"Smoking_Status": "2", "Number_Of_Years_Since_Quit": 15.1}, "not met"),
        ({"Smoking_Status": "2"}, "cannot tell"),
        ({"Smoking_Status": "3"}, "not met"),
        ({"Smoking_Status": "4"}, "cannot tell"),
        ({"Smoking_Status": "9"}, "cannot tell"),
        ({"Smoking_Status": None}, "cannot tell"),
        ({"Number_Of_Packs_Year_Smoking": None}, "cannot tell"),
        ({"Number_Of_Packs_Year_Smoking": 19.9}, "not met"),
        ({"Smoking_Status": "9", "Number_Of_Packs_Year_Smoking": 5}, "not met"),
    ],
)
def test_what_is_missing_leaves_it_open_unless_something_fails(
    compute: ComputeExample, changes: dict[str, Any], verdict: str
) -> None:
    assert compute("baseline", at(**changes))[FIRST]["uspstf_eligibility"] == verdict


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({"Signs_Or_Symptoms_Of_Lung_Cancer": "Y"}, "not met"),
        ({"Signs_Or_Symptoms_Of_Lung_Cancer": None}, "cannot tell"),
        ({"Ordering_Practitioner_NPI": None}, "cannot tell"),
        ({"Doc_Of_Shared_Dec_Making": "N"}, "not met"),
        ({"Doc_Of_Shared_Dec_Making": "U"}, "cannot tell"),
    ],
)
def test_medicare_asks_for_order_counselling_and_no_symptoms(
    compute: ComputeExample, changes: dict[str, Any], verdict: str
) -> None:
    told = compute("baseline", at(**changes))[FIRST]

    assert (told["cms_eligibility"], told["uspstf_eligibility"]) == (verdict, "met")


@pytest.mark.parametrize(
    ("indication", "verdict"), [("1", "not met"), ("2", "met"), (None, "not met")]
)
def test_since_2022_counselling_is_asked_for_before_the_first_screen(
    compute: ComputeExample, indication: str | None, verdict: str
) -> None:
    changes = at(
        Exam_Date="2022-05-18", Indication_Of_Exam=indication, Doc_Of_Shared_Dec_Making="N"
    )

    assert compute("baseline", changes)[FIRST]["cms_eligibility"] == verdict


def test_eligibility_never_rejects(find: Callable[..., list[Any]]) -> None:
    changes = at(
        Smoking_Status="3", Number_Of_Packs_Year_Smoking=None, Patient_Date_Of_Birth="1975-01-01"
    )

    assert [each.severity for each in find("baseline", changes)].count("error") == 0


def test_an_age_changes_on_the_birthday(compute: ComputeExample) -> None:
    birthday = date(1962, 5, 18)

    ages = [
        compute("baseline", at(Patient_Date_Of_Birth=day.isoformat()))[FIRST]["age_at_exam"]
        for day in (birthday - timedelta(days=1), birthday, birthday + timedelta(days=1))
    ]

    assert ages == [59, 59, 58]
