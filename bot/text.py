"""What may be stored and shown: the one border for words of people, models, documents, and services.

PostgreSQL refuses NUL, both databases and JSON refuse lone surrogates, and a control or a direction override shows something
other than what is there. https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing
"""

import math
import re
from typing import Any

_LINE_ENDS = re.compile("\r\n?|[\u0085\u2028\u2029]")
# C0 without tab and line feed, DEL, C1, lone surrogates, embeddings, overrides, and isolates of direction.
_NEVER = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufffe\uffff]")

LARGEST = 2**63 - 1
DEEPEST = 50
"""Levels of JSON that are kept; Python gives up far below."""


def clean(text: str) -> str:
    """Return ``text`` as it may be stored and shown: lines end with a line feed, no character changes what others show."""
    if text.replace("\n", "").isprintable():
        return text
    return _NEVER.sub("", _LINE_ENDS.sub("\n", text))


def beginning(text: str, limit: int) -> str:
    """Return as much of ``text`` as fits into ``limit`` bytes of UTF-8, which is how Slack and the databases count."""
    return text if len(text.encode()) <= limit else text.encode()[:limit].decode(errors="ignore")


def bounded(value: Any, largest: int = LARGEST) -> Any:
    """Return a number as it can be stored, None where it is none; what is no number is returned as it is."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return max(-largest, min(value, largest)) if isinstance(value, int) else value


def storable(value: Any, levels: int = DEEPEST) -> Any:
    """Return plain JSON as it can be stored: clean texts, numbers within bounds, nothing nested without end."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return (
            {clean(str(key)): storable(inner, levels - 1) for key, inner in value.items()} if levels else None
        )
    if isinstance(value, list | tuple):
        return [storable(inner, levels - 1) for inner in value] if levels else None
    return bounded(value)


def is_plain(value: object) -> bool:
    """Return whether a value can be one of Slack's ids: text without anything that `clean` would change."""
    return isinstance(value, str) and value.isascii() and value.isprintable()
