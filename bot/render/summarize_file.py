"""The summary of a file as Slack shows it."""

from bot.render.aside import Aside
from bot.render.ask import Share, asked, failure
from bot.render.blocks import Message, actions, button, context
from bot.render.final import Final
from bot.render.markdown import code, plain, safe_markdown, shortened
from bot.services.summarize_file import FileSummary
from bot.store.turns import Turn

BY = "Telnyx"
"""Stands for the model: Telnyx chooses it, and doesn't say which."""
ASKED_CHARACTERS = 300


def text(summary: FileSummary) -> str:
    """Return the summary in Markdown under the file's name."""
    return f"**{safe_markdown(plain(summary.filename, 200))}**\n\n{safe_markdown(summary.text)}"


def coverage(summary: FileSummary) -> str:
    """Return what the summary rests on, as mrkdwn."""
    listened = " It bills the transcription of the sound too." if summary.heard else ""
    return f"A summary of {code(summary.filename)} in {code(summary.bucket)}, written by Telnyx.{listened}"


def final(turn: Turn) -> Final:
    """Return the finished summary, or what ended it, from the row alone."""
    if turn.outcome != "answered":
        return failure(turn)
    below = [context(turn.note or "")]
    if turn.channel[:1] not in ("", "D") and Aside.of(turn) is None:
        below.append(actions(button("Share in channel", Share(turn=turn.id))))
    return Final(turn.answer or "", below, asked(turn))


def shared(turn: Turn) -> list[Message]:
    """Return a private summary for everyone in the channel."""
    head = context(f"<@{turn.user}> had {code(shortened(turn.question, ASKED_CHARACTERS))} summarized.")
    return Final(turn.answer or "", [context(turn.note or "")], [head]).messages()
