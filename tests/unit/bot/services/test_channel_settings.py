"""What holds in a channel: set there, by the settings, granted; real rows in a real database."""

from dataclasses import dataclass, field
from typing import Any, TypeVar

import pytest

from bot.errors import UsageError
from bot.services.access import EVERYTHING, About, Asker, Audience, Place, Readers, Rights, Some
from bot.services.channels import ChannelSettings
from bot.services.models import Models
from bot.store.channels import Channels
from bot.store.database import Database
from bot.store.grants import ALL, Grant, Grantee, Grants, Thing
from config.access import AccessSettings
from config.answers import DEFAULT_MODEL, AnswerSettings
from tests.unit.bot.conftest import Clock, TelnyxHouse

HERE = "C0GENERAL"
PLACE, ME = Place("T", HERE, ""), Asker("U0MIA", "T")
PUBLIC = About("public", shared=False, archived=False)
X = TypeVar("X")


@dataclass
class Parts:
    """What the service is made of."""

    telnyx: TelnyxHouse
    database: Database
    clock: Clock
    answers: AnswerSettings = field(default_factory=AnswerSettings)
    reading: Readers | Exception = Readers.MEMBERS
    about: About | Exception = PUBLIC
    forgotten: list[str] = field(default_factory=list)
    looks: int = 0
    """How often Slack was asked what the channel is."""

    def __post_init__(self) -> None:
        directory: Any = self
        kept = Channels(self.database), Grants(self.database)
        self.rights = Rights(lambda _team: directory, *kept, AccessSettings(), clock=self.clock)

    def forget(self, team: str) -> None:
        self.forgotten.append(team)
        self.rights.forget(team)

    @property
    def service(self) -> ChannelSettings:
        directory: Any = self
        return ChannelSettings(
            self.telnyx.client,
            Models(self.telnyx.client, DEFAULT_MODEL),
            channels=Channels(self.database),
            grants=Grants(self.database),
            answers=self.answers,
            access=AccessSettings(),
            about=self.rights.about,
            directory=lambda _team: directory,
            forget=self.forget,
            clock=self.clock,
        )

    async def place(self, channel: str) -> About:
        """``Directory.place``."""
        assert channel == HERE
        self.looks += 1
        return _said(self.about)

    async def readers(self, channel: str, team: str) -> Readers:
        """``Directory.readers``."""
        assert (channel, team) == (HERE, "T")
        return _said(self.reading)

    async def set(self, **changes: Any) -> None:
        await self.service.set("T", HERE, changes, EVERYTHING)


def _said(what: X | Exception) -> X:
    if isinstance(what, Exception):
        raise what
    return what


@pytest.fixture
def parts(telnyx: TelnyxHouse, database: Database, clock: Clock) -> Parts:
    return Parts(telnyx, database, clock)


async def test_where_nothing_is_set_the_settings_of_the_bot_hold(parts: Parts) -> None:
    parts.answers = AnswerSettings(buckets=("manual",), model="a/b")

    holds = await parts.service.here(PLACE, ME, EVERYTHING)

    assert (holds.buckets, holds.model, holds.kept.buckets) == (("manual",), "a/b", None)
    assert (holds.grants, holds.readers, holds.open_to_members) == ((), Readers.MEMBERS, True)


async def test_where_no_one_named_buckets_none_is_named(parts: Parts) -> None:
    assert (await parts.service.here(PLACE, ME, EVERYTHING)).buckets is None


async def test_what_is_set_holds_until_it_is_taken_back(parts: Parts) -> None:
    parts.answers = AnswerSettings(buckets=("manual",))
    await parts.set(buckets=("handbook",), model=DEFAULT_MODEL, tone="short", experts="S1", mode="follow")

    holds = await parts.service.here(PLACE, ME, EVERYTHING)
    await parts.set(buckets=None, tone=None)
    after = await parts.service.here(PLACE, ME, EVERYTHING)

    assert holds.buckets == ("handbook",)
    assert (holds.kept.tone, holds.kept.experts, holds.kept.mode) == ("short", "S1", "follow")
    assert (after.buckets, after.kept.tone, after.kept.mode) == (("manual",), None, "follow")
    assert parts.forgotten == ["T", "T"]


