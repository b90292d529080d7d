"""What must be so at the end of a day of jobs, read from the store, from Slack, and from Telnyx."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from bot import ids
from bot.services.jobs import JobKind, Rank
from bot.services.jobs.kinds import KINDS
from bot.slack.writing.posts import key_of
from sandbox.slack.messages import Message
from tests.simulation.job_town import JOBS, JobTown
from tests.simulation.plans import Plan

STALLED, VANISHED = "stalled", "vanished"
TOO_MANY = 429


@dataclass(frozen=True)
class Noted:
    """A transition as it's stored."""

    job: str
    number: int
    status: str


class Truth:
    """Everything that's compared, read once."""

    def __init__(self, town: JobTown, rows: list[Any], changes: list[Any]) -> None:
        self.town = town
        self.jobs = {(row.kind, row.id): row for row in rows}
        self.changes: dict[tuple[str, str], list[Noted]] = defaultdict(list)
        for row in changes:
            self.changes[row.kind, row.job].append(Noted(row.job, row.number, row.status))
        self.plans = {(plan.kind, job): plan for plan, job in town.account.ids.items()}
        self.cards: dict[tuple[str, str], list[str]] = defaultdict(list)
        for row in rows:
            self.cards[row.kind, row.card].append(row.id)
        self.said: dict[str, list[Message]] = defaultdict(list)
        for message in town.slack.workspace.messages.everything():
            if message.by_app and not message.deleted:
                self.said[str(key_of(message.for_app(with_metadata=True)))].append(message)

    @classmethod
    async def of(cls, town: JobTown) -> "Truth":
        def read(connection: sa.Connection) -> tuple[list[Any], list[Any]]:
            rows = connection.execute(sa.text("SELECT kind, id, status, card, transitions FROM jobs")).all()
            changes = connection.execute(
                sa.text("SELECT kind, job, number, status FROM transitions ORDER BY kind, job, number")
            ).all()
            return list(rows), list(changes)

        return cls(town, *await town.database.run(read))

    # ------------------------------------------------------------------------------------------------ the store
    def each_job_ended_as_it_did(self) -> None:
        """What is known of each job at last is what Telnyx says, and no state was noted that it wasn't in, in its order."""
        for plan, job in self.town.account.ids.items():
            kind, row = KINDS[plan.kind], self.jobs.get((plan.kind, job))
            if row is None:
                assert plan.gone, f"{plan} was never seen"
                continue
            course = [status for status, _ in plan.steps] or ["live", "ended"]
            went = [one.status for one in self.changes[plan.kind, job] if one.status != STALLED]
            assert row.status == (VANISHED if plan.gone else course[-1]), (plan, row, went)
            assert _in_order(went, [*course, VANISHED] if plan.gone else course), (plan, went)
            if not kind.ends_only:
                assert went, plan

    # ---------------------------------------------------------------------------------------------------- Slack
    def each_change_is_told_once_in_each_channel(self) -> None:
        for plan, job in self._seen():
            for target in self._targets(plan):
                self._told_once(plan, job, target)

    def nothing_is_told_to_anyone_else(self) -> None:
        """Every message is a card, a line of a change, or the end of several jobs: each once, and where it's wanted."""
        wanted = {(plan.kind, job): self._targets(plan) for plan, job in self.town.account.ids.items()}
        for key, messages in self.said.items():
            assert len(messages) == 1, (key, [one.ts for one in messages])
            what, kind, job, *rest = key.removeprefix("end:").split(":")
            assert what in ("card", "job"), key
            targets = {target for one in self._on_card(kind, job) for target in wanted[kind, one]}
            assert rest[-1] in targets, (key, targets)

    def each_card_is_true(self) -> None:
        """There is one of each card in each of its channels, and it says how its jobs ended."""
        for (kind, card), jobs in self.cards.items():
            count = len(jobs)
            if not any(self.changes[kind, job] for job in jobs):
                continue
            for target in {target for job in jobs for target in self._targets(self._plan(kind, job))}:
                messages = self.said.get(f"card:{kind}:{card}:{target}", [])
                assert len(messages) == 1, (kind, card, target, len(messages))
                said = f"{messages[0].text} {messages[0].blocks}"
                for word in _words(KINDS[kind], [self.jobs[kind, job].status for job in jobs]):
                    assert word in said, (kind, card, target, word, said)
                assert count == 1 or f"of {count} " in said, (count, said)

    def no_edit_changed_nothing(self, but: float = 0.0) -> None:
        """``but`` so large a part of all edits: who was overtaken by another process, or killed before it noted an edit, repeats it."""
        assert len(self.town.idle) <= but * self.town.edits.total(), self.town.idle

    def slack_refused_no_more(self, than: float) -> None:
        """Edits never, posts seldom: that Slack counts them the bot hears from its first no."""
        calls = Counter((call["method"], call["status"]) for call in self.town.slack.workspace.calls.since(0))
        assert calls["chat.update", TOO_MANY] == 0
        assert calls["chat.postMessage", TOO_MANY] <= than * calls["chat.postMessage", 200], calls

    # --------------------------------------------------------------------------------------------------- helpers
    def _seen(self) -> list[tuple[Plan, str]]:
        """Return all jobs but those that Telnyx forgot before anyone looked."""
        return [(plan, job) for plan, job in self.town.account.ids.items() if (plan.kind, job) in self.jobs]

    def _targets(self, plan: Plan) -> set[str]:
        return {JOBS, plan.starter} if plan.starter else {JOBS}

    def _plan(self, kind: str, job: str) -> Plan:
        return self.plans[kind, job]

    def _on_card(self, kind: str, job: str) -> list[str]:
        card = self.jobs[kind, job].card
        return self.cards[kind, card]

    def _told_once(self, plan: Plan, job: str, target: str) -> None:
        """Of a job alone each change but the first has its line; of several, what went wrong has one."""
        kind, alone = KINDS[plan.kind], len(self._on_card(plan.kind, job)) == 1
        for change in self.changes[plan.kind, job]:
            key = ids.notice(plan.kind, job, change.number, target)
            state = kind.state(change.status)
            bad = state.failed or state.partly or change.status in (STALLED, VANISHED)
            told = len(self.said.get(key, []))
            if change.number > 1 if alone else bad:
                assert told == 1, (plan, key, change, told)


def _in_order(went: list[str], course: list[str]) -> bool:
    """Return whether all of ``went`` stand in ``course`` in this order."""
    left = iter(course)
    return all(one in left for one in went)


def _words(kind: JobKind, statuses: list[str]) -> set[str]:
    """Return the words for how jobs ended that stand on their card."""
    return {kind.state(status).word for status in statuses if kind.state(status).rank is Rank.ENDED}
