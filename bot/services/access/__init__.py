"""Who may see what. One type for it, computed where something is read or shown, never stored."""

from bot.services.access.audience import (
    ALL,
    EVERYTHING,
    NONE,
    NOTHING,
    Audience,
    Public,
    Right,
    Role,
    Some,
)
from bot.services.access.rights import MENTION, AudienceOf, Directory, Rights
from bot.services.access.who import APP, About, Asker, Person, Place, Readers, place_and_asker

__all__ = [
    "ALL",
    "APP",
    "EVERYTHING",
    "MENTION",
    "NONE",
    "NOTHING",
    "About",
    "Asker",
    "Audience",
    "AudienceOf",
    "Directory",
    "Person",
    "Place",
    "Public",
    "Readers",
    "Right",
    "Rights",
    "Role",
    "Some",
    "place_and_asker",
]
