"""One call: all that is known of it, its transcript as a file, and what insights found. Its numbers are shown as they come."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from bot.render.blocks import SECTION_FIELDS, Block, Message, actions, button, context, header, menu, section
from bot.render.calls import DAY, NAME, WORD, CallInsights, Summarize, Transcript, buttons, literal, more
from bot.render.markdown import code, escape_mrkdwn, moment, plain, shortened
from bot.render.numbers import counted, lasted
from bot.render.outcomes import AGAIN, File, Table
from bot.services import calls as said
from bot.services.access import Audience, Place
from bot.services.call import AGENT, ASSISTANT, CALLER, CHANNEL
from bot.services.call_insights import Result, Results, State
from bot.services.calls import Call, Details
from bot.services.ids import short
from bot.text import clean

TAGS, VALUE = 30, 200
"""Tags that are shown of a call, and characters of each."""
TEXT, CELL = 1_500, 200
"""Characters of what an insight found in its own words, and of a field."""
ROOM, LISTED = 5_000, 20
"""Characters of all that insights say in their own words, and how many of them are shown."""
COLUMNS = ("Insight", "Field", "Result")
WHEN = "{date_short_pretty} at {time}"
NOT_YET = "Telnyx is still working on this call's insights. They usually take a few seconds."
NEVER = (
    "Telnyx ran no insights over this call. They run over the calls of assistants that have an insight group."
)
NOTHING_FOUND = "The insights of this call found nothing."
BROKEN = "The insights of this call failed, and Telnyx doesn't say why."
SILENT = "No one said anything in this call, so it has no transcript."


# ---------------------------------------------------------------------------------------------- all of a call
def shown(found: Details, audience: Audience) -> Message:
    """Return all that is known of a call: the facts, its tags, and what this audience can do with it."""
    call, title = found.call, _title(found.call)
    tags = [*_tags(call.metadata)]
    left, others = len(tags) - TAGS, more(call, audience)
    blocks = [
        section(f"*{title}*", columns=[f"*{name}*\n{fact}" for name, fact in _facts(found)]),
        *_columns(tags[:TAGS]),
        *([context(f"{counted(left, 'more tag')} not shown.")] if left > 0 else []),
        context(code(call.id)),
        actions(*buttons(call), *([menu(*others)] if others else [])),
    ]
    return Message(f"{title}: {counted(found.messages, 'message')}", blocks)


def _facts(found: Details) -> Iterator[tuple[str, str]]:
    """Yield what Telnyx says of each call, as mrkdwn."""
    call = found.call
    began, last, long = call.started, call.last, call.lasted
    yield "Began", moment(began.timestamp(), WHEN) if began else "not known"
    yield "Last message", moment(last.timestamp(), WHEN) if last else "not known"
    yield (
        "Length",
        f"{lasted(long.total_seconds()) if long is not None else 'not known'}{', live' if call.live else ''}",
    )
    yield "Messages", f"{found.messages:,}"
    yield "Channel", literal(call.channel.replace("_", " "), WORD) or "not known"
    yield "Caller", literal(call.caller, WORD) or "not known"
    yield "Our side", literal(call.agent, WORD) or "not known"
    yield "Assistant", code(shortened(call.assistant, VALUE)) if call.assistant else "none"
    yield "Insights", str(found.state).removeprefix("insights ") if found.state else "not known"


def _tags(metadata: Mapping[str, str]) -> Iterator[str]:
    for key, value in sorted(metadata.items()):
        if key not in (CHANNEL, CALLER, AGENT, ASSISTANT):
            yield f"*{literal(key, VALUE)}*\n{literal(value, VALUE) or '_nothing_'}"


def _columns(texts: Sequence[str]) -> list[Block]:
    parts = [texts[at : at + SECTION_FIELDS] for at in range(0, len(texts), SECTION_FIELDS)]
    return [section("Tags" if not number else " ", columns=part) for number, part in enumerate(parts)]


def _title(call: Call) -> str:
    return literal(call.name, NAME) or f"Call {short(call.id)}"


# --------------------------------------------------------------------------------------------- the transcript
def transcript(found: said.Transcript, place: Place | None) -> File:
    """Return a transcript as a text file; for those in a place, else for the asker alone."""
    call = found.call
    name = _spoken_name(call.name) or f"call {short(call.id)}"
    content = "\n".join([*_head(found, name), "", *_spoken(found), ""])
    where = {"channel": place.channel, "thread": place.thread} if place else {}
    title = f"Transcript of {name}"
    return File(f"call-{short(call.id)}.txt", content.encode(), title, **where)


def _spoken_name(name: str) -> str:
    return shortened(" ".join(clean(name).split()), NAME)


def _head(found: said.Transcript, name: str) -> Iterator[str]:
    call, long = found.call, found.length
    began = found.began or call.started
    kind = call.channel.replace("_", " ") or "conversation"
    yield name
    when = f"{began:%Y-%m-%d %H:%M} UTC" if began else ""
    facts = (when, kind, lasted(long.total_seconds()) if long else "", counted(len(found.lines), "message"))
    yield clean(" · ".join(filter(None, facts)))
    sides = (
        ("Caller", call.caller),
        ("Our side", call.agent),
        ("Assistant", call.assistant),
        ("Call", call.id),
    )
    yield from (f"{side}: {' '.join(clean(one).split())}" for side, one in sides if one)


def _spoken(found: said.Transcript) -> Iterator[str]:
    """Yield all lines; those of a conversation of several days with the day and the time, in UTC."""
    began = found.began if (found.length or timedelta()) >= DAY else None
    for line in found.lines:
        at = began + line.at if began and line.at is not None else None
        yield clean(f"[{at:%Y-%m-%d %H:%M}] {line.who}: {line.text}" if at else str(line))


# ------------------------------------------------------------------------------------------------ its insights
def insights(asked: CallInsights, found: Results) -> Message:
    """Return what insights found: first what they say in their own words, then the fields of the others as a table."""
    whole = asked.model_copy(update={"call": found.call})
    again = [button("Refresh", whole, name=AGAIN)] if found.state is State.PENDING else []
    steps = actions(
        *again,
        button("Summarize", Summarize(what=found.call)),
        button("Transcript", Transcript(call=found.call)),
    )
    title = f"Insights of {_spoken_name(found.name) or f'call {short(found.call)}'}"
    if not found.found:
        why = {State.PENDING: NOT_YET, State.NONE: NEVER, State.FAILED: BROKEN}.get(
            found.state, NOTHING_FOUND
        )
        return Message(why, [section(why), steps])
    rows = [
        (one.insight, field, shortened(value, CELL))
        for one in found.found
        for field, value in one.fields.items()
    ]
    page = Message(title, [header(title)])
    if rows:
        page = Table(title, COLUMNS, rows, "").page(whole)
    notes = [*_missing(found)]
    told = [*_told(found.found), *([context(" · ".join(notes))] if notes else [])]
    return _around(page, told, steps)


def _told(found: Sequence[Result]) -> Iterator[Block]:
    """Yield what insights say in their own words; the more there are, the less of each."""
    told = [one for one in found if not one.fields]
    room = min(TEXT, ROOM // max(len(told), 1))
    for one in told[:LISTED]:
        text = escape_mrkdwn(plain(one.text, room)) or "_nothing_"
        yield section(f"*{literal(one.insight, NAME)}*\n{text}")
    if len(told) > LISTED:
        yield context(f"{counted(len(told) - LISTED, 'more result')} not shown.")


def _missing(found: Results) -> Iterator[str]:
    """Yield what isn't there, in words."""
    if found.pending:
        yield f"{counted(found.pending, 'group')} of insights still running"
    if found.failed:
        yield f"{counted(found.failed, 'group')} of insights failed"


def _around(message: Message, above: Sequence[Block], below: Block) -> Message:
    """Return a message with blocks below its header and others at its end, on each of its rungs."""
    head = 1 if message.blocks[0]["type"] == "header" else 0
    blocks = [*message.blocks[:head], *above, *message.blocks[head:], below]
    simpler = _around(message.simpler, above, below) if message.simpler else None
    return replace(message, blocks=blocks, simpler=simpler)
