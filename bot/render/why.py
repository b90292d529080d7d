"""*Why this answer?*: what was found for it and what became of that, what it took, and by which ids it is found again."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.render.blocks import context, divider, literal, section
from bot.render.costs import costs
from bot.render.markdown import code, escape_mrkdwn, link, moment, plain, verbatim
from bot.render.outcomes import Modal
from bot.render.refusal import in_calls
from bot.services.feedback import Explained
from bot.services.steps import MOST
from bot.store.turns import Turn
from bot.store.usage import Made

LISTED, QUOTED = 40, 160
"""Passages that are listed, and how many characters of each."""
HIDDEN = "Passages from documents that you can't see now are left out."
RANKS = (("dense", "by distance"), ("words", "by words"), ("fused", "by both"))
DROPPED = {
    "limit": "farther than its bucket allows",
    "most": f"not among the nearest {MOST}",
    "repeats": "says what another one says",
    "keep": "not among the best",
    "pack": "no room for it in the model",
}
"""What each step says that lets go of a passage."""
TIMES = (("search", "search"), ("first", "first words"), ("whole", "whole answer"))


def why(found: Explained) -> Modal:
    """Return the window about one answer, for the one who asked or an admin."""
    turn, trace = found.turn, found.made.trace
    noted = sorted(trace.get("passages") or _without_trace(turn), key=_place)
    cited = {passage["n"] for passage in turn.passages or [] if passage["cited"]}
    more = [context(f"And {len(noted) - LISTED} more.")] if len(noted) > LISTED else []
    hidden = [context(HIDDEN)] if found.hidden else []
    listed = [context(_passage(one, cited)) for one in noted[:LISTED]] or [section("No passage was used.")]
    about = [*_about(found)]
    ids = context("\n".join(_ids(turn, trace)))
    return Modal(
        "Why this answer?",
        [
            literal(turn.question or " "),
            context("\n".join(about)),
            divider(),
            *listed,
            *more,
            *hidden,
            divider(),
            ids,
        ],
    )


def _about(found: Explained) -> Iterator[str]:
    """Yield when it was asked and by whom, where was looked, and what it took."""
    turn, made = found.turn, found.made
    yield f"<@{turn.user}> asked this on {moment(made.created_at, '{date} at {time}')}."
    if in_calls(turn):
        yield "Searched: calls"
    elif turn.buckets:
        yield f"Searched: {', '.join(map(code, turn.buckets))}"
    if turn.model:
        yield f"Model: {code(turn.model)} · {_tokens(made)} · {costs(found.cost)}"
    seconds = made.trace.get("seconds") or {}
    if said := [f"{words} {seconds[name]:.2f} s" for name, words in TIMES if name in seconds]:
        yield f"Time: {' · '.join(said)}"


def _tokens(made: Made) -> str:
    if made.prompt_tokens is None:
        return "no tokens"
    about = "about " if made.estimated else ""
    return f"{about}{made.prompt_tokens:,} tokens read, {made.completion_tokens or 0:,} written"


def _passage(one: Mapping[str, Any], cited: set[int]) -> str:
    """Return a passage in three lines: where it stands, its ranks and what became of it, and its beginning."""
    number = one.get("kept")
    if number is not None:
        became = f"[{number}] {'cited' if number in cited else 'read by the model, not cited'}"
    else:
        became = f"dropped: {_dropped(str(one.get('dropped') or 'not near enough'))}"
    ranks = [f"#{one[name]} {words}" for name, words in RANKS if one.get(name) is not None]
    ranks.append(f"distance {one['distance']:.3f}")
    where = link(None, one["document"]) + (f" · {verbatim(one['bucket'])}" if one["bucket"] else "")
    return f"{where} · {became}\n{' · '.join(ranks)}\n_{escape_mrkdwn(plain(one['text'], QUOTED))}_"


def _dropped(step: str) -> str:
    """Return in words why a step let go of a passage; the name of one that another release had."""
    return DROPPED.get(step) or verbatim(step.replace("_", " "))


def _place(one: Mapping[str, Any]) -> tuple[bool, int]:
    """Return what passages are sorted by: those that the model read in its order, then the others in theirs."""
    kept = one.get("kept")
    return kept is None, kept or one.get("fused") or one.get("dense") or 0


def _without_trace(turn: Turn) -> list[dict[str, Any]]:
    """Return the passages of an answer of before, of which no ranks were noted."""
    return [{**passage, "kept": passage["n"]} for passage in turn.passages or []]


def _ids(turn: Turn, trace: Mapping[str, Any]) -> Iterator[str]:
    yield f"Answer: {code(turn.id)}"
    if request := trace.get("request"):
        yield f"Request at Telnyx: {code(str(request))}"
    if turn.error_id:
        yield f"Error: {code(turn.error_id)}"
