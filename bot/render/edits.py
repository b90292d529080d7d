"""A form that is filled with what is there, and what of it someone changed: no one's change is undone unseen. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from bot.errors import UsageError
from bot.render.blocks import INPUT_TEXT
from bot.render.intent import SEEN
from bot.render.markdown import escape_mrkdwn, plain
from bot.render.numbers import joined

MARK = 8
"""Characters of a digest that tell two texts apart."""
SHOWN = 100
"""Characters shown of what was there and of what is there now."""


@dataclass(frozen=True, slots=True)
class Filled:
    """What a form opens with."""

    given: dict[str, str]
    """Its fields, and what its window carries."""
    note: str = ""
    """Said above them; mrkdwn."""


def filled(which: Mapping[str, str], there: Mapping[str, str]) -> Filled:
    """Return a form's fields as they are ``there``, with ``which`` thing it is, and marks of what was seen.

    What is longer than a field of Slack's is left out, and said.
    """
    fits = {name: text for name, text in there.items() if len(text) <= INPUT_TEXT}
    seen = ",".join(f"{name}={_mark(text)}" for name, text in fits.items())
    left = [f"the {_spoken(name)}" for name in there if name not in fits]
    note = (
        f"Too long to be shown in a form: {joined(left)}. Leave the field empty to keep what is there."
        if left
        else ""
    )
    return Filled({**which, SEEN: seen, **fits}, note)


def changed(there: Mapping[str, str], wanted: Mapping[str, str | None], seen: str) -> dict[str, str]:
    """Return what of ``wanted`` is to be changed, by field; in a form, an empty field that was shown filled is to be emptied.

    Args:
        there: what is there now, by field.
        wanted: what the person wants, None where they said nothing.
        seen: the marks of what their form showed; "" where it was typed without one.

    Raises:
        UsageError: someone else has changed the same field since the form was filled.
    """
    shown = dict(part.split("=", 1) for part in seen.split(",") if "=" in part)
    mine = {
        name: text
        for name, text in ((name, wanted[name] or "") for name in there if name in shown or wanted[name])
        if _mark(text) not in (shown.get(name), _mark(there[name]))
    }
    theirs = [name for name in mine if shown.get(name, _mark(there[name])) != _mark(there[name])]
    if theirs:
        now = "; ".join(f"the {_spoken(name)} to “{plain(there[name], SHOWN)}”" for name in theirs)
        raise UsageError(
            f"Someone else changed this while you had it open: {now}. Send it again to replace that."
        )
    return mine


def untouched(name: str, text: str, seen: str) -> bool:
    """Return whether a field holds what its form showed: then it is no one's new mistake."""
    return f"{name}={_mark(text)}" in seen.split(",")


def _mark(text: str) -> str:
    return sha256("\n".join(text.strip().splitlines()).encode()).hexdigest()[:MARK]


def differences(before: Mapping[str, str], after: Mapping[str, str], wanted: Mapping[str, str]) -> list[str]:
    """Return what was changed from what, a line a field, and what was ``wanted`` and not taken; mrkdwn."""
    lines = [
        f"{_spoken(name)[:1].upper()}{_spoken(name)[1:]}: {_short(before[name])} → {_short(after[name])}"
        for name in before
        if before[name] != after[name]
    ]
    left = [f"the {_spoken(name)}" for name, text in wanted.items() if pretty(text) != pretty(after[name])]
    return [*lines, f":warning: Telnyx didn't take all of it: look at {joined(left)}."] if left else lines


def pretty(text: str) -> str:
    """Return JSON in lines, and anything else as it is."""
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        return text.strip()
    return json.dumps(read, indent=2, ensure_ascii=False) if isinstance(read, dict) else text.strip()


def _spoken(name: str) -> str:
    """Return how people speak of a field."""
    return name.replace("json_schema", "JSON schema").replace("_", " ")


def _short(text: str) -> str:
    return escape_mrkdwn(plain(text, SHOWN)) if text else "_nothing_"
