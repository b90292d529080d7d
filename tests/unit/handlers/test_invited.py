"""Who invites me to a channel that another organization reads is told what I do there: privately, and once."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult

from bot.errors import OutcomeUnknownError
from bot.services.access import Asker, Place, Rights
from bot.store.channels import Channels
from bot.store.database import Database
from bot.store.grants import ALL, Grant, Grantee, Grants, Thing
from config.access import AccessSettings
from handlers.comings import Comings
from sandbox.slack import Person
from tests.unit.bot.conftest import database, empty, prepared, served
from tests.unit.bot.slack.conftest import SlackHouse, slack

__all__ = ["database", "empty", "prepared", "slack"]  # fixtures

TEAM = "T0ACME"
PARTNERS = "C0PARTNERS"


@dataclass
class Door:
    """A bot that hears of its coming, and counts what it did about it."""

    slack: SlackHouse
    grants: Grants
    rights: Rights
    comings: Comings
    waited: list[float] = field(default_factory=list)

    async def invited(self, by: str, channel: str = PARTNERS) -> dict[str, Any]:
        """Someone takes us out and invites us; returns the delivery once what came of it has come."""
        await self.slack.mia.post("leave", channel=channel)
        before = len(await self.slack.mia.get("deliveries"))
        await self.slack.mia.post("invite", user=by, channel=channel)

        async def look() -> list[dict[str, Any]]:
            return [one for one in (await self.slack.mia.get("deliveries"))[before:] if one["acked"]]

        found = await self.slack.mia.wait_in(look, lambda one: bool(one["type"] == "member_joined_channel"))
        await self.settled()
        return found

    async def settled(self) -> None:
        """Wait until no one is being told anything."""
        async with asyncio.timeout(20):
            await asyncio.sleep(0)
            while self.comings._welcoming:  # noqa: ASYNC110 - a listener that runs by itself sets no event
                await asyncio.sleep(0.01)

    async def told(self, user: str) -> list[dict[str, Any]]:
        """What I wrote to someone directly."""
        async with Person(self.slack.mia.root, user) as one:
            found = await one.messages(f"D0{user.upper()}")
            return [message for message in found if message["user"] == "U0BOT"]

    async def grant(self) -> None:
        grant = Grant(TEAM, Grantee.CHANNEL, PARTNERS, Thing.BUCKET, ALL, "U0ADA", 1.0)
        await self.grants.give(grant)
        self.rights.forget(TEAM)


@pytest.fixture
async def door(slack: SlackHouse, database: Database) -> AsyncIterator[Door]:
    workspaces, grants = slack.workspaces, Grants(database)
    rights = Rights(workspaces.of, Channels(database), grants, AccessSettings())
    waited: list[float] = []

    async def pause(seconds: float) -> None:
        waited.append(seconds)

    comings = Comings(SimpleNamespace(workspaces=workspaces, rights=rights), pause=pause)  # type: ignore[arg-type] # all it uses

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_user_id="U0BOT")

    app = AsyncApp(
        client=slack.api.client, authorize=authorize, signing_secret=slack.standin.credentials.signing_secret
    )
    comings.register(app)
    async with served(app.web_app(path="/slack/events")) as root:
        await slack.mia.post("events_url", url=f"{root}/slack/events")
        yield Door(slack, grants, rights, comings, waited)


def buttons(message: dict[str, Any]) -> list[str]:
    return [
        one["text"]["text"]
        for block in message["blocks"]
        for one in block.get("elements", [])
        if "text" in one and one["type"] == "button"
    ]


async def test_an_admin_is_told_with_a_button_and_the_channel_hears_nothing(door: Door) -> None:
    before = len(await door.slack.mia.messages(PARTNERS))
    await door.invited("ada")

    (told,) = await door.told("ada")
    assert "You invited me to" in told["text"]
    assert "I won't speak there until a workspace admin allows it." in told["text"]
    assert "people from elsewhere not at all" in told["text"]
    assert buttons(told) == ["Answer here from now on"]
    assert len(await door.slack.mia.messages(PARTNERS)) == before


async def test_a_member_is_told_whom_to_ask(door: Door) -> None:
    await door.invited("mia")

    (told,) = await door.told("mia")
    assert "Ask a workspace admin to allow it" in told["text"]
    assert buttons(told) == []


async def test_where_an_admin_has_allowed_it_before_that_is_said(door: Door) -> None:
    await door.grant()
    await door.invited("mia")

    (told,) = await door.told("mia")
    assert "from what a workspace admin has granted to it" in told["text"]


async def test_the_same_event_again_says_nothing_more_and_a_new_invitation_does(door: Door) -> None:
    delivery = await door.invited("mia")
    await door.slack.mia.post("redeliver", event_id=delivery["id"])
    await door.settled()
    once = len(await door.told("mia"))
    await door.invited("mia")

    assert (once, len(await door.told("mia"))) == (1, 2)


@pytest.mark.parametrize(("who", "channel"), [("mia", "C0SUPPORT"), ("eve", PARTNERS)])
async def test_nothing_is_said_of_our_own_channels_nor_to_people_from_elsewhere(
    door: Door, who: str, channel: str
) -> None:
    await door.invited(who, channel)

    assert await door.told(who) == []


async def test_a_slack_that_is_away_for_a_moment_is_waited_for(door: Door) -> None:
    whole, away = door.comings._welcomed, [OutcomeUnknownError("users.info")] * 2

    async def welcomed(place: Place, inviter: Asker, key: str, at: float) -> None:
        if away:
            raise away.pop()
        await whole(place, inviter, key, at)

    door.comings._welcomed = welcomed  # type: ignore[method-assign] # Slack itself would be tried for ten minutes
    await door.invited("mia")

    assert len(door.waited) == 2
    assert len(await door.told("mia")) == 1


async def test_where_slack_does_not_say_what_the_place_is_it_counts_as_shared(door: Door) -> None:
    await door.slack.fault("conversations.info", "error", error="channel_not_found", count=5)
    await door.invited("mia", "C0SUPPORT")

    assert len(await door.told("mia")) == 1


async def test_without_an_inviter_no_one_is_told(door: Door) -> None:
    event = {"user": "U0BOT", "channel": PARTNERS, "event_ts": "5.0"}
    body = {"team_id": TEAM, "authorizations": [{"team_id": TEAM, "user_id": "U0BOT"}]}
    before = len(await door.slack.mia.get("calls"))
    await door.comings.came_in(event, body)

    assert len(await door.slack.mia.get("calls")) == before
