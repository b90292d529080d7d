"""An answer as Slack shows it: sources under the text, buttons, refusals and failures in words."""

from collections.abc import Iterable, Sequence
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
from bot.render.feedback import below, follow_ups
from bot.render.final import Final
from bot.render.intent import Intent, Name, Text
from bot.render.markdown import code, escape_mrkdwn, moment, plain, verbatim
from bot.render.notes import for_all
from bot.render.numbers import counted, joined
from bot.render.refusal import NOT_IN_CALLS, in_calls, refusal, ways_on
from bot.render.sources import source_buttons, sources
from bot.render.support import claims
from bot.render.unclear import chosen, question_back
from bot.services.small_talk import Talk
from bot.services.unclear import WHICH, as_meant
from bot.store.turns import Turn

ASKED_CHARACTERS = 300
LISTED_BUCKETS = 10
STATUS_BUCKETS = 3
SUMMARIES = ("summary", "file_summary", "thread_summary")
"""The kinds of turns that sum something up: their question names it."""
SEARCHING_CALLS = "Searching the calls…"

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


class StopTurn(Intent, verb="stop_turn"):
    """*Stop* while a private answer is made that takes long."""

    turn: Name


class TryAgain(Intent, verb="try_again"):
    """*Try again* under a failure."""

    turn: Name


class AskPrivately(Intent, verb="ask_privately"):
    """*Ask me privately*, where others read along who may not see the answer."""

    turn: Name


class AskAbout(Intent, verb="ask_about_passage"):
    """*Ask about this* beside a passage that a search found."""

    bucket: Name
    question: Text


def final(turn: Turn) -> Final:
    """Return the finished reply of a question, from its row alone."""
    if turn.outcome in ("failed", "told", "elsewhere", "stopped"):
        return failure(turn)
    if turn.outcome == "refused":
        text = NOT_IN_CALLS if in_calls(turn) else refusal(turn.buckets or [])
        return Final(text, _note(turn) + _buttons(turn), asked(turn))
    if turn.outcome == "unclear":
        return Final(WHICH, [*_note(turn), *question_back(turn)], asked(turn))
    around, further = _around(turn)

    def moved() -> list[Block]:
        return around + _buttons(turn, further, shareable=True)

    return Final(turn.answer or "", around + _buttons(turn, further), asked(turn), moved)


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


def _around(turn: Turn) -> tuple[list[Block], list[str]]:
    """Return what stands under an answer before its buttons, and the questions that go on from it: both of the claims that it makes."""
    said = claims(turn.answer or "") if turn.passages else {}
    return sources(turn, said) + _note(turn), follow_ups(turn, said)


def _small_print(turn: Turn) -> list[Block]:
    return [context(small_print(turn.error_id))] if turn.outcome == "failed" and turn.error_id else []


def stopping(*, ended: bool) -> Message:
    """Return what the one who pressed *Stop* is told."""
    return Message("It's finished already." if ended else "Stopping…")


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
    hello = "Hi! " if talk is Talk.HELLO else ""
    return (
        f"{hello}I'm a bot that answers questions from your team's documents and names its sources. I search {named(buckets)}. "
        "Ask me about anything in there, or type `/telnyx help` to see what else I can do."
    )


def named(buckets: Sequence[str]) -> str:
    """Return the names of buckets in a sentence, of many the first."""
    names = [code(name) for name in buckets[:LISTED_BUCKETS]]
    more = [f"{len(buckets) - LISTED_BUCKETS} more"] if len(buckets) > LISTED_BUCKETS else []
    return joined([*names, *more])


def unread(
    files: Sequence[tuple[str, str]], cut: Sequence[tuple[str, int]] = (), sees: str = ""
) -> str | None:
    """Return a note about files beside a question that were not read.

    Args:
        files: the name of each, and why.
        cut: the names of documents of which so many pages were not read.
        sees: the model to ask where pictures were not looked at.
    """
    whys = dict.fromkeys(why for _, why in files)
    parts = [f"I didn't read {joined([name for name, its in files if its == why])}: {why}." for why in whys]
    if sees:
        parts.append(f"Ask again with --model {sees} to include pictures.")
    parts += [f"I couldn't read {counted(pages, 'page')} of {name}." for name, pages in cut]
    return " ".join(parts) or None


def left_out(files: Iterable[tuple[str, int, int]]) -> str | None:
    """Return a note about files that are longer than the model can read at once; so many parts of so many were read."""
    said = [
        f"{name} is longer than the model can read at once, so I read what fits your question best: {read} of its {of} parts."
        for name, read, of in files
    ]
    return " ".join(said) or None


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
    what = f"summarize {question}" if turn.kind in SUMMARIES else question
    return [small(f"You asked: {' '.join(what.split())}", ASKED_CHARACTERS), *explained(turn)]


def _buttons(turn: Turn, further: Sequence[str] = (), *, shareable: bool = False) -> list[Block]:
    shareable = (shareable or bool(turn.private)) and Aside.of(turn) is None
    buttons = source_buttons(turn)
    if shareable and turn.outcome == "answered" and turn.channel[:1] not in ("", "D"):
        buttons.append(button("Share in channel", Share(turn=turn.id)))
    if turn.outcome == "refused":
        buttons += ways_on(turn)
    return below(turn, buttons, further)


def shared(turn: Turn) -> list[Message]:
    """Return a private answer for everyone in the channel: the message in it, and what goes on in its thread."""
    head = context(
        f"<@{turn.user}> asked: {escape_mrkdwn(plain(as_meant(turn.question, turn.options), 1_000))}"
    )
    around, further = _around(replace(turn, note=for_all(turn.note)))
    under = around + below(turn, source_buttons(turn), further)
    return Final(turn.answer or "", under, [head]).messages()


def not_there(channel: str, turn: str, *, joinable: bool) -> Message:
    """Return how to get the bot into a channel that it isn't in."""
    if joinable:
        text = "I'm not in this channel yet, so I couldn't share your answer. Add me, and I'll share it."
        return Message(text, [section(text), actions(button("Add me", AddMe(channel=channel, turn=turn)))])
    return Message(
        "I'm not in this channel. Type /invite and my name there, then press *Share in channel* again."
    )
