"""Draw the card of every state of every kind of job, alone and together, and the lines of its thread: for tests and for pictures.

``python -m scripts.job_cards`` writes them to tests/unit/bot/render/snapshots, which the tests hold against the code. Read
what changed there before you keep it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from bot.render.blocks import Block, Message
from bot.render.job_cards import Seen, alone, card, end, failed, line
from bot.services.jobs import STALLED, VANISHED, JobKind, Rank, State
from bot.services.jobs.kinds import KINDS
from bot.store.job_marks import Mark, What
from bot.store.jobs import Job, Transition

FOLDER = Path(__file__).resolve().parents[1] / "tests" / "unit" / "bot" / "render" / "snapshots"
NOW = 1_795_000_000.0
BEGAN, LASTED, MOVED = 1_200.0, 1_137.0, 90.0
"""Seconds from now, or that it took."""
PAST = [480.0 + 95.0 * n for n in range(20)]
CALL = "c0ffee00-1204-4000-8000-000000000000"
MODEL = "meta-llama/Meta-Llama-3.1-8B-Instruct"
ABOUT: Mapping[str, Mapping[str, Any]] = {
    "embedding": {"title": "handbook", "bucket": "handbook"},
    "clusters": {"title": "tickets", "bucket": "tickets"},
    "fine-tuning": {"title": "support-tone", "bucket": "answers", "detail": {"model": MODEL}},
    "call": {"title": "Where is order 1204?", "detail": {"call": CALL}},
    "insights": {"title": "Where is order 1204?", "detail": {"call": CALL}},
}
"""What a job of each kind is about."""
WHY = "The file is encrypted, so no text could be read from it."


@dataclass(frozen=True, slots=True)
class File:
    """A file that could not be embedded."""

    filename: str
    error_reason: str | None


FILES = (File("contract-2019.docx", WHY), File("scan_of_the_old_building.tiff", None))


def cards(kind: JobKind, now: float = NOW) -> Iterator[tuple[str, Message]]:
    """Yield each card that reads differently, with what it is of."""
    yield from states(kind, now)
    yield from marked(kind, now)
    if kind.shares_card:
        yield from several(kind, now)


def states(kind: JobKind, now: float = NOW) -> Iterator[tuple[str, Message]]:
    """Yield the card of a job in each state."""
    seen = Seen(now, past=PAST)
    for state in (*kind.states, State("paused_by_quota", Rank.RUNNING, "", ""), VANISHED):
        yield state.name, card(kind, [job(kind, state.name, now=now)], seen)
    if kind.stalls_seconds is not None:
        yield STALLED.name, card(kind, [_stalled(kind, now)], seen)


def marked(kind: JobKind, now: float = NOW) -> Iterator[tuple[str, Message]]:
    """Yield cards that people pressed something on, and those that are shown otherwise."""
    running, bad = job(kind, goes_on(kind), now=now), job(kind, went_wrong(kind), now=now)
    care = (mark(kind, What.ON_IT, "U0ADA", now), mark(kind, What.ON_IT, "U0BEN", now))
    snoozed = mark(kind, What.SNOOZED, "U0MIA", now)
    muted = mark(kind, What.MUTED, "U0MIA", now)
    yield "started from Slack", card(kind, [replace(running, starter="U0ADA")], Seen(now))
    yield "takes longer than most", card(kind, [running], Seen(now, past=PAST[:11]))
    yield "takes longer than all", card(kind, [running], Seen(now, past=PAST[:5]))
    yield "someone is on it", card(kind, [bad], Seen(now, marks=care[:1]))
    yield "two are on it", card(kind, [running], Seen(now, past=PAST, marks=care))
    yield "snoozed", card(kind, [running], Seen(now, marks=[snoozed]))
    yield "snoozed, and the hour is over", card(kind, [running], Seen(now + 3_601, marks=[snoozed]))
    yield "muted", card(kind, [running], Seen(now, marks=[muted, *care[:1]]))
    others = Seen(now, marks=[*care, snoozed], members=False)
    yield "read by others than members", card(kind, [replace(running, starter="U0ADA")], others)
    yield "told late", card(kind, [bad], Seen(now, late=now - 7_200))
    yield "its bucket is unnamed", card(kind, [running], Seen(now, named=False))
    yield "failed, its bucket unnamed", card(kind, [bad], Seen(now, named=False))


def several(kind: JobKind, now: float = NOW) -> Iterator[tuple[str, Message]]:
    """Yield cards of jobs that began together."""
    yield from going_on(kind, now)
    yield from over(kind, now)


def going_on(kind: JobKind, now: float = NOW) -> Iterator[tuple[str, Message]]:
    """Yield cards of jobs that began together, and of which some go on."""
    on, bad, good, waits = goes_on(kind), went_wrong(kind), went_well(kind), kind.states[0].name
    seen = Seen(now, past=PAST)
    mixtures: Mapping[str, Sequence[str]] = {
        "all wait": [waits] * 3,
        "some go on": [good, on, on, waits],
        "some failed and some go on": [*[good] * 14, *[bad] * 5, on, on, waits],
        "a state that no one documents": ["paused_by_quota", good],
        "a thousand": [*[good] * 700, *[bad] * 100, *[on] * 100, *[waits] * 100],
    }
    for name, statuses in mixtures.items():
        yield name, card(kind, group(kind, statuses, now), seen)
    one, *others = group(kind, [on, on, good], now)
    still = replace(one, stalled=True, moved_at=_stalled(kind, now).moved_at)
    yield "one is stalled", card(kind, [still, *others], seen)
    yield "all that is left is stalled", card(kind, [still, others[1]], seen)
    started = [replace(one, starter="U0ADA"), *(replace(other, starter="U0BEN") for other in others)]
    yield "started by two", card(kind, started, seen)
    care, muted = mark(kind, What.ON_IT, "U0ADA", now), mark(kind, What.MUTED, "U0MIA", now)
    some = group(kind, [good, bad, on], now)
    yield "on it and muted", card(kind, some, Seen(now, past=PAST, marks=[care, muted]))
    yield "their bucket is unnamed", card(kind, some, Seen(now, named=False))


def over(kind: JobKind, now: float = NOW) -> Iterator[tuple[str, Message]]:
    """Yield cards of jobs that began together, and have all ended."""
    bad, good = went_wrong(kind), went_well(kind)
    mixtures: Mapping[str, Sequence[str]] = {
        "all succeeded": [good] * 3,
        "all failed": [bad] * 3,
        "some failed": [*[good] * 14, *[bad] * 8],
        "each way it can end": [one.name for one in (*kind.states, VANISHED) if one.rank is Rank.ENDED],
        "all gone": [VANISHED.name] * 2,
    }
    for name, statuses in mixtures.items():
        yield name, card(kind, group(kind, statuses, now), Seen(now))
    own = [replace(one, title=f"{one.title} {n}") for n, one in enumerate(group(kind, [good, bad], now), 1)]
    yield "called each by its own name", card(kind, own, Seen(now))


def lines(kind: JobKind, now: float = NOW) -> Iterator[tuple[str, Message]]:
    """Yield the lines of a card's thread."""
    seen = Seen(now)
    names = [one.name for one in kind.states]
    changes = [
        *pairwise(names),
        (goes_on(kind), VANISHED.name),
        (goes_on(kind), STALLED.name),
    ]
    for before, after in changes:
        yield f"{before}, then {after}", _line(kind, before, after, seen)
    bad = went_wrong(kind)
    yield "with the files that failed", _line(kind, goes_on(kind), bad, seen, FILES)
    yield "with more files than are named", _line(kind, goes_on(kind), bad, seen, FILES * 6)
    yield "told late", _line(kind, goes_on(kind), went_well(kind), replace(seen, late=now - 7_200))
    held = replace(seen, late=now - 3_000, snoozed=True)
    yield "told after it was snoozed", _line(kind, goes_on(kind), went_well(kind), held)
    yield "its bucket unnamed", _line(kind, goes_on(kind), bad, Seen(now, named=False), FILES)
    if kind.shares_card:
        one = group(kind, [bad], now)[0]
        yield "one of several failed", failed(kind, one, FILES[:1], seen).message
        late = group(kind, [went_well(kind)], now)[0]
        yield "one of several that was found after their end", alone(kind, late, seen).message
        yield (
            "one of several failed, no one knows why",
            failed(kind, replace(one, detail={}), (), seen).message,
        )
        for name, statuses in (
            ("all succeeded", [went_well(kind)] * 3),
            ("some failed", [went_well(kind), bad]),
        ):
            ended = end(kind, group(kind, statuses, now), seen)
            if ended:
                yield f"the end: {name}{' (in the channel too)' if ended.loud else ''}", ended.message


