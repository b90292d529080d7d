"""The path that a new user goes, as far as it can be looked at without downloading anything."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def planned(task: str, venv: Path) -> str:
    """What make would do."""
    command = ["make", "--dry-run", "--no-print-directory", f"VENV={venv}", task]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("task", ["run", "install"])
def test_a_production_host_gets_what_the_bot_needs_to_run_and_nothing_else(task: str, tmp_path: Path) -> None:
    plan = planned(task, tmp_path / "venv")

    assert set(re.findall(r"requirements[a-z-]*\.txt", plan)) == {"requirements.txt"}
    assert "--require-hashes" in plan


@pytest.mark.parametrize("stamp", [".ready", ".playable"])
def test_where_more_is_there_already_nothing_is_installed_to_run(stamp: str, tmp_path: Path) -> None:
    venv = tmp_path / "venv"
    venv.mkdir()
    (venv / stamp).touch()

    assert "requirements" not in planned("run", venv)


def test_the_container_installs_the_same_locked_set() -> None:
    container = (ROOT / "Dockerfile").read_text(encoding="utf-8")

    assert "--require-hashes --requirement requirements.txt" in container


def test_the_readme_makes_the_environment_before_it_uses_it() -> None:
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    path = page[page.index("## Ten minutes") :]

    assert path.index("make install") < path.index(".venv/bin/python")
    for command in re.findall(r"-m bot ([a-z]+)", page):
        assert command in ("manifest", "check", "ask", "do", "run", "evaluate"), command
