"""Whether a message in a thread that mentions no one is meant for us, or people talk to one another. Pure.

Unsure means silent: who wants an answer can always mention us, and no one can take back an answer that bursts in.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from bot.services.small_talk import Talk, small_talk

_CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
_LINK = re.compile(r"\b(?:https?://|mailto:|www\.)\S+", re.IGNORECASE)
_EMOJI = re.compile(r":[a-z0-9_+'-]+:")
_WORD = re.compile(r"[^\W_]")
_AT = re.compile(r"(?<![\w@/.])@([\w][\w.\-]*)")
_GREETING = (
    "hi|hello|hey|hiya|dear|thanks|thank you|thx|ok|okay|so|and|sorry|please|"
    "hallo|moin|danke|bitte|liebe|lieber|salut|bonjour|merci|hola|gracias|ciao|grazie"
)
_CALLED = re.compile(
    rf"\s*(?:(?:{_GREETING})[\s,]+)?([^\W\d_][\w.\-]*)\s*(?:[,:\u2013\u2014]|\s-\s)", re.IGNORECASE
)
_GREETED = re.compile(rf"\s*(?i:{_GREETING})\s+([A-Z\u00c0-\u00de]\w+)\s*[,:!\u2013\u2014]")
"""A greeting and a name that need not be known."""


@dataclass(frozen=True, slots=True)
class Said:
    """One message of a thread."""

    user: str
    text: str
    """As its author saw it: people by their names, or by their ids."""
    ours: bool = False
    app: bool = False
    """Another app wrote it: that is no one who talks."""


@dataclass(frozen=True, slots=True)
class Talked:
    """What was said in a thread since the last question that got a reply, as far as the rule needs it."""

    asker: str
    """Who asked that question."""
    since: Sequence[Said] = ()
    """What stands below it, oldest first, our own words among it."""
    us: Collection[str] = ()
    """What we are called: our id and our names."""
    people: Collection[str] = field(default_factory=frozenset)
    """The names of others who have written here."""


def is_idle(text: str) -> bool:
    """Return whether a message says nothing that could be answered: thanks, a greeting, an emoji, a link, a file."""
    bare = _EMOJI.sub(" ", _LINK.sub(" ", text))
    return not _WORD.search(bare) or small_talk(bare) in (Talk.THANKS, Talk.HELLO)


def turns_to(text: str) -> frozenset[str]:
    """Return whom a message mentions with an @, in lower case: a person, a group, everyone here."""
    return frozenset(name.rstrip(".-").casefold() for name in _AT.findall(_CODE.sub(" ", text)))


def called(text: str) -> str:
    """Return by which word, in lower case, a message may call someone at its beginning ("Ben, could you …"); "" for none."""
    found = _CALLED.match(text)
    return found[1].rstrip(".-").casefold() if found else ""


def is_for_us(text: str, writer: str, talked: Talked) -> bool:
    """Return whether a message without a mention of us is meant for us.

    Args:
        text: its words.
        writer: who wrote it.
        talked: what was said before it.
    """
    us = {name.casefold() for name in talked.us}
    if not us.isdisjoint(turns_to(text)) or called(text) in us - {""}:
        return True
    if is_idle(text) or _is_for_others(text, us, talked.people):
        return False
    # Thanks and apps interrupt no one.
    said = [one for one in talked.since if one.ours or not (one.app or is_idle(one.text))]
    apart = [
        one.user != writer or _is_for_others(one.text, us, talked.people) if not one.ours else False
        for one in said
    ]
    if not any(apart):
        return True
    # The one who asked goes on from our reply, whatever others wrote while it was made.
    last = max((number for number, one in enumerate(said) if one.ours), default=None)
    return writer == talked.asker and last is not None and not any(apart[last:])


def _is_for_others(text: str, us: Collection[str], people: Collection[str]) -> bool:
    if turns_to(text) - set(us):
        return True
    known = {word for name in people for word in (name.casefold(), *name.casefold().split()[:1])}
    if called(text) in known - set(us) - {""}:
        return True
    greeted = _GREETED.match(text)
    return greeted is not None and greeted[1].casefold() not in {*us, *_EVERYONE}


_EVERYONE = frozenset({"there", "bot", "everyone", "all", "team", "folks", "guys"})
