"""What holds in a channel: set there, by the settings, granted; real rows in a real database."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.errors import UsageError
from bot.services.access import EVERYTHING, Readers
from bot.services.channels import ChannelSettings
from bot.services.models import Models
from bot.store.channels import Channels
from bot.store.database import Database
from bot.store.grants import Grant, Grantee, Grants, Thing
from config.access import AccessSettings
from config.settings import DEFAULT_MODEL, AnswerSettings
from tests.unit.bot.conftest import Clock, TelnyxHouse

HERE = "C0GENERAL"


@dataclass
class Parts:
    """What the service is made of."""

    telnyx: TelnyxHouse
    database: Database
    clock: Clock
    answers: AnswerSettings = field(default_factory=AnswerSettings)
    readers: Readers = Readers.MEMBERS
    forgotten: list[str] = field(default_factory=list)

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
            directory=lambda _team: _Directory(directory),
            forget=self.forgotten.append,
            clock=self.clock,
        )

    async def set(self, **changes: Any) -> None:
        await self.service.set("T", HERE, changes, EVERYTHING)


class _Directory:
    """Says who reads, and nothing else."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def __getattr__(self, name: str) -> Any:
        async def readers(channel: str, team: str) -> Readers:
            assert (channel, team) == (HERE, "T")
            return self._parts.readers

        assert name == "readers"
        return readers


@pytest.fixture
def parts(telnyx: TelnyxHouse, database: Database, clock: Clock) -> Parts:
    return Parts(telnyx, database, clock)


async def test_where_nothing_is_set_the_settings_of_the_bot_hold(parts: Parts) -> None:
    parts.answers = AnswerSettings(buckets=("manual",), model="a/b")

    holds = await parts.service.here("T", HERE, EVERYTHING)

    assert (holds.buckets, holds.model, holds.kept.buckets) == (("manual",), "a/b", None)
    assert (holds.grants, holds.readers, holds.open_to_members) == ((), Readers.MEMBERS, True)


async def test_where_no_one_named_buckets_none_is_named(parts: Parts) -> None:
    assert (await parts.service.here("T", HERE, EVERYTHING)).buckets is None


async def test_what_is_set_holds_until_it_is_taken_back(parts: Parts) -> None:
    parts.answers = AnswerSettings(buckets=("manual",))
    await parts.set(buckets=("handbook",), model=DEFAULT_MODEL, tone="short", experts="S1", mode="follow")

    holds = await parts.service.here("T", HERE, EVERYTHING)
    await parts.set(buckets=None, tone=None)
    after = await parts.service.here("T", HERE, EVERYTHING)

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

    assert (await parts.service.here("T", HERE, EVERYTHING)).kept == await Channels(parts.database).get(
        "T", HERE
    )
    assert parts.forgotten == []


async def test_only_what_was_granted_to_this_channel_and_has_not_ended_is_granted_here(parts: Parts) -> None:
    here = Grant("T", Grantee.CHANNEL, HERE, Thing.BUCKET, "handbook", "U0ADA", 1.0)
    ended = Grant("T", Grantee.CHANNEL, HERE, Thing.CALLS, "*", "U0ADA", 1.0, parts.clock.now)
    group = Grant("T", Grantee.GROUP, "S1", Thing.BUCKET, "manual", "U0ADA", 1.0)
    for grant in (here, ended, group):
        await Grants(parts.database).give(grant)

    assert (await parts.service.here("T", HERE, EVERYTHING)).grants == (here,)


async def test_a_direct_message_is_read_by_no_one_else(parts: Parts) -> None:
    parts.readers = Readers.OUTSIDERS

    assert (await parts.service.here("T", "D1", EVERYTHING)).readers is Readers.MEMBERS
