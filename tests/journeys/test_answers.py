"""Questions over Slack's real protocol to the real process, answered from documents that are really there."""

import asyncio

import pytest

from tests.journeys.conftest import People
from tests.journeys.house import House
from tests.journeys.replies import only_reply
from tests.journeys.screen import GENERAL, PARTNERS, RANDOM, SUPPORT, buttons, finished, from_bot, words

pytestmark = pytest.mark.usefixtures("bot")

LEAVE = "How many days of paid annual leave do full-timers have?"
NONSENSE = "What is the airspeed velocity of an unladen swallow?"


async def test_a_mention_is_answered_as_a_stream_in_the_thread_of_the_question(
    person: People,
) -> None:
    mia = person("U0MIA")
    ts = await mia.say(GENERAL, f"@bot {LEAVE}")

    answer = await mia.wait_for(finished, channel=GENERAL, thread_ts=ts)

    assert answer["kind"] == "stream"
    assert answer["thread_ts"] == ts
    assert "27 days" in words(answer)
    assert "[1]" in answer["markdown"]
    assert "leave.md" in words(answer)
    assert buttons(answer)[:3] == ["👍", "👎", "Show passages"]
    assert "Share in channel" not in buttons(answer)


async def test_a_mention_inside_a_thread_is_answered_there_and_knows_what_was_asked_before(
    person: People,
) -> None:
    mia, ben = person("U0MIA"), person("U0BEN")
    root = await mia.say(GENERAL, f"@bot {LEAVE}")
    await mia.wait_for(finished, channel=GENERAL, thread_ts=root)
    await ben.say(GENERAL, "I thought it was 25?", thread_ts=root)
    follow_up = await ben.say(GENERAL, "@bot and for part-timers?", thread_ts=root)

    answer = await ben.wait_for(
        lambda m: finished(m) and m["ts"] > follow_up, channel=GENERAL, thread_ts=root
    )

    assert answer["thread_ts"] == root
    assert "art-time" in words(answer)


async def test_a_direct_message_is_answered_in_its_own_thread(person: People, house: House) -> None:
    mia = person("U0MIA")
    await mia.home("messages")
    dm = next(
        c["id"]
        for c in house.ask("slack", "state")["channels"]
        if c["id"].startswith("D") and "U0MIA" in c["members"]
    )
    ts = await mia.say(dm, LEAVE)

    answer = await mia.wait_for(finished, channel=dm, thread_ts=ts)

    assert "27 days" in words(answer)


async def test_a_command_is_answered_privately_with_a_way_to_share(person: People) -> None:
    mia, ben = person("U0MIA"), person("U0BEN")
    said = await mia.command(GENERAL, "/ask", LEAVE)

    answer = await mia.wait_for(
        lambda m: "Share in channel" in buttons(m) and m["kind"] == "ephemeral" and "27 days" in words(m),
        channel=GENERAL,
    )

    assert said["ok"]
    assert "Show passages" in buttons(answer)
    assert not [m for m in await ben.messages(GENERAL) if m["ts"] == answer["ts"]]


async def test_a_shared_answer_stands_in_the_channel_once_however_often_it_is_pressed(
    person: People,
) -> None:
    mia, ben = person("U0MIA"), person("U0BEN")
    await mia.command(
        GENERAL, "/telnyx", "ask How many months of warranty does the D40 have? --bucket manual"
    )
    private = await mia.wait_for(
        lambda m: m["kind"] == "ephemeral" and "Share in channel" in buttons(m) and "arranty" in words(m),
        channel=GENERAL,
    )
    await asyncio.gather(*(mia.click(GENERAL, private["ts"], "share") for _ in range(3)))
    await mia.wait_for(lambda m: m["kind"] == "ephemeral" and "Shared" in words(m), channel=GENERAL)

    seen = [m for m in await ben.messages(GENERAL) if "asked:" in words(m) and "arranty" in words(m)]

    assert len(seen) == 1
    assert "arranty" in words(seen[0])


async def test_the_passages_of_an_answer_open_in_a_window(person: People) -> None:
    mia, ben = person("U0MIA"), person("U0BEN")
    ts = await mia.say(GENERAL, f"@bot {LEAVE}")
    answer = await mia.wait_for(finished, channel=GENERAL, thread_ts=ts)
    await ben.click(GENERAL, answer["ts"], "show_passages")

    view = await ben.wait_in(ben.views, lambda v: v["type"] == "modal" and "27 days" in str(v["blocks"]))

    assert "leave.md" in str(view["blocks"])


