"""A call's summary as Slack shows it: what it says and covers, the way to each place in the call, and what can be done with it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.render.action_items import TakeItem
from bot.render.ask import Share, asked, failure
from bot.render.blocks import SELECT_OPTIONS, Block, Message, actions, button, context, select
from bot.render.call_places import ShowPlace
from bot.render.calls import CallInsights, Transcript
from bot.render.feedback import ThumbDown, ThumbUp
from bot.render.final import Final
from bot.render.markdown import escape_mrkdwn, moment, shortened
from bot.render.notes import cut
from bot.render.numbers import counted, joined, lasted
from bot.services.access import Audience
from bot.services.action_items import ActionItem
from bot.services.call_insights import Result, Results
from bot.services.calls import Line, stamp
from bot.services.phone_numbers import masked
from bot.services.summarize import Summary
from bot.store.turns import Turn
from bot.text import clean

SUMMARY = "summary"
"""The option of a turn that says what stands beside a finished summary: its call, the places in it, its action items."""
PLACES = 40
"""Times that are offered: more options than one message holds beside a summary."""
WORDS = 60
RESULT = 400
"""Characters of what an insight found."""
INSIGHTS = "Insights from Telnyx"
MINUTE = 60


def reading(number: int, count: int) -> str:
    """Return the status line while a call is read in parts."""
    return f"Reading part {number} of {count}…" if number <= count else "Putting the parts together…"


def text(summary: Summary) -> str:
    """Return the summary in Markdown under the call's name."""
    call = summary.transcript.call
    title = clean(call.name) or f"Call {call.id[:8]}"
    return "\n\n".join(filter(None, (f"**{title}**", summary.text, _insights(summary.results))))


def _insights(results: Results | None) -> str:
    """Return what Telnyx's insights found, a line each; more of a long result is behind *Insights*."""
    found = [
        f"- **{one.insight}**: {shortened(_result(one), RESULT)}"
        for one in (results.found if results else ())
    ]
    return "\n".join([f"## {INSIGHTS}", *found]) if found else ""


def _result(one: Result) -> str:
    fields = ", ".join(f"{name}: {value}" for name, value in one.fields.items())
    return " ".join((fields or one.text).split())


def beside(summary: Summary, items: Sequence[ActionItem]) -> dict[str, Any]:
    """Return what its end needs beside the text, as plain JSON."""
    call = summary.transcript.call
    return {
        "call": call.id,
        "assistant": call.assistant,
        "places": [[place.at, place.words[:WORDS]] for place in summary.places],
        "items": [[item.id, item.text[:WORDS]] for item in items],
    }


def coverage(summary: Summary) -> str:
    """Return what the summary rests on, as mrkdwn: which messages and minutes of which call, read in how many parts.

    A text that was cut covers nothing for sure.
    """
    length, started = summary.transcript.length, summary.transcript.call.started
    when = f" of {moment(started.timestamp(), '{date} at {time}')}" if started else ""
    model = f"Model: {escape_mrkdwn(summary.model)}."
    total = len(summary.transcript.lines)
    further = [_missing(summary), _invented(summary.invented), _unknown(summary.results), model]
    parts = _parts(summary.parts)
    if note := cut(summary.cut):
        long = f", {lasted(length.total_seconds())}" if length is not None else ""
        has = f"The call{when} has {counted(total, 'message')}{long}{parts}."
        return " ".join(filter(None, (escape_mrkdwn(note), has, *further)))
    count = "the only message" if total == 1 else f"{summary.covered:,} of {total:,} messages"
    return " ".join(
        filter(None, (f"Covers {count}{_minutes(summary, length)} of the call{when}{parts}.", *further))
    )


def _parts(count: int) -> str:
    return f", read in {count} parts because it's too long for the model to read at once" if count > 1 else ""


