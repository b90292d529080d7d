"""The API key in words of the other side: an error that quotes our own headers must not carry it on. Pure."""

from __future__ import annotations

import base64
import re
from urllib.parse import quote, unquote

STRUCK = "[removed]"
_SHORTEST = 6
"""A word as short as this stands in other words; no key is."""
_BEARER = re.compile(r"\b(bearer(?:\s|%20|\+)+)(?=[^\s\"',;]*[\d_.-])[^\s\"',;<>]{8,}", re.IGNORECASE)


def forms(secret: str) -> tuple[str, ...]:
    """Return how a secret may stand in a text: as it is, percent-encoded, in base64 wherever it begins, in hex. None for a short one."""
    if len(secret) < _SHORTEST:
        return ()
    raw = secret.encode()
    found = {secret, quote(secret, safe=""), quote(secret), raw.hex()}
    for before in range(3):
        # The first and the last letters depend on the neighbors of the secret, those between do not.
        start, bits = -(-before * 8 // 6), (before + len(raw)) * 8
        inner = base64.b64encode(b"\0" * before + raw).decode()[start : bits // 6]
        found |= {inner, inner.replace("+", "-").replace("/", "_")}
    return tuple(sorted(found, key=len, reverse=True))


class Secrets:
    """Strikes one key out of what Telnyx says."""

    def __init__(self, key: str) -> None:
        found = forms(key)
        self._key = key.lower() if found else ""
        self._bytes = tuple(form.encode() for form in found)
        self._words = re.compile("|".join(map(re.escape, found)) or r"(?!)", re.IGNORECASE)

    def strike(self, words: str) -> str:
        """Words of an error, without the key in any form and without what calls itself a bearer token."""
        if "%" in words and self._key and self._key in (plain := unquote(words)).lower():
            words = plain
        return _BEARER.sub(rf"\1{STRUCK}", self._words.sub(STRUCK, words))

    def strike_bytes(self, body: bytes) -> bytes:
        """Return a body without the key as it stands there."""
        for form in self._bytes:
            if form in body:
                body = body.replace(form, STRUCK.encode())
        return body
