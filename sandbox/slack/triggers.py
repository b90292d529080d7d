"""Trigger ids: each opens one view, within three seconds of what the person did."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Refusal = Literal["invalid_trigger_id", "expired_trigger_id", "exchanged_trigger_id"]


@dataclass
class Trigger:
    """One interaction: by whom, when (epoch seconds), from which view, used already?"""

    user: str
    born: float
    view_id: str = ""
    used: bool = False


class Triggers:
    """Every trigger id given out so far."""

    def __init__(self, clock: Callable[[], float], lifetime: float) -> None:
        self._clock, self._lifetime = clock, lifetime
        self._numbers = itertools.count(1)
        self._known: dict[str, Trigger] = {}

    def new(self, user: str, view_id: str = "") -> str:
        """A fresh trigger id for something this person just did, perhaps inside a view."""
        trigger_id = f"{next(self._numbers)}.{int(self._clock())}.sandbox"
        self._known[trigger_id] = Trigger(user, self._clock(), view_id)
        return trigger_id

    def exchange(self, trigger_id: str) -> Trigger | Refusal:
        """Use a trigger id up; a refusal is Slack's error code."""
        trigger = self._known.get(trigger_id)
        if trigger is None:
            return "invalid_trigger_id"
        if trigger.used:
            return "exchanged_trigger_id"
        if self._clock() - trigger.born >= self._lifetime:
            return "expired_trigger_id"
        trigger.used = True
        return trigger
