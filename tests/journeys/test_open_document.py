"""*Open document*: an address made at the click, for anyone who may read the document at that moment, and for no one else."""

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from sandbox.slack.person import Json, Person
from tests.journeys.conftest import People
from tests.journeys.house import BotProcess, House
from tests.journeys.screen import GENERAL, Shown, finished, from_bot, words
from tests.journeys.telnyx_side import HANDBOOK, asked

LEAVE = "How many days of paid annual leave do full-timers have?"


@pytest.fixture
def closed_bot(house: House, tmp_path: Path) -> Iterator[BotProcess]:
    """A bot whose documents no one may see to whom they were not granted."""
    running = BotProcess(house, tmp_path, ACCESS_DEFAULT="none").start()
    yield running
    running.stop()


def opening(message: Json) -> str:
    """The action id of its first button that opens a document."""
    elements = [one for block in message["blocks"] if block["type"] == "actions" for one in block["elements"]]
    return next(str(one["action_id"]) for one in elements if one["action_id"].startswith("open_document"))


async def window(person: Person, text: str) -> Json:
    """The window on top, once it says this."""
    return await person.wait_in(
        person.views, lambda view: view["type"] == "modal" and text in str(view["blocks"])
    )


def address(view: Json) -> str:
    """Where its button leads."""
    (url,) = [
        one["url"] for block in view["blocks"] if block["type"] == "actions" for one in block["elements"]
    ]
    return str(url)


async def read(url: str) -> tuple[int, str]:
    """What a browser gets there."""
    async with httpx.AsyncClient(trust_env=False) as browser:
        answer = await browser.get(url)
        return answer.status_code, answer.text


async def test_whoever_sees_the_answer_opens_its_document_from_it_and_from_its_passages(
    person: People, house: House, own_bot: BotProcess
) -> None:
    own_bot.start()
    mia, ben = person("U0MIA"), person("U0BEN")
    ts = await mia.say(GENERAL, f"@bot {LEAVE}")
    answer = await mia.wait_for(finished, channel=GENERAL, thread_ts=ts)

    before = asked(house, "storage.presigned")
    await mia.click(GENERAL, answer["ts"], opening(answer))
    first = await window(mia, "works for 5 minutes")
    await mia.click_view(first["id"], "link")
    await ben.click(GENERAL, answer["ts"], "show_passages")
    passages = await window(ben, f"turn:T0ACME:{GENERAL}:{ts}")
    button = next(block["accessory"] for block in passages["blocks"] if "accessory" in block)
    await ben.click_view(passages["id"], button["action_id"])
    second = await window(ben, "works for 5 minutes")

    assert asked(house, "storage.presigned") == before + 2
    for view in (first, second):
        status, text = await read(address(view))
        assert status == 200
        assert "27 days" in text
    assert (await read(address(first).partition("?")[0]))[0] == 403
    assert not [m for m in await ben.messages(GENERAL) if "token=" in str(m)], (
        "seen by the one who pressed alone"
    )


@pytest.mark.usefixtures("closed_bot")
async def test_whoever_lost_the_right_is_refused_and_told_no_name(person: People, house: House) -> None:
    ada, mia = person("U0ADA"), person("U0MIA")
    since = await ada.say(GENERAL, "Good morning.")

    async def told(who: Person, text: str, whole: Callable[[Shown], bool] = from_bot) -> Json:
        """What they alone read in the channel, of this test."""
        return await who.wait_for(
            lambda m: m["kind"] == "ephemeral" and text in words(m) and m["ts"] > since and whole(m),
            channel=GENERAL,
        )

    await ada.command(GENERAL, "/telnyx", f"grant <@U0MIA> --bucket {HANDBOOK}")
    await told(ada, "can now see")
    await mia.command(GENERAL, "/ask", LEAVE)
    answer = await told(mia, "27 days", finished)
    await mia.click(GENERAL, answer["ts"], opening(answer))
    await window(mia, "works for 5 minutes")
    await ada.command(GENERAL, "/telnyx", f"revoke <@U0MIA> --bucket {HANDBOOK}")
    await told(ada, "I withdrew")
    before = asked(house, "storage.presigned")

    await mia.click(GENERAL, answer["ts"], opening(answer))
    refused = await window(mia, "access")

    assert "Ask a workspace admin" in str(refused["blocks"])
    assert HANDBOOK not in str(refused["blocks"])
    assert "leave" not in str(refused["blocks"])
    assert asked(house, "storage.presigned") == before
