"""Summaries of calls: from the list in two clicks to the place in the call; odd calls, long calls, stop, kill, share, and what is left to do."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from sandbox.slack.person import Person
from tests.journeys.conftest import People
from tests.journeys.house import House
from tests.journeys.screen import GENERAL, Shown, buttons, words
from tests.journeys.telnyx_side import telnyx
from tests.journeys.test_verbs import reply, window

ADA, MIA = "U0ADA", "U0MIA"
POCKET = "acme/pocket-1b"
"""A model that reads little at a time."""
ASSISTANT = "assistant-of-summaries"
LINE = {"telnyx_conversation_channel": "phone_call", "telnyx_end_user_target": "+493055501999"}
pytestmark = pytest.mark.usefixtures("bot")
HEADINGS = ("What it was about", "Outcome", "Decisions", "Action items", "Mood", "Follow-up")

Message = dict[str, Any]


@pytest.fixture(autouse=True)
def tidy(house: House) -> Iterator[None]:
    """Calls that a test makes go with it: others of this sandbox look for its newest and longest."""
    before = {one["id"] for one in telnyx(house, "/ai/conversations?limit=1000")["data"]}
    yield
    for one in telnyx(house, "/ai/conversations?limit=1000")["data"]:
        if one["id"] not in before:
            telnyx(house, f"/ai/conversations/{one['id']}", "DELETE")


def said(role: str, text: str | None, seconds: float | None, **more: Any) -> Message:
    return {"role": role, "text": text, "seconds": seconds, **more}


def call(house: House, name: str, messages: Sequence[Message], assistant: str = ASSISTANT) -> str:
    """The id of a new call."""
    about = {"name": name, "metadata": {"assistant_id": assistant, **LINE}, "messages": [*messages]}
    return str(house.ask("telnyx", "conversations", about)["id"])


PORTING = (
    said("assistant", "Acme support, this is Lena. How can I help?", 0),
    said("user", "Our phones lose the connection every afternoon since Tuesday.", 9),
    said("assistant", "I am sorry. We agreed to replace the router in your office.", 31),
    said("assistant", "Mia Moreau will send you the new contract by Friday.", 135),
    said("user", "Good, thank you, then the matter is settled for now.", 160),
)


async def summarize(person: Person, what: str, more: str = "") -> Shown:
    """The finished summary of a call."""
    await person.command(GENERAL, "/telnyx", f"summarize {what} {more}".strip())
    return await reply(person, "Covers", seconds=60)


def selects(message: Shown) -> dict[str, list[tuple[str, str]]]:
    """What can be chosen below a message: labels and values by the words that stand in the choice."""
    elements = [one for block in message["blocks"] if block["type"] == "actions" for one in block["elements"]]
    return {
        one["placeholder"]["text"]: [(option["text"]["text"], option["value"]) for option in one["options"]]
        for one in elements
        if one["type"] == "static_select"
    }


def action(message: Shown, verb: str) -> str:
    """What the first button of a verb carries."""
    elements = [
        one
        for block in message["blocks"]
        for one in (block.get("elements") or [block.get("accessory")])
        if one is not None
    ]
    return next(str(one["value"]) for one in elements if one.get("action_id") == verb)


async def test_from_the_list_in_two_clicks_to_the_place_in_the_call(person: People, house: House) -> None:
    ada = person(ADA)
    call(house, "Router of the north office", PORTING)
    await ada.command(GENERAL, "/telnyx", "calls --last 1")
    listed = await reply(ada, "Router of the north office")

    await ada.click(GENERAL, listed["ts"], "summarize", action(listed, "summarize"))
    summary = await reply(ada, "Covers", seconds=60)
    places = selects(summary)["Show the place…"]
    value = next(value for label, value in places if label.startswith("02:15"))
    await ada.click(GENERAL, summary["ts"], "menu", value)

    shown = words(await window(ada, "Mia Moreau will send"))
    assert all(f"## {heading}" in words(summary) for heading in HEADINGS)
    assert "Covers 5 of 5 messages, minutes 0–3 of 3," in words(summary)
    assert "Mia Moreau will send you the new contract by Friday. [02:15]" in words(summary)
    assert ":point_right: *02:15" in shown
    assert buttons(summary) == ["👍", "👎", "Transcript", "Insights", "Share in channel"]
    assert "You asked: summarize" in words(summary)


async def test_times_that_the_model_made_up_are_taken_out_and_said(person: People, house: House) -> None:
    ada = person(ADA)
    call_id = call(house, "Made up", PORTING)
    text = "## Outcome\nIt is settled [02:40] and paid [55:55].\n\n## Mood\n<!channel> was glad [77:07]."
    house.telnyx_fault(operation="chat.completions", kind="says", text=text)

    summary = words(await summarize(ada, call_id))

    assert "It is settled [02:40] and paid." in summary
    assert "I removed 2 times that aren't in the call." in summary
    assert "<!channel>" not in summary


TOOL = {"id": "1", "type": "function", "function": {"name": "transfer", "arguments": "{}"}}
LANGUAGES = (
    said("user", "Guten Tag, mein Telefon hat seit gestern keine Verbindung mehr.", 1),
    said("assistant", "Lo siento mucho, vamos a cambiar el aparato mañana por la mañana.", 20),
    said("user", "ありがとうございます。明日お待ちしています。", 40),
)
ODD: dict[str, tuple[tuple[Message, ...], str]] = {
    "one turn": ((said("user", "Please call me back about the invoice.", 0),), "Covers the only message"),
    "two words": (
        (said("user", "Yes please.", 0), said("assistant", "Bye.", 2)),
        "Covers 2 of 2 messages, 2 seconds,",
    ),
    "tool calls only": (
        (said("assistant", None, 3, tool_calls=[TOOL]), said("assistant", "", 9, tool_calls=[TOOL])),
        "Covers 2 of 2 messages",
    ),
    "three languages": (LANGUAGES, "Covers 3 of 3 messages"),
    "no times": (tuple({**one, "seconds": None} for one in PORTING), "Covers 5 of 5 messages of the call"),
}


@pytest.mark.parametrize("kind", ODD)
async def test_an_odd_call_is_summarized_like_any(kind: str, person: People, house: House) -> None:
    ada = person(ADA)
    messages, covers = ODD[kind]

    summary = await summarize(ada, call(house, kind, messages))

    assert covers in words(summary)
    assert ("Show the place…" in selects(summary)) is ("[0" in words(summary))
    assert all(f"## {heading}" in words(summary) for heading in HEADINGS)


@pytest.mark.parametrize("messages", [(), (said("user", None, 0), said("assistant", "  ", 1))])
async def test_a_call_without_text_is_said_in_words(
    messages: tuple[Message, ...], person: People, house: House
) -> None:
    ada = person(ADA)
    await ada.command(GENERAL, "/telnyx", f"summarize {call(house, 'Silent', messages)}")

    assert "nothing to summarize" in words(await reply(ada, "No one said anything in this call"))


# --------------------------------------------------------------------------------------------------- whose it is
async def test_a_summary_is_shared_where_its_call_may_be_seen_and_nowhere_else(
    person: People, house: House
) -> None:
    ada, mia = person(ADA), person(MIA)
    assistant = "assistant-of-shared"
    call_id = call(house, "Shared", PORTING, assistant)
    summary = await summarize(ada, call_id)
    share = action(summary, "share")

    await ada.click(GENERAL, summary["ts"], "share", share)
    refused = await reply(ada, "can't show this there")
    await ada.command(GENERAL, "/telnyx", f"grant <#{GENERAL}> --calls {assistant}")
    await reply(ada, "can now see")
    await ada.click(GENERAL, summary["ts"], "share", share)

    public = await mia.wait_for(
        lambda m: m["kind"] == "post" and "Covers 5 of 5" in words(m), channel=GENERAL
    )
    assert call_id not in words(refused)
    assert "asked me to summarize this call" in words(public)
    assert buttons(public) == ["👍", "👎", "Transcript", "Insights"]


async def listed(person: Person, after: str) -> Shown:
    """What they get for their action items: some, none, or a no."""
    said = ("My action items", "You have no open action items", "only workspace admins")
    return await person.wait_for(
        lambda m: m["kind"] == "ephemeral" and m["ts"] > after and any(one in words(m) for one in said),
        channel=GENERAL,
    )


async def test_what_is_left_to_do_is_found_taken_done_and_hidden_with_the_call(
    person: People, house: House
) -> None:
    ada, mia = person(ADA), person(MIA)
    assistant = "assistant-of-to-do"
    summary = await summarize(ada, call(house, "To do", PORTING, assistant))
    ((_, item),) = [one for one in selects(summary)["I'll do it…"] if "new contract" in one[0]]
    await ada.command(GENERAL, "/telnyx", f"grant <@{MIA}> --calls {assistant}")
    granted = await reply(ada, "can now see")

    await mia.command(GENERAL, "/telnyx", "actions")
    found = await reply(mia, "My action items", after=granted["ts"])
    await mia.click(GENERAL, found["ts"], "actions done", action(found, "actions done"))
    done = await reply(mia, "Done: ")
    await mia.click(GENERAL, done["ts"], "actions reopen", action(done, "actions reopen"))
    await reply(mia, "This is open again")
    await ada.click(GENERAL, summary["ts"], "menu", item)
    taken = await reply(ada, "It's yours now")
    await mia.command(GENERAL, "/telnyx", "actions")
    gone = await listed(mia, after=taken["ts"])
    await ada.click(GENERAL, taken["ts"], "actions give-back", action(taken, "actions give-back"))
    await reply(ada, "You gave this back")
    await ada.command(GENERAL, "/telnyx", f"revoke <@{MIA}> --calls {assistant}")
    withdrawn = await reply(ada, "I withdrew")
    await mia.command(GENERAL, "/telnyx", "actions")

    hidden = await listed(mia, after=withdrawn["ts"])
    assert "Mia Moreau will send you the new contract by Friday." in words(found)
    assert "For Mia Moreau · To do at 02:15" in words(found)
    assert "To do at" not in words(gone)
    assert "To do at" not in words(hidden)
