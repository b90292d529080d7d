"""Slack's lists, page by page."""

import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import structlog

log = structlog.get_logger(__name__)

PAGE = 200
"""Slack recommends no larger pages. https://docs.slack.dev/apis/web-api/pagination"""
PAGES = 25
"""A list of more than 5,000 entries is not read to its end, and the log says so."""

ApiCall = Callable[..., Awaitable[dict[str, Any]]]


async def paged(
    call: ApiCall, method: str, *, size: int = PAGE, pages: int | None = PAGES, **arguments: Any
) -> AsyncIterator[dict[str, Any]]:
    """Yield the answers of a method that hands out a cursor, one for each page.

    Args:
        call: ``SlackApi.call``, or something that waits before it.
        method: Slack's name.
        size: how many entries a page has.
        pages: how many are read at most; None reads to the end.
        arguments: the method's own.

    Raises:
        SlackApiError, OutcomeUnknownError: see ``SlackApi.call``.
    """
    cursor: dict[str, Any] = {}
    for _ in itertools.count() if pages is None else range(pages):
        answer = await call(method, limit=size, **arguments, **cursor)
        yield answer
        following = (answer.get("response_metadata") or {}).get("next_cursor")
        if not following:
            return
        cursor = {"cursor": following}
    log.warning("list_not_read_to_its_end", method=method, pages=pages)
