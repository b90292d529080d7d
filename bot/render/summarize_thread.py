"""The summary of a thread as Slack shows it."""

from bot.render.aside import Aside
from bot.render.ask import Share, asked, failure
from bot.render.blocks import Block, Message, actions, button, context, section
from bot.render.final import Final
from bot.render.intent import Intent, Name
from bot.render.markdown import code, escape_mrkdwn, plain, safe_markdown
from bot.render.notes import cut
from bot.render.numbers import counted, joined
from bot.render.refusal import OFFERS
from bot.services.summarize_thread import ThreadSummary, linked
from bot.store.turns import Turn

JOIN = "join"
"""What is offered where the bot isn't in the channel of the thread; then, the option of a turn that enters it first."""
NOT_IN_CHANNEL = "I'm not in that channel, so I can't read the thread. Add me, and I'll summarize it."
POSTED = Message("Posted in the thread.")
LEAD = 60
"""Characters of the beginning of a thread that are repeated."""
NAMED_FILES = 5


class JoinAndSummarize(Intent, verb="join_and_summarize"):
    """*Add me* where a thread can't be read: enter its channel, then summarize it."""

    turn: Name


def text(summary: ThreadSummary) -> str:
    """Return the summary in Markdown under the words that the thread begins with, each number of a message as a link to it."""
    title = safe_markdown(plain(summary.thread.lead, LEAD))
    safe = safe_markdown(summary.made.text, citations=len(summary.thread.said))
    return f"**“{title}”**\n\n{linked(safe, summary.thread)}"


def coverage(summary: ThreadSummary) -> str:
    """Return what the summary rests on, as mrkdwn. A text that was cut covers nothing for sure."""
    thread, made = summary.thread, summary.made
    model = f"Model: {escape_mrkdwn(made.model)}."
    read, total = len(thread.said), counted(thread.total, "message")
    parts = f", read in {made.parts} parts because it's too long for the model" if made.parts > 1 else ""
    unread = (
        [f"Slack didn't show me the rest of it: {thread.total - read:,} later."]
        if read < thread.total
        else []
    )
    if thread.files:
        more = [f"{len(thread.files) - NAMED_FILES} more"] if len(thread.files) > NAMED_FILES else []
        names = joined([*(code(name) for name in thread.files[:NAMED_FILES]), *more])
        unread.append(f"I didn't read what was shared in it: {names}.")
    if note := cut(made.cut):
        return " ".join([escape_mrkdwn(note), f"The thread has {total}{parts}.", *unread, model])
    return " ".join([f"Covers {read:,} of {total} of the thread{parts}.", *unread, model])


def final(turn: Turn) -> Final:
    """Return the finished summary with what can be done with it, or what ended it, from the row alone."""
    if turn.outcome == "refused":
        return Final("", [section(turn.note or ""), *_offers(turn)], asked(turn))
    if turn.outcome != "answered":
        return failure(turn)
    below = [context(_note(turn))]
    if turn.private and Aside.of(turn) is None:
        below.append(actions(button("Post in thread", Share(turn=turn.id))))
    return Final(turn.answer or "", below, asked(turn))


def shared(turn: Turn) -> list[Message]:
    """Return a private summary for everyone in the thread."""
    head = context(f"<@{turn.user}> had this thread summarized.")
    return Final(turn.answer or "", [context(turn.note or "")], [head]).messages()


def _note(turn: Turn) -> str:
    note = turn.note or ""
    return note if turn.private else f"<@{turn.user}> asked for this summary. {note}"


def _offers(turn: Turn) -> list[Block]:
    offers = (turn.options or {}).get(OFFERS) or ()
    return [actions(button("Add me", JoinAndSummarize(turn=turn.id)))] if JOIN in offers else []
