"""``kill -9`` between what Slack did and what was written down about it: still one message for each question."""

from collections.abc import Awaitable
from typing import Any, TypeVar

from sandbox.slack.person import Person
from tests.journeys.conftest import People
from tests.journeys.house import BotProcess, House
from tests.journeys.screen import GENERAL
from tests.journeys.test_recovery import LEAVE, each_answered_once, whole

T = TypeVar("T")


async def hung(mia: Person, house: House, method: str, act: Awaitable[T]) -> T:
    """Do ``act`` and wait until Slack has done the call of this method that it leads to; nobody gets its answer."""
    before = len(await mia.get("calls"))
    house.slack_fault(method=method, kind="hang_after_apply")
    done = await act
    await mia.wait_in(
        lambda: mia.get("calls", since=before),
        lambda c: c["method"] == method and c["error"] == "hang_after_apply",
    )
    return done


async def test_killed_between_slacks_doing_and_the_checkpoint_it_shows_one_message(
    either_bot: BotProcess, person: People, house: House
) -> None:
    either_bot.start()
    mia = person("U0MIA")
    question = f"@bot {LEAVE}"
    streamed = [
        await hung(mia, house, method, mia.say(GENERAL, question))
        for method in ("chat.startStream", "chat.stopStream")
    ]
    house.slack_fault(method="chat.startStream", kind="error", error="unknown_method")
    posted = [
        await hung(mia, house, method, mia.say(GENERAL, question))
        for method in ("chat.postMessage", "chat.update")
    ]

    either_bot.kill()
    either_bot.start()

    await each_answered_once(mia, [(GENERAL, ts) for ts in (*streamed, *posted)], 30)


async def test_killed_between_slacks_doing_and_the_checkpoint_a_private_answer_stays_one_message(
    either_bot: BotProcess, person: People, house: House
) -> None:
    either_bot.start()
    ben = person("U0BEN")
    said = await ben.say(GENERAL, "Let me ask the bot.")
    await hung(ben, house, "response_url", ben.command(GENERAL, "/ask", LEAVE))

    either_bot.kill()
    either_bot.start()

    def private(message: dict[str, Any]) -> bool:
        return bool(message["only_for"] == "U0BEN" and message["ts"] > said)

    await ben.wait_for(lambda m: private(m) and whole(m), channel=GENERAL)
    assert len([m for m in await ben.messages(GENERAL) if private(m)]) == 1
