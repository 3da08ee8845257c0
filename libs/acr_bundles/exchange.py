"""Makes the page on data exchange: how a vendor gets from this bundle to an accepted submission. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from acr_bundles.choices import Choice, payload_choices, program_choices
from acr_bundles.example_files import findings_of, received_for, text_of
from acr_bundles.form_schema import program_schema
from acr_bundles.pages import page
from acr_bundles.service_facts import ServiceFacts
from acr_bundles.tables import figure
from acr_domain.findings import Finding, findings_data
from acr_registries.contract import Contract, contract_versions
from acr_registries.elements import header_codes


def exchange_html(
    contract: Contract, facts: ServiceFacts, valid: Mapping[str, dict[str, Any]], title: str
) -> bytes:
    """Make the page; its worked example is the first of the valid submissions."""
    name = next(iter(valid), None)
    example = valid[name] if name else None
    found = (findings_of(contract, example, received_for(contract)) if example else None) or ()
    return page(
        "exchange.html.j2",
        contract_title=title,
        contract=contract,
        registry=contract.registry,
        facts=facts,
        versions=list(reversed(contract_versions(contract.registry))),
        programs=_told(program_choices(contract.registry)),
        has_program=_has_program(contract),
        payloads=_told(payload_choices(contract)),
        codes=header_codes(contract.registry.package),
        example_name=name,
        others=[each for each in valid if each != name],
        example=text_of(example).decode() if example else "",
        stored_as=_status(found),
        findings=_alike(found),
        body_mebibytes=figure(facts.body_bytes_max / 2**20),
        wait=figure(facts.wait_seconds[0]),
        wait_most=figure(facts.wait_seconds[1]),
    )


def _alike(findings: Iterable[Finding]) -> list[tuple[dict[str, str], list[str]]]:
    """Tell findings that say the same once, with all their places."""
    alike: dict[tuple[str, str], tuple[dict[str, str], list[str]]] = {}
    for each in findings_data(findings):
        told = alike.setdefault((each["rule"], each["message"]), (each, []))
        told[1].append(each["pointer"])
    return list(alike.values())


def _has_program(contract: Contract) -> bool:
    models = [each.chosen for each in program_choices(contract.registry) if each.chosen]
    return any(program_schema(contract, model)["properties"] for model in models)


def _status(findings: Any) -> str:
    return (
        "incomplete"
        if any(each.severity.value == "incomplete" for each in findings)
        else "complete"
    )


def _told(choices: list[Choice]) -> list[tuple[str, str]]:
    """Say what is chosen when; what holds else comes last."""
    said = [
        (choice_words(each, choices), each.chosen.__name__ if each.chosen else "any JSON")
        for each in choices[1:]
    ]
    first = choices[0].chosen.__name__ if choices[0].chosen else "any JSON"
    words = choice_words(choices[0], choices) if len(choices) > 1 else ""
    return [*said, (words or ("else" if said else "always"), first)]


def choice_words(choice: Choice, choices: list[Choice]) -> str:
    """Say which codes choose; an element that may have any of its codes is left out."""
    said = [f"payload.{name} is {code}" for name, code in choice.payload.items()]
    for name in choice.program[0] if choice.program else ():
        every = {values[name] for each in choices for values in each.program if name in values}
        here = dict.fromkeys(values[name] for values in choice.program)
        codes = [code for code in here if code is not None]
        if codes and len(here) < len(every):
            said.append(f"{name} is {' or '.join(codes)}")
    return ", ".join(said)
