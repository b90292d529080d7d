"""How people really ask: in threads, with forwarded words, beside guests, in groups, by small talk, and with options."""

import pytest

from tests.journeys.conftest import People
from tests.journeys.replies import ERROR_ID
from tests.journeys.screen import GENERAL, Shown, buttons, finished, from_bot, words

pytestmark = pytest.mark.usefixtures("bot")

LEAVE = "How many days of paid annual leave do full-timers have?"
SECRET = "27 days"
OFFICER = "Who is Priya Raman?"
"""The handbook says it; the manual is far from it."""


def private(message: Shown) -> bool:
    return from_bot(message) and bool(message["only_for"])


async def test_where_a_guest_reads_along_a_member_is_answered_privately_until_an_admin_allows_more(
    person: People,
) -> None:
    mia, gus, ada = person("U0MIA"), person("U0GUS"), person("U0ADA")
    group = (await mia.post("group", people=["mia", "ada", "gus"]))["channel"]
    root = await mia.say(group, f"@bot {LEAVE}")

    line = await mia.wait_for(
        lambda m: from_bot(m) and "direct message" in words(m), channel=group, thread_ts=root
    )
    answer = await mia.wait_for(
        lambda m: from_bot(m) and SECRET in words(m) and m["ts"] > root, channel="D0MIA"
    )
    assert f"You asked: {LEAVE}" in words(answer)
    assert "Show passages" in buttons(answer)
    assert buttons(line) == ["Answer here from now on"]
    assert not any(name in words(line) for name in ("handbook", "leave.md", "manual"))
    assert not any(SECRET in words(m) for m in await gus.messages(group))

    for presser in (gus, mia):
        await presser.click(group, line["ts"], "answer_here")
        await presser.wait_for(lambda m: private(m) and "admin" in words(m), channel=group)
    await ada.click(group, line["ts"], "answer_here")
    await ada.wait_for(lambda m: private(m) and "From now on" in words(m), channel=group)
    again = await mia.say(group, f"@bot {LEAVE}")

    assert SECRET in words(await gus.wait_for(finished, channel=group, thread_ts=again))


async def test_a_guest_who_comes_into_a_channel_ends_its_public_answers(person: People) -> None:
    mia, ben = person("U0MIA"), person("U0BEN")
    group = (await mia.post("group", people=["mia", "ben"]))["channel"]
    before = await ben.say(group, f"@bot {LEAVE}")
    assert SECRET in words(await mia.wait_for(finished, channel=group, thread_ts=before))

    await mia.post("invite", user="U0MIA", channel=group, who="U0GUS")
    after = await mia.say(group, f"@bot {LEAVE}")

    assert SECRET not in words(await mia.wait_for(from_bot, channel=group, thread_ts=after))
    assert SECRET in words(
        await mia.wait_for(lambda m: from_bot(m) and SECRET in words(m) and m["ts"] > after, channel="D0MIA")
    )


async def test_the_question_of_a_thread_is_what_a_bare_mention_asks(person: People) -> None:
    mia, ben = person("U0MIA"), person("U0BEN")
    for asked in ("@bot", "@bot can you answer this?", "@bot any idea, please?"):
        root = await ben.say(GENERAL, LEAVE)
        await mia.say(GENERAL, asked, thread_ts=root)
        assert SECRET in words(await mia.wait_for(finished, channel=GENERAL, thread_ts=root)), asked


async def test_words_of_others_are_part_of_a_question(person: People) -> None:
    mia, ben = person("U0MIA"), person("U0BEN")
    where = await ben.say(GENERAL, LEAVE)
    forwarded = await mia.post(
        "forward", user="U0MIA", channel=GENERAL, from_channel=GENERAL, ts=where, text="@bot is this right?"
    )
    alert = [{"title": "Alert", "text": LEAVE, "fallback": "Alert"}]
    root = await mia.post("app_says", channel=GENERAL, app="Alerts", attachments=alert)
    await mia.say(GENERAL, "@bot what does this say?", thread_ts=root["ts"])
    file = await mia.upload("D0MIA", "question.txt", LEAVE.encode("utf-16"))
    lead = await ben.upload(GENERAL, "question.txt", LEAVE.encode())
    await mia.say(GENERAL, "@bot what does the file say?", thread_ts=lead["ts"])
    silent = await mia.upload("D0MIA", "plan.pdf", b"%PDF-1.7\n")
    picture = await mia.upload("D0MIA", "picture.png", b"\x89PNG\r\n\x1a\n\0", text=LEAVE)

    for channel, ts in (
        (GENERAL, forwarded["ts"]), (GENERAL, root["ts"]), (GENERAL, lead["ts"]), ("D0MIA", file["ts"]), ("D0MIA", picture["ts"])
    ):  # fmt: skip
        assert SECRET in words(await mia.wait_for(finished, channel=channel, thread_ts=ts))
    for name, ts in (("picture", picture["ts"]), ("plan", silent["ts"])):
        told = await mia.wait_for(finished, channel="D0MIA", thread_ts=ts)
        assert f"I didn't read {name}" in words(told)


