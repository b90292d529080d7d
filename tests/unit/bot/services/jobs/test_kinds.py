"""What holds for every kind."""

import pytest

from bot.services.access import Right
from bot.services.jobs.kind import VANISHED, JobKind, Rank
from bot.services.jobs.kinds import KINDS
from sandbox.telnyx.clusters import CLUSTER_STATUSES
from sandbox.telnyx.fine_tuning import JOB_STATUSES
from sandbox.telnyx.insight_results import RUN_STATUSES
from sandbox.telnyx.library import TASK_STATUSES

DOCUMENTED = {
    "embedding": (*TASK_STATUSES, "failed"),
    "clusters": CLUSTER_STATUSES,
    "fine-tuning": JOB_STATUSES,
    "call": ("live", "ended"),
    "insights": RUN_STATUSES,
}


def test_each_kind_knows_every_state_that_is_documented() -> None:
    assert {name: {state.name for state in kind.states} for name, kind in KINDS.items()} == {
        name: set(statuses) for name, statuses in DOCUMENTED.items()
    }


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_a_kind_says_what_it_is_and_what_to_do(kind: JobKind) -> None:
    ended = [state for state in kind.states if state.rank is Rank.ENDED]

    assert all(
        state.icon.startswith(":") and state.icon.endswith(":") and state.word for state in kind.states
    )
    assert ended
    assert all(state in ended for state in kind.states if state.failed or state.partly)
    assert not any(state.failed and state.partly for state in kind.states)
    assert kind.right in (Right.BUCKETS, Right.CALLS)
    assert "`/telnyx " in kind.next_step
    assert kind.title
    assert kind.what


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_a_state_that_no_one_documents_counts_as_running(kind: JobKind) -> None:
    odd = kind.state("on_hold")

    assert (odd.rank, odd.word, odd.failed) == (Rank.RUNNING, "on hold", False)
    assert kind.state("vanished") is VANISHED
