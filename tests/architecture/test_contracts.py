"""Every import contract is kept today, and a deliberate violation of each breaks it."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("bot", "handlers", "config", "sandbox")
LINTER = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
CONTRACTS = {contract["id"]: contract for contract in LINTER["contracts"]}

# Contract → the module that is made to offend, and the import that offends.
VIOLATIONS = {
    "layers": ("bot/services/calls.py", "import bot.render.blocks"),
    "handlers": ("handlers/calls.py", "import handlers.ask"),
    "telnyx": ("bot/telnyx/errors.py", "import bot.errors"),
    "init": ("bot/__init__.py", "import bot.errors"),
    "handlers-services": ("handlers/calls.py", "import bot.store.turns"),
    "background-services": ("bot/workflows/summarize.py", "import bot.telnyx"),
    "slack-store": ("bot/slack/ways.py", "import bot.store.turns"),
    "sandbox": ("sandbox/clock.py", "import config.settings"),
    "no-sandbox": ("bot/errors.py", "import sandbox.clock"),
    "tests-only": ("handlers/manifest.py", "import jsonschema"),
} | {
    contract: (
        "bot/telnyx/errors.py" if contract in ("home-click", "home-structlog") else "bot/errors.py",
        f"import {CONTRACTS[contract]['protected_modules'][0]}",
    )
    for contract in CONTRACTS
    if contract.startswith("home-")
}


def _copy(to: Path) -> Path:
    for package in PACKAGES:
        shutil.copytree(ROOT / package, to / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", to)
    return to


def _lint(tree: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    linter = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [linter, "--no-cache", "--no-logo", *arguments],
        cwd=tree,
        env=os.environ | {"COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_every_contract_has_its_violation() -> None:
    assert VIOLATIONS.keys() == CONTRACTS.keys()


def test_the_tree_keeps_every_contract(tmp_path: Path) -> None:
    result = _lint(_copy(tmp_path))

    assert result.returncode == 0, result.stdout


@pytest.mark.slow  # thirty runs of the linter; `make check` itself runs it once
@pytest.mark.parametrize("contract", CONTRACTS)
def test_a_violation_breaks_the_contract(contract: str, tmp_path: Path) -> None:
    module, offence = VIOLATIONS[contract]
    offender = _copy(tmp_path) / module
    offender.write_text(offender.read_text() + f"\n{offence}\n")

    result = _lint(tmp_path, "--contract", contract)

    assert result.returncode == 1
    assert f"{CONTRACTS[contract]['name']} BROKEN" in result.stdout


def test_every_module_is_named_in_a_contract() -> None:
    layers = CONTRACTS["layers"]["layers"]
    named = {name.strip() for layer in layers for name in layer.split("|")} | {"bot", "sandbox"}

    unnamed = []
    for package in PACKAGES:
        for file in (ROOT / package).rglob("*.py"):
            parts = file.relative_to(ROOT).with_suffix("").parts
            module = ".".join(parts).removesuffix(".__init__")
            home = ".".join(module.split(".")[:2]) if parts[0] == "bot" else parts[0]
            if home not in named:
                unnamed.append(module)

    assert unnamed == []
