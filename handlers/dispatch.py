"""The one way from Slack to a verb: read what is wanted, take it in as its effect demands, acknowledge, show."""

import re
import time
from collections.abc import Awaitable, Mapping
from dataclasses import replace
from typing import Any

from pydantic import ValidationError
from slack_bolt.async_app import AsyncApp

from bot.errors import RefusedError, UsageError
from bot.render import forms
from bot.render.blocks import Message, section
from bot.render.confirm import MINUTES, NAME, Confirm, question, window
from bot.render.intent import Intent
from bot.render.markdown import escape_mrkdwn
from bot.render.outcomes import Modal
from bot.runtime import Runtime
from bot.services.access import NOTHING
from bot.workflows.asked import Asked
from bot.workflows.deed import Deed
from bot.workflows.engine import NotDurableInTimeError
from handlers import line, tree
from handlers.came import NOTHING_DONE, Ack, Came, pressed, sent, typed
from handlers.perform import Performer, sentence
from handlers.typed import lex
from handlers.verb import AnyVerb, Effect, Request
from handlers.verbs import BY_WORDS, VERBS

OLD = "This button is of an older release. Type the command again."


class Dispatcher:
    """Commands, presses, forms and shortcuts."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._performer = Performer(runtime.services, runtime.workspace.rights.of)
        self._short = tree.short_forms(runtime.settings.command_aliases)
        self._forms = {verb.form.callback or verb.words: verb for verb in VERBS if verb.form}
        self._shortcuts = {one.callback: (verb, one) for verb in VERBS for one in verb.shortcuts}

    def register(self, app: AsyncApp) -> None:
        """One listener for each kind of wish."""
        anything = re.compile(".*", re.DOTALL)
        for name in (tree.FAMILY, *self._short):
            app.command(name)(self.on_command)
        app.action(anything)(self.on_press)
        app.view(anything)(self.on_sent)
        app.shortcut(anything)(self.on_shortcut)

    # ------------------------------------------------------------------------------------- the ways in
    async def on_command(self, ack: Ack, command: dict[str, Any]) -> None:
        """A typed line."""
        text = command.get("text") or ""
        short = self._short.get(command["command"])
        found = tree.find(lex(text if short is None else f"{short} {text}"))
        if isinstance(found, str):
            await ack(text=found)
            return
        verb, said = found
        text = text if short is None else f"{short} {text}"
        came = typed(command, ack, tree.usage(verb))
        if verb.form and not said:
            await self._guarded(verb, came, self._open(verb, came))
            return
        await self._guarded(verb, came, self._typed(verb, text, said, came))

    async def on_press(self, ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
        """A button. One that nobody knows any more is acknowledged, so that Slack shows no error."""
        name = action["action_id"].partition("#")[0]
        verb = BY_WORDS.get(name)
        came = pressed(body, action, ack, (verb.home or verb.words.capitalize()) if verb else "")
        value = action.get("value") or "{}"
        if name == Confirm.verb:
            await self._confirmed(value, came)
        elif name == "dismiss":
            await came.acknowledge()
            await self._runtime.workspace.ways.show(
                replace(came.way, replace=True), NOTHING_DONE, url=came.url
            )
        elif verb is None:
            await came.acknowledge()
        elif verb.form and value == "{}":
            await self._guarded(verb, came, self._open(verb, came))
        else:
            await self._guarded(verb, came, self._pressed(verb, value, came))

    async def on_sent(self, ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        """A form that was sent: what is wrong stands at its field while it can still be put right."""
        if view["callback_id"] == Confirm.verb:
            await self._confirmed_by_name(ack, body, view)
            return
        verb = self._forms.get(view["callback_id"])
        if verb is None or verb.form is None:  # opened by an older release
            await ack(response_action="clear")
            return
        try:
            intent = verb.intent.model_validate(forms.filled(view))
        except ValidationError as error:
            wrong = forms.wrong(error)
            known = {name: text for name, text in wrong.items() if name in verb.form.fields}
            await ack(
                response_action="errors", errors=known or {verb.form.fields[0]: next(iter(wrong.values()))}
            )
            return
        told = Modal(verb.form.title, [section(verb.form.taken_in)]).view()
        came = sent(body, view, ack, title=verb.form.title, taken_in=told, first_field=verb.form.fields[0])
        await self._guarded(verb, came, self._do(verb, intent, came))

    async def on_shortcut(self, ack: Ack, body: dict[str, Any]) -> None:
        """An entry of the shortcut menu opens its verb's form."""
        verb, shortcut = self._shortcuts[body["callback_id"]]
        given = shortcut.given(body["message"]) if shortcut.given else {}
        team = body["team"]["id"]
        came = pressed({**body, "container": {}}, {"action_id": "", "action_ts": body["action_ts"]}, ack, "")
        came.id = f"short:{team}:{body['action_ts']}"
        await self._guarded(verb, came, self._open(verb, came, given))

    # ------------------------------------------------------------------------------- reading what is wanted
    async def _typed(self, verb: AnyVerb, text: str, said: Any, came: Came) -> None:
        try:
            intent = line.read(verb.intent, text, said)
        except UsageError as error:
            if said and (meant := tree.near_verb(verb, said[0].text)):
                raise UsageError(f"{error.text} Did you mean `{tree.FAMILY} {meant}`?") from error
            raise
        await self._do(verb, intent, came)

    async def _pressed(self, verb: AnyVerb, value: str, came: Came) -> None:
        try:
            intent = verb.intent.unpack(value)
        except ValueError as error:
            raise UsageError(OLD) from error
        await self._do(verb, intent, came)

    async def _open(self, verb: AnyVerb, came: Came, given: Mapping[str, Any] | None = None) -> None:
        await came.acknowledge()
        if verb.form is None:
            raise AssertionError("only forms are opened")
        if verb.effect is not Effect.TURN:  # a turn asks for itself
            await self._performer.allowed(verb, came.by)
        memo = (
            came.by.channel if came.url and not given else ""
        )  # a shortcut's answer comes in a direct message
        window = forms.view(verb.form, verb.intent, given=given or {}, memo=memo)
        await self._runtime.workspace.ways.show(came.way, window, trigger=came.trigger)

    async def _confirmed(self, value: str, came: Came) -> None:
        try:
            yes = Confirm.unpack(value)
            verb = BY_WORDS[yes.name]
        except (ValueError, KeyError):
            await came.acknowledge()
            return
        came.way = replace(came.way, replace=True)
        came.id = f"confirm:{yes.key}"
        await self._guarded(verb, came, self._deed_of(yes, verb, came))

    async def _confirmed_by_name(self, ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        yes = Confirm.unpack(view["private_metadata"])
        verb = BY_WORDS[yes.name]
        if forms.filled(view).get(NAME) != yes.given[verb.typed_name]:
            await ack(
                response_action="errors", errors={NAME: f"Type “{yes.given[verb.typed_name]}” to confirm."}
            )
            return
        told = Modal(verb.words.capitalize(), [section("I'm on it…")]).view()
        came = sent(body, view, ack, title=verb.words.capitalize(), taken_in=told, first_field=NAME)
        came.by = replace(came.by, channel=yes.channel)
        came.id = f"confirm:{yes.key}"
        await self._guarded(verb, came, self._deed_of(yes, verb, came))

    async def _deed_of(self, yes: Confirm, verb: AnyVerb, came: Came) -> None:
        if yes.user != came.by.user:
            raise RefusedError("Only the person who was asked can confirm this.")
        if time.time() > yes.until:
            raise UsageError("This question is too old to be confirmed. Type the command again.")
        await self._change(verb, verb.intent.model_validate(yes.given), came)

    # ----------------------------------------------------------------------------------------- taking it in
    async def _do(self, verb: AnyVerb, intent: Intent, came: Came) -> None:
        if verb.question is not None:
            await self._ask_first(verb, intent, came, verb.question(intent))
        elif verb.effect is Effect.CHANGE:
            await self._change(verb, intent, came)
        elif verb.effect is Effect.TURN:
            await self._turn(verb, intent, came)
        else:
            await self._look(verb, intent, came)

    async def _look(self, verb: AnyVerb, intent: Intent, came: Came) -> None:
        await came.acknowledge()
        shown = await self._performer.shown(verb, intent, came.by, came.id)
        as_sent = shown.view() if isinstance(shown, Modal) else shown
        await self._runtime.workspace.ways.show(
            came.way, as_sent, url=came.url, trigger=came.trigger, key=came.id
        )

    async def _turn(self, verb: AnyVerb, intent: Intent, came: Came) -> None:
        asked = await verb.run(Request(intent, came.by, NOTHING, self._runtime.services, came.id))
        if not isinstance(asked, Asked):
            raise AssertionError(f"{verb.words} is no turn")
        self._admit(asked.destination.user, asked.id)
        by_url = asked.destination.private and asked.destination.channel  # a window's answer has no place
        await self._durable(self._runtime.work.turns.start(asked, came.url if by_url else None), came)

    async def _change(self, verb: AnyVerb, intent: Intent, came: Came) -> None:
        work_id = f"do:{came.id}"
        self._admit(came.by.user, work_id)
        deed = Deed(work_id, verb.words, intent.model_dump(mode="json"), came.by, came.way)
        await self._durable(self._runtime.work.deeds.start(deed, came.url), came)

    async def _ask_first(self, verb: AnyVerb, intent: Intent, came: Came, text: str) -> None:
        await came.acknowledge()
        await self._performer.allowed(verb, came.by)
        yes = Confirm(
            name=verb.words,
            given=intent.model_dump(mode="json"),
            user=came.by.user,
            until=int(time.time()) + MINUTES * 60,
            key=came.id,
            channel=came.by.channel,
        )
        asked = window(text, yes) if verb.typed_name else question(text, yes)
        ways = self._runtime.workspace.ways
        await ways.show(came.way, asked, url=came.url, trigger=came.trigger, key=came.id)

    async def _durable(self, starting: Awaitable[None], came: Came) -> None:
        """Acknowledge once the work is durable."""
        try:
            await starting
        except NotDurableInTimeError:  # it goes on regardless
            await came.acknowledge(**came.late)
        else:
            await came.acknowledge(**came.taken_in)

    def _admit(self, user: str, work_id: str) -> None:
        if wait := self._runtime.rate.wait(user, work_id):
            raise UsageError(
                f"You've reached the limit for one minute. Try again in {max(1, round(wait))} seconds."
            )

    async def _guarded(self, verb: AnyVerb, came: Came, doing: Awaitable[None]) -> None:
        """What goes wrong becomes a sentence, in the acknowledgement while there can be one.

        Nothing is raised out of here: Bolt 1.30 forgets an acknowledgement when the listener raises within ten milliseconds of it.
        """
        try:
            await doing
        except Exception as error:  # noqa: BLE001 - whatever it is, the person reads a sentence and the log has its id
            if not came.acknowledged and came.refusal:
                mistyped = isinstance(
                    error, UsageError
                )  # nothing was taken in, so there is nothing to look for in the log
                text = escape_mrkdwn(str(error)) + came.usage if mistyped else sentence(error, verb.words)
                await came.acknowledge(**came.refusal(text))
                return
            text = sentence(error, verb.words)
            await came.acknowledge()
            beside = replace(came.way, view="", replace=False)
            await self._runtime.workspace.ways.show(beside, Message(text), url=came.url, key=came.id)
