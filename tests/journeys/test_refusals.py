"""What can be done about a refusal, button by button, over Slack's real protocol."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.slack.person import Person
from tests.journeys.conftest import People
from tests.journeys.house import BotProcess, House
from tests.journeys.screen import GENERAL, RANDOM, Shown, buttons, finished, from_bot, words

LEAVE = "How many days of paid annual leave do full-timers have?"
WARRANTY = "How many months of warranty does the D40 have?"
SECRET = "27 days"
WITHOUT, OTHERS, EXPERT = "Answer without documents", "Search other buckets", "Ask an expert"
THUMBS = ("👍", "👎")


@pytest.fixture(scope="module")
def bot(house: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BotProcess]:
    """One that answers from all documents: then there are no others to look in."""
    running = BotProcess(house, tmp_path_factory.mktemp("bot"), ANSWERS_BUCKETS="").start()
    yield running
    running.stop()


async def said(house: House, mia: Person, text: str, question: str = LEAVE, channel: str = GENERAL) -> Shown:
    """The finished reply to a question that the model answers with ``text``."""
    house.telnyx_fault(operation="chat.completions", kind="says", text=text)
    root = await mia.say(channel, f"@bot {question}")
    return await mia.wait_for(finished, channel=channel, thread_ts=root)


async def replies(person: Person, shown: Shown) -> list[dict[str, Any]]:
    """What everyone reads of the bot in the thread of a reply."""
    thread = await person.messages(GENERAL, shown["thread_ts"])
    return [m for m in thread if from_bot(m) and not m["only_for"]]


async def told(person: Person, text: str, channel: str = GENERAL) -> Shown:
    """What someone alone is told."""
    return await person.wait_for(lambda m: bool(m["only_for"]) and text in words(m), channel=channel)


@pytest.mark.usefixtures("bot")
class TestRefusals:
    async def test_a_refusal_shows_no_word_of_the_model_and_offers_only_what_helps(
        self, person: People, house: House
    ) -> None:
        mia = person("U0MIA")

        all_searched = await said(house, mia, "answerable: no\n\nPerhaps twenty-five?")
        one_searched = await said(house, mia, "**Answerable: no**", f"{WARRANTY} --bucket manual")

        assert "I couldn't find an answer in `" in words(all_searched)
        assert "Perhaps" not in words(all_searched)
        assert buttons(all_searched) == ["Show passages", WITHOUT, *THUMBS]
        assert "I couldn't find an answer in `manual`." in words(one_searched)
        assert buttons(one_searched) == ["Show passages", WITHOUT, OTHERS, *THUMBS]

    async def test_without_documents_it_is_answered_once_for_the_one_who_asked(
        self, person: People, house: House
    ) -> None:
        mia, ben = person("U0MIA"), person("U0BEN")
        shown = await said(house, mia, "answerable: no")
        await ben.click(GENERAL, shown["ts"], "without_documents")
        await told(ben, "Only the person who asked")
        await asyncio.gather(*(mia.click(GENERAL, shown["ts"], "without_documents") for _ in range(3)))

        await mia.wait_for(
            lambda m: finished(m) and "general knowledge" in words(m),
            channel=GENERAL,
            thread_ts=shown["thread_ts"],
        )

        assert len(await replies(mia, shown)) == 2

    async def test_other_buckets_are_searched_by_a_form(self, person: People, house: House) -> None:
        mia = person("U0MIA")
        shown = await said(house, mia, "answerable: no", f"{WARRANTY} --bucket manual")
        await mia.click(GENERAL, shown["ts"], "other_buckets")
        view = await mia.wait_in(mia.views, lambda v: v["type"] == "modal" and "handbook" in str(v["blocks"]))
        before = await mia.say(GENERAL, "And now?")
        await mia.submit(view["id"], {"question": LEAVE, "bucket": "handbook"})

        answer = await mia.wait_for(lambda m: m["ts"] > before and SECRET in words(m), channel="D0MIA")

        assert "leave.md" in words(answer)

    async def test_experts_are_asked_once_by_the_one_who_asked(self, person: People, house: House) -> None:
        mia, ben, ada = person("U0MIA"), person("U0BEN"), person("U0ADA")
        await ada.command(GENERAL, "/telnyx", "channel set --experts <!subteam^S0SUPPORT|@support>")
        await told(ada, "S0SUPPORT")
        shown = await said(house, mia, "answerable: no")
        assert buttons(shown)[-3:] == [EXPERT, *THUMBS]
        await ben.click(GENERAL, shown["ts"], "ask_expert")
        await told(ben, "Only the person who asked")
        await asyncio.gather(*(mia.click(GENERAL, shown["ts"], "ask_expert") for _ in range(3)))
        await told(mia, "I asked the experts")

        asked = [m for m in await replies(ben, shown) if "<!subteam^S0SUPPORT>" in words(m)]

        assert len(asked) == 1
        assert LEAVE in words(asked[0])
        assert "<@U0MIA>" in words(asked[0])
        await ada.command(GENERAL, "/telnyx", "channel set --clear experts")
        await told(ada, "*Experts:* none")
        assert EXPERT not in buttons(await said(house, mia, "answerable: no"))

    @pytest.mark.parametrize("channel", [GENERAL, RANDOM])
    async def test_a_private_question_is_put_to_experts_where_i_may_write_and_else_that_is_said(
        self, person: People, house: House, channel: str
    ) -> None:
        mia, ada = person("U0MIA"), person("U0ADA")
        await ada.command(channel, "/telnyx", "channel set --experts <!subteam^S0SUPPORT|@support>")
        await told(ada, "S0SUPPORT", channel)
        house.telnyx_fault(operation="chat.completions", kind="says", text="answerable: no")
        await mia.command(channel, "/ask", LEAVE)
        shown = await mia.wait_for(lambda m: EXPERT in buttons(m) and bool(m["only_for"]), channel=channel)
        before = shown["ts"]
        await mia.click(channel, before, "ask_expert")

        await told(mia, "I asked the experts" if channel == GENERAL else "/invite", channel)

        posted = [
            m for m in await ada.messages(channel) if from_bot(m) and not m["only_for"] and m["ts"] > before
        ]
        assert ["<!subteam^S0SUPPORT>" in words(m) for m in posted] == [True] * (channel == GENERAL)
        await ada.command(channel, "/telnyx", "channel set --clear experts")

    async def test_a_part_is_answered_with_a_note(self, person: People, house: House) -> None:
        shown = await said(
            house, person("U0MIA"), "answerable: partly\nFull-timers have 27 days [1]. Who pays isn't said."
        )

        assert "answerable" not in words(shown)
        assert SECRET in words(shown)
        assert "The documents only answer part of this." in words(shown)
