"""The pages of a bundle say what a newcomer asks first."""

import csv
import io
import json
import re
from typing import Any

import pytest

from acr_registries.catalogue import load_registries
from acr_registries.contract import open_contract
from acr_registries.pqrs.measures import definitions
from acr_registries.registry import Rule
from acr_testkit.made_bundles import bundle_of

NAMES = sorted(load_registries())


def text_of(name: str, page: str) -> str:
    return bundle_of(name).files[page].decode()


@pytest.mark.parametrize("name", NAMES)
def test_the_dictionary_says_what_an_element_is_beside_its_name(name: str) -> None:
    headings = re.findall(r"<thead><tr>(.*?)</tr>", text_of(name, "dictionary.html"))

    begins = '<th scope="col">Name</th><th scope="col">What it is</th><th scope="col">Type</th>'
    assert [each for each in headings if not each.startswith(begins)] == []


def test_a_form_that_stands_in_several_places_is_told_once() -> None:
    page = text_of("grid", "dictionary.html")
    section = page.partition('<h2 id="Turnaround">')[2].partition("<h2")[0]

    assert "payload.records[].tat.ct, payload.records[].tat.mri" in section
    assert section.count(">examscompleted<") == 1


@pytest.mark.parametrize("name", NAMES)
def test_every_rule_can_be_linked(name: str) -> None:
    rules = {rule.rule_id for each in rules_of(name) for rule in each}

    page = text_of(name, "rules.html")
    assert {each for each in rules if f'id="{each}"' not in page} <= {"HEADER-203"}


def rules_of(name: str) -> list[tuple[Rule[Any], ...]]:
    return list(open_contract(load_registries()[name]).rules.values())


def test_a_rule_names_all_forms_that_it_looks_at() -> None:
    line = text_of("lcsr", "rules.html").partition('id="LCSR-426"')[2].partition("</tr>")[0]

    assert "FollowUp, LooseFollowUp" in line or "LooseFollowUp, FollowUp" in line


@pytest.mark.parametrize("name", NAMES)
def test_the_first_submission_tells_every_element_of_the_header(name: str) -> None:
    page = text_of(name, "exchange.html")
    steps = page.partition("2. Make it yours")[2].partition("<h3>")[0]
    first = next(each for each in bundle_of(name).files if each.startswith("examples/valid/"))

    header = json.loads(bundle_of(name).files[first])["dartheader"]
    assert [each for each in header if f"<code>{each}</code>" not in steps] == []


@pytest.mark.parametrize("name", NAMES)
def test_the_exchange_page_names_the_forms_of_files_that_are_converted(name: str) -> None:
    page = text_of(name, "exchange.html")
    forms = load_registries()[name].converters

    assert ("acr-connect convert" in page) == bool(forms)
    assert [each for each in forms if each not in page] == []


@pytest.mark.parametrize("name", NAMES)
def test_the_drawing_says_above_what_its_marks_mean(name: str) -> None:
    drawing = text_of(name, "model.svg")

    assert drawing.index("needed to be stored") < drawing.index(">submission<")
    assert ">else<" not in drawing or name not in ("pqrs", "lcsr")


def rows_of(name: str, file: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text_of(name, file), newline="")))


def test_the_measure_list_defines_every_measure_that_cases_may_name() -> None:
    told = {row["measure"] for row in rows_of("pqrs", "measure_definitions.csv")}

    assert {each.shown for known in definitions().values() for each in known} == told


def test_the_procedure_sets_that_measures_name_are_there() -> None:
    rows = rows_of("pqrs", "measure_definitions.csv")
    named = {each for row in rows for each in row["procedure_sets"].split(", ")} - {""}

    assert named
    assert named <= {row["set"] for row in rows_of("pqrs", "procedure_sets.csv")}


def test_codes_of_an_outcome_are_told_together_or_apart() -> None:
    rows = rows_of("pqrs", "measure_definitions.csv")
    told = {row["measure"]: row for row in rows if row["years"].endswith("2027")}

    assert told["405"]["codes_of_met"] == "G9547+G9548"
    assert told["364"]["codes_of_exception"] == "G9755, G9346"
    assert told["364"]["ages"] == "from 35"


def test_gates_of_measures_are_told_by_sex_and_year() -> None:
    told = {row["measure"]: row for row in rows_of("grid", "measure_gates.csv")}

    assert told["ACRAD36"]["ages"] == "M: 18 to 50; F: 18 to 65"
    assert told["ACRAD36"]["years_of_the_programme"] == "2020 to 2025"
    assert told["ACRAD43"]["years_of_the_programme"] == "2025"


def test_priority_areas_are_told_with_their_indications() -> None:
    told = {row["area"]: row["codes_begin"] for row in rows_of("cdsr", "priority_areas.csv")}

    assert told["headache"] == "G43, G44, R51"


@pytest.mark.parametrize("name", NAMES)
def test_rules_name_the_tables_that_they_look_up(name: str) -> None:
    page = text_of(name, "rules.html")

    lookups = load_registries()[name].lookups()
    assert ("They look up:" in page) == bool(lookups)
    assert [each.name for each in lookups if f'href="{each.name}.html"' not in page] == []
