"""A wrong key is said at the start, until it is right."""

from typing import Any

import structlog

from bot.app.telnyx import check_key
from tests.unit.bot.conftest import TelnyxHouse


async def said(house: TelnyxHouse, *faults: dict[str, Any]) -> tuple[list[str], int]:
    """What is logged, and after how many looks it is given up."""
    looks = 0

    async def pause(_seconds: float) -> None:
        nonlocal looks
        looks += 1
        if looks < len(faults):
            await house.fault(operation="models.all", **faults[looks])

    if faults:
        await house.fault(operation="models.all", **faults[0])
    with structlog.testing.capture_logs() as lines:
        await check_key(house.client, pause)
    return [line["event"] for line in lines if line["log_level"] == "warning"], looks


async def test_a_key_that_telnyx_takes_is_looked_at_once(telnyx: TelnyxHouse) -> None:
    assert await said(telnyx) == ([], 0)
    assert await telnyx.calls("models.all") == 1


async def test_a_key_that_telnyx_refuses_is_said_once_and_looked_at_until_it_takes_it(
    telnyx: TelnyxHouse,
) -> None:
    refused: dict[str, Any] = {"kind": "status", "status": 401}

    assert await said(telnyx, refused, refused) == (["telnyx_refuses_the_key"], 2)


async def test_a_telnyx_that_does_not_answer_says_nothing_of_the_key(telnyx: TelnyxHouse) -> None:
    # Over a connection that was open, the bot's HTTP library asks a second time by itself.
    away: dict[str, Any] = {"kind": "drop", "count": 2}
    refused: dict[str, Any] = {"kind": "status", "status": 401}

    assert await said(telnyx, away, refused) == (["telnyx_refuses_the_key"], 2)
