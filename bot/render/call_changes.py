"""What people change about calls, as Slack shows it."""

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from bot.render.blocks import OPTION_TEXT, Block, Message, actions, button, section
from bot.render.forms import Choice
from bot.render.intent import Chosen, Intent, Multiline, Name, Positional, Verbatim
from bot.render.markdown import code, escape_mrkdwn, moment, plain, shortened
from bot.render.numbers import counted, joined
from bot.services.call_changes import AI_DISABLED, Tagged
from bot.services.calls import ASSISTANT, Call
from bot.services.ids import short
from bot.telnyx import Conversation

MOST = 20
"""Tags that are taken at once."""
SHOWN = 200
"""Characters that are repeated of a note, a name, or a tag."""
QUOTES = '"“”'
OWN = re.compile(rf"telnyx_.*|{ASSISTANT}|assistant_version_id|call_control_id", re.IGNORECASE)
"""The keys that Telnyx sets itself, and by which it finds calls."""
_PAIR = re.compile(r"(?<![^ =])([^ =]+)=(.*?)(?= [^ =]+=|$)")
"""A key begins behind a space or another sign of equality, not in every letter: a long line is read in a moment."""


def _pairs(value: object) -> object:
    """Return the tags of a line, of several, or of words: a value goes on to the next key."""
    text = " ".join(map(str, value)) if isinstance(value, list | tuple) else value
    if not isinstance(text, str):
        return value
    text = " ".join(text.split())
    if _PAIR.sub("", text).strip():
        raise ValueError("Write each tag as key=value, such as priority=high.")
    return tuple(f"{one[1]}={one[2].strip().strip(QUOTES)}" for one in _PAIR.finditer(text))


def _ours(pairs: tuple[str, ...]) -> tuple[str, ...]:
    """Return tags that people may change."""
    for key in (one.partition("=")[0] for one in pairs):
        if OWN.fullmatch(key):
            raise ValueError(f"Telnyx sets “{key[:SHOWN]}” itself, so I leave it as it is. Use another key.")
        if key.casefold() == AI_DISABLED:
            raise ValueError("To silence the assistant, use /telnyx calls take-over or hand-back.")
    return pairs


Pair = Annotated[str, Field(max_length=1_000)]
Tags = Annotated[tuple[Pair, ...], Field(max_length=MOST), BeforeValidator(_pairs), AfterValidator(_ours)]
"""``key=value`` each, in which a value may hold spaces."""

Called = Annotated[Name, Verbatim()]
"""A name with spaces may be typed without quotes."""


class NewCall(Intent, verb="calls new"):
    """A conversation that begins."""

    name: Annotated[str | None, Field(max_length=200, examples=["Callback for Ada"])] = None
    assistant: str | None = Field(
        default=None, max_length=200, description="The ID of the assistant whose calls it's among."
    )
    meta: Annotated[Tags, Multiline()] = Field(
        default=(), title="Tags", description="Each as key=value.", examples=["priority=high"]
    )


class Note(Intent, verb="calls note"):
    """A message that is added to a call."""

    call: Name
    text: Annotated[str, Positional(), Chosen(), Verbatim(), Field(min_length=1, max_length=40_000)] = ""
    role: Literal["assistant", "user"] = Field(
        default="assistant", description="In whose name it's added: assistant, the default, or user."
    )


class Tag(Intent, verb="calls tag"):
    """Tags that a call gets or loses."""

    call: Name
    tags: Annotated[Tags, Positional(), Chosen(), Multiline()] = Field(
        default=(),
        min_length=1,
        description="Each as key=value; one without a value is removed.",
        examples=["priority=high"],
    )


class TakeOver(Intent, verb="calls take-over"):
    """A call in which the assistant keeps silent."""

    call: Called


class HandBack(Intent, verb="calls hand-back"):
    """A call in which the assistant answers again."""

    call: Called


class DeleteCall(Intent, verb="calls delete"):
    """A call that goes."""

    call: Called


def as_tags(pairs: Sequence[str]) -> dict[str, str]:
    """Return tags by key; of a key that was named twice, the last."""
    return dict(one.split("=", 1) for one in pairs)


def created(call: Conversation) -> Message:
    """Say that a call exists now, and what can be done with it."""
    name = f"*{escape_mrkdwn(call.name)}* ({code(short(call.id))})" if call.name else code(short(call.id))
    text = f"I created the call {name}. It has no messages yet."
    return Message(text, [section(text), actions(_note(call.id), button("Tag…", Tag(call=call.id)))])


