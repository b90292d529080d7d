"""A transcript as Slack shows it."""

from dataclasses import replace
from typing import Any

import pytest

from bot.render.blocks import MESSAGE_BYTES, size
from bot.render.transcript import SHOWN_BYTES, covers, final, left_out, note, shared, shown, text
from bot.services.condensing import Condensed
from bot.services.transcribe import Heard, Said
from bot.store.turns import Turn
from sandbox.slack.blocks import check_blocks

COLUMNS: dict[str, Any] = {
    "id": "cmd:1",
    "kind": "transcription",
    "team": "T0ACME",
    "channel": "C0GENERAL",
    "root": "",
    "ts": "",
    "user": "U0MIA",
    "question": "transcribe memo.wav",
    "options": {},
    "outcome": "answered",
    "answer": "Hello there.",
    "note": "5 seconds of audio.",
    "private": 1,
}
TURN = Turn(**dict.fromkeys(Turn.__slots__) | COLUMNS)  # type: ignore[arg-type] # absent columns are NULL
LONG = "\n\n".join(f"[{n // 60:02}:{n % 60:02}] This is sentence {n} of a long talk." for n in range(600))


def labels(turn: Turn) -> list[str]:
    """The buttons below a transcript."""
    rows = [block for block in final(turn).below if block["type"] == "actions"]
    return [element["text"]["text"] for row in rows for element in row["elements"]]


def test_lines_have_their_times_and_speakers_and_nothing_in_them_acts() -> None:
    said = (
        Said("Hello @channel, see https://evil.example.com", 2.4),
        Said("<!here> [click](https://x.example.com)", 3_725.0, 1),
    )

    shown_text = text(Heard(said, 4_000.0))

    assert shown_text.startswith("[00:02] Hello @\u200bchannel")
    assert "\n\n[1:02:05] **Speaker 2:** " in shown_text
    assert "<!here>" not in shown_text
    assert "](https" not in shown_text


def test_a_time_before_the_beginning_is_the_beginning() -> None:
    assert text(Heard((Said("Hello.", -0.2),))) == "[00:00] Hello."


@pytest.mark.parametrize("whole", ["Short.", LONG, "word " * 3_000, "x" * 20_000, "\u6f22" * 5_000])
def test_what_stands_in_a_message_is_its_beginning_in_whole_lines_where_that_is_possible(whole: str) -> None:
    first = shown(whole)

    assert whole.startswith(first)
    assert first
    assert len(first.encode()) <= SHOWN_BYTES
    assert (first == whole) == (len(whole.encode()) <= SHOWN_BYTES)


def test_a_long_one_is_cut_behind_a_line() -> None:
    assert shown(LONG).endswith("of a long talk.")


def test_a_short_one_stands_whole_and_has_no_file() -> None:
    assert final(TURN).body == "Hello there."
    assert final(TURN).file is None
    assert labels(TURN) == ["Summarize", "Share in channel"]
    assert labels(replace(TURN, channel="")) == labels(replace(TURN, private=0)) == ["Summarize"]


@pytest.mark.parametrize(("private", "place"), [(1, ("", "")), (0, ("C0GENERAL", "1.0"))])
def test_the_whole_of_a_long_one_is_a_file_where_the_reply_is(private: int, place: tuple[str, str]) -> None:
    ended = final(replace(TURN, answer=LONG, private=private, root="" if private else "1.0"))

    assert ended.file is not None
    assert (ended.file.channel, ended.file.thread) == place
    assert (ended.file.name, ended.file.content.decode()) == ("memo.wav.txt", f"{LONG}\n")
    (message,) = ended.messages()
    assert check_blocks(message.blocks, "message").problems == []
    assert size(message.blocks) < MESSAGE_BYTES
    assert "This is the beginning." in str(message.blocks)


def test_where_slack_takes_no_file_all_of_it_stands_in_messages() -> None:
    unfiled = final(replace(TURN, answer=LONG)).unfiled

    assert unfiled is not None
    assert unfiled.body == LONG
    assert "This is the beginning." not in str(unfiled.below)
    assert len(unfiled.messages()) > 1


def test_a_file_holds_what_was_said_without_marks() -> None:
    marked = f"[00:00] **Speaker 1:** Hello @\u200bchannel\n\n{LONG}"

    file = final(replace(TURN, answer=marked, question="transcribe a/b c.mp3")).file

    assert file is not None
    assert file.name == "a-b-c.mp3.txt"
    assert file.content.decode().startswith("[00:00] Speaker 1: Hello @channel\n")


def test_a_failure_is_its_sentence() -> None:
    ended = final(replace(TURN, outcome="told", answer="", note="I can't listen to that."))

    assert "I can't listen to that." in str(ended.below)
    assert labels(replace(TURN, outcome="told", answer="", note="x")) == []


def test_one_that_is_shared_says_whose_it_is_and_is_whole() -> None:
    messages = shared(replace(TURN, answer=LONG))

    assert "<@U0MIA> shared the transcript of memo" in str(messages[0].blocks)
    assert "sentence 599" in messages[-1].whole
    assert not any(check_blocks(message.blocks, "message") for message in messages)


def test_the_note_says_how_long_it_is_only_where_all_is_measured() -> None:
    assert note([Heard((), 60.0), Heard((), 5.0)], "m/x").startswith("1 min 5 s of audio. ")
    assert note([Heard((), 60.0), Heard(())], "m/x").startswith("Written down by a model")
    assert note([], "m/x").endswith("Model: m/x.")


def test_what_of_several_is_no_recording_is_named_safely() -> None:
    assert left_out("a.pdf", "I can't listen to “a.pdf” @channel.").count("@channel") == 0


def test_a_summary_says_in_how_many_parts_it_was_read_and_what_was_not() -> None:
    assert covers(Condensed("x", 1, "m/x")) == "Made from the transcript. Model: m/x."
    assert (
        covers(Condensed("x", 3, "m/x", missing=((0, 1),)))
        == "Made from the transcript, read in 3 parts. 2 lines couldn't be read. Model: m/x."
    )
    assert "cut off" in covers(Condensed("x", 1, "m/x", cut="length"))
