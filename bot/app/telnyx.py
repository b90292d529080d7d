"""The Telnyx client and the services that need nothing else, for Slack and for the command line."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from urllib.request import getproxies

import httpx
import structlog
from httpx_aiohttp import AiohttpTransport

from bot.services.ask import Ask
from bot.services.buckets import Buckets
from bot.services.models import Models
from bot.telnyx import (
    Call,
    Telnyx,
    TelnyxAuthenticationError,
    TelnyxError,
    Timeouts,
)
from config.settings import Settings

log = structlog.get_logger(__name__)

CONNECTIONS = 200
"""Open connections to each service: an answer holds one to Telnyx while it streams."""

KEY_SECONDS = 60.0
"""Between two looks whether Telnyx takes the key, while it doesn't."""


def proxied() -> bool:
    """Does the environment name a proxy? Only then is it asked at each request, which also reads ~/.netrc: its passwords are not for us."""
    return bool(getproxies())


async def check_key(telnyx: Telnyx, pause: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
    """Say early, and in words, that the key is wrong, until it is right. Nothing else waits for this."""
    while True:
        try:
            await telnyx.models.all()
        except TelnyxAuthenticationError as error:
            log.warning(
                "telnyx_refuses_the_key",
                status=error.status,
                fix="set TELNYX_API_KEY to a key of portal.telnyx.com → API Keys; `bot check` tells more",
            )
        except TelnyxError as error:  # says nothing of the key
            log.debug("telnyx_key_not_checked", error=str(error))
        else:
            return
        await pause(KEY_SECONDS)


def log_call(call: Call) -> None:
    """The hook of the Telnyx client."""
    level = log.debug if call.error is None else log.info
    level("telnyx", operation=call.operation, status=call.status, seconds=round(call.seconds, 3), attempt=call.attempt,
          request_id=call.request_id, error=call.error)  # fmt: skip


@asynccontextmanager
async def telnyx_client(settings: Settings) -> AsyncIterator[Telnyx]:
    """The client; aiohttp carries it, because httpcore's pool costs the square of its open connections."""
    transport = AiohttpTransport(limits=httpx.Limits(max_connections=CONNECTIONS), trust_env=proxied())
    async with httpx.AsyncClient(transport=transport) as http:
        key = settings.telnyx.api_key
        yield Telnyx(
            http,
            timeouts=Timeouts(first_byte=settings.telnyx.first_byte_seconds),
            api_key=key.get_secret_value() if key else "",
            base_url=settings.telnyx.base_url,
            on_call=[log_call],
        )


def ask_service(telnyx: Telnyx, settings: Settings) -> tuple[Ask, Models]:
    """The service behind every question, in Slack and on the command line."""
    answers = settings.answers
    models = Models(telnyx, answers.model)
    ask = Ask(
        telnyx,
        Buckets(telnyx, answers.buckets),
        models,
        top=answers.top,
        max_distance=answers.max_distance,
        temperature=answers.temperature,
        max_tokens=answers.max_tokens,
    )
    return ask, models
