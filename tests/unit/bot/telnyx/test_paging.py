"""The walk over pages: nothing lost, nothing twice, whatever the pages count from."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.telnyx import Page, PageMeta, TelnyxInvalidError
from bot.telnyx._paging import walk


class Pages:
    """Rows of a family on pages that count from `base`; below it the first page is given again or refused."""

    def __init__(self, rows: list[int], size: int, *, base: int, refuses: bool = False) -> None:
        self.rows, self.size, self.base, self.refuses = rows, size, base, refuses
        self.asked = 0

    async def page(self, number: int) -> Page[int]:
        self.asked += 1
        if number < self.base and self.refuses:
            raise TelnyxInvalidError("clusters.page", 422)
        number = max(number, self.base)
        start = (number - self.base) * self.size
        total = -(-len(self.rows) // self.size)
        meta = PageMeta(
            page_number=number, page_size=self.size, total_pages=total, total_results=len(self.rows)
        )
        return Page[int](data=tuple(self.rows[start : start + self.size]), meta=meta)


async def walked(pages: Pages, first: int) -> list[int]:
    return [row async for row in walk(pages.page, first=first)]


@given(
    rows=st.lists(st.integers(0, 3), max_size=30),
    size=st.integers(1, 7),
    start=st.sampled_from([(0, 0, False), (0, 1, False), (0, 1, True), (1, 1, False)]),
)
def test_every_row_comes_once_and_in_order(rows: list[int], size: int, start: tuple[int, int, bool]) -> None:
    first, base, refuses = start
    pages = Pages(rows, size, base=base, refuses=refuses)

    assert asyncio.run(walked(pages, first)) == rows
    assert pages.asked <= -(-len(rows) // size) + 2


async def test_a_row_that_slides_to_the_next_page_does_not_come_again() -> None:
    pages = Pages([1, 2, 3, 4], 2, base=1)
    got = []

    async for row in walk(pages.page, name=lambda row: row):
        got.append(row)
        if row == 2:
            pages.rows = [0, *pages.rows]

    assert got == [1, 2, 3, 4]


async def test_an_empty_page_ends_the_walk_whatever_the_total_says() -> None:
    meta = PageMeta(page_number=1, page_size=2, total_pages=99, total_results=198)
    asked = []

    async def page(number: int) -> Page[int]:
        asked.append(number)
        return Page[int](data=(1,) if number == 1 else (), meta=meta)

    assert [row async for row in walk(page)] == [1]
    assert asked == [1, 2]


async def test_a_server_that_gives_its_last_page_for_ever_is_left() -> None:
    meta = PageMeta(page_number=2, page_size=1, total_pages=99, total_results=99)

    async def page(number: int) -> Page[int]:
        return Page[int](data=(min(number, 2),), meta=meta)

    assert [row async for row in walk(page)] == [1, 2]


async def test_a_refusal_of_a_later_page_is_an_error() -> None:
    async def page(number: int) -> Page[int]:
        raise TelnyxInvalidError("x.page", 422, detail=f"no page {number}")

    with pytest.raises(TelnyxInvalidError) as caught:
        [row async for row in walk(page)]
    assert caught.value.detail == "no page 1"
