"""What is known about the AI models: above all how much text fits into one."""

import asyncio
import difflib
import time
from collections.abc import Callable

from bot.errors import UsageError
from bot.telnyx import Model, Telnyx, TelnyxError

FRESH_SECONDS = 3600.0
SHOWN, ALIKE = 100, 0.3
"""How much of a name a sentence repeats, and how near another one has to be to be named."""
UNKNOWN_CONTEXT_TOKENS = 8192
"""What we assume of a model that Telnyx does not describe."""


class Models:
    """The list of models, read at most once an hour."""

    def __init__(self, telnyx: Telnyx, default: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._telnyx = telnyx
        self.default = default
        self._clock = clock
        self._models: dict[str, Model] = {}
        self._read_at = float("-inf")
        self._reading = asyncio.Lock()

    async def catalogue(self, task: str | None = None) -> list[Model]:
        """The account's models, the largest context first; ``task`` as Telnyx names it, such as `text-generation`."""
        found = await self._telnyx.models.all()
        known = sorted({model.task for model in found if model.task})
        if task and task not in known:
            raise UsageError(f"No model does “{task[:40]}”. There are: {', '.join(known)}.")
        return sorted(
            (m for m in found if not task or m.task == task), key=lambda m: -(m.context_length or 0)
        )

    async def unknown(self, model: str) -> UsageError:
        """Return the sentence for a model that Telnyx does not have, with the nearest one it has."""
        await self.context_tokens(model)
        known = {name.casefold(): name for name in self._models}
        near = difflib.get_close_matches(model[:SHOWN].casefold(), known, n=1, cutoff=ALIKE)
        hint = f" Did you mean `{known[near[0]]}`?" if near else " `/telnyx models` lists them."
        return UsageError(f"There's no model `{model[:SHOWN].replace('`', '')}`.{hint}")

    async def context_tokens(self, model: str) -> int:
        """How many tokens fit into ``model``; a cautious guess when Telnyx does not say."""
        async with self._reading:
            if self._clock() - self._read_at > FRESH_SECONDS:
                self._read_at = self._clock()
                try:
                    self._models = {found.id: found for found in await self._telnyx.models.all()}
                except TelnyxError:
                    # The question itself will tell the person if Telnyx is away; the size is only a bound.
                    self._read_at = self._clock() - FRESH_SECONDS + 60
        known = self._models.get(model)
        return (known.context_length if known else None) or UNKNOWN_CONTEXT_TOKENS
