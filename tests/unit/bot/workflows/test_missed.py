"""The search for missed questions against the stand-in Slack, with the turns it starts written down by a test."""

import asyncio
import time
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any, cast

import pytest

from bot.slack.reading.history import History
from bot.store.database import Database, sqlite_engine
from bot.store.turns import Turns
from bot.workflows.acceptance import NotDurableInTimeError
from bot.workflows.asked import Asked
from bot.workflows.engine import Engine
from bot.workflows.missed import (
    AT_ONCE,
    GAP_SECONDS,
    LONGEST_SECONDS,
    MARGIN_SECONDS,
    MOST,
    CatchUp,
    Gap,
    MissedWorkflow,
)
from bot.workflows.turn import TurnWorkflow
from tests.unit.bot.slack.conftest import SlackHouse, slack

__all__ = ["slack"]  # a fixture

Search = Callable[[], CatchUp]


class Answers:
    """Takes questions in, and has each answered at once."""

    def __init__(self, turns: Turns) -> None:
        self.turns = turns
        self.asked: list[Asked] = []
        self.not_durable = 0
        self.end_at_once = True
        self.came = asyncio.Event()

    async def start(self, asked: Asked) -> None:
        if self.not_durable:
            self.not_durable -= 1
            raise NotDurableInTimeError
        self.asked.append(asked)
        await note(self.turns, asked.id, "done" if self.end_at_once else "running")
        self.came.set()

    @property
    def texts(self) -> list[str]:
        return [asked.text for asked in self.asked]


async def note(turns: Turns, turn_id: str, state: str, **more: Any) -> None:
    channel, ts = turn_id.split(":")[2:]
    fields = {
        "kind": "ask",
        "team": "T0ACME",
        "channel": channel,
        "root": ts,
        "user": "U0MIA",
        "question": "q",
    }
    await turns.begin(id=turn_id, boot="b", **{**fields, "ts": ts, **more})
    await turns.update(turn_id, state=state)


@pytest.fixture
def turns(database: Database) -> Turns:
    return Turns(database)


@pytest.fixture
def answers(turns: Turns) -> Answers:
    return Answers(turns)


@pytest.fixture
def search(slack: SlackHouse, turns: Turns, answers: Answers) -> Search:
    gap = Gap("missed:T0ACME:1", "T0ACME", "U0BOT", since=0.0, until=9e9)
    return lambda: CatchUp(gap, History(slack.api, pause=0), turns, answers.start, again=0)


async def test_mentions_and_direct_messages_are_questions_and_nothing_else_is(
    slack: SlackHouse, search: Search, answers: Answers
) -> None:
    mia = slack.mia
    root = await mia.say("#support", "@bot a mention")
    await mia.say("#support", "no mention")
    await mia.say("#support", "in a thread, @bot", root)
    await mia.say("#support", "a remark in a thread", root)
    direct = await mia.say("D0MIA", "directly")
    await mia.say("D0MIA", "directly in a thread", direct)
    await slack.api.call("chat.postMessage", channel="D0MIA", text="the bot itself")
    await slack.api.call("chat.postMessage", channel="C0SUPPORT", text="<@U0BOT> itself")

    found = await search().run()

    assert sorted(answers.texts) == ["a mention", "directly", "directly in a thread", "in a thread,"]
    assert found == 4
    assert all(asked.options == {"late": True} for asked in answers.asked)
    assert {asked.place.thread for asked in answers.asked} == {root, direct}


async def test_questions_of_a_conversation_are_started_in_the_order_they_were_asked(
    slack: SlackHouse, search: Search, answers: Answers
) -> None:
    root = await slack.mia.say("D0MIA", "1")
    for number in range(2, 8):
        await slack.mia.say("D0MIA", f"{number}", root if number % 2 else None)

    await search().run()

    assert answers.texts == ["1", "2", "3", "4", "5", "6", "7"]


async def test_what_has_a_turn_is_not_started_again_unless_it_was_only_noted(
    slack: SlackHouse, search: Search, answers: Answers, turns: Turns
) -> None:
    said = {state: await slack.mia.say("D0MIA", state) for state in ("done", "failed", "running", "written")}
    for state, ts in said.items():
        await note(turns, f"turn:T0ACME:D0MIA:{ts}", state)
    noted = await slack.mia.say("D0MIA", "accepted")
    await note(turns, f"turn:T0ACME:D0MIA:{noted}", "accepted")

    await search().run()

    assert answers.texts == ["accepted"]


async def test_of_very_many_missed_questions_the_newest_are_answered(
    slack: SlackHouse, search: Search, answers: Answers
) -> None:
    for number in range(MOST + 3):
        await slack.mia.say("D0MIA", f"{number}")

    found = await search().run()

    assert found == MOST
    assert answers.texts == [f"{number}" for number in range(3, MOST + 3)]


