"""Slack is away, or refuses the token, for minutes, hours, a day: what was accepted is finished, once, when it is back."""

import asyncio
from pathlib import Path

import pytest

from tests.simulation.timelapse import live
from tests.simulation.town import Town, told, words

pytestmark = pytest.mark.slow  # each starts an engine of its own

MINUTES, HOURS = 60.0, 3_600.0


async def under_way(town: Town) -> None:
    """Questions, an edit, a change, and job news, at different moments of their work."""
    first = await town.ask()
    await asyncio.sleep(20)  # it is answered
    second = await town.ask(first.ts)
    await town.ask()
    await town.want()
    await town.move("task-1")
    await asyncio.sleep(2.5)  # they are in the middle
    await town.edit(second)
    await town.ask(first.ts)


def all_is_well(town: Town) -> None:
    town.assert_nothing_is_left_open()
    town.assert_each_change_is_made_and_told_once()
    town.assert_each_job_has_one_card()


@pytest.mark.parametrize("seconds", [10 * MINUTES, 6 * HOURS], ids=["ten minutes", "six hours"])
def test_slack_is_away_while_questions_edits_and_a_change_are_under_way(
    tmp_path: Path, seconds: float
) -> None:
    async def story(town: Town) -> None:
        await under_way(town)
        town.weather.slack_away = True
        await asyncio.sleep(seconds / 2)
        await town.want()
        await town.move("task-1")
        await asyncio.sleep(seconds / 2)
        town.weather.clear_up()
        await town.all_ended(hours=2)

        await town.assert_each_question_has_one_end()
        all_is_well(town)

    live(told(tmp_path, story))


def test_a_token_that_is_refused_for_longer_than_a_day_ends_everything_in_words(tmp_path: Path) -> None:
    async def story(town: Town) -> None:
        town.weather.token_refused = True
        await town.ask()
        wish = await town.want()
        await asyncio.sleep(30 * HOURS)
        town.weather.clear_up()
        await town.all_ended(hours=2)

        await town.assert_each_question_has_one_end(frozenset({"failed"}))
        town.assert_nothing_is_left_open()
        assert town.telnyx.made[wish.id] == 0
        (told_of_the_change,) = town.ours("D0MIA")
        deed = await town.deeds.get(wish.id)
        assert deed is not None
        assert (deed.result, deed.told) == ("failed", 1)
        assert "Made" not in words(told_of_the_change)

    live(told(tmp_path, story))


def test_a_token_that_is_refused_for_nearly_a_day_loses_nothing(tmp_path: Path) -> None:
    async def story(town: Town) -> None:
        first = await town.ask()
        await asyncio.sleep(2.5)  # it is in the middle
        town.weather.token_refused = True
        await town.edit(first)
        await town.ask(first.ts)
        await town.want()
        await asyncio.sleep(23 * HOURS)
        town.weather.clear_up()
        await town.all_ended(hours=2)

        await town.assert_each_question_has_one_end()
        all_is_well(town)

    live(told(tmp_path, story))