@pytest.mark.parametrize(
    ("channel", "changes", "says"),
    [
        (HERE, {"buckets": ("handbok",)}, "Did you mean “handbook”"),
        (HERE, {"model": "nope/nope"}, "There's no model `nope/nope`"),
        (HERE, {}, "at least one setting"),
        ("", {"mode": "off"}, "Choose a channel"),
    ],
)
async def test_what_is_not_there_is_not_set(
    parts: Parts, channel: str, changes: dict[str, Any], says: str
) -> None:
    with pytest.raises(UsageError, match=says):
        await parts.service.set("T", channel, changes, EVERYTHING)

    holds = await parts.service.here(PLACE, ME, EVERYTHING)
    await parts.rights.keep()  # what Slack says of the place

    assert holds.kept == await Channels(parts.database).get("T", HERE)
    assert parts.forgotten == []


async def test_only_what_was_granted_to_this_channel_and_has_not_ended_is_granted_here(parts: Parts) -> None:
    here = Grant("T", Grantee.CHANNEL, HERE, Thing.BUCKET, "handbook", "U0ADA", 1.0)
    ended = Grant("T", Grantee.CHANNEL, HERE, Thing.CALLS, "*", "U0ADA", 1.0, parts.clock.now)
    group = Grant("T", Grantee.GROUP, "S1", Thing.BUCKET, "manual", "U0ADA", 1.0)
    for grant in (here, ended, group):
        await Grants(parts.database).give(grant)

    assert (await parts.service.here(PLACE, ME, EVERYTHING)).grants == (here,)


async def test_a_direct_message_is_read_by_no_one_else(parts: Parts) -> None:
    parts.reading = Readers.OUTSIDERS

    assert (await parts.service.here(Place("T", "D1", ""), ME, EVERYTHING)).readers is Readers.MEMBERS


# ----------------------------------------------------------------------------- what someone may not know
def member(*, named: Some = Some(), calls: Some = Some()) -> Audience:  # noqa: B008 - frozen
    return Audience(buckets=named, named=named, calls=calls, member=True)


async def granted(parts: Parts, thing: Thing, name: str) -> Grant:
    grant = Grant("T", Grantee.CHANNEL, HERE, thing, name, "U0ADA", 1.0)
    await Grants(parts.database).give(grant)
    return grant


async def test_names_that_someone_may_not_know_are_not_among_what_holds(parts: Parts) -> None:
    await parts.set(buckets=("handbook", "manual"))
    shown = {
        await granted(parts, Thing.BUCKET, "manual"),
        await granted(parts, Thing.BUCKET, ALL),
        await granted(parts, Thing.CALLS, "assistant-1"),
        await granted(parts, Thing.CALLS, ALL),
    }
    await granted(parts, Thing.BUCKET, "handbook")
    await granted(parts, Thing.CALLS, "assistant-2")
    audience = member(named=Some.of(["manual"]), calls=Some.of(["assistant-1"]))

    holds = await parts.service.here(PLACE, ME, audience)

    assert holds.buckets == ("manual",)
    assert {*holds.grants} == shown


async def test_what_is_set_and_may_not_be_known_looks_as_if_nothing_could_be_seen(parts: Parts) -> None:
    await parts.set(buckets=("handbook", "manual"))
    await granted(parts, Thing.CALLS, ALL)

    holds = await parts.service.here(PLACE, ME, member())

    assert (holds.buckets, holds.grants) == ((), ())


# ------------------------------------------------------------------------------------ what Slack does not say
async def test_slack_is_asked_once_what_a_channel_is(parts: Parts) -> None:
    parts.about = About("private", shared=True, archived=False)

    for _ in range(2):
        holds = await parts.service.here(PLACE, ME, EVERYTHING)

    assert (holds.kept.kind, holds.kept.shared, parts.looks) == ("private", True, 1)


@pytest.mark.parametrize("away", ["about", "reading"])
async def test_where_slack_does_not_say_who_reads_that_is_not_known(parts: Parts, away: str) -> None:
    setattr(parts, away, TimeoutError())

    assert (await parts.service.here(PLACE, ME, EVERYTHING)).readers is Readers.UNKNOWN
