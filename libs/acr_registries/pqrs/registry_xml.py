"""The CMS registry file of PQRS (XML, version 8.0) as submissions: one for each provider.

Source: PQRS reference, 2.3 and 3.4. Document types are refused; a provider is bounded.
"""

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, BinaryIO

from acr_domain.findings import pointer
from acr_registries.bounded_xml import UnreadableXml, read_events
from acr_registries.catalogue import load_registries
from acr_registries.contract import open_contract
from acr_registries.data_files import read_tables
from acr_registries.forms import Form
from acr_registries.pqrs.registry_results import PqrsFilePayload
from acr_registries.pqrs.xml_nodes import ProviderNode, ProviderReader, XmlValues
from acr_registries.registry import ConversionProblem, Converted
from acr_registries.row_files import PROGRAM, Header, program_of, record_id

REGISTRY = "pqrs"
FILE_FORMS = "file_forms.toml"
AUDIT, SENDER, GROUP, PROVIDER = "file-audit-data", "registry", "measure-group", "provider"
MEASURE, DETAILS, STAT = "pqrs-measure", "pqrs-measure-details", "measure-group-stat"
_RECORDS = "records"
_US_DAY = re.compile(r"[0-9]{2}-[0-9]{2}-([0-9]{4})", re.ASCII)


def convert_registry_xml(
    file: BinaryIO, header: Mapping[str, Any]
) -> Iterator[Converted | ConversionProblem]:
    """Convert a registry file; the facility is that of the header's `programspecificdata`."""
    reader = ProviderReader()
    problem: ConversionProblem | None = None
    steps = read_events(file, reader)
    while problem is None:
        try:
            if next(steps, None) is None:
                break
        except UnreadableXml as error:
            problem = ConversionProblem(error.line, "", str(error))
        if reader.refusal is not None:
            problem = reader.refusal
            break
        # What was read before a fault is good.
        while reader.providers:
            yield from _convert(reader.providers.popleft(), header)
    if problem is None and not reader.seen:
        message = "The file has no provider element. It must hold at least one."
        problem = ConversionProblem(1, "", message)
    if problem is not None:
        yield problem


def _convert(provider: ProviderNode, header: Header) -> Iterator[Converted | ConversionProblem]:
    if provider.problem is not None:
        yield provider.problem
        return
    values = XmlValues(_model())
    payload = _payload(provider, values)
    year = _US_DAY.fullmatch(str(payload[PROVIDER].get("encounter-from-date", "")))
    if year is None:
        message = "The element must be the first day of the year, like 01-01-2016."
        values.problems.append(
            ConversionProblem(provider.node.line, f"{PROVIDER}/encounter-from-date", message)
        )
    submission = _submission(payload, int(year[1]) if year else None, header)
    record = Converted(provider.node.line, submission, {**_FIELDS, **values.fields}, values.lines)
    if not values.problems:
        yield record
    for problem in values.problems:
        yield replace(problem, rest=record)


def _payload(provider: ProviderNode, values: XmlValues) -> dict[str, Any]:
    node = provider.node
    measures = node.children.pop(MEASURE, [])
    payload: dict[str, Any] = {}
    if provider.audit is not None:
        payload[AUDIT] = values.object(provider.audit, (AUDIT,), AUDIT)
    if provider.sender is not None:
        payload[SENDER] = values.object(provider.sender, (SENDER,), SENDER)
    if provider.group is not None:
        payload[GROUP] = provider.group
    payload[PROVIDER] = values.object(node, (PROVIDER,), PROVIDER)
    records: list[dict[str, Any]] = []
    for measure in measures:
        details = measure.children.pop(DETAILS, [])
        common = values.object(measure, (_RECORDS, len(records)), MEASURE)
        if not details:
            records.append(common)
        for each in details:
            place = (_RECORDS, len(records))
            own = values.object(each, place, f"{MEASURE}/{DETAILS}")
            for name in common:
                values.fields[pointer("payload", *place, name)] = f"{MEASURE}/{name}"
            records.append({**common, **own})
    payload[_RECORDS] = records
    return payload


def _submission(payload: dict[str, Any], year: int | None, header: Header) -> dict[str, Any]:
    provider = payload[PROVIDER]
    individual = "gpro-type" not in provider
    program = {
        **program_of(header),
        "submissiontype": "cms_submission",
        "performanceyear": year,
        "programversion": "pqrs",
        "tin": provider.get("tin", ""),
        "entitytype": "individual" if individual else "group",
        "recordcount": len(payload[_RECORDS]),
    }
    program.pop("npi", None)
    if individual:
        program["npi"] = provider.get("npi", "")
    key = (
        str(program.get("facilityid", "")),
        *(str(provider.get(name, "")) for name in ("tin", "npi")),
        str(year),
        str(payload.get(GROUP, "")),
    )
    made = {
        **file_header(),
        "mediatype": "xml",
        **header,
        "id": record_id(REGISTRY, header, *key),
        PROGRAM: program,
    }
    return {"dartheader": made, "payload": payload}


@functools.cache
def file_header() -> Header:
    """Give the header elements that neither a file nor its sender tells."""
    header: Header = read_tables(__package__, FILE_FORMS)["header"]
    return header


@functools.cache
def _model() -> type[Form]:
    return open_contract(load_registries()[REGISTRY]).bound[PqrsFilePayload]


_FIELDS = {
    f"/dartheader/{PROGRAM}/performanceyear": f"{PROVIDER}/encounter-from-date",
    f"/dartheader/{PROGRAM}/tin": f"{PROVIDER}/tin",
    f"/dartheader/{PROGRAM}/npi": f"{PROVIDER}/npi",
    f"/dartheader/{PROGRAM}/entitytype": f"{PROVIDER}/gpro-type",
    f"/dartheader/{PROGRAM}/recordcount": f"{PROVIDER}/{MEASURE}",
    f"/payload/{GROUP}": f"{GROUP}/ID",
    f"/payload/{_RECORDS}": f"{PROVIDER}/{MEASURE}",
}
