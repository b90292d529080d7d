"""The Telnyx client and the services that need nothing else, for Slack and for the command line."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus
from urllib.request import getproxies

import aiohttp
import httpx
import structlog
from httpx_aiohttp import AiohttpTransport

from bot.observability.health import State
from bot.observability.outage import Outage
from bot.services.ask import Ask
from bot.services.buckets import Buckets
from bot.services.call_retrieval import Everywhere
from bot.services.call_search import CallSearch
from bot.services.calls import Calls
from bot.services.models import Models
from bot.services.retrieval import Retrieval
from bot.services.steps import Plan
from bot.telnyx import (
    Exchange,
    Telnyx,
    TelnyxAuthenticationError,
    TelnyxError,
    Timeouts,
)
from config.settings import Settings

log = structlog.get_logger(__name__)

CONNECTIONS = 200
"""Open connections to each service: an answer holds one to Telnyx while it streams."""

IDLE_SECONDS = 5.0
"""A connection to Telnyx that no one uses is kept this long."""

KEY_SECONDS = 60.0
"""Between two looks whether Telnyx takes the key, while it doesn't."""


def proxied() -> bool:
    """Return whether the environment names a proxy. Only then is it asked at each request, which also reads ~/.netrc: its passwords are not for us."""
    return bool(getproxies())


class NoCookies(httpx.Cookies):
    """Takes no cookie: who speaks with a key has no use for one, and looking for them costs as much as reading an answer."""

    def extract_cookies(self, response: httpx.Response) -> None:
        """Leave them where they are."""


class ApiClient(httpx.AsyncClient):
    """A client that sends no cookie back."""

    cookies = NoCookies()  # type: ignore[override]  # its setter would make plain Cookies of them


_GIVEN_UP = asyncio.CancelledError.__name__
"""The error of an exchange that we ended ourselves: *Stop*, an edit, the end of the process. It says nothing of Telnyx."""


class TelnyxSeen:
    """What the latest exchange says about Telnyx: said in the log once down and once up, and on `/ready`.

    Every attempt of every request passes here, so nothing else has to tell that Telnyx is away.
    """

    def __init__(self) -> None:
        self._outage = Outage("telnyx_fails", "telnyx_works_again")
        self._last = "no request yet"

    def note(self, exchange: Exchange) -> None:
        """Look at one exchange; the hook of the Telnyx client."""
        log.debug("telnyx", operation=exchange.operation, status=exchange.status, seconds=round(exchange.seconds, 3),
                  attempt=exchange.attempt, request_id=exchange.request_id, error=exchange.error)  # fmt: skip
        if exchange.error == _GIVEN_UP:
            return
        if trouble := _trouble(exchange):
            self._outage.seen(operation=exchange.operation, reason=trouble, error=exchange.error,
                              request_id=exchange.request_id, fix="wait a few minutes; `bot check` shows the details")  # fmt: skip
        else:
            self._outage.gone(operation=exchange.operation)
        self._last = trouble or "answers"

    def state(self) -> State:
        """Return, for `/ready`, whether the latest exchange worked."""
        return not self._outage.lasts, self._last


def _trouble(exchange: Exchange) -> str:
    """Return what keeps requests from working, whichever they are; a no to this one request isn't it."""
    if exchange.status is None:
        return "no answer" if exchange.error else ""
    if (
        exchange.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.TOO_MANY_REQUESTS)
        or exchange.status >= HTTPStatus.INTERNAL_SERVER_ERROR
    ):
        return f"status {exchange.status}"
    return ""


async def check_key(telnyx: Telnyx, pause: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
    """Say early, and in words, that the key is wrong, until it is right. Nothing else waits for this."""
    refusal = Outage("telnyx_refuses_the_key", "telnyx_takes_the_key")
    while True:
        try:
            await telnyx.models.all()
        except TelnyxAuthenticationError as error:
            refusal.seen(
                status=error.status,
                fix="set TELNYX_API_KEY to a key of portal.telnyx.com → API Keys; `bot check` shows the details",
            )
        except TelnyxError as error:  # says nothing of the key
            log.debug("telnyx_key_not_checked", error=str(error))
        else:
            refusal.gone()
            return
        await pause(KEY_SECONDS)


@asynccontextmanager
async def telnyx_client(
    settings: Settings, on_exchange: Callable[[Exchange], None] | None = None
) -> AsyncIterator[Telnyx]:
    """Yield the client; aiohttp carries it, because httpcore's pool costs the square of its open connections."""
    tls = httpx.create_ssl_context(trust_env=proxied())
    session = aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=CONNECTIONS, keepalive_timeout=IDLE_SECONDS, ssl=tls),
        cookie_jar=aiohttp.DummyCookieJar(),
    )
    async with ApiClient(transport=AiohttpTransport(verify=tls, client=session)) as http:
        key = settings.telnyx.api_key
        yield Telnyx(
            http,
            timeouts=Timeouts(first_byte=settings.telnyx.first_byte_seconds),
            api_key=key.get_secret_value() if key else "",
            base_url=settings.telnyx.base_url,
            storage_url=settings.storage.address,
            on_exchange=[on_exchange or TelnyxSeen().note],
        )


def retrieval(telnyx: Telnyx, settings: Settings) -> Retrieval:
    """Return what looks for passages in the documents."""
    answers = settings.answers
    return Retrieval(telnyx, Buckets(telnyx, answers.buckets), _plan(settings), answers.model)


def _plan(settings: Settings) -> Plan:
    answers = settings.answers
    return Plan(frozenset(answers.steps), answers.candidates, answers.top, answers.distance_limits)


def ask_service(telnyx: Telnyx, settings: Settings, found: Retrieval | None = None) -> tuple[Ask, Models]:
    """Return the service behind every question, in Slack and on the command line; ``found`` where others look for passages too."""
    answers = settings.answers
    heard = CallSearch(telnyx, Calls(telnyx), settings.calls.collection)
    models = Models(telnyx, answers.model)
    ask = Ask(
        telnyx,
        Everywhere(found or retrieval(telnyx, settings), heard, _plan(settings)),
        models,
        temperature=answers.temperature,
        max_tokens=answers.max_tokens,
    )
    return ask, models
