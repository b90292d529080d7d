"""An answer as Slack shows it: sources under the text, buttons, refusals and failures in words, the view of the passages."""

from typing import Any

from bot.render.blocks import (
    Block,
    Message,
    actions,
    button,
    context,
    divider,
    section,
)
from bot.render.final import Final
from bot.render.intent import Intent, Name
from bot.render.markdown import escape_mrkdwn, moment, plain
from bot.render.outcomes import Modal
from bot.store.turns import Turn

FIRST_WORDS = 140
LISTED_SOURCES = 10
VIEW_PASSAGES = 30
"""A view takes 100 blocks; each passage is three."""

THREAD_UNREAD = "I could not read the rest of this thread, so I answered from your message alone. Is the bot in this channel?"
WITHOUT_DOCUMENTS = "From the model's general knowledge, not from your documents."
UNCITED = "The answer names no passage. Check it against *Show passages* before you rely on it."
SHARED = Message("Shared in the channel.")


class ShowPassages(Intent, verb="show_passages"):
    """*Show passages* under an answer."""

    turn: Name


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


def final(turn: Turn) -> Final:
    """The finished reply of a question, from its row alone."""
    if turn.outcome in ("failed", "told", "stopped"):
        return failure(turn)
    if turn.outcome == "refused":
        return Final(refusal(turn.buckets or []), _note(turn) + _asked(turn) + _buttons(turn))
    return Final(turn.answer or "", _sources(turn) + _note(turn) + _asked(turn) + _buttons(turn))


def failure(turn: Turn) -> Final:
    """What was shown before it failed, the sentence, and *Try again* where that may help."""
    again = [actions(button("Try again", TryAgain(turn=turn.id)))] if turn.retryable else []
    sign = ":warning: " if turn.outcome == "failed" else ""
    return Final(turn.answer or "", [section(f"{sign}{turn.note}"), *_late(turn), *_asked(turn), *again])


def stopped(user: str, *, written: bool) -> str:
    """What is said under an answer that somebody stopped."""
    return f"Stopped by <@{user}>." if written else f"Stopped by <@{user}> before anything was written."


def refusal(buckets: list[str]) -> str:
    """What is said when no passage answers the question."""
    names = ", ".join(f"`{name}`" for name in buckets) or "no bucket"
    return (
        f"I found nothing in the documents that answers this. I looked in {names}.\n\n"
        "Try other words, or name a bucket with `--bucket`. With `--no-docs` I answer from general knowledge instead."
    )


def unsearched(buckets: tuple[str, ...]) -> str | None:
    """A note about buckets whose search failed while others answered."""
    if not buckets:
        return None
    return f"Not searched, because Telnyx did not answer for them: {', '.join(escape_mrkdwn(name) for name in buckets)}."


def _sources(turn: Turn) -> list[Block]:
    passages = turn.passages or []
    if not passages:
        return []
    used = [passage for passage in passages if passage["cited"]]
    if not used:
        return [context(UNCITED)]
    lines = [_source(passage) for passage in used[:LISTED_SOURCES]]
    if len(used) > LISTED_SOURCES:
        lines[-1] = f"and {len(used) - LISTED_SOURCES + 1} more under *Show passages*"
    return [context(*lines)]


def _source(passage: dict[str, Any]) -> str:
    name = escape_mrkdwn(passage["document"])
    linked = (
        f"<{passage['url'].replace('|', '%7C').replace('>', '%3E')}|{name}>"
        if passage.get("url")
        else f"*{name}*"
    )
    place = f" · {escape_mrkdwn(passage['place'])}" if passage.get("place") else ""
    words = escape_mrkdwn(plain(passage["text"], FIRST_WORDS))
    return f"[{passage['n']}] {linked}{place} · {escape_mrkdwn(passage['bucket'])} — {words}"


def _note(turn: Turn) -> list[Block]:
    return _late(turn) + ([context(escape_mrkdwn(turn.note))] if turn.note else [])


def _late(turn: Turn) -> list[Block]:
    if not (turn.options or {}).get("late"):
        return []
    when = moment(float(turn.ts), "{date} at {time}")
    return [context(f"I was not here when you asked this on {when}, so this answer is late.")]


def _asked(turn: Turn) -> list[Block]:
    """The question of a window: its answer stands in a direct message, where nothing else tells what was asked."""
    return [] if turn.channel else [context(f"You asked: {escape_mrkdwn(plain(turn.question, 300))}")]


def _buttons(turn: Turn) -> list[Block]:
    buttons = []
    if turn.passages:
        buttons.append(button("Show passages", ShowPassages(turn=turn.id)))
    if turn.reply_kind == "private" and turn.outcome == "answered" and turn.channel[:1] not in ("", "D"):
        buttons.append(button("Share in channel", Share(turn=turn.id)))
    return [actions(*buttons)] if buttons else []


def shared(turn: Turn) -> Message:
    """A private answer for everybody in the channel."""
    asked = context(f"<@{turn.user}> asked: {escape_mrkdwn(plain(turn.question, 1_000))}")
    passages = [button("Show passages", ShowPassages(turn=turn.id))] if turn.passages else []
    below = _sources(turn) + _note(turn) + ([actions(*passages)] if passages else [])
    whole = Final(turn.answer or "", below).whole()
    return Message(whole.text, [asked, *whole.blocks])


def not_there(channel: str, turn: str, *, joinable: bool) -> Message:
    """The bot is not in the channel: how to get it there."""
    if joinable:
        text = "I am not in this channel yet, so I could not share it. Add me, and I will."
        return Message(text, [section(text), actions(button("Add me", AddMe(channel=channel, turn=turn)))])
    return Message(
        "I am not in this channel. Type /invite and my name there, then press *Share in channel* again."
    )


def passages(turn: Turn) -> Modal:
    """All passages the answer was made from."""
    blocks: list[Block] = []
    for passage in (turn.passages or [])[:VIEW_PASSAGES]:
        used = "cited" if passage["cited"] else "not cited"
        where = f"{_source({**passage, 'text': ''}).removesuffix(' — ')} · distance {passage['distance']:.2f} · {used}"
        blocks += [context(where), section(escape_mrkdwn(passage["text"].strip()) or "(empty)"), divider()]
    return Modal("Passages", blocks[:-1] or [section("No passage was near enough to this question.")])
