"""An answer as Slack shows it: sources under the text, buttons, refusals and failures in words."""

from collections.abc import Sequence
from dataclasses import replace

from bot.render.aside import Aside, explained
from bot.render.blocks import (
    Block,
    Message,
    actions,
    button,
    context,
    section,
    small,
)
from bot.render.errors import small_print
from bot.render.feedback import below
from bot.render.final import Final
from bot.render.intent import Intent, Name
from bot.render.markdown import code, escape_mrkdwn, moment, plain, verbatim
from bot.render.notes import for_all
from bot.render.numbers import joined
from bot.render.refusal import refusal, ways_on
from bot.render.sources import source_buttons, sources
from bot.render.unclear import chosen, question_back
from bot.services.small_talk import Talk
from bot.services.unclear import WHICH, as_meant
from bot.store.turns import Turn

ASKED_CHARACTERS = 300
LISTED_BUCKETS = 10
STATUS_BUCKETS = 3

THREAD_UNREAD = "I couldn't read the rest of this thread, so I answered from your message alone. If I'm not in this channel, add me with /invite."
FORWARD_UNREAD = "I couldn't read the forwarded message: it holds no text."
SHARED = Message("Shared in the channel.")


class Share(Intent, verb="share"):
    """*Share in channel* under a private answer."""

    turn: Name


class AddMe(Intent, verb="add_me"):
    """*Add me*: enter the channel, then share there."""

    channel: Name
    turn: Name


class TryAgain(Intent, verb="try_again"):
    """*Try again* under a failure."""

    turn: Name


class AskPrivately(Intent, verb="ask_privately"):
    """*Ask me privately*, where others read along who may not see the answer."""

    turn: Name


def final(turn: Turn) -> Final:
    """Return the finished reply of a question, from its row alone."""
    if turn.outcome in ("failed", "told", "elsewhere", "stopped"):
        return failure(turn)
    if turn.outcome == "refused":
        return Final(refusal(turn.buckets or []), _note(turn) + _buttons(turn), asked(turn))
    if turn.outcome == "unclear":
        return Final(WHICH, [*_note(turn), *question_back(turn)], asked(turn))
    around, moved = sources(turn) + _note(turn), _buttons(turn, shareable=True)
    return Final(turn.answer or "", around + _buttons(turn), asked(turn), around + moved)


def failure(turn: Turn) -> Final:
    """Return what was shown before it failed, the sentence, and *Try again* where that may help."""
    again = [actions(button("Try again", TryAgain(turn=turn.id)))] if turn.retryable else []
    if turn.outcome == "elsewhere":
        again = [actions(button("Ask me privately", AskPrivately(turn=turn.id)))]
    sign = ":warning: " if turn.outcome == "failed" else ""
    under = [section(f"{sign}{turn.note}"), *_late(turn), *again, *_small_print(turn)]
    return Final(turn.answer or "", under, asked(turn))


def sentence_alone(turn: Turn) -> Final:
    """Return a failure without what was written before it."""
    return Final("", [section(turn.note or ""), *_small_print(turn)])


def _small_print(turn: Turn) -> list[Block]:
    return [context(small_print(turn.error_id))] if turn.outcome == "failed" and turn.error_id else []


def stopped(user: str, *, written: bool) -> str:
    """Return what is said under an answer that someone stopped."""
    return f"Stopped by <@{user}>." if written else f"Stopped by <@{user}> before anything was written."


def searching(buckets: Sequence[str] = ()) -> str:
    """Return the status line of a search, with the names of buckets that every reader may see."""
    names = [verbatim(name) for name in buckets[:STATUS_BUCKETS]]
    more = [f"{len(buckets) - STATUS_BUCKETS} more"] if len(buckets) > STATUS_BUCKETS else []
    return f"Searching {joined([*names, *more]) or 'the documents'}…"


