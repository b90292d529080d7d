"""Which changes of a job are wanted where only some are."""

from collections.abc import Mapping

from bot.services.jobs.kind import STALLED, VANISHED, JobKind, Rank
from bot.services.jobs.kinds import KINDS
from bot.store.jobs import Transition
from bot.store.subscriptions import Only

WIDEST_FIRST = (Only.ALL, Only.FINISHED, Only.FAILURES)
"""Each holds those behind it, but that something has stalled is no end."""


def wanted(only: Only, change: Transition, kinds: Mapping[str, JobKind] = KINDS) -> bool:
    """Return whether a change is among the wanted ones: an end, or what goes wrong (failed, partly failed, stalled, gone).

    Of a kind that this release doesn't know, each is.
    """
    if only is Only.ALL or (kind := kinds.get(change.kind)) is None:
        return True
    state = kind.state(change.status)
    if only is Only.FINISHED:
        return state.rank is Rank.ENDED
    return state.failed or state.partly or state in (STALLED, VANISHED)


def wider(one: Only, other: Only) -> Only:
    """Return the one that wants more."""
    return min(one, other, key=WIDEST_FIRST.index)