def _minutes(summary: Summary, length: timedelta | None) -> str:
    """Return which minutes of how many were read."""
    if length is None:
        return ""
    whole = length.total_seconds()
    if whole < MINUTE:
        return f", {lasted(whole)}," if whole else ""
    total = -(-int(whole) // MINUTE)
    edges = [0, *(edge for run in summary.missing for edge in _span(summary.transcript.lines, run)), total]
    read = [f"{a}–{b}" for a, b in zip(edges[::2], edges[1::2], strict=True) if a < b]  # noqa: RUF001 - from one to the other
    return f", minutes {joined(read)} of {total}," if read else ""


def _missing(summary: Summary) -> str:
    """Return which of the call could not be read."""
    if not summary.missing:
        return ""
    lines = summary.transcript.lines
    if all(line.at is not None for line in lines):
        runs = [_span(lines, run) for run in summary.missing]
        what = f"minutes {joined([f'{a}–{b}' for a, b in runs])}"  # noqa: RUF001 - from one to the other
    else:
        what = f"messages {joined([f'{a + 1:,}–{b + 1:,}' for a, b in summary.missing])}"  # noqa: RUF001 - as above
    return f"I couldn't read {what}: Telnyx didn't answer. Summarize it again to include them."


def _span(lines: Sequence[Line], run: tuple[int, int]) -> tuple[int, int]:
    """Return the minutes of a run of lines: the one that it begins in, and the one after it ends."""
    first, last = (lines[at].at or timedelta() for at in run)
    return int(first.total_seconds()) // MINUTE, int(last.total_seconds()) // MINUTE + 1


def _invented(count: int) -> str:
    if not count:
        return ""
    return f"I removed {counted(count, 'time')} that {'isn' if count == 1 else 'aren'}'t in the call."


def _unknown(results: Results | None) -> str:
    if results is None:
        return "I couldn't read its insights: Telnyx didn't answer."
    return "Its insights aren't ready yet." if results.pending else ""


def final(turn: Turn) -> Final:
    """Return the finished summary, or what ended it, from the row alone."""
    if turn.outcome != "answered":
        return failure(turn)
    shareable = bool(turn.private) and turn.channel[:1] not in ("", "D")
    further = [button("Share in channel", Share(turn=turn.id))] if shareable else []
    return Final(turn.answer or "", _below(turn, further), asked(turn))


def shared(turn: Turn, audience: Audience) -> list[Message]:
    """Return a private summary for everyone in the channel, with the phone numbers that they may see; the rest is in its thread."""
    known = (turn.options or {}).get(SUMMARY) or {}
    words = str if known.get("assistant") in audience.numbers else masked
    hidden = {
        name: [[key, words(said)] for key, said in known.get(name) or ()] for name in ("places", "items")
    }
    turn = replace(turn, options={**(turn.options or {}), SUMMARY: {**known, **hidden}})
    head = context(f"<@{turn.user}> asked me to summarize this call.")
    return Final(words(turn.answer or ""), _below(turn), [head]).messages()


def _below(turn: Turn, further: Sequence[Block] = ()) -> list[Block]:
    """Return what it covers, and what can be done: look at a place, take an action item, and the row of buttons."""
    known = (turn.options or {}).get(SUMMARY) or {}
    call = str(known.get("call") or "")
    thumbs = (
        button("👍", ThumbUp(turn=turn.id), label="This summary helped"),
        button("👎", ThumbDown(turn=turn.id), label="This summary didn't help"),
    )
    blocks = [context(turn.note)] if turn.note else []
    if call and (places := known.get("places")):
        blocks.append(actions(_places(call, places)))
    if items := known.get("items"):
        entries = [(words, TakeItem(item=item)) for item, words in items[:SELECT_OPTIONS]]
        blocks.append(actions(select("I'll do it…", *entries)))
    looks = (
        (button("Transcript", Transcript(call=call)), button("Insights", CallInsights(call=call)))
        if call
        else ()
    )
    return [*blocks, actions(*thumbs, *looks, *further)]


def _places(call: str, places: Sequence[Sequence[Any]]) -> Block:
    label = "Show the place…" if len(places) <= PLACES else f"Show the place (the first {PLACES})…"
    entries = [
        (f"{stamp(timedelta(seconds=at))} {words}", ShowPlace(call=call, at=at)) for at, words in places
    ]
    return select(label, *entries[:PLACES])
