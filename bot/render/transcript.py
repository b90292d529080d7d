"""A transcript as Slack shows it: its beginning in a message, the whole of a long one in a text file. Pure."""

import re
from collections.abc import Sequence
from datetime import timedelta

from bot.render import notes
from bot.render.aside import Aside
from bot.render.ask import Share, asked, failure
from bot.render.blocks import Block, Message, actions, button, context
from bot.render.final import Final
from bot.render.inert import BREAK
from bot.render.markdown import escape_mrkdwn, plain, safe_markdown
from bot.render.numbers import counted, lasted
from bot.render.outcomes import File
from bot.render.transcribe import ASKS, SummarizeTranscript
from bot.services.calls import stamp
from bot.services.condensing import Condensed
from bot.services.transcribe import Heard, Said
from bot.store.turns import Turn
from bot.text import beginning

SHOWN_BYTES = 6_000
"""Of a transcript in a message."""
GUESSED = "Written down by a model: check names and numbers."


def listening(names: Sequence[str]) -> str:
    """Return the status line."""
    return f"Listening to {plain(names[0], 80)}…" if len(names) == 1 else f"Listening to {len(names)} files…"


def text(heard: Heard, title: str = "") -> str:
    """Return what was said as safe Markdown, a line each, with its time and speaker where the model tells them."""
    lines = [_line(said) for said in heard.said]
    head = [f"**{safe_markdown(title)}**"] if title else []
    return "\n\n".join([*head, *lines])


def _line(said: Said) -> str:
    at = "" if said.at is None else f"[{stamp(timedelta(seconds=max(said.at, 0)))}] "
    who = "" if said.speaker is None else f"**Speaker {said.speaker + 1}:** "
    return f"{at}{who}{safe_markdown(said.text)}"


def shown(answer: str) -> str:
    """Return as much of a transcript as stands in a message: whole lines, where they aren't too long."""
    if len(answer.encode()) <= SHOWN_BYTES:
        return answer
    first = beginning(answer, SHOWN_BYTES)
    for border in ("\n\n", ". ", " "):
        at = first.rfind(border, len(first) // 2)
        if at > 0:
            return first[: at + len(border.rstrip())]
    return first


def note(heard: Sequence[Heard], model: str) -> str:
    """Return what stands below: how much was heard, by which model; mrkdwn."""
    lengths = [one.seconds for one in heard if one.seconds is not None]
    long = f"{lasted(sum(lengths))} of audio. " if lengths and len(lengths) == len(heard) else ""
    return f"{long}{GUESSED} Model: {escape_mrkdwn(model)}."


def final(turn: Turn) -> Final:
    """Return the finished transcript, or what ended it, from the row alone."""
    if turn.outcome != "answered":
        return failure(turn)
    whole = turn.answer or ""
    body, under = shown(whole), [context(turn.note or ""), *_buttons(turn)]
    all_of_it = Final(whole, under, asked(turn))
    if body == whole:
        return all_of_it
    where = "that I sent you in a direct message" if turn.private else "beside this message"
    told = context(f"This is the beginning. The whole transcript is in the text file {where}.")
    return Final(body, [told, *under], asked(turn), file=_file(turn), unfiled=all_of_it)


def _buttons(turn: Turn) -> list[Block]:
    pressed = [button("Summarize", SummarizeTranscript(turn=turn.id))]
    if turn.private and turn.channel[:1] not in ("", "D") and Aside.of(turn) is None:
        pressed.append(button("Share in channel", Share(turn=turn.id)))
    return [actions(*pressed)]


def _file(turn: Turn) -> File:
    what = _what(turn)
    name = re.sub(r"[^\w.-]+", "-", what)[:60].strip("-.") or "recording"
    content = f"{(turn.answer or '').replace(BREAK, '').replace('**', '')}\n".encode()
    title = f"Transcript of {plain(what, 100)}"
    if turn.private:
        return File(f"{name}.txt", content, title)
    return File(f"{name}.txt", content, title, channel=turn.channel, thread=turn.root)


def _what(turn: Turn) -> str:
    return turn.question.removeprefix(f"{ASKS} ") or "a recording"


def shared(turn: Turn) -> list[Message]:
    """Return a private transcript for everyone in the channel."""
    head = context(f"<@{turn.user}> shared the transcript of {escape_mrkdwn(plain(_what(turn), 200))}.")
    under = [context(turn.note or ""), actions(button("Summarize", SummarizeTranscript(turn=turn.id)))]
    return Final(turn.answer or "", under, [head]).messages()


def unheard(name: str) -> str:
    """Return what is said of a recording in which no one speaks."""
    return f"I didn't hear anyone speak in “{name}”."


def left_out(name: str, why: str) -> str:
    """Return what stands in the place of one of several recordings that can't be read."""
    return f"**{safe_markdown(name)}**\n\n_{safe_markdown(why)}_"


def covers(made: Condensed) -> str:
    """Return what a summary of a transcript rests on; mrkdwn."""
    lost = sum(last - first + 1 for first, last in made.missing)
    left = f" {counted(lost, 'line')} couldn't be read." if lost else ""
    parts = f", read in {made.parts} parts" if made.parts > 1 else ""
    short = f"{escape_mrkdwn(cut)} " if (cut := notes.cut(made.cut)) else ""
    return f"{short}Made from the transcript{parts}.{left} Model: {escape_mrkdwn(made.model)}."


def summarized(turn: Turn) -> Final:
    """Return the finished summary of a transcript, or what ended it, from the row alone."""
    if turn.outcome != "answered":
        return failure(turn)
    return Final(turn.answer or "", [context(turn.note or "")], asked(turn))
