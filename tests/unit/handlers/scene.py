"""The front without Bolt, Slack, Telnyx and a database: neighbours that note what they are given, and payloads as Slack sends them."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.errors import UsageError
from bot.render.blocks import Message
from bot.render.intent import Intent, Name, Paged
from bot.render.outcomes import Modal, Shown
from bot.services.access import EVERYTHING, Asker, Audience, Place
from bot.services.rate import Rate
from bot.slack.ways import Way
from bot.slack.workspace import Workspaces
from bot.workflows.acceptance import NotDurableInTimeError
from bot.workflows.asked import Asked
from bot.workflows.deed import Wish
from handlers.dispatch import Dispatcher
from handlers.inbound import Inbound
from handlers.verb import AnyVerb, Effect, Outcome, Question, Request, Verb

UNTIL = 4_000_000_000.0
URL = "https://hooks.slack.test/1"
NO_WAY = Way("")
AN_HOUR = 3_600.0
"""Longer than any test: what waits so long is ended by something else."""


@dataclass(frozen=True)
class Noted:
    """One thing that a neighbour was given."""

    kind: str
    """ack | rights | looked | opened | shown | beside | started | asked | dismissed"""
    what: Any = None
    way: Way = NO_WAY
    url: str | None = None
    inside: bool = False
    replace: bool = False


class Scene:
    """A dispatcher and its readers among neighbours that note what they are given."""

    def __init__(
        self,
        audience: Audience = EVERYTHING,
        *,
        rate: int = 9,
        notice_seconds: float = AN_HOUR,
        give_up_seconds: float = AN_HOUR,
        offer_seconds: float = AN_HOUR,
        services: Any = None,
    ) -> None:
        self.noted: list[Noted] = []
        self.audience = audience
        self.late = False
        self._starts: dict[str, bool] = {}
        """Whatever is started is not durable in time."""
        self.full = False
        """Nothing can be written down."""
        self.noes: list[Exception] = []
        """What Slack says to the next things shown; then it takes them."""
        self.trigger_expired = False
        self.questions: dict[str, Wish] = {}
        """What was asked, by the id that confirms it."""
        self.begun: set[str] = set()
        self.on_beside: Callable[[], None] = lambda: None
        workspace: Any = SimpleNamespace(ways=self)
        runtime: Any = SimpleNamespace(
            settings=SimpleNamespace(command_aliases=("docs",)),
            rate=Rate(rate, lambda: 0.0),
            services=services,
            workspaces=Workspaces(workspace),
            rights=SimpleNamespace(of=self._rights),
            work=SimpleNamespace(turns=SimpleNamespace(start=self._start), deeds=_Deeds(self)),
        )
        self.dispatcher = Dispatcher(runtime, notice_seconds=notice_seconds, give_up_seconds=give_up_seconds)
        self.inbound = Inbound(runtime, self.dispatcher, offer_seconds=offer_seconds)

    # ------------------------------------------------------------------------------------ what was noted
    @property
    def kinds(self) -> list[str]:
        """In which order."""
        return [one.kind for one in self.noted]

    def only(self, kind: str) -> Noted:
        """The one note of a kind."""
        (found,) = [one for one in self.noted if one.kind == kind]
        return found

    def all(self, kind: str) -> list[Any]:
        """What was noted under a kind."""
        return [one.what for one in self.noted if one.kind == kind]

    # ---------------------------------------------------------------------------------------- neighbours
    async def _rights(self, _place: Place, _asker: Asker, *, private: bool) -> Audience:
        assert private
        self.noted.append(Noted("rights"))
        return self.audience

    async def open(self, trigger: str, window: Modal, name: str = "", *, inside: bool = False) -> None:
        """``Ways.open``."""
        assert trigger
        self.noted.append(Noted("opened", window, Way("", view=name), inside=inside))
        if self.trigger_expired:
            raise SlackApiError("views.open", {"ok": False, "error": "expired_trigger_id"})  # type: ignore[no-untyped-call] # slack_sdk has no type there

    async def show(self, way: Way, shown: Shown, *, url: str | None = None, key: str) -> None:
        """``Ways.show``."""
        assert key
        self.noted.append(Noted("shown", shown, way, url))
        if self.noes:
            raise self.noes.pop(0)

    async def beside(self, url: str, text: Shown, *, replace: bool) -> None:
        """``Ways.beside``."""
        self.noted.append(Noted("beside", text, url=url, replace=replace))
        self.on_beside()

    async def _start(self, work: Asked | Wish, url: str | None = None) -> None:
        if self.late and self._starts.get(work.id):
            if self.full:
                raise OSError("disk full")
            return  # it joins the first, which has come through meanwhile
        self._starts[work.id] = True
        self.noted.append(Noted("started", work, url=url))
        if self.late:
            raise NotDurableInTimeError
        if self.full:
            raise OSError("disk full")

    async def ack(self, **said: Any) -> None:
        """Bolt's ``ack``."""
        self.noted.append(Noted("ack", said))

    # --------------------------------------------------------------------------------- what people do
    async def type(self, text: str, command: str = "/telnyx") -> None:
        """Type a command in a channel."""
        await self.inbound.on_command(self.ack, typed_line(text, command))

    async def press(self, action: dict[str, Any], body: dict[str, Any] | None = None) -> None:
        """Press a button or choose in a menu, by default in a message of a channel."""
        await self.inbound.on_press(self.ack, body or in_message(), {"action_ts": "5.5", **action})

    async def send(self, callback: str, values: dict[str, Any], **view: Any) -> None:
        """Send a form."""
        sent = {"id": "V1", "hash": "h1", "team_id": "T", "callback_id": callback, "private_metadata": ""}
        state = {name: {name: {"type": "plain_text_input", "value": value}} for name, value in values.items()}
        title = {"title": {"type": "plain_text", "text": "A form"}}
        body = {"user": {"id": "U", "team_id": "T"}, "team": {"id": "T"}, "trigger_id": "1.4"}
        await self.inbound.on_sent(self.ack, body, {**sent, **title, "state": {"values": state}, **view})