async def test_small_talk_names_what_can_be_asked_and_slackbot_is_left_alone(person: People) -> None:
    mia = person("U0MIA")
    reminder = await mia.post("slackbot_says", channel="D0MIA", text=f"Reminder: {LEAVE}")
    hello = await mia.say("D0MIA", "What can I ask you, and from which documents do you answer?")

    told = words(await mia.wait_for(finished, channel="D0MIA", thread_ts=hello))

    assert "`handbook`" in told
    assert "[1]" not in told
    assert not [m for m in await mia.messages("D0MIA", reminder["ts"]) if from_bot(m)]


async def test_options_are_read_in_a_mention_and_a_refusal_offers_them(person: People) -> None:
    mia = person("U0MIA")
    wrong = await mia.say(GENERAL, f"@bot {LEAVE} --model nope/nope")
    root = await mia.say(GENERAL, f"@bot {OFFICER} --bucket manual")
    told = await mia.wait_for(finished, channel=GENERAL, thread_ts=wrong)
    assert "There's no model `nope/nope`." in words(told)
    assert not ERROR_ID.search(words(told))
    refusal = await mia.wait_for(finished, channel=GENERAL, thread_ts=root)
    assert "I couldn't find an answer in `manual`." in words(refusal)
    assert buttons(refusal)[-4:] == ["Answer without documents", "Search other buckets", "👍", "👎"]

    await mia.click(GENERAL, refusal["ts"], "without_documents")
    free = await mia.wait_for(
        lambda m: finished(m) and m["ts"] > refusal["ts"], channel=GENERAL, thread_ts=root
    )
    await mia.click(GENERAL, refusal["ts"], "other_buckets")
    form = await mia.wait_in(mia.views, lambda v: v["type"] == "modal" and "handbook" in str(v["blocks"]))
    await mia.submit(form["id"], {"question": LEAVE, "bucket": "handbook"})

    assert "general knowledge" in words(free)
    await mia.wait_for(
        lambda m: finished(m) and words(m).startswith("You asked") and SECRET in words(m), channel="D0MIA"
    )


async def test_an_app_that_asks_with_a_persons_token_or_in_a_workflow_is_answered_once(
    person: People,
) -> None:
    mia = person("U0MIA")
    refused = await mia.post(
        "app_says", channel=GENERAL, app="Standup", text=f"<@U0BOT> {OFFICER} --bucket manual"
    )
    refusal = await mia.wait_for(finished, channel=GENERAL, thread_ts=refused["ts"])
    await mia.click(GENERAL, refusal["ts"], "without_documents")
    await mia.wait_for(
        lambda m: finished(m) and "general knowledge" in words(m), channel=GENERAL, thread_ts=refused["ts"]
    )
    for more in ({"user": "U0MIA"}, {}):
        said = await mia.post("app_says", channel=GENERAL, app="Standup", text=f"<@U0BOT> {LEAVE}", **more)
        await mia.wait_for(
            lambda m: finished(m) and SECRET in words(m), channel=GENERAL, thread_ts=said["ts"]
        )


async def test_a_colleague_of_another_workspace_of_the_organization_is_one_of_us(person: People) -> None:
    eve = person("U0EVE")
    await eve.post("organization", team="T0OTHER")
    ts = await eve.say("D0EVE", LEAVE)

    assert SECRET in words(await eve.wait_for(finished, channel="D0EVE", thread_ts=ts))
