"""What a button does that changes something: *Share in channel* and *Add me*, done once however often it is delivered."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

import aiohttp
import structlog
from dbos import DBOS, DBOSConfiguredInstance
from slack_sdk.errors import SlackApiError

from bot.errors import RefusedError, UsageError
from bot.observability.logs import new_error_id
from bot.render import ask as render
from bot.render.blocks import Message
from bot.render.errors import slack_words, words
from bot.services.access import Destination
from bot.slack.api import OutcomeUnknownError, SlackApi, code_of
from bot.slack.poster import Poster
from bot.slack.private import respond
from bot.store.response_urls import ResponseUrls
from bot.store.turns import Turns
from bot.workflows.answer import Rights
from bot.workflows.engine import PORTABLE, Engine
from bot.workflows.order import Order

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button that somebody pressed."""

    id: str
    turn: str
    destination: Destination
    """Where the answer shall stand."""
    join: bool
    """Enter the channel first (*Add me*)."""

    def to_json(self) -> dict[str, Any]:
        """The workflow's input."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The inverse of ``to_json``."""
        return cls(**{**data, "destination": Destination.from_json(data["destination"])})


@DBOS.dbos_class("ShareWorkflow")
class ShareWorkflow(DBOSConfiguredInstance):
    """Shares private answers."""

    def __init__(
        self,
        *,
        engine: Engine,
        order: Order,
        api: SlackApi,
        http: aiohttp.ClientSession,
        poster: Poster,
        turns: Turns,
        urls: ResponseUrls,
        rights: Rights,
    ) -> None:
        super().__init__("share")
        self._engine = engine
        self._order = order
        self._api = api
        self._http = http
        self._poster = poster
        self._turns = turns
        self._urls = urls
        self._rights = rights

    async def start(self, pressed: Pressed, response_url: str) -> None:
        """Make the action durable, and the way back to the person.

        Raises:
            NotDurableInTimeError: see ``Engine.start``.
        """
        await self._engine.start(
            pressed.id,
            self.run,
            pressed.to_json(),
            before=lambda: self._urls.keep(pressed.id, response_url),
        )

    @DBOS.workflow(name="share", serialization_type=PORTABLE)
    async def run(self, data: dict[str, Any]) -> str:
        """Rights again, post unless an interrupted attempt had posted, tell the sharer."""
        line = f"share:{data['turn']}:{data['destination']['channel']}"
        # Pressed twice is posted once.
        async with self._engine.running(data["id"]), self._order.turn(line, data["id"], data["id"]):
            return await self._share(data)

    async def _share(self, data: dict[str, Any]) -> str:
        pressed = Pressed.from_json(data)
        to = pressed.destination
        try:
            message = await self._message(pressed)
            if pressed.join:
                await self._api.call("conversations.join", channel=to.channel)
            known = await self._poster.posted(to.channel, pressed.turn)
            if known is None:
                await self._poster.post(to.channel, message, key=pressed.turn)
            said = render.SHARED
        except SlackApiError as error:
            code = code_of(error)
            said = (
                render.not_there(to.channel, pressed.turn)
                if code in render.NOT_THERE
                else Message(slack_words(code), [])
            )
        except (OutcomeUnknownError, UsageError, RefusedError) as error:
            error_id = new_error_id()
            log.warning("not_shared", error_id=error_id, error=type(error).__name__)
            said = Message(words(error, error_id).text, [])
        await self._say(pressed.id, said)
        return "done"

    async def _message(self, pressed: Pressed) -> Message:
        turn = await self._turns.get(pressed.turn)
        if turn is None or not turn.answer:
            raise UsageError("This answer is no longer kept. Ask again to share it.")
        if turn.user != pressed.destination.user:
            raise RefusedError("Only the person who asked can share a private answer.")
        info = (await self._api.call("conversations.info", patience=10, channel=pressed.destination.channel))[
            "channel"
        ]
        shared = bool(info.get("is_ext_shared"))
        public = Destination(
            **asdict(pressed.destination) | {"shared": shared, "private": False, "team": turn.team}
        )
        (await self._rights.of(public)).require_documents()
        return render.shared(turn)

    async def _say(self, work_id: str, message: Message) -> None:
        """Answer the person who pressed, beside the private answer, which stays."""
        url = await self._urls.use(work_id)
        if url is not None:
            await respond(self._http, url, message, replace=False)
