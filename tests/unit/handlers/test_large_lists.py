"""Every list of a large account: first, middle, and last page are what Slack takes, hold no row twice, and cost few requests.

The lists are those of the table test, so a new one is walked by itself.
"""

import json
import re
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any

import pytest
import pytest_asyncio

from bot.render.blocks import Block, Message
from bot.render.intent import Cursor, Intent, Paged
from bot.render.outcomes import NEXT, ROWS, TABLE_ROWS, Listing, Table
from handlers.verb import AnyVerb
from handlers.verbs import BY_WORDS
from sandbox.telnyx.filling import LARGE
from tests.unit.bot.conftest import telnyx_house
from tests.unit.handlers.test_verbs import CASES, OWN_LOOP, furnished, taken_by_slack
from tests.unit.handlers.verb_house import VerbHouse

LISTS = [words for words, case in CASES.items() if case.empty and not BY_WORDS[words].paid]
"""Of what the account has; a search asks each bucket, as an answer does."""
LEAST = {
    "docs": LARGE.buckets,
    "docs show": LARGE.files,
    "clusters": LARGE.clusterings,
    "insights": LARGE.insights,
    "insights groups": LARGE.groups,
    "finetune": LARGE.jobs,
}
"""Rows that a list of the large account has at least."""
MOST_REQUESTS = 12
"""Of Telnyx for one page: none for each row."""
LINES = {"search": "search annual leave --bucket handbook"}
"""What is typed instead of the line of the table test: without a bucket it asks each of 200, all at the same time, as an answer does."""
BEGINNING = 40
STEPS = 3
"""So many pages are walked of a list that has no numbers."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def large() -> AsyncIterator[VerbHouse]:
    async with telnyx_house() as telnyx:
        house = await furnished(telnyx)
        telnyx.standin.filling.fill(LARGE)
        yield house


class Walk:
    """Pages of one list, each held against Slack's limits and counted."""

    def __init__(self, house: VerbHouse, verb: AnyVerb) -> None:
        self._house, self._verb = house, verb
        self.rows: list[str] = []

    async def page(self, intent: Intent) -> Message:
        before = self._house.asked
        got = await self._house.get(self._verb, intent)
        asked = [call["operation"] for call in self._house.calls(before)]

        assert (got.result, got.error) == ("done", "")
        assert isinstance(got.shown, Message)
        assert len(asked) <= MOST_REQUESTS, asked
        assert taken_by_slack(got.shown, self._verb.title)
        outcome = await self._house.outcome(intent)
        assert isinstance(outcome, Listing | Table)
        rows = rows_of(outcome, intent)
        assert rows
        if isinstance(outcome, Listing):
            begun = beginnings(got.shown.blocks)
            assert beginnings(block for row in rows for block in row) <= begun, "each row is shown"
        self.rows += map(json.dumps, rows)
        return got.shown


def beginnings(blocks: Iterable[Block]) -> set[str]:
    """How the texts of blocks begin: the longest of a page are cut at their end."""
    return {block["text"]["text"][:BEGINNING] for block in blocks if "text" in block}


def rows_of(outcome: Listing | Table, intent: Intent) -> Sequence[Any]:
    """The rows of the page that was asked for."""
    rows, size = (
        (outcome.items, getattr(outcome, "size", ROWS))
        if isinstance(outcome, Listing)
        else (outcome.rows, TABLE_ROWS)
    )
    if not isinstance(intent, Paged) or getattr(outcome, "total", None) is not None:
        assert len(rows) <= 5 * size
        return rows
    return rows[(intent.page - 1) * size : intent.page * size]


def total_of(shown: Message) -> int:
    """How many rows there are, as its text says for those who see no blocks."""
    found = re.search(r"\((?:\d+ to \d+ of )?(\d+)(?: in all)?\)$", shown.text)
    assert found, shown.text
    return int(found[1])


@OWN_LOOP
@pytest.mark.slow
@pytest.mark.parametrize("words", LISTS)
async def test_each_page_of_a_very_long_list_is_whole_and_cheap(words: str, large: VerbHouse) -> None:
    verb, intent = await large.read(LINES.get(words, CASES[words].wanted))
    walk = Walk(large, verb)
    first = await walk.page(intent)

    if isinstance(intent, Paged):
        total, size = total_of(first), max(len(walk.rows), 1)
        pages = -(-total // size)
        for number in sorted({2, pages // 2, pages // 2 + 1, pages - 1, pages} - {0, 1}):
            if number <= pages:
                await walk.page(intent.model_copy(update={"page": number}))
        last = await large.get(verb, intent.model_copy(update={"page": 100_000}))
        assert f"#{NEXT}" not in str(last.shown)
        assert total >= LEAST.get(words, 1)
    elif isinstance(intent, Cursor):
        shown = first
        for _ in range(STEPS):
            turned = next((one for one in pressed(shown) if one["action_id"].endswith(f"#{NEXT}")), None)
            if turned is None:
                break
            shown = await walk.page(verb.intent.unpack(turned["value"]))

    assert len(set(walk.rows)) == len(walk.rows), "a row stands on two pages"


def pressed(shown: Message) -> list[Block]:
    """The buttons in rows of their own."""
    return [element for block in shown.blocks if block["type"] == "actions" for element in block["elements"]]


def test_every_list_of_a_large_account_is_among_them() -> None:
    assert {"docs", "docs show", "insights"} <= set(LISTS)
    assert LEAST.keys() & set(CASES) <= set(LISTS)


def test_the_large_account_is_as_large_as_promised() -> None:
    assert (LARGE.buckets, LARGE.files, LARGE.clusterings, LARGE.insights) == (200, 10_000, 500, 300)
