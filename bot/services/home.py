"""The Home tab: what someone asked lately, where I answer them, what runs now, and what an admin has set. Each part is looked up by itself."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, TypeVar

from bot.errors import RefusedError, UsageError
from bot.services.access import Asker, Audience, Place, Public, Right, Rights
from bot.services.action_items import ActionItem, ActionItems
from bot.services.buckets import Buckets
from bot.services.grants import Granting
from bot.services.jobs.board import Board, JobBoard
from bot.store.recent import Question, Recent

T = TypeVar("T")
SECONDS = 5.0
"""What is not known by then is left out, and that is said."""
LATELY = 30 * 86_400.0
"""Seconds for which a channel counts as used."""
QUESTIONS = CHANNELS = JOBS = 5
"""Rows of a part."""


class Part(StrEnum):
    """What can fail by itself, as it is called in a sentence."""

    QUESTIONS = "your recent questions"
    RIGHTS = "what you may see"
    CHANNELS = "your channels"
    ITEMS = "your action items"
    JOBS = "running jobs"
    SETTINGS = "this workspace's settings"


class Rooms(Protocol):
    """One workspace, as far as this tab needs to know it."""

    async def together(self, user: str) -> frozenset[str]:
        """Return the channels that someone is in, as far as I may see them."""

    def link(self, channel: str, ts: str, root: str) -> str:
        """Return the address of a message; empty while it isn't known."""


@dataclass(frozen=True, slots=True)
class Said:
    """A question with the address of its message; empty where none shows it."""

    question: Question
    link: str


@dataclass(frozen=True, slots=True)
class Room:
    """A channel, and what I answer from there."""

    channel: str
    buckets: tuple[str, ...]
    """Those that everyone there may see; none where answers go to the one who asks alone."""
    off: bool
    """I don't answer there."""


@dataclass(frozen=True, slots=True)
class Set:
    """What admins have set."""

    open_to_members: bool
    grants: int
    channels: int
    """So many channels have settings of their own."""


@dataclass(frozen=True, slots=True)
class Home:
    """What the tab shows; None stands for what isn't theirs to see, or isn't known."""

    questions: Sequence[Said] | None = None
    audience: Audience | None = None
    channels: Sequence[Room] | None = None
    further: int = 0
    """Channels that are not shown."""
    items: Sequence[ActionItem] | None = None
    jobs: Board | None = None
    more_jobs: int = 0
    """Cards of jobs that run and are not shown."""
    settings: Set | None = None
    failed: Mapping[Part, str] = field(default_factory=dict)
    """What couldn't be looked up, each with the class of the error."""
    whole: bool = False
    """Everything has been looked up."""


@dataclass(slots=True)
class _Look:
    """One look at everything."""

    team: str
    asker: Asker
    failed: dict[Part, str] = field(default_factory=dict)


