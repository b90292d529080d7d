"""How a wish came in: who, where from, under which natural id, how it is acknowledged and how the outcome goes back."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from bot.render.blocks import Message
from bot.services.access import Destination
from bot.slack.ways import Way

Ack = Callable[..., Awaitable[Any]]


@dataclass(slots=True)
class Came:
    """One delivery of a command, a press, a form or a shortcut."""

    by: Destination
    id: str
    ack: Ack
    way: Way
    url: str | None = None
    trigger: str = ""
    taken_in: dict[str, Any] = field(default_factory=dict)
    """The acknowledgement once the work is durable."""
    late: dict[str, Any] = field(default_factory=dict)
    """The acknowledgement while it is still being written down. Commands are not delivered again."""
    refusal: Callable[[str], dict[str, Any]] | None = None
    """The acknowledgement that says what was wrong, where there is one."""
    usage: str = ""
    """Said behind a typing error."""
    acknowledged: bool = False

    async def acknowledge(self, **said: Any) -> None:
        """Tell Slack that it arrived, once."""
        if not self.acknowledged:
            self.acknowledged = True
            await self.ack(**said)


SLOW = "I'm running slowly right now. I'm still saving this; if you don't hear from me within a minute, try again."


def typed(command: dict[str, Any], ack: Ack, usage: str) -> Came:
    """A slash command; the reply is theirs alone."""
    team, user = command["team_id"], command["user_id"]
    return Came(
        by=_by(team, command["channel_id"], user, team),
        id=f"cmd:{team}:{command['trigger_id']}",
        ack=ack,
        way=Way(user, replace=True),
        url=command["response_url"],
        trigger=command["trigger_id"],
        late={"text": SLOW},
        refusal=lambda text: {"text": text},
        usage=f"\n\n{usage}",
    )


def pressed(body: dict[str, Any], action: dict[str, Any], ack: Ack, title: str) -> Came:
    """A button. What it shows takes the place of the list it turns the page of, else it stands beside it."""
    container, person = body.get("container") or {}, body["user"]
    team = (body.get("team") or {}).get("id") or person.get("team_id", "")
    channel = (body.get("channel") or {}).get("id") or container.get("channel_id", "")
    turns = action["action_id"].partition("#")[2] in ("previous", "next")
    where, view = container.get("message_ts", ""), body.get("view") or {}
    return Came(
        by=_by(team, channel, person["id"], person.get("team_id") or team, container.get("thread_ts", "")),
        id=f"act:{team}:{where or view.get('id', '')}:{action['action_id']}:{person['id']}:{action['action_ts']}",
        ack=ack,
        way=Way(
            person["id"],
            title,
            view=view["id"] if turns and view else "",
            inside=view.get("type") == "modal",
            replace=turns,
        ),
        url=body.get("response_url"),
        trigger=body["trigger_id"],
    )


def sent(
    body: dict[str, Any],
    view: dict[str, Any],
    ack: Ack,
    *,
    title: str,
    taken_in: dict[str, Any],
    first_field: str,
) -> Came:
    """A form: sent again without a change it has the same hash."""
    person, team = body["user"], view["team_id"]
    work_id = f"view:{team}:{view['id']}:{view['hash']}"
    said = {"response_action": "update", "view": taken_in | {"external_id": f"do:{work_id}"}}
    return Came(
        by=_by(team, view.get("private_metadata", ""), person["id"], person.get("team_id") or team),
        id=work_id,
        ack=ack,
        way=Way(person["id"], title, view=f"do:{work_id}"),
        trigger=body["trigger_id"],
        taken_in=said,
        late=said,
        refusal=lambda text: {"response_action": "errors", "errors": {first_field: text}},
    )


def _by(team: str, channel: str, user: str, user_team: str, thread: str = "") -> Destination:
    return Destination(
        team, channel, thread, user, user_team, private=True, shared=False
    )  # only they see the outcome


NOTHING_DONE = Message("Cancelled. Nothing was changed.")
