"""A verb that changes something: done once under its natural id, audited, and its outcome told, whatever is delivered or killed how often.

The row in ``deeds`` is the checkpoint (as the turn's row is, docs/decisions/0002): asked → begun → result known → told.
"""

import asyncio
import itertools
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

import structlog
from dbos import DBOS, DBOSConfiguredInstance
from slack_sdk.errors import SlackApiError

from bot import ids
from bot.backoff import Backoff
from bot.errors import NotNowError, OutcomeUnknownError, RefusedError, UsageError
from bot.observability.logs import new_error_id
from bot.render.blocks import Message
from bot.render.errors import interrupted
from bot.render.outcomes import File, Shown, shown_from
from bot.services.access import Asker, Place, place_and_asker
from bot.slack.codes import Kind, code_of, kind_of
from bot.slack.telling import notice
from bot.slack.ways import Way
from bot.slack.workspace import Workspaces
from bot.store.deeds import Deed, Deeds
from bot.store.response_urls import ResponseUrls
from bot.workflows.engine import PORTABLE, Engine
from bot.workflows.order import Order
from bot.workflows.producing import PAUSES

log = structlog.get_logger(__name__)

QUESTION_SECONDS = 600.0
"""How long a question before a change can be answered."""
TELL_SECONDS, TELL_SELDOM_SECONDS, TELL_LONGEST_SECONDS = 5.0, 600.0, 24 * 3600.0
"""Pauses between two tries to tell an outcome, at first and at last, and after how long it stays untold."""
UNTRIED = "untried"
"""Under this it is noted how many attempts ended before anything was tried."""
MOST_ATTEMPTS = 5
"""An attempt is cut off when the process ends or dies, perhaps of the attempt itself; after so many there is no other one."""
INTERRUPTED = interrupted()
GIVEN_UP = Message(
    f"I was interrupted {MOST_ATTEMPTS} times while doing this, so I stopped trying. "
    "I don't know whether it was done. Check before you try again."
)


@dataclass(frozen=True, slots=True)
class Wish:
    """Someone wants something changed: the workflow's input."""

    id: str
    verb: str
    given: dict[str, Any]
    place: Place
    asker: Asker
    way: Way

    @property
    def line(self) -> str:
        """Return the same change wanted twice is made one after the other."""
        return f"{self.verb}:{json.dumps(self.given, sort_keys=True)}:{self.place.channel}"

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return the inverse of ``asdict``; earlier releases wrote the place and the asker as ``by``."""
        place, asker = place_and_asker(data, once="by")
        return cls(data["id"], data["verb"], data["given"], place, asker, Way(**data["way"]))


@dataclass(frozen=True, slots=True)
class Done:
    """What came of it: never an exception, so a verb cannot make the engine's row fail."""

    result: str
    """done | refused | failed | unknown"""
    shown: Shown | File


Perform = Callable[[Wish, bool, float], Awaitable[Done]]
"""Does a verb by its name. The flag: an attempt before this one was cut off, so it may have been done. The number: when it was first
wanted, in Unix seconds."""


