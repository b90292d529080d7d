"""What the answer producer writes: nothing before the readers are known, and a note of what the answer lacks."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import pytest

from bot.errors import RefusedError, UsageError
from bot.render.notes import PARTLY
from bot.services.access import EVERYTHING, NOTHING, Asker, Audience, Place, Rights
from bot.services.ask import Again, Answer, Ask, Delta
from bot.services.passages import Passage
from bot.services.query import Query
from bot.services.rate import Rate
from bot.services.retrieval import Found
from bot.services.unclear import kept
from bot.slack.writing.growing import Growing
from bot.store.channels import Channel
from bot.store.turns import Turn
from bot.workflows.answer import AnswerProducer
from bot.workflows.asked import Asked, Written
from bot.workflows.material import Material
from bot.workflows.producing import Producing
from tests.unit.bot.conftest import asking

HERE, ME = Place("T", "C", "1.0"), Asker("U", "T")
ASKED = Asked("turn:1", "ask", "How many days, <@U1>?", "1.0", HERE, ME, private=False)
PASSAGES = (
    Passage("handbook", "leave.md", "Full-timers have 27 days.", 0.1),
    Passage("handbook", "pay.md", "Pay is monthly.", 0.3),
)
FOUND = Found(PASSAGES, ("handbook",))
Part = Found | Delta | Again | Answer


async def nothing() -> None:
    """No thread is told anything."""


class Grown:
    """A reply that only grows."""

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> None:
        self.text += text

    async def again(self) -> None:
        self.text = ""


class Scene:
    """A question, what it asks for, what is found, and who reads along."""

    def __init__(self) -> None:
        self.query_ = asking("How many days, Ben?")
        self.note: str | None = None
        self.readers: Audience | Exception = EVERYTHING
        self.readers_known = asyncio.Event()
        self.readers_known.set()
        self.parts: list[Part | Exception] = [
            FOUND,
            Delta("Full-timers have 27 days [1]."),
            Answer("Full-timers have 27 days [1].", False, "m", FOUND, cited=(1,)),
        ]
        self.reply = Grown()
        self.looked_up = 0
        self.others_: tuple[str, ...] = ()
        self.experts: str | None = None
        self.producer = AnswerProducer(cast("Ask", self), cast("Material", self), cast("Rights", self))

    async def write(self) -> Written:
        """As a turn has it written: admitted, with rights asked for before."""
        producing = Producing({"ask": self.producer}, self.of, Rate(10), 60.0)
        turn = cast("Turn", SimpleNamespace(crashes=0))
        asked = replace(ASKED, text=self.query_.text)
        return await producing._write(asked, turn, cast("Growing", self.reply), nothing)

    # ------------------------------------------------------------------------------------------ its parts
    async def query(self, _asked: Asked, _audience: Audience) -> tuple[Query, str | None]:
        return self.query_, self.note

    def options(self, _asked: Asked) -> dict[str, bool]:
        return {"calls": True} if self.query_.calls else {}

    async def named(self, _asked: Asked) -> str:
        return "How many days, Ben?"

    async def searched(self, _query: Query) -> tuple[str, ...]:
        return ("handbook", "manual")

    async def others(self, _query: Query, _found: Found) -> tuple[str, ...]:
        return self.others_

    async def set_for(self, place: Place, _asker: Asker, *, private: bool) -> Channel:
        assert not private
        return Channel(place.team, place.channel, experts=self.experts)

    async def of(self, _place: Place, _asker: Asker, *, private: bool) -> Audience:
        assert not private
        self.looked_up += 1
        await self.readers_known.wait()
        if isinstance(self.readers, Exception):
            raise self.readers
        return self.readers

    async def answer(self, _query: Query) -> AsyncIterator[Part]:
        for part in self.parts:
            if isinstance(part, Exception):
                raise part
            yield part


@pytest.fixture
def scene() -> Scene:
    return Scene()


async def test_an_answer_is_kept_with_its_passages_and_the_question_as_people_read_it(scene: Scene) -> None:
    written = await scene.write()

    assert (written.outcome, written.answer, written.model) == ("answered", scene.reply.text, "m")
    assert written.question == "How many days, Ben?"
    assert [(one["n"], one["document"], one["cited"]) for one in written.passages or ()] == [
        (1, "leave.md", True),
        (2, "pay.md", False),
    ]
    assert (written.buckets, written.note) == (["handbook"], None)


async def test_nothing_is_shown_before_it_is_known_who_reads_along(scene: Scene) -> None:
    scene.readers_known.clear()
    writing = asyncio.create_task(scene.write())
    for _ in range(10):
        await asyncio.sleep(0)
    before = scene.reply.text
    scene.readers_known.set()
    written = await writing

    assert before == ""
    assert written.answer == scene.reply.text != ""
    assert scene.looked_up == 1


async def test_where_someone_reads_along_who_may_not_no_word_is_shown(scene: Scene) -> None:
    scene.readers = NOTHING

    with pytest.raises(RefusedError):
        await scene.write()

    assert scene.reply.text == ""


async def test_a_sentence_that_may_name_buckets_is_said_only_where_all_may_see_them(scene: Scene) -> None:
    scene.parts = [UsageError("There's no bucket `salaries`. There are `handbook` and `manual`.")]
    with pytest.raises(UsageError):
        await scene.write()
    scene.readers = NOTHING

    with pytest.raises(RefusedError):
        await scene.write()


async def test_what_the_search_could_not_cover_stands_in_the_note(scene: Scene) -> None:
    lacking = Found(PASSAGES, ("handbook",), unsearched=("manual",), lacking=("archive",))
    scene.note = "I couldn't read old.docx."
    scene.parts = [lacking, Delta("27 days."), Answer("27 days.", False, "m", lacking, cut="length")]

    note = (await scene.write()).note or ""

    assert note.startswith("I couldn't read old.docx.")
    assert "manual" in note
    assert "archive" in note
    assert len(note) > len("I couldn't read old.docx. manual archive")


async def test_a_refusal_has_no_text(scene: Scene) -> None:
    scene.parts = [FOUND, Answer("", True, "m", FOUND)]

    written = await scene.write()

    assert (written.outcome, written.answer) == ("refused", "")
    assert written.offers == ()


@pytest.mark.parametrize("others", [(), ("manual",)])
@pytest.mark.parametrize("experts", [None, "S0EXPERTS"])
async def test_a_refusal_offers_what_can_help_and_nothing_else(
    scene: Scene, others: tuple[str, ...], experts: str | None
) -> None:
    scene.others_, scene.experts = others, experts
    scene.parts = [FOUND, Answer("", True, "m", FOUND)]

    offers = (await scene.write()).offers or ()

    assert ("buckets" in offers, "experts" in offers) == (bool(others), bool(experts))


async def test_an_answer_of_a_part_says_so(scene: Scene) -> None:
    scene.parts = [FOUND, Delta("27 days."), Answer("27 days.", False, "m", FOUND, partly=True)]

    written = await scene.write()

    assert (written.outcome, written.note, written.offers) == ("answered", PARTLY, None)


async def test_an_unclear_question_keeps_what_it_could_mean(scene: Scene) -> None:
    scene.parts = [FOUND, Answer("", False, "m", FOUND, meanings=("Parental leave", "Annual leave"))]

    written = await scene.write()

    assert written.outcome == "unclear"
    assert kept(written.answer) == ("Parental leave", "Annual leave")
    assert [one["document"] for one in written.passages or ()] == ["leave.md", "pay.md"]


async def test_a_thought_that_was_shown_is_void(scene: Scene) -> None:
    answer = Answer("27 days [1].", False, "m", FOUND, cited=(1,))
    scene.parts = [FOUND, Delta("Let me see."), Again(), Delta("27 days [1]."), answer]

    assert (await scene.write()).answer == "27 days [1]."


@pytest.mark.parametrize(("said", "named"), [("thank you", False), ("who are you?", True)])
async def test_small_talk_is_answered_without_a_search_and_names_buckets_only_to_those_who_may_see_them(
    scene: Scene, said: str, named: bool
) -> None:
    scene.query_ = asking(said)
    scene.parts = [AssertionError("nothing is searched")]

    written = await scene.write()
    scene.readers = NOTHING
    if named:
        with pytest.raises(RefusedError):
            await scene.write()
    else:
        assert (await scene.write()).outcome == "told"

    assert (written.outcome, written.answer) == ("told", "")
    assert ("handbook" in (written.note or "")) == named


async def test_nothing_but_files_that_cannot_be_read_is_no_question(scene: Scene) -> None:
    scene.query_, scene.note = asking(""), "I couldn't read old.docx."

    with pytest.raises(UsageError, match=r"old\.docx"):
        await scene.write()


async def test_an_answer_without_documents_says_so(scene: Scene) -> None:
    nothing = Found((), ())
    scene.query_ = asking("How many days?", documents=False)
    scene.parts = [nothing, Delta("About thirty."), Answer("About thirty.", False, "m", nothing)]

    written = await scene.write()

    assert written.passages == []
    assert written.note
