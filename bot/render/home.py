"""The Home tab: what someone asked lately, where I answer them, what they are to do, what runs now, and the menu by purpose."""

from collections.abc import Sequence
from typing import Any

from bot.render.action_items import MyActions, listing
from bot.render.blocks import Block, button, context, divider, header, row, section
from bot.render.intent import Intent
from bot.render.jobs import STALE, in_short, show
from bot.render.markdown import code, link, moment, plain
from bot.render.menu import HOW_TO_ASK, WORKSPACE, Purpose, titled
from bot.render.numbers import counted, joined
from bot.render.refusal import OtherBuckets
from bot.services.access import Right
from bot.services.action_items import ActionItem
from bot.services.home import Home, Part, Room, Said, Set
from bot.services.jobs.board import Board

WORDS = 150
"""Characters of a question."""
NAMED = 6
"""Buckets of a channel that are named."""
ROWS = 5
"""Action items that are shown."""
LOOKING = "Looking up the rest…"
NO_QUESTIONS = "You haven't asked me anything yet."
NO_CHANNELS = (
    "No one has asked me anything lately in a channel that you're in. Mention me in one, with your question."
)
NO_ITEMS = "You have no open action items. They come from summaries of calls."
NO_JOBS = "Nothing is running right now."


class RefreshHome(Intent, verb="home"):
    """Show the Home tab anew."""


def view(home: Home, purposes: Sequence[Purpose], at: float) -> dict[str, Any]:
    """Return the view of the tab as it was at a time, in Unix seconds; a button opens a window."""
    blocks = [
        header("Telnyx AI"),
        section(_greeting(home), accessory=button("Refresh", RefreshHome())),
        *_lacking(home),
        *_questions(home),
        *_channels(home),
        *_items(home.items),
        *_jobs(home.jobs, home.more_jobs),
        divider(),
        *(block for purpose in purposes for block in titled(_title(purpose, home.settings), purpose.buttons)),
        context(f"As of {moment(at, '{time}')}" if home.whole else LOOKING),
    ]
    return {"type": "home", "blocks": blocks}


def _greeting(home: Home) -> str:
    """Return what to do here; to those who may read no documents, why there is so little."""
    return HOW_TO_ASK if home.audience is None or _reads(home) else home.audience.reasons[Right.DOCUMENTS]


def _reads(home: Home) -> bool:
    return home.audience is not None and home.audience.has(Right.DOCUMENTS)


def _lacking(home: Home) -> list[Block]:
    """Return what couldn't be looked up, in the order of the tab."""
    parts = [part.value for part in Part if part in home.failed]
    text = f":warning: I couldn't look up {joined(parts)}. Press *Refresh* to try again."
    return [section(text)] if parts else []


def _titled(title: str, rows: Sequence[Block], none: str) -> list[Block]:
    return [header(title), *(rows or [context(none)])]


# ------------------------------------------------------------------------------------------------- questions
def _questions(home: Home) -> list[Block]:
    if home.questions is None:
        return []
    may = home.audience is None or _reads(home)
    rows = [block for one in home.questions for block in _question(one, may_ask=may)]
    return _titled("Your recent questions", rows, NO_QUESTIONS)


def _question(said: Said, *, may_ask: bool) -> list[Block]:
    one = said.question
    where = f"in <#{one.channel}>" if one.channel[:1] in ("C", "G") and one.root else "in private"
    when = moment(one.at, "{date_short_pretty} at {time}")
    words = plain(one.words, WORDS)
    again = button("Ask again", OtherBuckets(turn=one.turn), label=f"Ask again: {words}")
    return row(f"{link(said.link, words)}\n{when} · {where}", *([again] if may_ask else []))


# -------------------------------------------------------------------------------------------------- channels
def _channels(home: Home) -> list[Block]:
    if home.channels is None or not (home.channels or _reads(home)):
        return []
    more = [f"and {counted(home.further, 'more channel')}"] if home.further else []
    lines = [*map(_room, home.channels), *more]
    return _titled("Your channels", [section("\n".join(lines))] if lines else [], NO_CHANNELS)


def _room(room: Room) -> str:
    where = f"<#{room.channel}>"
    if room.off:
        return f"{where}: I don't answer there. Ask me in private instead."
    if not room.buckets:
        return f"{where}: I answer you in private, because not everyone there may see the documents."
    names = [code(name) for name in room.buckets[:NAMED]]
    more = [f"{len(room.buckets) - NAMED} more"] if len(room.buckets) > NAMED else []
    return f"{where}: I answer from {joined([*names, *more])}"


# ---------------------------------------------------------------------------------------------- action items
def _items(items: Sequence[ActionItem] | None) -> list[Block]:
    if items is None:
        return []
    rows = [block for item in listing(MyActions(), items[:ROWS]).items for block in item]
    more = [context(f"and {len(items) - ROWS} more: *My action items* below")] if len(items) > ROWS else []
    return _titled("Your action items", [*rows, *more], NO_ITEMS)


# ------------------------------------------------------------------------------------------------------ jobs
def _jobs(jobs: Board | None, further: int) -> list[Block]:
    if jobs is None:
        return []
    rows = [block for card in jobs.cards for block in row(in_short(card), show(card))]
    more = [context(f"and {further:,} more: *Jobs* below")] if further else []
    stale = [context(STALE[jobs.as_of])] if STALE[jobs.as_of] else []
    return [*_titled("Running jobs", [*rows, *more], NO_JOBS), *stale]


# -------------------------------------------------------------------------------------------------- settings
def _title(purpose: Purpose, settings: Set | None) -> str:
    """Return what stands above a row of the menu; above the settings also how they are, for admins."""
    title = f"*{purpose.title}*"
    if settings is None or purpose.title != WORKSPACE:
        return title
    who = (
        "All members can read all documents"
        if settings.open_to_members
        else "Members need grants to read documents"
    )
    facts = [
        who,
        counted(settings.grants, "grant"),
        f"{counted(settings.channels, 'channel')} with settings of {'its' if settings.channels == 1 else 'their'} own",
    ]
    return f"{title}\n{' · '.join(facts)}"
