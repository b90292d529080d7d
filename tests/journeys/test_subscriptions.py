"""Job news where someone subscribed: a channel hears of jobs that others start, until someone there unsubscribes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.databases import SqliteFiles
from tests.journeys.conftest import People
from tests.journeys.house import WATCHFUL, BotProcess, House, until
from tests.journeys.replies import private
from tests.journeys.screen import GENERAL, RANDOM, SUPPORT, buttons, words
from tests.journeys.telnyx_side import HANDBOOK, bucket
from tests.journeys.test_call_summaries import action


@pytest.fixture(autouse=True)
def still(house: House) -> Iterator[None]:
    """Telnyx's time stands still, so that jobs move only when a test moves them."""
    house.ask("telnyx", "clock", {"scale": 0})
    yield
    house.ask("telnyx", "clock", {"scale": 1})


@pytest.fixture
def own_bot(own_bot: BotProcess) -> BotProcess:
    own_bot.environment |= WATCHFUL | {"JOBS_CHANNEL": ""}
    return own_bot


def heard_of(bot: BotProcess, name: str, status: str) -> None:
    """Wait until a bot has told this of an embedding wherever it's wanted, or found that it isn't."""
    rows = SqliteFiles(Path(bot.environment["DATA_DIR"])).rows
    of = f"kind = 'embedding' AND job IN (SELECT id FROM jobs WHERE bucket = '{name}')"  # noqa: S608 - words of this file
    query = f"SELECT 1 FROM transitions WHERE {of} AND notified = 1 AND status = '{status}'"  # noqa: S608 - words of this file
    until(lambda: bool(rows(query)), f"news that {name} is {status}")


def embeds(name: str, status: str = "queued") -> Any:
    """A condition: the card of an embedding that stands so."""
    return lambda m: f"Embedding of {name}*: {status}" in words(m)


async def test_a_channel_hears_of_what_others_start_until_someone_there_ends_it(
    own_bot: BotProcess, person: People, house: House
) -> None:
    own_bot.start()
    mia, ben = person("U0MIA"), person("U0BEN")
    await mia.command(GENERAL, "/telnyx", "jobs subscribe embeddings")
    said = await private(mia, "From now on")
    bucket(house, "wanted-1", 1)
    card = await ben.wait_for(embeds("wanted-1"), channel=GENERAL)
    own_bot.kill()
    own_bot.start()
    house.ask("telnyx", "tasks", {"bucket": "wanted-1", "status": "failure"})
    failed = await ben.wait_for(
        lambda m: "queued → failed" in words(m), channel=GENERAL, thread_ts=card["ts"]
    )

    await ben.command(GENERAL, "/telnyx", "jobs subscriptions")
    listed = await private(ben, "by <@U0MIA>")
    await ben.click(GENERAL, listed["ts"], "jobs unsubscribe", action(listed, "jobs unsubscribe"))
    ended = await private(ben, "I ended 1 subscription")
    bucket(house, "wanted-2", 1)
    heard_of(own_bot, "wanted-2", "queued")

    assert "news of embedding tasks in <#C0GENERAL>." in words(said)
    assert failed["thread_ts"] == card["ts"]
    assert "Embedding tasks* in <#C0GENERAL>" in words(listed)
    assert f"in <#{GENERAL}>" in words(ended)
    assert not [m for m in await ben.messages(GENERAL) if "wanted-2" in words(m)]


async def test_failures_alone_of_one_bucket_in_direct_messages(
    own_bot: BotProcess, person: People, house: House
) -> None:
    own_bot.start()
    ben = person("U0BEN")
    bucket(house, "picky", 1)
    bucket(house, "other", 1)
    await ben.command("D0BEN", "/telnyx", "jobs subscribe --bucket picky --only failures")
    await private(ben, "in our direct messages, but only when something goes wrong.", channel="D0BEN")

    for name, status in (("picky", "processing"), ("other", "failure"), ("picky", "failure")):
        house.ask("telnyx", "tasks", {"bucket": name, "status": status})
        heard_of(own_bot, name, status)
    told = await ben.wait_for(embeds("picky", "failed"), channel="D0BEN")

    assert not [m for m in await ben.messages("D0BEN") if embeds("other", "failed")(m)]
    assert told["kind"] != "user"


async def test_where_i_am_not_it_is_said_and_the_news_waits_for_an_invitation(
    own_bot: BotProcess, person: People, house: House
) -> None:
    own_bot.start()
    ada, mia = person("U0ADA"), person("U0MIA")
    await ada.command(RANDOM, "/telnyx", "jobs subscribe")
    said = await private(ada, "I'm not in this channel yet.", channel=RANDOM)
    bucket(house, "patient", 1)
    until(lambda: own_bot.logged("job_not_told_yet"), "a try")
    await mia.post("invite", user="U0MIA", channel=RANDOM)

    card = await mia.wait_for(embeds("patient"), channel=RANDOM)

    assert buttons(said) == ["Unsubscribe", "Subscriptions"]
    assert buttons(card)[:1] == ["I'm on it"]


async def test_who_may_not_subscribe_is_told_why_and_what_is_wanted_is_checked(
    own_bot: BotProcess, person: People
) -> None:
    own_bot.start()
    gus, mia = person("U0GUS"), person("U0MIA")
    await gus.command(SUPPORT, "/telnyx", "jobs subscribe")
    await private(gus, "This isn't open to guests.", channel=SUPPORT)
    await mia.command(SUPPORT, "/telnyx", "jobs subscribe calls")
    await private(mia, "only workspace admins can see them", channel=SUPPORT)
    await mia.command(SUPPORT, "/telnyx", "jobs subscribe --bucket handbok")
    await private(mia, f"Did you mean “{HANDBOOK}”?", channel=SUPPORT)
    await mia.command(SUPPORT, "/telnyx", "jobs subscriptions")

    await private(mia, "There are no subscriptions here.", channel=SUPPORT)
