"""A submission whose body was lost with the log keeps what was found at its receipt."""

from acr_domain.findings import Finding, Severity
from acr_registries.catalogue import load_registries
from acr_registries.reexamination import examine_again
from acr_testkit.log_records import Sender
from acr_testkit.samples import as_bytes, submission

FOUND = (Finding(Severity.ERROR, "LCSR-204", "/payload", "Once."),)


def test_what_was_found_stays_where_the_body_is_lost() -> None:
    whole = Sender("lcsr").submission(as_bytes(submission("lcsr")))
    registry = load_registries()["lcsr"]

    assert examine_again(registry, whole._replace(findings=FOUND))[0] != FOUND
    assert examine_again(registry, whole._replace(findings=FOUND, body=b"")) == (FOUND, None)