def noted(call: Call, text: str, role: str) -> Message:
    """Say that a message was added."""
    said = f"I added this to {_which(call)}, as the {'assistant' if role == 'assistant' else 'caller'}:"
    words = escape_mrkdwn(plain(text, SHOWN))
    return Message(f"{said} {words}", [section(f"{said}\n{words}"), actions(_note(call.id))])


def tagged(done: Tagged, tags: Mapping[str, str]) -> Message:
    """Say which tags a call has now, and what they were."""
    which = _which(done.call)
    if not done.changed:
        return Message(f"The tags of {which} are like that already.")
    before = done.call.metadata
    lines = [
        f"{code(shortened(key, SHOWN))}: {_change(before.get(key, ''), value)}"
        for key, value in tags.items()
        if key not in done.refused
    ]
    return Message("\n".join([f"I changed the tags of {which}.", *lines, *_refused(done)]))


def silenced(done: Tagged) -> Message:
    """Say that the assistant keeps silent, and how it speaks again."""
    which = _which(done.call)
    text = f"You've taken over {which}. The assistant no longer answers in it."
    if not done.changed:
        text = f"The assistant is silent in {which} already."
    return _with_next(text, done, button("Hand back", HandBack(call=done.call.id)))


def answering(done: Tagged) -> Message:
    """Say that the assistant answers again."""
    which = _which(done.call)
    text = f"You've handed {which} back. The assistant answers in it again."
    if not done.changed:
        text = f"The assistant answers in {which} already."
    return _with_next(text, done, button("Take over", TakeOver(call=done.call.id)))


def taking_over(call: Call) -> str:
    """Ask before the assistant falls silent in a live call."""
    return (
        f"Take over {_which(call)}? {_live(call)} The assistant stops answering, so the caller hears nothing from it "
        "until you hand the call back."
    )


def handing_back(call: Call) -> str:
    """Ask before the assistant speaks in a live call again."""
    return f"Hand {_which(call)} back? {_live(call)} The assistant starts answering again, even while someone else speaks."


def deleting(call: Call, messages: int) -> str:
    """Ask before a call goes, and say what is lost."""
    live = f" {_live(call)}" if call.live else ""
    return f"Delete {_which(call)}{_when(call)}?{live} {counted(messages, 'message')} will be lost, and can't be restored."


def deleted(call: str, name: str) -> Message:
    """Say that a call is gone; its name may not be known anymore."""
    called = f" (*{escape_mrkdwn(plain(name, SHOWN))}*)" if name else ""
    return Message(f"I deleted the call {code(short(call))}{called}.")


def choice(call: Call, value: str = "") -> Choice:
    """Return a call as it is chosen in a form, by its id or by what was typed."""
    name = call.name or call.caller or call.channel.replace("_", " ") or "Call"
    about = f" · {short(call.id)}"
    return Choice(value or call.id, f"{plain(name, OPTION_TEXT - len(about))}{about}")


def _which(call: Call) -> str:
    """Return how a sentence speaks of a call; mrkdwn."""
    name = f"*{escape_mrkdwn(plain(call.name, SHOWN))}* " if call.name else ""
    return f"the call {name}({code(short(call.id))})" if name else f"the call {code(short(call.id))}"


def _when(call: Call) -> str:
    at = call.started or call.last
    return f" of {moment(at.timestamp(), '{date_short_pretty} at {time}')}" if at else ""


def _live(call: Call) -> str:
    if call.last is None:
        return "I can't tell whether it's live."
    return f"It's live: the last message came at {moment(call.last.timestamp(), '{time}')}."


def _change(before: str, now: str) -> str:
    was, is_ = (escape_mrkdwn(shortened(text, SHOWN)) if text else "_nothing_" for text in (before, now))
    return is_ if was == is_ else f"{was} → {is_}"


def _refused(done: Tagged) -> list[str]:
    """Return a warning where Telnyx didn't take all of it."""
    keys = joined([code(shortened(key, SHOWN)) for key in done.refused])
    return [f":warning: Telnyx didn't take {keys}."] if keys else []


def _with_next(text: str, done: Tagged, step: Block) -> Message:
    if done.refused:
        text = f":warning: Telnyx didn't take it, so nothing has changed in {_which(done.call)}."
    return Message(text, [section(text), actions(step)])


def _note(call: str) -> Block:
    return button("Add a note…", Note(call=call))
