"""What people do with the app: commands, clicks, submitted and closed views, shortcuts, home and stop.

Each call returns what the person sees: `ok`, or an `error` in Slack's words.
"""

from typing import Any

from sandbox.slack.action_values import ActionError, action, field_state, find_element, is_filled
from sandbox.slack.answers import Answered, Unanswered
from sandbox.slack.delivery import Deliveries
from sandbox.slack.event_bodies import home_opened, session_stopped
from sandbox.slack.installation import Installation
from sandbox.slack.messages import JsonObject, Message
from sandbox.slack.responses import Responses
from sandbox.slack.view_store import View
from sandbox.slack.web_api.method import ApiError
from sandbox.slack.web_api.views import checked_view
from sandbox.slack.workspace import Workspace
from sandbox.slack.world import APP_ID, Channel

Seen = dict[str, Any]
TABS = ("home", "messages", "about")


def _unanswered(answer: Unanswered) -> Seen:
    late = answer.reason in ("timeout", "http_timeout")
    return {"ok": False, "error": "operation_timeout" if late else "dispatch_failed"}


def _shown_name(channel: Channel) -> str:
    """A channel's name as interactions give it: only public ones are named."""
    return {"im": "directmessage", "private": "privategroup", "mpim": "privategroup"}.get(
        channel.kind, channel.name
    )


