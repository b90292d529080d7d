"""What text may be stored and shown: the one border for words of people, models, documents, and services.

PostgreSQL refuses NUL, both databases and JSON refuse lone surrogates, and a control or a direction override shows something
other than what is there. https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing
"""

import re

_LINE_ENDS = re.compile("\r\n?|[\u0085\u2028\u2029]")
# C0 without tab and line feed, DEL, C1, lone surrogates, embeddings, overrides, and isolates of direction.
_NEVER = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufffe\uffff]")


def clean(text: str) -> str:
    """Return ``text`` as it may be stored and shown: lines end with a line feed, no character changes what others show."""
    if text.isascii() and text.isprintable():
        return text
    return _NEVER.sub("", _LINE_ENDS.sub("\n", text))


def beginning(text: str, limit: int) -> str:
    """Return as much of ``text`` as fits into ``limit`` bytes of UTF-8, which is how Slack and the databases count."""
    return text if len(text.encode()) <= limit else text.encode()[:limit].decode(errors="ignore")
