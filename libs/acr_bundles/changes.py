"""Tells what changed between two versions of a contract: computed of both, beside what is written. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from acr_bundles.list_tables import in_version
from acr_bundles.pages import page
from acr_bundles.schema import definitions
from acr_registries.contract import Contract, contract_versions, open_contract
from acr_registries.rule_catalogue import rule_texts


@dataclass(frozen=True, slots=True)
class Change:
    """One kind of change and the names that it concerns."""

    title: str
    names: tuple[str, ...]


def changes_page(contract: Contract) -> bytes:
    """Write the change log of a contract's version, as Markdown."""
    versions = contract_versions(contract.registry)
    place = versions.index(contract.version)
    former = versions[place - 1] if place else None
    computed = (
        changes_since(open_contract(contract.registry, former.name), contract) if former else []
    )
    return page(
        "changes.md.j2",
        contract=contract,
        former=former,
        changes=[each for each in computed if each.names],
        earlier=list(reversed(versions[:place])),
    )


def changes_since(former: Contract, later: Contract) -> list[Change]:
    """Compute what a later version has that the former had not, and the other way round."""
    elements = _elements(former), _elements(later)
    codes, rules = (_codes(former), _codes(later)), (_rules(former), _rules(later))
    return [
        Change("New elements", _only(elements[1], elements[0])),
        Change("Elements that are gone", _only(elements[0], elements[1])),
        Change("Elements with other types, needs or limits", _unlike(*elements)),
        Change("New codes", _only(codes[1], codes[0])),
        Change("Codes that are gone", _only(codes[0], codes[1])),
        Change("New rules", _only(rules[1], rules[0])),
        Change("Rules that are gone", _only(rules[0], rules[1])),
        Change("Rules that say something else", _unlike(*rules)),
    ]


def _only(here: Mapping[str, object], there: Mapping[str, object]) -> tuple[str, ...]:
    return tuple(name for name in here if name not in there)


def _unlike(former: Mapping[str, object], later: Mapping[str, object]) -> tuple[str, ...]:
    return tuple(name for name in later if name in former and former[name] != later[name])


def _elements(contract: Contract) -> dict[str, object]:
    found: dict[str, object] = {}
    for form, schema in definitions(contract).items():
        parts = [each for each in (schema, *schema.get("anyOf", ())) if "properties" in each]
        for part in parts:
            for name, told in part["properties"].items():
                if name != "contractversion":
                    found[f"{form}.{name}"] = _without_codes(told)
    return found


def _without_codes(schema: object) -> object:
    """Leave out codes, which are compared by themselves."""
    if isinstance(schema, dict):
        return {
            key: _without_codes(each)
            for key, each in schema.items()
            if key not in ("enum", "const")
        }
    return [_without_codes(each) for each in schema] if isinstance(schema, list) else schema


def _codes(contract: Contract) -> dict[str, object]:
    return dict(_listed(contract))


def _listed(contract: Contract) -> Iterator[tuple[str, str]]:
    for name, each in contract.codes.items():
        for code in each.codes:
            if in_version(contract, code):
                yield f"{name}: {code.code}", code.text


def _rules(contract: Contract) -> dict[str, object]:
    return {rule.rule_id: (rule.severity, rule.message) for rule in rule_texts(contract)}
