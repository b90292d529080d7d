"""What stands below an answer for those who read it: thumbs, what else can be done with it, and questions that go on from it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from re import compile as pattern
from typing import Annotated, Any, Literal

from pydantic import Field

from bot.render.aside import Aside
from bot.render.blocks import Block, LimitError, Message, actions, button, menu, section
from bot.render.forms import Choice, Form, window
from bot.render.intent import Intent, Multiline, Name
from bot.render.markdown import code, escape_mrkdwn, words
from bot.render.outcomes import Modal
from bot.render.parsed import parsed
from bot.render.support import Claims, supports
from bot.store.feedback import Opinion
from bot.store.turns import Turn
from bot.text import clean

FOLLOW_UPS = 2
SHORTEST, LONGEST = 3, 60
"""Characters of a heading that reads as a question."""
_NUMBERED = pattern(r"\A[\d.()§]+\s+")
_ASKS = ("?", "？", "؟", ";")  # noqa: RUF001 - signs of other scripts
_OPTIONS = ("--", "—")
"""In a message these begin an option."""

THANKS = Message("Thanks! Glad that helped.")
NOTED = Message("Thanks, I noted it. It helps to make the answers better.")
KEPT_DOWN = "Thanks, I noted that this answer didn't help you."

Reason = Literal["Not in the documents", "Wrong", "Out of date", "Incomplete", "Other"]


class ThumbUp(Intent, verb="thumb_up"):
    """👍 below an answer."""

    turn: Name


class ThumbDown(Intent, verb="thumb_down"):
    """👎 below an answer."""

    turn: Name


class SayWhy(Intent, verb="feedback"):
    """What's wrong with an answer."""

    turn: Name
    reason: Annotated[Reason, Field(title="Reason")]
    comment: Annotated[str, Multiline(), Field(max_length=3_000, title="Anything to add?")] = ""


class Explain(Intent, verb="why_this_answer"):
    """*Why this answer?* in an answer's menu."""

    turn: Name


class AskAgain(Intent, verb="ask_again"):
    """*Ask again with another model* in an answer's menu."""

    turn: Name


class WithModel(Intent, verb="with_model"):
    """The same question, answered by another model."""

    turn: Name
    model: Annotated[Name, Field(title="Model")]


class FollowUp(Intent, verb="follow_up"):
    """A question that goes on from an answer."""

    turn: Name
    question: Name


REASONS = Form("What went wrong?", "Send", ("reason", "comment"), "Saving…", carries=("turn",))
MODELS = Form(
    "Ask again",
    "Ask",
    ("model",),
    "I'm asking again. The answer comes where the first one stands; if that one was for you alone, in a direct message.",
    carries=("turn",),
)


def below(turn: Turn, between: Sequence[Block], questions: Sequence[str] = ()) -> list[Block]:
    """Return the row of buttons below an answer, with ``between`` in it, and ``questions`` that go on from it.

    Thumbs come first below an answer; below a refusal, what helps further does.
    """
    thumbs = (
        button("👍", ThumbUp(turn=turn.id), label="This answer helped"),
        button("👎", ThumbDown(turn=turn.id), label="This answer didn't help"),
    )
    further = [
        button(question, FollowUp(turn=turn.id, question=question), name=str(number))
        for number, question in enumerate(questions, 1)
    ]
    first = (*between, *thumbs) if turn.outcome == "refused" else (*thumbs, *between)
    row = actions(*first, *_more(turn))
    return [row, actions(*further)] if further else [row]


def _more(turn: Turn) -> tuple[Block, ...]:
    """Return what else can be done, in a menu, or as buttons where the id is longer than a menu carries."""
    entries: tuple[tuple[str, Intent], ...] = (
        ("Ask again with another model", AskAgain(turn=turn.id)),
        ("Why this answer?", Explain(turn=turn.id)),
    )
    try:
        return (menu(*entries),)
    except LimitError:
        return tuple(button(text, intent) for text, intent in entries)


def form(opinion: Opinion) -> Modal:
    """Return the form for a reason; the thumb is kept even if it is closed."""
    given = {"turn": opinion.turn, "reason": opinion.reason, "comment": opinion.comment}
    return replace(window(REASONS, SayWhy, given=given), closed=KEPT_DOWN)


def models(turn: Turn, names: Sequence[str]) -> Modal:
    """Return the form in which another model is chosen for a question."""
    others = [Choice(name) for name in names if name != turn.model]
    return window(MODELS, WithModel, given={"turn": turn.id}, choices={"model": others})


def pressed(user: str, question: str, model: str = "") -> Message:
    """Return what a thread is told about a question that no message asks."""
    again = f" again, with {code(model)}" if model else ""
    text = f"<@{user}> asked{again}: {escape_mrkdwn(' '.join(question.split()))}"
    return Message(text, [section(text)])


# ------------------------------------------------------------------------------------------ questions that go on
def follow_ups(turn: Turn, said: Claims) -> list[str]:
    """Return up to two questions made from headings of what was found and not used: near it, or in the same documents.

    ``said`` are the claims of the answer. A heading with a question mark reads as a question in any language.
    """
    passages = turn.passages or []
    used = [passage for passage in passages if passage["cited"]]
    if not used or turn.outcome != "answered" or Aside.of(turn) is not None:
        return []
    documents, last = {(p["bucket"], p["document"]) for p in used}, max(p["n"] for p in used)
    near = [p for p in passages if p["n"] < last or (p["bucket"], p["document"]) in documents]
    known = _used(used, turn.answer or "", said)
    found: list[str] = []
    for heading in chain.from_iterable(map(_headings, near)):
        if heading.casefold() not in known and _fits(heading, turn.question) and len(found) < FOLLOW_UPS:
            known.add(heading.casefold())
            found.append(_question(heading))
    return found


def _used(cited: Sequence[Mapping[str, Any]], answer: str, said: Claims) -> set[str]:
    """Return the headings under which the sentences stand that support the answer."""
    found = (supports(passage["text"], said.get(passage["n"], ()) or (answer,)) for passage in cited)
    return {_heading(sentence.heading).casefold() for sentence in chain.from_iterable(found)}


def _headings(passage: Mapping[str, Any]) -> Iterator[str]:
    """Yield the headings in a passage, without their numbers; the title of a document says too little."""
    before = None
    for token in parsed(clean(passage["text"])):
        if before is not None and before.type == "heading_open" and before.tag != "h1":
            yield _heading(words(token))
        before = token


def _heading(said: str) -> str:
    return _NUMBERED.sub("", " ".join(said.split())).rstrip(" .:,")


def _question(said: str) -> str:
    return said if said.endswith(_ASKS) else f"{said}?"


def as_question(words: str, heading: str) -> str:
    """Return a question about a passage that was found by these words and stands below a heading, in whichever language they are."""
    said, near = " ".join(words.split()), _heading(heading)
    if said.endswith(_ASKS) or not SHORTEST <= len(near) <= LONGEST or near.casefold() in said.casefold():
        return _question(said)
    return f"{near}: {_question(said)}"


def _fits(heading: str, question: str) -> bool:
    sayable = SHORTEST <= len(heading) <= LONGEST and not any(mark in heading for mark in _OPTIONS)
    return sayable and heading.casefold() not in question.casefold()
