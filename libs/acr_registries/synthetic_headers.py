"""Makes the `dartheader` of synthetic submissions: made-up partners, GUIDs and dates, all by chance.

No real partner, project or time is in it. Dates lie after every day that the payload names, as far as
that is not to come itself.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import orjson

from acr_registries.elements import header_codes
from acr_registries.registry import Registry, Synthetic
from acr_registries.values import read_day

PARTNERS = tuple(f"synthetic-{number:02}" for number in range(1, 21))
# Days of the payload after this one are plans, such as the next visit. The bounds are fixed, so that
# the same seed makes the same bytes on any day.
NEWEST_DAY = date(2026, 10, 1)
OLDEST_DAY = date(2025, 1, 1)
DELAY_DAYS_MAX = 30
# When all that is made can have been received.
NEWEST_AT = datetime(2026, 11, 20, tzinfo=UTC)
MODIFIED_SECONDS_MAX = 2 * 24 * 3600
_DAY_MS = 24 * 3600 * 1000

_ISO_DAYS = re.compile(rb'"(20[0-9]{2}-[0-9]{2}-[0-9]{2})')
_US_DAYS = re.compile(rb'"([0-9]{2}[/-][0-9]{2}[/-]20[0-9]{2})[" ]')


class Headers:
    """Makes headers of one registry. Each changes its source of chance."""

    def __init__(self, registry: Registry, random: Random) -> None:
        """Take the codes that the registry lets its header elements have."""
        codes = header_codes(registry.package)
        self._random = random
        self._fixed = {
            "appid": "dart",
            "dartprojectid": "900",
            "projectname": "synthetic data",
            "programdartid": "90",
            "programname": _code(codes, "programname", registry.name),
            "mediatype": "json" if "json" in codes.get("mediatype", ()) else "csv",
            "objecttype": _code(codes, "objecttype", "registry_data"),
            "headertype": _code(codes, "headertype", f"{registry.name}registry"),
        }

    def first(self, parts: Synthetic) -> dict[str, Any]:
        """Make the header of a first version."""
        random = self._random
        created = _midnight(self._created_on(parts)) + timedelta(
            milliseconds=random.randrange(_DAY_MS)
        )
        modified = created + timedelta(seconds=random.randrange(MODIFIED_SECONDS_MAX))
        return {
            "partnerid": random.choice(PARTNERS),
            **self._fixed,
            "id": _guid(random.getrandbits(128)),
            "creationdate": _written(created),
            "modificationdate": _written(modified),
            "versionno": 1,
            "programspecificdata": parts.program,
        }

    def _created_on(self, parts: Synthetic) -> date:
        text = orjson.dumps([parts.program, parts.payload])
        newest = _newest(text)
        if newest is None:
            days = (NEWEST_DAY - OLDEST_DAY).days
            return OLDEST_DAY + timedelta(days=self._random.randrange(days))
        return newest + timedelta(days=1 + self._random.randrange(DELAY_DAYS_MAX))


def later_version(header: Mapping[str, Any], version_no: int) -> dict[str, Any]:
    """Give the header of another version of a record; a higher number is modified later."""
    created = datetime.fromisoformat(header["creationdate"])
    modified = created + timedelta(seconds=MODIFIED_SECONDS_MAX, hours=version_no)
    return {**header, "modificationdate": _written(modified), "versionno": version_no}


def _newest(text: bytes) -> date | None:
    newest = NEWEST_DAY.isoformat().encode()
    found = max(filter(newest.__ge__, _ISO_DAYS.findall(text)), default=b"").decode()
    days = [read_day(found)] if found else []
    days += [read_day(day.decode()) for day in set(_US_DAYS.findall(text))]
    return max((day for day in days if day is not None and day <= NEWEST_DAY), default=None)


def _code(codes: Mapping[str, tuple[str, ...]], name: str, without: str) -> str:
    return next(iter(codes.get(name, ())), without)


def _guid(bits: int) -> str:
    text = f"{bits:032x}"
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _written(time: datetime) -> str:
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")
