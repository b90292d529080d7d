"""A private answer is shared where its asker is, and nowhere else."""

from types import SimpleNamespace
from typing import Any

import pytest

from bot.errors import RefusedError
from bot.services.access import EVERYTHING, Audience, Destination
from bot.workflows.share import Sharing
from tests.unit.handlers.verb_house import BY, KEPT, Kept


class Channel(Kept):
    """A kept answer, and a channel with these members, page by page."""

    def __init__(self, *pages: list[str]) -> None:
        super().__init__()
        self._pages = pages

    async def call(self, method: str, *, cursor: str = "0", **more: Any) -> dict[str, Any]:
        if method != "conversations.members":
            return await super().call(method, **more)
        number = int(cursor)
        following = {"next_cursor": str(number + 1)} if number + 1 < len(self._pages) else {}
        return {"members": self._pages[number], "response_metadata": following}


async def everything(_: Destination) -> Audience:
    return EVERYTHING


def sharing(channel: Channel) -> Sharing:
    slack: Any = channel
    poster: Any = SimpleNamespace(post=channel.post, posted=channel.posted_)
    rights: Any = SimpleNamespace(of=everything)
    return Sharing(api=slack, poster=poster, turns=slack, rights=rights)


async def test_the_sharer_is_looked_for_on_every_page_of_a_large_channel() -> None:
    channel = Channel(["U1", "U2"], ["U3", BY.user])

    await sharing(channel).share(KEPT, BY, join=False)

    assert [place for place, _ in channel.posted] == [f"{BY.channel}:{KEPT}"]


async def test_whoever_has_left_the_channel_shares_nothing_there() -> None:
    channel = Channel(["U1", "U2"], ["U3"])

    with pytest.raises(RefusedError, match="no longer in this channel"):
        await sharing(channel).share(KEPT, BY, join=False)

    assert channel.posted == []
