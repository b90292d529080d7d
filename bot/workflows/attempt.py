"""One run of one turn: what was asked, and how far this run of it has come. A turn that was killed has several, one after the other."""

from dataclasses import dataclass, field
from typing import Any, Self

from bot.slack.workspace import Workspace
from bot.slack.writing.growing import Growing
from bot.store.turn_columns import Columns
from bot.store.turns import ENDED, Turn
from bot.workflows.announcing import Announcing
from bot.workflows.asked import Asked
from bot.workflows.checkpoints import unwritten, with_columns
from bot.workflows.interrupts import Watch


@dataclass(slots=True)
class Attempt:
    """Everything that the steps of a turn hand on to one another."""

    asked: Asked
    """What is answered: an edit replaces the text."""
    at: Workspace
    """Where it was asked."""
    turn: Turn
    """Its row, as this run knows it."""
    opened: Growing | None = None
    """Its reply, once there is one."""
    announced: Announcing | None = None
    """Its status line, once there is a reply."""
    watch: Watch = field(default_factory=Watch)
    """What people did to the question since this run began."""
    heeded: bool = False
    """It is settled that it gets a reply."""
    trace: dict[str, Any] | None = None
    """How its answer was made."""

    @classmethod
    def of(cls, asked: Asked, at: Workspace) -> Self:
        """Return an attempt that has not begun: its row is not read yet."""
        return cls(asked, at, unwritten(asked))

    @property
    def id(self) -> str:
        """Return the turn's natural id."""
        return self.asked.id

    @property
    def again(self) -> bool:
        """Return whether another attempt came before, which may have left something on the screen."""
        return self.turn.attempts > 1

    @property
    def ended(self) -> bool:
        """Return whether nothing is left to be done."""
        return self.turn.state in ENDED

    @property
    def deleted(self) -> bool:
        """Return whether the question was deleted, before its answer was written or since."""
        return self.turn.outcome == "deleted" or self.watch.deleted

    @property
    def reply(self) -> Growing:
        """Return the reply that the answer grows in."""
        if self.opened is None:
            raise AssertionError("a reply is opened before anything is written")
        return self.opened

    @property
    def announcing(self) -> Announcing:
        """Return the status line beside the reply."""
        if self.announced is None:
            raise AssertionError("a status line begins when the reply is opened")
        return self.announced

    @property
    def shown(self) -> str:
        """Return the words of the answer so far."""
        return self.opened.text if self.opened is not None else ""

    def learn(self, values: Columns) -> None:
        """Take these columns over, whether or not they could be written down."""
        self.turn = with_columns(self.turn, values)
