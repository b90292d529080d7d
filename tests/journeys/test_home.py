"""The Home tab and the suggested prompts, of the real bot: what a member, an admin, and a guest find, and when."""

from pathlib import Path

import pytest

from sandbox.slack.person import Json, Person
from tests.databases import SqliteFiles
from tests.journeys.conftest import People
from tests.journeys.house import BotProcess, House, until
from tests.journeys.screen import GENERAL, SUPPORT, finished, words
from tests.journeys.telnyx_side import HANDBOOK, clustering

ADA, MIA, GUS = "U0ADA", "U0MIA", "U0GUS"
LEAVE = "How many days of paid annual leave do full-timers have?"
PRIVATE = "How do I set up a conference call?"


pytestmark = pytest.mark.usefixtures("bot")


async def opened(person: Person, text: str = "As of") -> Json:
    """The Home tab once it shows this, opened anew."""
    before = [view["hash"] for view in await person.views()]
    await person.home()
    return await person.wait_in(
        person.views,
        lambda view: view["type"] == "home" and view["hash"] not in before and text in str(view["blocks"]),
    )


def text_of(tab: Json) -> str:
    return words({"blocks": tab["blocks"], "text": ""})


def offered(tab: Json) -> set[str]:
    """The labels of everything that can be pressed."""
    elements = [
        e for block in tab["blocks"] for e in (*block.get("elements", ()), block.get("accessory") or {})
    ]
    return {element["text"]["text"] for element in elements if element.get("type") == "button"}


async def ask(person: Person, channel: str, question: str) -> str:
    ts = await person.say(channel, f"@bot {question}")
    await person.wait_for(finished, channel=channel, thread_ts=ts)
    return ts


async def test_a_member_finds_their_questions_their_channels_and_what_runs(
    person: People, house: House, bot: BotProcess
) -> None:
    mia = person(MIA)
    ts = await ask(mia, GENERAL, LEAVE)
    await mia.command(SUPPORT, "/ask", PRIVATE)
    await mia.wait_for(lambda m: m["kind"] == "ephemeral" and "Share in channel" in str(m), channel=SUPPORT)
    made, rows = clustering(house), SqliteFiles(Path(bot.environment["DATA_DIR"])).rows
    until(lambda: (made,) in rows("SELECT id FROM jobs"), "the watcher's look")

    tab = await opened(mia, f"Topics in {HANDBOOK}")

    text = text_of(tab)
    assert f"<https://acme-telecom.slack.com/archives/{GENERAL}/p{ts.replace('.', '')}|{LEAVE}>" in text
    assert f"*{PRIVATE}*" in text
    assert f"<#{GENERAL}>: I answer from `handbook` and `manual`" in text
    assert f"<#{SUPPORT}>: I answer you in private" in text  # a guest reads along
    assert {"Refresh", "Ask again", "Ask the docs", "Documents", "Usage"} <= offered(tab)
    assert offered(tab).isdisjoint({"Grants", "Audit log", "Calls", "Embed a bucket", "Channel settings"})


async def test_no_one_finds_the_questions_of_others(person: People) -> None:
    await ask(person(MIA), GENERAL, LEAVE)

    assert LEAVE not in text_of(await opened(person("U0BEN")))


async def test_a_question_is_asked_again_from_the_tab(person: People) -> None:
    mia = person(MIA)
    await mia.command(GENERAL, "/ask", PRIVATE)
    await mia.wait_for(lambda m: m["kind"] == "ephemeral" and "Share in channel" in str(m), channel=GENERAL)
    tab = await opened(mia, PRIVATE)

    await mia.click_view(tab["id"], "other_buckets")
    form = await mia.wait_in(
        mia.views, lambda view: view["type"] == "modal" and PRIVATE in str(view["blocks"])
    )
    await mia.submit(form["id"], {"question": PRIVATE})

    await mia.wait_for(lambda m: f"You asked: {PRIVATE}" in words(m) and "[1]" in words(m))


async def test_an_admin_finds_the_settings_too_and_they_open(person: People) -> None:
    ada = person(ADA)
    await ada.command(GENERAL, "/telnyx", "channel set --tone short")
    await ada.wait_for(lambda m: "I changed the settings" in words(m), channel=GENERAL)

    tab = await opened(ada)

    assert "All members can read all documents · 0 grants · 1 channel with settings of its own" in text_of(
        tab
    )
    assert {"Grants", "Audit log", "Channel settings", "Calls", "Embed a bucket"} <= offered(tab)
    await ada.click_view(tab["id"], "audit")
    await ada.wait_in(
        ada.views, lambda view: view["type"] == "modal" and "channel set" in str(view["blocks"])
    )


