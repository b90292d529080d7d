"""How a wish came in: who, where from, under which natural id, how it is acknowledged and how the outcome goes back."""

import hashlib
import json
import math
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from bot import ids
from bot.render.blocks import Message
from bot.render.outcomes import AGAIN, NEXT, PREVIOUS, Modal, as_modal
from bot.services.access import Asker, Place
from bot.slack.ways import Way
from bot.text import is_plain

Ack = Callable[..., Awaitable[Any]]
_CHANNEL = re.compile(r"[CDG][A-Z0-9]{2,31}")


class UnreadableError(Exception):
    """A delivery lacks what Slack always sends, or has something else in its place."""


@contextmanager
def reading() -> Iterator[None]:
    """Read a delivery inside; what it lacks is no mistake of ours."""
    try:
        yield
    except (LookupError, TypeError, AttributeError, ValueError) as error:
        raise UnreadableError(type(error).__name__) from error


def moment(event: dict[str, Any]) -> float:
    """Return when it happened, in Unix seconds; 0, which counts as now, where it doesn't say so."""
    try:
        at = float(event["event_ts"])
    except (KeyError, TypeError, ValueError):
        return 0.0
    return at if math.isfinite(at) else 0.0


SLOW = "I'm slow right now and still saving this. If you don't hear from me within a minute, try again."
SLOW_QUESTION = (
    "I'm slow right now and still saving your question. If you don't hear from me within a minute, ask again."
)


@dataclass(slots=True)
class Came:
    """One delivery of a command, a press, a form or a shortcut."""

    place: Place
    asker: Asker
    id: str
    ack: Ack
    way: Way
    trigger: str
    url: str | None = None
    inside: bool = False
    """It was wanted in a window: what opens next goes on top."""
    stays: bool = False
    """The message it was pressed in stays as it is when something goes wrong."""
    taken_in: dict[str, Any] = field(default_factory=dict)
    """The acknowledgement once the work is durable."""
    late: dict[str, Any] = field(default_factory=dict)
    """The acknowledgement while it is still being written down. Commands are not delivered again."""
    refusal: Callable[[Message], dict[str, Any]] | None = None
    """The acknowledgement that says what was wrong, where there is one."""
    at_field: bool = False
    """It says so at a field, which shows every character as it is."""
    usage: str = ""
    """Said below a typing error."""
    sent: bool = False
    """It is a form: what opens next is pushed by the acknowledgement, because the form would close with it."""
    acknowledged: bool = False

    def __post_init__(self) -> None:
        """Refuse an id that would be stored as another: work is found again by it."""
        if not is_plain(self.id):
            raise TypeError("an id that is none of Slack's")

    @property
    def unseen(self) -> bool:
        """Return whether nothing on the screen would show that it was taken in."""
        return not self.url and not self.way.view

    async def acknowledge(self, **said: Any) -> None:
        """Tell Slack that it arrived, once."""
        if not self.acknowledged:
            self.acknowledged = True
            await self.ack(**said)

    @property
    def window(self) -> str:
        """Return our name for the window that this delivery opens."""
        return ids.change(self.id)

    @property
    def trouble(self) -> Way:
        """Return the way for a sentence about what went wrong."""
        return replace(self.way, replace=False) if self.stays else self.way


def typed(command: dict[str, Any], ack: Ack, usage: str) -> Came:
    """Read a slash command; the reply is theirs alone."""
    team, user = command["team_id"], command["user_id"]
    place, asker = _from(team, command["channel_id"], user, team)
    return Came(
        place=place,
        asker=asker,
        id=ids.command(team, command["trigger_id"]),
        ack=ack,
        way=Way(user, replace=True),
        trigger=command["trigger_id"],
        url=command["response_url"],
        late={"text": SLOW},
        refusal=lambda said: {"text": said.text, **({"blocks": said.blocks} if said.blocks else {})},
        usage=f"\n\n{usage}",
    )


