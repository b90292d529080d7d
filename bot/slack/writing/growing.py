"""What the writer of an answer is given of the message that it grows in."""

from typing import Protocol

from bot.render.final import Final


class Growing(Protocol):
    """A reply in the making, public or private."""

    @property
    def text(self) -> str:
        """Everything written so far."""

    def write(self, text: str) -> None:
        """More text, safe to show."""

    async def placeholder(self, text: str) -> None:
        """Say that work has begun, where nothing else says so."""

    async def finish(self, final: Final) -> str:
        """Show the end."""

    async def again(self) -> None:
        """What was written is void; other words are on their way."""

    async def withdraw(self) -> None:
        """No one asks anymore: take away what was shown."""

    async def abandon(self) -> None:
        """Leave it to a successor."""
