"""Tags as people type them, and what is said of changes to calls."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from bot.render.call_changes import (
    HandBack,
    NewCall,
    Note,
    Tag,
    TakeOver,
    answering,
    as_tags,
    choice,
    deleted,
    deleting,
    handing_back,
    noted,
    silenced,
    tagged,
    taking_over,
)
from bot.services.call_changes import Tagged
from bot.services.calls import Call
from handlers import line
from handlers.typed import lex
from sandbox.slack.blocks import check_blocks

OLD = datetime(2026, 1, 1, 10, tzinfo=UTC)
CALL = Call("3fa85f64-5717-4562-b3fc-2c963f66afa6", "Porting <!here>", "phone_call", "•••3456", OLD, OLD)
SHOWN = "the call *Porting &lt;\u200b!here&gt;* (`3fa85f64`)"


@pytest.mark.parametrize(
    ("typed", "tags"),
    [
        ("priority=high", {"priority": "high"}),
        ("priority=high team=second line due=", {"priority": "high", "team": "second line", "due": ""}),
        ('note="call back at noon" priority=high', {"note": "call back at noon", "priority": "high"}),
        ("note=“call back”", {"note": "call back"}),
        ("link=https://help.example.com/?a=b&amp;c=d", {"link": "https://help.example.com/?a=b&c=d"}),
        ("a=1 a=2", {"a": "2"}),
    ],
)
def test_a_line_of_tags_is_read(typed: str, tags: dict[str, str]) -> None:
    words = lex(f"calls tag 3fa85f64 {typed}")[3 - 1 :]

    intent = line.read(Tag, f"calls tag 3fa85f64 {typed}", words)

    assert intent.call == "3fa85f64"
    assert as_tags(intent.tags) == tags
    assert Tag.unpack(intent.pack()) == intent


@pytest.mark.parametrize(
    "said", ["priority=high\nteam=second line\ndue=", ["priority=high", "team=second line", "due="]]
)
def test_lines_of_a_form_and_options_mean_the_same(said: object) -> None:
    intent = Tag.model_validate({"call": "x", "tags": said})

    assert as_tags(intent.tags) == {"priority": "high", "team": "second line", "due": ""}
    assert as_tags(NewCall.model_validate({"meta": said}).meta) == as_tags(intent.tags)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("urgent", "as key=value"),
        ("=high", "as key=value"),
        ("urgent priority=high", "as key=value"),
        ("telnyx_agent_target=+1", "Telnyx sets “telnyx_agent_target” itself"),
        ("Telnyx_anything=1", "Telnyx sets “Telnyx_anything” itself"),
        ("assistant_id=a", "Telnyx sets “assistant_id” itself"),
        ("ok=1 call_control_id=", "Telnyx sets “call_control_id” itself"),
        ("ai_disabled=true", "take-over or hand-back"),
        ("AI_disabled=", "take-over or hand-back"),
        ("key=" + "x" * 1_000, "at most 1000"),
        (" ".join(f"k{n}=v" for n in range(21)), "at most 20"),
    ],
)  # fmt: skip
def test_what_is_no_tag_of_ours_is_refused_in_words(said: str, why: str) -> None:
    for fields in ({"call": "x", "tags": said}, {"meta": said}):
        with pytest.raises(ValidationError, match=why):
            (Tag if "call" in fields else NewCall).model_validate(fields)


def test_a_change_is_said_from_what_to_what() -> None:
    call = replace(CALL, metadata={"priority": "low", "due": "today", "same": "1"})

    said = tagged(Tagged(call, changed=True), {"priority": "<!channel>", "due": "", "new": "1", "same": "1"})

    assert said.text.splitlines() == [
        f"I changed the tags of {SHOWN}.",
        "`priority`: low → &lt;!channel&gt;",
        "`due`: today → _nothing_",
        "`new`: _nothing_ → 1",
        "`same`: 1",
    ]


def test_what_telnyx_did_not_take_is_said() -> None:
    said = tagged(Tagged(CALL, changed=True, refused=("b",)), {"a": "1", "b": "2"})

    assert said.text.splitlines()[1:] == ["`a`: _nothing_ → 1", ":warning: Telnyx didn't take `b`."]
    for shown in (silenced, answering):
        assert (
            ":warning: Telnyx didn't take it"
            in shown(Tagged(CALL, changed=True, refused=("ai_disabled",))).text
        )


def test_what_is_so_already_is_said() -> None:
    same = Tagged(CALL, changed=False)

    assert tagged(same, {"a": "1"}).text == f"The tags of {SHOWN} are like that already."
    assert silenced(same).text == f"The assistant is silent in {SHOWN} already."
    assert answering(same).text == f"The assistant answers in {SHOWN} already."


def test_each_change_of_who_answers_offers_the_other() -> None:
    done = Tagged(CALL, changed=True)
    for shown, other in ((silenced(done), HandBack), (answering(done), TakeOver)):
        (pressed,) = shown.blocks[-1]["elements"]

        assert pressed["action_id"] == other.verb
        assert other.unpack(pressed["value"]) == other(call=CALL.id)
        assert check_blocks(shown.blocks, "message").problems == []


def test_questions_say_what_it_means_for_a_live_call() -> None:
    live = replace(CALL, last=datetime.now(UTC) - timedelta(seconds=20))

    assert "It's live: the last message came at <!date^" in taking_over(live)
    assert "It's live: the last message came at <!date^" in handing_back(live)
    assert "I can't tell whether it's live." in taking_over(replace(CALL, last=None))
    assert deleting(CALL, 212).startswith(f"Delete {SHOWN} of <!date^{int(OLD.timestamp())}^")
    assert deleting(CALL, 212).endswith("? 212 messages will be lost, and can't be restored.")
    assert "It's live" in deleting(live, 1)


def test_a_note_is_repeated_as_it_was_written_and_nothing_in_it_acts() -> None:
    said = noted(CALL, "Call <@U0ADA> back", "user")

    assert said.text.startswith(f"I added this to {SHOWN}, as the caller:")
    assert "<@U0ADA>" not in str(said)
    (pressed,) = said.blocks[-1]["elements"]
    assert Note.unpack(pressed["value"]) == Note(call=CALL.id)


def test_what_has_no_name_is_called_by_what_is_known() -> None:
    bare = replace(CALL, name="", caller="")

    assert deleted(CALL.id, "").text == "I deleted the call `3fa85f64`."
    assert choice(bare).text == "phone call · 3fa85f64"
    assert choice(replace(bare, caller="•••3456")).text == "•••3456 · 3fa85f64"
    assert choice(replace(bare, channel=""), "as typed").value == "as typed"
    assert len(choice(replace(bare, name="long " * 60)).text) <= 75
