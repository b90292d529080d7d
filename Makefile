# Every task of the project; `make` alone explains them. Needs Python 3.11 or newer and make, nothing else.
.DEFAULT_GOAL := help
.PHONY: help install setup sandbox run evaluate evaluate-base evaluate-ablation test matrix check fix docs lock fixture-db
MAKEFLAGS += --no-print-directory
# The tests start some hundred programs, each of which would compile every module anew.
unexport PYTHONDONTWRITEBYTECODE

VENV := .venv
BIN := $(VENV)/bin
# Stamps, written last, so an interrupted set-up is made again: all that a developer needs, what the sandbox needs, or what the bot needs.
READY := $(VENV)/.ready
PLAYABLE := $(VENV)/.playable
RUNNABLE := $(VENV)/.runnable
# The largest set that is there already; each holds the smaller ones.
INSTALLED = $(firstword $(wildcard $(READY) $(PLAYABLE)) $(RUNNABLE))
PORT ?= 8090
DOCS ?=
# What `make check` tests besides the layers: quick tests. Those that start programs of ours are in tests/journeys.
FAST := tests/architecture tests/unit -m "not matrix and not slow"
# Tests wait more than they compute, so more of them run at a time than there are cores; an idle worker takes from a busy one.
# Each worker looks through all tests first. Quick tests wait little, and beside them types are checked.
PARALLEL := --dist worksteal --numprocesses

help: ## explain every task
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-17s %s\n", $$1, $$2}' Makefile

install: $(INSTALLED) ## make .venv with what the bot itself needs, and nothing else
	@echo "Ready: $(BIN)/python -m bot --help"

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
	@touch $(RUNNABLE) $(PLAYABLE) $@

# To play takes a third of it.
$(PLAYABLE): requirements-sandbox.txt
	$(call install,requirements-sandbox.txt)
	@touch $(RUNNABLE) $@

# To run takes less still: no test, linter, or database server comes to a production host.
$(RUNNABLE): requirements.txt
	$(call install,requirements.txt)
	@touch $@

sandbox: $(if $(wildcard $(READY)),$(READY),$(PLAYABLE)) ## everything on this machine, no account needed (PORT=8090, DOCS=folder of your own documents)
	@$(BIN)/python -m sandbox --port $(PORT) $(if $(DOCS),--docs "$(DOCS)")

run: $(INSTALLED) ## the bot, with the settings of the environment and .env
	@$(BIN)/python -m bot run

evaluate: $(if $(wildcard $(READY)),$(READY),$(PLAYABLE)) ## how good the answers are, in a sandbox: both sets of cases against what is promised and the earlier figures
	@$(BIN)/python -m scripts.evaluate

evaluate-base: $(if $(wildcard $(READY)),$(READY),$(PLAYABLE)) ## the same, and keep its figures as those that later runs are compared with
	@$(BIN)/python -m scripts.evaluate --base

evaluate-ablation: $(if $(wildcard $(READY)),$(READY),$(PLAYABLE)) ## what each step of retrieval is worth: the tables of docs/answers.md
	@$(BIN)/python -m scripts.evaluate --ablation

test: $(READY) ## all tests but those of make matrix
	@$(BIN)/python -m pytest $(PARALLEL) 5

matrix: $(READY) ## ten minutes of kills at random moments, long outages, and journeys on PostgreSQL (MATRIX_SEED=number: the moments of an earlier run)
	@$(BIN)/python -m pytest -m matrix -s tests/journeys tests/simulation tests/unit/bot/inbound

check: $(READY) ## format, lint, types, layers, architecture and fast tests
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/lint-imports --no-logo
	@said=$$(mktemp); trap 'rm -f "$$said"' EXIT; \
	$(BIN)/mypy >"$$said" 2>&1 & types=$$!; \
	tests=0; $(BIN)/python -m pytest $(PARALLEL) 3 $(FAST) || tests=$$?; \
	status=0; wait $$types || status=$$?; \
	cat "$$said"; \
	[ $$status -ne 0 ] || status=$$tests; exit $$status

fix: $(READY) ## format, and fix what the linter can fix
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

docs: $(READY) ## write the pages that are made from the code: settings, operations, who may do what, kinds of jobs, the drawings of the trips, and the trace of a question
	@$(BIN)/python -m scripts.operations
	@$(BIN)/python -m scripts.access
	@$(BIN)/python -m scripts.configuration
	@$(BIN)/python -m scripts.jobs
	@$(BIN)/python -m scripts.trips
	@$(BIN)/python -m scripts.trace

LOCK := $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header

lock: $(READY) ## write the lock files anew from pyproject.toml
	@$(LOCK) --output-file requirements.txt
	@$(LOCK) --constraint requirements.txt --group sandbox --output-file requirements-sandbox.txt
	@$(LOCK) --constraint requirements.txt --group dev --output-file requirements-dev.txt

fixture-db: $(READY) ## the databases of a bot killed at work, for tests of upgrades; run it when a revision is released
	@$(BIN)/python -m scripts.fixture_db
