"""The Home tab: each person finds what is theirs, and what can't be looked up is named; real rows, and Telnyx's stand-in."""

import asyncio
import time
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
import sqlalchemy as sa

from bot.services.access import EVERYTHING, About, Asker, Person, Readers, Rights
from bot.services.action_items import ActionItems
from bot.services.buckets import Buckets
from bot.services.call_marks import Agreed
from bot.services.calls import Call
from bot.services.grants import Granting
from bot.services.home import CHANNELS, JOBS, Home, HomeTab, Part, Room, Set
from bot.services.jobs.board import JobBoard
from bot.store.action_items import Items
from bot.store.channels import Channels
from bot.store.database import Database
from bot.store.grants import ALL, Grant, Grantee, Grants, Thing
from bot.store.job_marks import Marks
from bot.store.jobs import Jobs
from bot.store.polls import Polls
from bot.store.recent import Recent
from bot.store.turns import Turns
from config.access import AccessSettings
from tests.unit.bot.conftest import TelnyxHouse
from tests.unit.bot.sightings import Account, sighting

MEMBER = Person("U0MIA", guest=False, external=False, admin=False)
ADMIN, GUEST = replace(MEMBER, admin=True), replace(MEMBER, guest=True)
ME = Asker(MEMBER.id, "T")
AN_HOUR = 3_600.0


@dataclass
class Slack:
    """One workspace's rooms and people."""

    who: Person | Exception = MEMBER
    mine: frozenset[str] | Exception = frozenset({"C1", "C2"})
    outsiders: frozenset[str] = frozenset()
    slow: asyncio.Event | None = None

    async def person(self, user: str, *, team: str, user_team: str = "") -> Person:
        """``Directory.person``."""
        del user, team, user_team
        if isinstance(self.who, Exception):
            raise self.who
        return self.who

    async def groups(self, user: str, among: Collection[str]) -> frozenset[str]:
        """``Directory.groups``."""
        del user, among
        return frozenset()

    async def place(self, channel: str) -> About:
        """``Directory.place``."""
        del channel
        return About("public", shared=False, archived=False)

    async def readers(self, channel: str, team: str) -> Readers:
        """``Directory.readers``."""
        del team
        return Readers.OUTSIDERS if channel in self.outsiders else Readers.MEMBERS

    async def holds(self, channel: str, user: str) -> bool:
        """``Directory.holds``."""
        del user
        return not isinstance(self.mine, Exception) and channel in self.mine

    async def together(self, user: str) -> frozenset[str]:
        """``Rooms.together``."""
        del user
        if self.slow is not None:
            await self.slow.wait()
        if isinstance(self.mine, Exception):
            raise self.mine
        return self.mine

    def link(self, channel: str, ts: str, root: str) -> str:
        """``Rooms.link``."""
        return f"https://acme.slack.com/archives/{channel}/p{ts}?{root}"


@dataclass
class Parts:
    """What the service is made of."""

    telnyx: TelnyxHouse
    database: Database
    slack: Slack = field(default_factory=Slack)
    access: AccessSettings = field(default_factory=AccessSettings)
    preferred: tuple[str, ...] = ()

    async def look(self, seconds: float = AN_HOUR) -> Home:
        """Open the tab."""
        return await self.tab(seconds).whole("T", ME)

    def tab(self, seconds: float = AN_HOUR) -> HomeTab:
        """The service."""
        client, slack = self.telnyx.client, self.slack
        grants = Grants(self.database)
        rights = Rights(lambda _team: slack, Channels(self.database), grants, self.access)
        return HomeTab(
            Recent(self.database),
            rights,
            Buckets(client, self.preferred),
            board=JobBoard(Jobs(self.database), Polls(self.database), Marks(self.database), client),
            actions=ActionItems(Items(self.database), self.names_of),
            grants=Granting(client, grants, self.access, rights.forget),
            directory=lambda _team: slack,
            seconds=seconds,
        )

    async def names_of(self, team: str, user: str) -> tuple[str, ...]:
        """What Mia is called."""
        assert (team, user) == ("T", ME.user)
        return ("Mia Moreau",)

    async def answered(self, key: str, channel: str = "C1", **more: Any) -> None:
        """Note a question of Mia's that was answered."""
        known = {"team": "T", "channel": channel, "root": key, "ts": key, "user": ME.user, "kind": "ask"}
        await Turns(self.database).begin(id=key, boot="b", question=f"Question {key}?", **(known | more))
        await Turns(self.database).update(key, model="m")

    async def runs(self, *buckets: str) -> None:
        """Have the watcher see an embedding of each bucket, a minute after the one before."""
        began = time.time() - 60 * len(buckets)
        seen = [
            sighting(f"task-{n}", "processing", bucket=name, began=began + 61 * n)
            for n, name in enumerate(buckets)
        ]
        await Account(self.database).see(*seen)

    async def grant(self, grantee: str, name: str, thing: Thing = Thing.BUCKET) -> None:
        """Give someone a bucket or calls."""
        kind = Grantee.CHANNEL if grantee.startswith("C") else Grantee.PERSON
        await Grants(self.database).give(Grant("T", kind, grantee, thing, name, "U0ADA", 1.0, None))