async def test_a_place_that_slack_refuses_does_not_hide_the_others(
    slack: SlackHouse, search: Search, answers: Answers
) -> None:
    await slack.mia.say("D0MIA", "here")
    await slack.fault("conversations.history", "error", error="not_in_channel", count=1)
    await slack.fault("conversations.history", "error", error="missing_scope", count=1)

    await search().run()

    assert answers.texts == ["here"], "the first two were other people's"


async def test_while_slack_refuses_the_token_the_search_waits(
    slack: SlackHouse, search: Search, answers: Answers
) -> None:
    await slack.mia.say("D0MIA", "here")
    await slack.fault("conversations.history", "error", error="token_revoked", count=1)

    await search().run()

    assert answers.texts == ["here"]


async def test_late_questions_that_came_too_fast_are_told_so(
    slack: SlackHouse, turns: Turns, answers: Answers
) -> None:
    for number in range(5):
        await slack.mia.say("D0MIA", f"{number}")
    gap = Gap("missed:T0ACME:1", "T0ACME", "U0BOT", since=0.0, until=9e9)

    found = await CatchUp(gap, History(slack.api, pause=0), turns, answers.start, again=0, per_minute=3).run()

    assert found == 5
    assert ["too_fast" in asked.options for asked in answers.asked] == [False, False, False, True, True]
    assert all(asked.options["late"] for asked in answers.asked)


class EndsWhatIsLookedAt(Turns):
    """Ends the open turns whenever somebody looks how they are, and keeps how many those were."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.open: list[int] = []

    async def states(self, turn_ids: Collection[str]) -> dict[str, str]:
        found = await super().states(turn_ids)
        if running := [one for one, state in found.items() if state == "running"]:
            self.open.append(len(running))
        for one in running:
            await self.update(one, state="done")
        return found


async def test_few_late_questions_are_open_at_a_time(slack: SlackHouse, database: Database) -> None:
    turns = EndsWhatIsLookedAt(database)
    answers = Answers(turns)
    answers.end_at_once = False
    for number in range(AT_ONCE * 3):
        await slack.mia.say("D0MIA", f"{number}")
    gap = Gap("missed:T0ACME:1", "T0ACME", "U0BOT", since=0.0, until=9e9)

    await CatchUp(gap, History(slack.api, pause=0), turns, answers.start).run()

    assert len(answers.asked) == AT_ONCE * 3
    assert turns.open == [AT_ONCE, AT_ONCE]


async def test_a_place_that_slack_is_silent_about_comes_again_after_the_others(
    slack: SlackHouse, turns: Turns, answers: Answers
) -> None:
    await slack.mia.say("D0MIA", "here")
    await slack.mia.say("#support", "@bot there")
    now = time.time()
    gap = Gap("missed:T0ACME:1", "T0ACME", "U0BOT", since=now - 3600, until=now + 60)
    await slack.fault("conversations.history", "drop", count=8)  # more than the others get
    impatient = History(slack.api, pause=0, patience=0)

    await CatchUp(gap, impatient, turns, answers.start, again=0).run()

    assert sorted(answers.texts) == ["here", "there"]


async def test_a_slow_database_loses_no_question(slack: SlackHouse, search: Search, answers: Answers) -> None:
    answers.not_durable = 3
    for number in range(2):
        await slack.mia.say("D0MIA", f"{number}")

    await search().run()

    assert answers.texts == ["0", "1"]


async def test_the_search_waits_for_a_token_that_slack_takes(
    slack: SlackHouse, turns: Turns, answers: Answers, tmp_path: Path
) -> None:
    engine = Engine(sqlite_engine(tmp_path / "engine.sqlite3"), executor_id="one")
    # DBOS knows one workflow of this name in a process, so no other test makes one.
    missed = MissedWorkflow(engine, slack.workspaces, turns, cast("TurnWorkflow", answers), again=0)
    await engine.launch()
    now = time.time()
    await slack.mia.say("D0MIA", "asked")
    await slack.fault("auth.test", "error", error="invalid_auth", count=2)

    await missed.start(Gap("missed:T0ACME:1", "T0ACME", "U0BOT", since=now - 60, until=now + 60))

    async with asyncio.timeout(20):
        await answers.came.wait()
    await engine.close(deadline=5)
    assert answers.texts == ["asked"]
    assert await slack.calls("auth.test") == 3


def test_a_gap_is_longer_than_slack_tries_and_is_looked_through_with_a_margin() -> None:
    short = Gap.after(1_000.0, 1_000.0 + GAP_SECONDS, team="T", bot_user="U")
    gap = Gap.after(1_000.0, 5_000.0, team="T", bot_user="U")
    week = Gap.after(1_000.0, 1_000.0 + 7 * LONGEST_SECONDS, team="T", bot_user="U")

    assert short is None
    assert gap == Gap("missed:T:1000.000", "T", "U", since=1_000.0 - MARGIN_SECONDS, until=5_000.0)
    assert week is not None
    assert week.until - week.since == LONGEST_SECONDS
