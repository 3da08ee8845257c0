"""The command that writes the contract bundle of a registry. Nothing leaves this machine."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from acr_bundles.bundle import Bundle, make_bundle, zip_of
from acr_cli.output import AsJson, Output
from acr_cli.registry_names import find_registry
from acr_http.service_facts import service_facts
from acr_registries.catalogue import load_registries
from acr_registries.contract import contract_versions, open_contract
from acr_registries.registry import Registry


def contract(
    registry: Annotated[
        str | None,
        typer.Argument(help="Registry, such as lcsr."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder to write to; made where it is not there.")
    ] = None,
    version: Annotated[
        str | None, typer.Option(help="Contract version; the current one without it.")
    ] = None,
    zipped: Annotated[
        bool, typer.Option("--zip", help="Write one archive instead of its files.")
    ] = False,
    listing: Annotated[
        bool, typer.Option("--list", help="List the registries and their contract versions.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write everything that a vendor needs of a registry: schema, dictionary, rules, examples.

    Files of the folder with other names stay. Example: acr-connect contract lcsr --out lcsr-contract
    """
    output = Output(as_json=as_json)
    if listing:
        _list(output)
        return
    if registry is None or out is None:
        output.fail("say a registry and --out FOLDER, or --list")
    found = find_registry(registry, output)
    versions = [each.name for each in contract_versions(found)]
    if version is not None and version not in versions:
        output.fail(
            f"{registry} has no contract version {version}; name one of {', '.join(versions)}"
        )
    bundle = make_bundle(open_contract(found, version), service_facts())
    try:
        written = _write_archive(bundle, out) if zipped else _write_files(bundle, out)
    except OSError as error:
        output.fail(f"{error.filename}: {error.strerror}")
    _tell(output, bundle, written)


def _list(output: Output) -> None:
    listed = [_described(each) for each in load_registries().values()]
    for each in listed:
        output.say(f"{each['registry']}: {each['title']}")
        for one in each["versions"]:
            until = f", taken until {one['accepted_until']}" if one["accepted_until"] else ""
            current = ", current" if one["current"] else ""
            output.say(f"  {one['version']}: released {one['released']}{until}{current}")
    output.data(listed)


def _described(registry: Registry) -> Mapping[str, Any]:
    versions = contract_versions(registry)
    return {
        "registry": registry.name,
        "title": registry.title,
        "versions": [
            {
                "version": each.name,
                "released": each.released.isoformat(),
                "accepted_until": each.accepted_until.isoformat() if each.accepted_until else None,
                "current": each == versions[-1],
            }
            for each in versions
        ],
    }


def _write_files(bundle: Bundle, out: Path) -> list[Path]:
    written = []
    for name, content in bundle.files.items():
        file = out / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        written.append(file)
    return written


def _write_archive(bundle: Bundle, out: Path) -> list[Path]:
    out.mkdir(parents=True, exist_ok=True)
    file = out / f"{bundle.registry}-contract-{bundle.version}.zip"
    file.write_bytes(zip_of(bundle))
    return [file]


def _tell(output: Output, bundle: Bundle, written: list[Path]) -> None:
    size = sum(file.stat().st_size for file in written)
    output.say(f"{bundle.registry} {bundle.version}: {len(written)} files, {size} bytes")
    begin = next((file for file in written if file.name == "index.html"), written[0])
    output.say(f"begin with {begin}")
    output.data(
        {
            "registry": bundle.registry,
            "version": bundle.version,
            "files": [str(file) for file in written],
            "bytes": size,
        }
    )
