"""What a failure of the network stack means, in our words. Pure; for httpx's own transport and that of httpx-aiohttp."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import httpx

from bot.telnyx.errors import TelnyxError, TelnyxTimeoutError, TelnyxUnreachableError, TelnyxUnreadableError

# Classes of aiohttp, which is not imported here: the connection was never made.
_NEVER_CONNECTED = frozenset({"ClientConnectorError", "ConnectionTimeoutError"})


@contextlib.contextmanager
def translated(operation: str) -> Iterator[None]:
    """Turn whatever the network stack raises into the tree; bugs and cancellations pass through."""
    try:
        yield
    except Exception as error:
        meaning = meaning_of(operation, error)
        if meaning is None:
            raise
        # Not chained: aiohttp quotes the address with its query, and in `repr` the headers with the key.
        raise meaning from None


def meaning_of(operation: str, error: Exception) -> TelnyxError | None:
    """Return the error of our tree that an exception of the network stack means; None when it is not one of those.

    httpx-aiohttp 0.2 calls refused connections, resets and hang-ups alike `ConnectTimeout`, and lets those errors of aiohttp
    through that it has no counterpart for. So the class of the cause decides, known by its name.
    """
    if isinstance(error, httpx.DecodingError):
        return TelnyxUnreadableError(operation, "compression")
    cause = error.__cause__ if isinstance(error, httpx.HTTPError) and error.__cause__ else error
    names = {kind.__name__ for kind in type(cause).__mro__}
    if "ClientError" in names:
        timed_out, sent = isinstance(cause, TimeoutError), not names & _NEVER_CONNECTED
    elif isinstance(error, httpx.TransportError | httpx.InvalidURL | OSError):
        timed_out = isinstance(error, httpx.TimeoutException | TimeoutError)
        sent = not isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)
    else:
        return None
    return (TelnyxTimeoutError if timed_out else TelnyxUnreachableError)(
        operation, type(cause).__name__, sent=sent
    )
