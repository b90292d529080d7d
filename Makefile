# Every task of the project; `make` alone explains them. Needs Python 3.11 or newer and make, nothing else.
.DEFAULT_GOAL := help
.PHONY: help setup sandbox run test check fix lock
MAKEFLAGS += --no-print-directory

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PORT ?= 8090
DOCS ?=
# What `make check` tests besides the layers: quick tests without processes of their own.
FAST := tests/architecture tests/unit

help: ## explain every task
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' Makefile

setup: $(READY) ## make .venv from the hash-pinned lock file
	@echo "Ready: $(VENV) holds what requirements-dev.txt names."

# The stamp is written last, so that an interrupted set-up is made again.
$(READY): requirements-dev.txt
	@python=""; \
	for name in python3.11 python3.12 python3.13 python3.14 python3; do \
	  if "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then python="$$name"; break; fi; \
	done; \
	if [ -z "$$python" ]; then echo "No Python 3.11 or newer was found; install one and run make setup again." >&2; exit 1; fi; \
	echo "Making $(VENV) with $$($$python --version) ..."; \
	if [ ! -x $(BIN)/python ]; then "$$python" -m venv $(VENV); fi
	@$(BIN)/python -m pip install --disable-pip-version-check --require-hashes --requirement requirements-dev.txt
	@touch $@

sandbox: $(READY) ## everything on this machine, no account needed (PORT=8090, DOCS=folder of your own documents)
	@$(BIN)/python -m sandbox --port $(PORT) $(if $(DOCS),--docs "$(DOCS)")

run: $(READY) ## the bot, with the settings of the environment and .env
	@$(BIN)/python -m bot run

test: $(READY) ## every test
	@$(BIN)/python -m pytest

check: $(READY) ## format, lint, types, layers, architecture and fast tests
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python -m pytest $(FAST)

fix: $(READY) ## format, and mend what the linter can mend
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

LOCK := $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header

lock: $(READY) ## write both lock files anew from pyproject.toml
	@$(LOCK) --output-file requirements.txt
	@$(LOCK) --constraint requirements.txt --group dev --output-file requirements-dev.txt
