"""What every interaction carries, and how an answer that did not come looks to a person."""

from typing import Any

from sandbox.slack.action_values import ActionError
from sandbox.slack.answers import Unanswered
from sandbox.slack.installation import Installation
from sandbox.slack.messages import JsonObject, Message
from sandbox.slack.view_store import View
from sandbox.slack.workspace import Workspace
from sandbox.slack.world import APP_ID, Channel

Seen = dict[str, Any]
NOT_INTERACTIVE: Seen = {"ok": False, "error": "this app is not configured to handle interactive responses"}


def unanswered(answer: Unanswered) -> Seen:
    """What the person sees when the app did not answer."""
    late = answer.reason in ("timeout", "http_timeout")
    return {"ok": False, "error": "operation_timeout" if late else "dispatch_failed"}


def shown_name(channel: Channel) -> str:
    """A channel's name as interactions give it: only public ones are named."""
    return {"im": "directmessage", "private": "privategroup", "mpim": "privategroup"}.get(
        channel.kind, channel.name
    )


def installed(slack: Workspace) -> Installation:
    """The app; without one there is nothing to interact with."""
    if slack.installation is None:
        raise ActionError("no app is installed in this workspace")
    return slack.installation


def who(slack: Workspace, user: str) -> JsonObject:
    """The person as interactions name them."""
    human = slack.world.user(user)
    if human is None:
        raise ActionError(f"there is no person {user!r}")
    return {"id": human.id, "username": human.name, "name": human.name, "team_id": human.team}


def source(slack: Workspace, kind: str, user: str) -> JsonObject:
    """Who does what in which workspace."""
    team = slack.world.team
    return {
        "type": kind,
        "user": who(slack, user),
        "team": {"id": team.id, "domain": team.domain},
        "api_app_id": APP_ID,
        "token": slack.credentials.verification_token,
        "enterprise": None,
        "is_enterprise_install": False,
    }


def triggered(slack: Workspace, kind: str, user: str, view_id: str = "") -> JsonObject:
    """The same with a trigger that opens a view (over `view_id`, if the interaction came from one)."""
    return source(slack, kind, user) | {"trigger_id": slack.triggers.new(user, view_id)}


def in_view(slack: Workspace, view: View) -> JsonObject:
    """Where an element of a view stands."""
    return {
        "container": {"type": "view", "view_id": view.id},
        "view": view.for_app(slack.world.team.id),
    }


def in_message(channel: Channel, message: Message) -> JsonObject:
    """Where an element of a message stands; Slack sends no message along for ephemeral ones."""
    container: JsonObject = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": bool(message.only_for),
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    place: JsonObject = {
        "container": container,
        "channel": {"id": channel.id, "name": shown_name(channel)},
    }
    return place if message.only_for else place | {"message": message.for_app(with_metadata=True)}
