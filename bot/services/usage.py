"""What answers took: one's own, and everyone's for admins."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from bot.services.access import Asker, Audience, Right
from bot.services.prices import Line, Prices, together
from bot.store.usage import Spent, Usages

DAYS = 30
"""How far back is looked unless someone says otherwise."""


@dataclass(frozen=True, slots=True)
class Report:
    """What was spent since a time, the most tokens first, and all of it together."""

    since: float
    by: str
    own: bool
    """It is what one person alone took."""
    lines: tuple[Line, ...]
    total: Line


class Usage:
    """The use case behind ``usage``.

    Args:
        usages: what answers took.
        prices: what tokens cost.
        clock: the time of day.
    """

    def __init__(self, usages: Usages, prices: Prices, clock: Callable[[], float] = time.time) -> None:
        self._usages = usages
        self._prices = prices
        self._clock = clock

    async def spent(
        self, audience: Audience, asker: Asker, team: str, *, since: float | None, by: str
    ) -> Report:
        """Return what everyone took, for an admin, or else what the asker took.

        Args:
            audience: the asker alone.
            asker: who wants to know.
            team: the workspace.
            since: in Unix seconds; thirty days ago where nothing is said.
            by: ``user``, ``channel``, or ``model``.
        """
        audience.require(Right.MEMBERS)
        begun = self._clock() - DAYS * 86_400 if since is None else since
        own = not audience.has(Right.ADMIN)
        found = await self._usages.spent(team, begun, by, user=asker.user if own else "")
        prices = await self._prices.known() if found else {}
        grouped: dict[str, list[Spent]] = {}
        for one in found:
            # Each direct message is a channel of its own.
            direct = by == "channel" and one.of.startswith("D")
            grouped.setdefault("D" if direct else one.of, []).append(one)
        lines = [together(of, part, prices) for of, part in grouped.items()]
        lines.sort(key=lambda line: (-line.prompt_tokens - line.completion_tokens, line.of))
        return Report(begun, by, own, tuple(lines), together("", found, prices))
