"""Whether a message gets a reply at all, decided before anything of it is shown: in a channel where I follow, or am switched off."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from enum import StrEnum
from typing import TypeVar

import structlog
from slack_sdk.errors import SlackApiError

from bot import ids
from bot.errors import OutcomeUnknownError
from bot.render.aside import switched_off
from bot.services.access import APP, MENTION, Asker, Place
from bot.services.following import Said, Talked, called, is_for_us
from bot.slack.codes import code_of
from bot.slack.workspace import Workspace, Workspaces
from bot.slack.writing.posts import direct_message
from bot.store.turns import Turns
from bot.workflows.asked import FORWARDED, Asked, without_our_name
from bot.workflows.attempt import Attempt
from bot.workflows.engine import Engine
from bot.workflows.producing import PAUSES, Producing

log = structlog.get_logger(__name__)

T = TypeVar("T")

LONGEST_SECONDS = 600.0
"""So long Slack may be away: then what people went on to say has another answer, or none."""

ModeOf = Callable[[Place, Asker], Awaitable[str]]
"""Says when I answer in a channel, as ``Rights.mode`` does."""


class Verdict(StrEnum):
    """What becomes of a message."""

    OURS = "ours"
    SILENT = "silent"
    """It is for someone else: nothing is said."""
    OFF = "off"
    """I'm switched off there: the asker alone is told."""


async def when_mentioned(_place: Place, _asker: Asker) -> str:
    """Return the mode of every channel where none can be set."""
    return MENTION


class Heeding:
    """Decides about one message at a time, in the order of its thread."""

    def __init__(
        self,
        engine: Engine,
        turns: Turns,
        workspaces: Workspaces,
        producing: Producing,
        mode: ModeOf,
        *,
        steady: Callable[[], float] = time.monotonic,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._engine = engine
        self._turns = turns
        self._workspaces = workspaces
        self._producing = producing
        self._mode = mode
        self._steady = steady
        self._pause = pause

    async def decide(self, attempt: Attempt) -> Verdict:
        """Return what becomes of a turn's message; one that is edited meanwhile is looked at anew."""
        if attempt.heeded:
            return Verdict.OURS
        if not attempt.asked.followed:
            return await self.verdict(attempt.asked)
        watch = attempt.watch
        while True:
            verdict = await watch.over(self.verdict(attempt.asked))
            if watch.pending is not None and watch.pending.ends:
                return Verdict.SILENT
            change = watch.take() if watch.pending is not None else None
            if change is None:
                break
            attempt.asked = replace(attempt.asked, text=change.text or "")
        attempt.asked = replace(attempt.asked, text=without_our_name(attempt.asked))
        return verdict or Verdict.SILENT

    async def verdict(self, asked: Asked) -> Verdict:
        """Return what becomes of a message. Slack is asked only about one that no mention brought."""
        if asked.private or asked.place.direct:
            return Verdict.OURS
        if not asked.followed:
            return Verdict.OFF if await self._is_off(asked) else Verdict.OURS
        try:
            ours = await self._patiently(asked.id, lambda: self._is_ours(asked))
        except Exception as error:  # noqa: BLE001 - whatever it is, no one has asked us to speak
            log.warning("not_followed", error=type(error).__name__)
            ours = False
        return Verdict.OURS if ours else Verdict.SILENT

    async def say_off(self, attempt: Attempt) -> None:
        """Tell the asker alone what to do; after a crash by a message that can be found, so it's said once."""
        asked, at = attempt.asked, attempt.at
        place, user, said = asked.place, asked.asker.user, switched_off()
        if user.startswith(APP):
            return None
        if not attempt.again:
            try:
                return await at.posts.whisper(place.channel, place.thread, user, said)
            except (SlackApiError, OutcomeUnknownError) as error:
                log.info("not_whispered", error=type(error).__name__)

        async def directly() -> None:
            await direct_message(at.api, user, said, key=ids.off(asked.id), since=attempt.turn.created_at)

        try:
            await self._patiently(asked.id, directly)
        except SlackApiError as error:
            log.warning("not_told", error=code_of(error))
        except OutcomeUnknownError as error:
            log.warning("not_told", error=str(error))

    async def _is_off(self, asked: Asked) -> bool:
        try:
            return await self._mode(asked.place, asked.asker) == Verdict.OFF
        except Exception as error:  # noqa: BLE001 - what else the database doesn't say now, the answer will tell
            log.warning("mode_not_read", error=type(error).__name__)
            return False

    async def _is_ours(self, asked: Asked) -> bool:
        place = asked.place
        if await self._mode(place, asked.asker) != "follow":
            return False
        last = await self._turns.last_answered(place.channel, place.thread, asked.ts)
        if last is None:
            return False
        at = self._workspaces.of(place.team)
        since = await at.threads.since(
            place.channel, place.thread, after=last[0], before=asked.ts, bot=asked.bot_user
        )
        talked = await _talked(asked, last[1], since, at)
        if not is_for_us(_own_words(asked.text), asked.asker.user, talked):
            return False
        if not await self._producing.answers(asked):
            log.info("follower_lacks_the_right")
            return False
        return self._producing.has_room(asked)

    async def _patiently(self, work_id: str, do: Callable[[], Awaitable[T]]) -> T:
        """Do something as soon as Slack is there; a process that ends need not wait."""
        begun, pauses = self._steady(), PAUSES.pauses()
        while True:
            try:
                return await do()
            except OutcomeUnknownError:
                if self._steady() - begun > LONGEST_SECONDS:
                    raise
            with self._engine.breakable(work_id):
                await self._pause(next(pauses))


def _own_words(text: str) -> str:
    return text.split(FORWARDED, maxsplit=1)[0]


async def _talked(asked: Asked, asker: str, since: tuple[Said, ...], at: Workspace) -> Talked:
    """Return what the rule needs; names only where the message calls someone by a word."""
    us, people = {asked.bot_user}, set[str]()
    if any(called(text) for text in (_own_words(asked.text), *(one.text for one in since))):
        us.add((await at.people.named(f"@{asked.bot_user}")).removeprefix("@"))
        others = {one.user for one in since if not (one.ours or one.app)} | {asker}
        names = await asyncio.gather(*(at.people.named(f"@{user}") for user in others - {asked.asker.user}))
        people = {name.removeprefix("@") for name in names}
    return Talked(asker, since, us, people)
