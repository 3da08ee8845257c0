"""Contract bundles for tests, each made once: they are the same bytes every time."""

import functools

from acr_bundles.bundle import Bundle, make_bundle
from acr_http.service_facts import service_facts
from acr_registries.catalogue import load_registries
from acr_registries.contract import contract_versions, open_contract

ALL_VERSIONS = [
    (name, version.name)
    for name, registry in sorted(load_registries().items())
    for version in contract_versions(registry)
]


@functools.cache
def bundle_of(name: str, version: str | None = None) -> Bundle:
    """Make a bundle; without a version, that of the current one."""
    return make_bundle(open_contract(load_registries()[name], version), service_facts())
