"""Where the news of a job is told: in the channel of the settings, where someone subscribed to it, and to the person who started it from Slack."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.errors import OutcomeUnknownError
from bot.services.access import Right
from bot.services.jobs import KINDS, JobKind
from bot.services.jobs.board import may_know
from bot.services.jobs.wanted import wanted
from bot.store.jobs import Jobs, Transition
from bot.store.subscriptions import Only, Subscription, Subscriptions
from bot.workflows.knowing import PEOPLE, Knowing

BEFORE_SECONDS = 300.0
"""What ended no longer than this before a subscription is told too: Telnyx's clock is not ours."""
ALL, NOTHING = frozenset({Only.ALL}), frozenset[Only]()


@dataclass(frozen=True, slots=True)
class Target:
    """Who is told: a channel by its id, or a person, in direct messages."""

    id: str
    only: frozenset[Only] = ALL
    """What of it they want to hear: any of these."""


class Targets:
    """Says where.

    Args:
        jobs: who started what, and where.
        subscriptions: who wants to hear of what.
        knowing: what a channel's readers may see.
        channel: that of the settings.
    """

    def __init__(
        self, jobs: Jobs, subscriptions: Subscriptions, knowing: Knowing, channel: str | None
    ) -> None:
        self._jobs = jobs
        self._subscriptions = subscriptions
        self._knowing = knowing
        self.channel = channel

    async def of(self, change: Transition) -> tuple[Target, ...]:
        """Return where a change is told; nowhere, where no one wants to hear of it and no one started it from Slack."""
        ended = change.detail.get("ended") if change.detail.get("finished") else None
        found = await self._all(change.kind, change.burst, float(ended or change.at))
        mine = [
            Target(one, ALL if Only.ALL in only else only)
            for one, only in found.items()
            if wanted(only, change)
        ]
        return tuple([one for one in mine if await self._may_know(one.id, change)])

    async def of_card(self, kind: str, card: str) -> tuple[str, ...]:
        """Return where a card stands, or will, or may have been told: each target once."""
        return tuple(await self._all(kind, card))

    async def wants(self, kind: str, card: str, target: str) -> bool:
        """Return whether a target wants to hear of a card: it does, unless it's one that doesn't anymore."""
        only = (await self._all(kind, card)).get(target)
        return only is None or bool(only)

    async def heard(self, kind: JobKind) -> bool:
        """Return whether anyone is told of a kind that no one starts from Slack: for calls, someone who may see them.

        Raises:
            OutcomeUnknownError: Slack doesn't say who reads a channel that may be told, and no other is.
        """
        if kind.right is not Right.CALLS:
            return True
        found = dict.fromkeys([self.channel] if self.channel else [])
        found |= dict.fromkeys(
            one.target
            for one in await self._subscriptions.of_kind(kind.name)
            if not one.bucket and one.ended is None
        )
        unknown: OutcomeUnknownError | None = None
        for target in found:
            try:
                audience = await self._knowing(target)
            except SlackApiError:
                continue  # someone whom Slack doesn't know anymore
            except OutcomeUnknownError as error:
                unknown = error
                continue
            if audience is not None and audience.has(Right.CALLS):
                return True
        if unknown is not None:
            raise unknown
        return False

    async def _all(self, kind: str, card: str, happened: float = float("inf")) -> dict[str, frozenset[Only]]:
        """Return who hears of a card, and of what; of nothing where that has ended, or began only after it ``happened``.

        Who started a job somewhere else than where all of it is told hears all of it.
        """
        found = {self.channel: ALL} if self.channel else {}
        for one in await self._concerned(kind, card):
            holds = one.ended is None and one.at <= happened + BEFORE_SECONDS
            found[one.target] = found.get(one.target, NOTHING) | (NOTHING if not holds else {one.only})
        everywhere = {target for target, only in found.items() if Only.ALL in only}
        for start in await self._jobs.starts_on(kind, card):
            told = start.channel in everywhere
            found[start.user] = found.get(start.user, NOTHING) | (NOTHING if told else ALL)
        return found

    async def _may_know(self, target: str, change: Transition) -> bool:
        """Return whether someone may know of a job who only subscribed to it; who reads a channel is a matter of its card."""
        kind = KINDS.get(change.kind)
        if kind is None or not target.startswith(PEOPLE):
            return True
        if target in {start.user for start in await self._jobs.starts_on(change.kind, change.burst)}:
            return True
        try:
            audience = await self._knowing(target)
        except SlackApiError:
            return False  # Slack doesn't know them anymore
        job = await self._jobs.job(change.kind, change.job)
        return audience is not None and job is not None and may_know(kind, job, audience)

    async def _concerned(self, kind: str, card: str) -> Sequence[Subscription]:
        """Return the subscriptions to a card: its jobs are of one bucket."""
        found = await self._subscriptions.of_kind(kind)
        if not any(one.bucket for one in found):
            return found
        job = await self._jobs.job(kind, card)
        about = job.bucket if job else None
        return [one for one in found if not one.bucket or one.bucket == about]


def told_of(changes: Sequence[Transition], data: Mapping[str, Any]) -> list[Transition]:
    """Return what a notice tells of: its change and those before it, as far as they were wanted where it's told."""
    only = [Only(one) for one in data.get("only", [Only.ALL])]
    return [one for one in changes if one.number <= data["number"] and wanted(only, one)]
