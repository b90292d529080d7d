"""Which calls are wanted. A name and a number are compared with what is shown of them, so no one finds out what is masked by asking."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.services.call import AGENT, ASSISTANT, CALLER, CHANNEL, Words, noted
from bot.services.phone_numbers import FEWEST, MARK, SHOWN
from bot.telnyx import AnyOf, Condition, Conversation, Where

_NO_DIGIT = re.compile(r"\D+")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What calls have in common that are looked for; nothing is any call."""

    channels: tuple[str, ...] = ()
    """One of these, in Telnyx's words."""
    number: str = ""
    """Of the caller or of our side: the last four digits or more."""
    name: str = ""
    """A part of the name."""
    since: datetime | None = None
    """Something was said then or later."""

    def asked(self, names: Sequence[str], before: datetime | None, *, also: bool) -> list[Condition | AnyOf]:
        """Return what Telnyx itself can leave out; its query language has one *or*.

        Args:
            names: the ids of the assistants whose calls may be heard; without any, all may.
            before: only what is older than this moment; ``also`` of that moment itself.
            also: see ``before``.
        """
        asked: list[Condition | AnyOf] = []
        if before is not None:
            asked.append(Where.last_message_at <= before if also else Where.last_message_at < before)
        if self.since is not None:
            asked.append(Where.last_message_at >= self.since)
        assistants = [Where.metadata(ASSISTANT).equals(one) for one in names]
        channels = [Where.metadata(CHANNEL).equals(one) for one in self.channels]
        several = [one for one in (assistants, channels) if len(one) > 1]
        asked += [one[0] for one in (assistants, channels) if len(one) == 1]
        return [*asked, *(Where.any_of(*one) for one in several[:1])]

    def looks_closer(self, assistants: int) -> bool:
        """Return whether calls that Telnyx gave have to be looked at one by one; ``assistants`` are how many may be heard."""
        return bool(self.name or self.number) or (len(self.channels) > 1 and assistants > 1)

    def fits(self, conversation: Conversation, words: Words) -> bool:
        """Return whether it is one, by what is shown of it: ``words`` says how."""
        if self.channels and noted(conversation, CHANNEL) not in self.channels:
            return False
        if self.name and _bare(self.name) not in _bare(words(conversation.name or "")):
            return False
        sides = (noted(conversation, key) for key in (CALLER, AGENT))
        return not self.number or any(_same(self.number, words(side)) for side in sides)


def digits(number: str) -> str:
    """Return the digits of a number; of a whole one without the zeros that are dialed before it."""
    found = _NO_DIGIT.sub("", number)
    return found.removeprefix("00").removeprefix("0") if len(found) >= FEWEST else found


def _same(number: str, side: str) -> bool:
    """Return whether a number is that of a side. Of a masked one the last digits are known, so only these are compared."""
    wanted = digits(number)
    return f"{MARK}{wanted[-SHOWN:]}" in side if MARK in side else wanted in digits(side)


def _bare(text: str) -> str:
    return " ".join(text.split()).casefold()
