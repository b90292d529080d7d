"""What a direct message suggests when it is opened, as the stand-in Slack shows it."""

from types import SimpleNamespace
from typing import Any

import pytest

from bot.services.small_talk import Talk, small_talk
from handlers.agent import PROMPTS, Agent
from tests.unit.bot.slack.conftest import SlackHouse, slack

__all__ = ["slack"]  # a fixture


@pytest.mark.parametrize(
    ("chosen", "shown"),
    [
        ((), [prompt["message"] for prompt in PROMPTS]),
        (("How many days, and for whom?", "Who pays?"), ["How many days, and for whom?", "Who pays?"]),
    ],
)
async def test_what_is_suggested_is_true_here(
    slack: SlackHouse, chosen: tuple[str, ...], shown: list[str]
) -> None:
    settings = SimpleNamespace(answers=SimpleNamespace(prompts=chosen))
    runtime: Any = SimpleNamespace(settings=settings, workspaces=slack.workspaces)

    await Agent(runtime).on_opened(
        {"tab": "messages", "channel": "D0MIA", "user": "U0MIA"}, {"team_id": "T0ACME"}
    )

    prompts = (await slack.mia.get("state"))["prompts"]["D0MIA"]["prompts"]
    assert [prompt["message"] for prompt in prompts] == shown


def test_what_is_suggested_by_default_is_answered_whatever_the_documents_say() -> None:
    assert [small_talk(prompt["message"]) for prompt in PROMPTS] == [Talk.ABOUT] * len(PROMPTS)
