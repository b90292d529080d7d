"""What became of a change: done, refused, failed, or unknown where it may have been done and nobody can tell."""

import asyncio
from typing import Any

import pytest

from bot.errors import OutcomeUnknownError, RefusedError, UsageError
from bot.render.blocks import Message, section
from bot.render.edits import Filled
from bot.render.forms import Choice, Form
from bot.render.outcomes import File, Listing, Modal, Refusal
from bot.services.access import EVERYTHING, NOTHING, Asker, Audience, Place
from bot.slack.ways import Way
from bot.telnyx import (
    TelnyxNotFoundError,
    TelnyxServerError,
    TelnyxTimeoutError,
    TelnyxUnreachableError,
    TelnyxUnreadableError,
)
from bot.workflows.asked import Asked
from bot.workflows.deed import Done, Wish
from handlers.perform import GONE, Performer
from handlers.verb import AnyVerb, Effect, Outcome, Request, Verb
from handlers.verbs import BY_WORDS
from tests.unit.handlers.scene import AN_HOUR, Thing

HERE, ME = Place("T", "C", ""), Asker("U", "T")
MADE = Message("I made it.")
FOUND = Message("It was made before.")
LOST = [
    TelnyxUnreachableError("x", "reset"),
    TelnyxTimeoutError("x", "no answer in time"),
    TelnyxUnreadableError("x", "no JSON"),
    TelnyxServerError("x", 502),
    TelnyxServerError("x", 504),
    OutcomeUnknownError("chat.postMessage"),
]
"""Whoever gets one of these does not know whether it was done."""
NO = [
    TelnyxUnreachableError("x", "refused", sent=False),
    TelnyxTimeoutError("x", "no connection in time", sent=False),
    TelnyxServerError("x", 500),
    TelnyxServerError("x", 503),
    TelnyxNotFoundError("x", 404),
    ZeroDivisionError("ours"),
]
"""And these say that it was not."""


def named(error: Exception) -> str:
    status = getattr(error, "status", getattr(error, "sent", ""))
    return f"{type(error).__name__}-{status}"


