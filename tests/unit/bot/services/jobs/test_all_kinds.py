"""The watch over all kinds, as they are."""

from collections import Counter

from bot.services.jobs import KINDS, JobWatch
from bot.store.database import Database
from bot.store.jobs import Jobs
from bot.store.polls import Polls
from sandbox.telnyx.clusters import ClusterBody
from sandbox.telnyx.insight_templates import Group
from tests.unit.bot.conftest import TelnyxHouse
from tests.unit.bot.services.jobs.looks import call, put


async def test_an_account_in_which_nothing_happens_changes_nothing(
    telnyx: TelnyxHouse, database: Database
) -> None:
    standin = telnyx.standin
    standin.clusters.start(ClusterBody(bucket="manual"))
    await put(telnyx, bucket="handbook", status="processing", done=3)
    await put(telnyx, bucket="manual", status="partial_success")
    call(telnyx, 60)
    ended = call(telnyx, 600)
    standin.results.start(ended, [], Group("Mood", standin.clock.now()), [])
    polls, now = Polls(database), standin.clock.now().timestamp()
    watch = JobWatch(telnyx.client, Jobs(database), polls, kinds=KINDS, period=15)
    assert await watch.look(now)
    noted = {name: poll.changed for name, poll in (await polls.all()).items()}
    known = Counter(job.kind for job in await Jobs(database).unfinished())
    for later in (60, 700):
        assert await watch.look(now + later)

    assert noted.keys() == KINDS.keys()
    assert known.keys() == KINDS.keys()
    assert {name: poll.changed for name, poll in (await polls.all()).items()} == noted
