"""How long to wait between tries, in one place: twice as long each time, up to a bound."""

import random
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Backoff:
    """Pauses between tries of one thing.

    Args:
        first: seconds before the second try.
        most: seconds that no pause exceeds.
        spread: by what part a pause may be shorter or longer at random, so many do not come back at one moment.
    """

    first: float = 0.5
    most: float = 15.0
    spread: float = 0.0

    def pauses(self) -> Iterator[float]:
        """Yield the pauses, in seconds, without end."""
        pause = self.first
        while True:
            # Chance here spreads load; no secret depends on it.
            yield min(pause * random.uniform(1 - self.spread, 1 + self.spread), self.most)  # noqa: S311
            pause = min(pause * 2, self.most)