@DBOS.dbos_class("DeedWorkflow")
class DeedWorkflow(DBOSConfiguredInstance):
    """Runs changes of every kind."""

    def __init__(
        self,
        *,
        engine: Engine,
        order: Order,
        deeds: Deeds,
        urls: ResponseUrls,
        workspaces: Workspaces,
        perform: Perform,
        clock: Callable[[], float] = time.time,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        super().__init__("deeds")
        self._engine = engine
        self._order = order
        self._deeds = deeds
        self._urls = urls
        self._workspaces = workspaces
        self._perform = perform
        self._clock = clock
        self._pause = pause
        self._ranks = itertools.count()

    # ---------------------------------------------------------------------------------- the question before
    async def ask(
        self, wish_id: str, verb: str, given: dict[str, Any], place: Place, asker: Asker
    ) -> tuple[str, float]:
        """Write down what someone is asked about; under which id, and until when, it can be confirmed."""
        deed_id, until = ids.confirmation(wish_id), self._clock() + QUESTION_SECONDS
        await self._deeds.ask(deed_id, until=until, **_columns(verb, given, place, asker))
        return deed_id, until

    async def confirmed(self, deed_id: str, place: Place, asker: Asker, way: Way) -> Wish:
        """Return the change that someone confirms.

        Nothing of it comes from the button: who was asked, what about and until when is read from the row.

        Raises:
            RefusedError, UsageError: someone else was asked, or elsewhere; it is too late, or was canceled.
        """
        deed = await self._deeds.get(deed_id)
        if deed is None or deed.until is None or deed.given is None:
            raise UsageError("I no longer have this question. Ask for it again.")
        if (deed.user, deed.team) != (asker.user, place.team):
            raise RefusedError("Only the person I asked can confirm this.")
        if place.channel[:1] not in ("", "D") and place.channel != deed.channel:
            raise RefusedError("You can only confirm this where I asked you.")
        if deed.result == "canceled":
            raise UsageError("You canceled this. Ask for it again if you want it after all.")
        if deed.attempts == 0 and not deed.is_open(self._clock()):
            raise UsageError("This question has expired. Ask for it again.")
        place, asker = Place(deed.team, deed.channel, ""), Asker(deed.user, deed.user_team)
        return Wish(deed.id, deed.verb, deed.given, place, asker, way)

    async def dismiss(self, deed_id: str, place: Place, asker: Asker) -> bool:
        """Note that the person does not want it after all; False when it has begun.

        Raises:
            RefusedError: someone else was asked.
        """
        deed = await self._deeds.get(deed_id)
        if deed is not None and (deed.user, deed.team) != (asker.user, place.team):
            raise RefusedError("Only the person I asked can cancel this.")
        return await self._deeds.cancel(deed_id)

    # ------------------------------------------------------------------------------------------ the change
    async def start(self, wish: Wish, url: str | None) -> None:
        """Make it durable, and the way back to the person.

        Raises:
            NotDurableInTimeError: see ``Engine.start``.
        """

        async def first() -> None:
            if url:
                await self._urls.keep(wish.id, url)

        await self._engine.start(wish.id, self.run, asdict(wish), before=first)

    @DBOS.workflow(name="deed", serialization_type=PORTABLE)
    async def run(self, data: dict[str, Any]) -> str:
        """Do it unless it was done, note what came of it, tell. Returns the result."""
        return await self.carry_out(Wish.from_json(data))

    async def carry_out(self, wish: Wish) -> str:
        """Do the work of ``run``; also for what an older release began in another way."""
        with structlog.contextvars.bound_contextvars(deed=wish.id):
            async with self._engine.running(wish.id):
                # First come, first served; no one waits for what is only still to be told.
                async with self._order.place(wish.line, wish.id, f"{next(self._ranks):012}"):
                    try:
                        deed = await self._deeds.begin(
                            wish.id, **_columns(wish.verb, wish.given, wish.place, wish.asker)
                        )
                    except Exception as error:  # noqa: BLE001 - a full disk: what is known is said
                        deed = await self._unwritten(wish, error)
                    if deed.result is None:
                        deed = await self._do(wish, deed)
                if not deed.told:
                    shown = shown_from(deed.shown or {"text": "This is done.", "blocks": []})
                    await self._tell(wish, shown, since=deed.at)
                return deed.result or "unknown"

    async def _unwritten(self, wish: Wish, error: Exception) -> Deed:
        """Return what is known of a change whose attempt cannot be written down, and so is not made."""
        log.error("attempt_not_written", exc_info=error)
        found = await self._deeds.get(wish.id)
        if found is not None and found.result is not None:
            return found
        begun = found is not None and found.attempts > 0
        told = INTERRUPTED if begun else _sentence(error)
        row = (
            dict.fromkeys(Deed.__slots__)
            | _columns(wish.verb, wish.given, wish.place, wish.asker)
            | {"id": wish.id, "told": 0}
        )
        return Deed(**row | {"result": "unknown" if begun else "failed", "shown": asdict(told)})

    async def _do(self, wish: Wish, deed: Deed) -> Deed:
        """Do it; what came of it is written down before anyone is told."""
        untried = int((deed.noted or {}).get(UNTRIED, 0))
        if deed.attempts - untried > MOST_ATTEMPTS:
            log.error("deed_given_up", verb=wish.verb, attempts=deed.attempts)
            done = Done("unknown", GIVEN_UP)
        else:
            done = await self._performed(wish, deed, untried)
        result, shown = done.result, done.shown
        if isinstance(shown, File):
            try:
                shown = await self._workspaces.of(wish.place.team).files.deliver(
                    shown,
                    wish.asker.user,
                    noted=deed.noted or {},
                    note=lambda noted: self._deeds.note(wish.id, noted=noted),
                )
            except Exception as error:  # noqa: BLE001 - Slack's no, or no one knows: said, with an id
                shown, result = _sentence(error), "failed"
                if isinstance(error, OutcomeUnknownError):
                    shown, result = INTERRUPTED, "unknown"
        log.info("deed_ended", verb=wish.verb, result=result)
        await self._note(wish, result=result, shown=asdict(shown))
        return replace(deed, result=result, shown=asdict(shown))

    async def _performed(self, wish: Wish, deed: Deed, untried: int) -> Done:
        """What came of the attempt. While Slack refuses the token nothing is tried, and noted as such: such an end cuts nothing off."""
        again, noted = deed.attempts - untried > 1, deed.noted or {}
        given_up = self._clock() + TELL_LONGEST_SECONDS
        for pause in PAUSES.pauses():
            try:
                return await self._perform(wish, again, deed.at)
            except NotNowError as error:
                log.warning("deed_waits_for_slack", verb=wish.verb, error=error.code, again_in=pause)
                if self._clock() > given_up:
                    return Done("failed", _sentence(error))
            await self._note(wish, noted={**noted, UNTRIED: untried + 1})
            with self._engine.breakable(wish.id):
                await self._pause(pause)
            await self._note(wish, noted={**noted, UNTRIED: untried})
        raise AssertionError("pauses do not end")

    async def _note(self, wish: Wish, **values: Any) -> None:
        """Write down what is known; on a full disk the person is told all the same."""
        try:
            await self._deeds.note(wish.id, **values)
        except Exception:
            log.exception("deed_not_written", columns=sorted(values))

    async def _tell(self, wish: Wish, shown: Shown, since: float) -> None:
        """Tell the person, later where Slack does not take it now, at the latest in a direct message."""
        given_up = self._clock() + TELL_LONGEST_SECONDS
        way, url = wish.way, await self._url(wish)
        for pause in Backoff(first=TELL_SECONDS, most=TELL_SELDOM_SECONDS).pauses():
            try:
                ways = self._workspaces.of(wish.place.team).ways
                await ways.show(way, shown, url=url, key=wish.id, since=since)
            except (SlackApiError, OutcomeUnknownError) as error:
                why = code_of(error) if isinstance(error, SlackApiError) else "no answer"
                log.warning("deed_not_told", verb=wish.verb, error=why, again_in=pause)
                nobody = isinstance(error, SlackApiError) and kind_of(error) is Kind.NOBODY
                if nobody or self._clock() > given_up:
                    return
            else:
                break
            with self._engine.breakable(wish.id):  # its result is known: a process that ends need not wait
                await self._pause(pause)
            way, url = replace(way, view=""), None
        await self._note(wish, told=1)

    async def _url(self, wish: Wish) -> str | None:
        try:
            return await self._urls.use(wish.id)
        except Exception:
            log.exception("response_url_not_counted")  # a full disk: the outcome goes into a direct message
            return None


def _columns(verb: str, given: dict[str, Any], place: Place, asker: Asker) -> dict[str, Any]:
    who = {"team": place.team, "channel": place.channel, "user": asker.user, "user_team": asker.user_team}
    return {"verb": verb, "given": given, **who}


def _sentence(error: Exception) -> Message:
    error_id = new_error_id()
    log.error("deed_failed", error_id=error_id, exc_info=error)
    return notice(error, error_id).message