def titles(home: Home) -> list[str]:
    """What runs, the latest first."""
    return [job.title for card in (home.jobs.cards if home.jobs else ()) for job in card.jobs]


@pytest.fixture
def parts(telnyx: TelnyxHouse, database: Database) -> Parts:
    return Parts(telnyx, database)


def rooms(home: Home) -> dict[str, tuple[str, ...] | None]:
    """What I answer from in each channel; None where I don't answer."""
    return {room.channel: None if room.off else room.buckets for room in home.channels or ()}


async def test_my_questions_are_shown_with_their_messages_and_private_ones_without(parts: Parts) -> None:
    await parts.answered("1")
    await parts.answered("2", "C0ANY", root="", ts="", private=1)

    home = await parts.look()

    shown = [(said.question.words, said.link) for said in home.questions or ()]
    assert shown == [("Question 2?", ""), ("Question 1?", "https://acme.slack.com/archives/C1/p1?1")]


async def test_what_the_bot_keeps_is_known_without_slack_and_telnyx(parts: Parts) -> None:
    parts.slack.who = RuntimeError("Slack is away")
    await parts.answered("1")

    home = await parts.tab().begun("T", ME)

    assert [said.question.turn for said in home.questions or ()] == ["1"]
    assert (home.whole, home.failed, home.channels) == (False, {}, None)


async def test_channels_are_those_that_i_am_in_where_something_was_asked_or_set(parts: Parts) -> None:
    await parts.answered("1", "C1")
    await parts.answered("2", "C9")  # someone asked there; Mia isn't in it
    await Channels(parts.database).set("T", "C2", buckets=("manual",))
    await Channels(parts.database).set("T", "C8", mode="off")
    parts.slack.mine = frozenset({"C1", "C2", "C3"})

    home = await parts.look()

    assert rooms(home) == {"C1": ("handbook", "manual"), "C2": ("manual",)}
    assert home.further == 0


async def test_my_own_channels_come_first_also_while_i_wait_for_the_answer(parts: Parts) -> None:
    await parts.answered("1", "C1")
    await Turns(parts.database).update("1", model=None)
    await parts.answered("2", "C2", user="U0BEN")

    assert [room.channel for room in (await parts.look()).channels or ()] == ["C1", "C2"]


async def test_many_channels_are_counted(parts: Parts) -> None:
    names = [f"C{number}" for number in range(CHANNELS + 2)]
    parts.slack.mine = frozenset(names)
    for number, name in enumerate(names):
        await parts.answered(str(number), name)

    home = await parts.look()

    assert len(home.channels or ()) == CHANNELS
    assert home.further == 2


async def test_a_channel_where_i_am_off_says_so(parts: Parts) -> None:
    await Channels(parts.database).set("T", "C1", mode="off")

    assert (await parts.look()).channels == [Room("C1", (), off=True)]


async def test_where_a_guest_reads_along_only_what_is_granted_there_is_named(parts: Parts) -> None:
    parts.slack.outsiders = frozenset({"C1", "C2"})
    await parts.answered("1", "C1")
    await parts.answered("2", "C2")
    await parts.grant("C1", "handbook")

    assert rooms(await parts.look()) == {"C2": (), "C1": ("handbook",)}