# ----------------------------------------------------------------------------------------- jobs to draw from
def job(kind: JobKind, status: str, number: int = 1, *, now: float = NOW) -> Job:
    """Return a job of a kind in a state."""
    state = kind.state(status)
    gone = state.rank is Rank.ENDED
    counts = bool(kind.counts) and state.rank is not Rank.WAITING
    bad = state.failed or state.partly
    made = Job(
        kind.name,
        f"{number:08}-1204-4000-8000-000000000000",
        f"an example {number}",
        status,
        "00000001-1204-4000-8000-000000000000",
        number=1,
        began=now - BEGAN,
        ended=now - BEGAN + LASTED if gone and state != VANISHED else None,
        finished=gone,
        done=(22 if gone else 8) if counts else 0,
        total=22 if counts else 0,
        moved_at=now - MOVED,
    )
    about = dict(ABOUT.get(kind.name, {}))
    why = {"reason": WHY} if bad and kind.counts else {}
    return replace(made, **about | {"detail": {**about.get("detail", {}), **why}})


def group(kind: JobKind, statuses: Sequence[str], now: float = NOW) -> list[Job]:
    """Return jobs that began together, each for a file where their kind has files."""
    jobs = [replace(job(kind, status, n, now=now), done=0, total=0) for n, status in enumerate(statuses, 1)]
    if not kind.counts:
        return jobs
    return [
        replace(one, detail={**one.detail, "file": f"chapter-{n:02}.docx"}) for n, one in enumerate(jobs, 1)
    ]


