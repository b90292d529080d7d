"""A verb that changes something: done once under its natural id, audited, and its outcome told; whatever is delivered or killed how often.

The row in ``deeds`` is the checkpoint (as the turn's row is, docs/decisions/0002): begun → result known → told.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

import structlog
from dbos import DBOS, DBOSConfiguredInstance
from slack_sdk.errors import SlackApiError

from bot.render.blocks import Message
from bot.services.access import Destination
from bot.slack.api import OutcomeUnknownError
from bot.slack.ways import Way, Ways
from bot.store.deeds import Deeds
from bot.store.response_urls import ResponseUrls
from bot.workflows.engine import PORTABLE, Engine
from bot.workflows.order import Order

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Deed:
    """Somebody wants something changed: the workflow's input."""

    id: str
    verb: str
    given: dict[str, Any]
    by: Destination
    way: Way

    @property
    def line(self) -> str:
        """The same change wanted twice is made one after the other."""
        return f"{self.verb}:{json.dumps(self.given, sort_keys=True)}:{self.by.channel}"

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The inverse of ``asdict``."""
        return cls(**{**data, "by": Destination.from_json(data["by"]), "way": Way(**data["way"])})


@dataclass(frozen=True, slots=True)
class Done:
    """What came of it: never an exception, so that a verb cannot make the engine's row fail."""

    result: str
    """done | refused | failed"""
    shown: Message | dict[str, Any]
    """A message, or a view."""


Perform = Callable[[Deed, bool], Awaitable[Done]]
"""Does a verb by its name. The flag: an attempt before this one was cut off, so it may have been done."""


@DBOS.dbos_class("DeedWorkflow")
class DeedWorkflow(DBOSConfiguredInstance):
    """Runs changes of every kind."""

    def __init__(
        self, *, engine: Engine, order: Order, deeds: Deeds, urls: ResponseUrls, ways: Ways, perform: Perform
    ) -> None:
        super().__init__("deeds")
        self._engine = engine
        self._order = order
        self._deeds = deeds
        self._urls = urls
        self._ways = ways
        self._perform = perform

    async def start(self, deed: Deed, url: str | None) -> None:
        """Make it durable, and the way back to the person.

        Raises:
            NotDurableInTimeError: see ``Engine.start``.
        """

        async def first() -> None:
            if url:
                await self._urls.keep(deed.id, url)

        await self._engine.start(deed.id, self.run, asdict(deed), before=first)

    @DBOS.workflow(name="deed", serialization_type=PORTABLE)
    async def run(self, data: dict[str, Any]) -> str:
        """Do it unless it was done, note what came of it, tell."""
        deed = Deed.from_json(data)
        async with self._engine.running(deed.id), self._order.turn(deed.line, deed.id, deed.id):
            to = deed.by
            row = await self._deeds.begin(
                deed.id, verb=deed.verb, given=deed.given, team=to.team, channel=to.channel, user=to.user
            )
            result, shown = row.result, row.shown
            if result is None or shown is None:
                done = await self._perform(deed, row.attempts > 1)
                result, shown = (
                    done.result,
                    done.shown if isinstance(done.shown, dict) else asdict(done.shown),
                )
                await self._deeds.end(deed.id, result, shown)
            log.info("deed_ended", verb=deed.verb, result=result)
            await self._tell(deed, shown if "type" in shown else Message(**shown))
        return result

    async def _tell(self, deed: Deed, shown: Message | dict[str, Any]) -> None:
        try:
            await self._ways.show(deed.way, shown, url=await self._urls.use(deed.id), key=deed.id)
        except (SlackApiError, OutcomeUnknownError) as error:
            log.warning("deed_not_told", verb=deed.verb, error=str(error)[:200])
