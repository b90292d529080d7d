"""Ids of Slack's as people give them: as their client sends a mention, or plain. Pure."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from bot.render.intent import Here, Someone

_MENTION = re.compile(r"<?(?:[#@]|!subteam\^)?(?=[A-Z]+\d)([A-Z][A-Z0-9]{2,31})(?:\|[^<>]*)?>?")
CHANNELS, PEOPLE, GROUPS = "CG", "UW", "S"
"""With what the ids of each begin."""


def _one_of(begins: str, what: str, needed: str = "") -> AfterValidator:
    """Return the check that a text is an id that begins with one of these letters; without ``needed`` it may be left out."""

    def read(text: str) -> str:
        if not text and not needed:
            return text
        if not text:
            raise ValueError(needed)
        if len(text.split()) > 1:
            raise ValueError(f"Choose only one {what}.")
        found = _MENTION.fullmatch(text)
        if found is None or found[1][0] not in begins:
            raise ValueError(f"I don't know that {what}. Type # or @ and choose from Slack's list.")
        return found[1]

    return AfterValidator(read)


Text = Annotated[str, Field(max_length=200)]
SomeoneId = Annotated[
    Text,
    Someone(),
    _one_of(
        CHANNELS + PEOPLE + GROUPS,
        "channel, person, or user group",
        "Choose a channel, a person, or a user group.",
    ),
]
ChannelId = Annotated[Text, _one_of(CHANNELS, "channel", "Choose a channel.")]
HereId = Annotated[Text, Here(), _one_of(CHANNELS + "D", "channel")]
"""A conversation; where none is given, the one where it is wanted."""
PersonId = Annotated[Text, _one_of(PEOPLE, "person")]
GroupId = Annotated[Text, _one_of(GROUPS, "user group")]
