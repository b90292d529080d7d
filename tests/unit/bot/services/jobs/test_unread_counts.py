"""A job whose files a look had no room to count isn't said to be stalled: no one knows whether something of it moves."""

from bot.services.jobs.embeddings import EMBEDDINGS
from bot.services.jobs.states import step
from tests.unit.bot.conftest import TelnyxHouse
from tests.unit.bot.services.jobs.looks import HOUR, known, put, seen


async def test_what_was_not_counted_is_not_stalled(house: TelnyxHouse) -> None:
    for bucket in ("first", "second"):
        house.standin.library.seed(bucket, "0.txt", b"words")
        await put(house, bucket=bucket, status="processing")
    before = await seen(EMBEDDINGS, house)
    now = house.standin.clock.now().timestamp()

    found = await seen(EMBEDDINGS, house, before.values(), requests=1)

    steps = [
        step(EMBEDDINGS, known(before[name], moved_at=now - HOUR), one, now=now)
        for name, one in found.items()
    ]
    assert [one.told for one in steps if one] == ["stalled"], "the one that was counted"
