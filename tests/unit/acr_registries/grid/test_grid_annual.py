"""Derived values of GRID's annual form: volumes, peer groups and incident rates."""

import copy
from typing import Any

import pytest

from acr_registries.catalogue import load_registries
from acr_registries.examples import read_submissions
from acr_registries.forms import walk
from acr_registries.grid.peers import census_region, has_states, volume_group
from acr_registries.reading import read_contents
from acr_testkit.samples import as_bytes

REGISTRY = load_registries()["grid"]
EXAMPLES = read_submissions(REGISTRY.package, "valid")
STATES = (
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM "
    "NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY"
)


def annual_value(attribute: str, **changes: Any) -> Any:
    body = copy.deepcopy(EXAMPLES["annual-with-profile"])
    body["payload"]["records"][0] |= changes
    contents = read_contents(REGISTRY, as_bytes(body), {})
    assert contents.form is not None, contents.notes
    (form,) = [each for _, each in walk(contents.form) if type(each).table == "facility_years"]
    (found,) = [each for each in form.derived if each.attribute == attribute]
    value = found.compute(form, contents)
    assert value is None or type(value) is found.kind
    return value


def test_total_volume_leaves_the_biopsies_out() -> None:
    assert annual_value("vol_total", vol_dxa=None) == 140_000
    assert annual_value("vol_total") == 141_200
    assert annual_value("vol_total", vol_pet=None) is None


@pytest.mark.parametrize(
    ("exams", "group"),
    [(0, "low"), (49_999, "low"), (50_000, "middle"), (150_000, "middle"), (150_001, "high")],
)
def test_volume_groups_have_their_bounds_in_the_middle_one(exams: int, group: str) -> None:
    assert volume_group(exams) == group


def test_an_annual_form_has_its_peer_groups() -> None:
    profile = EXAMPLES["annual-with-profile"]["payload"]["records"][0]["profile"]

    assert annual_value("volume_group") == "middle"
    assert annual_value("volume_group", vol_ct=None) is None
    assert annual_value("censusregion") == "northeast"
    assert annual_value("censusregion", profile={**profile, "state": "tx"}) == "south"
    assert annual_value("censusregion", profile={**profile, "state": "ON"}) is None
    assert annual_value("censusregion", profile=None) is None


def test_every_state_and_the_capital_belong_to_one_census_region() -> None:
    states = STATES.split()

    regions = [census_region(state) for state in states]

    assert len(states) == 51
    assert {name: regions.count(name) for name in set(regions)} == {
        "northeast": 9,
        "midwest": 12,
        "south": 17,
        "west": 13,
    }
    assert census_region("PR") is None


def test_addresses_of_two_countries_need_a_state() -> None:
    assert has_states("USA")
    assert has_states(" canada ")
    assert not has_states("Iceland")


def test_incident_rates_are_per_10_000_exams_of_their_kind() -> None:
    assert annual_value("mri_total_rate") == pytest.approx(4 / 9400 * 10_000)
    assert annual_value("falls_rate") == pytest.approx(6 / 141_200 * 10_000)
    assert annual_value("wrong_exam_rate", vol_dxa=None) == pytest.approx(9 / 140_000 * 10_000)
    assert annual_value("contrast_reaction_severe_rate") is None
    assert annual_value("falls_rate", incidents=None) is None
    assert annual_value("mri_burn_rate", vol_mri=0) is None


def test_severe_reactions_are_counted_among_ct_and_mri() -> None:
    rate = annual_value(
        "contrast_reaction_severe_rate", incidents={"inc_contrast_reaction_severe": 3}
    )

    assert rate == pytest.approx(3 / (28_900 + 9_400) * 10_000)


@pytest.mark.parametrize("volume", ["vol_ct", "vol_mri"])
def test_severe_reactions_need_both_volumes(volume: str) -> None:
    incidents = {"inc_contrast_reaction_severe": 3}

    rate = annual_value("contrast_reaction_severe_rate", incidents=incidents, **{volume: None})

    assert rate is None