async def test_a_guest_finds_little_and_why_and_after_a_grant_what_it_gives(person: People) -> None:
    gus, ada = person(GUS), person(ADA)
    before = await opened(gus)
    await ada.command(GENERAL, "/telnyx", f"grant <@{GUS}> --bucket {HANDBOOK}")
    await ada.wait_for(lambda m: "can now see" in words(m), channel=GENERAL)
    granted = await opened(gus, "Ask the docs")
    await ada.command(GENERAL, "/telnyx", f"revoke <@{GUS}> --bucket {HANDBOOK}")
    await ada.wait_for(lambda m: "I withdrew" in words(m), channel=GENERAL)
    after = await opened(gus, "This isn't open to guests")

    assert "This isn't open to guests. Ask a workspace admin for access." in text_of(before)
    assert offered(before) == {"Refresh"}
    assert "handbook" not in text_of(before)
    assert "Ask the docs" in offered(granted)
    assert offered(after) == {"Refresh"}


async def test_the_tab_opens_at_once_and_is_filled_when_slack_answers(person: People, house: House) -> None:
    ben = person("U0BEN")
    await ask(ben, GENERAL, LEAVE)
    house.slack_fault(method="users.conversations", kind="slow", seconds=3, count=1)

    first = await opened(ben, "Looking up the rest…")
    whole = await ben.wait_in(
        ben.views, lambda view: view["type"] == "home" and "As of" in str(view["blocks"])
    )

    assert LEAVE in text_of(first)
    assert "Your channels" not in text_of(first)
    assert f"<#{GENERAL}>: I answer from" in text_of(whole)


async def test_while_telnyx_is_away_it_says_that_what_runs_may_be_older_and_refresh_finds_it_well(
    person: People, house: House, bot: BotProcess
) -> None:
    mia, rows = person(MIA), SqliteFiles(Path(bot.environment["DATA_DIR"])).rows
    failing = "SELECT 1 FROM polls WHERE kind = 'clusters' AND failures > 0"
    house.telnyx_fault(operation="clusters.page", kind="status", status=500, count=0)
    until(lambda: rows(failing) == [(1,)], "a look that fails")
    lacking = await opened(mia, "Telnyx doesn't answer right now")
    house.calm()
    until(lambda: rows(failing) == [], "a look that succeeds")

    await mia.click_view(lacking["id"], "home")
    whole = await mia.wait_in(
        mia.views, lambda view: view["type"] == "home" and "doesn't answer" not in str(view["blocks"])
    )

    assert "Running jobs" in text_of(lacking)
    assert "As of" in text_of(whole)


async def test_slacks_refusal_of_the_tab_ends_in_the_log(
    person: People, house: House, bot: BotProcess
) -> None:
    house.slack_fault(method="views.publish", kind="error", error="not_enabled", count=1)

    await person(MIA).home()

    until(lambda: bot.logged("not_greeted"), "the line in the log")
    await opened(person(MIA))


async def test_prompts_are_about_what_is_there_and_a_call_is_summarized_from_one(
    person: People,
) -> None:
    said: dict[str, list[str]] = {}
    for user in (ADA, MIA, GUS):
        said[user] = await suggested(person(user), f"D0{user[2:]}")
    summarize = said[ADA][0]

    assert summarize.startswith("Summarize the call ")
    assert all("Summarize" not in prompt for prompt in (*said[MIA], *said[GUS]))
    assert said[MIA][0].startswith("What does handbook say about ")
    assert said[MIA][-1] == said[GUS][0] == "What can you do?"
    assert "handbook" not in str(said[GUS])
    ts = await person(ADA).say("D0ADA", summarize)
    await person(ADA).wait_for(lambda m: "What it was about" in words(m), channel="D0ADA", thread_ts=ts)


async def suggested(who: Person, direct: str) -> list[str]:
    """What the bot suggests once the conversation is opened anew; what another bot suggested there before still stands until then."""
    before = len(await who.get("calls"))
    await who.home("messages")
    await who.wait_in(
        lambda: who.get("calls", since=before),
        lambda call: call["method"] == "assistant.threads.setSuggestedPrompts" and call["channel"] == direct,
    )
    return [prompt["message"] for prompt in (await who.get("state"))["prompts"][direct]["prompts"]]
