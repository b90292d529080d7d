"""Which changes of a job are wanted where only some are."""

from collections.abc import Collection, Mapping

from bot.services.jobs.kind import STALLED, VANISHED, JobKind, Rank
from bot.services.jobs.kinds import KINDS
from bot.store.jobs import Transition
from bot.store.subscriptions import Only


def wanted(only: Collection[Only], change: Transition, kinds: Mapping[str, JobKind] = KINDS) -> bool:
    """Return whether a change is among the wanted ones: an end, or what goes wrong (failed, partly failed, stalled, gone).

    Of a kind that this release doesn't know, each is.
    """
    if Only.ALL in only or (kind := kinds.get(change.kind)) is None:
        return True
    state = kind.state(change.status)
    ended, wrong = state.rank is Rank.ENDED, state.failed or state.partly or state in (STALLED, VANISHED)
    return (ended and Only.FINISHED in only) or (wrong and Only.FAILURES in only)
