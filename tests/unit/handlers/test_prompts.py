"""What a direct message suggests when it is opened, as the stand-in Slack shows it."""

from types import SimpleNamespace
from typing import Any

import pytest

from bot.services.access import Asker
from bot.services.prompts import Prompt
from bot.services.small_talk import Talk, small_talk
from handlers.agent import PROMPTS, Agent
from tests.unit.bot.slack.conftest import SlackHouse, slack

__all__ = ["slack"]  # a fixture


DEFAULT = [prompt["message"] for prompt in PROMPTS]


async def suggested(
    slack: SlackHouse, found: list[Prompt] | Exception, chosen: tuple[str, ...] = ()
) -> list[str]:
    """What stands in Mia's conversation, once she opened it."""

    async def of(team: str, asker: Asker) -> list[Prompt]:
        assert (team, asker.user) == ("T0ACME", "U0MIA")
        if isinstance(found, Exception):
            raise found
        return found

    settings = SimpleNamespace(answers=SimpleNamespace(prompts=chosen))
    prompts = SimpleNamespace(of=of)
    runtime: Any = SimpleNamespace(settings=settings, workspaces=slack.workspaces, prompts=prompts)
    event = {"tab": "messages", "channel": "D0MIA", "user": "U0MIA"}
    await Agent(runtime).on_opened(event, {"team_id": "T0ACME"})
    shown = (await slack.mia.get("state"))["prompts"]["D0MIA"]["prompts"]
    return [prompt["message"] for prompt in shown]


async def test_what_is_there_for_someone_is_suggested_first(slack: SlackHouse) -> None:
    leave = Prompt("What does handbook say about leave?", "What does handbook say about leave?")

    assert await suggested(slack, [leave]) == [leave.message, *DEFAULT]


async def test_slack_takes_four_prompts(slack: SlackHouse) -> None:
    three = [Prompt(f"Question {number}?", f"Question {number}?") for number in range(3)]

    assert await suggested(slack, three) == [*(one.message for one in three), DEFAULT[0]]


@pytest.mark.parametrize("found", [[], RuntimeError("Slack is away")])
async def test_what_is_suggested_without_them_is_true_everywhere(
    slack: SlackHouse, found: list[Prompt] | Exception
) -> None:
    assert await suggested(slack, found) == DEFAULT


async def test_what_is_set_is_suggested_alone(slack: SlackHouse) -> None:
    chosen = ("How many days, and for whom?", "Who pays?")

    assert await suggested(slack, RuntimeError("is not asked"), chosen) == [*chosen]


def test_what_is_suggested_by_default_is_answered_whatever_the_documents_say() -> None:
    assert [small_talk(prompt["message"]) for prompt in PROMPTS] == [Talk.ABOUT] * len(PROMPTS)