class Interactions:
    """Sends interactions to the app and applies its answers."""

    def __init__(self, workspace: Workspace, deliveries: Deliveries, responses: Responses) -> None:
        self._slack, self._deliveries, self._responses = workspace, deliveries, responses

    def _installed(self) -> Installation:
        if self._slack.installation is None:
            raise ActionError("no app is installed in this workspace")
        return self._slack.installation

    def _who(self, user: str) -> JsonObject:
        human = self._slack.world.user(user)
        if human is None:
            raise ActionError(f"there is no person {user!r}")
        return {"id": human.id, "username": human.name, "name": human.name, "team_id": human.team}

    def _base(self, kind: str, user: str, view_id: str = "") -> JsonObject:
        """What every interaction carries."""
        team = self._slack.world.team
        return {
            "type": kind,
            "user": self._who(user),
            "team": {"id": team.id, "domain": team.domain},
            "api_app_id": APP_ID,
            "token": self._slack.credentials.verification_token,
            "enterprise": None,
            "is_enterprise_install": False,
            "trigger_id": self._slack.triggers.new(user, view_id),
        }

    async def command(self, user: str, channel: Channel, name: str, text: str) -> Seen:
        """Type a slash command; the person sees Slack's refusal if the manifest does not have it."""
        command = self._installed().commands.get(name)
        if command is None or self._slack.world.is_foreign(user):
            return {"ok": False, "error": f"{name} is not a valid command."}
        who, team = self._who(user), self._slack.world.team
        url = self._slack.response_urls.new(channel.id, user)
        payload = {
            "token": self._slack.credentials.verification_token,
            "team_id": team.id,
            "team_domain": team.domain,
            "channel_id": channel.id,
            "channel_name": _shown_name(channel),
            "user_id": user,
            "user_name": who["name"],
            "command": name,
            "text": self._slack.encode(text, labels=True) if command.should_escape else text,
            "api_app_id": APP_ID,
            "is_enterprise_install": "false",
            "response_url": self._responses.url(url),
            "trigger_id": self._slack.triggers.new(user),
        }
        answer = await self._deliveries.ask("slash_commands", payload)
        if isinstance(answer, Unanswered):
            seen = _unanswered(answer)
            self._slack.notice(channel, user, f'{name} failed with the error "{seen["error"]}"')
            return seen
        if answer.payload:
            try:
                self._responses.say(url, answer.payload)
            except ApiError as refusal:
                return {"ok": False, "error": refusal.code, "ack": answer.payload}
        return {"ok": True, "ack": answer.payload}

    async def click(self, user: str, channel: Channel, message: Message, action_id: str, value: Any) -> Seen:
        """Use a button or menu of a message."""
        found = find_element(message.blocks_for_app(), action_id, value)
        if found is None:
            raise ActionError(f"the message has no element with the action id {action_id!r}")
        url = self._slack.response_urls.new(
            channel.id, user, thread_ts=message.thread_ts, original_ts=message.ts
        )
        container = {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": channel.id,
            "is_ephemeral": bool(message.only_for),
        }
        if message.thread_ts:
            container["thread_ts"] = message.thread_ts
        payload = self._base("block_actions", user) | {
            "container": container,
            "channel": {"id": channel.id, "name": _shown_name(channel)},
            "state": {"values": {}},
            "response_url": self._responses.url(url),
            "actions": [action(*found, value, self._slack.messages.new_ts())],
        }
        # Slack sends no message along for ephemeral ones.
        if not message.only_for:
            payload["message"] = message.for_app(with_metadata=True)
        return await self._interact(payload)

    async def click_view(self, view: View, action_id: str, value: Any) -> Seen:
        """Use a button or menu of a modal or home."""
        found = find_element(view.for_app("")["blocks"], action_id, value)
        if found is None:
            raise ActionError(f"the view has no element with the action id {action_id!r}")
        element, block_id = found
        if element["type"] not in ("button", "overflow"):
            view.values.setdefault(block_id, {})[action_id] = field_state(element, value)
        payload = self._base("block_actions", view.user, view.id) | {
            "container": {"type": "view", "view_id": view.id},
            "view": view.for_app(self._slack.world.team.id),
            "actions": [action(element, block_id, value, self._slack.messages.new_ts())],
        }
        return await self._interact(payload)

    async def submit(self, view: View, values: JsonObject) -> Seen:
        """Fill in and send a modal; what is missing or wrong shows in `errors` and sends nothing."""
        if view.kind != "modal" or not view.content.get("submit"):
            raise ActionError("this view has no submit button")
        errors = self._fill(view, values)
        if errors:
            return {"ok": False, "error": "incomplete", "errors": errors}
        shown = {"view": view.for_app(self._slack.world.team.id), "response_urls": []}
        answer = await self._deliveries.ask(
            "interactive", self._base("view_submission", view.user, view.id) | shown
        )
        if isinstance(answer, Unanswered):
            return _unanswered(answer)
        return self._after_submission(view, answer)

    def _fill(self, view: View, values: JsonObject) -> dict[str, str]:
        """Put the person's values, keyed by block or action id, into the view; what Slack itself would complain of."""
        unused, errors = dict(values), {}
        for block in view.for_app("")["blocks"]:
            if block["type"] != "input":
                continue
            element, block_id = block["element"], block["block_id"]
            action_id = element.get("action_id", "action")
            value = unused.pop(block_id, unused.pop(action_id, None))
            state = field_state(element, value)
            view.values.setdefault(block_id, {})[action_id] = state
            longest = element.get("max_length")
            if not is_filled(state) and not block.get("optional"):
                errors[block_id] = "Please complete this required field."
            elif longest and len(str(state.get("value") or "")) > longest:
                errors[block_id] = f"Please enter no more than {longest} characters."
        if unused:
            raise ActionError(f"the view has no field {', '.join(sorted(unused))}")
        return errors

    def _after_submission(self, view: View, answer: Answered) -> Seen:
        """Do what the acknowledgement of a submission asks for; nothing closes the view."""
        said = answer.payload or {}
        kind = said.get("response_action")
        views = self._slack.views
        if kind == "errors":
            unknown = set(said.get("errors", {})) - {
                block["block_id"] for block in view.for_app("")["blocks"]
            }
            if unknown or not said.get("errors"):
                return {
                    "ok": False,
                    "error": f"errors name no block of the view: {', '.join(sorted(unknown))}",
                }
            view.errors = said["errors"]
            self._slack.changes.bump()
            return {"ok": False, "error": "errors", "response_action": kind, "errors": said["errors"]}
        try:
            if kind == "update":
                views.update(view, checked_view(said.get("view"), "modal"))
            elif kind == "push":
                if views.push(view.user, checked_view(said.get("view"), "modal")) is None:
                    return {"ok": False, "error": "push_limit_reached"}
            elif kind in (None, "clear"):
                views.close(view, everything=kind == "clear")
            else:
                return {"ok": False, "error": f"unknown response_action {kind}"}
        except ApiError as refusal:
            return {"ok": False, "error": refusal.code, **refusal.more}
        return {"ok": True, "response_action": kind}

    async def close(self, view: View) -> Seen:
        """Close a modal; the app hears of it if the view asks for that."""
        self._slack.views.close(view)
        if not view.content.get("notify_on_close"):
            return {"ok": True}
        shown = {"view": view.for_app(self._slack.world.team.id), "is_cleared": False}
        return await self._interact(self._base("view_closed", view.user) | shown)

    async def shortcut(
        self, user: str, callback_id: str, channel: Channel | None, message: Message | None
    ) -> Seen:
        """Use a shortcut of the manifest: a global one, or one on a message."""
        known = self._installed().shortcuts.get(callback_id)
        if known is None:
            raise ActionError(f"the app has no shortcut {callback_id!r}")
        if self._slack.world.is_foreign(user):
            raise ActionError("people of other workspaces cannot use this app's shortcuts")
        if (known.kind == "message") != (message is not None):
            raise ActionError(f"{callback_id!r} is a {known.kind} shortcut")
        stamp = {"callback_id": callback_id, "action_ts": self._slack.messages.new_ts()}
        if channel is None or message is None:
            return await self._interact(self._base("shortcut", user) | stamp)
        url = self._slack.response_urls.new(channel.id, user, original_ts=message.ts)
        about = {
            "response_url": self._responses.url(url),
            "channel": {"id": channel.id, "name": _shown_name(channel)},
            "message_ts": message.ts,
            "message": message.for_app(),
        }
        return await self._interact(self._base("message_action", user) | stamp | about)

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
        if "agent_session_stopped" not in self._installed().events or not (streams or working):
            raise ActionError("there is no stop button here")
        for stream in streams:
            stream.streaming, stream.stopped_by = False, user
        self._slack.changes.bump()
        stopped = [stream.ts for stream in streams]
        event = session_stopped(channel, root, user, stopped, self._slack.messages.new_ts())
        self._slack.publish(event, channel, user)
        return {"ok": True, "streams": stopped}

    async def _interact(self, payload: JsonObject) -> Seen:
        if not self._installed().interactive:
            return {"ok": False, "error": "this app is not configured to handle interactive responses"}
        answer = await self._deliveries.ask("interactive", payload)
        return _unanswered(answer) if isinstance(answer, Unanswered) else {"ok": True}
