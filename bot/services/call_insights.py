"""What Telnyx's insights found in one call, and how far they are."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.services.ids import short
from bot.services.insights import in_words
from bot.telnyx import ConversationInsight

READY, FAILURE = "completed", "failed"


class State(StrEnum):
    """How far the insights of a call are."""

    NONE = "no insights"
    PENDING = "insights pending"
    READY = "insights ready"
    FAILED = "insights failed"


@dataclass(frozen=True, slots=True)
class Result:
    """What one insight found."""

    insight: str
    """Its name."""
    text: str
    """In its own words; empty where there are fields."""
    fields: Mapping[str, str]
    """Of a JSON object, in words."""


@dataclass(frozen=True, slots=True)
class Results:
    """What all insights found in a call."""

    call: str
    """Its id."""
    name: str
    found: tuple[Result, ...]
    state: State
    pending: int = 0
    """How many groups of insights still run."""
    failed: int = 0
    """How many failed."""


def state_of(runs: Sequence[ConversationInsight]) -> State:
    """Return how far they are all together; a status that is new to us isn't finished."""
    if _waiting(runs):
        return State.PENDING
    statuses = {run.status for run in runs}
    return State.READY if READY in statuses else State.FAILED if FAILURE in statuses else State.NONE


def results(
    call: str, name: str, runs: Sequence[ConversationInsight], names: Mapping[str, str], *, whole: bool
) -> Results:
    """Return what they found, by the insights' names; of an insight that ran twice, what it found last.

    Args:
        call: the id of the call.
        name: of the call, as it is shown.
        runs: one for each group that ran.
        names: of insights, by their ids; one that was deleted has none.
        whole: whether phone numbers are shown whole.
    """
    timed = sorted(runs, key=lambda run: run.created_at.timestamp() if run.created_at else 0.0)
    said = {one.insight_id: one.result for run in timed for one in run.conversation_insights}
    found = [_result(names.get(insight, ""), insight, text, whole=whole) for insight, text in said.items()]
    failed = sum(run.status == FAILURE for run in runs)
    in_order = tuple(sorted(found, key=lambda one: one.insight.casefold()))
    return Results(call, name, in_order, state_of(runs), _waiting(runs), failed)


def _waiting(runs: Iterable[ConversationInsight]) -> int:
    return sum(run.status not in (READY, FAILURE) for run in runs)


def _result(name: str, insight: str, text: str, *, whole: bool) -> Result:
    name = in_words(name, whole=whole) or f"Deleted insight {short(insight)}"
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        read = None
    if not isinstance(read, dict) or not read:
        return Result(name, in_words(text, whole=whole), {})
    fields = {in_words(key, whole=whole): in_words(value, whole=whole) for key, value in read.items()}
    return Result(name, "", fields)
