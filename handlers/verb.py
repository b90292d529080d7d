"""A verb is data: what somebody can want, who may, what it does, and how it is shown. One tuple of these is the product."""

import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

from bot.render.blocks import Message
from bot.render.forms import Form
from bot.render.intent import Intent
from bot.render.outcomes import Listing, Modal
from bot.runtime import Services
from bot.services.access import Audience, Destination, Right
from bot.workflows.asked import Asked

I = TypeVar("I", bound=Intent)  # noqa: E741 - the intent


class Effect(StrEnum):
    """What a verb does decides how it is taken in; the words stand in docs/access.md."""

    LOOK = "looks"
    """Acknowledged, then done and shown. Lost with the process: nothing but a look is lost."""
    TURN = "answers"
    """A durable turn: ``run`` returns ``Asked`` and looks at nothing but the store, because Slack is waiting."""
    CHANGE = "changes"
    """A durable deed under its natural id, audited."""


@dataclass(frozen=True, slots=True)
class Request(Generic[I]):
    """What a verb is given."""

    intent: I
    by: Destination
    """Who wants it and where they were; the outcome is theirs alone."""
    audience: Audience
    """Asked for anew for each request; ``NOTHING`` for a TURN, which asks for itself."""
    services: Services
    id: str
    """The natural id: the same however often Slack delivers it and the process dies."""
    again: bool = False
    """An attempt before this one was cut off, so it may have been done."""

    @property
    def key(self) -> str:
        """An Idempotency-Key for Telnyx, the same at every attempt."""
        return uuid.uuid5(uuid.NAMESPACE_OID, self.id).hex


Outcome = Message | Listing | Modal | Asked


@dataclass(frozen=True, slots=True)
class Shortcut:
    """An entry in Slack's shortcut menu, or in the menu of a message, that opens the verb's form."""

    callback: str
    name: str
    text: str
    given: Callable[[Mapping[str, Any]], dict[str, Any]] | None = None
    """In a message's menu: the fields that the message fills in."""


@dataclass(frozen=True, slots=True)
class Verb(Generic[I]):
    """One thing that people can want of this bot."""

    intent: type[I]
    run: Callable[[Request[I]], Awaitable[Outcome]]
    help: str = ""
    example: str = ""
    """What follows the words."""
    right: Right = Right.DOCUMENTS
    effect: Effect = Effect.LOOK
    operations: tuple[str, ...] = ()
    """Telnyx's names of what it calls; docs/operations.md is made of them."""
    scopes: frozenset[str] = frozenset()
    form: Form | None = None
    shortcuts: tuple[Shortcut, ...] = ()
    question: Callable[[I], str] | None = None
    """Asked before a CHANGE that destroys or costs: it only starts with the press of a confirmation."""
    typed_name: str = ""
    """The argument whose value has to be typed to confirm; without one a button confirms."""
    typed: bool = True
    """False: reached by a button alone."""
    home: str = ""
    """The label of its button on the Home tab."""

    @property
    def words(self) -> str:
        """``docs show``."""
        return self.intent.verb


@dataclass(frozen=True, slots=True)
class Needs:
    """What the listeners that are no verbs (events) ask of Slack."""

    events: frozenset[str] = frozenset()
    """Subscriptions as the manifest names them, such as ``message.im``."""
    scopes: frozenset[str] = frozenset()


AnyVerb = Verb[Any]
