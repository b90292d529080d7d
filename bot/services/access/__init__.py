"""Who may see what. One type for it, computed where something is read or shown, never stored."""

from bot.services.access.audience import EVERYTHING, NOTHING, Audience, ReadAlong, Right
from bot.services.access.rights import AudienceOf, Directory, Rights
from bot.services.access.rules import audience
from bot.services.access.who import APP, Asker, Person, Place, Readers, place_and_asker

__all__ = [
    "APP",
    "EVERYTHING",
    "NOTHING",
    "Asker",
    "Audience",
    "AudienceOf",
    "Directory",
    "Person",
    "Place",
    "ReadAlong",
    "Readers",
    "Right",
    "Rights",
    "audience",
    "place_and_asker",
]
