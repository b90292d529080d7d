"""Durable job news: each numbered change of a job has one notice, which outlives the process."""

from collections.abc import Collection, Mapping
from functools import partial
from typing import Any

from dbos import DBOS, DBOSConfiguredInstance

from bot import ids
from bot.store.jobs import Transition
from bot.store.subscriptions import Only
from bot.workflows.engine import PORTABLE, Engine
from bot.workflows.news import News, card_of
from bot.workflows.order import Order, after_peers


def notice_id(change: Transition, target: str) -> str:
    """Return the natural id of a notice: the change's number, because a state can come back."""
    return ids.notice(change.kind, change.job, change.number, target)


@DBOS.dbos_class("NotifyWorkflow")
class NotifyWorkflow(DBOSConfiguredInstance):
    """Posts what happened to jobs."""

    def __init__(self, engine: Engine, news: News, order: Order) -> None:
        super().__init__("notify")
        self._engine = engine
        self._news = news
        self._order = order

    async def start(self, change: Transition, target: str, only: Collection[Only] = ()) -> None:
        """Make the notice of a change durable; a target is a channel's id or, for direct messages, a person's.

        ``only``: what of such jobs is wanted there, also earlier; nothing for all.

        Raises:
            NotDurableInTimeError: see ``Engine.start``.
        """
        data = {
            "kind": change.kind,
            "job": change.job,
            "number": change.number,
            "channel": target,
            "card": change.burst,
        } | ({"only": sorted(only)} if only and Only.ALL not in only else {})
        work_id = notice_id(change, target)
        otherwise = None
        if not self._engine.knows(work_id) and self.expect(data):
            otherwise = partial(self._order.forget, _place(data)[0], work_id)
        await self._engine.start(work_id, self.run, data, otherwise=otherwise)
        self._news.stir(data)

    def expect(self, data: Mapping[str, Any]) -> bool:
        """This notice will come; later changes of the same job wait for it. Is it new?"""
        return self._order.expect(*_place(data))

    @DBOS.workflow(name="notify", serialization_type=PORTABLE)
    async def run(self, data: dict[str, Any]) -> str:
        """Show the change; what an interrupted attempt posted is found by its metadata."""
        expected, work_id, rank = _place(data)
        async with self._engine.running(work_id, breakable=True):
            data = {**data, "card": await self._news.card(data)}
            line = _place(data)[0]
            if line != expected:
                self._order.forget(expected, work_id)
            if self._engine.has_peers:
                await self._after_peers(data, line, work_id)
            async with self._order.place(line, work_id, rank):
                return await self._news.tell(data, work_id, partial(self._order.waiting, line))

    async def _after_peers(self, data: Mapping[str, Any], line: str, work_id: str) -> None:
        """Let peers tell earlier changes of the same job first; what stands in a line here has its place there.

        This is before the notice's turn, and it gives up what claim it has to the card, so no one whom it waits for waits for it.
        """
        await self._news.give_up(data, work_id)
        names = (_place({**data, "number": number})[1] for number in range(1, data["number"]))
        earlier = set(names) - self._order.waiting(line)
        await after_peers(earlier, self._engine, meanwhile=lambda: self._news.redraw(data))


def _place(data: Mapping[str, Any]) -> tuple[str, str, str]:
    """Return the line a notice waits in (that of its card), its natural id, and its rank in the line."""
    of = card_of(data)
    return (
        ids.card(of.kind, of.card, of.target),
        ids.notice(data["kind"], data["job"], data["number"], data["channel"]),
        f"{data['number']:09}",
    )
