"""What people do with the app: commands, buttons, modals, shortcuts, home, stop."""

from typing import Any

from aiohttp import web

from sandbox.slack.control.finding import Finder
from sandbox.slack.control.request import Kinds, Routes, body
from sandbox.slack.interactions import Interactions
from sandbox.slack.workspace import Workspace

ANY_VALUE = (str, int, float, list, bool)


class Acting:
    """Passes what people do on to the app, and what they see back."""

    def __init__(self, workspace: Workspace, interactions: Interactions) -> None:
        self._interactions, self._find = interactions, Finder(workspace)

    def routes(self) -> Routes:
        """The calls by verb and name."""
        return {
            ("POST", "command"): self.command,
            ("POST", "click"): self.click,
            ("POST", "suggest"): self.suggest,
            ("POST", "submit"): self.submit,
            ("POST", "close"): self.close,
            ("POST", "shortcut"): self.shortcut,
            ("POST", "home"): self.home,
            ("POST", "stop"): self.stop,
        }

    async def command(self, request: web.Request) -> Any:
        """Type a slash command."""
        typed = await body(request, {"user": str, "channel": str, "command": str}, {"text": str})
        user, channel = self._find.person(typed["user"]), self._find.member(typed["user"], typed["channel"])
        return await self._interactions.command(user, channel, typed["command"], typed.get("text", ""))

    async def click(self, request: web.Request) -> Any:
        """Use a button or menu of a message (`channel`, `ts`) or of a view (`view_id`)."""
        known: Kinds = {"channel": str, "ts": str, "view_id": str, "block_id": str, "value": ANY_VALUE}
        done = await body(request, {"user": str, "action_id": str}, known)
        user, value, block = self._find.person(done["user"]), done.get("value"), done.get("block_id", "")
        if "view_id" in done:
            view = self._find.view(user, done["view_id"])
            return await self._interactions.click_view(view, done["action_id"], value, block=block)
        channel, message = self._find.seen(user, done)
        return await self._interactions.click(user, channel, message, done["action_id"], value, block=block)

    async def suggest(self, request: web.Request) -> Any:
        """Open a menu that asks the app for its options, of a message or view, and type `value` into it."""
        known: Kinds = {"channel": str, "ts": str, "view_id": str, "block_id": str, "value": str}
        done = await body(request, {"user": str, "action_id": str}, known)
        user, typed, block = self._find.person(done["user"]), done.get("value", ""), done.get("block_id", "")
        if "view_id" in done:
            view = self._find.view(user, done["view_id"])
            return await self._interactions.suggest_view(view, done["action_id"], typed, block=block)
        channel, message = self._find.seen(user, done)
        return await self._interactions.suggest_message(
            user, channel, message, done["action_id"], typed, block=block
        )

    async def submit(self, request: web.Request) -> Any:
        """Send a modal with values by block or action id."""
        done = await body(request, {"user": str, "view_id": str}, {"values": dict})
        view = self._find.view(self._find.person(done["user"]), done["view_id"])
        return await self._interactions.forms.submit(view, done.get("values", {}))

    async def close(self, request: web.Request) -> Any:
        """Close a modal, or (`all`) every one that the person has open."""
        done = await body(request, {"user": str, "view_id": str}, {"all": bool})
        view = self._find.view(self._find.person(done["user"]), done["view_id"])
        return await self._interactions.close(view, everything=done.get("all", False))

    async def shortcut(self, request: web.Request) -> Any:
        """Use a global shortcut, or one on the message `channel`, `ts`."""
        done = await body(request, {"user": str, "callback_id": str}, {"channel": str, "ts": str})
        user = self._find.person(done["user"])
        channel, message = self._find.seen(user, done) if "ts" in done else (None, None)
        return await self._interactions.shortcut(user, done["callback_id"], channel, message)

    async def home(self, request: web.Request) -> Any:
        """Open the app's home or messages."""
        done = await body(request, {"user": str}, {"tab": str})
        return self._interactions.home(self._find.person(done["user"]), done.get("tab", "home"))

    async def stop(self, request: web.Request) -> Any:
        """Press the stop button of a stream or thread."""
        done = await body(request, {"user": str, "channel": str, "ts": str})
        channel = self._find.member(done["user"], done["channel"])
        return self._interactions.stop(self._find.person(done["user"]), channel, done["ts"])
