"""Clusters: topics that Telnyx found in a bucket."""

from contextlib import suppress

from bot.telnyx import Telnyx, TelnyxNotFoundError


class Clusters:
    """The use cases behind ``/telnyx clusters``."""

    def __init__(self, telnyx: Telnyx) -> None:
        self._telnyx = telnyx

    async def delete(self, task: str, *, again: bool) -> None:
        """Delete a clustering. What is not there any more is no mistake when an attempt before this one was cut off (``again``)."""
        with suppress(*[TelnyxNotFoundError] * again):
            await self._telnyx.clusters.delete(task)
