"""An answer as Slack shows it: sources under the text, buttons, refusals and failures in words, the view of the passages."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from pydantic import Field

from bot.render.aside import Aside, explained
from bot.render.blocks import (
    Block,
    Message,
    actions,
    button,
    context,
    divider,
    section,
    small,
)
from bot.render.errors import small_print
from bot.render.final import Final
from bot.render.intent import Intent, Name
from bot.render.markdown import code, escape_mrkdwn, link, moment, plain, verbatim
from bot.render.mrkdwn import sections
from bot.render.notes import for_all
from bot.render.numbers import joined
from bot.render.outcomes import NEXT, PREVIOUS, Modal
from bot.render.refusal import refusal, ways_on
from bot.render.support import support
from bot.render.unclear import chosen, question_back
from bot.services.small_talk import Talk
from bot.services.unclear import WHICH, as_meant
from bot.store.turns import Turn

QUOTED_CHARACTERS = 240
ASKED_CHARACTERS = 300
HEADING = 80
LISTED_SOURCES = 10
LISTED_BUCKETS = 10
STATUS_BUCKETS = 3
PAGE_BLOCKS = 90
"""A view takes 100 blocks; below them stand the number of the page and its buttons."""
PAGE_BYTES = 150_000
"""A view takes 250,000; counted as our client sends them, where a Japanese character is six."""
NEAR = ((0.25, "close match"), (0.45, "fair match"))
FAR = "loose match"

THREAD_UNREAD = "I couldn't read the rest of this thread, so I answered from your message alone. If I'm not in this channel, add me with /invite."
FORWARD_UNREAD = "I couldn't read the forwarded message: it holds no text."
UNCITED = "This answer doesn't cite a source. Check *Show passages* before you rely on it."
SHARED = Message("Shared in the channel.")


class ShowPassages(Intent, verb="show_passages"):
    """*Show passages* under an answer."""

    turn: Name
    page: int = Field(default=1, ge=1, le=1_000)


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
    around, moved = _sources(turn) + _note(turn), _buttons(turn, shareable=True)
    return Final(turn.answer or "", around + _buttons(turn), asked(turn), around + moved)


def failure(turn: Turn) -> Final:
    """Return what was shown before it failed, the sentence, and *Try again* where that may help."""
    again = [actions(button("Try again", TryAgain(turn=turn.id)))] if turn.retryable else []
    if turn.outcome == "elsewhere":
        again = [actions(button("Ask me privately", AskPrivately(turn=turn.id)))]
    sign = ":warning: " if turn.outcome == "failed" else ""
    below = [section(f"{sign}{turn.note}"), *_late(turn), *again, *_small_print(turn)]
    return Final(turn.answer or "", below, asked(turn))


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


def _sources(turn: Turn) -> list[Block]:
    passages = turn.passages or []
    if not passages:
        return []
    used = [passage for passage in passages if passage["cited"]]
    if not used:
        return [context(UNCITED)]
    lines = [_source(passage, turn.answer or "") for passage in used[:LISTED_SOURCES]]
    if len(used) > LISTED_SOURCES:
        lines[-1] = f"and {len(used) - LISTED_SOURCES + 1} more under *Show passages*"
    return [context(*lines)]


def _source(passage: dict[str, Any], answer: str) -> str:
    """File, nearest heading, bucket, and the sentence that supports the citation."""
    found = support(passage["text"], answer, passage["n"])
    said = verbatim(plain(found.text, QUOTED_CHARACTERS).replace("“", "‘").replace("”", "’"))  # noqa: RUF001 - signs of other scripts
    return _where(passage, found.heading) + (f" — “{said}”" if said else "")


def _where(passage: dict[str, Any], heading: str) -> str:
    near = verbatim(plain(heading or passage.get("place") or "", HEADING))
    place = f" › {near}" if near else ""  # noqa: RUF001  # as on any path of a page
    return f"[{passage['n']}] {link(passage.get('url'), passage['document'])}{place} · {verbatim(passage['bucket'])}"


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
    buttons = [button("Show passages", ShowPassages(turn=turn.id))] if turn.passages else []
    if shareable and turn.outcome == "answered" and turn.channel[:1] not in ("", "D"):
        buttons.append(button("Share in channel", Share(turn=turn.id)))
    if turn.outcome == "refused":
        buttons += ways_on(turn)
    return [actions(*buttons)] if buttons else []


def shared(turn: Turn) -> list[Message]:
    """Return a private answer for everyone in the channel: the message in it, and what goes on in its thread."""
    head = context(
        f"<@{turn.user}> asked: {escape_mrkdwn(plain(as_meant(turn.question, turn.options), 1_000))}"
    )
    passages = [button("Show passages", ShowPassages(turn=turn.id))] if turn.passages else []
    note = _note(replace(turn, note=for_all(turn.note)))
    below = _sources(turn) + note + ([actions(*passages)] if passages else [])
    return Final(turn.answer or "", below, [head]).messages()


def not_there(channel: str, turn: str, *, joinable: bool) -> Message:
    """Return how to get the bot into a channel that it isn't in."""
    if joinable:
        text = "I'm not in this channel yet, so I couldn't share your answer. Add me, and I'll share it."
        return Message(text, [section(text), actions(button("Add me", AddMe(channel=channel, turn=turn)))])
    return Message(
        "I'm not in this channel. Type /invite and my name there, then press *Share in channel* again."
    )


def passages(turn: Turn, page: int = 1) -> Modal:
    """Return all passages the answer was made from, in full, page by page."""
    pages: list[list[Block]] = [[]]
    room = PAGE_BYTES
    for block in _passages(turn):
        size = len(json.dumps(block))
        if pages[-1] and (size > room or len(pages[-1]) == PAGE_BLOCKS):
            pages.append([])
            room = PAGE_BYTES
        if pages[-1] or block != divider():
            pages[-1].append(block)
            room -= size
    number = min(page, len(pages))
    shown = pages[number - 1] or [section("No passage was close enough to this question.")]
    turns = [
        button(text, ShowPassages(turn=turn.id, page=other), name=name)
        for text, name, other in (("Previous", PREVIOUS, number - 1), ("Next", NEXT, number + 1))
        if 1 <= other <= len(pages)
    ]
    below = [context(f"Page {number} of {len(pages)}"), actions(*turns)] if turns else []
    return Modal("Passages", [*shown, *below])


def _passages(turn: Turn) -> Iterator[Block]:
    for number, passage in enumerate(turn.passages or []):
        if number:
            yield divider()
        near = next((words for limit, words in NEAR if passage["distance"] <= limit), FAR)
        used = "cited" if passage["cited"] else "not cited"
        yield context(f"{_where(passage, '')} · {near} · {used}")
        yield from [section(part) for part in sections(passage["text"])] or [section("(empty)")]
