"""What people do with the app: commands, clicks, menus, closed views, shortcuts, home and stop.

Each call returns what the person sees: `ok`, or an `error` in Slack's words.
"""

from typing import Any

from sandbox.slack.action_values import ActionError, action, find_element, held
from sandbox.slack.answers import Unanswered
from sandbox.slack.delivery import Deliveries
from sandbox.slack.event_bodies import home_opened, session_stopped
from sandbox.slack.interaction_payloads import (
    NOT_INTERACTIVE,
    Seen,
    in_message,
    in_view,
    installed,
    shown_name,
    source,
    triggered,
    unanswered,
    who,
)
from sandbox.slack.messages import JsonObject, Message
from sandbox.slack.responses import Responses
from sandbox.slack.submissions import Submissions
from sandbox.slack.suggestions import Suggestions
from sandbox.slack.view_store import View
from sandbox.slack.web_api.method import ApiError
from sandbox.slack.workspace import Workspace
from sandbox.slack.world import APP_ID, Channel

TABS = ("home", "messages", "about")


class Interactions:
    """Sends interactions to the app and applies its answers."""

    def __init__(self, workspace: Workspace, deliveries: Deliveries, responses: Responses) -> None:
        self._slack, self._deliveries, self._responses = workspace, deliveries, responses
        self.suggestions = Suggestions(workspace, deliveries)
        self.forms = Submissions(workspace, deliveries, self.suggestions)

    async def command(self, user: str, channel: Channel, name: str, text: str) -> Seen:
        """Type a slash command; the person sees Slack's refusal if the manifest does not have it."""
        command = installed(self._slack).commands.get(name)
        if command is None or self._slack.world.is_foreign(user):
            return {"ok": False, "error": f"{name} is not a valid command."}
        person, team = who(self._slack, user), self._slack.world.team
        url = self._slack.response_urls.new(channel.id, user)
        payload = {
            "token": self._slack.credentials.verification_token,
            "team_id": team.id,
            "team_domain": team.domain,
            "channel_id": channel.id,
            "channel_name": shown_name(channel),
            "user_id": user,
            "user_name": person["name"],
            "command": name,
            "text": self._slack.encode(text, labels=True) if command.should_escape else text,
            "api_app_id": APP_ID,
            "is_enterprise_install": "false",
            "response_url": self._responses.url(url),
            "trigger_id": self._slack.triggers.new(user),
        }
        answer = await self._deliveries.ask("slash_commands", payload)
        if isinstance(answer, Unanswered):
            seen = unanswered(answer)
            self._slack.notice(channel, user, f'{name} failed with the error "{seen["error"]}"')
            return seen
        if answer.payload:
            try:
                self._responses.say(url, answer.payload)
            except ApiError as refusal:
                return {"ok": False, "error": refusal.code, "ack": answer.payload}
        return {"ok": True, "ack": answer.payload}

    async def click(
        self, user: str, channel: Channel, message: Message, action_id: str, value: Any, *, block: str = ""
    ) -> Seen:
        """Use a button or menu of a message, in one `block` if it is named."""
        found = find_element(message.blocks_for_app(), action_id, value, block=block)
        if found is None:
            raise ActionError(f"the message has no element with the action id {action_id!r}")
        element, block_id = found
        place = (user, f"{channel.id} {message.ts}", block_id, action_id)
        done = action(self.suggestions.known(place, element), block_id, value, self._slack.messages.new_ts())
        url = self._slack.response_urls.new(
            channel.id, user, thread_ts=message.thread_ts, original_ts=message.ts
        )
        payload = triggered(self._slack, "block_actions", user) | in_message(channel, message)
        payload |= {
            "state": {"values": {block_id: {action_id: chosen}} if (chosen := held(done)) else {}},
            "response_url": self._responses.url(url),
            "actions": [done],
        }
        return await self._interact(payload)

    async def click_view(self, view: View, action_id: str, value: Any, *, block: str = "") -> Seen:
        """Use a button or menu of a modal or home, in one `block` if it is named."""
        found = find_element(view.for_app("")["blocks"], action_id, value, block=block)
        if found is None:
            raise ActionError(f"the view has no element with the action id {action_id!r}")
        element, block_id = found
        place = (view.user, view.id, block_id, action_id)
        done = action(self.suggestions.known(place, element), block_id, value, self._slack.messages.new_ts())
        if chosen := held(done):
            view.values.setdefault(block_id, {})[action_id] = chosen
        payload = triggered(self._slack, "block_actions", view.user, view.id) | in_view(self._slack, view)
        return await self._interact(payload | {"actions": [done]})

    async def suggest_message(
        self, user: str, channel: Channel, message: Message, action_id: str, typed: str, *, block: str = ""
    ) -> Seen:
        """Open a menu of a message whose options the app is asked for, or type into it."""
        element, block_id = self._menu(message.blocks_for_app(), action_id, block)
        place = (user, f"{channel.id} {message.ts}", block_id, action_id)
        return await self.suggestions.ask(place, element, in_message(channel, message), typed)

    async def suggest_view(self, view: View, action_id: str, typed: str, *, block: str = "") -> Seen:
        """Open such a menu of a modal or home, or type into it."""
        element, block_id = self._menu(view.for_app("")["blocks"], action_id, block)
        place = (view.user, view.id, block_id, action_id)
        return await self.suggestions.ask(place, element, in_view(self._slack, view), typed)

    @staticmethod
    def _menu(blocks: list[JsonObject], action_id: str, block: str) -> tuple[JsonObject, str]:
        found = find_element(blocks, action_id, block=block, fields=True)
        if found is None:
            raise ActionError(f"there is no element with the action id {action_id!r}")
        return found

    async def close(self, view: View, *, everything: bool = False) -> Seen:
        """Close a modal, and with `everything` (or if it says so) the others; the app hears of each that asks for that."""
        everything = view.kind == "modal" and (everything or bool(view.content.get("clear_on_close")))
        stack = [one for one in self._slack.views.of(view.user) if one.kind == "modal"]
        closed = list(reversed(stack)) if everything else [view]
        self._slack.views.close(view, everything=everything)
        seen: Seen = {"ok": True}
        for one in closed:
            if not one.content.get("notify_on_close"):
                continue
            shown = {"view": one.for_app(self._slack.world.team.id), "is_cleared": everything}
            told = await self._interact(source(self._slack, "view_closed", one.user) | shown)
            seen = seen if told["ok"] else told
        return seen

    async def shortcut(
        self, user: str, callback_id: str, channel: Channel | None, message: Message | None
    ) -> Seen:
        """Use a shortcut of the manifest: a global one, or one on a message."""
        known = installed(self._slack).shortcuts.get(callback_id)
        if known is None:
            raise ActionError(f"the app has no shortcut {callback_id!r}")
        if self._slack.world.is_foreign(user):
            raise ActionError("people of other workspaces cannot use this app's shortcuts")
        if (known.kind == "message") != (message is not None):
            raise ActionError(f"{callback_id!r} is a {known.kind} shortcut")
        stamp = {"callback_id": callback_id, "action_ts": self._slack.messages.new_ts()}
        if channel is None or message is None:
            return await self._interact(triggered(self._slack, "shortcut", user) | stamp)
        url = self._slack.response_urls.new(channel.id, user, original_ts=message.ts)
        about = {
            "response_url": self._responses.url(url),
            "channel": {"id": channel.id, "name": shown_name(channel)},
            "message_ts": message.ts,
            "message": message.for_app(),
        }
        return await self._interact(triggered(self._slack, "message_action", user) | stamp | about)

    def home(self, user: str, tab: str) -> Seen:
        """Open the app's home or its messages."""
        channel = self._slack.world.direct(user)
        if channel is None or tab not in TABS:
            raise ActionError(f"there is no tab {tab!r} for {user!r}")
        home = self._slack.views.home(user)
        shown = home.for_app(self._slack.world.team.id) if home else None
        event = home_opened(channel, user, tab, shown, self._slack.messages.new_ts())
        self._slack.publish(event, channel, user)
        return {"ok": True}

    def stop(self, user: str, channel: Channel, ts: str) -> Seen:
        """Press the stop button: no stream of the thread takes more text, and the app hears of it."""
        message = self._slack.messages.permanent(channel.id, ts)
        root = message.root if message else ts
        thread = self._slack.messages.thread(channel.id, root)
        streams = [one for one in thread if self._slack.is_streaming(one) and ts in (one.ts, root)]
        session = self._slack.sessions.get((channel.id, root))
        working = session is not None and session.status == "processing"
        if "agent_session_stopped" not in installed(self._slack).events or not (streams or working):
            raise ActionError("there is no stop button here")
        for stream in streams:
            stream.streaming, stream.stopped_by = False, user
        self._slack.changes.bump()
        stopped = [stream.ts for stream in streams]
        event = session_stopped(channel, root, user, stopped, self._slack.messages.new_ts())
        self._slack.publish(event, channel, user)
        return {"ok": True, "streams": stopped}

    async def _interact(self, payload: JsonObject) -> Seen:
        if not installed(self._slack).interactive:
            return NOT_INTERACTIVE
        answer = await self._deliveries.ask("interactive", payload)
        return unanswered(answer) if isinstance(answer, Unanswered) else {"ok": True}
