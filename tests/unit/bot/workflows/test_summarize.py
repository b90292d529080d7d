"""A summary is one text that is safe to show, with a note of what it covers."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from bot.errors import UsageError
from bot.services.access import EVERYTHING, Asker, Audience, Place, Right
from bot.services.action_items import ActionItem, ActionItems
from bot.services.call_marks import Agreed
from bot.services.call_marks import Place as Said
from bot.services.calls import Call, Line, Transcript
from bot.services.condensing import Memory, Note, Progress
from bot.services.remembering import Remembering
from bot.services.summarize import Summaries, Summary
from bot.slack.writing.growing import Growing
from bot.telnyx import Usage
from bot.workflows.asked import Asked
from bot.workflows.checkpoints import unwritten
from bot.workflows.summarize import SummaryProducer

HERE, ME = Place("T", "C", ""), Asker("U", "T")
ASKED = Asked("cmd:1", "summary", "call-1", "", HERE, ME, private=True, options={"model": "m/large"})
BEGAN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Grown:
    """A reply that only grows."""

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> None:
        self.text += text


class Told:
    """Summarizes as a test wants it to; remembers what it was asked."""

    def __init__(self, text: str = "## Outcome\nShe gets her money back.", cut: str | None = None) -> None:
        lines = (Line("user", "My invoice is wrong.", timedelta(0)),)
        self.summary = Summary(
            text, Transcript(Call("call-1", "invoice", "phone", "+1", BEGAN, BEGAN), lines), 1, "m/large", cut
        )
        self.asked: list[tuple[str, Audience, str | None]] = []
        self.trouble: Exception | None = None
        self.kept: list[tuple[str, str, str]] = []
        self.progress: Progress = lambda *_: None
        self.producer = SummaryProducer(
            cast("Summaries", self), cast("Remembering", self), cast("ActionItems", self)
        )
        self.reply = Grown()

    async def memory(self, turn: str) -> Memory:
        async def keep(_: Mapping[str, Note]) -> None:
            raise AssertionError(f"{turn} is read at once")

        return Memory({}, keep)

    async def keep(
        self, call: Call, found: Sequence[Agreed], _audience: Audience, *, turn: str, team: str, user: str
    ) -> tuple[ActionItem, ...]:
        self.kept.append((turn, team, user))
        return tuple(
            ActionItem(f"item-{one.text}", call.id, call.name, one.owner, one.text, one.at, None, done=False)
            for one in found
        )

    async def call(
        self, call: str, audience: Audience, model: str | None, *, progress: Progress, memory: Memory
    ) -> Summary:
        assert memory.known == {}
        self.progress = progress
        self.asked.append((call, audience, model))
        if self.trouble is not None:
            raise self.trouble
        return self.summary

    async def write(self) -> Any:
        return await self.producer.write(ASKED, EVERYTHING, cast("Growing", self.reply))


async def test_the_call_is_summarized_for_its_reader_by_the_model_that_was_asked_for() -> None:
    told = Told()

    written = await told.write()

    assert told.asked == [("call-1", EVERYTHING, "m/large")]
    assert (written.outcome, written.model) == ("answered", "m/large")
    assert written.answer == told.reply.text
    assert "She gets her money back." in written.answer
    assert "Covers the only message of the call" in written.note
    assert told.kept == [("cmd:1", "T", "U")]


async def test_what_was_said_in_the_call_mentions_no_one() -> None:
    written = await Told("He said <!channel> and <@U0BOSS>.").write()

    assert "<!channel>" not in written.answer
    assert "<@U0BOSS>" not in written.answer


async def test_a_text_that_was_cut_says_so_and_claims_to_cover_nothing() -> None:
    written = await Told(cut="length").write()

    assert "Covers" not in written.note
    assert "The call" in written.note


async def test_what_cannot_be_summarized_leaves_no_word_in_the_reply() -> None:
    told = Told()
    told.trouble = UsageError("There's no such call.")

    with pytest.raises(UsageError):
        await told.write()

    assert told.reply.text == ""


async def test_the_finished_reply_is_made_from_the_row_alone() -> None:
    told = Told()
    turn = unwritten(ASKED, outcome="answered", answer="## Outcome\nDone.", note="Covers 3 of 3 messages.")

    final = told.producer.final(turn)

    assert final.body == "## Outcome\nDone."
    assert "Covers 3 of 3 messages." in str(final.below)
    assert told.asked == []


async def test_calls_are_for_those_who_may_read_calls() -> None:
    told = Told()

    assert told.producer.right(ASKED) is Right.CALLS
    assert await told.producer.status(ASKED) == "Reading the call…"


async def test_while_parts_are_read_the_status_says_how_far_it_is() -> None:
    told = Told()
    seen: list[str] = []

    async def call(*_: Any, progress: Progress, **_more: Any) -> Summary:
        for number in (1, 2, 3):
            progress(number, 2)
            seen.append(await told.producer.status(ASKED))
        return told.summary

    told.call = call  # type: ignore[method-assign] # reads in parts

    await told.write()

    assert seen == ["Reading part 1 of 2…", "Reading part 2 of 2…", "Putting the parts together…"]
    assert await told.producer.status(ASKED) == "Reading the call…"


async def test_places_and_action_items_are_kept_for_the_end_and_tokens_are_counted() -> None:
    told = Told()
    agreed = (Agreed("Ada", "send it", 75),)
    places = (Said(75, "Ada: send it"),)
    told.summary = replace(
        told.summary, agreed=agreed, places=places, usage=Usage(100, 10, 110), estimated=True
    )

    written = await told.write()

    columns = written.columns({"model": "m/large"})
    assert columns["options"] == {
        "model": "m/large",
        "summary": {
            "call": "call-1",
            "assistant": "",
            "places": [[75, "Ada: send it"]],
            "items": [["item-send it", "send it"]],
        },
    }
    assert (columns["prompt_tokens"], columns["completion_tokens"], columns["estimated"]) == (100, 10, 1)