def mark(kind: JobKind, what: What, user: str, now: float = NOW) -> Mark:
    """Return what someone pressed."""
    channel = "" if what is What.ON_IT else "C0JOBS"
    until = now + 3_600 if what is What.SNOOZED else None
    return Mark(kind.name, "00000001-1204-4000-8000-000000000000", channel, what, user, now, until)


def goes_on(kind: JobKind) -> str:
    """Return the state of a job that runs."""
    return next(one.name for one in kind.states if one.rank is Rank.RUNNING)


def went_well(kind: JobKind) -> str:
    """Return the state of a job that succeeded."""
    return next(one.name for one in kind.states if one.rank is Rank.ENDED and not (one.failed or one.partly))


def went_wrong(kind: JobKind) -> str:
    """Return the state of a job that failed; of a kind that can't, that it's gone."""
    return next((one.name for one in kind.states if one.failed), VANISHED.name)


def _stalled(kind: JobKind, now: float) -> Job:
    moved = now - (kind.stalls_seconds or 0) - 60
    return replace(job(kind, goes_on(kind), now=now), stalled=True, began=moved - BEGAN, moved_at=moved)


def _line(kind: JobKind, before: str, after: str, seen: Seen, files: Sequence[File] = ()) -> Message:
    now = _stalled(kind, NOW) if after == STALLED.name else job(kind, after)
    first, second = Transition(kind.name, now.id, 1, before, {}), Transition(kind.name, now.id, 2, after, {})
    return line(kind, now, first, second, files, seen).message


# ------------------------------------------------------------------------------------------------- in words
def page(kind: JobKind) -> str:
    """Return all cards and lines of a kind as text."""
    parts = [f"# {kind.title}\n", *(_in_words(*one) for one in cards(kind))]
    return "\n".join([*parts, "# Lines of its thread\n", *(_in_words(*one) for one in lines(kind))])


def _in_words(name: str, message: Message) -> str:
    blocks = "\n".join(map(_block, message.blocks))
    return f"## {name}\n{blocks}\nNotification: {message.text}\n"


def _block(block: Block) -> str:
    if block["type"] == "actions":
        return " ".join(map(_button, block["elements"]))
    if block["type"] == "context":
        return "\n".join(f"- {element['text']}" for element in block["elements"])
    beside = f" {_button(block['accessory'])}" if "accessory" in block else ""
    return f"{block['text']['text']}{beside}"


def _button(element: Block) -> str:
    if element["type"] == "overflow":
        return f"[… {', '.join(option['text']['text'] for option in element['options'])}]"
    return f"[{element['text']['text']}: {element['action_id']} {element['value']}]"


def file_of(kind: JobKind) -> Path:
    """Return where the cards of a kind stand."""
    return FOLDER / f"jobs-{kind.name}.txt"


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for each in KINDS.values():
        file_of(each).write_text(page(each), encoding="utf-8")