class Change:
    """A change whose attempts end as a test says, and a look for what a cut-off attempt made."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.run: Outcome | Exception = MADE
        self.found: Outcome | Exception | None = FOUND
        self.audience: Audience = EVERYTHING
        self.done: list[str] = []
        """Which of both was asked, in order."""
        self.requests: list[Request[Thing]] = []
        self.offered = [Choice("x"), Choice("y")]
        self.performer = self.impatient(AN_HOUR)
        self._words = monkeypatch

    def impatient(self, seconds: float) -> Performer:
        """Somebody who waits so long for what is looked up for a form that comes back."""
        return Performer(None, self._audience_of, form_seconds=seconds)  # type: ignore[arg-type] # these verbs use no service

    async def attempt(
        self,
        *,
        again: bool = False,
        looks: bool = False,
        view: str = "",
        given: dict[str, Any] | None = None,
        **more: Any,
    ) -> Done:
        """Carry the change out, as durable work does."""
        verb: AnyVerb = Verb(
            Thing, self.run_, effect=Effect.CHANGE, found=self._found if looks else None, **more
        )
        self._words.setitem(BY_WORDS, "test thing", verb)  # as if a release had it
        wish = Wish("do:1", "test thing", given or {"name": "x"}, HERE, ME, Way("U", "Thing", view=view))
        return await self.performer.deed(wish, again)

    async def choose(self, _: Request[Thing]) -> list[Choice]:
        return self.offered

    async def _audience_of(self, _place: Place, _asker: Asker, *, private: bool) -> Audience:
        assert private
        return self.audience

    async def run_(self, request: Request[Thing]) -> Outcome:
        self.requests.append(request)
        self.done.append("run")
        if isinstance(self.run, Exception):
            raise self.run
        return self.run

    async def _found(self, request: Request[Thing]) -> Outcome | None:
        self.requests.append(request)
        self.done.append("found")
        if isinstance(self.found, Exception):
            raise self.found
        return self.found


@pytest.fixture
def change(monkeypatch: pytest.MonkeyPatch) -> Change:
    return Change(monkeypatch)


def text(done: Done) -> str:
    assert isinstance(done.shown, Message)
    return done.shown.text


# ----------------------------------------------------------------------------------------- what it became
async def test_what_was_done_is_shown(change: Change) -> None:
    assert await change.attempt() == Done("done", MADE)
    assert (change.requests[0].id, change.requests[0].again) == ("do:1", False)


async def test_each_attempt_has_the_same_key(change: Change) -> None:
    await change.attempt()
    await change.attempt(again=True)

    first, second = change.requests
    assert first.key == second.key
    assert (first.again, second.again) == (False, True)


async def test_a_list_is_shown_as_its_page_and_a_file_as_it_is(change: Change) -> None:
    change.run = Listing("Things", [[section("a")]], "Nothing.")
    shown = await change.attempt()
    change.run = File("a.txt", b"a", "A file")

    handed = await change.attempt()

    assert text(shown) == "Things (1 in all)"
    assert handed == Done("done", change.run)


@pytest.mark.parametrize("error", [UsageError("No such thing."), RefusedError("Not yours.")])
async def test_whoever_may_not_or_made_a_slip_is_refused(error: Exception, change: Change) -> None:
    change.run = error

    done = await change.attempt()

    assert done.result == "refused"
    assert str(error) in text(done)


async def test_a_refusal_shows_what_helps_on(change: Change) -> None:
    change.run = Refusal(Message("Add me first."))

    assert await change.attempt() == Done("refused", Message("Add me first."))


async def test_a_right_that_is_missing_is_a_refusal_and_nothing_runs(change: Change) -> None:
    change.audience = NOTHING

    done = await change.attempt()

    assert (done.result, change.done) == ("refused", [])


@pytest.mark.parametrize("error", NO, ids=named)
async def test_what_was_surely_not_done_has_failed(error: Exception, change: Change) -> None:
    change.run = error

    done = await change.attempt(see="things")

    assert done.result == "failed"
    assert "I don't know" not in text(done)


@pytest.mark.parametrize("error", LOST, ids=named)
async def test_what_may_have_been_done_is_unknown_and_says_how_to_look(
    error: Exception, change: Change
) -> None:
    change.run = error

    done = await change.attempt(see="things")

    assert done.result == "unknown"
    assert "I don't know whether it was done. Type `/telnyx things` to check" in text(done)


async def test_a_verb_that_this_release_does_not_have_changes_nothing(change: Change) -> None:
    done = await change.performer.deed(Wish("do:1", "gone", {}, HERE, ME, Way("U")), again=True)

    assert done == Done("failed", Message(GONE))


async def test_arguments_that_this_release_does_not_read_change_nothing(change: Change) -> None:
    done = await change.attempt(given={"colour": "red"})

    assert (done.result, change.done) == ("failed", [])


async def test_an_outcome_that_no_change_has_is_a_mistake_of_ours(change: Change) -> None:
    change.run = Asked("1", "ask", "x", "", HERE, ME, private=True)

    assert (await change.attempt()).result == "failed"


# ---------------------------------------------------------------------------------- after a cut-off attempt
@pytest.mark.parametrize("error", [*LOST, *NO], ids=named)
async def test_an_attempt_after_one_that_was_cut_off_never_says_that_nothing_was_done(
    error: Exception, change: Change
) -> None:
    change.run = error

    done = await change.attempt(again=True, see="things")

    assert done.result == "unknown"
    assert "Type `/telnyx things` to check" in text(done)


async def test_a_right_withdrawn_between_two_attempts_makes_nothing_undone(change: Change) -> None:
    change.audience = NOTHING

    done = await change.attempt(again=True)

    assert (done.result, change.done) == ("unknown", [])


async def test_what_does_not_exist_is_refused_even_again(change: Change) -> None:
    change.run = UsageError("No such thing.")

    assert (await change.attempt(again=True)).result == "refused"


# ------------------------------------------------------------------------------ what must not be made twice
async def test_what_went_well_is_not_looked_for(change: Change) -> None:
    assert await change.attempt(looks=True) == Done("done", MADE)
    assert change.done == ["run"]


async def test_an_attempt_after_one_that_was_cut_off_looks_and_does_not_do(change: Change) -> None:
    assert await change.attempt(again=True, looks=True) == Done("done", FOUND)
    assert change.done == ["found"]


@pytest.mark.parametrize("error", LOST, ids=named)
async def test_an_answer_that_was_lost_is_looked_for_at_once(error: Exception, change: Change) -> None:
    change.run = error

    assert await change.attempt(looks=True) == Done("done", FOUND)
    assert change.done == ["run", "found"]


@pytest.mark.parametrize("error", NO, ids=named)
async def test_what_was_surely_not_done_is_not_looked_for(error: Exception, change: Change) -> None:
    change.run = error

    assert (await change.attempt(looks=True)).result == "failed"
    assert change.done == ["run"]


@pytest.mark.parametrize("again", [True, False])
async def test_what_is_not_found_is_unknown_and_not_done_again(again: bool, change: Change) -> None:
    change.run, change.found = LOST[0], None

    done = await change.attempt(again=again, looks=True, see="things")

    assert done.result == "unknown"
    assert ("give this ID" in text(done)) is not again  # the log has what cut it off
    assert change.done.count("run") == (0 if again else 1)


@pytest.mark.parametrize("again", [True, False])
@pytest.mark.parametrize("error", [*LOST, *NO, UsageError("No such thing."), RefusedError("No.")], ids=named)
async def test_whatever_keeps_us_from_looking_it_stays_unknown(
    error: Exception, again: bool, change: Change
) -> None:
    change.run, change.found = LOST[0], error

    assert (await change.attempt(again=again, looks=True)).result == "unknown"


FILES = frozenset({"files:write"})


@pytest.mark.parametrize("error", LOST, ids=named)
async def test_of_a_file_nothing_is_done_while_it_is_made(error: Exception, change: Change) -> None:
    change.run = error

    assert (await change.attempt(scopes=FILES)).result == "failed"
    assert (await change.attempt(scopes=FILES, again=True)).result == "unknown"  # shared before, perhaps


# ------------------------------------------------------------------------------------------------- forms
FORM = Form("New thing", "Make", ("name",))


async def test_a_form_comes_back_with_what_was_filled_in_and_what_is_wrong(change: Change) -> None:
    change.run = UsageError("There is no thing “z”.")

    done = await change.attempt(form=FORM, view="do:1", given={"name": "z"})

    assert isinstance(done.shown, Modal)
    notice, field = done.shown.blocks
    assert done.result == "refused"
    assert "There is no thing “z”." in notice["text"]["text"]
    assert field["element"]["initial_value"] == "z"


async def test_a_form_comes_back_with_its_choices(change: Change) -> None:
    change.run = TelnyxServerError("x", 500)

    done = await change.attempt(form=FORM, view="do:1", given={"name": "y"}, choices={"name": change.choose})

    assert isinstance(done.shown, Modal)
    assert done.shown.blocks[1]["element"]["initial_option"]["value"] == "y"
    assert len(done.shown.blocks[1]["element"]["options"]) == 2


KEPT_FORM = Form("A thing", "Save", ("name", "page"), carries=("seen",))


async def thing_there(request: Request[Thing]) -> Filled:
    """What is there, as the last look saw it."""
    return Filled({"name": "x", "page": "2", "seen": f"of {request.intent.name}"}, "*Mind the gap.*")


async def test_a_form_is_filled_with_what_is_there_of_the_thing_that_was_named(change: Change) -> None:
    verb: AnyVerb = Verb(Thing, change.run_, effect=Effect.CHANGE, form=KEPT_FORM, filled=thing_there)

    form = await change.performer.form(verb, HERE, ME, "cmd:1", given={"name": "Mood"})

    note, name, page = form.blocks
    assert note["text"]["text"] == "*Mind the gap.*"
    assert (name["element"]["initial_value"], page["element"]["initial_value"]) == ("Mood", "2")
    assert form.memo == "of Mood"


async def test_a_filled_form_comes_back_as_it_was_sent_and_knows_what_is_there_now(change: Change) -> None:
    change.run = UsageError("Someone else was faster.")
    given = {"name": "z", "page": 1}

    done = await change.attempt(form=KEPT_FORM, view="do:1", given=given, filled=thing_there)

    assert isinstance(done.shown, Modal)
    notice, name, page = done.shown.blocks
    assert "Someone else was faster." in notice["text"]["text"]
    assert (name["element"]["initial_value"], page["element"]["initial_value"]) == ("z", "1")
    assert done.shown.memo == "of z"


@pytest.mark.parametrize(
    ("outcome", "result"), [(MADE, "done"), (LOST[0], "unknown")], ids=["done", "unknown"]
)
async def test_what_may_have_been_done_is_not_offered_again(
    outcome: Message | Exception, result: str, change: Change
) -> None:
    change.run = outcome

    done = await change.attempt(form=FORM, view="do:1")

    assert done.result == result
    assert isinstance(done.shown, Message)


async def test_without_a_window_the_sentence_stands_alone(change: Change) -> None:
    change.run = UsageError("There is no thing “z”.")

    assert "There is no thing “z”." in text(await change.attempt(form=FORM, given={"name": "z"}))


async def test_whoever_may_not_see_the_form_reads_the_sentence(change: Change) -> None:
    change.audience = NOTHING

    assert "I don't know yet what you may see." in text(await change.attempt(form=FORM, view="do:1"))


async def test_a_form_whose_choices_take_too_long_is_a_sentence(change: Change) -> None:
    change.run = UsageError("There is no thing “z”.")
    change.performer = change.impatient(0)

    async def slow(_: Request[Thing]) -> list[Choice]:
        await asyncio.Event().wait()
        return []

    done = await change.attempt(form=FORM, view="do:1", choices={"name": slow})

    assert (done.result, "There is no thing “z”." in text(done)) == ("refused", True)


async def test_a_form_whose_choices_cannot_be_had_is_a_sentence(change: Change) -> None:
    change.run = UsageError("There is no thing “z”.")

    async def away(_: Request[Thing]) -> list[Choice]:
        raise TelnyxServerError("x", 500)

    done = await change.attempt(form=FORM, view="do:1", choices={"name": away})

    assert "There is no thing “z”." in text(done)
