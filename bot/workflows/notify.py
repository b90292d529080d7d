"""Durable job news: each numbered change of a job has one notice, which outlives the process."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from dbos import DBOS, DBOSConfiguredInstance

from bot import ids
from bot.store.jobs import Transition
from bot.workflows.engine import PORTABLE, Engine
from bot.workflows.news import News
from bot.workflows.order import Order


def notice_id(change: Transition, channel: str) -> str:
    """Return the natural id of a notice: the change's number, because a state can come back."""
    return ids.notice(change.kind, change.job, change.number, channel)


@DBOS.dbos_class("NotifyWorkflow")
class NotifyWorkflow(DBOSConfiguredInstance):
    """Posts what happened to jobs."""

    def __init__(self, engine: Engine, news: News, order: Order) -> None:
        super().__init__("notify")
        self._engine = engine
        self._news = news
        self._order = order

    async def start(self, change: Transition, channel: str) -> None:
        """Make the notice of a change durable.

        Raises:
            NotDurableInTimeError: see ``Engine.start``.
        """
        data = {
            "kind": change.kind,
            "job": change.job,
            "number": change.number,
            "channel": channel,
            "burst": change.burst,
        }
        work_id = notice_id(change, channel)
        otherwise = None
        if not self._engine.knows(work_id) and self.expect(data):
            otherwise = partial(self._order.forget, _place(data)[0], work_id)
        await self._engine.start(work_id, self.run, data, otherwise=otherwise)

    def expect(self, data: Mapping[str, Any]) -> bool:
        """This notice will come; later changes of the same job wait for it. Is it new?"""
        return self._order.expect(*_place(data))

    @DBOS.workflow(name="notify", serialization_type=PORTABLE)
    async def run(self, data: dict[str, Any]) -> str:
        """Show the change; what an interrupted attempt posted is found by its metadata."""
        line, work_id, rank = _place(data)
        async with self._engine.running(work_id, breakable=True), self._order.place(line, work_id, rank):
            return await self._news.tell(data, work_id)


def _place(data: Mapping[str, Any]) -> tuple[str, str, str]:
    """Return the line a notice waits in (that of its card), its natural id, and its rank in the line."""
    first = data.get("burst", data["job"])  # what a release before left has none
    return (
        ids.card(data["kind"], first, data["channel"]),
        ids.notice(data["kind"], data["job"], data["number"], data["channel"]),
        f"{data['number']:09}",
    )
