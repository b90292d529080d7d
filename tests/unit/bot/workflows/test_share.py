"""A private answer is shared where its asker is, and nowhere else."""

from typing import Any

import pytest

from bot.errors import RefusedError
from bot.services.access import EVERYTHING, Destination
from bot.workflows.share import Sharing
from tests.unit.handlers.verb_house import BY, Kept

KEPT = Kept().turn


class Neighbors:
    """Slack, the answers and the rights, as ``Sharing`` uses them."""

    def __init__(self, pages: list[list[str]]) -> None:
        self.pages = pages
        self.posted: list[str] = []

    async def call(self, method: str, *, cursor: str = "0", **_: Any) -> dict[str, Any]:
        if method != "conversations.members":
            return {"channel": {"id": BY.channel}}
        number = int(cursor)
        more = {"next_cursor": str(number + 1)} if number + 1 < len(self.pages) else {}
        return {"members": self.pages[number], "response_metadata": more}

    async def get(self, _: str) -> Any:
        return KEPT

    async def of(self, _: Destination) -> Any:
        return EVERYTHING

    async def post(self, channel: str, _: Any, *, key: str) -> None:
        self.posted.append(f"{channel}:{key}")

    async def posted_(self, channel: str, key: str) -> str | None:
        return "1.0" if f"{channel}:{key}" in self.posted else None


def sharing(neighbors: Neighbors) -> Sharing:
    poster: Any = type("Poster", (), {"post": neighbors.post, "posted": neighbors.posted_})
    them: Any = neighbors
    return Sharing(api=them, poster=poster, turns=them, rights=them)


async def test_the_sharer_is_looked_for_on_every_page_of_a_large_channel() -> None:
    neighbors = Neighbors([["U1", "U2"], ["U3", BY.user]])

    await sharing(neighbors).share(KEPT.id, BY, join=False)

    assert neighbors.posted == [f"{BY.channel}:{KEPT.id}"]


async def test_whoever_has_left_the_channel_shares_nothing_there() -> None:
    neighbors = Neighbors([["U1", "U2"], ["U3"]])

    with pytest.raises(RefusedError, match="no longer in this channel"):
        await sharing(neighbors).share(KEPT.id, BY, join=False)

    assert neighbors.posted == []
