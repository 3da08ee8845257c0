# The commands people use. Everything they need is installed into .venv by hash-locked requirements.
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input

.DEFAULT_GOAL := help
.PHONY: help run demo test lint types simulate bench lock clean-data clean faults

help: ## List the commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 22

run: $(VENV)/installed-local ## Start everything, send the sample, keep serving until Ctrl-C
	@$(BIN)/acr-connect up

demo: $(VENV)/installed-local ## The same, but stop after the demonstration
	@$(BIN)/acr-connect up --once

test: lint types $(VENV)/bin/promtool ## Lint, types, contracts and every tier of tests, on a Kafka and PostgreSQL of their own
	@$(BIN)/python -m pytest

faults: $(VENV)/installed-dev ## Break a whole system in many ways under load, and judge it (ARGS="--list")
	@$(BIN)/python -m acr_testkit.faults $(ARGS)

lint: $(VENV)/installed-dev ## Format, lint and import contracts
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/lint-imports

types: $(VENV)/installed-dev ## Static types
	@$(BIN)/mypy

SEEDS ?= 10000
FIRST ?= 0
SIZE ?= 1
simulate: $(VENV)/installed-dev ## Live histories of the whole system: SEEDS=10000 FIRST=0 SIZE=1, or one: SEED=7
	@$(BIN)/python -m acr_testkit.simulated --seeds $(SEEDS) --first $(FIRST) --size $(SIZE) $(if $(SEED),--seed $(SEED))

bench: $(VENV)/installed-dev ## Measure everything as ratios, and compare them with the committed ones (ARGS="--only latency")
	@rm -rf benchmarks/new-results
	@$(BIN)/python -m benchmarks.suite $(ARGS)
	@$(BIN)/python -m benchmarks.guard

lock: $(VENV)/installed-dev ## Choose dependencies anew and lock them with hashes
	@cd requirements && sh ./lock.sh ../$(BIN)/uv

clean-data: $(VENV)/installed-local ## Delete the data of `make run`
	@$(BIN)/acr-connect clean-data

clean: ## Delete the environment; data and downloads stay in the cache folder
	@rm -rf $(VENV)

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; name one with make PYTHON=python3.12 ..."; exit 1; }
	@echo "making the environment in $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)

$(VENV)/installed-local: requirements/local.txt pyproject.toml | $(VENV)/bin/python
	@echo "installing what is needed to run ..."
	@$(INSTALL) --require-hashes -r requirements/local.txt
	@$(INSTALL) --no-build-isolation --no-deps --editable .
	@touch $@

$(VENV)/bin/promtool: $(VENV)/installed-dev
	@bash .ci/get_promtool.sh

$(VENV)/installed-dev: requirements/dev.txt $(VENV)/installed-local
	@echo "installing what is needed to test ..."
	@$(INSTALL) --require-hashes -r requirements/dev.txt
	@touch $@
