"""What goes over the wire: paths, queries, bodies, envelopes and statuses. Pure; nothing here awaits.

Shapes of errors, all accepted because Telnyx's sources show all of them: `{"errors": [{code, title, detail}]}` (platform),
`{"detail": [{loc, msg, type}]}` and `{"detail": "..."}` (FastAPI), `{"detail": [{detail, code, title}]}` (deleting a bucket),
`{"error": {message, type, code}}` (OpenAI). Anything else still gives an error of the right class, only with fewer words.
"""

from __future__ import annotations

import functools
import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from pydantic import TypeAdapter, ValidationError

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
    TelnyxUnreadableError,
)

T = TypeVar("T")

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
_LONGEST_TITLE = 120
_LONGEST_DETAIL = 2000
_LOOKED_AT = 100_000
"""More of what an error says is not looked at."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What an error body says; each word is None when it does not say."""

    code: str | None = None
    title: str | None = None
    detail: str | None = None
    field: str | None = None


def path_of(template: str, *names: str) -> str:
    """Fill each `{}` of a template with one percent-encoded path segment.

    Raises ValueError for a name that would change the route: an empty one, `.` or `..`.
    """
    if any(name in ("", ".", "..") for name in names):
        raise ValueError(f"{template}: a name must not be empty, '.' or '..'")
    return template.format(*(quote(name, safe="", errors="replace") for name in names))


def query_of(params: Mapping[str, str | int | Sequence[str] | None]) -> str:
    """Return a query string; None is left out, a sequence is repeated.

    Everything but letters, digits and `_.-~` is percent-encoded: a bare `+` in a telephone number would arrive as a space.
    """
    given = {key: value for key, value in params.items() if value is not None}
    return urlencode(given, doseq=True, quote_via=quote, safe="", errors="replace")


def body_of(payload: Mapping[str, Any]) -> bytes:
    """Return a JSON body in UTF-8. Lone surrogates, which no server reads, become question marks."""
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


@functools.cache
def _adapter(result: Any) -> TypeAdapter[Any]:
    return TypeAdapter(result)


def read_json(operation: str, body: bytes | str) -> Any:
    """Return the JSON value of a body. Raises TelnyxUnreadableError, without the body in it."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        reason = "not JSON" if body else "empty"
    # Raised outside the handler: a JSONDecodeError holds the whole body and must not ride along as context.
    raise TelnyxUnreadableError(operation, reason)


def read_answer(operation: str, result: type[T], body: bytes, *, bare: bool) -> T:
    """Return an answer of a 2xx as `result`.

    Telnyx wraps most answers in `data`; those that it sends `bare` are read whole. For `NoneType` the body is not looked at:
    Telnyx documents none, and sends nothing, `null` or `{}`. Raises TelnyxUnreadableError.
    """
    if result is type(None):
        return None
    payload = read_json(operation, body)
    if not bare and isinstance(payload, dict) and "data" in payload:
        payload = payload["data"]
    return read_value(operation, result, payload)


def read_value(operation: str, result: type[T], payload: Any) -> T:
    """Return a decoded JSON value as `result`. Raises TelnyxUnreadableError that names the first wrong field, not its content."""
    try:
        shape: Any = result  # mypy does not take a type[T] for hashable, which it is
        value: T = _adapter(shape).validate_python(payload)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(str(step) for step in first["loc"]) or "answer"
        reason = _line(f"{where}: {first['type']}", _LONGEST_TITLE)
    else:
        return value
    raise TelnyxUnreadableError(operation, reason or "wrong shape")


Strike = Callable[[str], str]
"""Takes our own secrets out of words of the other side."""


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
            return Problem(detail=_line(first, _LONGEST_DETAIL, strike))
        if isinstance(first, Mapping) and "msg" in first:
            return Problem(
                detail=_line(_fields(found), _LONGEST_DETAIL, strike),
                field=_line(_dotted(first.get("loc")).removeprefix("body."), _LONGEST_TITLE, strike),
            )
        if isinstance(first, Mapping):
            return Problem(
                code=_line(first.get("code"), _LONGEST_TITLE, strike),
                title=_line(first.get("title") or first.get("type"), _LONGEST_TITLE, strike),
                detail=_line(first.get("detail") or first.get("message"), _LONGEST_DETAIL, strike),
                field=_line(_pointed(first), _LONGEST_TITLE, strike),
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
    return _line(headers.get("x-request-id"), _LONGEST_TITLE, strike)


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


def _line(words: Any, longest: int, strike: Strike = str) -> str | None:
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
