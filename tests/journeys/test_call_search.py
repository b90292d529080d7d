"""Search over calls, and asking over them, through the real Slack protocol: the evidence is the call and the time."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sandbox.slack.person import Json, Person
from tests.journeys.conftest import People
from tests.journeys.house import BotProcess, House
from tests.journeys.replies import private as told
from tests.journeys.screen import GENERAL, buttons, finished, words
from tests.journeys.telnyx_side import asked

LOCKED = "my mailbox is locked"
WHY = "Why was the mailbox of the roofing company locked?"
Started = Callable[..., BotProcess]


@pytest.fixture
def started(house: House, tmp_path: Path) -> Iterator[Started]:
    """Starts the only bot of a test, set up as that needs it."""
    bots: list[BotProcess] = []

    def start(**settings: str) -> BotProcess:
        bots.append(BotProcess(house, tmp_path, **settings).start())
        return bots[0]

    yield start
    for bot in bots:
        bot.stop()


async def window(who: Person, text: str) -> Json:
    """The window on top, once it says this."""
    return await who.wait_in(
        who.views, lambda view: view["type"] == "modal" and text in f"{view['title']} {view['blocks']}"
    )


def off(house: House, operation: str, status: int) -> None:
    """Telnyx doesn't offer an operation."""
    fault = {"operation": operation, "kind": "status", "status": status, "count": 0}
    house.ask("telnyx", "faults", fault)


async def test_a_search_leads_to_the_place_in_the_call(
    person: People, house: House, started: Started
) -> None:
    started()
    ada = person("U0ADA")
    models = asked(house, "chat.completions")

    await ada.command(GENERAL, "/telnyx", f"calls search {LOCKED} --top 3")
    shown = await told(ada, "Calls about")

    first = next(block["text"]["text"] for block in shown["blocks"] if block["type"] == "section")
    assert first.startswith("*Mailbox locked after wrong PIN* · ")
    assert "at 00:07" in first
    assert "My mailbox says it is locked" in first
    assert "•••1201" in first
    assert asked(house, "chat.completions") == models

    await ada.click(GENERAL, shown["ts"], "calls place")
    place = await window(ada, ":point_right: *00:07")
    assert "Place in the call" in str(place["title"])


async def test_a_question_over_calls_is_answered_with_the_call_and_the_time(
    person: People, house: House, started: Started
) -> None:
    started()
    ada = person("U0ADA")
    documents = asked(house, "embeddings.search")

    await ada.command(GENERAL, "/ask", f"{WHY} --calls --top 2")
    answer = await ada.wait_for(lambda m: finished(m) and "Mailbox locked" in words(m), 60)

    said = words(answer)
    assert f"You asked: {WHY}" in said
    assert "wrong attempts" in said
    assert "[1] *Mailbox locked after wrong PIN* · " in said
    assert asked(house, "embeddings.search") == documents
    assert "Show passages" in buttons(answer)
    assert any(label.startswith("Show the place") for label in buttons(answer))


async def test_in_a_channel_it_is_for_those_who_were_granted_calls(person: People, started: Started) -> None:
    started()
    ada, mia = person("U0ADA"), person("U0MIA")
    since = await ada.say(GENERAL, "Good morning.")

    refused_at = await mia.say(GENERAL, f"<@U0BOT> {WHY} --calls --top 2")
    refused = await mia.wait_for(
        lambda m: finished(m) and m.get("thread_ts") == refused_at, 30, channel=GENERAL
    )
    aside_at = await ada.say(GENERAL, f"<@U0BOT> {WHY} --calls --top 2")
    aside = await ada.wait_for(
        lambda m: m["channel"].startswith("D") and finished(m) and "Mailbox locked" in words(m), 60
    )
    await ada.command(GENERAL, "/telnyx", "grant <#C0GENERAL> --calls")
    await told(ada, "can now see", since)
    asked_at = await mia.say(GENERAL, f"<@U0BOT> {WHY} --calls --top 2")
    answer = await mia.wait_for(lambda m: finished(m) and m.get("thread_ts") == asked_at, 60, channel=GENERAL)
    await ada.command(GENERAL, "/telnyx", "revoke <#C0GENERAL> --calls")
    await told(ada, "I withdrew", since)

    assert "only workspace admins can see them" in words(refused)
    assert "Mailbox" not in words(refused)
    assert aside_at < aside["ts"]
    assert "Not everyone in that channel has access to calls" in words(aside)
    assert "Mailbox locked after wrong PIN" in words(answer)
    await mia.click(GENERAL, answer["ts"], "show_passages")
    lost = await window(mia, "access")
    assert "You no longer have access to the calls" in str(lost["blocks"])


async def test_a_collection_that_the_settings_name_is_searched(
    person: People, house: House, started: Started
) -> None:
    started(CALLS_COLLECTION="support-calls")
    ada, before = person("U0ADA"), asked(house, "conversation_histories.search")

    await ada.command(GENERAL, "/telnyx", f"calls search {LOCKED}")
    await told(ada, "Mailbox locked after wrong PIN")

    assert asked(house, "conversation_histories.search") == before
    assert asked(house, "collections.documents") > 0


async def test_where_telnyx_offers_neither_it_is_said_what_to_switch_on(
    person: People, house: House, started: Started
) -> None:
    started()
    off(house, "conversation_histories.search", 404)
    off(house, "collections.documents", 422)
    ada = person("U0ADA")

    await ada.command(GENERAL, "/telnyx", f"calls search {LOCKED}")
    shown = await told(ada, "conversation persistence")
    await ada.command(GENERAL, "/ask", f"{WHY} --calls --top 2")
    answer = await ada.wait_for(lambda m: finished(m) and "conversation persistence" in words(m), 30)

    for one in (shown, answer):
        assert "I can't search calls yet" in words(one)
        assert "`CALLS_COLLECTION`" in words(one)
