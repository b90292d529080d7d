"""docs/operations.md says what is true."""

import json
import os
import re
from pathlib import Path

import httpx
import pytest

from bot.telnyx import Telnyx

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| (\d+) \| (\S+) \| ([A-Z]+) \| `([^`]+)` \| (.+?) \| (.+?) \| (.+?) \|$", re.MULTILINE)
PUBLISHED = ROOT.parent / "shared" / "telnyx" / "operations.json"


def rows() -> list[tuple[str, ...]]:
    return [match.groups() for match in ROW.finditer((ROOT / "docs" / "operations.md").read_text())]


def test_there_are_forty_one_different_operations() -> None:
    numbers = [int(row[0]) for row in rows()]

    assert numbers == list(range(1, 42))
    assert len({row[1] for row in rows()}) == 41
    assert len({(row[2], row[3]) for row in rows()}) == 41


async def test_every_client_call_that_is_named_exists() -> None:
    async with httpx.AsyncClient() as http:
        client = Telnyx(http, api_key="KEY0")
        named = [call for row in rows() for call in re.findall(r"`([^`]+)`", row[4])]

        for call in named:
            family, _, operation = call.partition(".")
            assert callable(getattr(getattr(client, family), operation)), call
        assert len(named) >= 13


def test_every_test_that_is_named_exists() -> None:
    named = {path for row in rows() for path in re.findall(r"`([^`]+)`", row[6])}

    assert named
    for path in named:
        assert (ROOT / path).is_file(), path


def test_the_rows_are_those_of_telnyx() -> None:
    if not PUBLISHED.exists() and not os.environ.get("CI"):
        pytest.skip("Telnyx's list of operations lies beside the project only in its workshop and on CI.")
    published = [(o["id"], o["method"], o["path"]) for o in json.loads(PUBLISHED.read_text())]

    assert [(row[1], row[2], row[3]) for row in rows()] == published
