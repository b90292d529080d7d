"""The watch looks by the clock it is given, has each change told once its notices are durable, and keeps cards true."""

from collections.abc import Collection, Sequence
from typing import cast

import pytest

from bot.jobs.watcher import CARDS, Watcher
from bot.observability.health import Health
from bot.services.jobs import JobWatch
from bot.store.jobs import Older, Transition
from bot.store.subscriptions import Only
from bot.workflows.acceptance import NotDurableInTimeError
from bot.workflows.notify import NotifyWorkflow
from bot.workflows.targets import Target
from tests.unit.bot.conftest import Clock

CHANGES = [Transition("embedding", "task-1", number, "processing", {}) for number in (1, 2)]


class House:
    """What a tick is given: Telnyx's jobs, the notices, and what is said of the process's health."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.health = Health()
        self.looked: list[float] = []
        self.readable = True
        self.untold = list(CHANGES)
        self.places: dict[str, Sequence[str] | Exception] = {}
        self.odd: set[str] = set()
        """Cards that can't be drawn for a reason that no one thought of."""
        self.started: list[tuple[int, str]] = []
        self.slow = 0
        """How many of the next notices are not durable in time."""
        self.old: list[Older] = []
        self.drawn: list[str] = []
        self.stays_old = ""
        self.stands = ""
        """A card that stands where its changes aren't told."""
        self.old_elsewhere: list[str] = []
        watch, notices = cast("JobWatch", self), cast("NotifyWorkflow", self)
        self.watcher = Watcher(
            watch,
            notices,
            targets=self.targets,
            redraw=self.redraw,
            elsewhere=self.elsewhere,
            health=self.health,
            clock=clock,
        )

    async def look(self, now: float) -> bool:
        self.looked.append(now)
        return self.readable

    async def changes(self) -> list[Transition]:
        return list(self.untold)

    async def elsewhere(self, kind: str, card: str, told: Collection[str]) -> bool:
        return (kind, card, [*told]) == ("embedding", self.stands, ["C0JOBS"])

    async def told(self, change: Transition, *, elsewhere: bool) -> None:
        self.untold.remove(change)
        self.old_elsewhere += [change.job] * elsewhere

    async def older(self, limit: int) -> list[Older]:
        return self.old[:limit]

    async def redrawn(self, card: Older, now: float) -> None:
        assert now == self.clock.now
        self.old.remove(card)

    async def redraw_later(self, card: Older, now: float) -> None:
        assert now == self.clock.now
        self.old.remove(card)
        self.old.append(card)

    async def targets(self, change: Transition) -> Sequence[Target]:
        places = self.places.get(change.job, ["C0JOBS"])
        if isinstance(places, Exception):
            raise places
        return [Target(one) for one in places]

    async def redraw(self, kind: str, card: str) -> bool:
        self.drawn.append(f"{kind} {card}")
        if card in self.odd:
            raise ValueError(card)
        return card != self.stays_old

    async def start(self, change: Transition, channel: str, only: frozenset[Only]) -> None:
        assert only == {Only.ALL}
        self.started.append((change.number, channel))
        if self.slow:
            self.slow -= 1
            raise NotDurableInTimeError

    async def says(self) -> tuple[bool, str]:
        """What the process says of the watch."""
        check = (await self.health.ready())["checks"]["jobs"]
        return check["ok"], check["detail"]


@pytest.fixture
def house(clock: Clock) -> House:
    return House(clock)


async def test_a_tick_looks_at_the_time_of_the_clock_and_has_what_changed_told(house: House) -> None:
    await house.watcher.tick()
    await house.watcher.tick(house.clock.now + 5)

    assert house.looked == [house.clock.now, house.clock.now + 5]
    assert house.started == [(1, "C0JOBS"), (2, "C0JOBS")]
    assert house.untold == []
    assert await house.says() == (True, "watching")


async def test_a_notice_that_is_not_durable_in_time_is_joined_by_the_next_tick_before_later_ones(
    house: House,
) -> None:
    house.slow = 1
    await house.watcher.tick()
    left = list(house.untold)
    await house.watcher.tick()

    assert left == CHANGES
    assert [number for number, _ in house.started] == [1, 1, 2]
    assert house.untold == []


async def test_each_change_is_told_in_each_place_or_in_none(house: House) -> None:
    other = Transition("embedding", "task-2", 7, "success", {})
    house.places = {"task-1": ["C0JOBS", "U1"], "task-2": []}
    house.untold.append(other)

    await house.watcher.tick()

    assert house.started == [(1, "C0JOBS"), (1, "U1"), (2, "C0JOBS"), (2, "U1")]
    assert house.untold == []


async def test_a_change_that_cannot_be_told_holds_up_later_ones_of_its_job_alone_and_no_card(
    house: House,
) -> None:
    house.places["task-1"] = ValueError("odd")
    house.untold.append(Transition("embedding", "task-2", 7, "success", {}))
    house.old = [Older("embedding", "a", 1)]
    await house.watcher.tick()
    waiting = list(house.untold)
    house.places.clear()
    await house.watcher.tick()

    assert waiting == CHANGES
    assert house.drawn == ["embedding a"]
    assert [number for number, _ in house.started] == [7, 1, 2]


async def test_changes_that_are_known_are_told_while_telnyx_is_away(house: House) -> None:
    house.readable = False

    await house.watcher.tick()

    assert house.untold == []
    assert await house.says() == (False, "Telnyx doesn't answer")


async def test_few_cards_are_drawn_again_in_a_tick_and_those_that_slack_did_not_take_after_all_others(
    house: House,
) -> None:
    house.old = [Older("embedding", name, 1) for name in "abcdefg"]
    house.stays_old = "b"
    ticks = []
    for _ in range(3):
        await house.watcher.tick()
        ticks.append([name[-1] for name in house.drawn])
        house.drawn.clear()

    assert ticks == [["a", "b", "c"], ["d", "e", "f"], ["g", "b"]]
    assert len(ticks[0]) == CARDS
    assert [card.card for card in house.old] == ["b"]


async def test_cards_that_cannot_be_drawn_hold_up_no_others(house: House) -> None:
    house.old = [Older("embedding", name, 1) for name in "abcd"]
    house.odd = {"a", "b", "c"}
    await house.watcher.tick()
    await house.watcher.tick()

    assert house.drawn[:4] == ["embedding a", "embedding b", "embedding c", "embedding d"]
    assert [card.card for card in house.old] == ["c", "a", "b"]
