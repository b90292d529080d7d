"""Insights: what Telnyx looks for in a call after it."""

from bot.services.access import Audience, Right
from bot.telnyx import Telnyx
from bot.telnyx.insights import Insight


class Insights:
    """The use cases behind ``/telnyx insights``."""

    def __init__(self, telnyx: Telnyx) -> None:
        self._telnyx = telnyx

    async def all(self, audience: Audience) -> tuple[Insight, ...]:
        """Return every insight of the account, by name."""
        audience.require(Right.MEMBERS)
        found = [insight async for insight in self._telnyx.insights.all()]
        return tuple(sorted(found, key=lambda insight: insight.name.casefold()))

    async def create(
        self, name: str, instructions: str, json_schema: str | None, audience: Audience, *, key: str
    ) -> Insight:
        """Make an insight; the same ``key`` again gives the same one."""
        audience.require(Right.ADMIN)
        return await self._telnyx.insights.create(
            name, instructions, json_schema=json_schema, idempotency_key=key
        )