async def test_a_guest_finds_their_questions_and_what_was_granted_to_them_alone(parts: Parts) -> None:
    parts.slack = Slack(GUEST, frozenset({"C1"}), frozenset({"C1"}))
    await parts.answered("1")
    nothing = await parts.look()
    await parts.grant(ME.user, "manual")
    await parts.runs("manual", "handbook")
    granted = await parts.look()

    assert [said.question.turn for said in nothing.questions or ()] == ["1"]
    assert rooms(nothing) == {}, "no one answers them there"
    assert rooms(granted) == {"C1": ()}, "alone"
    assert (nothing.jobs, nothing.settings) == (None, None)
    assert titles(granted) == ["manual"]
    assert "handbook" not in str(granted)


async def test_what_was_taken_away_is_gone_at_the_next_look(parts: Parts) -> None:
    parts.slack = Slack(GUEST, frozenset({"C1"}), frozenset({"C1"}))
    await parts.answered("1")
    await parts.grant("C1", "handbook")
    before = await parts.look()
    (grant,) = await Grants(parts.database).all("T")
    await Grants(parts.database).withdraw(grant.id, "T")

    assert rooms(before) == {"C1": ("handbook",)}
    assert "handbook" not in str(await parts.look())


async def test_what_runs_is_shown_and_what_more_there_is_counted(parts: Parts) -> None:
    parts.access = AccessSettings(default="none")
    for name in ("handbook", *(f"b{n}" for n in range(JOBS))):
        await parts.grant(ME.user, name)
    await parts.runs("handbook", *(f"b{n}" for n in range(JOBS)), "secrets")

    home = await parts.look()

    assert titles(home) == [f"b{n}" for n in reversed(range(JOBS))]
    assert home.more_jobs == 1


async def test_my_action_items_are_shown_while_i_may_see_their_calls(parts: Parts) -> None:
    call = Call("c1", "Porting", "", "", None, None, assistant="a1")
    items = ActionItems(Items(parts.database), parts.names_of)
    found = [Agreed("Mia Moreau", "Send the form", 12), Agreed("Ben Becker", "Call back", 30)]
    await items.keep(call, found, EVERYTHING, turn="t", team="T", user="U0ADA")

    without = await parts.look()
    await parts.grant(ME.user, "a1", Thing.CALLS)
    granted = await parts.look()

    assert without.items is None
    assert [item.text for item in granted.items or ()] == ["Send the form"]


async def test_admins_find_what_is_set(parts: Parts) -> None:
    parts.slack.who = ADMIN
    await parts.grant("C1", ALL, Thing.CALLS)
    await Channels(parts.database).set("T", "C1", mode="off")

    as_admin = await parts.look()
    parts.slack.who = MEMBER

    assert as_admin.settings == Set(open_to_members=True, grants=1, channels=1)
    assert (await parts.look()).settings is None


async def test_a_look_up_that_fails_is_named_and_the_rest_is_shown(parts: Parts) -> None:
    await parts.answered("1")
    await parts.database.run(lambda connection: connection.execute(sa.text("DROP TABLE polls")))

    home = await parts.look()

    assert [*home.failed] == [Part.JOBS]
    assert home.jobs is None
    assert rooms(home) == {"C1": ("handbook", "manual")}


async def test_where_slack_does_not_say_who_someone_is_nothing_but_their_questions_is_shown(
    parts: Parts,
) -> None:
    parts.slack.who = RuntimeError("Slack is away")
    await parts.answered("1")
    await parts.runs("manual")

    home = await parts.look()

    assert [said.question.turn for said in home.questions or ()] == ["1"]
    assert (home.audience, home.channels, home.jobs, home.settings) == (None, None, None, None)
    assert home.failed == {Part.RIGHTS: "RuntimeError"}


async def test_what_takes_too_long_is_left_out(parts: Parts) -> None:
    parts.slack.slow = asyncio.Event()
    await parts.answered("1")

    home = await parts.look(seconds=0.05)

    assert home.failed.get(Part.CHANNELS) == "TimeoutError"
    assert home.channels is None
    assert home.whole
