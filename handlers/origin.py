"""Who did something and where, from the payload of a command or an interaction."""

from typing import Any

from bot.services.access import Destination


def person_at(body: dict[str, Any]) -> Destination:
    """The person of a button or modal and the place where they pressed it."""
    team = (body.get("team") or {}).get("id") or body["user"].get("team_id", "")
    container = body.get("container") or {}
    return Destination(
        team=team,
        channel=(body.get("channel") or {}).get("id") or container.get("channel_id", ""),
        thread=container.get("thread_ts", ""),
        user=body["user"]["id"],
        user_team=body["user"].get("team_id") or team,
        private=False,
        shared=False,  # the payload does not say; whoever shows something there asks Slack
    )


def act_id(body: dict[str, Any], action: dict[str, Any]) -> str:
    """The natural id of a press: who pressed which button of which message when."""
    by = person_at(body)
    message = (body.get("container") or {}).get("message_ts", "")
    return f"act:{by.team}:{message}:{action['action_id']}:{by.user}:{action['action_ts']}"


def view_id(view: dict[str, Any]) -> str:
    """The natural id of a modal that was sent: sent again without a change it has the same hash."""
    return f"view:{view['team_id']}:{view['id']}:{view['hash']}"


def typed_by(command: dict[str, Any]) -> Destination:
    """The person of a slash command; the reply is theirs alone."""
    return Destination(
        team=command["team_id"],
        channel=command["channel_id"],
        thread="",
        user=command["user_id"],
        user_team=command["team_id"],
        private=True,
        shared=False,  # nobody else sees the reply
    )
