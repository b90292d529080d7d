"""The Home tab as Slack takes it: at most what fits, with nothing in it that acts, and in words where there is nothing."""

from typing import Any

import pytest

from bot.render.home import NO_CHANNELS, NO_ITEMS, NO_JOBS, NO_QUESTIONS, view
from bot.render.jobs import STALE
from bot.render.menu import HOW_TO_ASK, WORKSPACE, Entry, Purpose
from bot.render.refusal import OtherBuckets
from bot.services.access import EVERYTHING, Right
from bot.services.action_items import ActionItem
from bot.services.home import Home, Part, Room, Said, Set
from bot.services.jobs.board import AsOf, Board, Card
from bot.services.jobs.kinds import KINDS
from bot.store.jobs import Job
from bot.store.recent import Question
from sandbox.slack.web_api.views import checked_view
from tests.unit.bot.conftest import without


def said(words: str, link: str = "", **more: Any) -> Said:
    about: dict[str, Any] = {"turn": "turn:1", "channel": "C1", "root": "1.0", "ts": "1.0", "at": 1.0} | more
    return Said(Question(words=words, **about), link)


def shown(home: Home, *purposes: Purpose) -> list[str]:
    """The words of each block, once Slack has taken it."""
    blocks = checked_view(view(home, purposes, 1_700_000_000.0), "home")["blocks"]
    texts = [block.get("text") or block.get("elements", [{}])[0] for block in blocks]
    return [text["text"] for text in texts if isinstance(text.get("text"), str)]


def test_of_someone_for_whom_nothing_goes_on_it_says_so() -> None:
    words = shown(Home([], EVERYTHING, channels=[], jobs=Board(()), whole=True))

    assert words == [
        "Telnyx AI",
        HOW_TO_ASK,
        "Your recent questions",
        NO_QUESTIONS,
        "Your channels",
        NO_CHANNELS,
        "Running jobs",
        NO_JOBS,
        "As of <!date^1700000000^{time}|2023-11-14 22:13 UTC>",
    ]


def test_a_question_leads_to_its_message_and_can_be_asked_again() -> None:
    address = "https://acme.slack.com/archives/C1/p1"
    home = Home([said("How *long*?", address), said("Secret?", channel="D1"), said("Typed?", root="", ts="")])

    words = shown(home)
    tab = view(home, (), 0.0)
    pressed = [block["accessory"] for block in tab["blocks"] if "turn:1" in str(block.get("accessory"))]

    assert words[3].startswith(f"<{address}|How long?>\n")
    assert words[3].endswith("· in <#C1>")
    assert words[4].startswith("*Secret?*\n")
    assert words[4].endswith("in private")
    assert words[5].endswith("in private")
    assert OtherBuckets.unpack(pressed[0]["value"]).turn == "turn:1"
    assert pressed[0]["accessibility_label"] == "Ask again: How long?"


@pytest.mark.parametrize(
    "words", ["<!channel> now", "<@U1|x> *a* `b`", "a|b>c", "x\n\ny", "https://evil.test/?d=1"]
)
def test_what_people_asked_acts_on_nothing(words: str) -> None:
    row = shown(Home([said(words, "https://acme.slack.com/archives/C1/p1")]))[3]
    label = row.partition("|")[2].partition(">")[0]

    assert "<!" not in label
    assert "<@" not in label
    assert "\n" not in label
    assert row.count("<") == 3  # the link, the time, and the channel


def test_each_channel_says_where_answers_there_come_from() -> None:
    many = tuple(f"b{number}" for number in range(8))
    rooms = [
        Room("C1", ("handbook", "manual"), off=False),
        Room("C2", (), off=False),
        Room("C3", (), off=True),
        Room("C4", many, off=False),
    ]

    (lines,) = [
        one for one in shown(Home([], EVERYTHING, channels=rooms, further=2, whole=True)) if "<#C1>" in one
    ]

    assert lines.splitlines() == [
        "<#C1>: I answer from `handbook` and `manual`",
        "<#C2>: I answer you in private, because not everyone there may see the documents.",
        "<#C3>: I don't answer there. Ask me in private instead.",
        "<#C4>: I answer from `b0`, `b1`, `b2`, `b3`, `b4`, `b5`, and 2 more",
        "and 2 more channels",
    ]


