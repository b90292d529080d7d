"""Acceptance: work is written down before Slack hears that it arrived, within the time that Slack waits."""

import asyncio

import structlog

log = structlog.get_logger(__name__)

ACCEPT_SECONDS = 2.0
"""Slack wants its acknowledgement within three."""


class NotDurableInTimeError(Exception):
    """The work is still being written down. It will be done; the one who sent it should send it again all the same."""


async def in_time(writing: asyncio.Future[None], work_id: str) -> None:
    """Wait for something to be written down, no longer than Slack waits for us. It is never canceled.

    Raises:
        NotDurableInTimeError: two seconds were not enough. It goes on regardless.
    """
    try:
        async with asyncio.timeout(ACCEPT_SECONDS):
            await asyncio.shield(writing)
    except TimeoutError:
        log.warning("not_durable_in_time", work=work_id)
        raise NotDurableInTimeError from None
