"""What a capability is to Slack: what it listens to, what it needs, and how it is registered."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

import click
from slack_bolt.async_app import AsyncApp

from bot.runtime import Runtime
from bot.services.access import Destination
from bot.workflows.engine import NotDurableInTimeError


@dataclass(frozen=True, slots=True)
class Needs:
    """What Slack must grant a capability; the manifest is the sum of these."""

    events: frozenset[str] = frozenset()
    """Subscriptions as the manifest names them, such as ``message.im``."""
    scopes: frozenset[str] = frozenset()
    commands: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Slash command → its description and usage hint."""
    shortcuts: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Callback id of a global shortcut → its name and description."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A command that somebody typed, after its words were read."""

    destination: Destination
    """Private: only the person sees the reply."""
    trigger_id: str
    response_url: str
    ack: Callable[..., Awaitable[Any]]

    async def take_in(self, starting: Awaitable[None], *, slow: str) -> None:
        """Acknowledge once the work is durable; commands are not delivered again, so a late start is said as ``slow``."""
        try:
            await starting
        except NotDurableInTimeError:
            await self.ack(text=slow)
        except Exception:
            await self.ack()  # or Slack tells of a time-out beside the sentence that the person is told
            raise
        else:
            await self.ack()


class SlackCommand(click.Command):
    """A command of the family ``/telnyx NOUN VERB``; ``run`` is given what was typed, by the parameters' names."""

    def __init__(
        self, name: str, *, example: str, run: Callable[[Any, Typed], Awaitable[None]], **more: Any
    ) -> None:
        super().__init__(name, add_help_option=False, callback=dict, **more)
        self.example = example
        self.run = run


class Capability(Protocol):
    """One capability's handlers."""

    needs: ClassVar[Needs]

    def __init__(self, runtime: Runtime) -> None: ...

    def register(self, app: AsyncApp) -> None:
        """Add its listeners."""

    def commands(self) -> list[SlackCommand]:
        """What it adds to ``/telnyx``."""
