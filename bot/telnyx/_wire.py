"""What goes over the wire: paths, queries, bodies and envelopes. Pure; what a no says is read in `_problems.py`."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json, to_json

from bot.telnyx._problems import LONGEST_TITLE, one_line
from bot.telnyx.errors import TelnyxUnreadableError

T = TypeVar("T")


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
    try:
        return to_json(payload)
    except ValueError:  # a lone surrogate
        return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


@functools.cache
def _adapter(result: Any) -> TypeAdapter[Any]:
    return TypeAdapter(result)


def decoded(body: bytes | str) -> Any:
    """Return the JSON value of a body, read in less than half the time of the standard library. Raises ValueError and RecursionError as that does."""
    try:
        return from_json(body, cache_strings="keys")
    except (TypeError, ValueError):
        return json.loads(body)  # half a surrogate pair, a byte order mark, UTF-16, deep nesting


def read_json(operation: str, body: bytes | str) -> Any:
    """Return the JSON value of a body. Raises TelnyxUnreadableError, without the body in it."""
    try:
        return decoded(body)
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
        reason = one_line(f"{where}: {first['type']}", LONGEST_TITLE)
    else:
        return value
    raise TelnyxUnreadableError(operation, reason or "wrong shape")
