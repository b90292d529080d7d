import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.render.blocks import Message
from bot.render.call_pages import insights, shown, transcript
from bot.render.calls import CallInsights
from bot.services.access import EVERYTHING, Place, Right
from bot.services.call_insights import Result, Results, State
from bot.services.calls import Call, Details, Line, Transcript
from sandbox.slack.blocks import check_blocks
from tests.unit.bot.conftest import without

MEMBER = without(Right.ADMIN, Right.OPERATOR)
AT = datetime(2026, 1, 1, 10, tzinfo=UTC)
CALL = Call(
    "3fa85f64-5717-4562-b3fc-2c963f66afa6",
    "Porting <!here>",
    "phone_call",
    "•••5678",
    AT,
    AT + timedelta(minutes=5),
    "assistant-acme",
    "•••0100",
    {"assistant_id": "assistant-acme", "plan": "gold", "note": "", "ai_disabled": "true"},
)
ASKED = CallInsights(call="3fa85f64")


def line(who: str, text: str, at: float | None) -> Line:
    return Line(who, text, None if at is None else timedelta(seconds=at))


def told(*found: Result, state: State = State.READY, pending: int = 0, failed: int = 0) -> Message:
    return insights(ASKED, Results(CALL.id, "Porting", found, state, pending, failed))


def rungs(message: Message) -> list[Message]:
    return [message, *(rungs(message.simpler) if message.simpler else [])]


def labels(message: Message) -> list[str]:
    return [button["text"]["text"] for button in message.blocks[-1]["elements"] if "text" in button]


# ---------------------------------------------------------------------------------------------- all of a call
def test_all_of_a_call_is_shown_with_its_tags_beside_telnyxs_own() -> None:
    message = shown(Details(CALL, 1_234, State.READY), MEMBER)

    text = json.dumps(message.blocks, ensure_ascii=False)
    for fact in ("5 min", "1,234", "phone call", "•••5678", "•••0100", "`assistant-acme`", "ready"):
        assert fact in text
    assert "*plan*\\ngold" in text
    assert "*note*\\n_nothing_" in text
    assert "*assistant_id*" not in text
    assert "<!here>" not in text
    assert labels(message) == ["Summarize", "Transcript", "Insights"]
    assert "Hand back…" in str(shown(Details(CALL, 1, None), EVERYTHING).blocks[-1])


def test_of_very_many_tags_the_others_are_counted() -> None:
    tags = {f"tag{number:03}": "x" * 500 for number in range(100)}

    message = shown(Details(replace(CALL, metadata=tags), 0, None), MEMBER)

    assert check_blocks(message.blocks, "message").problems == []
    assert "70 more tags not shown." in str(message.blocks)


def test_a_call_of_which_nothing_is_known_says_so() -> None:
    message = shown(Details(Call("3fa85f64-5717", "", "", "", None, None), 0, None), MEMBER)

    assert message.text == "Call 3fa85f64: 0 messages"
    assert str(message.blocks).count("not known") == 7


# --------------------------------------------------------------------------------------------- the transcript
def test_a_transcript_is_a_text_file_with_what_is_known_above_it() -> None:
    lines = (line("Caller", "Grüß Gott \x00.", 0), line("Assistant", "(uses find)", 135))

    file = transcript(Transcript(CALL, lines, AT), Place("T1", "C1", "5.5"))

    assert file.content.decode() == (
        "Porting <!here>\n2026-01-01 10:00 UTC · phone call · 2 min 15 s · 2 messages\n"
        "Caller: •••5678\nOur side: •••0100\nAssistant: assistant-acme\n"
        "Call: 3fa85f64-5717-4562-b3fc-2c963f66afa6\n\n"
        "[00:00] Caller: Grüß Gott .\n[02:15] Assistant: (uses find)\n"
    )
    assert (file.name, file.channel, file.thread) == ("call-3fa85f64.txt", "C1", "5.5")


def test_a_conversation_of_months_has_days_and_one_without_times_or_names_has_none() -> None:
    lines = (line("Caller", "Hi", 0), line("Assistant", "Yes?", 40 * 86_400))
    bare = Call("3fa85f64-5717", "", "", "", None, None)

    months = transcript(Transcript(CALL, lines, AT), None).content.decode()
    unknown = transcript(Transcript(bare, (line("Caller", "Hi", None),)), None)

    assert months.endswith("[2026-01-01 10:00] Caller: Hi\n[2026-02-10 10:00] Assistant: Yes?\n")
    assert (
        unknown.content.decode()
        == "call 3fa85f64\nconversation · 1 message\nCall: 3fa85f64-5717\n\nCaller: Hi\n"
    )
    assert unknown.title == "Transcript of call 3fa85f64"


# ------------------------------------------------------------------------------------------------ its insights
def test_json_is_a_table_below_what_is_said_in_words_on_each_rung() -> None:
    message = told(
        Result("Mood", "Glad, <!here> *very*.", {}),
        Result("Score", "", {"score": "5", "reason": "It was quick."}),
    )

    assert [
        {block["type"] for block in rung.blocks} & {"data_table", "table"} for rung in rungs(message)
    ] == [
        {"data_table"},
        {"table"},
        set(),
    ]
    for rung in rungs(message):
        assert check_blocks(rung.blocks, "message").problems == []
        text = json.dumps(rung.blocks, ensure_ascii=False)
        assert "*Mood*\\nGlad" in text
        assert "<!here>" not in text
        assert all(word in text for word in ("score", "5", "It was quick."))
        assert labels(rung) == ["Summarize", "Transcript"]


@pytest.mark.parametrize(
    ("state", "said", "buttons"),
    [
        (State.PENDING, "still working", ["Refresh", "Summarize", "Transcript"]),
        (State.NONE, "ran no insights", ["Summarize", "Transcript"]),
        (State.FAILED, "failed", ["Summarize", "Transcript"]),
        (State.READY, "found nothing", ["Summarize", "Transcript"]),
    ],
)
def test_why_there_are_no_results_is_said(state: State, said: str, buttons: list[str]) -> None:
    message = told(state=state)

    assert said in message.text
    assert labels(message) == buttons


def test_what_is_missing_beside_results_is_said() -> None:
    message = told(Result("Mood", "Glad.", {}), state=State.PENDING, pending=1, failed=2)

    assert "1 group of insights still running · 2 groups of insights failed" in str(message.blocks)
    assert labels(message)[0] == "Refresh"


def test_many_long_results_fit_into_a_message() -> None:
    words = [Result(f"Insight {n:02}", "word " * 2_000, {}) for n in range(30)]
    fields = [Result("Score", "", {f"field {n}": "word " * 2_000 for n in range(60)})]

    message = told(*words, *fields)

    assert "10 more results not shown." in str(message.blocks)
    for rung in rungs(message):
        assert check_blocks(rung.blocks, "message").problems == []
