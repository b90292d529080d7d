"""Subscribing, ending it, and the list: real rows, the stand-in's buckets, and rights that a test says."""

from dataclasses import replace
from typing import Any, get_args

import pytest

from bot.errors import NotHereError, RefusedError, UsageError
from bot.render.subscriptions import What
from bot.services.access import EVERYTHING, NONE, Asker, Audience, Place, Public, Right, Some
from bot.services.jobs import KINDS
from bot.services.subscriptions import NAMES, Subscribing, Wanted
from bot.store.database import Database
from bot.store.subscriptions import ANY, Only, Subscription, Subscriptions
from tests.unit.bot.conftest import Clock, TelnyxHouse

HERE, DIRECT, SETTINGS = Place("T", "C1", "1.0"), Place("T", "D1", ""), Place("T", "C0JOBS", "")
MIA = Asker("U1", "T")
MEMBER = replace(
    EVERYTHING,
    roles=frozenset(),
    calls=NONE,
    named=Some(frozenset({"handbook"})),
    reasons={Right.CALLS: "No calls."},
)


class Readers:
    """Rights that say what the readers of a channel may see, and a Slack that says where I am."""

    def __init__(self) -> None:
        self.audience = Public(
            **{name: getattr(EVERYTHING, name) for name in EVERYTHING.__slots__}, asker=EVERYTHING
        )
        self.present = True

    async def of(self, place: Place, asker: Asker, *, private: bool) -> Audience:
        assert (place.thread, asker, private) == ("", MIA, False)
        return self.audience

    async def joined(self, team: str, channel: str) -> bool:
        assert (team, channel) == ("T", "C1")
        return self.present


@pytest.fixture
def readers() -> Readers:
    return Readers()


@pytest.fixture
def kept(database: Database) -> Subscriptions:
    return Subscriptions(database)


@pytest.fixture
def subscribing(telnyx: TelnyxHouse, kept: Subscriptions, readers: Readers, clock: Clock) -> Subscribing:
    rights: Any = readers
    return Subscribing(telnyx.client, kept, rights, joined=readers.joined, channel="C0JOBS", clock=clock)


def test_every_kind_has_the_name_that_people_type() -> None:
    assert set(NAMES.values()) == {ANY, *KINDS}
    assert get_args(What) == tuple(NAMES)


@pytest.mark.parametrize(("place", "target"), [(HERE, "C1"), (DIRECT, "U1"), (Place("T", "", ""), "U1")])
async def test_a_channel_hears_of_it_or_in_direct_messages_the_one_who_wants_it(
    subscribing: Subscribing, kept: Subscriptions, clock: Clock, place: Place, target: str
) -> None:
    wanted = Wanted("embeddings", "handbook", "failures")

    one, present = await subscribing.add(wanted, place, MIA, EVERYTHING)

    assert one == Subscription("T", target, "embedding", "handbook", Only.FAILURES, "U1", clock.now)
    assert await kept.all("T") == [one]
    assert present


async def test_where_i_am_not_it_is_kept_and_said(subscribing: Subscribing, readers: Readers) -> None:
    readers.present = False

    assert not (await subscribing.add(Wanted("everything"), HERE, MIA, EVERYTHING))[1]


async def test_what_does_not_exist_or_may_not_be_known_is_not_wanted(
    subscribing: Subscribing, kept: Subscriptions
) -> None:
    with pytest.raises(UsageError, match="Did you mean “handbook”"):
        await subscribing.add(Wanted("everything", "handbok"), HERE, MIA, EVERYTHING)
    with pytest.raises(UsageError, match="There's no embedded bucket “manual”"):
        await subscribing.add(Wanted("everything", "manual"), HERE, MIA, MEMBER)
    with pytest.raises(UsageError, match="the bot's settings say so"):
        await subscribing.add(Wanted("everything"), SETTINGS, MIA, EVERYTHING)

    assert await kept.all("T") == []


@pytest.mark.parametrize("what", ["calls", "insights"])
async def test_calls_are_for_those_who_may_see_them(
    subscribing: Subscribing, kept: Subscriptions, readers: Readers, what: str
) -> None:
    with pytest.raises(RefusedError):
        await subscribing.add(Wanted(what), DIRECT, MIA, MEMBER)
    readers.audience = replace(readers.audience, calls=NONE)
    with pytest.raises(NotHereError, match="Not everyone in that channel has access to calls"):
        await subscribing.add(Wanted(what), HERE, MIA, EVERYTHING)
    none = await kept.all("T")
    await subscribing.add(Wanted(what), DIRECT, MIA, EVERYTHING)

    assert none == []
    assert [one.kind for one in await kept.all("T")] == [NAMES[what]]


