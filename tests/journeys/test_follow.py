"""A channel in which the bot answers without a new mention, and is silent among people who talk to one another."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from sandbox.slack.person import Person
from tests.journeys.conftest import People
from tests.journeys.house import BotProcess, House
from tests.journeys.replies import LEAVE, replies
from tests.journeys.screen import GENERAL, finished, words

pytestmark = pytest.mark.usefixtures("bot")


@pytest.fixture
async def ada(person: People) -> AsyncIterator[Person]:
    ada = person("U0ADA")
    await set_mode(ada, "follow", "and from then on in that thread without a mention")
    yield ada
    await set_mode(ada, "mention", "when I'm mentioned")


async def set_mode(ada: Person, mode: str, says: str) -> None:
    before = len(await ada.messages(GENERAL))
    await ada.command(GENERAL, "/telnyx", f"channel set --mode {mode}")

    async def look() -> list[dict[str, Any]]:
        return (await ada.messages(GENERAL))[before:]

    await ada.wait_in(look, lambda message: says in words(message))


@pytest.mark.usefixtures("ada")
async def test_a_thread_is_followed_and_people_who_talk_are_left_alone(
    person: People, bot: BotProcess, house: House
) -> None:
    mia, ben = person("U0MIA"), person("U0BEN")
    root = await mia.say(GENERAL, f"@bot {LEAVE}")
    await mia.wait_for(finished, channel=GENERAL, thread_ts=root)

    async def answered_after(ts: str) -> dict[str, Any]:
        return await mia.wait_for(lambda m: finished(m) and m["ts"] > ts, channel=GENERAL, thread_ts=root)

    on = await mia.say(GENERAL, "and how many for part-timers?", root)
    followed = await answered_after(on)
    posts = len(house.calls("assistant.threads.setStatus"))
    await ben.say(GENERAL, "@mia I thought it was 25?", root)
    await mia.say(GENERAL, "it was 25 last year, I believe", root)
    silent = len(house.calls("assistant.threads.setStatus")) == posts
    back = await ben.say(GENERAL, f"@bot {LEAVE}", root)  # in its place in the thread: after what was silent
    await answered_after(back)

    assert "art-time" in words(followed)
    assert silent
    assert [m["ts"] > back for m in await replies(mia, GENERAL, root)] == [False, False, True]
    assert bot.log.read_text().count("silent") == 2
