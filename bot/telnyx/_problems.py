"""Reads what an answer that is a no says, and which error it means. Pure.

Shapes of errors, all accepted because Telnyx's sources show all of them: `{"errors": [{code, title, detail}]}` (platform),
`{"detail": [{loc, msg, type}]}` and `{"detail": "..."}` (FastAPI), `{"detail": [{detail, code, title}]}` (deleting a bucket),
`{"error": {message, type, code}}` (OpenAI). Anything else still gives an error of the right class, only with fewer words.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

from bot.telnyx.errors import (
    TelnyxAuthenticationError,
    TelnyxConflictError,
    TelnyxInvalidError,
    TelnyxNotFoundError,
    TelnyxPermissionError,
    TelnyxRateLimitError,
    TelnyxServerError,
    TelnyxStatusError,
    TelnyxStreamError,
)

_BY_STATUS: dict[int, type[TelnyxStatusError]] = {
    400: TelnyxInvalidError,
    401: TelnyxAuthenticationError,
    403: TelnyxPermissionError,
    404: TelnyxNotFoundError,
    409: TelnyxConflictError,
    410: TelnyxNotFoundError,
    422: TelnyxInvalidError,
    429: TelnyxRateLimitError,
}
_SAYS_NOTHING = re.compile(r"10005|gone|(resource )?not found\.?")
_ABOUT_ROUTES = re.compile(r"\b(routes?|urls?|paths?|endpoints?|deprecated|removed)\b")
LONGEST_TITLE = 120
_LONGEST_DETAIL = 2000
_LOOKED_AT = 100_000
"""More of what an error says is not looked at."""

Strike = Callable[[str], str]
"""Takes our own secrets out of words of the other side."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What an error body says; each word is None when it does not say."""

    code: str | None = None
    title: str | None = None
    detail: str | None = None
    field: str | None = None


def status_error(
    operation: str,
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    *,
    now: datetime | None = None,
    strike: Strike = str,
) -> TelnyxStatusError:
    """Return the error that a status of 300 or more means. Never raises, whatever the body is."""
    kind = _BY_STATUS.get(
        status, TelnyxServerError if status >= HTTPStatus.INTERNAL_SERVER_ERROR else TelnyxStatusError
    )
    try:
        problem = problem_of(json.loads(body), strike)
    except (ValueError, RecursionError):
        problem = Problem()
    return kind(
        operation,
        status,
        code=problem.code,
        title=problem.title or _phrase(status),
        detail=problem.detail,
        field=problem.field,
        request_id=request_id(headers, strike),
        retry_after=retry_after(status, headers, now=now or datetime.now(UTC)),
    )


def chunk_error(
    operation: str, payload: Mapping[str, Any], *, partial: int, strike: Strike = str
) -> TelnyxStreamError:
    """Return the error that an error chunk of a stream means."""
    problem = problem_of(payload, strike)
    return TelnyxStreamError(
        operation,
        "error chunk",
        partial=partial,
        reported=True,
        code=problem.code,
        title=problem.title,
        detail=problem.detail,
    )


def problem_of(payload: Any, strike: Strike = str) -> Problem:
    """Return the words of an error body in any of the shapes that the module's docstring names."""
    if not isinstance(payload, Mapping):
        return Problem()
    for key in ("errors", "error", "detail"):
        found = payload.get(key)
        first = found[0] if isinstance(found, list) and found else found
        if isinstance(first, str):
            return Problem(detail=one_line(first, _LONGEST_DETAIL, strike))
        if isinstance(first, Mapping) and "msg" in first:
            return Problem(
                detail=one_line(_fields(found), _LONGEST_DETAIL, strike),
                field=one_line(_dotted(first.get("loc")).removeprefix("body."), LONGEST_TITLE, strike),
            )
        if isinstance(first, Mapping):
            return Problem(
                code=one_line(first.get("code"), LONGEST_TITLE, strike),
                title=one_line(first.get("title") or first.get("type"), LONGEST_TITLE, strike),
                detail=one_line(first.get("detail") or first.get("message"), _LONGEST_DETAIL, strike),
                field=one_line(_pointed(first), LONGEST_TITLE, strike),
            )
    return Problem()


def retry_after(status: int, headers: Mapping[str, str], *, now: datetime) -> float | None:
    """Return seconds to wait as the answer says it; None when it does not say or says something unreadable.

    From `retry-after-ms`, `retry-after` (seconds or a date) and, for 429 only, `x-ratelimit-reset`. The keys of `headers`
    match in any case.
    """
    if (milliseconds := _seconds(headers.get("retry-after-ms"))) is not None:
        return milliseconds / 1000
    said = headers.get("retry-after")
    if (seconds := _seconds(said)) is not None:
        return seconds
    if said:
        try:
            moment = parsedate_to_datetime(said)
        except (ValueError, TypeError, OverflowError):
            return None
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return max(0.0, (moment - now).total_seconds())
    return _seconds(headers.get("x-ratelimit-reset")) if status == HTTPStatus.TOO_MANY_REQUESTS else None


def request_id(headers: Mapping[str, str], strike: Strike = str) -> str | None:
    """Return the id under which Telnyx's support finds a request, when the answer carries one."""
    return one_line(headers.get("x-request-id"), LONGEST_TITLE, strike)


def is_unknown_route(error: TelnyxStatusError) -> bool:
    """Return whether a 404 or 410 says "no such route" rather than "no such thing".

    Telnyx documents neither body. A missing route gives an empty or HTML body, FastAPI's bare "Not Found", or code 10005
    with "the requested resource or URL could not be found"; a missing model names the model. So: anything that mentions a
    model is about the model; otherwise no words at all, a bare "not found", or words about a route, URL, path or endpoint
    or about its end mean the route.
    """
    if not isinstance(error, TelnyxNotFoundError):
        return False
    words = [word.lower() for word in (error.code, error.title, error.detail) if word]
    if any("model" in word for word in words):
        return False
    telling = [word for word in words if not _SAYS_NOTHING.fullmatch(word)]
    return not telling or any(_ABOUT_ROUTES.search(word) for word in telling)


def _fields(entries: Any) -> str:
    """FastAPI's list of wrong fields in one line; the rejected input, which it may echo, is left out."""
    named = (
        [entry for entry in entries if isinstance(entry, Mapping)] if isinstance(entries, list) else [entries]
    )
    return "; ".join(f"{_dotted(entry.get('loc'))}: {entry.get('msg')}" for entry in named)


def _pointed(problem: Mapping[str, Any]) -> Any:
    """Return the field that a problem is about: `source.pointer` of the platform, `param` of OpenAI."""
    source = problem.get("source")
    pointer = source.get("pointer") if isinstance(source, Mapping) else None
    return pointer.strip("/").replace("/", ".") if isinstance(pointer, str) else problem.get("param")


def _dotted(loc: Any) -> str:
    return ".".join(str(step) for step in loc) if isinstance(loc, list) else str(loc or "request")


def _seconds(said: str | None) -> float | None:
    try:
        seconds = float(said or "")
    except ValueError:
        return None
    return max(0.0, seconds) if math.isfinite(seconds) else None


def one_line(words: Any, longest: int, strike: Strike = str) -> str | None:
    """Words of the other side in one printable line of bounded length; None for nothing."""
    if not isinstance(words, str | int) or isinstance(words, bool):
        return None
    # Struck before it is cut: half a key is no longer found.
    said = strike(str(words)[:_LOOKED_AT])
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in said[: 2 * longest]).split())
    return line[:longest] or None


def _phrase(status: int) -> str | None:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return None
