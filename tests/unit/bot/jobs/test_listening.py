"""Who listens notes it; who comes back after long has the gap looked through before the note hides it."""

from types import SimpleNamespace
from typing import cast

import pytest

from bot.jobs.listening import NOTE_SECONDS, Listening
from bot.observability.health import Health
from bot.runtime import Runtime
from bot.slack.workspace import Me
from bot.store.database import Database
from bot.store.presence import Presence
from bot.workflows.acceptance import NotDurableInTimeError
from bot.workflows.missed import GAP_SECONDS, LONGEST_SECONDS, Gap
from tests.unit.bot.conftest import Clock

ME = Me("T", "U0BOT")


class Missed:
    """Takes gaps in; remembers what was noted when each came."""

    def __init__(self, presence: Presence) -> None:
        self._presence = presence
        self.gaps: list[Gap] = []
        self.noted: list[float | None] = []
        self.slow = False

    async def start(self, gap: Gap) -> None:
        self.gaps.append(gap)
        self.noted.append(await self._presence.last(gap.team))
        if self.slow:
            raise NotDurableInTimeError


class House:
    """A process that can be made deaf or unknown to itself."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.clock = clock
        self.presence = Presence(database)
        self.missed = Missed(self.presence)
        self.health = Health()
        self.health.set("slack", True)
        self.me: Me | None = ME
        self.doubted = 0
        runtime = SimpleNamespace(
            health=self.health,
            workspaces=SimpleNamespace(only=self),
            rights=self,
            work=SimpleNamespace(missed=self.missed),
            clock=SimpleNamespace(presence=self.presence),
        )
        self.runtime = cast("Runtime", runtime)
        self.steady = Clock(0.0)
        self.listening = Listening(self.runtime, clock, self.steady)

    def doubt(self) -> None:
        """``Workspace.doubt`` and ``Rights.doubt``."""
        self.doubted += 1

    def pass_by(self, seconds: float) -> None:
        """Time passes, on both clocks."""
        self.clock.now += seconds
        self.steady.now += seconds


@pytest.fixture
def house(database: Database, clock: Clock) -> House:
    return House(database, clock)


async def test_who_listens_notes_it_every_few_seconds(house: House, clock: Clock) -> None:
    begun = clock.now
    noted = []
    for _ in range(4):
        await house.listening.tick()
        noted.append(await house.presence.last("T"))
        house.pass_by(NOTE_SECONDS / 2)

    assert noted == [begun, begun, begun + NOTE_SECONDS, begun + NOTE_SECONDS]
    assert house.missed.gaps == []


async def test_who_is_deaf_or_does_not_know_who_it_is_notes_nothing(house: House) -> None:
    house.health.set("slack", False, "the socket is not open")
    await house.listening.tick()
    house.health.set("slack", True)
    house.me = None
    await house.listening.tick()

    assert await house.presence.last("T") is None


async def test_a_short_silence_is_no_gap(house: House, clock: Clock) -> None:
    await house.listening.tick()
    house.pass_by(GAP_SECONDS)
    await house.listening.tick()

    assert house.missed.gaps == []
    assert await house.presence.last("T") == clock.now


async def test_a_long_silence_is_looked_through_before_it_is_noted_as_over(
    house: House, clock: Clock
) -> None:
    begun = clock.now
    await house.listening.tick()
    house.health.set("slack", False)
    for _ in range(50):
        house.pass_by(NOTE_SECONDS)
        await house.listening.tick()
    house.health.set("slack", True)
    await house.listening.tick()
    house.pass_by(NOTE_SECONDS)
    await house.listening.tick()

    assert house.missed.gaps == [Gap.after(begun, begun + 50 * NOTE_SECONDS, team="T", bot_user="U0BOT")]
    assert house.missed.noted == [begun]
    assert house.doubted == 2, "what is known of people, and what is known of places"
    assert await house.presence.last("T") == clock.now


async def test_a_gap_that_could_not_be_written_down_stays_to_be_seen(house: House, clock: Clock) -> None:
    begun = clock.now
    await house.listening.tick()
    house.pass_by(3_600)
    house.missed.slow = True
    await house.listening.tick()
    unchanged = await house.presence.last("T")
    house.pass_by(2)
    house.missed.slow = False
    await house.listening.tick()

    assert unchanged == begun
    assert len({gap.id for gap in house.missed.gaps}) == 1
    assert await house.presence.last("T") == clock.now


async def test_processes_that_come_back_together_see_the_same_gap(
    house: House, database: Database, clock: Clock
) -> None:
    await house.listening.tick()
    house.pass_by(3_600)
    house.missed.slow = True
    other = House(database, clock)
    other.missed.slow = True
    await house.listening.tick()
    house.pass_by(1.5)
    await other.listening.tick()

    assert house.missed.gaps[0].id == other.missed.gaps[0].id


async def test_an_outage_is_seen_although_the_clock_was_set_back_in_it(house: House, clock: Clock) -> None:
    await house.listening.tick()
    house.health.set("slack", False)
    house.pass_by(600)
    clock.now -= 3_600
    house.health.set("slack", True)
    await house.listening.tick()

    (gap,) = house.missed.gaps
    assert gap.since <= clock.now - 600
    assert await house.presence.last("T") == clock.now


async def test_a_process_that_finds_a_note_of_the_future_has_a_day_looked_through_once(
    house: House, database: Database, clock: Clock
) -> None:
    await house.listening.tick()
    clock.now -= 3_600
    after = House(database, clock)
    await after.listening.tick()
    after.pass_by(NOTE_SECONDS)
    await after.listening.tick()

    (gap,) = after.missed.gaps
    assert gap.since == clock.now - NOTE_SECONDS - LONGEST_SECONDS
    assert await house.presence.last("T") == clock.now


@pytest.mark.parametrize("step", [-3_600, -180, 3_600])
async def test_a_clock_that_is_set_is_no_outage_and_stops_no_notes(
    house: House, clock: Clock, step: float
) -> None:
    await house.listening.tick()
    clock.now += step
    house.pass_by(NOTE_SECONDS)
    await house.listening.tick()

    assert house.missed.gaps == []
    assert await house.presence.last("T") == clock.now


@pytest.mark.parametrize("step", [3_600, 7_200])
async def test_what_was_asked_in_an_outage_is_looked_for_although_the_clock_was_set_ahead_in_it(
    house: House, clock: Clock, step: float
) -> None:
    begun = clock.now
    await house.listening.tick()
    house.pass_by(600)
    clock.now += step
    await house.listening.tick()

    (gap,) = house.missed.gaps
    assert gap.since < begun
