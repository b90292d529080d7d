"""What came of one attempt to hand something to the app."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Answered:
    """The app acknowledged in time; `payload` is what it said, if anything."""

    payload: Any = None


@dataclass(frozen=True)
class Unanswered:
    """The app did not acknowledge; `reason` is Slack's word, `final` means that it asked for no repetition."""

    reason: str
    final: bool = False