async def test_one_ends_or_all_and_only_where_it_is_wanted(
    subscribing: Subscribing, kept: Subscriptions
) -> None:
    for place in (HERE, DIRECT):
        for wanted in (Wanted("everything"), Wanted("embeddings", "handbook"), Wanted("clusters")):
            await subscribing.add(wanted, place, MIA, EVERYTHING)

    one = await subscribing.end(Wanted("everything"), HERE, MIA, EVERYTHING, again=False)
    left = [one.kind for one in await kept.there("T", "C1")]
    everything = await subscribing.end(Wanted("all"), HERE, MIA, EVERYTHING, again=False)

    assert (one, left, everything) == (("C1", 1), ["clusters", "embedding"], ("C1", 2))
    assert len(await kept.there("T", "U1")) == 3


@pytest.mark.parametrize(
    ("ended", "left"),
    [
        (Wanted("embeddings"), ["clusters handbook", "embedding handbook"]),
        (Wanted("clusters"), ["embedding ", "embedding handbook"]),
        (Wanted("all", "handbook"), ["embedding "]),
        (Wanted("embeddings", "handbook"), ["clusters handbook", "embedding "]),
    ],
)
async def test_what_is_said_of_it_is_ended_and_what_was_not_meant_stays(
    subscribing: Subscribing, kept: Subscriptions, ended: Wanted, left: list[str]
) -> None:
    for wanted in (Wanted("embeddings"), Wanted("embeddings", "handbook"), Wanted("clusters", "handbook")):
        await subscribing.add(wanted, HERE, MIA, EVERYTHING)

    await subscribing.end(ended, HERE, MIA, EVERYTHING, again=False)

    assert [f"{one.kind} {one.bucket}" for one in await kept.there("T", "C1")] == left


async def test_of_a_bucket_that_someone_may_not_know_nothing_is_ended(
    subscribing: Subscribing, kept: Subscriptions
) -> None:
    await kept.put(Subscription("T", "C1", ANY, "secret"))

    with pytest.raises(UsageError, match="There's no such subscription here"):
        await subscribing.end(Wanted("all", "secret"), HERE, MIA, MEMBER, again=False)
    assert len(await kept.all("T")) == 1


async def test_calls_are_of_no_bucket(subscribing: Subscribing) -> None:
    with pytest.raises(UsageError, match="There are no calls of a bucket"):
        await subscribing.add(Wanted("calls", "handbook"), HERE, MIA, EVERYTHING)


async def test_there_is_none_to_end_unless_an_attempt_before_ended_it(subscribing: Subscribing) -> None:
    with pytest.raises(UsageError, match="There's no such subscription here"):
        await subscribing.end(Wanted("all"), HERE, MIA, EVERYTHING, again=False)
    with pytest.raises(UsageError, match="JOBS_CHANNEL"):
        await subscribing.end(Wanted("all"), SETTINGS, MIA, EVERYTHING, again=False)

    assert await subscribing.end(Wanted("all"), HERE, MIA, EVERYTHING, again=True) == ("C1", 0)


async def test_a_member_sees_those_of_the_place_with_what_they_may_know_and_an_admin_those_of_channels(
    subscribing: Subscribing, kept: Subscriptions
) -> None:
    each = [
        Subscription("T", target, kind, bucket, by="U9")
        for target, kind, bucket in [
            ("C0", ANY, ANY), ("C1", "clusters", "secret"), ("C1", "embedding", "handbook"), ("U1", ANY, ANY), ("U2", ANY, ANY),
        ]
    ]  # fmt: skip
    for one in each:
        await kept.put(one)

    member = await subscribing.listed(HERE, MIA, MEMBER)
    direct = await subscribing.listed(DIRECT, MIA, MEMBER)
    admin = await subscribing.listed(HERE, MIA, EVERYTHING)

    assert (member.found, member.everything) == ((each[2],), None)
    assert (direct.found, direct.here) == ((each[3],), "U1")
    assert (admin.found, admin.everything) == ((each[1], each[2], each[0]), "C0JOBS")
    assert (await subscribing.listed(SETTINGS, MIA, MEMBER)).everything == "C0JOBS"


@pytest.mark.parametrize(
    ("wanted", "hears"),
    [
        (Subscription("T", "C1", ANY, ANY), True),
        (Subscription("T", "C1", "embedding", "handbook"), True),
        (Subscription("T", "C1", "embedding", "manual"), False),
        (Subscription("T", "C1", "clusters", ANY), False),
        (Subscription("T", "C1", ANY, ANY, Only.FAILURES), False),
    ],
)
async def test_a_channel_hears_of_a_job_when_it_wants_all_of_it(
    subscribing: Subscribing, kept: Subscriptions, wanted: Subscription, hears: bool
) -> None:
    await kept.put(wanted)

    assert await subscribing.hears(HERE, "embedding", "handbook") is hears
    assert not await subscribing.hears(SETTINGS, "embedding", "handbook")
