"""*Ask an expert* mentions the channel's user group once, where the question stands and I may speak."""

from contextlib import suppress
from types import SimpleNamespace
from typing import Any

import pytest

from bot.errors import NotHereError, OutcomeUnknownError, RefusedError, UsageError
from bot.render.blocks import Message
from bot.render.outcomes import Refusal
from bot.render.refusal import ASKED, NO_EXPERTS
from bot.services.access import EVERYTHING, Asker, Audience, Place, Public
from bot.store.channels import Channel
from bot.store.database import Database
from bot.store.messages import Messages
from bot.store.turns import Turn, Turns
from bot.workflows.experts import NOT_IN_IT, Experts
from tests.unit.bot.slack.conftest import SlackHouse, slack

__all__ = ["slack"]  # a fixture

MIA = Asker("U0MIA", "T0ACME")
TURN = "turn:T0ACME:C0GENERAL:1.0"


class House:
    """A refused question of Mia's, in a channel with experts."""

    def __init__(self, slack: SlackHouse, database: Database) -> None:
        self.slack, self.turns = slack, Turns(database)
        self.experts: str | None = "S0SUPPORT"
        self.audience: Audience = EVERYTHING
        rights: Any = SimpleNamespace(of=self.of, set_for=self.set_for)
        self.asking = Experts(workspaces=slack.workspaces, messages=Messages(database), rights=rights)

    async def of(self, _place: Place, _asker: Asker, *, private: bool) -> Audience:
        """``Rights.of``."""
        assert not private
        return self.audience

    async def set_for(self, place: Place, _asker: Asker, *, private: bool) -> Channel:
        """``Rights.set_for``."""
        assert not private
        return Channel(place.team, place.channel, experts=self.experts)

    async def refused(self, channel: str = "C0GENERAL", **columns: Any) -> Turn:
        """Write it down."""
        root = await self.slack.mia.say(channel, "How much leave?") if channel == "C0GENERAL" else ""
        await self.turns.begin(
            id=TURN, kind="ask", boot="b", team="T0ACME", channel=channel, root=root, ts=root, user="U0MIA",
            question="How much leave?", options={},
        )  # fmt: skip
        await self.turns.update(TURN, **{"state": "done", "outcome": "refused", "answer": ""} | columns)
        turn = await self.turns.get(TURN)
        assert turn is not None
        return turn

    async def ask(self, turn: Turn) -> Message | Refusal:
        """Press it."""
        return await self.asking.ask(turn, MIA)

    async def posts(self, channel: str = "C0GENERAL") -> list[dict[str, Any]]:
        """What I have posted there."""
        return [m for m in await self.slack.mia.messages(channel) if m["user"] == "U0BOT"]


@pytest.fixture
def house(slack: SlackHouse, database: Database) -> House:
    return House(slack, database)


async def test_experts_are_mentioned_once_in_the_thread_of_the_question(house: House) -> None:
    turn = await house.refused()

    assert [await house.ask(turn) for _ in range(3)] == [ASKED] * 3

    (said,) = [m for m in await house.slack.mia.messages("C0GENERAL", turn.root) if m["user"] == "U0BOT"]
    assert said["thread_ts"] == turn.root
    assert "<!subteam^S0SUPPORT>" in str(said["blocks"])
    assert "How much leave?" in str(said["blocks"])


async def test_a_post_that_was_cut_off_is_not_made_twice(house: House) -> None:
    turn = await house.refused()
    await house.slack.fault("chat.postMessage", "reset_after_apply")

    for _ in range(2):
        with suppress(OutcomeUnknownError):  # the first attempt can't know whether it was posted
            await house.ask(turn)

    seen = [m for m in await house.slack.mia.messages("C0GENERAL", turn.root) if m["user"] == "U0BOT"]
    assert len(seen) == 1


async def test_where_i_cant_post_that_is_said(house: House) -> None:
    turn = await house.refused("C0RANDOM", private=1)

    said = await house.ask(turn)

    assert isinstance(said, Refusal)
    assert "/invite" in said.message.text
    assert await house.posts("C0RANDOM") == []


@pytest.mark.parametrize("columns", [{"outcome": "answered"}, {"channel": "D0MIA"}])
async def test_what_stands_elsewhere_or_was_answered_is_no_question_for_experts(
    house: House, columns: dict[str, str]
) -> None:
    turn = await house.refused(**columns)

    with pytest.raises(UsageError, match="There are no experts"):
        await house.ask(turn)


async def test_experts_that_are_gone_are_not_asked(house: House) -> None:
    turn = await house.refused()
    house.experts = None

    with pytest.raises(UsageError, match=NO_EXPERTS[:30]):
        await house.ask(turn)
    assert await house.posts() == []


async def test_who_has_left_and_where_i_may_not_speak_nothing_is_posted(house: House) -> None:
    turn = await house.refused()
    house.audience = Public(asker=EVERYTHING, why="Others read along", silent=True)
    with pytest.raises(NotHereError):
        await house.ask(turn)

    with pytest.raises(RefusedError, match=NOT_IN_IT[:30]):
        await house.asking.ask(turn, Asker("U0NOONE", "T0ACME"))
    assert await house.posts() == []
