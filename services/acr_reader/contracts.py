"""The Download API: the contract bundles of the registries. They are made of declarations, not of records.

A bundle is made once for each version, in a thread, and kept.
"""

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from acr_bundles.bundle import Bundle, make_bundle, media_type, zip_of
from acr_http.media_ranges import prefers
from acr_http.problems import Kind, Problem
from acr_http.service_facts import service_facts
from acr_registries.contract import contract_versions, open_contract
from acr_registries.registry import Registry

HTML, JSON, ZIP = "text/html", "application/json", "application/zip"
# A new release of the service may make other bytes, so nothing is kept for long unasked.
CACHE = "public, max-age=300"
VERSIONS = "versions/"
SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
}


@dataclass(frozen=True, slots=True)
class Served:
    """A bundle ready to be sent, with its archive and the entity tag of each file."""

    bundle: Bundle
    archive: bytes
    tags: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Contracts:
    """Makes and keeps the bundles; ``_making`` holds one task for each that was asked for."""

    registries: Mapping[str, Registry]
    _making: dict[tuple[str, str], "asyncio.Task[Served]"] = field(default_factory=dict)

    async def index(self, request: Request) -> Response:
        """Tell what the bundle holds: JSON, or the page where `Accept` prefers HTML.

        Raises:
            Problem: 404 where there is no such registry or version.
        """
        name, version = self._named(request, request.query_params.get("version"))
        served = await self._served(name, version)
        if prefers(request.headers.get("accept"), HTML, JSON):
            # Links of the page are relative: it stands among the files that it links to.
            where = f"{VERSIONS}{version}/" if "version" in request.query_params else ""
            place = f"contract/{where}index.html"
            return RedirectResponse(place, 307, headers={"Vary": "Accept"})
        body, tag = served.bundle.files["index.json"], served.tags["index.json"]
        return _tell(request, body, tag, JSON, {"Vary": "Accept"})

    async def archive(self, request: Request) -> Response:
        """Send the bundle as one file.

        Raises:
            Problem: 404 where there is no such registry or version.
        """
        name, version = self._named(request, request.query_params.get("version"))
        served = await self._served(name, version)
        disposition = f'attachment; filename="{name}-contract-{version}.zip"'
        headers = {"Content-Disposition": disposition}
        return _tell(request, served.archive, _tag(served.archive), ZIP, headers)

    async def file(self, request: Request) -> Response:
        """Send one file; `versions/{version}/` before its name says the version, as `?version=` does.

        Raises:
            Problem: 404 where there is no such registry, version or file.
        """
        path, version = request.path_params["file"], request.query_params.get("version")
        if path.startswith(VERSIONS):
            version, _, path = path.removeprefix(VERSIONS).partition("/")
        name, version = self._named(request, version)
        served = await self._served(name, version)
        if path not in served.tags:
            raise Problem(Kind.NOT_FOUND, "The bundle has no such file; its index lists them.")
        return _tell(request, served.bundle.files[path], served.tags[path], media_type(path), {})

    def _named(self, request: Request, version: str | None) -> tuple[str, str]:
        name = request.path_params["registry"]
        if name not in self.registries:
            raise Problem(Kind.NOT_FOUND, f"The registries are: {', '.join(self.registries)}.")
        versions = [each.name for each in contract_versions(self.registries[name])]
        if version is not None and version not in versions:
            raise Problem(Kind.NOT_FOUND, f"The contract's versions are: {', '.join(versions)}.")
        return name, version or versions[-1]

    async def _served(self, name: str, version: str) -> Served:
        """Give a bundle. Its task outlives a sender that goes away: others wait for it too."""
        making = self._making.get((name, version))
        if making is None or _failed(making):
            making = asyncio.create_task(
                asyncio.to_thread(make_served, self.registries[name], version)
            )
            self._making[name, version] = making
        return await asyncio.shield(making)


def _failed(making: "asyncio.Task[Served]") -> bool:
    """Tell whether a bundle is to be tried again: what one attempt lacked may be there by now."""
    return making.done() and (making.cancelled() or making.exception() is not None)


def make_served(registry: Registry, version: str) -> Served:
    """Make a bundle, its archive and its tags."""
    bundle = make_bundle(open_contract(registry, version), service_facts())
    tags = {file: _tag(content) for file, content in bundle.files.items()}
    return Served(bundle, zip_of(bundle), tags)


def _tag(content: bytes) -> str:
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def _tell(
    request: Request, body: bytes, tag: str, kind: str, headers: Mapping[str, str]
) -> Response:
    """Answer with an entity tag, or that nothing has changed (RFC 9110, 13.1.2)."""
    told = {**headers, **SAFE, "ETag": tag, "Cache-Control": CACHE}
    known = [
        each.strip().removeprefix("W/")
        for each in request.headers.get("if-none-match", "").split(",")
    ]
    if tag in known or "*" in known:
        return Response(status_code=304, headers=told)
    # As a field of its own: Starlette would add a charset to types that have none.
    return Response(body, headers={**told, "Content-Type": kind})
