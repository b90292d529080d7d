"""*Ask the docs* from anywhere: a window, and the answer in a direct message."""

from typing import Any

import pytest

from sandbox.slack.person import Person
from tests.journeys.conftest import People
from tests.journeys.house import House
from tests.journeys.replies import LEAVE, error_id
from tests.journeys.screen import BOT, Shown, buttons, words

pytestmark = pytest.mark.usefixtures("bot")


async def window(mia: Person) -> dict[str, Any]:
    """The open window, once it is there."""
    await mia.shortcut("ask_docs")
    return await mia.wait_in(mia.views, lambda view: view.get("callback_id") == "ask_docs")


def answers(shown: Shown, question: str) -> bool:
    """Is this the end of the answer to ``question`` in a direct message?"""
    return (
        shown["user"] == BOT and shown["channel"].startswith("D") and f"You asked: {question}" in words(shown)
    )


async def test_a_question_in_the_window_is_answered_in_a_direct_message_that_repeats_it(
    person: People,
) -> None:
    mia = person("U0MIA")
    view = await window(mia)

    sent = await mia.submit(view["id"], {"question": f"{LEAVE} Please."})

    told = await mia.wait_in(mia.views, lambda one: "direct message" in str(one["blocks"]))
    answer = await mia.wait_for(lambda m: answers(m, f"{LEAVE} Please."), 20)
    assert sent["response_action"] == "update"
    assert told["title"]["text"] == "Ask the docs"
    assert "27 days" in words(answer)
    assert buttons(answer)[:3] == ["👍", "👎", "Show passages"]
    assert "Share in channel" not in buttons(answer)


async def test_a_failure_of_it_can_be_tried_again_in_the_direct_message(person: People, house: House) -> None:
    mia = person("U0MIA")
    house.telnyx_fault(path="/ai/*chat/completions", kind="status", status=500, count=0)
    view = await window(mia)
    await mia.submit(view["id"], {"question": f"Now, {LEAVE}"})
    failed = await mia.wait_for(lambda m: answers(m, f"Now, {LEAVE}"), 30)
    house.calm()

    await mia.click(failed["channel"], failed["ts"], "try_again")

    answer = await mia.wait_for(lambda m: answers(m, f"Now, {LEAVE}") and "27 days" in words(m), 20)
    assert error_id(words(failed))
    assert answer["ts"] != failed["ts"]