class _Deeds:
    """``DeedWorkflow`` as the front sees it."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene

    async def start(self, wish: Wish, url: str | None) -> None:
        await self._scene._start(wish, url)

    async def ask(
        self, wish_id: str, verb: str, given: dict[str, Any], place: Place, asker: Asker
    ) -> tuple[str, float]:
        self._scene.questions[f"do:confirm:{wish_id}"] = Wish("", verb, given, place, asker, Way(asker.user))
        self._scene.noted.append(Noted("asked", (verb, given)))
        return f"do:confirm:{wish_id}", UNTIL

    async def confirmed(self, deed_id: str, _place: Place, asker: Asker, way: Way) -> Wish:
        if deed_id not in self._scene.questions:
            raise UsageError("I no longer have this question.")
        asked = self._scene.questions[deed_id]
        return Wish(deed_id, asked.verb, asked.given, asked.place, replace(asked.asker, user=asker.user), way)

    async def dismiss(self, deed_id: str, _place: Place, asker: Asker) -> bool:
        self._scene.noted.append(Noted("dismissed", (deed_id, asker.user)))
        return deed_id not in self._scene.begun


# ------------------------------------------------------------------------------------- as Slack sends it
def typed_line(text: str, command: str = "/telnyx") -> dict[str, Any]:
    """The payload of a slash command."""
    return {
        "command": command,
        "text": text,
        "team_id": "T",
        "channel_id": "C",
        "user_id": "U",
        "trigger_id": "1.2",
        "response_url": URL,
    }


def in_message(channel: str = "C", user: str = "U") -> dict[str, Any]:
    """The payload of a press in a message, without the action."""
    return {
        "user": {"id": user, "team_id": "T"},
        "team": {"id": "T"},
        "channel": {"id": channel},
        "container": {"type": "message", "message_ts": "9.9", "channel_id": channel},
        "response_url": URL,
        "trigger_id": "1.3",
    }


def in_view(kind: str = "modal") -> dict[str, Any]:
    """The payload of a press in a window or on the Home tab, without the action: it has no ``response_url``."""
    return {
        "user": {"id": "U", "team_id": "T"},
        "team": {"id": "T"},
        "container": {"type": "view", "view_id": "V7"},
        "view": {"id": "V7", "type": kind, "team_id": "T"},
        "trigger_id": "1.3",
    }


def button(intent: Intent, name: str = "") -> dict[str, Any]:
    """The action of a button."""
    return {"action_id": intent.verb + (f"#{name}" if name else ""), "value": intent.pack()}


def option(intent: Intent) -> dict[str, Any]:
    """The action of an entry of a menu."""
    return {"action_id": "menu", "selected_option": {"value": intent.pick()}}


# --------------------------------------------------------------------------- a verb that no release has
class Thing(Paged, verb="test thing"):
    """Something that can be wanted."""

    name: Name = "x"


class Trial:
    """A verb whose work notes that it ran, in the same list."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self.requests: list[Request[Thing]] = []
        self.going_on: asyncio.Event | None = None
        """If there is one, the work waits for it."""
        self.outcome: Outcome | Exception = Message("Here it is.")

    def verb(self, effect: Effect = Effect.LOOK, **more: Any) -> AnyVerb:
        """A verb of this effect."""
        run: Callable[[Request[Thing]], Awaitable[Outcome]] = (
            self._ask if effect is Effect.TURN else self.look
        )
        return Verb(Thing, run, effect=effect, help="Try.", **more)

    async def question(self, request: Request[Thing]) -> Question[Thing]:
        """Ask before a change."""
        await self.look(request)
        return Question(f"Delete {request.intent.name}?", Thing(name=f"{request.intent.name}-whole"))

    async def no_question(self, request: Request[Thing]) -> Question[Thing] | None:
        """Look, and find that there is nothing to ask."""
        await self.look(request)
        return None

    async def _ask(self, request: Request[Thing]) -> Outcome:
        self.requests.append(request)
        return Asked(request.id, "ask", request.intent.name, "", request.place, request.asker, private=True)

    async def look(self, request: Request[Thing]) -> Outcome:
        """Note it, wait as long as the test wants, and come to what the test wants."""
        self.requests.append(request)
        self._scene.noted.append(Noted("looked"))
        if self.going_on is not None:
            await self.going_on.wait()
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome
