"""Contract versions side by side, and performance years apart from them."""

from acr_domain.findings import Severity
from acr_registries.catalogue import load_registries
from acr_registries.contract import contract_versions, open_contract
from acr_registries.examination import examine
from acr_registries.examples import RECEIVED_AT, changed, read_submissions
from acr_registries.pqrs.attestations import AttestationPayload
from acr_registries.pqrs.cases import CasePayload
from acr_registries.pqrs.measure_results import MeasureResultPayload
from acr_registries.pqrs.payload_forms import pqrs_payload_form
from acr_registries.pqrs.registry_results import PqrsFilePayload
from acr_registries.reading import read_contents
from acr_testkit.samples import as_bytes

PQRS = load_registries()["pqrs"]
VALID = read_submissions(PQRS.package, "valid")


def test_the_newest_contract_takes_every_performance_year() -> None:
    for name in ("pqrs-2016-individual", "case-batch"):
        contents = read_contents(PQRS, as_bytes(VALID[name]), {})

        found = examine(PQRS, contents, RECEIVED_AT)

        assert contents.version.name == contract_versions(PQRS)[-1].name == "2026"
        assert [each for each in found if each.severity is Severity.ERROR] == []


def test_an_older_contract_is_taken_where_it_is_named() -> None:
    """Goal: contracts live side by side. The totals came with 2026, so 2025 does not use them."""
    body = changed(VALID["case-batch"], {"/dartheader/contractversion": "2025"})

    contents = read_contents(PQRS, as_bytes(body), {})

    found = examine(PQRS, contents, RECEIVED_AT)
    assert contents.version.name == "2025"
    assert [(each.rule, each.pointer) for each in found] == [
        ("FORM-120", "/payload/declaredtotals")
    ]
    assert isinstance(contents.form, CasePayload)
    assert contents.form.declaredtotals == ()
    assert len(open_contract(PQRS, "2025").bound) == len(open_contract(PQRS, "2026").bound)


def test_the_header_chooses_the_form_of_the_payload() -> None:
    forms = {
        name: pqrs_payload_form(read_contents(PQRS, as_bytes(body), {}).program, {})
        for name, body in VALID.items()
    }

    assert forms["minimal"] is forms["case-batch"] is CasePayload
    assert forms["group-measure-results"] is MeasureResultPayload
    assert forms["individual-cms-submission"] is MeasureResultPayload
    assert forms["pqrs-2016-individual"] is forms["pqrs-2016-group"] is PqrsFilePayload
    assert forms["attestation"] is forms["registration"] is AttestationPayload


def test_a_yes_or_no_measure_is_answered_plainly_or_by_its_element() -> None:
    place = "/payload/records/0/measurementSets/1/measurements/0/value"
    for value in (True, {"answer": True}):
        body = changed(VALID["individual-cms-submission"], {place: value})

        form = read_contents(PQRS, as_bytes(body), {}).form

        assert isinstance(form, MeasureResultPayload)
        assert form.records[0].measurementsets[1].measurements[0].value.answer is True
