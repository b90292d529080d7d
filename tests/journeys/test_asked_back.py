"""A question that is asked back, over Slack's real protocol: for the asker alone, once, through a restart."""

import asyncio

import pytest

from tests.journeys.conftest import People
from tests.journeys.house import BotProcess, House
from tests.journeys.screen import GENERAL, SUPPORT, buttons, finished, words
from tests.journeys.test_refusals import LEAVE, SECRET, replies, said, told

UNCLEAR = "answerable: unclear\n- Paid annual leave of full-timers\n- Parental leave"
MEANINGS = ["Paid annual leave of full-timers", "Parental leave", "Other…"]


async def test_a_question_back_outlives_a_restart_and_so_does_its_answer(
    person: People, house: House, own_bot: BotProcess
) -> None:
    mia = person("U0MIA")
    own_bot.start()
    shown = await said(house, mia, UNCLEAR)
    own_bot.kill()
    own_bot.start()
    house.telnyx_rests(30.0, 1)
    await mia.click(GENERAL, shown["ts"], "mean#1")
    await mia.wait_for(
        lambda m: m["streaming"] and m["ts"] != shown["ts"], channel=GENERAL, thread_ts=shown["thread_ts"]
    )
    own_bot.kill()
    house.calm()
    own_bot.start()

    await mia.wait_for(
        lambda m: finished(m) and SECRET in words(m), 30, channel=GENERAL, thread_ts=shown["thread_ts"]
    )

    assert len(await replies(mia, shown)) == 2


@pytest.mark.usefixtures("bot")
class TestAskedBack:
    async def test_everyone_reads_it_and_the_asker_alone_answers_it_once(
        self, person: People, house: House
    ) -> None:
        mia, ben = person("U0MIA"), person("U0BEN")
        shown = await said(house, mia, UNCLEAR)
        assert buttons(shown) == MEANINGS
        assert "Which one do you mean?" in words(shown)
        assert "Only <@U0MIA> can choose" in words(shown)
        await ben.click(GENERAL, shown["ts"], "mean#1")
        await told(ben, "Only the person who asked")
        await asyncio.gather(*(mia.click(GENERAL, shown["ts"], "mean#1") for _ in range(3)))

        await mia.wait_for(
            lambda m: finished(m) and SECRET in words(m), channel=GENERAL, thread_ts=shown["thread_ts"]
        )
        await mia.click(GENERAL, shown["ts"], "mean#2")
        await told(mia, "You chose “Paid annual leave of full-timers” before")

        assert len(await replies(ben, shown)) == 2

    async def test_a_question_that_was_asked_back_is_not_asked_back_again(
        self, person: People, house: House
    ) -> None:
        mia = person("U0MIA")
        shown = await said(house, mia, UNCLEAR)
        house.telnyx_fault(operation="chat.completions", kind="says", text=UNCLEAR)
        await mia.click(GENERAL, shown["ts"], "mean#2")

        again = await mia.wait_for(
            lambda m: finished(m) and m["ts"] != shown["ts"], channel=GENERAL, thread_ts=shown["thread_ts"]
        )

        assert "I couldn't find an answer" in words(again)

    async def test_something_else_is_meant_in_the_askers_own_words(
        self, person: People, house: House
    ) -> None:
        mia, ben = person("U0MIA"), person("U0BEN")
        shown = await said(house, mia, UNCLEAR, "How many days of leave?")
        await ben.click(GENERAL, shown["ts"], "other_meaning")
        await ben.wait_in(ben.views, lambda v: "Only the person who asked" in str(v["blocks"]))
        await mia.click(GENERAL, shown["ts"], "other_meaning")
        view = await mia.wait_in(mia.views, lambda v: v["type"] == "modal" and v["private_metadata"] != "")
        await mia.submit(view["id"], {"meaning": LEAVE})

        answer = await mia.wait_for(
            lambda m: finished(m) and SECRET in words(m), channel=GENERAL, thread_ts=shown["thread_ts"]
        )

        assert answer["ts"] != shown["ts"]

    async def test_a_private_question_is_answered_in_the_place_of_the_question_back(
        self, person: People, house: House
    ) -> None:
        mia = person("U0MIA")
        house.telnyx_fault(operation="chat.completions", kind="says", text=UNCLEAR)
        await mia.command(SUPPORT, "/ask", LEAVE)
        shown = await mia.wait_for(lambda m: buttons(m) == MEANINGS, channel=SUPPORT)
        await mia.click(SUPPORT, shown["ts"], "mean#1")

        answer = await mia.wait_for(
            lambda m: m["only_for"] == "U0MIA" and SECRET in words(m) and "You asked:" in words(m),
            channel=SUPPORT,
        )

        assert f"You asked: {LEAVE} (Paid annual leave of full-timers)" in words(answer)
        assert not [m for m in await mia.messages(SUPPORT) if buttons(m) == MEANINGS]
