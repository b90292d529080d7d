"""The ways back to somebody who typed, pressed or filled in: the reply beside it, a window, or else a direct message."""

import asyncio
from dataclasses import dataclass
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError

from bot.render.blocks import Message, section
from bot.render.outcomes import as_modal
from bot.slack.api import SlackApi, code_of
from bot.slack.private import respond
from bot.slack.sending import direct_message

log = structlog.get_logger(__name__)

APPLIED_SECONDS = (0.1, 0.2, 0.4, 0.8, 1.6, 0.0)
"""Pauses while Slack applies an acknowledgement; after them the window is taken for closed."""
TRIGGER_SECONDS = 2.0
"""A trigger works for three."""


@dataclass(frozen=True, slots=True)
class Way:
    """Plain JSON, so that durable work can carry it; the URL is kept beside it, encrypted."""

    user: str
    title: str = ""
    """Of a window."""
    view: str = ""
    """The window that shows the outcome in its own place: Slack's id of it, or ours (``external_id``) when it starts with ``do:``.

    Ours is given with the acknowledgement of a form, so until Slack has applied that, the window is not found, and the outcome
    cannot be overtaken by "I'm on it…".
    """
    inside: bool = False
    """It was pressed inside a window: another one goes on top."""
    replace: bool = False
    """The outcome takes the place of the message the button stood in."""


class Ways:
    """Shows outcomes to one person."""

    def __init__(self, api: SlackApi, http: aiohttp.ClientSession) -> None:
        self._api = api
        self._http = http

    async def show(
        self,
        way: Way,
        shown: Message | dict[str, Any],
        *,
        url: str | None = None,
        trigger: str = "",
        key: str = "",
    ) -> None:
        """Show a message, or a view (as Slack takes it), the best way that is left.

        Raises:
            SlackApiError, OutcomeUnknownError: no way is left.
        """
        message = shown if isinstance(shown, Message) else None
        view = shown if isinstance(shown, dict) else as_modal(shown, way.title).view()
        if way.view:
            if await self._in_window(way.view, view):
                return
            message = message or Message(
                way.title, [b for b in view["blocks"] if b["type"] != "input"] or [section(way.title)]
            )
        if message is None or (trigger and not url):
            method = "views.push" if way.inside else "views.open"
            await self._api.call(method, patience=TRIGGER_SECONDS, trigger_id=trigger, view=view)
        elif not url or not await respond(self._http, url, message, replace=way.replace):
            await direct_message(self._api, way.user, message, key=key or f"shown:{trigger}")

    async def _in_window(self, name: str, view: dict[str, Any]) -> bool:
        """Change an open window; False when it is closed."""
        where: dict[str, Any] = {"external_id": name} if name.startswith("do:") else {"view_id": name}
        for pause in APPLIED_SECONDS:
            try:
                await self._api.call("views.update", view=view, **where)
            except SlackApiError as error:
                if code_of(error) != "not_found":
                    raise
                await asyncio.sleep(pause)
            else:
                return True
        log.info("view_gone", view=name)
        return False
