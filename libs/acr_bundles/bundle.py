"""Makes the bundle of one version of a registry's contract: every document, from its declaration. Pure.

The same declaration gives the same bytes.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from acr_bundles.changes import changes_page
from acr_bundles.diagram import model_svg
from acr_bundles.dictionary_page import dictionary_page
from acr_bundles.differences import DIFFERENCES
from acr_bundles.element_rows import dictionary_table
from acr_bundles.example_files import (
    invalid_examples,
    rule_files,
    text_of,
    valid_examples,
)
from acr_bundles.exchange import exchange_html
from acr_bundles.list_tables import (
    codes_table,
    lookup_tables,
    measures_table,
    thresholds_table,
)
from acr_bundles.pages import page
from acr_bundles.rule_rows import rules_table
from acr_bundles.schema import submission_schema
from acr_bundles.service_facts import ServiceFacts
from acr_bundles.tables import table_csv, table_html
from acr_registries.contract import Contract, contract_versions

ZIP_TIME = (1980, 1, 1, 0, 0, 0)  # The earliest that the format knows: time is no part of a bundle.
ZIP_MODE = 0o100644 << 16
UNIX = 3

MEDIA_TYPES = {
    "schema.json": "application/schema+json",
    ".json": "application/json",
    ".csv": "text/csv; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
    ".svg": "image/svg+xml",
}
ABOUT = {
    "schema.json": "JSON Schema (2020-12) of a whole submission",
    "differences.md": "What the service checks and the schema cannot say",
    "dictionary.html": "Every element: what it is, type, need, unit, limits, codes",
    "dictionary.csv": "The same, for machines",
    "model.svg": "The data model: forms, elements, what holds what",
    "exchange.html": "How to send, what is answered, and a first submission",
    "rules.html": "Every rule with its examples",
    "rules.csv": "The same, for machines",
    "codes.html": "Every code of every list",
    "codes.csv": "The same, for machines",
    "measures.html": "Measures and the elements they are computed of",
    "measures.csv": "The same, for machines",
    "thresholds.csv": "Figures that rules compare with",
    "changes.md": "What changed since the former version",
}


@dataclass(frozen=True, slots=True)
class Bundle:
    """The files of a bundle by name, in their order, and its index, which lists them."""

    registry: str
    version: str
    files: Mapping[str, bytes]
    index: Mapping[str, Any]


def make_bundle(contract: Contract, facts: ServiceFacts) -> Bundle:
    """Make every document of a contract. Takes a fraction of a second."""
    title = f"{contract.registry.title}, contract version {contract.version.name}"
    files = _documents(contract, facts, title)
    index = _index(contract, files)
    documents = [each for each in index["files"] if not each["name"].startswith("examples/")]
    examples = [each for each in index["files"] if each["name"].startswith("examples/")]
    shown = page(
        "index.html.j2",
        contract_title=title,
        index=index,
        documents=documents,
        examples=examples,
    )
    first = {"index.html": shown, "index.json": text_of(index)}
    return Bundle(contract.registry.name, contract.version.name, {**first, **files}, index)


def zip_of(bundle: Bundle) -> bytes:
    """Pack a bundle; the same files give the same bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in bundle.files.items():
            entry = zipfile.ZipInfo(name, ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = ZIP_MODE
            entry.create_system = UNIX
            archive.writestr(entry, content)
    return packed.getvalue()


def media_type(name: str) -> str:
    """Give the media type of a bundle's file."""
    suffix = name[name.rindex(".") :]
    return MEDIA_TYPES.get(name, MEDIA_TYPES[suffix])


def _documents(contract: Contract, facts: ServiceFacts, title: str) -> dict[str, bytes]:
    examples, example_files = rule_files(contract)
    valid = valid_examples(contract)
    tables = {
        "dictionary": dictionary_table(contract),
        "rules": rules_table(contract, examples),
        "codes": codes_table(contract),
        "measures": measures_table(contract),
    } | {each.name: each for each in lookup_tables(contract)}
    files = {
        "exchange.html": exchange_html(contract, facts, valid, title),
        "schema.json": text_of(submission_schema(contract)),
        "differences.md": _differences(contract, valid),
    }
    for name, table in tables.items():
        shown = dictionary_page(contract, table) if name == "dictionary" else table
        files |= {f"{name}.html": table_html(shown, title), f"{name}.csv": table_csv(table)}
    files["thresholds.csv"] = table_csv(thresholds_table(contract))
    files["model.svg"] = model_svg(contract)
    files["changes.md"] = changes_page(contract)
    for name, body in valid.items():
        files[f"examples/valid/{name}.json"] = text_of(body)
    for name, (body, findings) in invalid_examples(contract).items():
        files[f"examples/invalid/{name}.json"] = text_of(body)
        files[f"examples/invalid/{name}.findings.json"] = text_of(findings)
    return {**files, **example_files}


def _differences(contract: Contract, valid: Mapping[str, dict[str, Any]]) -> bytes:
    """Write the list, each with what its example changes in a valid submission."""
    base = next(iter(valid.values()), None)
    told = []
    for each in DIFFERENCES:
        example = each.example(contract, base) if base else None
        told.append((each, _changed_members(base, example) if base and example else ""))
    return page("differences.md.j2", told=told)


def _changed_members(base: Mapping[str, Any], example: Mapping[str, Any]) -> str:
    if base.keys() != example.keys():
        return json.dumps({name: "..." for name in example})
    former, later = base["dartheader"], example["dartheader"]
    return json.dumps(
        {
            name: later[name]
            for name in later
            if former.get(name) != later[name] or type(former.get(name)) is not type(later[name])
        }
    )


def _lookups_about(contract: Contract) -> dict[str, str]:
    about = {}
    for each in contract.registry.lookups():
        about[f"{each.name}.html"] = f"What rules look up: {each.title}"
        about[f"{each.name}.csv"] = "The same, for machines"
    return about


def _index(contract: Contract, files: Mapping[str, bytes]) -> dict[str, Any]:
    versions = contract_versions(contract.registry)
    version = contract.version
    until = version.accepted_until
    about = ABOUT | _lookups_about(contract)
    return {
        "registry": contract.registry.name,
        "title": contract.registry.title,
        "version": version.name,
        "released": version.released.isoformat(),
        "accepted_until": until.isoformat() if until else None,
        "current": version == versions[-1],
        "files": [
            {
                "name": name,
                "about": about.get(name, "Example"),
                "media_type": media_type(name),
                "bytes": len(content),
                "sha256": hashlib.sha256(content).hexdigest(),
            }
            for name, content in files.items()
        ],
        "versions": [
            {
                "version": each.name,
                "released": each.released.isoformat(),
                "accepted_until": each.accepted_until.isoformat() if each.accepted_until else None,
            }
            for each in versions
        ],
    }
