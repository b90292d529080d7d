"""What may be read and done, computed where something is read or shown, never stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.errors import NotHereError, RefusedError


class Right(StrEnum):
    """What a verb asks of the person; the words stand in docs/access.md."""

    EVERYONE = "everyone"
    DOCUMENTS = "members"
    CALLS = "who is granted calls"
    ADMIN = "admins"


@dataclass(frozen=True, slots=True)
class Audience:
    """What may be read and done in a place. A ``why_not`` is the sentence for the person."""

    why_not_documents: str | None
    why_not_calls: str | None
    why_not_admin: str | None = None

    def require(self, right: Right) -> None:
        """Raise ``RefusedError`` unless the person has the right."""
        reasons = {
            Right.DOCUMENTS: self.why_not_documents,
            Right.CALLS: self.why_not_calls,
            Right.ADMIN: self.why_not_admin,
        }
        if why_not := reasons.get(right):
            raise self._refused(why_not)

    def require_bucket(self, bucket: str) -> None:
        """Raise ``RefusedError`` unless this bucket may be read."""
        del bucket  # one grant holds for all of them
        self.require_documents()

    def readable(self, buckets: Sequence[str]) -> tuple[str, ...]:
        """Return those of ``buckets`` that may be read."""
        return () if self.why_not_documents else tuple(buckets)

    def require_documents(self) -> None:
        """Raise ``RefusedError`` unless documents may be read."""
        if self.why_not_documents:
            raise self._refused(self.why_not_documents)

    def require_calls(self) -> None:
        """Raise ``RefusedError`` unless calls may be read."""
        if self.why_not_calls:
            raise self._refused(self.why_not_calls)

    def _refused(self, why_not: str) -> RefusedError:
        return RefusedError(why_not)


class ReadAlong(Audience):
    """What may be done where others read along: nothing, but the person alone may ask."""

    __slots__ = ()

    def _refused(self, why_not: str) -> RefusedError:
        return NotHereError(why_not)


EVERYTHING = Audience(None, None, None)
"""The one who can read the bot's settings: the command line."""
NOTHING = Audience(*["I don't know yet what you may see. Try again in a moment."] * 3)
"""What is allowed before anyone looked: nothing, which makes a verb that runs too early fail closed."""
