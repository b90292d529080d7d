"""Insights: what Telnyx looks for in a call after it."""

from bot.telnyx import Telnyx
from bot.telnyx.insights import Insight


class Insights:
    """The use cases behind ``/telnyx insights``."""

    def __init__(self, telnyx: Telnyx) -> None:
        self._telnyx = telnyx

    async def create(self, name: str, instructions: str, json_schema: str | None, *, key: str) -> Insight:
        """Make an insight; the same ``key`` again gives the same one."""
        return await self._telnyx.insights.create(
            name, instructions, json_schema=json_schema, idempotency_key=key
        )
