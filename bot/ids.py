"""Natural ids of durable work, made and read here alone: the same delivery always gets the same one, however often it comes."""

import re
import uuid

_WINDOW = "do:"
"""Begins the id of a change, and the name (``external_id``) of every window that shows what came of one."""
_AGAIN = re.compile(r"again:(?:(\d{1,9}):)?")


def question(team: str, channel: str, ts: str) -> str:
    """Return the id of a message that asks, on whichever way it was found."""
    return f"turn:{team}:{channel}:{ts}"


def command(team: str, trigger: str) -> str:
    """Return the id of a slash command."""
    return f"cmd:{team}:{trigger}"


def press(team: str, where: str, action: str, user: str, ts: str) -> str:
    """Return the id of a press of a button, or of a choice in a menu."""
    return f"act:{team}:{where}:{action}:{user}:{ts}"


def pressed_in(delivery: str) -> str:
    """Return the ``ts`` of the message, or the id of the window, whose button was pressed; "" for what was no press."""
    kind, _, where = delivery.split(":")[:3] if delivery.count(":") > 1 else ("", "", "")
    return where if kind == "act" else ""


def shortcut(team: str, user: str, ts: str) -> str:
    """Return the id of a choice in a shortcut menu."""
    return f"short:{team}:{user}:{ts}"


def form(team: str, view: str, version: str, filled: str) -> str:
    """Return the id of a form that was sent; ``filled`` is the hash of its words."""
    return f"view:{team}:{view}:{version}:{filled[:12]}"


def change(delivery: str) -> str:
    """Return the id of the change that a delivery asks for."""
    return f"{_WINDOW}{delivery}"


def confirmation(delivery: str) -> str:
    """Return the id of a change that is asked about first."""
    return f"{_WINDOW}confirm:{delivery}"


def key(work: str) -> str:
    """Return an Idempotency-Key for Telnyx, the same at every attempt of the work."""
    return uuid.uuid5(uuid.NAMESPACE_OID, work).hex


def joined(turn: str) -> str:
    """Return the id of the same summary once the bot has entered the channel of its thread, however often that is pressed."""
    return f"again:join:{turn}"


def is_window(name: str) -> bool:
    """Return whether a window's name is one of ours; otherwise it is Slack's id of it."""
    return name.startswith(_WINDOW)


def again(turn: str) -> str:
    """Return the id of a question asked again: its first id and how often, however long it goes on."""
    times = 1
    while (found := _AGAIN.match(turn)) is not None:
        times += int(found[1] or 1)
        turn = turn[found.end() :]
    return f"again:{times}:{turn}" if times > 1 else f"again:{turn}"


def aside(turn: str) -> str:
    """Return the key of the line that says that a question is answered elsewhere."""
    return f"aside:{turn}"


def pressed(turn: str) -> str:
    """Return the key of the line that tells a thread what someone asked by a button."""
    return f"pressed:{turn}"


def off(turn: str) -> str:
    """Return the key of the message that says that I'm switched off where a question was asked."""
    return f"off:{turn}"


def welcome(team: str, channel: str, ts: str) -> str:
    """Return the key of what I tell the person who invited me to a channel; ``ts`` is when."""
    return f"welcome:{team}:{channel}:{ts}"


def without_documents(turn: str) -> str:
    """Return the id of the same question answered from general knowledge."""
    return f"again:free:{turn}"


def meant(turn: str) -> str:
    """Return the id of an unclear question asked with what was meant by it, whichever meaning that is."""
    return f"again:meant:{turn}"


def experts(turn: str) -> str:
    """Return the key of the message that asks experts about a question."""
    return f"experts:{turn}"


def notice(kind: str, job: str, number: int, channel: str) -> str:
    """Return the id of the notice of a change of a job: with its number, because a state can come back."""
    return f"job:{kind}:{job}:{number}:{channel}"


def card(kind: str, first: str, channel: str) -> str:
    """Return the line that the notices of one card wait in; ``first`` is the job that it began with."""
    return f"job:{kind}:{first}:{channel}"
