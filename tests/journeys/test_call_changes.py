"""Changes to calls through the real Slack protocol: by an operator who was granted calls, by an admin, and refused to the rest."""

from collections.abc import Iterator
from functools import partial

import pytest

from sandbox.slack.person import Json, Person
from tests.journeys.conftest import People
from tests.journeys.house import BotProcess, House
from tests.journeys.replies import private
from tests.journeys.screen import GENERAL, buttons, words
from tests.journeys.telnyx_side import asked, telnyx

ADA, MIA, BEN = "U0ADA", "U0MIA", "U0BEN"
CALLS = "/ai/conversations"
CHANGES = ("create", "add_message", "update", "delete")


@pytest.fixture(scope="module")
def bot(house: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BotProcess]:
    """A bot for which Mia, a member, is an operator."""
    running = BotProcess(house, tmp_path_factory.mktemp("bot"), ACCESS_OPERATORS=MIA).start()
    yield running
    running.stop()


pytestmark = pytest.mark.usefixtures("bot")


# ------------------------------------------------------------------------------------------- what people see
async def said(person: Person, typed: str, text: str) -> Json:
    """The answer to a line that holds ``text``."""
    before = await person.say(GENERAL, typed)
    taken = await person.command(GENERAL, "/telnyx", typed)
    if text in str(taken.get("ack")):  # a line that can't be read is answered in the acknowledgement
        return taken
    return await shown(person, text, before)


shown = partial(private, seconds=15)


async def form(person: Person, callback: str) -> Json:
    """The window of this form, filled."""
    return await person.wait_in(person.views, lambda view: view.get("callback_id") == callback)


async def window(person: Person, text: str) -> Json:
    """The window that shows ``text``."""
    return await person.wait_in(person.views, lambda view: view["type"] == "modal" and text in str(view), 15)


def field(view: Json, name: str) -> Json:
    """A field of a form."""
    element: Json = next(block["element"] for block in view["blocks"] if block.get("block_id") == name)
    return element


def menu(message: Json) -> dict[str, str]:
    """What the first … menu of a message offers: its words, each with its value."""
    blocks = message["blocks"]
    found = [one for block in blocks for one in (*block.get("elements", ()), block.get("accessory")) if one]
    entries = next(one["options"] for one in found if one.get("type") == "overflow")
    return {one["text"]["text"]: one["value"] for one in entries}


# --------------------------------------------------------------------------------------------- what there is
def call(house: House, name: str, *said: str) -> str:
    """The id of a new call, which is live."""
    made = str(telnyx(house, CALLS, "POST", {"name": name, "metadata": {"team": "north"}})["id"])
    for text in said:
        telnyx(house, f"{CALLS}/{made}/message", "POST", {"role": "user", "content": text})
    return made


def old(house: House) -> str:
    """The id of the call in which nothing was said for the longest time."""
    return str(telnyx(house, f"{CALLS}?order=last_message_at.asc&limit=1")["data"][0]["id"])


def metadata(house: House, call_id: str) -> dict[str, str]:
    """What Telnyx has noted of a call."""
    found: dict[str, str] = telnyx(house, f"{CALLS}/{call_id}")["data"]["metadata"]
    return found


def named(house: House, name: str) -> list[str]:
    """The ids of the calls of this name."""
    return [one["id"] for one in telnyx(house, f"{CALLS}?limit=500")["data"] if one["name"] == name]


def messages(house: House, call_id: str) -> list[tuple[str, str]]:
    """Who said what in a call."""
    found = telnyx(house, f"{CALLS}/{call_id}/messages")["data"]
    return [(one["role"], one["text"]) for one in found]


def changes(house: House) -> int:
    """How often Telnyx was asked to change a call."""
    return sum(asked(house, f"conversations.{name}") for name in CHANGES)


# ------------------------------------------------------------------------------------------------- journeys
async def test_an_operator_who_is_granted_calls_makes_tags_and_annotates_one(
    person: People, house: House
) -> None:
    ada, mia = person(ADA), person(MIA)
    await said(mia, f"calls note {old(house)} Hello", "only workspace admins can see them")
    await said(ada, f"grant <@{MIA}> --calls", "can now see all calls")

    await mia.command(GENERAL, "/telnyx", "calls new")
    view = await form(mia, "calls new")
    wrong = await mia.submit(view["id"], {"name": "Callback", "meta": "urgent"})
    own = await mia.submit(view["id"], {"name": "Callback", "meta": "telnyx_agent_target=+1"})
    await mia.submit(view["id"], {"name": "Callback", "meta": "priority=low\nteam=second line"})
    created = await window(mia, "I created the call *Callback*")
    (made,) = named(house, "Callback")
    assert "key=value" in wrong["errors"]["meta"]
    assert "Telnyx sets" in own["errors"]["meta"]
    assert metadata(house, made) == {"priority": "low", "team": "second line"}

    await mia.click_view(created["id"], "calls tag")
    view = await form(mia, "calls tag")
    assert field(view, "call")["initial_option"]["value"] == made
    await mia.submit(view["id"], {"call": made, "tags": "priority=high\ndue=next week"})
    await window(mia, "`priority`: low → high")
    await said(mia, f"calls tag {made[:8]} due=", "`due`: next week → _nothing_")
    await said(mia, f"calls tag {made} assistant_id=me", "Telnyx sets “assistant_id” itself")
    assert metadata(house, made) == {"priority": "high", "team": "second line"}

    noted = await said(mia, f"calls note {made} Ada asked --twice for a call back.", "I added this to")
    assert buttons(noted) == ["Add a note…"]
    await mia.click(GENERAL, noted["ts"], "calls note")
    view = await form(mia, "calls note")
    await mia.submit(view["id"], {"call": made, "text": "She's waiting.", "role": "user"})
    await window(mia, "as the caller")
    assert messages(house, made) == [
        ("assistant", "Ada asked --twice for a call back."),
        ("user", "She's waiting."),
    ]


