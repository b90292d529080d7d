"""docs/operations.md says what is true."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from bot.telnyx import Telnyx
from tests.loopback import PLAIN

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| (\d+) \| (\S+) \| ([A-Z]+) \| `([^`]+)` \| (.+?) \| (.+?) \| (.+?) \|$", re.MULTILINE)
PUBLISHED = ROOT.parent / "shared" / "telnyx" / "operations.json"


def rows() -> list[tuple[str, ...]]:
    return [match.groups() for match in ROW.finditer((ROOT / "docs" / "operations.md").read_text())]


def test_the_page_is_what_its_program_writes() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "operations.py", "--check"], check=False, timeout=60
    )

    assert done.returncode == 0, "run .venv/bin/python scripts/operations.py"


def test_there_are_forty_one_different_operations() -> None:
    numbers = [int(row[0]) for row in rows()]

    assert numbers == list(range(1, 42))
    assert len({row[1] for row in rows()}) == 41
    assert len({(row[2], row[3]) for row in rows()}) == 41
    assert len({row[4] for row in rows()}) == 41


async def test_every_operation_of_the_client_is_on_the_page_and_every_call_that_is_named_exists() -> None:
    named = {call for row in rows() for call in re.findall(r"`([^`]+)`", row[4])}
    async with httpx.AsyncClient(verify=PLAIN) as http:
        client = Telnyx(http, api_key="KEY0")
        existing = {
            f"{family}.{name}"
            for family, resource in vars(client).items()
            for name in dir(resource)
            if not name.startswith("_")
        }

    assert existing - named == {"conversations.aggregates"}
    assert named <= existing


def test_every_command_that_is_not_later_exists() -> None:
    handlers = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "handlers").glob("*.py"))
    now = [re.sub(r"later: `[^`]*`", "", row[5]) for row in rows()]
    words = {word for text in now for word in re.findall(r"`/telnyx ([a-z]+)", text)}

    assert words
    assert {word for word in words if f'"{word}"' not in handlers} == set()


def test_every_test_that_is_named_exists() -> None:
    named = {path for row in rows() for path in re.findall(r"`([^`]+)`", row[6])}

    assert named
    for path in named:
        assert (ROOT / path).is_file(), path


def test_the_rows_are_those_of_telnyx() -> None:
    if not PUBLISHED.exists() and not os.environ.get("CI"):
        pytest.skip("Telnyx's list of operations is not beside this checkout.")
    published = [(o["id"], o["method"], o["path"]) for o in json.loads(PUBLISHED.read_text())]

    assert [(row[1], row[2], row[3]) for row in rows()] == published
