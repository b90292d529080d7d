"""Jobs over a real store, told before the stand-in Slack by one process or several; what they show."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any, cast

from bot.backoff import Backoff
from bot.errors import OutcomeUnknownError
from bot.services.access import EVERYTHING, NONE, Audience, Right
from bot.services.jobs import JobKind, JobWatch, Look, Rank, State
from bot.store.database import Database
from bot.store.job_marks import Marks
from bot.store.jobs import Job, Jobs, Sighting, Transition
from bot.store.messages import Messages
from bot.store.polls import Polls
from bot.store.subscriptions import Only, Subscriptions
from bot.telnyx import Telnyx
from bot.workflows.job_cards import JobCards
from bot.workflows.knowing import Knowing
from bot.workflows.messages import OwnMessages
from bot.workflows.news import News
from bot.workflows.notify import notice_id
from bot.workflows.targets import Targets
from tests.journeys.screen import words
from tests.unit.bot.conftest import Clock
from tests.unit.bot.slack.conftest import SlackHouse

CHANNEL, MIA, HER = "C0JOBS", "U0MIA", "D0MIA"
"""The channel of the settings; someone who starts jobs, and her direct messages."""
BEGAN = 1_000_000.0


class OddError(Exception):
    """Something that no one thought of."""


async def unread(_: Look) -> Sequence[Sighting]:
    return []


def kind(name: str, title: str, right: Right, **more: Any) -> JobKind:
    states = (
        State("queued", Rank.WAITING, ":hourglass_flowing_sand:", "queued"),
        State("processing", Rank.RUNNING, ":gear:", "processing"),
        State("success", Rank.ENDED, ":white_check_mark:", "succeeded"),
        State("failure", Rank.ENDED, ":x:", "failed", failed=True),
        State("ended", Rank.ENDED, ":telephone:", "ended"),
    )
    return JobKind(name, title, f"{name}s", states, right, unread, "Add it again.", **more)


KINDS = {
    "embedding": kind("embedding", "Embedding", Right.BUCKETS, counts="files"),
    "call": kind("call", "Call", Right.CALLS, shares_card=False, ends_only=True),
}


@dataclass
class FailedFile:
    filename: str
    error_reason: str | None = "not UTF-8 text"


def sighting(
    name: str, status: str, *, bucket: str | None = "mydocs", file: str = "", **more: Any
) -> Sighting:
    """A job of a bucket, or a call; one that ended took twelve seconds."""
    ended = status in ("success", "failure", "ended")
    given = {"began": BEGAN, "ended": BEGAN + 12 if ended else None, "detail": {"file": file}} | more
    kind = "embedding" if bucket else "call"
    return Sighting(kind, name, bucket or name, status, finished=ended, bucket=bucket, **given)


class Seeing:
    """What the readers of a target may see: what the test says."""

    def __init__(self, house: "NewsHouse") -> None:
        self._house = house

    async def __call__(self, target: str) -> Audience | None:
        seen = self._house.audiences.get(target, EVERYTHING)
        return replace(EVERYTHING, calls=NONE) if target in self._house.unsure else seen

    async def sure(self, target: str) -> None:
        if target in self._house.unsure:
            self._house.unsure.remove(target)
            raise OutcomeUnknownError("conversations.members: not known yet")


class Known(Jobs):
    """What is known of jobs, but for a card that is odd."""

    def __init__(self, house: "NewsHouse") -> None:
        super().__init__(house.database)
        self._house = house

    async def card(self, kind: str, card: str) -> list[Job]:
        self._house.tried[card] += 1
        if card == self._house.odd:
            raise OddError(card)
        if self._house.unknown.get(card, 0):
            self._house.unknown[card] -= 1
            raise OutcomeUnknownError("chat.postMessage: no answer")
        return await super().card(kind, card)


@dataclass
class NewsHouse:
    """What is known of jobs, and the Slack in which it's told."""

    slack: SlackHouse
    database: Database
    channel: str | None = CHANNEL
    clock: Clock = field(default_factory=lambda: Clock(BEGAN + 20))
    steady: Clock = field(default_factory=Clock)
    audiences: dict[str, Audience | None] = field(default_factory=dict)
    """Who sees less than everything, by target; None: no one is there."""
    unsure: list[str] = field(default_factory=list)
    """Of whom Slack doesn't say it so often."""
    odd: str = ""
    """A card that can't be drawn."""
    unknown: dict[str, int] = field(default_factory=dict)
    """How often no one knows whether Slack did what is wanted for a card."""
    tried: Counter[str] = field(default_factory=Counter)
    """How often each card was looked at to be drawn."""
    asked: list[str] = field(default_factory=list)
    """The jobs whose failed files were asked for."""

    def __post_init__(self) -> None:
        self.jobs, self.polls, self.marks = Known(self), Polls(self.database), Marks(self.database)
        self.messages, self.subscriptions = Messages(self.database), Subscriptions(self.database)
        self.shown: dict[str, Sequence[Sighting]] = {}
        nobody = cast("Telnyx", SimpleNamespace(said_at=None, dated=None))
        self.watch = JobWatch(nobody, self.jobs, self.polls, kinds=self._kinds(), period=0.1)
        self.news, self.cards = self.process()
        self.slack.standin.workspace.limits.switch(on=False)

    def process(self) -> tuple[News, JobCards]:
        """What a process has; a second one is a replica, or the same after a restart."""
        cards = JobCards(
            jobs=self.jobs,
            polls=self.polls,
            marks=self.marks,
            workspaces=self.slack.workspaces,
            messages=self.messages,
            targets=self.targets,
            knowing=self.knowing,
            kinds=KINDS,
            clock=self.clock,
            redraw_seconds=0.5,
        )
        own = OwnMessages(self.slack.workspaces.only.posts, self.messages)
        again = Backoff(first=0.01, most=0.02)
        return News(
            self.jobs, own, cards, self.failed_file, again, steady=self.steady, clock=self.clock
        ), cards

    @property
    def targets(self) -> Targets:
        return Targets(self.jobs, self.subscriptions, self.knowing, self.channel)

    @property
    def knowing(self) -> Knowing:
        return cast("Knowing", Seeing(self))

    async def failed_file(self, change: Transition) -> list[FailedFile]:
        self.asked.append(change.job)
        name = change.detail.get("file")
        return [FailedFile(name)] if name else []

    async def see(self, *seen: Sighting) -> list[Transition]:
        """Telnyx shows these, a second later; the changes that are news."""
        self.clock.now += 1
        for name in KINDS:
            self.shown[name] = [one for one in seen if one.kind == name]
        await self.watch.look(self.clock.now)
        changes = await self.jobs.untold()
        for change in changes:
            await self.jobs.told(change)
        return changes

    def _kinds(self) -> dict[str, JobKind]:
        def reads(name: str) -> Callable[[Look], Awaitable[Sequence[Sighting]]]:
            async def read(_: Look) -> Sequence[Sighting]:
                return self.shown.get(name, [])

            return read

        return {name: replace(one, read=reads(name)) for name, one in KINDS.items()}

    async def until_tried(self, card: str, times: int) -> None:
        """Wait until a card was looked at so often."""
        async with asyncio.timeout(10):
            while self.tried[card] < times:  # noqa: ASYNC110 - there is nothing to wait on
                await asyncio.sleep(0.005)

    async def started(self, name: str, user: str = MIA, channel: str = "C0GENERAL") -> None:
        await self.jobs.started(
            "embedding", name, team="T0ACME", user=user, channel=channel, at=self.clock.now
        )

    async def tell(
        self,
        changes: Iterable[Transition],
        target: str = CHANNEL,
        news: News | None = None,
        only: Collection[Only] = (),
    ) -> None:
        for change in changes:
            data, work_id = notice(change, target)
            await (news or self.news).tell({**data, "only": [*only] or [Only.ALL]}, work_id)

    async def job(self, name: str) -> Job:
        found = await self.jobs.job("embedding", name)
        assert found is not None
        return found

    async def screen(self, channel: str = CHANNEL) -> tuple[list[str], list[str]]:
        """The channel's own messages, each in its first line, and what stands in threads."""
        messages = [m for m in await self.slack.mia.messages(channel) if not m.get("deleted")]
        above = [m for m in messages if m.get("thread_ts") in (None, m["ts"])]
        below = [m for one in above for m in await self.slack.replies(one["ts"], channel)]
        return [words(m).split("\n")[0] for m in above], [words(m) for m in below]

    async def card(self, channel: str = CHANNEL) -> str:
        """All that the only card of a channel says, and its buttons."""
        (message,) = [
            m for m in await self.slack.mia.messages(channel) if m.get("thread_ts") in (None, m["ts"])
        ]
        return f"{words(message)} {message['blocks']}"


def notice(change: Transition, target: str = CHANNEL) -> tuple[dict[str, Any], str]:
    data = {"kind": change.kind, "job": change.job, "number": change.number, "channel": target}
    return data | {"card": change.detail["burst"]}, notice_id(change, target)
