"""Sample submissions. No real people: numbers and names are made up or published as examples."""

import copy
import json
import uuid
from typing import Any

PUBLISHED_SAMPLE: dict[str, Any] = {
    "dartheader": {
        "partnerid": "ndsc",
        "appid": "dart",
        "dartprojectid": "479",
        "projectname": "cms demo",
        "programdartid": "29",
        "programname": "cdsr",
        "mediatype": "csv",
        "objecttype": "registry_data",
        "headertype": "cdsregistry",
        "id": "541eae10-150d-4135-a85d-9ac98e734055",
        "creationdate": "2015-10-28t20:17:56.487z",
        "modificationdate": "2015-10-28t20:17:56.487z",
        "versionno": "1",
        "programspecificdata": {
            "providertype": "fp",
            "dsn": "12236",
            "npifp": "1000203",
            "datefurnishedservice": "2015-10-28t20:17:56.487z",
            "subscriberid": "1002330",
        },
    },
    "payload": {},
}

_PROGRAM_DATA: dict[str, dict[str, Any]] = {
    "lcsr": {},
    "pqrs": {
        "submissiontype": "case",
        "performanceyear": 2025,
        "programversion": "mips",
        "facilityid": "900101",
        "tin": "000456789",
        "npi": "2000000010",
        "entitytype": "individual",
        "recordcount": 1,
    },
    "grid": {
        "recordtype": "facility_annual",
        "facilityid": "900101",
        "participationlevel": "gold",
        "reportingyear": 2025,
        "mappingversion": "1.1",
        "recordcount": 1,
    },
}


def submission(
    registry: str = "cdsr",
    *,
    partner: str = "ndsc",
    header_id: str | None = None,
    version_no: int | str = "1",
    payload: Any = None,
    **header: Any,
) -> dict[str, Any]:
    """Make a valid submission; without ``header_id`` it has a key of its own."""
    body = copy.deepcopy(PUBLISHED_SAMPLE)
    fields = body["dartheader"]
    fields |= {
        "partnerid": partner,
        "id": header_id or str(uuid.uuid4()),
        "versionno": version_no,
    }
    if registry != "cdsr":
        fields["programname"] = registry
        fields["headertype"] = f"{registry}registry"
        fields["mediatype"] = "json"
        fields["programspecificdata"] = copy.deepcopy(_PROGRAM_DATA[registry])
    fields |= header
    body["payload"] = {} if payload is None else payload
    return body


def as_bytes(body: Any) -> bytes:
    """Write a submission as JSON."""
    return json.dumps(body).encode()
