"""Job news that several processes tell: the lines of a job come in order, no matter which process has which."""

import asyncio
import hashlib
from collections.abc import Collection
from random import Random
from typing import cast

import pytest
from dbos._dbos import _get_or_create_dbos_registry

from bot.store.database import Database
from bot.store.jobs import Transition
from bot.workflows.engine import Engine
from bot.workflows.job_cards import Press
from bot.workflows.job_pictures import CardOf
from bot.workflows.news import AGAIN, Trouble
from bot.workflows.notify import NotifyWorkflow
from bot.workflows.order import Order, after_peers
from tests.simulation.starter import Ledger, Luck, Starter
from tests.unit.bot.slack.conftest import SlackHouse, slack
from tests.unit.bot.workflows.news_house import CHANNEL, NewsHouse, notice, sighting

__all__ = ["slack"]  # a fixture


class Peer(Starter):
    """An engine that takes what it's given."""

    looked = 0

    async def alive(self, work_ids: Collection[str]) -> set[str]:
        self.looked += 1
        return await super().alive(work_ids)


class Process:
    """One of several."""

    def __init__(self, house: NewsHouse, name: str, ledger: Ledger) -> None:
        _get_or_create_dbos_registry().instance_info_map.clear()
        self.news, self.cards = house.process()
        self.engine, order = Peer(name, ledger), Order()
        self.notices = NotifyWorkflow(cast("Engine", self.engine), self.news, order)
        order.begin()

    async def tell(self, change: Transition) -> None:
        await self.notices.start(change, CHANNEL)


class Town(NewsHouse):
    """Two processes on one store."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.ledger = Ledger(Random(1), Luck(0, 0, 0, 0))  # noqa: S311 - nothing is left to chance
        self.one, self.two = Process(self, "one", self.ledger), Process(self, "two", self.ledger)

    async def until_told(self) -> None:
        async with asyncio.timeout(10):
            while self.ledger.open:  # noqa: ASYNC110 - there is nothing to wait on
                await asyncio.sleep(0.005)

    async def until_card(self, said: str) -> None:
        async def look() -> list[dict[str, str]]:
            return [{"said": (await self.screen())[0][0]}]

        await self.slack.mia.wait_in(look, lambda seen: seen["said"] == said)

    async def until_looked(self, process: Process, times: int) -> None:
        async with asyncio.timeout(10):
            while process.engine.looked < times:  # noqa: ASYNC110 - there is nothing to wait on
                await asyncio.sleep(0.005)


@pytest.fixture
async def town(slack: SlackHouse, database: Database) -> Town:
    made = Town(slack, database)
    await made.see()
    return made


@pytest.mark.slow
async def test_a_line_waits_for_an_earlier_one_of_its_job_that_a_peer_has_and_the_card_is_true_meanwhile(
    town: Town,
) -> None:
    (first,) = await town.see(sighting("a.md", "queued"))
    await town.one.tell(first)
    await town.until_told()
    await town.cards.snooze(await town.job("a.md"), Press("U0BEN", CHANNEL, ""))
    (second,) = await town.see(sighting("a.md", "processing"))
    await town.one.tell(second)
    await town.until_card(":gear: *Embedding of mydocs*: processing")
    (third,) = await town.see(sighting("a.md", "success"))
    await town.two.tell(third)
    await town.two.cards.wake(await town.job("a.md"), Press("U0BEN", CHANNEL, ""))
    await town.until_looked(town.two, 3)
    above, before = await town.screen()

    town.one.cards.stir(CardOf("embedding", "a.md", CHANNEL))
    await town.until_told()

    below = (await town.screen())[1]
    assert (above, before) == ([":white_check_mark: *Embedding of mydocs*: succeeded"], [])
    assert ["queued → processing" in below[0], "processing → succeeded" in below[1]] == [True, True]


async def test_a_notice_that_waits_for_a_peer_does_not_keep_the_claim_to_the_card_from_it(town: Town) -> None:
    (first,) = await town.see(sighting("a.md", "queued"))
    (second,) = await town.see(sighting("a.md", "processing"))
    of, (_, work_id) = CardOf("embedding", "a.md", CHANNEL), notice(second)
    holder = hashlib.sha256(work_id.encode()).hexdigest()[:30]
    await town.messages.expect(of.key, CHANNEL, kind="card", holder=holder)  # and was killed

    await town.one.tell(first)
    await town.two.tell(second)
    await town.until_told()

    above, below = await town.screen()
    assert (above, len(below)) == ([":gear: *Embedding of mydocs*: processing"], 1)


async def test_who_waits_for_slack_leaves_the_claim_to_a_card_to_who_can_post_it(town: Town) -> None:
    first, second = await town.see(sighting("a.md", "queued"), sighting("b.md", "queued"))
    await town.slack.fault("chat.postMessage", "error", error="is_archived", count=1)
    async with town.one.news._trouble.setdefault(CHANNEL, Trouble(AGAIN)).turn:  # another one tries
        await town.one.tell(first)
        await town.slack.until_called("chat.postMessage")
        async with asyncio.timeout(5):
            await town.tell([second], news=town.two.news)
        waits = bool(town.ledger.open)
    await town.until_told()

    above, _ = await town.screen()
    assert (above, waits) == (
        [":hourglass_flowing_sand: *Embedding of mydocs*: 0 of 2 succeeded, 2 to go"],
        True,
    )


async def test_no_one_waits_for_a_peer_for_ever(town: Town) -> None:
    town.ledger.take("earlier", {}, "three")
    drawn = []

    async def draw() -> None:
        drawn.append("a.md")

    await after_peers(["earlier"], cast("Engine", town.one.engine), meanwhile=draw, longest=0.01)

    assert (town.ledger.open, drawn) == (["earlier"], ["a.md"])
