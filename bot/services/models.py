"""What is known about the AI models: above all how much text fits into one."""

import difflib
import time
from collections.abc import Callable

from bot.errors import UsageError
from bot.fresh import Fresh
from bot.telnyx import Model, Telnyx, TelnyxError

FRESH_SECONDS = 3600.0
WRITES = "text-generation"
"""The task of a model that answers."""
NONE_TO_TUNE = "Telnyx lists no models that can be fine-tuned. `/telnyx models` lists those there are."
SHOWN, ALIKE = 100, 0.3
"""How much of a name a sentence repeats, and how near another one has to be to be named."""
UNKNOWN_CONTEXT_TOKENS = 8192
"""What we assume of a model that Telnyx does not describe."""


def answers(model: Model) -> bool:
    """Return whether a model writes text, as far as Telnyx says what it does."""
    return model.task in (None, "", WRITES)


class Models:
    """The list of models, read at most once an hour."""

    def __init__(self, telnyx: Telnyx, default: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._telnyx = telnyx
        self.default = default
        self._contexts = Fresh(self._read, FRESH_SECONDS, clock=clock)

    async def catalog(self, task: str | None = None, *, fine_tunable: bool = False) -> list[Model]:
        """Return the account's models, its own fine-tuned ones included, the largest context first.

        Args:
            task: as Telnyx names it, such as `text-generation`; by default all.
            fine_tunable: only those that a model can be made from.

        Raises:
            UsageError: no model does this task.
        """
        found = await self._telnyx.models.all()
        known = sorted({model.task for model in found if model.task})
        if task and task not in known:
            raise UsageError(
                f"There's no model for “{task[:40]}”. Choose one of these tasks: {', '.join(known)}."
            )
        fit = (m for m in found if (not task or m.task == task) and (m.is_fine_tunable or not fine_tunable))
        return sorted(fit, key=lambda m: -(m.context_length or 0))

    async def that_answer(self) -> tuple[str, ...]:
        """Return the names of the models that write text, the largest context first; those of an unknown kind are among them."""
        return tuple(model.id for model in await self.catalog() if answers(model))

    async def sees(self, model: str | None) -> bool:
        """Return whether a model, by default the usual one, takes pictures; False when Telnyx does not say."""
        known = (await self._known()).get(model or self.default)
        return known is not None and bool(known.is_vision_supported)

    async def that_sees(self) -> str:
        """Return the name of the model with the largest context that takes pictures and writes; "" where none is known."""
        fit = [one for one in (await self._known()).values() if one.is_vision_supported and answers(one)]
        return max(fit, key=lambda one: one.context_length or 0).id if fit else ""

    async def unknown(self, model: str) -> UsageError:
        """Return the sentence for a model that Telnyx does not have, with the nearest one it has."""
        known = {name.casefold(): name for name in await self._known()}
        near = difflib.get_close_matches(model[:SHOWN].casefold(), known, n=1, cutoff=ALIKE)
        hint = f" Did you mean `{known[near[0]]}`?" if near else " `/telnyx models` lists them."
        return UsageError(f"There's no model `{model[:SHOWN].replace('`', '')}`.{hint}")

    async def context_tokens(self, model: str) -> int:
        """Return how many tokens fit into ``model``; a cautious guess when Telnyx does not say."""
        known = (await self._known()).get(model)
        length = max(known.context_length or 0, 0) if known else 0
        return length or UNKNOWN_CONTEXT_TOKENS

    async def _known(self) -> dict[str, Model]:
        try:
            return await self._contexts.get(())
        except TelnyxError:
            # The question itself will tell the person if Telnyx is away; the size is only a bound.
            return self._contexts.last(()) or {}

    async def _read(self, _all: tuple[()]) -> dict[str, Model]:
        return {model.id: model for model in await self._telnyx.models.all()}
