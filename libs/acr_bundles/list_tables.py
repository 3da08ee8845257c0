"""Makes the tables of code lists, thresholds, measures and lookups of a contract. Pure."""

from collections.abc import Iterator, Mapping

from acr_bundles.tables import Column, Table, figure
from acr_registries.contract import Contract, contract_versions
from acr_registries.elements import Code, header_codes, read_measures

CODE_COLUMNS = (
    Column("list", "List"),
    Column("code", "Code"),
    Column("text", "Meaning"),
    Column("spelling", "Spelling", once=True),
    Column("exclusive", "Stands alone", "yes: no other code may stand beside it in a list."),
    Column("since", "Since", "First contract version that has it; empty: the first one."),
    Column("until", "Until", "Last contract version that has it."),
    Column("source", "Source", once=True),
    Column("elements", "Elements", "Which elements have the list.", once=True),
)


def codes_table(contract: Contract) -> Table:
    """List the codes of every list that this version has, those of the header first."""
    return Table(
        "codes",
        "Code lists",
        "The values that coded elements may have. Codes of the header are taken in any letter case, "
        "those of the record as they are written.",
        CODE_COLUMNS,
        (*_header_code_rows(contract), *_code_rows(contract)),
        group="list",
        abouts={name: each.about for name, each in contract.codes.items()},
    )


def _header_code_rows(contract: Contract) -> Iterator[tuple[str, ...]]:
    for name, codes in header_codes(contract.registry.package).items():
        place = f"dartheader.{name}"
        for code in codes:
            yield (place, code, "", "any letter case", "", "", "", "header", place)


def _code_rows(contract: Contract) -> Iterator[tuple[str, ...]]:
    used = _used_by(contract)
    for name, each in contract.codes.items():
        elements = ", ".join(used.get(name, ()))
        for code in each.codes:
            if in_version(contract, code):
                alone = "yes" if code.exclusive else ""
                kinds = (name, code.code, code.text, "as written", alone)
                yield (*kinds, code.since, code.until, each.source, elements)


def in_version(contract: Contract, code: Code) -> bool:
    """Tell whether a code is part of a contract's version."""
    order = {each.name: place for place, each in enumerate(contract_versions(contract.registry))}
    here = order[contract.version.name]
    return order.get(code.since, -1) <= here <= order.get(code.until, len(order))


def _used_by(contract: Contract) -> Mapping[str, list[str]]:
    used: dict[str, list[str]] = {}
    for form in contract.bound_models():
        for element in form.binding.by_name.values():
            place = f"{form.__name__}.{element.name}"
            if element.codes and place not in used.setdefault(element.codes, []):
                used[element.codes].append(place)
    return used


def thresholds_table(contract: Contract) -> Table:
    """List the figures that rules compare with and an operator may change."""
    return Table(
        "thresholds",
        "Thresholds",
        "Figures that rules compare with.",
        (
            Column("name", "Name"),
            Column("value", "Value"),
            Column("unit", "Unit"),
            Column("text", "What for"),
            Column("source", "Source"),
        ),
        tuple(
            (each.name, figure(each.value), each.unit, each.text, each.source)
            for each in contract.thresholds.values()
        ),
    )


def measures_table(contract: Contract) -> Table:
    """List the measures and the elements of which they are computed."""
    measures = read_measures(contract.registry.package).values()
    return Table(
        "measures",
        "Measures",
        "What the registry computes of the records, and of which elements.",
        (
            Column("id", "Measure"),
            Column("title", "Title"),
            Column("numerator", "Numerator"),
            Column("denominator", "Denominator"),
            Column("unit", "Unit"),
            Column("better", "Better"),
            Column("years", "Years"),
            Column("inputs", "Elements"),
            Column("source", "Source"),
        ),
        tuple(
            (
                each.measure_id,
                each.title,
                each.numerator,
                each.denominator,
                each.unit,
                each.better,
                each.years,
                ", ".join(each.inputs),
                each.source,
            )
            for each in measures
        ),
    )


def lookup_tables(contract: Contract) -> list[Table]:
    """Give the tables of the registry that its rules look values up in."""
    return [
        Table(
            each.name,
            each.title,
            each.about,
            tuple(Column(_plain(heading), heading) for heading in each.headings),
            each.rows,
        )
        for each in contract.registry.lookups()
    ]


def _plain(heading: str) -> str:
    return heading.lower().replace(" ", "_").replace("-", "_")
