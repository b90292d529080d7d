"""The ways back to someone who typed, pressed or filled in: the reply beside it, a window, or else a direct message."""

import asyncio
import dataclasses
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError

from bot import ids
from bot.render.blocks import Message
from bot.render.outcomes import Modal, Shown, as_message, as_modal
from bot.slack.api import SlackApi
from bot.slack.codes import Kind, kind_of
from bot.slack.writing.posts import direct_message
from bot.slack.writing.private_reply import respond

log = structlog.get_logger(__name__)

APPLIED_SECONDS = (0.1, 0.2, 0.4, 0.8, 1.6)
"""Before each further try to find a window, while Slack applies the acknowledgement that opens it; then it is taken for closed."""
TRIGGER_SECONDS = 2.0
"""A trigger works for three."""


@dataclass(frozen=True, slots=True)
class Way:
    """Which ways there are back to one person. Plain JSON, so durable work can carry it; the URL is kept beside it, encrypted."""

    user: str
    title: str = ""
    """Of a window."""
    view: str = ""
    """The window that shows the outcome in its own place: Slack's id of it, or ours (``external_id``).

    Ours is given with an acknowledgement, so until Slack has applied that, the window is not found, and the outcome cannot be
    overtaken by "Working on it…".
    """
    over: bool = False
    """Closing that window closes those below it too: they ask what is answered by then."""
    replace: bool = False
    """The outcome takes the place of the message the button stood in."""


class Ways:
    """Shows outcomes to one person."""

    def __init__(
        self,
        api: SlackApi,
        http: aiohttp.ClientSession,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._api = api
        self._http = http
        self._pause = pause

    async def open(self, trigger: str, window: Modal, name: str = "", *, inside: bool = False) -> None:
        """Open a window, on top of the one it was asked for in (``inside``). Nothing may be looked up before.

        Raises:
            SlackApiError, OutcomeUnknownError: the trigger is three seconds old, say.
        """
        method = "views.push" if inside else "views.open"
        view = window.view(external_id=name)
        await self._api.call(method, patience=TRIGGER_SECONDS, trigger_id=trigger, view=view)

    async def show(
        self, way: Way, shown: Shown, *, url: str | None = None, key: str, since: float | None = None
    ) -> None:
        """Show it the best way that is left: in its window, beside what was typed or pressed, in a direct message.

        Args:
            way: which ways there are.
            shown: the outcome.
            url: the ``response_url``, if there is one that works.
            key: by which the direct message is found again.
            since: when the work began that it is the outcome of, in Unix seconds, if that is known.

        Raises:
            SlackApiError, OutcomeUnknownError: no way is left.
        """
        window = as_modal(shown, way.title)
        if way.view and await self._in_window(
            way.view, dataclasses.replace(window, over=window.over or way.over)
        ):
            return
        message = as_message(shown)
        if message is None:
            log.info("form_closed", view=way.view)
        elif not url or not await respond(self._api, self._http, url, message, replace=way.replace):
            await direct_message(self._api, way.user, message, key=key, since=since)

    async def beside(self, url: str, message: Message, *, replace: bool) -> None:
        """Say something on the way to the outcome; where it does not arrive nothing is lost."""
        await respond(self._api, self._http, url, message, replace=replace)

    async def _in_window(self, name: str, window: Modal) -> bool:
        """Change an open window. Returns False when it is closed."""
        ours = ids.is_window(name)
        where: dict[str, Any] = {"external_id": name} if ours else {"view_id": name}
        view = window.view(external_id=name if ours else "")
        for pause in (0.0, *APPLIED_SECONDS):
            if pause:
                await self._pause(pause)
            try:
                await self._api.call("views.update", view=view, **where)
            except SlackApiError as error:
                if kind_of(error) is not Kind.WINDOW_GONE:
                    raise
            else:
                return True
        log.info("view_gone", view=name)
        return False
