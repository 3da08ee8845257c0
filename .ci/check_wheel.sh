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

cd "$work"
venv/bin/acr-connect --version
venv/bin/python - <<'PYTHON'
from acr_avro.single_object import codec
from acr_cli.demonstration import read_sample
from acr_postgres.migrations import read_migrations
from acr_postgres.pool import query
from acr_registries.catalogue import load_registries

assert list(load_registries()) == ["cdsr", "grid", "lcsr", "pqrs"]
assert read_migrations()
assert query("histories")
assert codec("submission.v1")
assert read_sample()
print("the wheel is whole")
PYTHON
