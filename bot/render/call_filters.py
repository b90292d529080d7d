"""What calls are looked for by, as it is typed or filled in, and in words."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, Field, field_validator

from bot.render.intent import Cursor, Names
from bot.render.markdown import code, escape_mrkdwn, moment, shortened
from bot.render.numbers import joined
from bot.render.times import Since
from bot.services.call_filters import Wanted, digits
from bot.services.phone_numbers import SHOWN

CHANNELS = ("phone_call", "web_call", "sms_chat", "web_chat")
"""That Telnyx names; there may be others."""
ID = 60
"""Characters that are repeated of an assistant's id."""


def _digits(number: str) -> str:
    if number and len(digits(number)) < SHOWN:
        raise ValueError("Use at least the last four digits of the number.")
    return number


class Filters(Cursor):
    """Which calls are wanted, and how many of them."""

    last: int = Field(default=10, ge=1, le=40, description="How many on a page, at most 40.")
    channel: Annotated[Names, Field(max_length=5)] = Field(
        default=(), description="Only these, such as phone_call, web_call, or sms_chat."
    )
    number: Annotated[str, Field(max_length=40), AfterValidator(_digits)] = Field(
        default="", description="Either side's. Where only four digits are shown, these are compared."
    )
    since: Since | None = Field(default=None, description="Only since a date, or 7d ago.")
    assistant: str | None = Field(default=None, max_length=200, description="Only calls of this assistant.")
    name: str = Field(default="", max_length=100, description="Only calls with this in their name.")

    @field_validator("before")
    @classmethod
    def _moment(cls, value: str) -> str:
        try:
            when = datetime.fromisoformat(value) if value else None
        except ValueError:
            raise ValueError("I can't read this as a date, such as 2026-11-25.") from None
        return value if when is None or when.tzinfo else when.replace(tzinfo=UTC).isoformat()

    @property
    def wanted(self) -> Wanted:
        """Return what the calls have in common, but for their assistant, which is a matter of who may hear it."""
        since = datetime.fromisoformat(self.since) if self.since else None
        return Wanted(self.channel, self.number, self.name, since)

    @property
    def words(self) -> str:
        """Return what narrows the list, as mrkdwn; empty where nothing does."""
        since = datetime.fromisoformat(self.since).timestamp() if self.since else None
        parts = (
            f"over {joined([*map(code, self.channel)], 'or')}" if self.channel else "",
            f"with a number that ends in {digits(self.number)[-SHOWN:]}" if self.number else "",
            f"since {moment(since, '{date_short_pretty} {time}')}" if since is not None else "",
            f"of the assistant {code(shortened(self.assistant, ID))}" if self.assistant else "",
            f"with “{escape_mrkdwn(self.name)}” in the name" if self.name else "",
        )
        return ", ".join(filter(None, parts))
