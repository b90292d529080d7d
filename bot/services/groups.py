"""Insight groups: the insights that an assistant runs together after its calls."""

from collections.abc import Iterable, Mapping
from contextlib import suppress

from bot.errors import OutcomeUnknownError, UsageError
from bot.services.access import Audience, Right
from bot.services.ids import WHOLE, meant
from bot.telnyx import (
    Insight,
    InsightGroup,
    Telnyx,
    TelnyxError,
    TelnyxInvalidError,
    TelnyxNotFoundError,
)
from bot.telnyx.errors import may_have_arrived

KIND = "insight group"


class Groups:
    """The use cases behind ``/telnyx insights groups``."""

    def __init__(self, telnyx: Telnyx) -> None:
        self._telnyx = telnyx

    async def all(self, audience: Audience) -> tuple[InsightGroup, ...]:
        """Return every group of the account, by name. Telnyx doesn't always say in a list what is in them."""
        audience.require(Right.MEMBERS)
        found = [group async for group in self._telnyx.insight_groups.all()]
        return tuple(sorted(found, key=lambda group: group.name.casefold()))

    async def find(self, given: str, audience: Audience, *, or_else: str | None = None) -> InsightGroup:
        """Return the group that a name, an id, or the beginning of an id means, with its insights.

        Args:
            given: what was typed or chosen.
            audience: for whom.
            or_else: the name that the group may have by now.

        Raises:
            UsageError: none or several are called that.
        """
        audience.require(Right.MEMBERS)
        if len(given) == WHOLE:
            with suppress(TelnyxNotFoundError, TelnyxInvalidError):
                return await self._telnyx.insight_groups.get(given)
        known = {group.id: group.name for group in await self.all(audience)}
        try:
            group_id = meant(given, known, KIND)
        except UsageError:
            if or_else is None:
                raise
            group_id = meant(or_else, known, KIND)
        return await self._telnyx.insight_groups.get(group_id)

    async def outside(self, given: str, audience: Audience) -> tuple[Insight, ...]:
        """Return the insights that aren't in a group, by name; without one all there are. Raises ``UsageError`` as ``find``."""
        audience.require(Right.MEMBERS)
        held = {one.id for one in (await self.find(given, audience)).insights or ()} if given else set()
        return _by_name([one async for one in self._telnyx.insights.all() if one.id not in held])

    async def inside(self, given: str, audience: Audience) -> tuple[Insight, ...]:
        """Return the insights of a group, without one those of any, by name; all there are, if Telnyx doesn't say.

        Raises:
            UsageError: as ``find``.
        """
        audience.require(Right.MEMBERS)
        groups = [await self.find(given, audience)] if given else await self.all(audience)
        if any(group.insights is None for group in groups):
            return await self.outside("", audience)
        held = {one.id: one for group in groups for one in group.insights or ()}
        return _by_name(held.values())

    async def create(
        self, name: str, description: str | None, webhook: str | None, audience: Audience, *, key: str
    ) -> InsightGroup:
        """Make an empty group; the same ``key`` again gives the same one."""
        audience.require(Right.ADMIN)
        return await self._telnyx.insight_groups.create(
            name, description=description, webhook=webhook, idempotency_key=key
        )

    async def edit(self, group: InsightGroup, change: Mapping[str, str], audience: Audience) -> InsightGroup:
        """Change name, description, or webhook: those that are given. An empty webhook ends the telling."""
        audience.require(Right.ADMIN)
        return await self._telnyx.insight_groups.update(group.id, **change) if change else group

    async def delete(self, group_id: str, audience: Audience, *, again: bool) -> str:
        """Delete a group, whose insights stay; return its name. One that is gone already is no mistake when done ``again``."""
        audience.require(Right.ADMIN)
        groups = self._telnyx.insight_groups
        try:
            group = await groups.get(group_id)
            await groups.delete(group_id)
        except TelnyxNotFoundError as error:
            if not (again or error.maybe_done):
                raise
            return ""
        return group.name

    async def assign(self, group: InsightGroup, insight: Insight, audience: Audience, *, again: bool) -> bool:
        """Put an insight into a group; return False where it is in it already, so nothing was asked of Telnyx.

        Telnyx takes no key for it and doesn't say what a second time does. So it's looked for before each attempt, and after one that
        got no answer.

        Raises:
            OutcomeUnknownError: an attempt before was cut off, and Telnyx doesn't say what is in the group.
        """
        audience.require(Right.ADMIN)
        if holds(group, insight):
            return False
        if again and group.insights is None:
            raise OutcomeUnknownError("insight_groups.assign")
        try:
            await self._telnyx.insight_groups.assign(group.id, insight.id)
        except TelnyxError as error:
            if not (may_have_arrived(error) and await self._holds_now(group, insight)):
                raise
        return True

    async def unassign(
        self, group: InsightGroup, insight: Insight, audience: Audience, *, again: bool
    ) -> None:
        """Take an insight out of a group. One that is out of it is no mistake when an attempt before was cut off (``again``).

        Raises:
            UsageError: it isn't in the group.
        """
        audience.require(Right.ADMIN)
        try:
            await self._telnyx.insight_groups.unassign(group.id, insight.id)
        except TelnyxNotFoundError as error:
            if not (again or error.maybe_done):
                raise UsageError(f"“{insight.name}” isn't in the group “{group.name}”.") from error

    async def _holds_now(self, group: InsightGroup, insight: Insight) -> bool:
        with suppress(TelnyxError):
            return holds(await self._telnyx.insight_groups.get(group.id), insight)
        return False


def _by_name(found: Iterable[Insight]) -> tuple[Insight, ...]:
    return tuple(sorted(found, key=lambda insight: insight.name.casefold()))


def member(group: InsightGroup, given: str) -> Insight | None:
    """Return the insight of a group that a name, an id, or its beginning means; None where it isn't clear that one is meant."""
    inside = {one.id: one for one in group.insights or ()}
    with suppress(UsageError):
        return inside[meant(given, {one.id: one.name for one in inside.values()}, "insight")]
    return None


def holds(group: InsightGroup, insight: Insight) -> bool:
    """Return whether an insight is in a group, as far as Telnyx says."""
    return any(one.id == insight.id for one in group.insights or ())
