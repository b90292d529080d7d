"""A verb is data: what someone can want, who may, what it does, and how it is shown. One tuple of these is the product."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, TypeVar

from bot import ids
from bot.render.blocks import Message
from bot.render.edits import Filled
from bot.render.forms import Choice, Form, unsaid
from bot.render.intent import Intent
from bot.render.outcomes import File, Listing, Modal, Refusal, Table
from bot.runtime import Services
from bot.services.access import Asker, Audience, Place, Right
from bot.workflows.asked import Asked

I = TypeVar("I", bound=Intent)  # noqa: E741 - the intent


class Effect(StrEnum):
    """What a verb does decides how it is taken in; the words stand in docs/access.md."""

    LOOK = "looks"
    """Reads, or notes an opinion; ends within ten seconds. Acknowledged, then done and shown; lost with the process, because only a
    look, or a thumb that can be pressed again, is lost."""
    TURN = "answers"
    """Takes longer, or costs model or audio time. A durable turn: ``run`` gives ``Asked`` and looks at nothing but the store."""
    CHANGE = "changes"
    """Creates, changes or destroys something anywhere, a file in Slack too. A durable deed under its natural id, audited."""


@dataclass(frozen=True, slots=True)
class Request(Generic[I]):
    """What a verb is given."""

    intent: I
    place: Place
    """Where they were who want it."""
    asker: Asker
    """Who wants it; the outcome is theirs alone."""
    audience: Audience
    """Asked for anew for each request; ``NOTHING`` for a TURN, which asks for itself."""
    services: Services
    id: str
    """The natural id: the same however often Slack delivers it and the process dies."""
    again: bool = False
    """An attempt before this one was cut off, so it may have been done."""
    began: float = 0.0
    """Of a CHANGE: when it was first wanted, in Unix seconds; what a cut-off attempt made was made since."""

    @property
    def key(self) -> str:
        """Return an Idempotency-Key for Telnyx, the same at every attempt."""
        return ids.key(self.id)


Outcome = Message | Listing | Table | Modal | File | Refusal | Asked


@dataclass(frozen=True, slots=True)
class Question(Generic[I]):
    """What is asked before something is destroyed or dear."""

    text: str
    """Names what is lost; mrkdwn."""
    intent: I
    """What is done after a yes: the same wish, with whole ids instead of what was typed."""
    yes: str = "Yes, delete"


@dataclass(frozen=True, slots=True)
class Shortcut:
    """An entry in Slack's shortcut menu, or in the menu of a message, that opens the verb's form."""

    callback: str
    name: str
    text: str
    given: Callable[[Mapping[str, Any]], dict[str, Any]] | None = None
    """In a message's menu: the fields that the message fills in. It comes with its ``channel`` and the workspace's ``domain``."""


Source = Callable[[Request[I]], Awaitable[Sequence[Choice]]]


@dataclass(frozen=True, slots=True)
class Verb(Generic[I]):
    """One thing that people can want of this bot."""

    intent: type[I]
    run: Callable[[Request[I]], Awaitable[Outcome]]
    help: str = ""
    example: str = ""
    """What follows the words."""
    right: Right = Right.DOCUMENTS
    takes: Mapping[str, Right] = field(default_factory=dict)
    """Of a TURN of several kinds, which everyone may want: what each takes, by what it is about."""
    effect: Effect = Effect.LOOK
    paid: bool = False
    """A LOOK that costs money, and so goes through admission like everything else that costs."""
    operations: tuple[str, ...] = ()
    """Telnyx's names of what it calls; docs/operations.md is made of them."""
    scopes: frozenset[str] = frozenset()
    form: Form | None = None
    choices: Mapping[str, Source[Any]] = field(default_factory=dict)
    """Where the choices of a form's field come from, for this audience, when the window opens."""
    filled: Callable[[Request[I]], Awaitable[Filled]] | None = None
    """What is there, of which a form is filled: the form opens for a thing that was named and nothing of it, and is never empty."""
    shortcuts: tuple[Shortcut, ...] = ()
    question: Callable[[Request[I]], Awaitable[Question[I] | None]] | None = None
    """Asked before a CHANGE that destroys or is dear: it only starts with a confirmation, or where there is nothing to ask (None)."""
    typed_name: str = ""
    """The argument whose value has to be typed to confirm, where more than one record is lost; else a button confirms."""
    found: Callable[[Request[I]], Awaitable[Outcome | None]] | None = None
    """For a CHANGE that must not be made twice and takes no key: looks for what an attempt made that was cut off."""
    see: str = ""
    """What to type to see whether a CHANGE was made, where no one can tell."""
    replaces: bool = False
    """What it shows takes the place of the message that its button stands in."""
    typed: bool = True
    """False: reached by a button alone."""
    window: str = ""
    """The title of the window it opens, for what is too long or too private for a channel."""
    home: str = ""
    """The label of its button on the Home tab."""
    here: bool = False
    """It looks at the workspace where it is wanted, so it shows nothing on a terminal."""

    @property
    def words(self) -> str:
        """Return what is typed, such as ``docs show``."""
        return self.intent.verb

    @property
    def title(self) -> str:
        """Return the title of whatever window it needs."""
        form = self.form.title if self.form else ""
        return self.window or form or self.home or self.words.capitalize()

    @property
    def opens(self) -> bool:
        """Return whether its form opens where nothing is said."""
        return self.form is not None and self.filled is None

    def fills(self, intent: Intent) -> bool:
        """Return whether the form opens instead: someone named a thing and nothing of it, or left out what they can choose."""
        if self.form is None or self.filled is None:
            return self.form is not None and unsaid(intent)
        return intent.model_fields_set <= {*self.form.carries}

    @property
    def gives_file(self) -> bool:
        """Return whether its outcome is a file: then nothing is changed before that is shared."""
        return "files:write" in self.scopes

    @property
    def costs(self) -> bool:
        """Return whether one person may only want so many of it in a minute."""
        return self.paid or self.effect is not Effect.LOOK


@dataclass(frozen=True, slots=True)
class Needs:
    """What the listeners that are no verbs (events) ask of Slack."""

    events: frozenset[str] = frozenset()
    """Subscriptions as the manifest names them, such as ``message.im``."""
    scopes: frozenset[str] = frozenset()


AnyVerb = Verb[Any]
