# Every task of the project; `make` alone explains them. Needs Python 3.11 or newer and make, nothing else.
.DEFAULT_GOAL := help
.PHONY: help setup sandbox run test matrix check fix docs lock fixture-db
MAKEFLAGS += --no-print-directory
# The tests start some hundred programs, each of which would compile every module anew.
unexport PYTHONDONTWRITEBYTECODE

VENV := .venv
BIN := $(VENV)/bin
# Stamps, written last, so that an interrupted set-up is made again: all that a developer needs, or what the sandbox needs.
READY := $(VENV)/.ready
PLAYABLE := $(VENV)/.playable
PORT ?= 8090
DOCS ?=
# What `make check` tests besides the layers: quick tests. Those that start programs of ours are in tests/journeys.
FAST := tests/architecture tests/unit
# Tests wait more than they compute, so there are more of them at a time than cores; who has nothing left takes from another.
PARALLEL := --numprocesses 4 --dist worksteal

help: ## explain every task
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' Makefile

setup: $(READY) ## make .venv from the hash-pinned lock file
	@echo "Ready: $(VENV) holds what requirements-dev.txt names."

define install
	@python=""; \
	for name in python3.11 python3.12 python3.13 python3.14 python3; do \
	  if "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then python="$$name"; break; fi; \
	done; \
	if [ -z "$$python" ]; then echo "No Python 3.11 or newer was found; install one and run this again." >&2; exit 1; fi; \
	if [ ! -x $(BIN)/pip ]; then \
	  echo "Making $(VENV) with $$($$python --version) ..."; \
	  "$$python" -m venv $(VENV) || { echo "$$python cannot make virtual environments; on Debian: apt install python3-venv." >&2; exit 1; }; \
	fi
	@echo "Installing what $(1) names ..."
	@$(BIN)/python -m pip install --disable-pip-version-check --require-hashes --requirement $(1)
endef

$(READY): requirements-dev.txt
	$(call install,requirements-dev.txt)
	@touch $(PLAYABLE) $@

# Whoever only wants to play downloads a third of it.
$(PLAYABLE): requirements-sandbox.txt
	$(call install,requirements-sandbox.txt)
	@touch $@

sandbox: $(if $(wildcard $(READY)),$(READY),$(PLAYABLE)) ## everything on this machine, no account needed (PORT=8090, DOCS=folder of your own documents)
	@$(BIN)/python -m sandbox --port $(PORT) $(if $(DOCS),--docs "$(DOCS)")

run: $(READY) ## the bot, with the settings of the environment and .env
	@$(BIN)/python -m bot run

test: $(READY) ## all tests but those of make matrix
	@$(BIN)/python -m pytest $(PARALLEL)

matrix: $(READY) ## ten minutes of kills at random moments, long outages, and journeys on PostgreSQL (MATRIX_SEED=number: the moments of an earlier run)
	@$(BIN)/python -m pytest -m matrix -s tests/journeys tests/unit/bot/web

check: $(READY) ## format, lint, types, layers, architecture and fast tests
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/lint-imports --no-logo
	@said=$$(mktemp); trap 'rm -f "$$said"' EXIT; \
	$(BIN)/mypy >"$$said" 2>&1 & types=$$!; \
	tests=0; $(BIN)/python -m pytest $(PARALLEL) $(FAST) || tests=$$?; \
	status=0; wait $$types || status=$$?; \
	cat "$$said"; \
	[ $$status -ne 0 ] || status=$$tests; exit $$status

fix: $(READY) ## format, and mend what the linter can mend
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

docs: $(READY) ## write docs/operations.md and docs/access.md anew from the client and the verbs
	@$(BIN)/python -m scripts.operations
	@$(BIN)/python -m scripts.access

LOCK := $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header

lock: $(READY) ## write both lock files anew from pyproject.toml
	@$(LOCK) --output-file requirements.txt
	@$(LOCK) --constraint requirements.txt --group sandbox --output-file requirements-sandbox.txt
	@$(LOCK) --constraint requirements.txt --group dev --output-file requirements-dev.txt

fixture-db: $(READY) ## the databases of a bot killed at work, for tests of upgrades; run it when a revision is released
	@$(BIN)/python -m scripts.fixture_db
