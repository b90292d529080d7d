"""Runs of insight groups over calls that ended lately. Telnyx has no list of them, so each call is asked for its own."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.services.access import Right
from bot.services.jobs.calls import KEPT_SECONDS, facts_of, silent, spoken, time_of, title_of
from bot.services.jobs.kind import JobKind, Look, Rank, State
from bot.services.jobs.reading import asked, key, seconds, sighting, vanished
from bot.store.jobs import Job, Sighting
from bot.telnyx import Conversation, ConversationInsight

LATELY = 7_200.0
"""How long after its end a call is asked for insights that aren't known: what came while no process ran for an hour is found."""

OVERLAP = 60.0
"""Seconds that are read twice, as Telnyx may show late what was said."""
TURNS, HEARD = "turns", "heard"
"""Remembered: the calls, and when it was last read which ones there are."""

Runs = Sequence[ConversationInsight]


@dataclass(slots=True)
class Turn:
    """A call that is remembered until it was asked for its runs, and for as long as it may have new ones."""

    call: Conversation | None
    """None of one that ended long ago, and of which a run is known that goes on."""
    asked_at: float = 0.0
    again_at: float = 0.0
    """When it's asked again, in Unix seconds by Telnyx's clock."""

    @property
    def last(self) -> float:
        """Return when the last thing was said."""
        return (self.call and seconds(self.call.last_message_at)) or 0.0


async def read(look: Look) -> Sequence[Sighting]:
    """Return the runs over the calls that ended in the last two hours, and those that weren't finished. Raises TelnyxError.

    A call whose runs have all ended isn't asked for again. One without any is asked for less often the longer it has been
    over, as its assistant may have no insights. Those that were never asked come first, and wait for their turn however
    long that takes; then those that weren't for longest.
    """
    turns: dict[str, Turn] = look.memory.setdefault(TURNS, {})
    await _listen(look, turns)
    now, known = time_of(look), _by_call(look.unfinished)
    for name in known:
        turns.setdefault(name, Turn(None))
    over = {name: turn for name, turn in turns.items() if turn.call is None or silent(turn.call, now)}
    due = [name for name, turn in over.items() if name in known or turn.again_at <= now]
    due.sort(key=lambda name: (turns[name].asked_at, turns[name].last))
    names = due[: look.extra.take(len(due))]
    found = await asked(names, lambda call: _dated(look, call, known.get(call, {})))
    seen: list[Sighting] = []
    for name in names:
        turns[name].asked_at = now
        if name in found:
            runs = found[name] or ()
            seen += _runs(runs, turns[name].call, known.get(name, {}))
            turns[name].again_at = _again(runs, now, turns[name].last or now)
    for name, turn in over.items():
        if look.first and not turn.asked_at:
            turn.again_at = float("inf")  # it ended before anyone looked
        if turn.last < now - LATELY and name not in known and (turn.asked_at or turn.again_at > now):
            del turns[name]
    return seen


async def _listen(look: Look, turns: dict[str, Turn]) -> None:
    """Note the calls in which something was said since the last time, in a full look in the last two hours."""
    heard = look.memory.get(HEARD)
    since = LATELY if look.full or heard is None else min(LATELY, abs(time_of(look) - heard) + OVERLAP)
    calls, look.memory[HEARD] = await spoken(look, since, look.extra.left // 2)  # half is kept for asking
    for name, call in calls.items():
        before, last = turns.get(name), seconds(call.last_message_at) or 0.0
        if before is None or before.last < last:
            turns[name] = Turn(call)
        elif before.last == last:
            before.call = call


async def _dated(look: Look, call: str, known: Collection[str]) -> Runs:
    """Return the runs over a call, and note the date of what is said of them and of those that are known."""
    try:
        runs = await look.telnyx.conversations.insights(call)
    finally:
        look.note(*known)
    look.note(*(key(run.id) for run in runs))
    return runs


def _by_call(unfinished: Mapping[str, Job]) -> dict[str, dict[str, Job]]:
    """Return the unfinished runs by their calls."""
    known: dict[str, dict[str, Job]] = {}
    for name, job in unfinished.items():
        known.setdefault(str(job.detail.get("call", "")), {})[name] = job
    return known


def _again(runs: Runs, now: float, last: float) -> float:
    """Return when a call is asked for its insights again, in Unix seconds."""
    if not runs:
        return now + (now - last)
    return 0.0 if any(INSIGHTS.state(run.status).rank is not Rank.ENDED for run in runs) else float("inf")


def _runs(runs: Runs, call: Conversation | None, known: Mapping[str, Job]) -> Iterator[Sighting]:
    """Yield the runs over a call as they are, and those that are known and gone."""
    for run in runs:
        job = known.get(key(run.id))
        if call is not None:
            title, detail = title_of(call), facts_of(call)
        elif job is not None:
            title, detail = job.title, {**job.detail}
        else:
            continue  # of a call that ended long ago: whatever it is, it's no news
        yield sighting(INSIGHTS, run.id, title, run.status, detail, began=run.created_at)
    listed = {key(run.id) for run in runs}
    yield from (vanished(INSIGHTS, job) for name, job in known.items() if name not in listed)


INSIGHTS = JobKind(
    name="insights",
    title="Insights",
    what="runs of insights",
    states=(
        State("pending", Rank.WAITING, ":hourglass_flowing_sand:", "waiting"),
        State("in_progress", Rank.RUNNING, ":gear:", "running"),
        State("completed", Rank.ENDED, ":white_check_mark:", "ready"),
        State("failed", Rank.ENDED, ":x:", "failed", failed=True),
    ),
    right=Right.CALLS,
    read=read,
    next_step=(
        "Telnyx doesn't say why, and looks for insights only once after a call. "
        "`/telnyx summarize` with the call's name or ID sums it up."
    ),
    stalls_seconds=1_800.0,
    shares_card=False,
    of="·",
    ends_only=True,
    kept_seconds=KEPT_SECONDS,
)
