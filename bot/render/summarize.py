"""A call's summary as Slack shows it."""

from bot.render.ask import asked, failure
from bot.render.blocks import context
from bot.render.final import Final
from bot.render.markdown import escape_mrkdwn, moment
from bot.render.notes import cut
from bot.render.numbers import counted, lasted
from bot.services.summarize import Summary
from bot.store.turns import Turn
from bot.text import clean


def text(summary: Summary) -> str:
    """Return the summary in Markdown under the call's name."""
    call = summary.transcript.call
    title = clean(call.name) or f"Call {call.id[:8]}"
    return f"**{title}**\n\n{summary.text}"


def coverage(summary: Summary) -> str:
    """Return what the summary rests on, as mrkdwn: all of the call, when it was, and in how many parts it was read.

    A text that was cut covers nothing for sure.
    """
    length, started = summary.transcript.length, summary.transcript.call.started
    when = f" of {moment(started.timestamp(), '{date} at {time}')}" if started else ""
    long = f", {lasted(length.total_seconds())}" if length is not None else ""
    parts = (
        f", read in {summary.parts} parts because it's too long for the model to read at once"
        if summary.parts > 1
        else ""
    )
    model = f"Model: {escape_mrkdwn(summary.model)}."
    if note := cut(summary.cut):
        has = f"The call{when} has {counted(summary.covered, 'message')}{long}{parts}."
        return f"{escape_mrkdwn(note)} {has} {model}"
    covers = "the only message" if summary.covered == 1 else f"all {summary.covered:,} messages"
    return f"Covers {covers} of the call{when}{long}{parts}. {model}"


def final(turn: Turn) -> Final:
    """Return the finished summary, or what ended it, from the row alone."""
    if turn.outcome != "answered":
        return failure(turn)
    return Final(turn.answer or "", [context(turn.note or "")], asked(turn))
