"""What every file of the repository keeps to: nothing of one machine, no secrets, a size that can be read, and texts that are true."""

import ast
import importlib.util
import json
import re
import subprocess
from pathlib import Path

import pytest

from config.settings import variables

ROOT = Path(__file__).resolve().parents[2]
# Written in halves, so that this file does not find itself.
FORBIDDEN = {
    "a registry host": re.compile("py" + r"pi\.org|python" + r"hosted\.org|registry\." + "npmjs"),
    "a path of one machine": re.compile(r"(?<![\w.])/(?:wo" + r"rk|opt|ro" + r"ot|home/\w+)/"),
    "a token": re.compile(
        r"\bxox[bp]-\d{10,}-\d{10,}-\w{20,}|\bxapp-\d-[A-Z0-9]{9,}-\d{10,}-\w{30,}|\bKEY0[0-9A-F]{31}_\w{20,}"
    ),
}


def _files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],  # noqa: S607 - git of the developer
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_contains(what: str) -> None:
    texts = {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8", errors="replace")
        for path in _files()
    }

    assert [name for name, text in texts.items() if FORBIDDEN[what].search(text)] == []


def test_modules_are_short() -> None:
    lengths = {
        path.relative_to(ROOT).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for path in _files()
        if path.suffix == ".py"
        and path.relative_to(ROOT).parts[0] in ("bot", "handlers", "config", "sandbox")
    }

    assert {name for name, length in lengths.items() if length > 300} == set()


def test_functions_are_short() -> None:
    """But in a migration, whose tables are one list."""
    long = [
        f"{path.relative_to(ROOT).as_posix()} {node.name}"
        for path in _files()
        if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in ("bot", "handlers")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= 40
    ]

    assert long == ["bot/store/migrations/versions/0001_first.py upgrade"]


def test_the_container_file_names_what_exists() -> None:
    text = (ROOT / "Dockerfile").read_text()
    copied = re.findall(r"^COPY (\S+) ", text, re.MULTILINE)
    command = json.loads(re.findall(r"^CMD (\[.*\])$", text, re.MULTILINE)[0])
    let_in = (ROOT / ".dockerignore").read_text().splitlines()

    assert copied
    assert [name for name in copied if not (ROOT / name).exists()] == []
    assert [name for name in copied if f"!{name}" not in let_in] == []
    assert command[:2] == ["python", "-m"]
    assert importlib.util.find_spec(f"{command[2]}.__main__") is not None


@pytest.mark.parametrize("variable", variables())
def test_every_variable_is_described(variable: str) -> None:
    page = (ROOT / "docs/configuration.md").read_text(encoding="utf-8")

    assert f"| `{variable}` |" in page


def test_every_test_that_the_page_of_promises_names_is_there() -> None:
    named = re.findall(r"`(tests/[\w./]+)`", (ROOT / "docs/quality.md").read_text(encoding="utf-8"))

    assert len(named) > 100
    assert sorted({name for name in named if not (ROOT / name).exists()}) == []