class HomeTab:
    """The use case behind the Home tab.

    Args:
        recent: what was asked lately.
        rights: who may see what.
        buckets: which of them a question is looked for in.
        board: what runs at Telnyx.
        actions: action items.
        grants: what was granted.
        directory: the rooms of a team.
        seconds: for which a part is waited for.
        clock: the time of day.
    """

    def __init__(
        self,
        recent: Recent,
        rights: Rights,
        buckets: Buckets,
        *,
        board: JobBoard,
        actions: ActionItems,
        grants: Granting,
        directory: Callable[[str], Rooms],
        seconds: float = SECONDS,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._recent = recent
        self._rights = rights
        self._buckets = buckets
        self._board = board
        self._actions = actions
        self._grants = grants
        self._directory = directory
        self._seconds = seconds
        self._clock = clock

    async def begun(self, team: str, asker: Asker) -> Home:
        """Return what the bot itself keeps, for the time in which the rest is looked up."""
        look = _Look(team, asker)
        questions = await self._part(look, Part.QUESTIONS, self._questions(look))
        return Home(questions, failed=look.failed)

    async def whole(self, team: str, asker: Asker) -> Home:
        """Return everything that this person may see, with the parts that couldn't be looked up; rights are asked for anew."""
        look = _Look(team, asker)
        questions, audience = await asyncio.gather(
            self._part(look, Part.QUESTIONS, self._questions(look)),
            self._part(look, Part.RIGHTS, self._rights.alone(Place(team, "", ""), asker)),
        )
        if audience is None:
            return Home(questions, failed=look.failed, whole=True)
        rooms, items, jobs, settings = await asyncio.gather(
            self._part(look, Part.CHANNELS, self._rooms(look)),
            self._part(look, Part.ITEMS, self._actions.mine(team, asker.user, audience))
            if audience.has(Right.CALLS)
            else _nothing(),
            self._part(look, Part.JOBS, self._board.running(audience, JOBS))
            if audience.has(Right.JOBS)
            else _nothing(),
            self._part(look, Part.SETTINGS, self._set(look, audience))
            if audience.has(Right.ADMIN)
            else _nothing(),
        )
        shown, further = rooms or (None, 0)
        running, more_jobs = jobs or (None, 0)
        return Home(
            questions=questions,
            audience=audience,
            channels=shown,
            further=further,
            items=items,
            jobs=running,
            more_jobs=more_jobs,
            settings=settings,
            failed=look.failed,
            whole=True,
        )

    async def _part(self, look: _Look, part: Part, looking: Awaitable[T]) -> T | None:
        try:
            async with asyncio.timeout(self._seconds):
                return await looking
        except Exception as error:  # noqa: BLE001 - whatever it is, the tab shows the rest and says what is missing
            look.failed[part] = type(error).__name__
            return None

    async def _questions(self, look: _Look) -> list[Said]:
        rooms = self._directory(look.team)
        found = await self._recent.questions(look.team, look.asker.user, QUESTIONS)
        return [Said(one, rooms.link(one.channel, one.ts, one.root) if one.ts else "") for one in found]

    # --------------------------------------------------------------------------------------------- channels
    async def _rooms(self, look: _Look) -> tuple[list[Room], int]:
        """Return the channels that they share with me where something was asked or set lately, their own first, and how many more there are."""
        mine, asked, used, kept = await asyncio.gather(
            self._directory(look.team).together(look.asker.user),
            self._recent.questions(look.team, look.asker.user, QUESTIONS),
            self._recent.channels(look.team, self._clock() - LATELY),
            self._recent.settings(look.team),
        )
        known = dict.fromkeys([*(one.channel for one in asked), *used, *kept])
        wanted = [channel for channel in known if channel in mine]
        shown = await asyncio.gather(*(self._room(look, channel) for channel in wanted[:CHANNELS]))
        return [room for room in shown if room], len(wanted) - len(shown)

    async def _room(self, look: _Look, channel: str) -> Room | None:
        """Return a channel; None where this person is answered nothing, not even alone."""
        place = Place(look.team, channel, "")
        kept, everyone = await asyncio.gather(
            self._rights.set_for(place, look.asker, private=False),
            self._rights.of(place, look.asker, private=False),
        )
        alone = everyone.asker if isinstance(everyone, Public) else everyone
        if not alone.has(Right.DOCUMENTS):
            return None
        if kept.mode == "off" or kept.archived:
            return Room(channel, (), off=True)
        try:
            chosen = await self._buckets.chosen(everyone, here=kept.buckets or ())
        except (RefusedError, UsageError):
            chosen = ()
        return Room(channel, alone.named.among(chosen), off=False)

    # --------------------------------------------------------------------------------------------- settings
    async def _set(self, look: _Look, audience: Audience) -> Set:
        grants, channels = await asyncio.gather(
            self._grants.given(look.team, audience), self._recent.settings(look.team)
        )
        return Set(self._grants.open_to_members, len(grants), len(channels))


async def _nothing() -> None:
    """Return what isn't theirs to see."""
