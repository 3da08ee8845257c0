"""QPP JSON (a submission of one TIN, or TIN and NPI, or a list of them) as submissions.

Source: PQRS reference, 2.4 and 3.5. A file is bounded: JSON has no end of a record but its last brace.
"""

from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from acr_domain.errors import InvalidSubmission
from acr_domain.strict_json import JsonValue, parse
from acr_registries.pqrs.registry_xml import REGISTRY, file_header
from acr_registries.registry import ConversionProblem, Converted
from acr_registries.row_files import PROGRAM, Header, program_of, record_id

FILE_BYTES_MAX = 16 * 1024**2
_PLACE = "/payload/records/0"
_TIN, _NPI, _ENTITY_ID = "taxpayerIdentificationNumber", "nationalProviderIdentifier", "entityId"
_YEAR, _ENTITY, _SETS = "performanceYear", "entityType", "measurementSets"


def convert_qpp_json(
    file: BinaryIO, header: Mapping[str, Any]
) -> Iterator[Converted | ConversionProblem]:
    """Convert a QPP file; the facility is that of the header's `programspecificdata`."""
    content = file.read(FILE_BYTES_MAX + 1)
    if len(content) > FILE_BYTES_MAX:
        message = f"The file has more than {FILE_BYTES_MAX // 1024**2} MiB. Send fewer submissions."
        yield ConversionProblem(1, "", message)
        return
    try:
        value = parse(content)
    except InvalidSubmission as error:
        for finding in error.findings:
            yield ConversionProblem(1, finding.pointer, finding.message)
        return
    records = value if isinstance(value, list) else [value]
    if not records:
        yield ConversionProblem(1, "", "The list is empty. It must hold at least one submission.")
    for number, record in enumerate(records, 1):
        yield _convert(number, record, header, listed=isinstance(value, list))


def _convert(
    number: int, record: JsonValue, header: Header, *, listed: bool
) -> Converted | ConversionProblem:
    place = f"/{number - 1}" if listed else ""
    if not isinstance(record, dict):
        return ConversionProblem(number, place, "This must be a JSON object: a QPP submission.")
    if not isinstance(record.get(_SETS), list):
        message = "The element must be a list of measurement sets. Send a QPP submission."
        return ConversionProblem(number, f"{place}/{_SETS}", message)
    program = {
        **program_of(header),
        "submissiontype": "measure_result",
        "performanceyear": record.get(_YEAR),
        "programversion": "mips",
        "tin": record.get(_TIN) or program_of(header).get("tin", ""),
        "entitytype": record.get(_ENTITY),
        "recordcount": 1,
    }
    program.pop("npi", None)
    if record.get(_NPI) is not None:
        program["npi"] = record[_NPI]
    key = (
        str(program.get("facilityid", "")),
        *(str(record.get(name, "")) for name in (_TIN, _NPI, _ENTITY_ID, _YEAR)),
        *_sets(record[_SETS]),
    )
    made = {
        **file_header(),
        "mediatype": "json",
        **header,
        "id": record_id(REGISTRY, header, *key),
        PROGRAM: program,
    }
    submission = {"dartheader": made, "payload": {"records": [record]}}
    return Converted(number, submission, _fields(place))


def _sets(sets: JsonValue) -> list[str]:
    """Tell the sets apart as QPP does: by category, method and program (P22)."""
    found = set()
    for each in sets if isinstance(sets, list) else ():
        if isinstance(each, dict):
            names = ("category", "submissionMethod", "programName")
            found.add("|".join(str(each.get(name, "")) for name in names))
    return sorted(found)


def _fields(place: str) -> dict[str, str]:
    program = f"/dartheader/{PROGRAM}/"
    return {
        _PLACE: place,
        f"{program}performanceyear": f"{place}/{_YEAR}",
        f"{program}tin": f"{place}/{_TIN}",
        f"{program}npi": f"{place}/{_NPI}",
        f"{program}entitytype": f"{place}/{_ENTITY}",
    }
