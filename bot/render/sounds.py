"""What is checked at a field about recordings: whether it is one, which model can listen to it, and what that model takes. Pure."""

import re
from collections.abc import Sequence
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo

from bot.render.addresses import web_address
from bot.render.forms import Choice
from bot.render.intent import Several
from bot.render.numbers import joined
from bot.services.ears import EARS, FORMATS, NO_AUDIO, USUAL, Ear, ear, ending

MOST = 5
"""Recordings that are transcribed at once."""
A_PAGE = "That's a web page that plays a recording. I need the address of the recording itself, such as one that ends in .mp3."
NO_LANGUAGE = "This is a code such as de, en, or en-US."
NO_SPEAKERS = "Only Deepgram's models tell speakers apart. Choose deepgram/nova-3."
_PAGES = re.compile(
    r"(?:[a-z0-9-]+\.)*(?:youtube\.com|youtu\.be|vimeo\.com|soundcloud\.com|spotify\.com|twitch\.tv)"
)
_TEXTS = frozenset({"html", "htm", "php", "pdf"})
_FILE = re.compile(r"(F[A-Z0-9]{2,31})(?:/([^\s/]{1,120}))?")
_LINK = re.compile(
    r"https://[a-z0-9.-]+\.slack\.com/(?:files/[UW][A-Z0-9]+/|files-pri/T[A-Z0-9]+-)(F[A-Z0-9]{2,31})(?:/download)?"
    r"(?:/([^\s/?#]{1,120}))?(?:[?#]\S*)?"
)
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8}){0,2}", re.IGNORECASE)


def name_of(sound: str) -> str:
    """Return the name of a recording, as people know it."""
    path = sound.partition("?")[0].partition("#")[0]
    return path.rstrip("/").rpartition("/")[2]


def is_file(sound: str) -> bool:
    """Return whether it is a file of Slack's, and no web address."""
    return _FILE.fullmatch(sound) is not None


def unfit(chosen: Ear, name: str) -> str:
    """Return why a model can't listen to a file of this name; "" if it can, or the name doesn't tell."""
    last = ending(name)
    if last not in FORMATS or last in chosen.formats:
        return ""
    return f"{chosen.name} takes {joined(chosen.formats)} files only, and {name} is none. Choose {USUAL.name}, which takes all."


def to_choose(audio: Sequence[str]) -> list[Choice]:
    """Return the recordings of a message as choices, by name; none where one of them is an address, which is typed."""
    return [Choice(sound, name_of(sound)) for sound in audio] if all(map(is_file, audio)) else []


def ears() -> list[Choice]:
    """Return the models as choices, the usual one first."""
    return [Choice(one.name, f"{one.name.partition('/')[2]}: {one.says}") for one in EARS]


def _sound(given: str) -> str:
    """Return a file of Slack's as ``F0123ABCD/name``, or a web address."""
    found = _FILE.fullmatch(given) or _LINK.fullmatch(given)
    shown = "/".join(filter(None, found.groups())) if found else web_address(given)
    if not found and _PAGES.fullmatch(shown.split("/")[2].partition(":")[0]):
        raise ValueError(A_PAGE)
    last = ending(name_of(shown))
    if last not in FORMATS and (last.isalnum() if found else last in _TEXTS):
        raise ValueError(f"{name_of(shown)} isn't a recording. {NO_AUDIO}")
    return shown


def _several(given: object) -> object:
    return tuple(given.split()) if isinstance(given, str) else given


def _model(given: str, info: ValidationInfo) -> str:
    chosen = ear(given)
    names = map(name_of, info.data.get("audio", ()))
    if problem := next(filter(None, (unfit(chosen, name) for name in names)), ""):
        raise ValueError(problem)
    return chosen.name


def _language(given: str, info: ValidationInfo) -> str:
    chosen = ear(info.data.get("model"))
    if not _LANGUAGE.fullmatch(given):
        raise ValueError(NO_LANGUAGE)
    if chosen.english:
        other = f"Leave this out, or choose {USUAL.name}."
        raise ValueError(f"{chosen.name} takes no language: it understands English only. {other}")
    return given


def _speakers(given: bool, info: ValidationInfo) -> bool:
    if given and not ear(info.data.get("model")).several:
        raise ValueError(NO_SPEAKERS)
    return given


Sound = Annotated[str, Field(max_length=2_000), AfterValidator(_sound)]
Sounds = Annotated[
    tuple[Sound, ...], Field(min_length=1, max_length=MOST), BeforeValidator(_several), Several()
]
"""Files of Slack's and web addresses, in the field ``audio``."""
Listener = Annotated[str, Field(max_length=200), AfterValidator(_model)]
"""A model that can listen to what stands in ``audio``, in the field ``model``."""
Language = Annotated[str, Field(max_length=30), AfterValidator(_language)]
"""The code of a language that the ``model`` takes."""
Speakers = Annotated[bool, AfterValidator(_speakers)]
"""Whether the ``model`` is to tell speakers apart."""
