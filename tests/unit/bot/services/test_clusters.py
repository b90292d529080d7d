"""Clusterings are found by what people type of their ids."""

import pytest

from bot.errors import UsageError
from bot.services.access import EVERYTHING
from bot.services.clusters import Clusters
from tests.unit.bot.conftest import TelnyxHouse


async def test_an_id_or_its_beginning_is_found_among_more_than_one_page(
    telnyx: TelnyxHouse,
) -> None:
    oldest = await telnyx.client.clusters.create("handbook")
    for _ in range(101):
        newest = await telnyx.client.clusters.create("handbook")
    clusters = Clusters(telnyx.client)

    assert (await clusters.find(oldest, EVERYTHING)).task_id == oldest
    assert (await clusters.find(oldest[:8], EVERYTHING)).task_id == oldest
    assert (await clusters.find(newest[:8], EVERYTHING)).task_id == newest
    with pytest.raises(UsageError, match="no clustering"):
        await clusters.find("00000000", EVERYTHING)
