"""A question over calls: answered from what was said, for those who may read those calls, and shown with the call and the time."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bot.errors import NotHereError, RefusedError, UsageError
from bot.render import ask as render
from bot.render.aside import Aside, explained, line
from bot.render.call_places import ShowPlace
from bot.render.refusal import CALLS, NOT_IN_CALLS
from bot.render.sources import passages
from bot.services.access import Asker, Right, Some
from bot.services.answers import Answers
from bot.services.ask import Ask
from bot.services.call_retrieval import CALLS_ALONE, Everywhere
from bot.services.call_search import SWITCH_ON, CallSearch
from bot.services.calls import Calls
from bot.services.feedback import Feedback
from bot.services.models import Models
from bot.services.rate import Rate
from bot.services.steps import Plan
from bot.store.database import Database
from bot.store.feedback import Opinions
from bot.store.grants import ALL, Grant, Grantee, Thing
from bot.store.turns import Turn
from bot.store.usage import Usages
from bot.workflows.answer import AnswerProducer
from bot.workflows.asked import Asked, Written
from bot.workflows.producing import Producing
from config.answers import DEFAULT_MODEL
from handlers.verbs import BY_WORDS
from tests.unit.bot.conftest import TelnyxHouse
from tests.unit.bot.services.test_odd_models import LEAVE
from tests.unit.bot.services.test_retrieval import retrieval
from tests.unit.bot.slack.conftest import SlackHouse, slack
from tests.unit.bot.workflows.test_leaks import ADA, BEN, GENERAL, MIA, RANDOM, TEAM, House

__all__ = ["slack"]  # a fixture

LOCKED = "Why was the mailbox locked? --calls"
FORWARDED = "Where does the main number of the dental practice go now? --calls"
NUMBER = "0151 555 0142"
SUPPORT = "assistant-acme-support"


class Phones(House):
    """The house of leaks, in which calls can be asked about, too."""

    def set(self, default: Any) -> None:
        """Begin anew with another setting."""
        super().set(default)
        client = self.telnyx.client
        looks = Everywhere(retrieval(self.telnyx), CallSearch(client, Calls(client)), Plan(kept=4))
        ask = Ask(client, looks, Models(client, DEFAULT_MODEL), temperature=0.1, max_tokens=None)
        self.producer = AnswerProducer(ask, self.material, self.rights)
        self.producing = Producing({"ask": self.producer}, self.rights.of, Rate(100), 60.0)

    async def grant_calls(self, kind: Grantee, who: str, assistant: str = ALL) -> Grant:
        given = Grant(TEAM, kind, who, Thing.CALLS, assistant, "U0ADA", 1.0, None)
        await self.grants.give(given)
        self.rights.forget(TEAM)
        return given

    async def turn(self, text: str = LOCKED, *, private: bool = False) -> Turn:
        kept = await self.turns.get(f"turn:{text}:{private}")
        assert kept is not None
        return kept


@pytest.fixture
def house(slack: SlackHouse, telnyx: TelnyxHouse, database: Database) -> Phones:
    return Phones(slack, telnyx, database)


def heard(written: Written) -> set[str]:
    return {passage["document"] for passage in written.passages or () if passage["heard"]}


# -------------------------------------------------------------------------------------------- what is answered
async def test_an_answer_cites_the_call_and_the_time_and_reads_no_document(house: Phones) -> None:
    written = await house.ask(ADA, text=LOCKED, private=True)

    assert written.outcome == "answered"
    assert "After five wrong attempts a mailbox is locked for fifteen minutes" in written.answer
    assert "Mailbox locked after wrong PIN" in heard(written)
    assert len(heard(written)) == len({p["document"] for p in written.passages or ()})
    assert await house.telnyx.calls("embeddings.search") == 0
    shown = str(render.final(await house.turn(private=True)))
    assert "[1] *Mailbox locked after wrong PIN* · " in shown
    assert "Show the place" in shown
    assert ShowPlace.verb in shown


async def test_the_time_beside_a_source_is_that_of_the_words_that_are_quoted(house: Phones) -> None:
    await house.ask(ADA, text=LOCKED, private=True)

    blocks = render.final(await house.turn(private=True)).below
    (source,) = [b["elements"][0]["text"] for b in blocks if b["type"] == "context"]
    (place,) = [
        e for b in blocks if b["type"] == "actions" for e in b["elements"] if "Show the place" in str(e)
    ]

    quoted = {"My mailbox says": "00:07", "After five wrong": "00:17"}
    said = next(at for words, at in quoted.items() if words in source)
    assert f"· {said} — “" in source
    assert ShowPlace.unpack(place["value"]).at == int(said[-2:])


async def test_passages_of_calls_are_shown_line_by_line_with_their_place(house: Phones) -> None:
    await house.ask(ADA, text=LOCKED, private=True)
    alone = await house.alone(ADA)

    turn = await house.answers.get(f"turn:{LOCKED}:True", alone, GENERAL, ADA)
    shown = str(passages(turn).blocks)

    assert "[00:17] Assistant: I am sorry about that." in shown
    assert "Show the place" in shown
    assert "Open document" not in shown


async def test_a_question_that_no_call_answers_is_refused_as_one_about_calls(house: Phones) -> None:
    written = await house.ask(ADA, text="Who won the football world cup in 1954? --calls", private=True)
    turn = await house.turn("Who won the football world cup in 1954? --calls", private=True)

    assert written.outcome == "refused"
    assert (turn.options or {})[CALLS] is True
    shown = render.final(turn)
    assert shown.body == NOT_IN_CALLS
    assert "Answer without documents" not in str(shown.below)


async def test_calls_are_asked_where_the_option_stands_and_documents_where_it_does_not(house: Phones) -> None:
    calls = await house.begun(ADA, text=LOCKED, private=True)
    documents = await house.begun(ADA, text=LEAVE, private=True)

    assert (house.producer.right(calls), house.producer.right(documents)) == (Right.CALLS, Right.DOCUMENTS)
    assert house.producer.right(replace(calls, text=f"{LOCKED} --top many")) is Right.DOCUMENTS
    assert await house.producer.status(calls) == "Searching the calls…"
    typed = replace(documents, ts="", options={CALLS: True})
    assert house.producer.right(typed) is Right.CALLS


async def test_a_follow_up_of_an_answer_from_calls_asks_calls(house: Phones) -> None:
    await house.ask(ADA, text=LOCKED, private=True)

    pressed = Asked.pressed(await house.turn(private=True), ADA, "turn:9", "And who called?", {})

    assert pressed.options[CALLS] is True
    assert house.producer.right(pressed) is Right.CALLS


@pytest.mark.parametrize("more", ["--bucket handbook", "--no-docs"])
async def test_options_that_contradict_it_are_said(house: Phones, more: str) -> None:
    with pytest.raises(UsageError) as told:
        await house.ask(ADA, text=f"{LOCKED} {more}", private=True)

    assert told.value.text == CALLS_ALONE


async def test_where_telnyx_searches_no_calls_it_is_said_what_to_switch_on(house: Phones) -> None:
    await house.telnyx.fault(operation="conversation_histories.search", kind="status", status=404)

    with pytest.raises(UsageError) as told:
        await house.ask(ADA, text=LOCKED, private=True)

    assert told.value.text == SWITCH_ON


# ------------------------------------------------------------------------------------------------- who reads it
async def test_a_member_who_is_granted_no_calls_is_refused(house: Phones) -> None:
    with pytest.raises(RefusedError, match="only workspace admins can see them"):
        await house.ask(MIA, text=LOCKED, private=True)

    assert await house.telnyx.calls("conversation_histories.search") == 0


async def test_where_others_read_along_who_may_not_it_goes_to_the_asker_alone(house: Phones) -> None:
    with pytest.raises(NotHereError) as why:
        await house.ask(ADA, text=LOCKED)

    assert why.value.why == "Not everyone in that channel has access to calls"
    assert why.value.calls
    assert await house.telnyx.calls("conversation_histories.search") == 0


async def test_a_channel_that_is_granted_calls_is_answered_for_all_with_whole_numbers(house: Phones) -> None:
    await house.grant_calls(Grantee.CHANNEL, "C0GENERAL")

    written = await house.ask(MIA, text=FORWARDED)
    elsewhere = await house.ask(ADA, RANDOM, text=f"{FORWARDED} ", private=True)

    assert NUMBER in str(written.passages)
    assert NUMBER not in str(elsewhere.passages)
    assert "•••0142" in str(elsewhere.passages)


async def test_whole_numbers_that_were_answered_are_masked_once_the_channel_may_not_see_them(
    house: Phones,
) -> None:
    granted = await house.grant_calls(Grantee.CHANNEL, "C0GENERAL")
    await house.ask(ADA, text=FORWARDED)
    turn = f"turn:{FORWARDED}:False"

    before = await house.answers.get(turn, await house.alone(ADA), GENERAL, ADA)
    await house.withdraw(granted)
    after = await house.answers.get(turn, await house.alone(ADA), GENERAL, ADA)

    assert NUMBER in str(before.passages)
    assert NUMBER not in str(after.passages)
    assert "•••0142" in str(after.passages)


async def test_calls_of_another_assistant_are_in_no_answer(house: Phones) -> None:
    await house.grant_calls(Grantee.CHANNEL, "C0GENERAL", "assistant-2")

    written = await house.ask(MIA, text=LOCKED)

    assert written.outcome == "refused"
    assert written.passages == []


@pytest.mark.parametrize("asker", [MIA, BEN])
async def test_what_was_answered_is_shown_only_as_long_as_calls_may_be_seen(
    house: Phones, asker: Asker
) -> None:
    granted = await house.grant_calls(Grantee.CHANNEL, "C0GENERAL", SUPPORT)
    await house.ask(MIA, text=LOCKED)
    turn, asked = await house.turn(), await house.begun(MIA, text=LOCKED)
    answers = Answers(house.turns, house.messages, house.rights)

    before = await answers.get(turn.id, await house.alone(asker), GENERAL, asker)
    assert before.passages
    assert await house.producing.stands(asked, turn)

    await house.withdraw(granted)
    assert not await house.producing.stands(asked, turn)
    with pytest.raises(RefusedError, match="the calls that this answer is from"):
        await answers.get(turn.id, await house.alone(asker), GENERAL, asker)


async def test_why_this_answer_leaves_out_calls_that_may_not_be_seen_now(house: Phones) -> None:
    await house.grant_calls(Grantee.CHANNEL, "C0GENERAL", SUPPORT)
    await house.ask(MIA, text=LOCKED)
    prices = cast("Any", house)
    feedback = Feedback(house.answers, Opinions(house.database), Usages(house.database), prices)
    house.cost = nothing_known  # type: ignore[attr-defined] # as the prices

    may = await house.alone(MIA)
    found = await feedback.why(f"turn:{LOCKED}:False", may, GENERAL, MIA)
    fewer = await feedback.why(f"turn:{LOCKED}:False", replace(may, calls=Some.of(["a-2"])), GENERAL, MIA)

    assert found.turn.passages
    assert (fewer.turn.passages, fewer.hidden) == ([], True)


async def nothing_known(*_: Any) -> None:
    """``Prices.cost``."""


# ---------------------------------------------------------------------------------------------------- sharing it
async def test_it_is_shared_with_those_who_may_read_the_calls_alone(house: Phones) -> None:
    await house.ask(ADA, text=LOCKED, private=True)

    with pytest.raises(NotHereError):
        await house.sharing.share(f"turn:{LOCKED}:True", GENERAL, ADA, join=False)
    await house.grant_calls(Grantee.CHANNEL, "C0GENERAL", "assistant-2")
    with pytest.raises(RefusedError, match="may see the calls that this answer is from"):
        await house.sharing.share(f"turn:{LOCKED}:True", GENERAL, ADA, join=False)
    assert await house.said() == []

    await house.grant_calls(Grantee.CHANNEL, "C0GENERAL")
    await house.sharing.share(f"turn:{LOCKED}:True", GENERAL, ADA, join=False)
    assert "Mailbox locked after wrong PIN" in str(await house.said())


async def test_an_answer_with_whole_numbers_is_shared_in_no_other_channel(house: Phones) -> None:
    for channel in ("C0GENERAL", "C0RANDOM"):
        await house.grant_calls(Grantee.CHANNEL, channel)
    await house.ask(ADA, text=FORWARDED, private=True)

    with pytest.raises(RefusedError, match="may see the calls"):
        await house.sharing.share(f"turn:{FORWARDED}:True", replace(RANDOM, thread=""), ADA, join=False)


# -------------------------------------------------------------------------------------------- without documents
async def test_who_is_granted_calls_and_no_documents_asks_and_looks_at_passages(house: Phones) -> None:
    house.set("none")
    await house.grant_calls(Grantee.PERSON, "U0MIA")
    await house.ask(MIA, text=LOCKED, private=True)
    alone = await house.alone(MIA)

    turn = await house.answers.get(f"turn:{LOCKED}:True", alone, GENERAL, MIA)

    assert turn.passages
    assert not alone.has(Right.DOCUMENTS)
    for words in ("show_passages", "thumb_up", "thumb_down", "feedback", "share", "why_this_answer"):
        alone.require(BY_WORDS[words].right)


# ----------------------------------------------------------------------------------------------------- going aside
def test_an_answer_that_went_aside_for_calls_offers_no_button_that_allows_documents() -> None:
    why = "Not everyone in that channel has access to calls"
    documents, calls = (Aside(why, silent=False, could_allow=True, calls=calls) for calls in (False, True))
    options = {calls.calls: calls.within({}) for calls in (documents, calls)}
    turns = {
        of: cast("Turn", SimpleNamespace(options=given, channel="C0GENERAL")) for of, given in options.items()
    }

    assert "Answer here" in str(line("U1", "C0GENERAL", documents).blocks)
    assert "Answer here" not in str(line("U1", "C0GENERAL", calls).blocks)
    assert "Answer here" in str(explained(turns[False]))
    assert "Answer here" not in str(explained(turns[True]))
    assert why in str(explained(turns[True]))
