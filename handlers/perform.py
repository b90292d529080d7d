"""A verb's work, without Slack: the right, the work, the outcome. The dispatcher, the durable deeds, the command line and the tests run it."""

from collections.abc import Awaitable, Callable

import structlog

from bot.errors import RefusedError, UsageError
from bot.observability.logs import new_error_id
from bot.render import forms
from bot.render.blocks import Message
from bot.render.errors import words
from bot.render.intent import Intent, Paged
from bot.render.outcomes import Listing, Modal
from bot.runtime import Services
from bot.services.access import Audience, Destination
from bot.workflows.deed import Deed, Done
from handlers.verb import AnyVerb, Request
from handlers.verbs import BY_WORDS

log = structlog.get_logger(__name__)


class Performer:
    """Runs verbs for people."""

    def __init__(self, services: Services, audience_of: Callable[[Destination], Awaitable[Audience]]) -> None:
        self.services = services
        self._audience_of = audience_of

    async def shown(
        self, verb: AnyVerb, intent: Intent, by: Destination, work_id: str, *, again: bool = False
    ) -> Message | Modal:
        """What a verb that looks or changes shows. Rights are asked of Slack first, each time.

        Raises:
            RefusedError, UsageError, TelnyxError: for the table of words.
        """
        audience = await self.allowed(verb, by)
        outcome = await verb.run(Request(intent, by, audience, self.services, work_id, again))
        if isinstance(outcome, Listing) and isinstance(intent, Paged):
            return outcome.page(intent)
        if isinstance(outcome, Message | Modal):
            return outcome
        raise AssertionError(f"{verb.words} shows {type(outcome).__name__}")

    async def allowed(self, verb: AnyVerb, by: Destination) -> Audience:
        """What the person may see. Raises ``RefusedError`` unless they may have the verb done."""
        audience = await self._audience_of(by)
        audience.require(verb.right)
        return audience

    async def deed(self, deed: Deed, again: bool) -> Done:
        """Do a durable deed; a failure is an outcome too. A form comes back with what was filled in."""
        verb = BY_WORDS.get(deed.verb)
        if verb is None:
            return Done(
                "failed", Message("This release does not know how to do that any more. Nothing was changed.")
            )
        try:
            shown = await self.shown(
                verb, verb.intent.model_validate(deed.given), deed.by, deed.id, again=again
            )
        except Exception as error:  # noqa: BLE001 - whatever it is, the person reads a sentence and the log has its id
            told = Message(sentence(error, deed.verb))
            form = (
                forms.view(
                    verb.form,
                    verb.intent,
                    given=deed.given,
                    notice=f":warning: {told.text}",
                    memo=deed.by.channel,
                )
                if verb.form and deed.way.view
                else None
            )
            return Done("refused" if isinstance(error, UsageError | RefusedError) else "failed", form or told)
        return Done("done", shown.view() if isinstance(shown, Modal) else shown)


def sentence(error: BaseException, verb: str) -> str:
    """The error in words for the person, and in the log under the same id."""
    error_id = new_error_id()
    if isinstance(error, UsageError | RefusedError):
        log.info("refused", error_id=error_id, verb=verb, reason=type(error).__name__)
    else:
        log.error("verb_failed", error_id=error_id, verb=verb, exc_info=error)
    return words(error, error_id).text
