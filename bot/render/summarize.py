"""A call's summary as Slack shows it."""

from bot.render.ask import failure
from bot.render.blocks import context
from bot.render.calls import titled
from bot.render.final import Final
from bot.render.markdown import escape_mrkdwn
from bot.services.calls import stamp
from bot.services.summaries import Summary
from bot.store.turns import Turn


def text(summary: Summary) -> str:
    """The summary in Markdown under the call's name."""
    call = summary.transcript.call
    title = titled(call.name) or f"Call {call.id[:8]}"
    when = f", {call.started:%d %B %Y %H:%M} UTC" if call.started else ""
    return f"**{title}**{when}\n\n{summary.text}"


def coverage(summary: Summary) -> str:
    """What the summary rests on: all of the call, and in how many parts it was read."""
    length = summary.transcript.length
    lasted = f", {stamp(length)} minutes" if length is not None else ""
    parts = (
        f", read in {summary.parts} parts because it is longer than the model takes at once"
        if summary.parts > 1
        else ""
    )
    return f"Covers all {summary.covered} messages of the call{lasted}{parts}. Model: {summary.model}."


def final(turn: Turn) -> Final:
    """The finished summary, or the sentence of a failure, from the row alone."""
    if turn.outcome in ("failed", "told"):
        return failure(turn)
    return Final(turn.answer or "", [context(escape_mrkdwn(turn.note or ""))])
