"""The only place that awaits httpx: sends requests, waits, tries again, and translates every failure of the network.

Works with httpx's own transport and with that of httpx-aiohttp; both are tested against real sockets.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextvars import ContextVar
from email.utils import parsedate_to_datetime
from functools import lru_cache
from types import TracebackType
from typing import TypeVar

import httpx

from bot.telnyx._exchange import Answered, ExchangeHook, told
from bot.telnyx._network import meaning_of, translated
from bot.telnyx._problems import request_id, status_error
from bot.telnyx._request import Patience, Request
from bot.telnyx._retry import RetryPolicy
from bot.telnyx._secrets import Secrets
from bot.telnyx._timeouts import StreamLimits, Timeouts
from bot.telnyx.errors import TelnyxError, TelnyxTimeoutError, may_have_arrived

T = TypeVar("T")

_DRAIN_SECONDS = 0.25
_SAID_AT: ContextVar[float | None] = ContextVar("said_at", default=None)
_read_url = lru_cache(maxsize=256)(httpx.URL)  # reading one takes as long as sending a small request


class Transport:
    """Sends `Request`s of one account through an `httpx.AsyncClient` that someone else opened and will close."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        *,
        api_key: str,
        base_url: str,
        on_exchange: Sequence[ExchangeHook],
        retry: RetryPolicy,
        timeouts: Timeouts,
    ) -> None:
        if not api_key or not all("!" <= sign <= "~" for sign in api_key):
            # Said here, because httpx would quote the key in its own complaint.
            raise ValueError("the API key is empty or holds a character that cannot stand in a header")
        self._http = http
        self._secrets = Secrets(api_key)
        self._authorization = f"Bearer {api_key}"
        self._base_url = base_url.rstrip("/")
        self._hooks = tuple(on_exchange)
        self._retry = retry
        self._timeouts = timeouts
        self._said_at: float | None = None

    @property
    def said_at(self) -> float | None:
        """Return when the last answer to this task was sent by the clock of who sent it, in Unix seconds; before one, that to any task."""
        return _SAID_AT.get() or self._said_at

    @property
    def dated(self) -> float | None:
        """Return the date of the last answer to this task, in Unix seconds; None where it bore none."""
        return _SAID_AT.get()

    async def send(self, request: Request) -> bytes:
        """Return the body of a 2xx answer. Raises TelnyxError."""

        async def exchange(attempt: int) -> bytes:
            with self._told(request, attempt) as answered:
                async with _deadline(request.operation, self._end(request), "whole answer"):
                    response = await self._open(request, answered, self._read_timeout(request))
                    try:
                        with translated(request.operation):
                            body = await response.aread()
                    finally:
                        await _close(response)
                self._require_success(request, response, body)
            return self._secrets.strike_bytes(body)

        return await self._insist(request, exchange)

    def stream(self, request: Request) -> contextlib.AbstractAsyncContextManager[ByteStream]:
        """Open a 2xx answer to a request for as long as a block lasts. Entering raises TelnyxError."""

        async def exchange(attempt: int) -> _OpenAnswer:
            async with contextlib.AsyncExitStack() as stack:
                answered = stack.enter_context(self._told(request, attempt))
                deadline = asyncio.get_running_loop().time() + self._timeouts.first_byte
                async with _deadline(request.operation, deadline, "first byte"):
                    response = await self._open(request, answered, self._stream_timeout(), stream=True)
                    stack.push_async_callback(_close, response)
                    if not response.is_success:
                        with translated(request.operation):
                            await response.aread()
                        self._require_success(request, response, response.content)
                opened = ByteStream(response, request.operation, deadline, answered.request_id)
                return opened, stack.pop_all()

        return _StreamBlock(lambda: self._insist(request, exchange))

    def strike(self, words: str) -> str:
        """Words of an error without the API key."""
        return self._secrets.strike(words)

    def limits(self, operation: str) -> StreamLimits:
        """Return what a stream that begins now is held to."""
        return StreamLimits(operation, self._timeouts, asyncio.get_running_loop().time)

    async def _insist(self, request: Request, exchange: Callable[[int], Awaitable[T]]) -> T:
        """Return what an exchange gives, after as many attempts as the policy allows; raise the error of the last."""
        policy = self._retry
        began = policy.clock()
        attempt, unanswered = 1, False
        while True:
            try:
                return await exchange(attempt)
            except TelnyxError as error:
                error.maybe_done = unanswered
                unanswered = unanswered or may_have_arrived(error)
                elapsed = policy.clock() - began
                wait = policy.wait(error, attempt=attempt, elapsed=elapsed, repeatable=request.repeatable)
                if request.upload is not None and request.upload.failure is not None:
                    raise request.upload.failure from None  # a file of ours that can't be read is no fault of the network
                if wait is None or request.spent:
                    raise
            await policy.sleep(wait)
            attempt += 1

    async def _open(
        self, request: Request, answered: Answered, patience: httpx.Timeout, *, stream: bool = False
    ) -> httpx.Response:
        """Return an answer whose body is not read yet, and note its head in `answered`."""
        with translated(request.operation):
            outgoing = self._http.build_request(
                request.method,
                _read_url(self._base_url + request.target),
                headers={"Authorization": self._authorization, **request.headers(stream=stream)},
                content=request.content,
                timeout=patience,
            )
            # Following a redirect would carry the question, and on the same host the key, to somewhere no one chose.
            response = await self._http.send(outgoing, stream=True, follow_redirects=False)
        said_at = _moment(response.headers.get("date", ""))
        self._said_at = said_at or self._said_at
        _SAID_AT.set(said_at)  # an answer that another task got meanwhile says nothing about this one
        answered.status = response.status_code
        answered.request_id = request_id(response.headers, self.strike)
        return response

    def _told(self, request: Request, attempt: int) -> contextlib.AbstractContextManager[Answered]:
        return told(self._hooks, request, attempt, self._retry.clock)

    def _require_success(self, request: Request, response: httpx.Response, body: bytes) -> None:
        """Raise the error that an answer other than a 2xx means."""
        if not response.is_success:
            raise status_error(
                request.operation, response.status_code, response.headers, body, strike=self.strike
            )

    def _end(self, request: Request) -> float | None:
        """Return when an answer must be whole; an upload takes what its line needs."""
        if request.upload is not None:
            return None
        seconds = self._timeouts.whole + (self._timeouts.long if request.patience is Patience.LONG else 0)
        return asyncio.get_running_loop().time() + seconds

    def _read_timeout(self, request: Request) -> httpx.Timeout:
        read = self._timeouts.long if request.patience is Patience.LONG else self._timeouts.read
        return httpx.Timeout(read, connect=self._timeouts.connect)

    def _stream_timeout(self) -> httpx.Timeout:
        # The first byte has its own deadline around this one, which may be the later of the two.
        read = max(self._timeouts.between_chunks, self._timeouts.first_byte)
        return httpx.Timeout(read, connect=self._timeouts.connect)


