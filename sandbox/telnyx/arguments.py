"""What a request may carry: bodies checked by pydantic, query parameters by name. Anything else is a 422 that names it."""

from __future__ import annotations

import json
from collections.abc import Container
from typing import Any, TypeVar

from aiohttp import web
from pydantic import BaseModel, ConfigDict, ValidationError

from .refusals import invalid

B = TypeVar("B", bound="Body")


class Body(BaseModel):
    """A request body: fields that its operation does not document are refused."""

    model_config = ConfigDict(extra="forbid")


async def read_body(request: web.Request, model: type[B]) -> B:
    """The JSON body as `model`; 422 in FastAPI's shape for everything that does not fit."""
    raw = await request.read()
    if request.content_type != "application/json":
        raise invalid(
            [{"loc": ["body"], "msg": "content type must be application/json", "type": "content_type"}]
        )
    try:
        data = json.loads(raw)
    except ValueError as error:
        raise invalid(
            [{"loc": ["body"], "msg": f"JSON decode error: {error}", "type": "json_invalid"}]
        ) from None
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise invalid(
            [
                {"loc": ["body", *found["loc"]], "msg": found["msg"], "type": found["type"]}
                for found in error.errors(include_url=False, include_context=False)
            ]
        ) from None


def check_query(request: web.Request, allowed: Container[str]) -> None:
    """422 that names the first query parameter which is not in `allowed`."""
    for name in request.query:
        if name not in allowed:
            raise query_error(name, "unknown query parameter", "extra_forbidden")


def whole_number(
    request: web.Request, name: str, *, default: int, least: int = 1, most: int | None = None
) -> int:
    """Query parameter `name` as an integer within [least, most]; 422 otherwise."""
    text = request.query.get(name)
    if text is None:
        return default
    try:
        value = int(text)
    except ValueError:
        raise query_error(name, "value is not a valid integer", "int_parsing") from None
    if value < least:
        raise query_error(name, f"must be {least} or more", "greater_than_equal")
    if most is not None and value > most:
        raise query_error(name, f"must be {most} or less", "less_than_equal")
    return value


def query_error(name: str, message: str, kind: str) -> Exception:
    """The 422 about one query parameter."""
    return invalid([{"loc": ["query", name], "msg": message, "type": kind}])


def page_of(items: list[Any], number: int, size: int, *, first: int = 1) -> dict[str, Any]:
    """One page in Telnyx's `{data, meta}` envelope; `first` is the number of the first page, `size` may be 0."""
    pages = -(-len(items) // size) if size else 0
    start = (number - first) * size
    return {
        "data": items[start : start + size],
        "meta": {
            "page_number": number,
            "page_size": size,
            "total_pages": pages,
            "total_results": len(items),
        },
    }
