"""An answer that not everyone there may see goes to the asker alone: once, whatever is killed when."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from bot.services.access import EVERYTHING, NONE, Asker, Audience, Place, Public, Right
from bot.store.database import Database, sqlite_engine
from bot.workflows.asked import Asked
from tests.unit.bot.slack.conftest import SlackHouse, slack
from tests.unit.bot.workflows.test_turn import ANSWER, House, processes, words

pytestmark = pytest.mark.slow  # each starts an engine of its own

__all__ = ["slack"]  # a fixture

BUTTON = "Answer here from now on"


class Mixed(House):
    """One process in a workspace in which a guest reads along."""

    silent = False
    mixed = True
    asker = EVERYTHING

    async def _audience(self, _place: Place, asker: Asker, *, private: bool) -> Audience:
        await self.slack.api.call("users.info", patience=60, user=asker.user)
        if private or not self.mixed:
            return self.asker
        return Public(buckets=NONE, asker=self.asker, why="A guest can read that channel", silent=self.silent)

    async def directly(self) -> list[dict[str, Any]]:
        """What Mia reads in the direct message."""
        return [m for m in await self.slack.mia.messages("D0MIA") if m["user"] == "U0BOT"]


Opened = Callable[[], Awaitable[Mixed]]


@pytest.fixture
async def opened(slack: SlackHouse, database: Database, tmp_path: Path) -> AsyncIterator[Opened]:
    def made() -> Mixed:
        house = Mixed(slack, database, sqlite_engine(tmp_path / "engine.sqlite3"), tmp_path)
        house.producer.right = lambda _asked: Right.DOCUMENTS  # type: ignore[method-assign] # as for a question
        return house

    async with processes(made) as open_one:
        yield open_one


@pytest.fixture
async def house(opened: Opened) -> Mixed:
    return await opened()


async def once(house: Mixed, asked: Asked) -> None:
    """The answer came once, to the asker alone, and the thread has one line that holds nothing of it."""
    (line,) = [words(m) for m in await house.slack.replies(asked.ts) if not m["deleted"]]
    (answer,) = await house.directly()
    assert ANSWER in words(answer)
    assert f"You asked: {asked.text}" in words(answer)
    assert "A guest can read that channel" in words(answer)
    assert ANSWER not in line
    assert "<@U0MIA> in a direct message" in line
    assert "A guest can read this channel." in line
    assert BUTTON in line


async def test_the_answer_goes_to_the_asker_alone_and_one_line_says_so(house: Mixed) -> None:
    asked = await house.ask()
    turn = await house.ended(asked)

    await once(house, asked)
    assert (turn.outcome, turn.state, turn.private) == ("answered", "done", 1)
    assert house.producer.asked == ["How many days?"]


async def test_one_who_could_allow_it_can_do_so_from_the_answer_and_others_cannot(house: Mixed) -> None:
    await house.ended(await house.ask())
    house.asker = Audience(buckets=EVERYTHING.buckets, member=True)
    await house.ended(await house.ask("And how many for part-timers?"))

    by_admin, by_member = await house.directly()

    assert (BUTTON in words(by_admin), BUTTON in words(by_member)) == (True, False)
    assert "Share in channel" not in words(by_admin)


async def test_a_process_that_dies_in_the_middle_leaves_one_line_and_one_answer(opened: Opened) -> None:
    first = await opened()
    first.producer.go_on.clear()
    asked = await first.ask()
    await first.producer.began.wait()
    second = await opened()

    turn = await second.ended(asked)

    await once(second, asked)
    assert (turn.outcome, turn.state) == ("answered", "done")


@pytest.mark.parametrize("word", ["user_not_found", "cannot_dm_bot"])
async def test_an_app_that_no_one_can_write_to_is_refused_where_it_asked(house: Mixed, word: str) -> None:
    await house.slack.fault("conversations.open", "error", error=word, count=9)

    asked = await house.ask()
    turn = await house.ended(asked)

    (said,) = await house.shown(asked)
    assert "A guest can read that channel, so I can't show this there." in said
    assert "Ask me privately" in said
    assert ANSWER not in said
    assert (turn.outcome, turn.state, turn.private) == ("elsewhere", "done", 0)


@pytest.mark.parametrize("now", ["a guest came", "no one came"])
async def test_what_was_written_before_a_kill_is_shown_to_those_who_may_read_it_now(
    opened: Opened, monkeypatch: pytest.MonkeyPatch, now: str
) -> None:
    first = await opened()
    first.mixed = False
    first.producer.written = {"passages": [{"bucket": "handbook"}], "buckets": ["handbook"]}
    held, going = asyncio.Event(), asyncio.Event()

    async def never(_attempt: Any) -> Any:
        going.set()
        await held.wait()

    monkeypatch.setattr(first.workflow._screen, "finish", never)  # the process dies once it is written
    asked = await first.ask()
    await going.wait()
    second = await opened()
    second.mixed = now == "a guest came"

    turn = await second.ended(asked)

    assert turn.private == int(second.mixed)
    if second.mixed:
        await once(second, asked)
    else:
        assert second.producer.asked == []
        (shown,) = await second.shown(asked)
        assert ANSWER in shown


async def test_one_that_dies_on_its_way_aside_leaves_nothing_where_a_guest_reads(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    going = [asyncio.Event(), asyncio.Event()]

    def dying(number: int) -> Callable[..., Awaitable[Any]]:
        async def never(*_: Any) -> Any:
            going[number].set()
            await asyncio.Event().wait()

        return never

    first = await opened()
    first.mixed = False
    first.producer.written = {"buckets": ["handbook"]}
    monkeypatch.setattr(first.workflow._screen, "finish", dying(0))
    asked = await first.ask()
    await going[0].wait()
    second = await opened()
    monkeypatch.setattr(second.workflow._screen, "go_aside", dying(1))
    await going[1].wait()
    third = await opened()

    turn = await third.ended(asked)

    await once(third, asked)
    assert (turn.outcome, turn.state, turn.private) == ("answered", "done", 1)


async def test_where_nothing_may_be_said_the_asker_alone_reads_that(house: Mixed) -> None:
    house.silent = True

    asked = await house.ask()
    await house.ended(asked)

    (answer,) = await house.directly()
    assert ANSWER in words(answer)
    (line,) = [m for m in await house.slack.replies(asked.ts) if m["user"] == "U0BOT"]
    assert line["only_for"] == "U0MIA"
    assert "until a workspace admin allows it" in words(line)


async def test_nor_is_what_was_asked_there_by_a_button(house: Mixed) -> None:
    house.silent = True

    asked = await house.press()
    await house.ended(asked)

    said = [m for m in await house.slack.replies(asked.place.thread) if m["user"] == "U0BOT"]
    assert {m["only_for"] for m in said} == {"U0MIA"}
    assert "asked: And then?" not in str(said)
    assert ANSWER in words(*await house.directly())


async def test_not_even_a_refusal_is_said_where_nothing_may_be_said(house: Mixed) -> None:
    house.silent, house.asker = True, Audience(reasons=dict.fromkeys(Right, "You may not."))

    asked = await house.ask()
    turn = await house.ended(asked)

    (answer,) = await house.directly()
    assert "You may not." in words(answer)
    assert [m for m in await house.slack.replies(asked.ts) if m["only_for"] != "U0MIA"] == []
    assert turn.outcome == "told"


@pytest.mark.parametrize("method", ["chat.postMessage", "chat.postEphemeral", "conversations.open"])
async def test_a_slack_that_does_not_answer_at_first_loses_nothing(house: Mixed, method: str) -> None:
    house.silent = method == "chat.postEphemeral"
    await house.slack.fault(method, "error", error="internal_error", count=2)

    asked = await house.ask()
    turn = await house.ended(asked)

    (answer,) = await house.directly()
    assert ANSWER in words(answer)
    assert turn.state == "done"
