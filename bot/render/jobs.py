"""Jobs as people look them up: the list, one of them, its files that failed, Telnyx's list of tasks; and what was just started."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

from pydantic import BeforeValidator, Field

from bot.render import docs, job_cards
from bot.render.blocks import Block, Message, actions, button, menu, row, section
from bot.render.intent import Paged
from bot.render.job_buttons import in_menu
from bot.render.job_cards import Seen
from bot.render.job_intents import ShowJob
from bot.render.job_words import (
    facts_of,
    progress,
    starters,
    state_of,
    still,
    together,
    unsuccessful,
    what,
    word,
)
from bot.render.markdown import plain
from bot.render.outcomes import AGAIN, Listing
from bot.services.documents import State, Status
from bot.services.documents import state_of as state_of_file
from bot.services.jobs.board import AsOf, Board, Card
from bot.telnyx import BucketFile

ENTRIES = 5
"""Of a menu."""
NONE = "Nothing is running, and nothing ended in the last 24 hours. `/telnyx docs embed` starts an embedding."
STALE = {
    AsOf.NOW: "",
    AsOf.NOT_YET: "I've just started and I'm still asking Telnyx, so this may be out of date. Look again in a minute.",
    AsOf.AWAY: ":warning: Telnyx doesn't answer right now, so this may be out of date.",
}
"""What is said where newer things may have happened."""
NONE_FAILED = "No file of this job failed."


def _each(given: object) -> object:
    """Return the words in what was typed, also in one with commas."""
    parts = [given] if isinstance(given, str) else given
    if not isinstance(parts, list | tuple):
        return given
    return tuple(word for part in parts for word in str(part).replace(",", " ").split())


class Tasks(Paged, verb="docs tasks"):
    """The embedding tasks."""

    status: Annotated[
        tuple[Status, ...],
        Field(
            max_length=5,
            description="queued, processing, success, failure, or partial_success.",
        ),
        BeforeValidator(_each),
    ] = ()


def shown_in(channel: str | None, here: str, *, subscribed: bool = False) -> str:
    """Return where the progress of a job is shown that someone started ``here``; ``channel`` is JOBS_CHANNEL.

    ``subscribed``: all of it is told here anyway.
    """
    if subscribed and channel != here:
        return f"I'll show its progress here{f' and in <#{channel}>' if channel else ''}."
    if not channel:
        return "I'll show its progress in our direct messages."
    return (
        f"I'll show its progress in <#{channel}>{'.' if channel == here else ' and in our direct messages.'}"
    )


def started(what: str, bucket: str, task: str, told: str) -> Message:
    """Say that a task has begun, and where its progress is shown; ``what`` is mrkdwn, such as "embedding `handbook`"."""
    text = f"I've started {what}. {told}"
    buttons = [
        button("Show files", docs.ShowDocs(bucket=bucket)),
        button("Show job", ShowJob(job=task)),
    ]
    return Message(text, [section(text), actions(*buttons)])


def tasks(found: Sequence[Card]) -> Listing:
    """One embedding task a row: its bucket, how it stands, when it began, and how long it took."""
    return Listing(
        "Embedding tasks",
        [row(in_short(card), show(card)) for card in found],
        "There are no such embedding tasks. `/telnyx docs embed` starts one.",
    )


def listing(board: Board) -> Listing:
    """One card a row, what runs first, with what can be done on it."""
    stale = STALE[board.as_of]
    return Listing(
        "Jobs",
        [row(in_short(card), show(card), *_more(card)) for card in board.cards],
        " ".join(filter(None, (NONE, stale))),
        "What ended stays here for a day.",
        total=len(board.cards) + board.more,
        lead=stale,
    )


def in_short(card: Card) -> str:
    """Return a card in a few lines of mrkdwn: what it is and how it stands, then its facts."""
    kind, jobs = card.kind, card.jobs
    if len(jobs) == 1:
        state = state_of(kind, jobs[0])
        said = f"{state.icon} *{what(kind, jobs[0], named=True)}*: {word(state)}"
    else:
        icon, name, stand = together(kind, jobs, named=True)
        said = f"{icon} *{name}*: {stand}"
    facts = [
        progress(kind, jobs[0]) if len(jobs) == 1 else "",
        *facts_of(kind, jobs),
        still(kind, jobs, card.past, card.now),
        starters(jobs, members=card.members),
    ]
    return "\n".join(filter(None, (said, " · ".join(filter(None, facts)))))


def show(card: Card) -> Block:
    """Return the button that shows a card."""
    called = plain(what(card.kind, card.jobs[0], named=True))
    return button("Show", ShowJob(job=card.jobs[0].card), label=f"Show {called}")


def page(card: Card) -> Message:
    """Return a card as someone sees it who looks it up; while it runs, it can be looked up anew where it stands."""
    seen = Seen(card.now, past=card.past, marks=card.marks, live=True, members=card.members)
    shown = job_cards.card(card.kind, card.jobs, seen)
    if not card.runs:
        return shown
    again = button("Refresh", ShowJob(job=card.jobs[0].card), name=AGAIN)
    *above, last = shown.blocks
    if last["type"] != "actions":
        return replace(shown, blocks=[*shown.blocks, actions(again)])
    return replace(shown, blocks=[*above, actions(again, *last["elements"])])


def failed_files(card: Card, found: Sequence[BucketFile]) -> Listing:
    """One file a row that failed, each with the reason, and what to do below them; ``found`` are all of its bucket."""
    failed = [file for file in found if state_of_file(file) is State.FAILED]
    mine = [file for file in failed if file.filename in card.files] if card.files else failed
    bad = any(unsuccessful(card.kind, job) for job in card.jobs)
    return Listing(
        f"Failed files in {card.bucket}",
        [row(docs.failure(file)) for file in mine],
        f"{NONE_FAILED} {card.kind.next_step}" if bad and not card.kind.counts else NONE_FAILED,
        docs.FIX,
        buttons=_steps(card.bucket) if mine and card.bucket else (),
    )


def _steps(bucket: str) -> list[Block]:
    return [
        button("Embed again", docs.Embed(bucket=bucket)),
        button("Show files", docs.ShowDocs(bucket=bucket)),
    ]


def _more(card: Card) -> list[Block]:
    """Return the menu of what can be done on a card."""
    entries = in_menu(card.kind, card.jobs, card.marks, card.now)[:ENTRIES]
    return [menu(*entries)] if entries else []
