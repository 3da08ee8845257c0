"""Sample submissions. No real people: numbers and names are made up or published as examples."""

import copy
import functools
import json
import uuid
from typing import Any

from acr_registries.catalogue import load_registries
from acr_registries.examples import read_submissions

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


def submission(
    registry: str = "cdsr",
    *,
    partner: str = "ndsc",
    header_id: str | None = None,
    version_no: int | str = "1",
    payload: Any = None,
    **header: Any,
) -> dict[str, Any]:
    """Make a valid submission; without ``header_id`` it has a key of its own.

    Without ``payload`` it has the smallest one that the registry takes.
    """
    body = copy.deepcopy(PUBLISHED_SAMPLE if registry == "cdsr" else smallest(registry))
    fields = body["dartheader"]
    fields |= {
        "partnerid": partner,
        "id": header_id or str(uuid.uuid4()),
        "versionno": version_no,
    }
    fields |= header
    if payload is not None:
        body["payload"] = payload
    return body


@functools.cache
def smallest(registry: str) -> dict[str, Any]:
    """Give the smallest valid submission among a registry's examples; it is not to be changed."""
    return read_submissions(load_registries()[registry].package, "valid")["minimal"]


def as_bytes(body: Any) -> bytes:
    """Write a submission as JSON."""
    return json.dumps(body).encode()