class ByteStream:
    """The bytes of a streamed answer as they arrive, cut anywhere.

    Iterating raises TelnyxUnreachableError when the bytes stop before the end.
    """

    def __init__(
        self, response: httpx.Response, operation: str, deadline: float, request_id: str | None = None
    ) -> None:
        self.request_id = request_id
        self.content_type: str = response.headers.get("content-type", "")
        self._operation = operation
        self._first_before: float | None = deadline
        # Raw bytes skip a decoder that has nothing to do in almost every answer.
        self._chunks = (
            response.aiter_bytes() if "content-encoding" in response.headers else response.aiter_raw()
        )

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        # Called for every few letters: no context manager and no generator of our own on the usual way.
        try:
            if self._first_before is None:
                return await anext(self._chunks)
            moment, self._first_before = self._first_before, None
            async with _deadline(self._operation, moment, "first byte"):
                return await anext(self._chunks)
        except StopAsyncIteration:
            raise
        except Exception as error:
            meaning = meaning_of(self._operation, error)
            if meaning is None:
                raise
            raise meaning from None

    async def drain(self) -> None:
        """Read what is left after the last event, for a moment, so the connection can be used again."""
        with contextlib.suppress(TelnyxError), translated(self._operation):
            async with asyncio.timeout(_DRAIN_SECONDS):
                async for _ in self._chunks:
                    pass


_OpenAnswer = tuple[ByteStream, contextlib.AsyncExitStack]


class _StreamBlock:
    """The block in which a streamed answer is open; at its end the hooks are told what ended it.

    No generator: a loop that stops would close it at the same time as the generator that reads the answer.
    """

    def __init__(self, begin: Callable[[], Awaitable[_OpenAnswer]]) -> None:
        self._begin = begin
        self._stack = contextlib.AsyncExitStack()

    async def __aenter__(self) -> ByteStream:
        stream, self._stack = await self._begin()
        return stream

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # A reader that has seen enough is no error of the exchange.
        ended = (None, None, None) if isinstance(error, GeneratorExit) else (kind, error, trace)
        await self._stack.__aexit__(*ended)


@lru_cache(maxsize=16)  # all that is answered within a second says the same
def _moment(date: str) -> float | None:
    """Return what a header says, in Unix seconds; None where it can't be read."""
    try:
        return parsedate_to_datetime(date).timestamp()
    except (ValueError, OverflowError):
        return None


async def _close(response: httpx.Response) -> None:
    # What is wrong with a connection that no one wants anymore does not matter to anyone.
    with contextlib.suppress(httpx.HTTPError, OSError):
        await response.aclose()


@contextlib.asynccontextmanager
async def _deadline(operation: str, moment: float | None, what: str) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout_at(moment):
            yield
    except TimeoutError:
        raise TelnyxTimeoutError(operation, what) from None
