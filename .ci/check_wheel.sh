#!/usr/bin/env bash
# Builds the wheel, installs it in an environment of its own, and uses it from another folder: what
# only works in the checkout, or was left out of the wheel, shows here.
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

.venv/bin/python -m pip wheel --quiet --disable-pip-version-check --no-build-isolation --no-deps \
    --wheel-dir "$work" .
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes \
    -r requirements/runtime.txt
"$work/venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps "$work"/*.whl

"$work/venv/bin/python" - "$work"/*.whl <<'PYTHON'
import sys
from pathlib import Path
from zipfile import ZipFile

inside = set(ZipFile(sys.argv[1]).namelist())
left_out = [
    file.as_posix()
    for folder in ("libs", "services")
    for file in Path(folder).rglob("[!.]*")
    if file.is_file() and "__pycache__" not in file.parts
    if file.relative_to(folder).as_posix() not in inside
]
assert not left_out, f"the wheel lacks {left_out}"
PYTHON

cd "$work"
venv/bin/acr-connect --version
venv/bin/python - <<'PYTHON'
from acr_avro.single_object import codec
from acr_bundles.bundle import make_bundle
from acr_cli.demonstration import read_sample
from acr_http.openapi import openapi_document
from acr_http.service_facts import service_facts
from acr_postgres.migrations import read_migrations
from acr_postgres.pool import query
from acr_registries.catalogue import load_registries
from acr_registries.contract import contract_versions, open_contract
from acr_registries.examples import read_submissions
from acr_registries.opening import open_registries
from acr_registries.projection import open_projection
from acr_registries.projection_sql import projection_sql
from acr_registries.synthesis import synthesize

registries = load_registries()
assert list(registries) == ["cdsr", "grid", "lcsr", "pqrs"]
open_registries(registries)
for registry in registries.values():
    for version in contract_versions(registry):
        open_contract(registry, version.name)
    assert read_submissions(registry.package, "valid")
    assert read_submissions(registry.package, "invalid")
    assert synthesize(registry, 1, 1)
    assert projection_sql(open_projection(registry)).views
bundle = make_bundle(open_contract(registries["lcsr"]), service_facts())
assert {"index.html", "schema.json", "model.svg"} < bundle.files.keys()
assert openapi_document(registries)["paths"]
assert read_migrations()
assert query("histories")
assert codec("submission.v1")
assert read_sample()
print("the wheel is whole")
PYTHON

for registry in cdsr grid lcsr pqrs; do
    venv/bin/acr-connect contract "$registry" --out "contract-$registry"
    venv/bin/acr-connect generate "$registry" --count 20 --out "$registry.ndjson"
    venv/bin/acr-connect validate "$registry" --summary-only "$registry.ndjson"
done
venv/bin/acr-connect convert --help >/dev/null
