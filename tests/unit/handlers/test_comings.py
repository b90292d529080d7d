"""Who someone is, who reads a place, and what a place is: as Slack tells of it, by a real Bolt over HTTP, before it is told so."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult

from bot.services.access import About, Readers
from bot.slack.workspace import Workspace, Workspaces
from handlers.comings import PLACES, Comings
from handlers.manifest import events, scopes
from tests.unit.bot.conftest import served
from tests.unit.bot.slack.conftest import SlackHouse, slack

__all__ = ["slack"]  # a fixture

TEAM = "T0ACME"
GENERAL = "C0GENERAL"


@dataclass
class Town:
    """A workspace of the stand-in, what we know of it, and what was kept of its places."""

    slack: SlackHouse
    workspace: Workspace
    kept: list[tuple[str, str, Mapping[str, Any]]] = field(default_factory=list)
    full: bool = False
    """The store refuses."""

    async def keep(self, team: str, channel: str, facts: Mapping[str, Any]) -> None:
        if self.full:
            raise OSError("no space left")
        self.kept.append((team, channel, facts))

    async def does(self, what: str, *told: str, **more: Any) -> None:
        """Change the world by the control API, and wait until we have heard of it."""
        before = len(await self.slack.mia.get("deliveries"))
        await self.slack.mia.post(what, **more)

        async def look() -> list[dict[str, Any]]:
            new = (await self.slack.mia.get("deliveries"))[before:]
            return [{"types": [one["type"] for one in new if one["acked"]]}]

        await self.slack.mia.wait_in(look, lambda seen: set(told) <= set(seen["types"]))

    async def readers(self, channel: str = GENERAL) -> Readers:
        return await self.workspace.readers(channel, TEAM)

    async def counted(self) -> int:
        """How often Slack was called."""
        return len(await self.slack.mia.get("calls"))


@pytest.fixture
async def town(slack: SlackHouse) -> AsyncIterator[Town]:
    made = Town(slack, Workspace(slack.api, slack.http))

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_user_id="U0BOT")

    app = AsyncApp(
        client=slack.api.client, authorize=authorize, signing_secret=slack.standin.credentials.signing_secret
    )

    async def no(*_: object) -> bool:
        return False

    runtime: Any = SimpleNamespace(
        workspaces=Workspaces(made.workspace), rights=SimpleNamespace(is_shared=no, changed=made.keep)
    )
    Comings(runtime).register(app)
    async with served(app.web_app(path="/slack/events")) as root:
        await slack.mia.post("events_url", url=f"{root}/slack/events")
        yield made


async def test_a_guest_who_joins_reads_along_at_once_and_no_longer_when_they_leave(town: Town) -> None:
    told = [await town.readers()]
    before = await town.counted()
    await town.does("invite", "member_joined_channel", user="mia", channel="#general", who="gus")
    told.append(await town.readers())
    await town.does("leave", "member_left_channel", channel="#general", who="gus")
    told.append(await town.readers())

    assert told == [Readers.MEMBERS, Readers.OUTSIDERS, Readers.MEMBERS]
    assert await town.counted() == before


async def test_a_member_who_is_made_a_guest_is_one_at_once_and_a_member_again(town: Town) -> None:
    told = []
    await town.readers()
    await town.workspace.person("U0BEN", team=TEAM)
    before = await town.counted()
    for on in (True, False):
        await town.does("guest", "user_change", user="ben", on=on)
        told.append((await town.readers(), (await town.workspace.person("U0BEN", team=TEAM)).guest))

    assert told == [(Readers.OUTSIDERS, True), (Readers.MEMBERS, False)]
    assert await town.counted() == before


async def test_an_admin_is_none_anymore_at_once(town: Town) -> None:
    before = await town.workspace.person("U0ADA", team=TEAM)
    await town.does("admin", "user_change", user="ada", on=False)
    after = await town.workspace.person("U0ADA", team=TEAM)

    assert (before.admin, after.admin) == (True, False)


async def test_a_removed_person_is_known_as_such_and_reads_nothing(town: Town) -> None:
    support = [await town.readers("C0SUPPORT")]
    await town.workspace.person("U0ADA", team=TEAM)
    for user in ("gus", "ada"):
        await town.does("removed", "user_change", user=user, on=True)
    support.append(await town.readers("C0SUPPORT"))
    ada = await town.workspace.person("U0ADA", team=TEAM)

    assert support == [Readers.OUTSIDERS, Readers.MEMBERS]
    assert (ada.removed, ada.admin) == (True, False)


async def send_guests_home(town: Town) -> None:
    """From now on no one in the workspace is a guest or from elsewhere, and it is known."""
    for user in ("gus", "eve"):
        await town.slack.mia.post("removed", user=user, on=True)
    await town.readers()
    await town.workspace.people.roster.listed()


async def test_the_first_guest_of_a_workspace_is_seen_wherever_they_come(town: Town) -> None:
    await send_guests_home(town)
    before, looked = await town.readers("C0SUPPORT"), await town.slack.calls("conversations.members")
    await town.does("person", "team_join", name="new", guest=True)
    known = await town.readers("C0SUPPORT")
    await town.does("invite", "member_joined_channel", user="mia", channel="#support", who="new")

    assert (before, looked) == (Readers.MEMBERS, 1)
    assert (known, await town.readers("C0SUPPORT")) == (Readers.MEMBERS, Readers.OUTSIDERS)


async def test_one_who_stands_in_no_list_is_looked_at_when_they_come(town: Town) -> None:
    await send_guests_home(town)
    await town.slack.mia.post("person", name="zoe", team="T0OTHER")
    await town.does("invite", "member_joined_channel", user="mia", channel="#support", who="zoe")

    assert await town.readers("C0SUPPORT") is Readers.OUTSIDERS


async def test_who_is_in_a_user_group_follows_its_changes(town: Town) -> None:
    groups = ("S0SUPPORT", "S0NONE")
    told = [await town.workspace.groups("U0ADA", groups)]
    await town.does("usergroup", "subteam_members_changed", "subteam_updated", group="@support", add=["ada"])
    told.append(await town.workspace.groups("U0ADA", groups))
    await town.does("usergroup", "subteam_updated", group="@support", off=True)
    told.append(await town.workspace.groups("U0ADA", groups))

    assert told == [frozenset(), {"S0SUPPORT"}, frozenset()]


@pytest.mark.parametrize(
    ("what", "more", "event", "facts"),
    [
        ("archive", {}, "channel_archive", {"archived": True}),
        ("archive", {"on": False}, "channel_unarchive", {"archived": False}),
        ("share", {}, "channel_shared", {"shared": True}),
        ("share", {"on": False}, "channel_unshared", {}),
        ("leave", {}, "channel_left", {}),
        ("leave", {"who": "ben"}, "member_left_channel", None),
    ],
)
async def test_what_a_place_is_now_is_kept_before_slack_is_told_that_we_heard(
    town: Town, what: str, more: dict[str, Any], event: str, facts: dict[str, Any] | None
) -> None:
    await town.does(what, event, channel="#support", **more)

    assert town.kept == ([] if facts is None else [(TEAM, "C0SUPPORT", facts)])


async def test_of_a_place_that_we_come_into_nothing_is_sure(town: Town) -> None:
    await town.does("invite", "member_joined_channel", user="mia", channel="#random")

    assert town.kept == [(TEAM, "C0RANDOM", {})]


async def test_what_could_not_be_kept_is_told_again(town: Town) -> None:
    town.full = True
    await town.slack.mia.post("archive", channel="#support")

    def refused(delivery: dict[str, Any]) -> bool:
        return bool(delivery["type"] == "channel_archive" and delivery["attempts"] and delivery["reason"])

    delivery = await town.slack.mia.wait_in(lambda: town.slack.mia.get("deliveries"), refused)
    town.full = False
    again = await town.slack.mia.post("redeliver", event_id=delivery["id"])

    assert (delivery["acked"], again["acked"]) == (False, [True])
    assert town.kept == [(TEAM, "C0SUPPORT", {"archived": True})]


async def test_a_place_that_gets_another_id_is_unsure_under_both(town: Town) -> None:
    event = {"old_channel_id": "C0SUPPORT", "new_channel_id": "C0NEW"}

    async def go_on() -> None:
        pass

    rights = SimpleNamespace(changed=town.keep)
    runtime: Any = SimpleNamespace(workspaces=Workspaces(town.workspace), rights=rights)
    await Comings(runtime).renumbered(event, {"team_id": TEAM}, go_on)

    assert town.kept == [(TEAM, "C0SUPPORT", {}), (TEAM, "C0NEW", {})]


async def test_places_are_described_by_one_call(town: Town) -> None:
    await town.slack.mia.post("archive", channel="#jobs")
    found = await asyncio.gather(
        *(
            town.workspace.place(channel)
            for channel in ("C0SUPPORT", "C0SUPPORT", "C0PARTNERS", "C0JOBS", "D0MIA")
        )
    )

    assert found == [
        About("public", shared=False, archived=False),
        About("public", shared=False, archived=False),
        About("public", shared=True, archived=False),
        About("public", shared=False, archived=True),
        About("im", shared=False, archived=False),
    ]
    assert await town.slack.calls("conversations.info") == 4


async def test_a_place_that_is_not_known_costs_two_calls_and_one_that_is_costs_none(town: Town) -> None:
    await town.readers()
    before = await town.counted()
    await asyncio.gather(town.workspace.place("C0SUPPORT"), town.readers("C0SUPPORT"))
    new = await town.counted() - before
    told = [await town.readers("C0SUPPORT") for _ in range(5)]

    assert (new, await town.counted() - before) == (2, 2)
    assert set(told) == {Readers.OUTSIDERS}


def test_the_app_subscribes_to_all_of_it() -> None:
    assert {"user_change", "team_join", "member_left_channel", "subteam_members_changed", *PLACES} <= events()
    assert {"users:read", "usergroups:read", "channels:read", "groups:read"} <= scopes()