async def test_nonsense_is_refused_and_says_where_it_looked(person: People) -> None:
    mia = person("U0MIA")
    # Other tests have put other documents into this sandbox.
    ts = await mia.say(GENERAL, f"@bot {NONSENSE} --bucket handbook --bucket manual")

    answer = await mia.wait_for(finished, channel=GENERAL, thread_ts=ts)

    assert "couldn't find an answer" in words(answer)
    assert "`handbook`" in words(answer)
    assert "`manual`" in words(answer)


async def test_guests_and_other_organisations_get_no_documents(person: People) -> None:
    gus, mia, eve = person("U0GUS"), person("U0MIA"), person("U0EVE")
    by_guest = await gus.say(SUPPORT, f"@bot {LEAVE}")
    by_stranger = await eve.say(PARTNERS, f"@bot {LEAVE}")
    in_shared = await mia.say(PARTNERS, f"@bot {LEAVE}")

    to_guest = await gus.wait_for(finished, channel=SUPPORT, thread_ts=by_guest)
    to_stranger = await eve.wait_for(lambda m: from_bot(m) and m["ts"] > by_stranger, channel="D0EVE")
    to_member = await mia.wait_for(
        lambda m: from_bot(m) and "27 days" in words(m) and m["ts"] > in_shared, channel="D0MIA"
    )

    for answer in (to_guest, to_stranger):
        assert "27 days" not in words(answer)
    assert "guests" in words(to_guest)
    assert "I can only answer people from this workspace." in words(to_stranger)
    assert "shared with another organization" in words(to_member)
    said_there = [m for m in await eve.messages(PARTNERS) if from_bot(m) and m["ts"] > by_stranger]
    assert [m for m in said_there if m["only_for"] != "U0EVE"] == [], "no admin has allowed it to speak there"


async def test_the_same_event_again_and_after_the_end_is_answered_once(person: People) -> None:
    mia = person("U0MIA")
    ts = await mia.say(GENERAL, f"@bot {LEAVE}")
    for _ in range(3):
        await mia.post("redeliver", ts=ts, times=1)
    await mia.wait_for(finished, channel=GENERAL, thread_ts=ts)
    await mia.post("redeliver", ts=ts, times=2)
    last = await mia.say(GENERAL, f"@bot {NONSENSE}")
    await mia.wait_for(finished, channel=GENERAL, thread_ts=last)

    answers = [m for m in await mia.messages(GENERAL, ts) if from_bot(m)]

    assert len(answers) == 1


async def test_what_a_person_edits_or_joins_is_no_question(person: People) -> None:
    mia = person("U0MIA")
    ts = await mia.say(GENERAL, f"@bot {LEAVE}")
    await mia.wait_for(finished, channel=GENERAL, thread_ts=ts)
    await mia.edit(GENERAL, ts, f"@bot {NONSENSE}")
    marker = await mia.say(GENERAL, f"@bot {LEAVE}")
    await mia.wait_for(finished, channel=GENERAL, thread_ts=marker)

    answers = [m for m in await mia.messages(GENERAL, ts) if from_bot(m)]

    assert len(answers) == 1


async def test_an_empty_mention_says_how_to_ask(person: People) -> None:
    mia = person("U0MIA")
    ts = await mia.say(GENERAL, "@bot")

    answer = await mia.wait_for(finished, channel=GENERAL, thread_ts=ts)

    assert "Write a question" in words(answer)


async def test_a_typing_error_names_the_nearest_command_with_an_example(
    person: People,
) -> None:
    said = await person("U0ADA").command(GENERAL, "/telnyx", "sumarize")

    assert "Did you mean `/telnyx summarize`?" in said["ack"]["text"]
    assert "`/telnyx summarize " in said["ack"]["text"]


async def test_sharing_where_the_bot_is_not_offers_to_add_it_and_then_shares(
    person: People,
) -> None:
    mia = person("U0MIA")
    await mia.command(RANDOM, "/ask", LEAVE)
    private = await mia.wait_for(lambda m: m["kind"] == "ephemeral" and finished(m), channel=RANDOM)
    await mia.click(RANDOM, private["ts"], "share")
    offer = await mia.wait_for(lambda m: "Add me" in buttons(m), channel=RANDOM)
    await mia.click(RANDOM, offer["ts"], "add_me")

    shared = await mia.wait_for(lambda m: m["kind"] == "post" and "asked:" in words(m), channel=RANDOM)

    assert "27 days" in words(shared)


async def test_a_status_that_comes_after_the_first_words_is_taken_away(person: People, house: House) -> None:
    mia = person("U0MIA")
    house.slack_fault(method="assistant.threads.setStatus", kind="slow", seconds=1.5)
    root = await mia.say(GENERAL, f"@bot {LEAVE}")

    await only_reply(mia, GENERAL, root)

    assert len([c for c in house.calls("assistant.threads.setStatus") if c["channel"] == GENERAL]) >= 2
