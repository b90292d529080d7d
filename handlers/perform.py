"""A verb's work, without Slack: the right, the work, the outcome. The dispatcher, the durable deeds, the command line and the tests run it."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from typing import Any

import structlog

from bot.errors import NotNowError, RefusedError, SeveralError, UsageError
from bot.observability.logs import new_error_id
from bot.render import forms
from bot.render.blocks import Message
from bot.render.errors import Notice, interrupted, unanswered
from bot.render.intent import Intent
from bot.render.outcomes import File, Listing, Modal, Refusal, Shown, Table, with_foot
from bot.render.which import which
from bot.runtime import Services
from bot.services.access import Asker, AudienceOf, Place
from bot.slack import telling
from bot.workflows.deed import Done, Wish
from handlers.tree import TREE
from handlers.verb import AnyVerb, Outcome, Request
from handlers.verbs import BY_WORDS

log = structlog.get_logger(__name__)

FORM_SECONDS = 5.0
"""What is looked up for a form that comes back may take no longer."""
GONE = "This release can't do that anymore. Nothing was changed."


class Performer:
    """Runs verbs for people."""

    def __init__(
        self,
        services: Services,
        audience_of: AudienceOf,
        *,
        form_seconds: float = FORM_SECONDS,
    ) -> None:
        self.services = services
        self._audience_of = audience_of
        self._form_seconds = form_seconds

    async def request(
        self, verb: AnyVerb, intent: Intent, place: Place, asker: Asker, work_id: str, *, again: bool = False
    ) -> Request[Intent]:
        """Return what the verb is given; Slack is asked who the person is, each time.

        Raises:
            RefusedError: they may not have it done.
        """
        audience = await self._audience_of(place, asker, private=True)
        audience.require(verb.right)
        return Request(intent, place, asker, audience, self.services, work_id, again)

    async def look(self, verb: AnyVerb, intent: Intent, place: Place, asker: Asker, work_id: str) -> Shown:
        """Return what a verb shows that looks.

        Raises:
            RefusedError, UsageError, TelnyxError: for the table of words.
        """
        request = await self.request(verb, intent, place, asker, work_id)
        shown = _shown(verb, intent, await verb.run(request))
        also = TREE.also(verb, request.audience.has)
        return with_foot(shown, also) if also and isinstance(shown, Message) else shown

    async def form(
        self,
        verb: AnyVerb,
        place: Place,
        asker: Asker,
        work_id: str,
        *,
        given: dict[str, object] | None = None,
        notice: str = "",
    ) -> Modal:
        """Return the verb's form with what can be chosen in it, filled in with what is there and, above that, ``given``.

        Raises:
            RefusedError, UsageError, TelnyxError: for the table of words.
        """
        if verb.form is None:
            raise AssertionError(f"{verb.words} has no form")
        known = given or {}
        request = await self.request(verb, verb.intent.model_construct(None, **known), place, asker, work_id)
        choices = {name: await source(request) for name, source in verb.choices.items()}
        if verb.filled is not None:
            there = await verb.filled(request)
            known = there.given | known | {name: there.given[name] for name in verb.form.carries}
            notice = "\n".join(filter(None, (notice, there.note)))
        return forms.window(verb.form, verb.intent, given=known, choices=choices, notice=notice)

    async def choices(
        self, verb: AnyVerb, name: str, query: str, place: Place, asker: Asker, *, work_id: str
    ) -> list[dict[str, object]]:
        """Return the options of a form's field that fit what someone types; rights are asked anew."""
        request = await self.request(verb, verb.intent.model_construct(), place, asker, work_id)
        return forms.offered(await verb.choices[name](request), query)

    # ------------------------------------------------------------------------------------------------ deeds
    async def deed(self, wish: Wish, again: bool, began: float = 0.0) -> Done:
        """Do a durable change that was first wanted at ``began``, in Unix seconds; a failure is an outcome too.

        A form comes back with what was filled in.

        Raises:
            NotNowError: Slack does not say who wants it, so nothing was tried.
        """
        verb = BY_WORDS.get(wish.verb)
        if verb is None:
            return Done("failed", Message(GONE))
        try:
            intent = verb.intent.model_validate(wish.given)
            request = await self.request(verb, intent, wish.place, wish.asker, wish.id, again=again)
            request = replace(request, began=began)
        except NotNowError:  # Slack says who they are later; until then it is kept
            raise
        except Exception as error:  # noqa: BLE001 - as below; nothing was tried so far
            done = self._not_done(verb, error, maybe=again)
        else:
            try:
                done = await self._attempt(verb, request)
            except SeveralError as error:
                log_of(error, verb.words)
                done = Done("refused", which(intent, error))
            except Exception as error:  # noqa: BLE001 - whatever it is, the person reads a sentence and the log has its id
                maybe = unanswered(error) and not verb.gives_file
                maybe = maybe or (again and not isinstance(error, UsageError))
                done = self._not_done(verb, error, maybe=maybe)
        if (
            done.result in ("done", "unknown")
            or not verb.form
            or not wish.way.view
            or not isinstance(done.shown, Message)
        ):
            return done
        return Done(done.result, await self._form_again(verb, wish, done.shown))

    async def _attempt(self, verb: AnyVerb, request: Request[Any]) -> Done:
        """One attempt. What must not be made twice is looked for after one that was cut off."""
        if verb.found is None:
            return _done(verb, request.intent, await verb.run(request))
        cut_off: Exception | None = None
        if not request.again:
            try:
                return _done(verb, request.intent, await verb.run(request))
            except Exception as error:
                if not unanswered(error):
                    raise
                log.warning("change_cut_off", verb=verb.words, error=type(error).__name__)
                cut_off = error
        try:
            found = await verb.found(request)
        except Exception as error:  # noqa: BLE001 - it may have been done, whatever keeps us from seeing it
            return Done("unknown", _unknown(verb, log_of(error, verb.words)))
        if found is not None:
            return _done(verb, request.intent, found)
        return Done("unknown", _unknown(verb, log_of(cut_off, verb.words) if cut_off else ""))

    def _not_done(self, verb: AnyVerb, error: Exception, *, maybe: bool) -> Done:
        """Return what became of an attempt that raised. What may have been done (``maybe``) is never said to have been refused."""
        if maybe:
            why_not = error.text if isinstance(error, RefusedError) else ""
            return Done("unknown", _unknown(verb, log_of(error, verb.words), why_not))
        told = notice(error, verb.words).message
        return Done("refused" if isinstance(error, UsageError | RefusedError) else "failed", told)

    async def _form_again(self, verb: AnyVerb, wish: Wish, told: Message) -> Shown:
        """Return the form with what was filled in, while it can still be put right."""
        # The one who may not see the form, or has waited long enough, reads the sentence.
        with suppress(Exception):
            async with asyncio.timeout(self._form_seconds):
                return await self.form(
                    verb, wish.place, wish.asker, wish.id, given=wish.given, notice=f":warning: {told.text}"
                )
        return told


