"""Where the news of a job is told: in the channel of the settings, where someone subscribed to it, and to the person who started it from Slack."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.errors import OutcomeUnknownError
from bot.services.access import Right
from bot.services.jobs import JobKind
from bot.services.jobs.wanted import wanted, wider
from bot.store.jobs import Jobs, Transition
from bot.store.subscriptions import Only, Subscription, Subscriptions
from bot.workflows.knowing import Knowing


@dataclass(frozen=True, slots=True)
class Target:
    """Who is told: a channel by its id, or a person, in direct messages."""

    id: str
    only: Only = Only.ALL
    """What of it they want to hear."""


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
        self._channel = channel

    async def of(self, change: Transition) -> tuple[Target, ...]:
        """Return where a change is told; nowhere, where no one wants to hear of it and no one started it from Slack."""
        found = await self._all(change.kind, change.burst)
        return tuple(Target(one, only) for one, only in found.items() if wanted(only, change))

    async def of_card(self, kind: str, card: str) -> tuple[str, ...]:
        """Return where a card stands, or will, each target once: who started one of its jobs sees all of them there."""
        return tuple(await self._all(kind, card))

    async def heard(self, kind: JobKind) -> bool:
        """Return whether anyone is told of a kind that no one starts from Slack: for calls, someone who may see them.

        Raises:
            OutcomeUnknownError: Slack doesn't say who reads a channel that may be told, and no other is.
        """
        if kind.right is not Right.CALLS:
            return True
        found = dict.fromkeys([self._channel] if self._channel else [])
        found |= dict.fromkeys(one.target for one in await self._subscriptions.of_kind(kind.name))
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

    async def _all(self, kind: str, card: str) -> dict[str, Only]:
        """Return who hears of a card, and of what. Who started a job somewhere else than where all of it is told, hears all of it."""
        found = {self._channel: Only.ALL} if self._channel else {}
        for one in await self._concerned(kind, card):
            found[one.target] = wider(one.only, found.get(one.target, one.only))
        everywhere = {target for target, only in found.items() if only is Only.ALL}
        starts = await self._jobs.starts_on(kind, card)
        return found | {start.user: Only.ALL for start in starts if start.channel not in everywhere}

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
    only = Only(data.get("only", ""))
    return [one for one in changes if one.number <= data["number"] and wanted(only, one)]