async def test_a_live_call_is_taken_over_and_handed_back_after_a_question(
    person: People, house: House
) -> None:
    ada, live = person(ADA), call(house, "On the line", "Hello?")

    question = await said(ada, "calls take-over On the line", "It's live: the last message came at")
    assert "the caller hears nothing from it until you hand the call back" in words(question)
    assert metadata(house, live) == {"team": "north"}
    await ada.click(GENERAL, question["ts"], "confirm")
    taken = await shown(ada, "You've taken over the call *On the line*")
    assert metadata(house, live) == {"team": "north", "ai_disabled": "true"}

    await ada.click(GENERAL, taken["ts"], "calls hand-back")
    question = await shown(ada, "The assistant starts answering again", taken["ts"])
    await ada.click(GENERAL, question["ts"], "confirm")
    await shown(ada, "You've handed the call *On the line*")
    assert metadata(house, live) == {"team": "north", "ai_disabled": "false"}


async def test_the_menu_of_a_card_changes_its_call(person: People, house: House) -> None:
    ada, mia, made = person(ADA), person(MIA), call(house, "Trunk lines", "Hello?")
    await said(ada, f"grant <@{MIA}> --calls", "can now see all calls")

    card = await said(ada, "calls --name Trunk", "*Trunk lines*")
    theirs = await said(mia, "calls --name Trunk", "*Trunk lines*")
    changing = {"Add a note…", "Tag…", "Take over…"}
    assert menu(card).keys() >= {*changing, "Delete…"}
    assert menu(theirs).keys() & {*changing, "Delete…"} == changing

    await mia.click(GENERAL, theirs["ts"], "menu", menu(theirs)["Tag…"])
    view = await form(mia, "calls tag")
    await mia.submit(view["id"], {"call": made, "tags": "team="})
    await window(mia, "`team`: north → _nothing_")
    await ada.click(GENERAL, card["ts"], "menu", menu(card)["Take over…"])
    question = await shown(ada, "Take over the call *Trunk lines*", card["ts"])
    await ada.click(GENERAL, question["ts"], "confirm")
    await shown(ada, "You've taken over the call *Trunk lines*")
    assert metadata(house, made) == {"ai_disabled": "true"}


async def test_a_call_that_has_ended_is_taken_over_without_a_question(person: People, house: House) -> None:
    ada, ended = person(ADA), old(house)
    before = metadata(house, ended)

    await said(ada, f"calls take-over {ended}", "The assistant no longer answers in it")
    await said(ada, f"calls take-over {ended}", "The assistant is silent in")

    assert metadata(house, ended) == before | {"ai_disabled": "true"}


async def test_a_call_is_deleted_after_a_question_that_names_what_is_lost(
    person: People, house: House
) -> None:
    ada, made = person(ADA), call(house, "Wrong number", "Hello?", "Who is this?")

    question = await said(ada, "calls delete Wrong number", "Delete the call *Wrong number*")
    assert "2 messages will be lost" in words(question)
    assert named(house, "Wrong number") == [made]
    await ada.click(GENERAL, question["ts"], "confirm")
    await shown(ada, f"I deleted the call `{made[:8]}` (*Wrong number*)")

    assert named(house, "Wrong number") == []
    await said(ada, f"calls delete {made}", "There's no call")


async def test_whoever_may_not_changes_nothing_and_the_audit_log_says_who_did(
    person: People, house: House
) -> None:
    ada, ben, kept = person(ADA), person(BEN), call(house, "Kept")
    before = changes(house)

    for line in (
        "calls new --name Mine",
        f"calls note {kept} Hello",
        f"calls tag {kept} a=b",
        f"calls take-over {kept}",
        f"calls hand-back {kept}",
    ):
        await said(ben, line, "Only operators and workspace admins can do this")
    await said(ben, f"calls delete {kept}", "Only workspace admins can do this")
    assert changes(house) == before
    assert metadata(house, kept) == {"team": "north"}

    await said(ada, f"calls tag {kept} a=b", "I changed the tags of the call *Kept*")
    log = words(await said(ada, "audit --verb calls", "Audit log"))
    rows = [row for row in log.split("<@") if kept in row]
    assert [
        (row.split(">")[0], row.split("`")[1].split(" call=")[0], row.strip().split(" · ")[-1])
        for row in rows
    ] == [
        (ADA, "calls tag", "done"),
        (BEN, "calls tag", "refused"),
        (BEN, "calls note", "refused"),
    ]
