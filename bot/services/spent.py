"""What a long reading took, as a turn's row keeps it."""

from typing import Protocol, TypedDict

from bot.telnyx import Usage


class Made(Protocol):
    """What a model made of something long."""

    @property
    def model(self) -> str:
        """Return its name."""

    @property
    def usage(self) -> Usage | None:
        """Return the tokens it took."""

    @property
    def estimated(self) -> bool:
        """Return whether some of them are our estimate."""


class Spent(TypedDict):
    """What was spent, by the columns of a turn."""

    model: str
    prompt_tokens: int | None
    completion_tokens: int | None
    estimated: int


def spent(made: Made) -> Spent:
    """Return which model wrote, and the tokens it took."""
    took = made.usage
    return Spent(
        model=made.model,
        prompt_tokens=took.prompt_tokens if took else None,
        completion_tokens=took.completion_tokens if took else None,
        estimated=int(made.estimated),
    )
