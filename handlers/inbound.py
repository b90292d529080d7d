"""What Slack delivers, read: a line, a button, a menu, a form, a shortcut become a verb and its intent."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import structlog
from pydantic import ValidationError
from slack_bolt.async_app import AsyncApp

from bot.errors import UsageError
from bot.render import confirm, forms
from bot.render.blocks import MENU, section
from bot.render.confirm import Confirm, Dismiss
from bot.render.intent import PICKED, Intent
from bot.render.outcomes import Modal, working
from bot.runtime import Runtime
from handlers import line, tree
from handlers.came import Ack, Came, chosen, person_of, pressed, reading, sent, typed
from handlers.dispatch import Dispatcher
from handlers.home import chooser
from handlers.typed import Word, lex
from handlers.verb import AnyVerb, Shortcut
from handlers.verbs import BY_WORDS, VERBS

I = TypeVar("I", bound=Intent)  # noqa: E741 - the intent
log = structlog.get_logger(__name__)

OFFER_SECONDS = 2.5
"""Slack waits three for what there is to choose."""
OLD = "This button is from an older release. `/telnyx help` shows what I can do."


class Inbound:
    """Commands, presses, forms and shortcuts."""

    def __init__(
        self,
        runtime: Runtime,
        dispatcher: Dispatcher | None = None,
        *,
        offer_seconds: float = OFFER_SECONDS,
    ) -> None:
        self._offer_seconds = offer_seconds
        self._deeds = runtime.work.deeds
        self._dispatcher = dispatcher or Dispatcher(runtime)
        self._short = tree.short_forms(runtime.settings.command_aliases)
        self._menu = chooser()
        self._forms = {verb.form.callback or verb.words: verb for verb in VERBS if verb.form}
        self._shortcuts = {one.callback: (verb, one) for verb in VERBS for one in verb.shortcuts}

    def register(self, app: AsyncApp) -> None:
        """Add one listener for each kind of wish."""
        anything = re.compile(".*", re.DOTALL)
        for name in (tree.FAMILY, *self._short):
            app.command(name)(self.on_command)
        app.action(anything)(self.on_press)
        app.options(anything)(self.on_options)
        app.view(anything)(self.on_sent)
        app.shortcut(anything)(self.on_shortcut)

    async def on_command(self, ack: Ack, command: dict[str, Any]) -> None:
        """Read a typed line."""
        with reading():
            short = self._short.get(command["command"])
            text = " ".join(filter(None, (short, command.get("text") or "")))
            typed_words = lex(text)
            found = tree.find(typed_words)
            usage = "" if isinstance(found, str) else tree.usage(found[0])
            came = typed(command, ack, usage)
        if not typed_words:
            await ack(text=self._menu.text, blocks=self._menu.blocks)
            return
        if isinstance(found, str):
            await ack(text=found)
            return
        verb, said = found
        if verb.opens and not said:
            await self._dispatcher.guarded(verb.words, came, self._dispatcher.open(verb, came))
        else:
            await self._dispatcher.guarded(verb.words, came, self._typed(verb, text, said, came))

    async def on_press(self, ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Read a button, or an entry of a menu. One that is not known anymore is acknowledged, so Slack shows no error."""
        with reading():
            name, value = action["action_id"].partition("#")[0], str(action.get("value") or "{}")
            picked = name == MENU
            if picked:
                name, _, value = action["selected_option"]["value"].partition(PICKED)
            verb = BY_WORDS.get(name)
            came = pressed(
                body, action, ack, verb.title if verb else "", replaces=verb is not None and verb.replaces
            )
        if name == Confirm.verb:
            await self._dispatcher.guarded(name, came, self._confirmed(value, came))
        elif name == Dismiss.verb:
            await self._dispatcher.guarded(name, came, self._dismissed(value, came))
        elif verb is None:
            await came.acknowledge()
        elif verb.opens and value in ("{}", ""):
            await self._dispatcher.guarded(verb.words, came, self._dispatcher.open(verb, came))
        else:
            await self._dispatcher.guarded(verb.words, came, self._pressed(verb, value, came, picked=picked))

    async def on_sent(self, ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        """Read a form that was sent: what is wrong stands at its field while it can still be put right."""
        with reading():
            callback, filled = str(view["callback_id"]), forms.filled(view)
        if callback == confirm.CALLBACK:
            await self._confirmed_in_window(ack, body, view)
            return
        verb = self._forms.get(callback)
        if verb is None or verb.form is None:  # opened by an older release
            await ack(response_action="clear")
            return
        try:
            intent = verb.intent.model_validate(filled | forms.carried(verb.form, view))
        except ValidationError as error:
            await ack(response_action="errors", errors=forms.wrong(verb.form, verb.intent, error))
            return
        told = Modal(verb.form.title, [section(verb.form.taken_in)])
        with reading():
            came = sent(body, view, ack, told=told, first_field=verb.form.fields[0])
        await self._dispatcher.guarded(verb.words, came, self._dispatcher.do(verb, intent, came))

    async def on_options(self, ack: Ack, body: dict[str, Any]) -> None:
        """Offer what there is to choose in a field; whatever goes wrong, there is nothing to choose."""
        with reading():
            verb = self._forms.get((body.get("view") or {}).get("callback_id", ""))
            name, query = str(body.get("action_id", "")), str(body.get("value") or "")
            place, asker = person_of(body)
        options: list[dict[str, object]] = []
        if verb is not None and name in verb.choices:
            try:
                async with asyncio.timeout(self._offer_seconds):
                    options = await self._dispatcher.performer.choices(
                        verb, name, query, place, asker, work_id=f"options:{name}"
                    )
            except Exception as error:  # noqa: BLE001 - the field can be left, and what is sent is checked again
                log.warning("no_choices", verb=verb.words, field=name, error=type(error).__name__)
        await ack(options=options)

    async def on_shortcut(self, ack: Ack, body: dict[str, Any]) -> None:
        """Open the form of an entry of the shortcut menu."""
        with reading():
            known = self._shortcuts.get(body["callback_id"])
            came = chosen(body, ack, known[0].title if known else "")
        if known is None:  # of an older release
            await ack()
            return
        verb, shortcut = known
        await self._dispatcher.guarded(verb.words, came, self._chosen(verb, shortcut, body, came))

    async def _chosen(self, verb: AnyVerb, shortcut: Shortcut, body: dict[str, Any], came: Came) -> None:
        given = shortcut.given(_in_place(body)) if shortcut.given else {}
        await self._dispatcher.open(verb, came, given)

    async def _typed(self, verb: AnyVerb, text: str, said: Sequence[Word], came: Came) -> None:
        await self._dispatcher.do(verb, line.read(verb.intent, text, said), came)

    async def _pressed(self, verb: AnyVerb, value: str, came: Came, *, picked: bool) -> None:
        await self._dispatcher.do(verb, _read(verb.intent, value, picked=picked), came)

    async def _confirmed(self, value: str, came: Came) -> None:
        came.way = replace(came.way, replace=True)  # the outcome takes the question's place
        await self._dispatcher.confirmed(
            await self._deeds.confirmed(_read(Confirm, value).deed, came.place, came.asker, came.way), came
        )

    async def _dismissed(self, value: str, came: Came) -> None:
        await self._dispatcher.dismissed(_read(Dismiss, value).deed, came)

    async def _confirmed_in_window(self, ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        with reading():
            told = replace(working(view["title"]["text"]), over=True)
            field = confirm.NAME if confirm.NAME in view["state"]["values"] else ""
            came = sent(body, view, ack, told=told, first_field=field)
        await self._dispatcher.guarded(confirm.CALLBACK, came, self._confirmed_by_name(view, came))

    async def _confirmed_by_name(self, view: dict[str, Any], came: Came) -> None:
        wish = await self._deeds.confirmed(view["private_metadata"], came.place, came.asker, came.way)
        verb = BY_WORDS.get(wish.verb)
        wanted = str(wish.given[verb.typed_name]) if verb and verb.typed_name else ""
        if wanted and str(forms.filled(view).get(confirm.NAME, "")).strip() != wanted:
            raise UsageError(f"Type “{wanted}” to confirm.")
        await self._dispatcher.confirmed(wish, came)


def _in_place(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the message of a shortcut as events show it, with its channel; and with the domain of the workspace, for a link to it."""
    channel, team = body.get("channel") or {}, body.get("team") or {}
    return {
        **body["message"],
        "channel": str(channel.get("id") or ""),
        "domain": str(team.get("domain") or ""),
    }


def _read(kind: type[I], value: str, *, picked: bool = False) -> I:
    """Return the intent in a button's or an option's value: it counts as if the one who pressed had typed it."""
    try:
        return kind.picked(value) if picked else kind.unpack(value)
    except ValueError as error:
        raise UsageError(OLD) from error
