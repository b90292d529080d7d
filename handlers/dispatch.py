"""The one way from Slack to a verb: take it in as its effect demands, acknowledge, show. ``inbound.py`` reads what is wanted."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError

from bot import ids
from bot.errors import OutcomeUnknownError, SeveralError, TooSlowError, UsageError
from bot.render import confirm, forms
from bot.render.blocks import Message, section
from bot.render.intent import Intent
from bot.render.markdown import escape_mrkdwn
from bot.render.outcomes import QUIET, Modal, Shown, loading, working
from bot.render.which import which
from bot.runtime import Runtime
from bot.services.access import NOTHING
from bot.slack.codes import code_of
from bot.slack.ways import Ways
from bot.slack.writing.private_reply import BESIDE
from bot.workflows.acceptance import NotDurableInTimeError
from bot.workflows.asked import Asked
from bot.workflows.deed import Wish
from handlers.came import SLOW, SLOW_QUESTION, Came
from handlers.perform import Performer, log_of, notice
from handlers.verb import AnyVerb, Effect, Question, Request

log = structlog.get_logger(__name__)

NOTICE_SECONDS = 2.0
"""After so long a look says that it is at work."""
GIVE_UP_SECONDS = 10.0
"""A look that takes longer is given up in words."""
STILL_LOOKING = Message("Still looking…")
COMES_DIRECTLY = "I'm working on it. I'll send it to you in a direct message."


class Dispatcher:
    """Takes wishes in, whichever way they came.

    Args:
        runtime: the running bot.
        notice_seconds: see ``NOTICE_SECONDS``.
        give_up_seconds: see ``GIVE_UP_SECONDS``.
    """

    def __init__(
        self,
        runtime: Runtime,
        *,
        notice_seconds: float = NOTICE_SECONDS,
        give_up_seconds: float = GIVE_UP_SECONDS,
    ) -> None:
        self._runtime = runtime
        self._notice_seconds = notice_seconds
        self._give_up_seconds = give_up_seconds
        self.performer = Performer(runtime.services, runtime.rights.of)

    async def do(self, verb: AnyVerb, intent: Intent, came: Came) -> None:
        """Do what someone wants or, where that names several things, ask which one is meant. Raises for ``guarded``."""
        try:
            await self._do(verb, intent, came)
        except SeveralError as error:
            log_of(error, verb.words)
            await came.acknowledge()
            await self._ways(came).show(came.trouble, which(intent, error), url=came.url, key=came.id)

    async def _do(self, verb: AnyVerb, intent: Intent, came: Came) -> None:
        """Do what someone wants.

        Raises:
            Exception: for ``guarded``.
        """
        if verb.fills(intent):
            await self.open(verb, came, intent.model_dump(exclude_unset=True))
        elif verb.question is not None:
            await self._ask_first(verb, intent, came)
        elif verb.effect is Effect.CHANGE:
            await self._change(verb, intent, came)
        elif verb.effect is Effect.TURN:
            await self._turn(verb, intent, came)
        else:
            await self._look(verb, intent, came)

    async def open(self, verb: AnyVerb, came: Came, given: Mapping[str, Any] | None = None) -> None:
        """Open the verb's form: at once, and filled once it is known who looks and what there is to choose."""
        await self._window(verb, came, needed=True)
        here = forms.here(verb.form, verb.intent) if verb.form else ""
        filled = {**({here: came.place.channel} if here else {}), **(given or {})}
        form = await self._in_time(self.performer.form(verb, came.place, came.asker, came.id, given=filled))
        await self._show(came, form)

    async def confirmed(self, wish: Wish, came: Came) -> None:
        """Begin what someone confirmed, in the place of the question."""
        self._runtime.rate.admit(wish.asker.user, wish.id)
        wish = replace(wish, way=came.way)
        await self._durable(wish.verb, lambda: self._runtime.work.deeds.start(wish, came.url), came)

    async def dismissed(self, deed_id: str, came: Came) -> None:
        """Take the question away."""
        canceled = await self._runtime.work.deeds.dismiss(deed_id, came.place, came.asker)
        await came.acknowledge()
        if canceled:
            await self._ways(came).show(
                replace(came.way, replace=True), confirm.CANCELED, url=came.url, key=came.id
            )

    async def guarded(self, verb: str, came: Came, doing: Awaitable[None]) -> None:
        """Turn whatever goes wrong into a sentence, in the acknowledgement while there can be one.

        Nothing is raised out of here: Bolt 1.30 forgets an acknowledgement when the listener raises within ten milliseconds of it.
        """
        try:
            await doing
        except Exception as error:  # noqa: BLE001 - whatever it is, the person reads a sentence and the log has its id
            if not came.acknowledged and came.refusal:
                await came.acknowledge(**came.refusal(_in_the_acknowledgement(error, verb, came)))
                return
            said = notice(error, verb).message
            await came.acknowledge()
            try:
                await self._ways(came).show(came.trouble, said, url=came.url, key=came.id)
            except (SlackApiError, OutcomeUnknownError) as silent:
                log.warning("not_told", verb=verb, error=type(silent).__name__)

    # ---------------------------------------------------------------------------------- what its effect demands
    async def _look(self, verb: AnyVerb, intent: Intent, came: Came) -> None:
        if verb.paid:
            self._runtime.rate.admit(came.asker.user, came.id)
        if came.way.view:  # a page is turned where it stands, and a form that was sent says that it was
            await came.acknowledge(**came.taken_in)
        elif verb.window or not came.url:
            await self._window(verb, came, needed=False)
        else:
            await came.acknowledge()
        looking = self.performer.look(verb, intent, came.place, came.asker, came.id)
        await self._show(came, await self._in_time(looking, came))

    async def _turn(self, verb: AnyVerb, intent: Intent, came: Came) -> None:
        services = self._runtime.services
        asked = await verb.run(Request(intent, came.place, came.asker, NOTHING, services, came.id))
        if not isinstance(asked, Asked):
            raise TypeError(f"{verb.words} is no turn")
        if came.late == {"text": SLOW}:
            came.late = {"text": SLOW_QUESTION}
        if came.stays and not came.way.replace:
            asked = replace(asked, options={**asked.options, BESIDE: True})
        self._runtime.rate.admit(asked.asker.user, asked.id)
        by_url = asked.private and asked.place.channel  # a window's answer has no place
        url = came.url if by_url else None
        await self._durable(verb.words, lambda: self._runtime.work.turns.start(asked, url), came)
        if came.unseen:
            await self._notice(Modal(verb.title, [section(COMES_DIRECTLY)]), came)

    async def _change(self, verb: AnyVerb, intent: Intent, came: Came) -> None:
        unseen = came.unseen
        if unseen:
            came.way = replace(came.way, title=verb.title, view=came.window)
        given = intent.model_dump(mode="json")
        wish = Wish(ids.change(came.id), verb.words, given, came.place, came.asker, came.way)
        self._runtime.rate.admit(came.asker.user, wish.id)
        await self._durable(verb.words, lambda: self._runtime.work.deeds.start(wish, came.url), came)
        if unseen:
            await self._notice(working(verb.title), came)

    async def _notice(self, window: Modal, came: Came) -> None:
        """Open a window over what was pressed, where nothing else shows that it was taken in."""
        try:
            await self._ways(came).open(came.trigger, window, came.window, inside=came.inside)
        except (SlackApiError, OutcomeUnknownError) as error:  # the outcome comes in a direct message
            log.info("window_not_opened", error=type(error).__name__)

    async def _ask_first(self, verb: AnyVerb, intent: Intent, came: Came) -> None:
        """Ask in the message or, where no one typed anything or more than one record is lost, in a window.

        Where it turns out that there's nothing to ask, it is begun at once: nothing was promised by then, as little as by a question.
        """
        if came.url and not verb.typed_name:
            await came.acknowledge()
        else:
            await self._window(verb, came, needed=bool(verb.typed_name))
        question = await self._in_time(self._question(verb, intent, came), came)
        if question is None:
            await self._change(verb, intent, came)
            return
        given = question.intent.model_dump(mode="json")
        deeds = self._runtime.work.deeds
        deed_id, until = await deeds.ask(came.id, verb.words, given, came.place, came.asker)
        asked: Shown
        if came.way.view:
            name = str(given[verb.typed_name]) if verb.typed_name else ""
            asked = confirm.window(verb.title, question.text, question.yes, deed_id, until, typed_name=name)
        else:
            asked = confirm.message(question.text, question.yes, deed_id, until)
        await self._show(came, asked)

    async def _question(self, verb: AnyVerb, intent: Intent, came: Came) -> Question[Any] | None:
        if verb.question is None:
            raise AssertionError(f"{verb.words} asks nothing")
        return await verb.question(
            await self.performer.request(verb, intent, came.place, came.asker, came.id)
        )

    # ---------------------------------------------------------------------------------------------- and how
    async def _window(self, verb: AnyVerb, came: Came, *, needed: bool) -> None:
        """Acknowledge, and open a window before anything is looked up: its trigger works for three seconds.

        Where none opens, what is no form (``needed``) comes another way.
        """
        window = loading(verb.title)
        came.way = replace(came.way, title=verb.title, view=came.window, replace=False)
        if came.sent:  # its own window would close with the acknowledgement
            view = window.view(external_id=came.window)
            await came.acknowledge(response_action="push", view=view)
            return
        await came.acknowledge()
        try:
            await self._ways(came).open(came.trigger, window, came.window, inside=came.inside)
        except OutcomeUnknownError:
            log.info("window_maybe_opened")  # the one who fills it finds out
        except SlackApiError as error:
            came.way = replace(came.way, view="")
            if needed:
                raise
            log.info("window_not_opened", error=code_of(error))

    def _ways(self, came: Came) -> Ways:
        return self._runtime.workspaces.of(came.place.team).ways

    async def _show(self, came: Came, shown: Shown) -> None:
        if shown == QUIET:
            return
        if isinstance(shown, Modal) and not shown.submit:  # what is pressed in it is wanted in the same place
            shown = replace(shown, memo=came.place.channel)
        await self._ways(came).show(came.way, shown, url=came.url, key=came.id)

    async def _in_time(self, looking: Awaitable[Any], came: Came | None = None) -> Any:
        """Wait for a look-up; say after a while that it goes on, and give it up when it takes too long."""
        task = asyncio.ensure_future(looking)
        try:
            await asyncio.wait({task}, timeout=self._notice_seconds)
            if (
                not task.done()
                and came is not None
                and came.url
                and not came.way.view
                and not (came.stays and came.way.replace)
            ):
                await self._ways(came).beside(came.url, STILL_LOOKING, replace=came.way.replace)
            await asyncio.wait({task}, timeout=self._give_up_seconds - self._notice_seconds)
            if not task.done():
                raise TooSlowError
            return task.result()
        finally:
            task.cancel()

    async def _durable(self, what: str, start: Callable[[], Awaitable[None]], came: Came) -> None:
        """Acknowledge once the work is durable. What is late goes on; should it fail after all, that is said too."""
        said = came.taken_in
        while True:
            try:
                await start()
            except NotDurableInTimeError:  # starting it again joins what goes on
                said = came.late
                log.info("not_durable_so_far", verb=what)
                await came.acknowledge(**said)
            else:
                await came.acknowledge(**said)
                return


def _in_the_acknowledgement(error: Exception, verb: str, came: Came) -> Message:
    """Return the sentence, without an id where nothing was taken in: there is nothing to look for in the log."""
    if not isinstance(error, UsageError):
        return notice(error, verb).message
    return Message(error.text if came.at_field else f"{escape_mrkdwn(error.text)}{came.usage}")
