"""Calls by phone and from web pages: the news is that one ended, which Telnyx doesn't tell, so silence does.

The measure is Telnyx's own clock. Where it says none it's ours, and one that is five minutes ahead ends calls that go on.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from bot.services.access import Right
from bot.services.call import CHANNEL, LIVE, call_of, noted
from bot.services.ids import short
from bot.services.jobs.kind import JobKind, Look, Rank, State
from bot.services.jobs.reading import missing, seconds, sighting, vanished
from bot.services.phone_numbers import masked
from bot.store.jobs import Job, Sighting
from bot.telnyx import Condition, Conversation, Where

VOICES = ("phone_call", "web_call")
"""The channels on which people talk; what is written has no end."""
LIVE_NOW, ENDED = "live", "ended"
SILENT = LIVE.total_seconds()
LATELY_SECONDS, DAY = 900.0, 86_400.0
"""How long ago the last message may be, in a look and in a full one; longer than from a look to the next."""
KEPT_SECONDS = 30 * DAY
"""How long what a call is called is kept."""
PAGE, LARGE_PAGE = 20, 100
UNREAD = "unread"
"""Remembered: from when back to when no one has read which calls there are, in Unix seconds."""

_VOICES = Where.any_of(*(Where.metadata(CHANNEL).equals(one) for one in VOICES))


async def read(look: Look) -> Sequence[Sighting]:
    """Return the calls in which something was said lately, and those that were live when they were last seen. Raises TelnyxError."""
    calls, now = await spoken(look, DAY if look.full else LATELY_SECONDS, (look.extra.left + 1) // 2)
    gone = await missing(look, calls, look.telnyx.conversations.get)
    return [
        *(_sighting(call, now, look.known(name)) for name, call in calls.items()),
        *(
            _sighting(call, now, look.known(name)) if call else vanished(CALLS, look.unfinished[name])
            for name, call in gone.items()
        ),
    ]


async def spoken(look: Look, back: float, most: int) -> tuple[dict[str, Conversation], float]:
    """Return the calls in which something was said so many seconds ago or later, the latest first, and when Telnyx told the first of them.

    Raises TelnyxError. By a later time one could seem silent whose next words an answer didn't know yet. What ``most`` more pages have no room for is remembered, and read in the looks after this one.
    """
    size = LARGE_PAGE if look.full else PAGE
    rows = await _page(look, size)
    told_at = time_of(look)
    since = told_at - back
    before = look.memory.get(UNREAD) if not look.full else None
    stretches = [(_end(rows, rows, size), since), *([before] if before else [])]
    oldest, found, left = min(one[1] for one in stretches), {row.id: row for row in rows}, []
    for until, start in stretches:
        last = until
        while last >= start and most > 0 and look.extra.take(1):
            most -= 1
            rows = await _page(look, LARGE_PAGE, Where.last_message_at <= datetime.fromtimestamp(last, UTC))
            last = _end(rows, [row for row in rows if row.id not in found], LARGE_PAGE)
            found = {row.id: row for row in rows} | found
        if last >= start:
            left.append((last, start))
    look.memory.pop(UNREAD, None)
    if left and not look.first:
        look.memory[UNREAD] = (left[0][0], min(start for _, start in left))
    fits = (row for row in found.values() if row.last_message_at and _last(row) >= oldest and is_call(row))
    return {row.id: row for row in sorted(fits, key=_last, reverse=True)}, told_at


async def _page(look: Look, size: int, *where: Condition) -> Sequence[Conversation]:
    order = Where.last_message_at.descending()
    rows = await look.telnyx.conversations.page(_VOICES, *where, limit=size, order=order)
    look.note(*(row.id for row in rows if row.id not in look.said))  # what the first page says counts
    return rows


def _end(rows: Sequence[Conversation], fresh: Sequence[Conversation], size: int) -> float:
    """Return when the last thing was said in the last call of a page, or the beginning of time if no page follows it."""
    times = [_last(row) for row in fresh if row.last_message_at]
    return min(times) if times and len(rows) >= size else float("-inf")


def time_of(look: Look) -> float:
    """Return the time at Telnyx, in Unix seconds: by its own clock, ours where it tells none."""
    return look.telnyx.said_at or look.now


def is_call(row: Conversation) -> bool:
    """Return whether people talk in a conversation rather than write."""
    return noted(row, CHANNEL) in VOICES


def silent(row: Conversation, now: float) -> bool:
    """Return whether nothing was said for so long that a call is over."""
    return now - _last(row) >= SILENT


def title_of(row: Conversation) -> str:
    """Return a call's name, its numbers masked, else when it began."""
    began = row.created_at or row.last_message_at
    when = began.astimezone(UTC) if began else None
    return call_of(row, masked).name or (f"{when:%B} {when.day}, {when:%H:%M} UTC" if when else short(row.id))


def facts_of(row: Conversation) -> dict[str, str]:
    """Return by what a call's readers are found, and its channel."""
    call = call_of(row, masked)
    return {"call": call.id, "assistant": call.assistant, "channel": call.channel}


def _last(row: Conversation) -> float:
    return seconds(row.last_message_at) or 0.0


def _sighting(row: Conversation, now: float, known: Job | None) -> Sighting:
    """Return a call as it is. One that has ended goes on only if something was said since, whatever time an old answer bears."""
    over = silent(row, now) or (known is not None and known.finished and _last(row) <= (known.ended or 0.0))
    status = "" if row.last_message_at is None else ENDED if over else LIVE_NOW
    began, ended = row.created_at, row.last_message_at
    return sighting(CALLS, row.id, title_of(row), status, facts_of(row), began=began, ended=ended)


CALLS = JobKind(
    name="call",
    title="Call",
    what="calls",
    states=(
        State(LIVE_NOW, Rank.RUNNING, ":telephone_receiver:", "live"),
        State(ENDED, Rank.ENDED, ":white_check_mark:", "ended"),
    ),
    right=Right.CALLS,
    read=read,
    next_step="`/telnyx summarize` with the call's name or ID sums it up.",
    shares_card=False,
    of="·",
    ends_only=True,
    seen_after=SILENT,
    kept_seconds=KEPT_SECONDS,
)