def pressed(
    body: dict[str, Any], action: dict[str, Any], ack: Ack, title: str, *, replaces: bool = False
) -> Came:
    """Read a button or a menu. What it shows takes the place of the list whose page it turns, else it stands beside it."""
    container, person, view = body.get("container") or {}, body["user"], body.get("view") or {}
    team = team_of(body)
    channel = (body.get("channel") or {}).get("id") or container.get("channel_id") or _opened_in(view)
    turns = action["action_id"].partition("#")[2] in (PREVIOUS, NEXT, AGAIN)
    where = container.get("message_ts") or view.get("id", "")
    thread, user_team = container.get("thread_ts", ""), person.get("team_id") or team
    place, asker = _from(team, channel, person["id"], user_team, thread)
    return Came(
        place=place,
        asker=asker,
        id=ids.press(team, where, action["action_id"], person["id"], action["action_ts"]),
        ack=ack,
        way=Way(person["id"], title, view=view["id"] if turns and view else "", replace=turns or replaces),
        trigger=body["trigger_id"],
        url=body.get("response_url"),
        inside=view.get("type") == "modal",
        stays=True,
    )


def chosen(body: dict[str, Any], ack: Ack, title: str) -> Came:
    """Read an entry of a shortcut menu: no place, so what it shows is a window or a direct message."""
    person, team = body["user"], team_of(body)
    place, asker = _from(team, "", person["id"], person.get("team_id") or team)
    return Came(
        place=place,
        asker=asker,
        id=ids.shortcut(team, person["id"], body["action_ts"]),
        ack=ack,
        way=Way(person["id"], title),
        trigger=body["trigger_id"],
    )


def sent(body: dict[str, Any], view: dict[str, Any], ack: Ack, *, told: Modal, first_field: str) -> Came:
    """Read a form; sent again with the same words it is the same wish. ``told`` is shown until there is an outcome.

    What is wrong stands at ``first_field`` or, in a window without fields, in its place: Slack shows no error at a field that is
    not there.
    """
    person, team = body["user"], team_of(body)
    filled = hashlib.sha256(json.dumps(view["state"]["values"], sort_keys=True).encode()).hexdigest()
    work_id = ids.form(team, view["id"], view["hash"], filled)
    ours = ids.change(work_id)
    said = {"response_action": "update", "view": told.view(external_id=ours)}

    def refused(why: Message) -> dict[str, Any]:
        if first_field:
            return {"response_action": "errors", "errors": {first_field: why.text}}
        return {
            "response_action": "update",
            "view": replace(told, blocks=as_modal(why, told.title).blocks).view(),
        }

    place, asker = _from(team, "", person["id"], person.get("team_id") or team)
    return Came(
        place=place,
        asker=asker,
        id=work_id,
        ack=ack,
        way=Way(person["id"], told.title, view=ours, over=told.over),
        trigger=body["trigger_id"],
        inside=True,
        taken_in=said,
        late=said,
        refusal=refused,
        at_field=bool(first_field),
        sent=True,
    )


def person_of(body: dict[str, Any]) -> tuple[Place, Asker]:
    """Return the workspace and the person that looks for a choice in a window."""
    team = team_of(body)
    return _from(team, "", body["user"]["id"], body["user"].get("team_id") or team)


def team_of(body: Mapping[str, Any]) -> str:
    """Return the workspace that the app is installed in; never guessed from the person, who may be of another one."""
    view = body.get("view") or {}
    return str(
        view.get("app_installed_team_id")
        or (body.get("team") or {}).get("id")
        or view.get("team_id")
        or body.get("team_id")
        or ""
    )


def installed(body: Mapping[str, Any]) -> tuple[str, str]:
    """Return the workspace that an event was delivered for, and who the bot is there; empty where Slack did not say."""
    first = (body.get("authorizations") or [{}])[0]
    return first.get("team_id") or body.get("team_id") or "", first.get("user_id") or ""


def _opened_in(view: Mapping[str, Any]) -> str:
    """Return the channel that a window was opened in, which counts as typed: who isn't in it has nothing of it."""
    memo = view.get("private_metadata") or ""
    return memo if view.get("type") == "modal" and _CHANNEL.fullmatch(memo) else ""


def _from(team: str, channel: str, user: str, user_team: str, thread: str = "") -> tuple[Place, Asker]:
    if not all(is_plain(name) for name in (team, channel, user, user_team, thread)):
        raise TypeError("an id that is none of Slack's")
    return Place(team, channel, thread), Asker(user, user_team)
