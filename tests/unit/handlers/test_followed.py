"""Messages in threads without a mention: by the stand-in Slack, a real Bolt, a real engine, and a real database."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult

from bot.errors import OutcomeUnknownError
from bot.services.access import Asker, Audience, Place, Right
from bot.store.channels import Channels
from bot.store.database import Database
from handlers.mentions import Mentions
from sandbox.slack import Person
from tests.unit.bot.conftest import database, empty, prepared, served
from tests.unit.bot.slack.conftest import slack
from tests.unit.bot.workflows.test_turn import House, Opened, house, opened, rows

pytestmark = pytest.mark.slow  # each starts an engine of its own

__all__ = ["database", "empty", "house", "opened", "prepared", "slack"]  # fixtures

SUPPORT = "C0SUPPORT"
QUESTION = "How many days of leave?"


@dataclass
class Thread:
    """A thread in which Mia asked, and what the database is asked about its channel."""

    house: House
    channels: Channels
    mia: Person
    ben: Person
    root: str = ""
    looked: list[Place] = field(default_factory=list)
    broken: bool = False

    async def mode(self, place: Place, _asker: Asker) -> str:
        """``Rights.mode``."""
        self.looked.append(place)
        if self.broken:
            raise OSError("disk I/O error")
        return (await self.channels.get(place.team, place.channel)).mode or "mention"

    async def set(self, mode: str) -> None:
        await self.channels.set("T0ACME", SUPPORT, mode=mode)

    async def ask(self) -> None:
        self.root = await self.says(self.mia, f"@bot {QUESTION}")

    async def says(self, person: Person, text: str) -> str:
        """Someone writes, in the thread if there is one; what came of it has come when this returns."""
        async with self.heard():
            ts = await person.say("#support", text, self.root or None)
        await self.ended(ts)
        return ts

    @asynccontextmanager
    async def heard(self) -> AsyncIterator[None]:
        """Wait until what happens inside was told to us, and we acknowledged it."""
        before = len(await self.mia.get("deliveries"))
        yield

        async def look() -> list[dict[str, Any]]:
            new = (await self.mia.get("deliveries"))[before:]
            return [{"all": bool(new) and all(one["acked"] for one in new)}]

        await self.mia.wait_in(look, lambda seen: bool(seen["all"]))

    async def ended(self, ts: str, before: str = "") -> None:
        """Wait until the work that a message began, if any, has ended."""
        async with asyncio.timeout(30):
            while await self.house.engine.alive([self.id(ts, before)]):  # noqa: ASYNC110 - DBOS offers nothing to wait on
                await asyncio.sleep(0.01)

    def id(self, ts: str, before: str = "") -> str:
        return f"{before}turn:T0ACME:{SUPPORT}:{ts}"

    async def outcome(self, ts: str, before: str = "") -> str | None:
        turn = await self.house.turns.get(self.id(ts, before))
        return turn.outcome if turn else None

    @property
    def answered(self) -> list[str]:
        return self.house.producer.asked

    async def shown(self) -> int:
        """How many messages of the bot stand in the thread."""
        found = await self.house.slack.replies(self.root)
        return sum(one["user"] == "U0BOT" and one["kind"] != "ephemeral" for one in found)

    async def calls(self) -> list[str]:
        """What Slack was called for."""
        return [call["method"] for call in await self.mia.get("calls")]


@pytest.fixture
async def thread(house: House, database: Database) -> AsyncIterator[Thread]:
    async with Person(house.slack.mia.root, "ben") as ben:
        made = Thread(house, Channels(database), house.slack.mia, ben)
        house.workflow._heeding._mode = made.mode

        async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
            return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_user_id="U0BOT")

        standin = house.slack.standin
        app = AsyncApp(
            client=house.slack.api.client,
            authorize=authorize,
            signing_secret=standin.credentials.signing_secret,
        )
        runtime: Any = SimpleNamespace(
            workspaces=house.slack.workspaces,
            rights=SimpleNamespace(mode=made.mode),
            rate=house.rate,
            work=SimpleNamespace(turns=house.workflow, interrupts=house.interrupts),
        )
        Mentions(runtime).register(app)
        async with served(app.web_app(path="/slack/events")) as root:
            await house.slack.mia.post("events_url", url=f"{root}/slack/events")
            await made.ask()
            yield made


async def test_without_the_mode_nothing_is_taken_in_and_slack_is_not_asked(thread: Thread) -> None:
    before, looked = await thread.calls(), len(thread.looked)
    said = await thread.says(thread.mia, "and for part-timers?")

    assert await thread.outcome(said) is None
    assert len(thread.looked) == looked + 1
    assert await thread.calls() == before
    assert thread.answered == [QUESTION]


async def test_who_asks_on_is_answered_and_others_are_too(thread: Thread) -> None:
    await thread.set("follow")
    first = await thread.says(thread.mia, "and for part-timers?")
    second = await thread.says(thread.ben, "and for interns?")

    assert thread.answered == [QUESTION, "and for part-timers?", "and for interns?"]
    assert [await thread.outcome(ts) for ts in (first, second)] == ["answered", "answered"]
    assert await thread.shown() == 3


async def test_people_who_talk_to_one_another_see_nothing_and_leave_no_words(thread: Thread) -> None:
    await thread.set("follow")
    before = len(await thread.calls())
    told = await thread.says(thread.ben, "@mia I thought it was 25, wasn't it?")
    said = await thread.says(thread.mia, "it was 25 last year, I believe")
    thanks = await thread.says(thread.mia, "thanks!")
    calls = await thread.calls()

    engine, database = thread.house.workflow._interrupts._erase.__self__._engine, thread.house.turns._database  # type: ignore[union-attr] # bound there
    kept = await rows(engine, database)

    assert thread.answered == [QUESTION]
    assert [await thread.outcome(ts) for ts in (told, said, thanks)] == ["silent", "silent", None]
    assert await thread.shown() == 1
    assert set(calls[before:]) <= {"conversations.replies", "users.info"}
    assert "last year" not in kept
    assert "I thought" not in kept


async def test_a_thread_in_which_nobody_asked_us_is_none_of_ours(thread: Thread) -> None:
    await thread.set("follow")
    thread.root = ""
    thread.root = await thread.says(thread.ben, "Lunch?")
    said = await thread.says(thread.mia, "where do we go?")

    assert await thread.outcome(said) is None
    assert thread.answered == [QUESTION]


async def test_a_message_outside_threads_is_none_either(thread: Thread) -> None:
    await thread.set("follow")
    looked, thread.root = len(thread.looked), ""
    await thread.says(thread.mia, "and for part-timers?")

    assert len(thread.looked) == looked
    assert thread.answered == [QUESTION]


async def test_one_who_lacks_the_right_is_not_told_so(thread: Thread) -> None:
    await thread.set("follow")
    thread.house.producer.needs = Right.DOCUMENTS
    thread.house.allowed = Audience()
    said = await thread.says(thread.mia, "and for part-timers?")

    assert await thread.outcome(said) == "silent"
    assert await thread.shown() == 1


async def test_too_fast_is_silence(thread: Thread) -> None:
    await thread.set("follow")
    said = [await thread.says(thread.mia, f"and in year {number}?") for number in range(3)]

    assert [await thread.outcome(ts) for ts in said] == ["answered", "answered", "silent"]
    assert await thread.shown() == 3


async def test_a_message_that_comes_again_is_answered_once(thread: Thread) -> None:
    await thread.set("follow")
    await thread.says(thread.mia, "and for part-timers?")
    delivery = [one for one in await thread.mia.get("deliveries") if one["type"].startswith("message")][-1]
    shown = await thread.shown()
    await thread.mia.post("redeliver", event_id=delivery["id"])

    assert thread.answered == [QUESTION, "and for part-timers?"]
    assert await thread.shown() == shown


async def test_a_database_that_does_not_say_has_the_event_come_again(thread: Thread) -> None:
    await thread.set("follow")
    thread.broken = True
    await thread.mia.say("#support", "and for part-timers?", thread.root)

    def refused(delivery: dict[str, Any]) -> bool:
        return bool(delivery["attempts"] and delivery["reason"] and not delivery["acked"])

    delivery = await thread.mia.wait_in(lambda: thread.mia.get("deliveries"), refused)
    thread.broken = False
    again = await thread.mia.post("redeliver", event_id=delivery["id"])
    while len(thread.answered) < 2:  # noqa: ASYNC110 - the producer sets no event for the second
        await asyncio.sleep(0.01)

    assert again["acked"] == [True]
    assert thread.answered == [QUESTION, "and for part-timers?"]


async def test_slack_that_is_away_while_it_is_decided_is_waited_for(thread: Thread) -> None:
    await thread.set("follow")
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        thread.house.audience = None

    thread.house.workflow._heeding._pause = pause
    thread.house.audience = OutcomeUnknownError("users.info")
    await thread.says(thread.mia, "and for part-timers?")

    assert len(pauses) == 1
    assert thread.answered == [QUESTION, "and for part-timers?"]


async def test_an_edit_that_mentions_us_is_answered_although_we_were_silent(thread: Thread) -> None:
    await thread.set("follow")
    said = await thread.says(thread.ben, "@mia and for part-timers?")
    async with thread.heard():
        await thread.ben.edit("#support", said, "@mia @bot and for part-timers?")
    await thread.ended(said, "again:")

    assert await thread.outcome(said) == "silent"
    assert await thread.outcome(said, "again:") == "answered"
    assert len(thread.answered) == 2


async def test_an_edit_while_it_is_answered_is_answered_and_a_deletion_takes_it_back(thread: Thread) -> None:
    await thread.set("follow")
    producer = thread.house.producer
    for change in ("edit", "mention", "delete"):
        thread.house.now += 61  # they have asked nothing for a minute
        producer.go_on.clear()
        producer.began.clear()
        async with thread.heard():
            said = await thread.mia.say("#support", f"and for {change}?", thread.root)
        async with asyncio.timeout(20):
            await producer.began.wait()
        async with thread.heard():
            if change == "delete":
                await thread.mia.delete("#support", said)
            else:
                await thread.mia.edit(
                    "#support", said, f"{'@bot ' * (change == 'mention')}and for {change}s?"
                )
        producer.go_on.set()
        await thread.ended(said)

    assert [one.removeprefix("@U0BOT ") for one in thread.answered] == [
        QUESTION,
        "and for edit?",
        "and for edits?",
        "and for mention?",
        "and for mentions?",
        "and for delete?",
    ]
    assert await thread.outcome(said) == "deleted"


async def test_where_i_am_switched_off_the_asker_alone_is_told(thread: Thread) -> None:
    await thread.set("off")
    asked = await thread.says(thread.mia, "@bot and for part-timers?")
    seen = [m for m in await thread.mia.messages(SUPPORT) if "switched off in this channel" in m["text"]]
    others = [m for m in await thread.ben.messages(SUPPORT) if "switched off in this channel" in m["text"]]

    assert await thread.outcome(asked) == "off"
    assert ([m["kind"] for m in seen], others) == (["ephemeral"], [])
    assert await thread.shown() == 1
    assert thread.answered == [QUESTION]


async def test_where_no_whisper_is_taken_it_is_a_direct_message(thread: Thread) -> None:
    await thread.set("off")
    await thread.house.slack.fault("chat.postEphemeral", "error", error="restricted_action", count=1)
    await thread.says(thread.mia, "@bot and for part-timers?")

    seen = [m for m in await thread.mia.messages("D0MIA") if "switched off in this channel" in m["text"]]
    assert len(seen) == 1


async def test_switched_on_again_i_answer(thread: Thread) -> None:
    await thread.set("off")
    await thread.says(thread.mia, "@bot and for part-timers?")
    await thread.set("mention")
    await thread.says(thread.mia, "@bot and for interns?")

    assert thread.answered == [QUESTION, "and for interns?"]


async def test_a_turn_that_was_killed_while_it_was_decided_is_decided_again(
    thread: Thread, opened: Opened
) -> None:
    await thread.set("follow")
    held = asyncio.Event()

    async def hold(place: Place, asker: Asker) -> str:
        if thread.house.turns.__dict__.get("hold"):
            held.set()
            await asyncio.Event().wait()
        return await thread.mode(place, asker)

    thread.house.workflow._heeding._mode = hold
    thread.house.turns.__dict__["hold"] = True
    async with thread.heard():
        said = await thread.mia.say("#support", "and for part-timers?", thread.root)
    await held.wait()
    second = await opened()
    second.workflow._heeding._mode = thread.mode
    thread.house = second
    await thread.ended(said)

    assert second.producer.asked == ["and for part-timers?"]
    assert await thread.outcome(said) == "answered"
    assert await thread.shown() == 2
