"""The watch looks by the clock it is given, and has each change told once its notice is durable."""

from collections.abc import Iterator, MutableMapping
from typing import Any, cast

import pytest
import structlog

from bot.jobs.watcher import Watcher
from bot.observability.health import Health
from bot.services.jobs import JobWatch
from bot.store.jobs import Transition
from bot.telnyx import TelnyxUnreachableError
from bot.workflows.acceptance import NotDurableInTimeError
from bot.workflows.notify import NotifyWorkflow
from tests.unit.bot.conftest import Clock

CHANGES = [Transition("embedding", "task-1", number, "processing", {}) for number in (1, 2)]


class House:
    """What a tick is given: Telnyx's jobs, the notices, and what is said of the process's health."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.health = Health()
        self.looked: list[float] = []
        self.due = True
        self.away = False
        self.untold = list(CHANGES)
        self.started: list[tuple[int, str]] = []
        self.slow = 0
        """How many of the next notices are not durable in time."""
        watch, notices = cast("JobWatch", self), cast("NotifyWorkflow", self)
        self.watcher = Watcher(watch, notices, "C0JOBS", self.health, clock)

    async def look(self, now: float) -> bool:
        self.looked.append(now)
        if self.away:
            raise TelnyxUnreachableError("embeddings.list_tasks", "no answer")
        return self.due

    async def changes(self) -> list[Transition]:
        return list(self.untold)

    async def told(self, change: Transition) -> None:
        self.untold.remove(change)

    async def start(self, change: Transition, channel: str) -> None:
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


@pytest.fixture(autouse=True)
def logs() -> Iterator[list[MutableMapping[str, Any]]]:
    with structlog.testing.capture_logs() as captured:
        yield captured


async def test_a_tick_looks_at_the_time_of_the_clock_and_has_what_changed_told(house: House) -> None:
    await house.watcher.tick()
    house.clock.now += 5
    await house.watcher.tick()

    assert house.looked == [house.clock.now - 5, house.clock.now]
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


async def test_changes_that_are_known_are_told_while_telnyx_is_away(house: House) -> None:
    house.away = True

    await house.watcher.tick()

    assert house.untold == []
    assert await house.says() == (False, "Telnyx doesn't answer")


async def test_an_outage_of_telnyx_is_logged_once_and_over_when_a_look_that_was_due_works(
    house: House, logs: list[MutableMapping[str, Any]]
) -> None:
    said = []
    for away, due in ((True, True), (True, True), (False, False), (False, True)):
        house.away, house.due = away, due
        house.clock.now += 15
        await house.watcher.tick()
        said.append((await house.says())[0])

    assert said == [False, False, False, True]
    told = [entry["event"] for entry in logs if entry["log_level"] != "debug"]
    assert told == ["jobs_unreadable", "jobs_readable_again"]
