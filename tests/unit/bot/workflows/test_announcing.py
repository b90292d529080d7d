"""The line above an answer: it moves while there is nothing to read, and nothing waits for it."""

import asyncio
from typing import Any, cast

from bot.services.access import Place
from bot.slack.writing.growing import Growing
from bot.slack.writing.status_line import StatusLine
from bot.workflows.announcing import Announcing

HERE = Place("T", "C", "1.0")


class Shown:
    """A status line and a reply that note what they are to show."""

    def __init__(self, *, status: bool = True) -> None:
        self.text = ""
        self.said: list[str] = []
        self.hangs = False
        self.arrives = asyncio.Event()
        self.keeps = 0
        """How many times Slack does not take a status away."""
        self.enough = asyncio.Event()
        self._status = status

    async def show(self, _place: Place, text: str, *, private: bool) -> bool:
        assert not private
        if self.hangs:
            self.hangs = False
            await self.arrives.wait()
        if not text and self.keeps:
            self.keeps -= 1
            return False
        return self._status and self._note(text)

    async def placeholder(self, text: str) -> None:
        self._note(text)

    def _note(self, text: str) -> bool:
        self.said.append(text)
        if len(self.said) >= 4:
            self.enough.set()
        return True


def announcing(shown: Shown) -> Announcing:
    line, reply = cast("StatusLine", shown), cast("Growing", shown)
    return Announcing(line, reply, HERE, moves=(0.0,), private=False, clear_seconds=0.05)


async def reading() -> str:
    return "Reading…"


async def waited(event: asyncio.Event) -> None:
    async with asyncio.timeout(10):
        await event.wait()


async def test_a_status_moves_as_long_as_there_is_nothing_to_read() -> None:
    shown = Shown()
    async with announcing(shown).during(reading):
        await waited(shown.enough)

    assert shown.said[0] == "Reading…"
    assert set(shown.said[1:]) == {"Still working on this, 0 seconds so far…"}


async def test_a_placeholder_moves_too_where_slack_has_no_status() -> None:
    shown = Shown(status=False)
    async with announcing(shown).during(reading):
        await waited(shown.enough)

    assert shown.said[:2] == ["_Reading…_", "_Still working on this, 0 seconds so far…_"]


async def test_words_end_it() -> None:
    shown = Shown()
    shown.text = "27 days"
    async with announcing(shown).during(reading):
        for _ in range(20):
            await asyncio.sleep(0)

    assert shown.said == ["Reading…", ""]


async def test_what_hangs_is_broken_off_and_taken_away_afterwards() -> None:
    shown = Shown()
    shown.hangs = True
    line = announcing(shown)
    async with asyncio.timeout(10), line.during(reading):
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    await line.settle()

    assert shown.said == [""]


async def test_a_status_that_slack_takes_late_is_taken_away_after_it() -> None:
    shown = Shown()
    shown.hangs, arrives = True, asyncio.Event()
    shown.arrives = arrives
    line = announcing(shown)
    async with line.during(reading):
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    settling = asyncio.create_task(line.settle())
    await asyncio.sleep(0)
    arrives.set()
    await settling

    assert shown.said == ["Reading…", ""]


async def test_a_status_that_slack_did_not_take_away_is_taken_away_at_the_end() -> None:
    shown = Shown()
    shown.text, shown.keeps = "27 days", 1
    line = announcing(shown)
    async with line.during(reading):
        for _ in range(20):
            await asyncio.sleep(0)
    said = list(shown.said)
    await line.settle()

    assert (said, shown.said) == (["Reading…"], ["Reading…", ""])


async def test_nothing_is_taken_away_that_slack_has_shown_for_sure() -> None:
    shown: Any = Shown()
    line = announcing(shown)
    async with line.during(reading):
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        shown.text = "27 days"
        for _ in range(5):
            await asyncio.sleep(0)
    said = list(shown.said)
    await line.settle()

    assert shown.said == said
