"""Job news: one message per job and channel, edited as the job moves, each change once in its thread."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import structlog
from dbos import DBOS, DBOSConfiguredInstance
from slack_sdk.errors import SlackApiError

from bot.errors import OutcomeUnknownError
from bot.render import jobs as render
from bot.slack.poster import Poster
from bot.store.jobs import Jobs, Transition
from bot.workflows.engine import PORTABLE, Engine
from bot.workflows.order import Order

log = structlog.get_logger(__name__)


def notice_id(change: Transition, channel: str) -> str:
    """The natural id of a notice: the change's number, because a state can come back."""
    return f"job:{change.kind}:{change.job}:{change.number}:{channel}"


@DBOS.dbos_class("NotifyWorkflow")
class NotifyWorkflow(DBOSConfiguredInstance):
    """Posts what happened to jobs."""

    def __init__(self, engine: Engine, jobs: Jobs, poster: Poster, order: Order) -> None:
        super().__init__("notify")
        self._engine = engine
        self._jobs = jobs
        self._poster = poster
        self._order = order

    async def start(self, change: Transition, channel: str) -> None:
        """Make the notice of a change durable.

        Raises:
            NotDurableInTimeError: see ``Engine.start``.
        """
        data = {"kind": change.kind, "job": change.job, "number": change.number, "channel": channel}
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
        async with self._engine.running(work_id), self._order.turn(line, work_id, rank):
            try:
                return await self._show(data)
            except (SlackApiError, OutcomeUnknownError) as error:
                log.warning(
                    "job_not_told",
                    job=data["job"],
                    error=str(error)[:200],
                    cure="is the bot in JOBS_CHANNEL?",
                )
                return ""

    async def _show(self, data: dict[str, Any]) -> str:
        kind, job, number, channel = data["kind"], data["job"], data["number"], data["channel"]
        history = [change for change in await self._jobs.history(kind, job) if change.number <= number]
        card = await self._jobs.card(kind, job, channel)
        key = f"card:{kind}:{job}:{channel}"
        if card is None:
            ts = await self._poster.posted(channel, key) or await self._poster.post(
                channel, render.card(history), key=key
            )
        else:
            ts = card[0]
            if card[1] < number and not await self._poster.edit(channel, ts, render.card(history)):
                ts = await self._poster.post(
                    channel, render.card(history), key=key
                )  # somebody deleted the card
        await self._jobs.save_card(kind, job, channel, ts, max(number, card[1] if card else 0))
        line_key = f"job:{kind}:{job}:{number}:{channel}"
        if len(history) > 1 and await self._poster.posted(channel, line_key, ts) is None:
            line = render.line(history)
            await self._poster.post(channel, line, key=line_key, thread=ts, broadcast=render.loud(history))
        log.info("job_told", kind=kind, job=job, number=number)
        return ts


def _place(data: Mapping[str, Any]) -> tuple[str, str, str]:
    line = f"job:{data['kind']}:{data['job']}:{data['channel']}"
    return (
        line,
        f"job:{data['kind']}:{data['job']}:{data['number']}:{data['channel']}",
        f"{data['number']:09}",
    )
