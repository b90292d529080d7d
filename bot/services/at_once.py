"""Several pieces of work at once, of which each is needed."""

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any, TypeVar

T = TypeVar("T")


async def all_of(works: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """Return what comes of all, in their order. Once one fails the others are broken off: no one reads what they would cost.

    Raises:
        Exception: what the first one raised.
    """
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(work) for work in works]
    except ExceptionGroup as error:
        raise error.exceptions[0] from error
    return [task.result() for task in tasks]