def card(kind: str, name: str, status: str, *ids: str, **more: Any) -> Card:
    """Jobs that began together."""
    jobs = [Job(kind, one, name, status, ids[0], bucket=name, **more) for one in ids]
    return Card(KINDS[kind], jobs, 100.0)


def test_jobs_have_a_bar_where_files_are_counted_and_a_way_to_them() -> None:
    cards = [
        card("embedding", "handbook", "processing", "t", began=1.0, done=4, total=10),
        card("clusters", "manual", "pending", "c"),
        card("embedding", "support", "queued", "a", "b"),
    ]
    home = Home([], EVERYTHING, jobs=Board(cards), more_jobs=395, whole=True)

    words = shown(home)
    pressed = [block["accessory"] for block in view(home, (), 0.0)["blocks"] if "accessory" in block]

    assert words[5].startswith(
        ":gear: *Embedding of handbook*: processing\n▰▰▰▰▱▱▱▱▱▱ 4 of 10 files · began "
    )
    assert words[6].startswith(":hourglass_flowing_sand: *Topics ")
    assert words[7] == ":hourglass_flowing_sand: *Embedding of support*: 0 of 2 embedded, 2 to go"
    assert "and 395 more: *Jobs* below" in words
    assert [(one["action_id"], one["value"]) for one in pressed[1:]] == [
        ("jobs show", '{"job":"t"}'),
        ("jobs show", '{"job":"c"}'),
        ("jobs show", '{"job":"a"}'),
    ]
    assert pressed[1]["accessibility_label"] == "Show Embedding of handbook"


@pytest.mark.parametrize("known", [AsOf.NOT_YET, AsOf.AWAY])
def test_where_newer_things_may_have_happened_it_says_so(known: AsOf) -> None:
    assert STALE[known] in shown(Home([], EVERYTHING, jobs=Board((), known), whole=True))


def test_action_items_can_be_done_from_the_tab() -> None:
    items = [
        ActionItem(str(number), "c", "Porting", "Mia", f"Send form {number}", 12, None, done=False)
        for number in range(7)
    ]
    home = Home([], EVERYTHING, items=items, whole=True)

    words = shown(home)
    pressed = [
        e["action_id"]
        for block in view(home, (), 0.0)["blocks"]
        for e in block.get("elements", ())
        if "value" in e
    ]

    assert "Your action items" in words
    assert any(one.startswith("*Send form 0*") for one in words)
    assert "and 2 more: *My action items* below" in words
    assert pressed == ["actions done"] * 5
    assert NO_ITEMS in shown(Home([], EVERYTHING, items=[], whole=True))


def test_settings_stand_above_what_changes_them() -> None:
    purposes = [
        Purpose("Documents", []),
        Purpose(WORKSPACE, [Entry("Usage", OtherBuckets(turn="x"), open=True)]),
    ]

    opened = shown(Home([], EVERYTHING, settings=Set(True, 1, 2), whole=True), *purposes)
    closed = shown(Home([], EVERYTHING, settings=Set(False, 0, 1), whole=True), *purposes)

    assert "*Documents*" in opened
    assert (
        "*This workspace*\nAll members can read all documents · 1 grant · 2 channels with settings of their own"
        in opened
    )
    assert (
        "*This workspace*\nMembers need grants to read documents · 0 grants · 1 channel with settings of its own"
        in closed
    )


def test_those_who_may_read_nothing_are_told_why_instead_of_how_to_ask() -> None:
    home = Home([said("How long?")], without(Right.DOCUMENTS), channels=[], whole=True)
    words = shown(home)

    assert "Ask again" not in str(view(home, (), 0.0))
    assert words[1] == "You may not."
    assert "Your channels" not in words


def test_what_could_not_be_looked_up_is_named_once_in_the_order_of_the_tab() -> None:
    failed = {Part.JOBS: "TimeoutError", Part.CHANNELS: "TimeoutError", Part.QUESTIONS: "OSError"}

    words = shown(Home(None, EVERYTHING, jobs=Board(()), failed=failed, whole=True))

    assert words[2] == (
        ":warning: I couldn't look up your recent questions, your channels, and running jobs. Press *Refresh* to try again."
    )
    assert "Your recent questions" not in words