def told(talk: Talk, buckets: Sequence[str]) -> str:
    """Return the reply to small talk: true, short, with what this person can ask about."""
    if talk is Talk.THANKS:
        return "You're welcome! Ask me anytime."
    named = [code(name) for name in buckets[:LISTED_BUCKETS]]
    where = (
        joined(named)
        if len(buckets) <= LISTED_BUCKETS
        else f"{', '.join(named)}, and {len(buckets) - LISTED_BUCKETS} more"
    )
    hello = "Hi! " if talk is Talk.HELLO else ""
    return (
        f"{hello}I'm a bot that answers questions from your team's documents and names its sources. I search {where}. "
        "Ask me about anything in there, or type `/telnyx help` to see what else I can do."
    )


def unread(files: Sequence[str], cut: Sequence[str]) -> str | None:
    """Return a note about files beside a question that were not read, or only their beginnings."""
    parts = [
        f"I couldn't read {joined(files)}: I only read text files." if files else "",
        f"I only read the beginning of {joined(cut)}." if cut else "",
    ]
    return " ".join(filter(None, parts)) or None


def unsearched(buckets: tuple[str, ...]) -> str | None:
    """Return a note about buckets whose search failed while others answered."""
    if not buckets:
        return None
    return f"I couldn't search {joined(buckets)}: Telnyx didn't answer. Ask again in a moment to include {'it' if len(buckets) == 1 else 'them'}."


def lacking(buckets: tuple[str, ...]) -> str | None:
    """Return a note about buckets that the settings name and that are not there."""
    if not buckets:
        return None
    names = ", ".join(f"`{name}`" for name in buckets)
    return f"ANSWERS_BUCKETS also names {names}, which Telnyx doesn't list as embedded, so I searched without {'it' if len(buckets) == 1 else 'them'}."


def _note(turn: Turn) -> list[Block]:
    return _late(turn) + chosen(turn) + ([context(escape_mrkdwn(turn.note))] if turn.note else [])


def _late(turn: Turn) -> list[Block]:
    if not (turn.options or {}).get("late"):
        return []
    when = moment(float(turn.ts), "{date} at {time}")
    return [context(f"Sorry for the delay: I was offline when you asked on {when}.")]


def asked(turn: Turn) -> list[Block]:
    """Return the question of a private answer, which stands first because nothing else shows what was asked."""
    if not turn.private and turn.channel:
        return []
    question = as_meant(turn.question, turn.options)
    what = f"summarize {question}" if turn.kind == "summary" else question
    return [small(f"You asked: {' '.join(what.split())}", ASKED_CHARACTERS), *explained(turn)]


def _buttons(turn: Turn, *, shareable: bool = False) -> list[Block]:
    shareable = (shareable or bool(turn.private)) and Aside.of(turn) is None
    buttons = source_buttons(turn)
    if shareable and turn.outcome == "answered" and turn.channel[:1] not in ("", "D"):
        buttons.append(button("Share in channel", Share(turn=turn.id)))
    if turn.outcome == "refused":
        buttons += ways_on(turn)
    return below(turn, *buttons)


def shared(turn: Turn) -> list[Message]:
    """Return a private answer for everyone in the channel: the message in it, and what goes on in its thread."""
    head = context(
        f"<@{turn.user}> asked: {escape_mrkdwn(plain(as_meant(turn.question, turn.options), 1_000))}"
    )
    buttons = source_buttons(turn)
    note = _note(replace(turn, note=for_all(turn.note)))
    under = sources(turn) + note + below(turn, *buttons)
    return Final(turn.answer or "", under, [head]).messages()


def not_there(channel: str, turn: str, *, joinable: bool) -> Message:
    """Return how to get the bot into a channel that it isn't in."""
    if joinable:
        text = "I'm not in this channel yet, so I couldn't share your answer. Add me, and I'll share it."
        return Message(text, [section(text), actions(button("Add me", AddMe(channel=channel, turn=turn)))])
    return Message(
        "I'm not in this channel. Type /invite and my name there, then press *Share in channel* again."
    )
