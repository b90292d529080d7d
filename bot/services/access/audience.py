"""What may be read and done: the rights that verbs ask for, and the audience that has them or not. Computed for each step, never stored."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Self

from bot.errors import NotHereError, RefusedError


class Right(StrEnum):
    """What a verb asks of the person; the words stand in docs/access.md."""

    EVERYONE = "everyone"
    MEMBERS = "members"
    DOCUMENTS = "who may see documents"
    BUCKETS = "who may see documents, and admins"
    CALLS = "who is granted calls"
    JOBS = "who may see documents or calls, and admins"
    ANSWERS = "who may see documents or calls"
    OPERATOR = "operators"
    ADMIN = "admins"


class Role(StrEnum):
    """What someone may do beyond looking. An admin is an operator too."""

    OPERATOR = "operator"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Some:
    """Things of one kind by their names: none, some, or all of them."""

    names: frozenset[str] = frozenset()
    everything: bool = False

    @classmethod
    def of(cls, names: Iterable[str]) -> Self:
        """Return these; ``*`` among them is all."""
        found = frozenset(names)
        return cls(everything=True) if "*" in found else cls(found)

    def __contains__(self, name: object) -> bool:
        return self.everything or name in self.names

    def __bool__(self) -> bool:
        return self.everything or bool(self.names)

    def __or__(self, other: "Some") -> "Some":
        return Some(self.names | other.names, self.everything or other.everything)

    def among(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return those of ``names`` that it holds, in their order."""
        return tuple(name for name in names if name in self)


NOT_CALLS = "Not everyone in that channel has access to calls"
ALLOW = "A workspace admin can change that with `/telnyx grant`."
NONE, ALL = Some(), Some(everything=True)
NO_REASONS: Mapping[Right, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Audience:
    """Who will see what is read: one person, or everyone who reads a place."""

    buckets: Some = NONE
    """Whose passages they may read."""
    named: Some = NONE
    """Which buckets they may know of: those they may read; an admin, who manages them, may know of all."""
    calls: Some = NONE
    """Which assistants' calls they may read, by the assistants' ids."""
    numbers: Some = NONE
    """Of which assistants' calls they see whole phone numbers; of the others, the last four digits."""
    roles: frozenset[Role] = frozenset()
    member: bool = False
    """Only full members of this workspace are among them."""
    reasons: Mapping[Right, str] = field(default_factory=lambda: NO_REASONS)
    """For each right that they lack, the sentence for the one who asked."""

    def has(self, right: Right) -> bool:
        """Return whether they have a right."""
        return {
            Right.EVERYONE: True,
            Right.MEMBERS: self.member,
            Right.DOCUMENTS: bool(self.buckets),
            Right.BUCKETS: bool(self.named),
            Right.CALLS: bool(self.calls),
            Right.JOBS: bool(self.named or self.calls),
            Right.ANSWERS: bool(self.buckets or self.calls),
            Right.OPERATOR: bool(self.roles),
            Right.ADMIN: Role.ADMIN in self.roles,
        }[right]

    def require(self, right: Right) -> None:
        """Raise ``RefusedError`` unless they have the right."""
        if not self.has(right):
            raise RefusedError(self.reasons[right])


@dataclass(frozen=True, slots=True)
class Public(Audience):
    """Everyone who reads a place. What they may not see together, the one who asks may perhaps see alone."""

    asker: Audience = field(default_factory=Audience)
    """The one who asks."""
    why: str = ""
    """Why less may be said here than to them alone, as a clause; it names nothing that anyone may not know."""
    silent: bool = False
    """Nothing is said in that place at all: it is another organization's too, and no admin has allowed it."""

    def require(self, right: Right) -> None:
        """Raise ``RefusedError`` if the asker lacks the right, ``NotHereError`` if only the others do, or nothing may be said."""
        if not self.silent:
            self.asker.require(right)
        if self.silent or not self.has(right):
            calls = right is Right.CALLS
            raise self.not_here(NOT_CALLS if calls and self.member else self.why, calls=calls)

    def not_here(self, why: str, *, calls: bool = False) -> NotHereError:
        """Return what is raised where the asker may see something (``calls``, or else documents) and the others may not; ``why`` is a clause."""
        text = f"{why}, so I can't show this there. {ALLOW}"
        could_allow = self.asker.has(Right.ADMIN)
        return NotHereError(text, why=why, silent=self.silent, could_allow=could_allow, calls=calls)


EVERYTHING = Audience(ALL, ALL, ALL, NONE, frozenset(Role), member=True)
"""The one who can read the bot's settings: the command line. Whole phone numbers are for channels that were granted them."""
NOTHING = Audience(reasons=dict.fromkeys(Right, "I don't know yet what you may see. Try again in a moment."))
"""What is allowed before anyone looked: nothing, which makes a verb that runs too early fail closed."""