def _done(verb: AnyVerb, intent: Intent, outcome: Outcome) -> Done:
    if isinstance(outcome, Refusal):
        return Done("refused", outcome.message)
    return Done("done", outcome if isinstance(outcome, File) else _shown(verb, intent, outcome))


def _shown(verb: AnyVerb, intent: Intent, outcome: Outcome) -> Shown:
    if isinstance(outcome, Listing | Table):
        return outcome.page(intent)
    if isinstance(outcome, Message | Modal):
        return outcome
    if isinstance(outcome, Refusal):
        return outcome.message
    raise AssertionError(f"{verb.words} shows {type(outcome).__name__}")


def _unknown(verb: AnyVerb, error_id: str = "", why_not: str = "") -> Message:
    """Return the words where no one can tell whether it was done."""
    what = f"`/telnyx {verb.words}`" if verb.typed else "this"
    return interrupted(what, see=verb.see, error_id=error_id, why_not=why_not)


def notice(error: BaseException, verb: str) -> Notice:
    """Return the error in words for the person, and leave it in the log under the same id."""
    return telling.notice(error, log_of(error, verb))


def log_of(error: BaseException, verb: str) -> str:
    """Leave the error in the log; the id under which it stands there."""
    error_id = new_error_id()
    if isinstance(error, UsageError | RefusedError):
        log.info("refused", error_id=error_id, verb=verb, reason=type(error).__name__)
    else:
        log.error("verb_failed", error_id=error_id, verb=verb, exc_info=error)
    return error_id
