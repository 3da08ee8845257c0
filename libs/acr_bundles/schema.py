"""Makes the JSON Schema (2020-12) of a whole submission: header, program data and payload. Pure."""

from collections.abc import Callable, Iterable, Mapping

from acr_bundles.choices import Choice, Values, payload_choices, program_choices
from acr_bundles.form_schema import Schema, form_schema, header_schema, program_schema
from acr_registries.contract import Contract, contract_versions
from acr_registries.header import CANCELLED, pattern_of_codes

DIALECT = "https://json-schema.org/draft/2020-12/schema"
HEADER_DEFINITION = "DartHeader"


def submission_schema(contract: Contract) -> Schema:
    """Make the schema of a submission by one version of a contract.

    What it cannot say is listed in `differences`.
    """
    registry, version = contract.registry, contract.version
    return {
        "$schema": DIALECT,
        "$id": f"urn:acr-connect:contract:{registry.name}:{version.name}",
        "title": f"{registry.title}: a submission by contract version {version.name}",
        "description": "A record of the registry, as it is sent: who sends what, and the record.",
        "x-registry": registry.name,
        "x-contract-version": version.name,
        "type": "object",
        "properties": {
            "dartheader": {"$ref": f"#/$defs/{HEADER_DEFINITION}"},
            "payload": {"description": "The record. {} if there is none."},
        },
        "required": ["dartheader", "payload"],
        "allOf": [_program_conditions(contract)],
        "if": _cancelled(),
        "then": {"description": "The payload of a cancelled record is not looked at."},
        "else": _payload_conditions(contract),
        "$defs": definitions(contract),
    }


def definitions(contract: Contract) -> Schema:
    """Make the schemas of the header, of every model of program data and of every form, by name."""
    header = header_schema(contract)
    header["properties"]["contractversion"] = _version_element(contract, header)
    if contract.version != contract_versions(contract.registry)[-1]:
        header["description"] += " A version that is not the current one has to be named."
    programs = {
        each.chosen.__name__: program_schema(contract, each.chosen)
        for each in program_choices(contract.registry)
        if each.chosen is not None
    }
    forms = {each.__name__: form_schema(contract, each) for each in contract.bound_models()}
    return {HEADER_DEFINITION: header, **programs, **forms}


def _version_element(contract: Contract, header: Schema) -> Schema:
    element = header["properties"]["contractversion"]
    kept = {key: value for key, value in element.items() if key not in ("anyOf", "default")}
    return {**kept, "enum": [contract.version.name, None], "default": None}


def _program_conditions(contract: Contract) -> Schema:
    def told(choice: Choice) -> Schema:
        assert choice.chosen is not None
        return _in_program({"$ref": f"#/$defs/{choice.chosen.__name__}"})

    return _conditions(program_choices(contract.registry), told)


def _payload_conditions(contract: Contract) -> Schema:
    def told(choice: Choice) -> Schema:
        if choice.chosen is None:
            return {"properties": {"payload": {"description": "Any JSON; it is kept as it is."}}}
        return {"properties": {"payload": {"$ref": f"#/$defs/{choice.chosen.__name__}"}}}

    return _conditions(payload_choices(contract), told)


def _conditions(choices: list[Choice], told: Callable[[Choice], Schema]) -> Schema:
    """Write choices as a chain of conditions, those by the payload first; else the first one's."""
    chain = told(choices[0])
    for each in choices[1:]:
        chain = {"if": _condition(each), "then": told(each), "else": chain}
    return chain


def _condition(choice: Choice) -> Schema:
    every: list[Schema] = []
    if any(choice.program):
        every.append(_in_program(_any_of(_codes(each) for each in _merged(choice.program))))
    if choice.payload:
        every.append({"properties": {"payload": _exactly(choice.payload)}})
    return every[0] if len(every) == 1 else {"allOf": every}


def _merged(program: tuple[Values, ...]) -> list[dict[str, list[str | None]]]:
    """Put combinations that differ in the last element alone into one, with several codes."""
    merged: dict[tuple[str | None, ...], dict[str, list[str | None]]] = {}
    for values in program:
        *former, last = values.items()
        one = {name: [code] for name, code in former}
        found = merged.setdefault(tuple(code for _, code in former), {**one, last[0]: []})
        found[last[0]].append(last[1])
    return list(merged.values())


def _codes(values: Mapping[str, list[str | None]]) -> Schema:
    """Say which codes the elements have; one that is null counts as absent."""
    properties: Schema = {}
    for name, codes in values.items():
        present = tuple(code for code in codes if code is not None)
        coded = {"type": "string", "pattern": pattern_of_codes(present)}
        ways = ([coded] if present else []) + ([{"type": "null"}] if None in codes else [])
        properties[name] = _any_of(ways)
    required = [name for name, codes in values.items() if None not in codes]
    return {"properties": properties} | ({"required": required} if required else {})


def _exactly(values: Values) -> Schema:
    return {
        "type": "object",
        "properties": {name: {"const": code} for name, code in values.items()},
        "required": list(values),
    }


def _any_of(schemas: Iterable[Schema]) -> Schema:
    told = list(schemas)
    return told[0] if len(told) == 1 else {"anyOf": told}


def _in_program(schema: Schema) -> Schema:
    return {"properties": {"dartheader": {"properties": {"programspecificdata": schema}}}}


def _cancelled() -> Schema:
    return {
        "properties": {
            "dartheader": {
                "properties": {
                    "recordstatus": {"type": "string", "pattern": pattern_of_codes((CANCELLED,))}
                },
                "required": ["recordstatus"],
            }
        }
    }
