"""Which files failed is asked once for all changes of a bucket that a look found."""

import asyncio

from bot.services.jobs import KINDS, JobWatch
from bot.store.database import Database
from bot.store.jobs import Jobs, Transition
from bot.store.polls import Polls
from tests.unit.bot.conftest import TelnyxHouse

ASK = "embeddings.files"


def failure(job: str, at: float = 1.0, bucket: str = "handbook", file: str | None = None) -> Transition:
    return Transition("embedding", job, 2, "failure", {"bucket": bucket, "file": file}, at)


def fail(telnyx: TelnyxHouse, *files: str) -> None:
    """Have them in the handbook, and none of them readable."""
    for name in files:
        telnyx.standin.library.add("handbook", name, b"no PDF at all")
    telnyx.standin.clock.advance(3_600)


def watch_of(telnyx: TelnyxHouse, database: Database) -> JobWatch:
    return JobWatch(telnyx.client, Jobs(database), Polls(database), kinds=KINDS, period=15)


async def test_many_that_failed_at_once_share_an_answer_and_later_ones_get_their_own(
    telnyx: TelnyxHouse, database: Database
) -> None:
    watch = watch_of(telnyx, database)
    fail(telnyx, "a.pdf", "b.pdf")
    whole = await asyncio.gather(*(watch.not_embedded(failure(str(n))) for n in range(22)))
    again = await watch.not_embedded(failure("a", file=whole[0][0].filename))
    once = await telnyx.calls(ASK)
    await watch.not_embedded(failure("b", at=2.0))
    await watch.not_embedded(failure("c", bucket="manual"))

    assert all(found == whole[0] for found in whole)
    assert again == whole[0][:1]
    assert (once, await telnyx.calls(ASK)) == (1, 3)


async def test_what_telnyx_could_not_tell_is_asked_again(telnyx: TelnyxHouse, database: Database) -> None:
    watch = watch_of(telnyx, database)
    fail(telnyx, "a.pdf")
    await telnyx.fault(operation=ASK, kind="status", status=500)

    assert await watch.not_embedded(failure("a")) == []
    assert await watch.not_embedded(failure("a"))
