"""Hours of questions, edits, changes, outages, lost answers, and restarts, in a random order: at the end nothing is lost and nothing is there twice."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from random import Random
from typing import Any

import pytest

from bot.workflows.asked import Asked
from tests.simulation.timelapse import live
from tests.simulation.town import Town, told

pytestmark = pytest.mark.slow  # each starts an engine of its own

SEEDS = range(4)
EVENTS = 30
ENDS = frozenset({"answered", "failed"})
"""An answer that Telnyx leaves unwritten ends in a sentence."""


class Day:
    """What happens to a town, drawn by a seed."""

    def __init__(self, town: Town, random: Random) -> None:
        self.town = town
        self.random = random

    async def goes_by(self) -> None:
        events: dict[Callable[[], Awaitable[object]], int] = {
            self.town.ask: 6,
            self.ask_on: 6,
            self.edit: 4,
            self.delete: 1,
            self.deliver_again: 2,
            self.town.want: 3,
            self.press_again: 1,
            self.move: 4,
            self.change_of_weather: 8,
        }
        drawn = self.random.choices([*events], [*events.values()], k=EVENTS)
        drawn.insert(
            self.random.randrange(5, EVENTS), self.town.restart
        )  # one: an engine takes a second to end
        for event in drawn:
            await event()
            # Mostly in the middle of what was before, sometimes long after.
            await asyncio.sleep(self.random.choice([0.5, 1.5, 3, 8, 8, 60, 60, 900]))

    async def ask_on(self) -> None:
        """In a thread that there is."""
        if self.town.questions:
            await self.town.ask(self.question().place.thread)

    def question(self) -> Asked:
        return self.random.choice([*self.town.questions.values()][-4:])

    async def edit(self) -> None:
        if self.town.questions:
            await self.town.edit(self.question())

    async def delete(self) -> None:
        if self.town.questions:
            await self.town.delete(self.question())

    async def deliver_again(self) -> None:
        if self.town.questions:
            await self.town.again(self.question())

    async def press_again(self) -> None:
        if self.town.wishes:
            await self.town.want_again(self.random.choice([*self.town.wishes.values()]))

    async def move(self) -> None:
        """One of three jobs, of which each changes three times at most."""
        job = self.random.choice([name for name in "abc" if self.town.news.get(name, 0) < 3] or [""])
        if job:
            await self.town.move(job)

    async def change_of_weather(self) -> None:
        weather = self.town.weather
        weather.clear_up()
        match self.random.randrange(6):
            case 0:
                weather.slack_away = True
            case 1:
                weather.token_refused = True
            case 2 | 3:
                weather.losing = 0.3
            case 4:
                weather.telnyx_away = True
            case _:
                pass


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_is_lost_and_nothing_is_there_twice_whatever_happens_in_which_order(
    tmp_path: Path, logs: list[MutableMapping[str, Any]], seed: int
) -> None:
    async def story(town: Town) -> None:
        await Day(town, Random(seed)).goes_by()  # noqa: S311 - the same every time
        town.weather.clear_up()
        await town.all_ended()

        await town.assert_each_question_has_one_end(ENDS)
        town.assert_nothing_is_left_open()
        town.assert_each_change_is_made_and_told_once()
        town.assert_each_job_has_one_card()

    live(told(tmp_path, story, seed))

    assert [entry for entry in logs if entry["log_level"] == "error"] == []
