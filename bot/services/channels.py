"""A channel's settings, and what else decides about answers there."""

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.errors import UsageError
from bot.services.access import Asker, Audience, Directory, Place, Readers, Right
from bot.services.buckets import existing
from bot.services.models import Models
from bot.store.channels import Channel, Channels
from bot.store.grants import ALL, Grant, Grants, Thing
from bot.telnyx import Telnyx
from config.access import AccessSettings
from config.answers import AnswerSettings


@dataclass(frozen=True, slots=True)
class Holds:
    """What holds in a channel, as far as one person may know it."""

    kept: Channel
    """What is known and set; without buckets that the person may not know."""
    buckets: tuple[str, ...] | None
    """Which of those set here or, where none is, by the bot's settings the person may know; None where nothing is set."""
    model: str
    grants: tuple[Grant, ...]
    readers: Readers
    open_to_members: bool
    """Every full member may read all documents."""

    @property
    def direct(self) -> bool:
        """Return whether no one else reads it."""
        return Place(self.kept.team, self.kept.channel, "").direct


class ChannelSettings:
    """The use cases behind ``/telnyx channel``.

    Args:
        telnyx: which buckets there are.
        models: which models there are.
        channels: where the settings are kept.
        grants: what was given to channels.
        answers: what holds where nothing is set.
        access: what holds without a grant.
        about: what a place is, as ``Rights.about`` says it.
        directory: that of a team.
        forget: told of each workspace in which a setting has changed.
        clock: the time of day.
    """

    def __init__(
        self,
        telnyx: Telnyx,
        models: Models,
        *,
        channels: Channels,
        grants: Grants,
        answers: AnswerSettings,
        access: AccessSettings,
        about: Callable[[Place, Asker], Awaitable[Channel]],
        directory: Callable[[str], Directory],
        forget: Callable[[str], None],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._telnyx = telnyx
        self._channels = channels
        self._grants = grants
        self._models = models
        self._answers = answers
        self._access = access
        self._about = about
        self._directory = directory
        self._forget = forget
        self._clock = clock

    async def here(self, place: Place, asker: Asker, audience: Audience) -> Holds:
        """Return what holds in a channel, with those names alone that the audience may know."""
        audience.require(Right.MEMBERS)
        kept, readers = await self._known(place, asker)
        found = await self._grants.concerning(place.team, place.channel)
        named = self._answers.buckets if kept.buckets is None else kept.buckets
        return Holds(
            kept,
            audience.named.among(named) if named else None,
            kept.model or self._answers.model,
            tuple(one for one in found if one.grantee == place.channel and self._may_know(one, audience)),
            readers,
            self._access.default == "all",
        )

    async def set(self, team: str, channel: str, changes: Mapping[str, Any], audience: Audience) -> None:
        """Set what is given for a channel; None takes a setting back.

        Raises:
            UsageError: there is no such bucket or model, or nothing is given.
        """
        audience.require(Right.ADMIN)
        if not (channel and changes):
            raise UsageError("Choose at least one setting to change." if channel else "Choose a channel.")
        await existing(self._telnyx, changes.get("buckets") or (), audience)
        if (model := changes.get("model")) and model not in {one.id for one in await self._models.catalog()}:
            raise await self._models.unknown(model)
        await self._channels.set(team, channel, **changes)
        self._forget(team)

    async def _known(self, place: Place, asker: Asker) -> tuple[Channel, Readers]:
        """Return what is known of a channel, and who reads it; where Slack doesn't say, that isn't known."""
        kept = await self._channels.get(place.team, place.channel)
        if place.direct:
            return kept, Readers.MEMBERS
        try:
            kept = await self._about(place, asker)
            return kept, await self._directory(place.team).readers(place.channel, place.team)
        except Exception:  # noqa: BLE001 - whatever keeps Slack from saying so, the settings can be shown
            return kept, Readers.UNKNOWN

    def _may_know(self, grant: Grant, audience: Audience) -> bool:
        if not grant.holds(self._clock()):
            return False
        if grant.thing is Thing.CALLS:
            return bool(audience.calls) if grant.name == ALL else grant.name in audience.calls
        return grant.name == ALL or grant.name in audience.named
