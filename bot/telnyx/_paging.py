"""Pages of an answer, and the walk over all of them."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any, Generic, TypeVar

from bot.telnyx._resource import AnswerModel
from bot.telnyx._rows import Rows
from bot.telnyx.errors import TelnyxInvalidError

T = TypeVar("T")


class PageMeta(AnswerModel):
    """Where a page stands among all; numbers count from 1, those of clusters perhaps from 0."""

    page_number: int
    page_size: int
    total_pages: int
    total_results: int


class Page(AnswerModel, Generic[T]):
    """One page of a family, in the order of Telnyx, which documents none."""

    data: Rows[T]
    meta: PageMeta


async def walk(
    ask: Callable[[int], Awaitable[Page[T]]], *, first: int = 1, name: Callable[[T], Any] | None = None
) -> AsyncGenerator[T, None]:
    """Yield every row of every page, each once, until the pages are through or one is empty.

    Starts at page `first`. Telnyx documents that clusters count from 0, but its own package counts from 1: a server that
    refuses page 0 is asked for 1, and one that gives page 1 for both is not read twice. `name` tells rows apart, so one
    which slides to the next page, because something was added meanwhile, does not come again.
    """
    seen: set[Any] = set()
    number, read = first, 0
    before: Page[T] | None = None
    while True:
        try:
            page = await ask(number)
        except TelnyxInvalidError:
            if number != 0:
                raise
            page = await ask(number := 1)
        if page == before:
            if read != 1 or number != 1:  # only the second of 0 and 1 may repeat the first
                return
        else:
            for row in page.data:
                if name is not None:
                    if name(row) in seen:
                        continue
                    seen.add(name(row))
                yield row
            read += 1
        # An empty page ends the walk too: a total that grows meanwhile must not keep it going.
        if not page.data or read >= page.meta.total_pages:
            return
        before = page
        number += 1
