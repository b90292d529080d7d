"""The API key in words of the other side: an error that quotes our own headers must not carry it on. Pure."""

from __future__ import annotations

import base64
import re
from functools import cached_property
from urllib.parse import quote

STRUCK = "[removed]"
_SHORTEST = 6
"""A word as short as this stands in other words; no key is."""
_BETWEEN = r"[\s\\\"'\u00ad\u200b-\u200d\u2060\ufeff]{0,4}"
"""What services put between the letters of a word that they wrap, escape, or take apart."""
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


def _spelled(secret: str) -> str:
    """Return a pattern for a secret whose letters are written as themselves or escaped: in URLs, JSON, HTML, Python, or mail."""
    return _BETWEEN.join(_letter(letter) for letter in secret)


def _letter(letter: str) -> str:
    code, byte = f"{ord(letter):x}", "".join(f"%(?:25)*{byte:02x}" for byte in letter.encode())
    escapes = rf"\\+(?:u00|x){code}|={code}|&#(?:0*{ord(letter)}|x0*{code});?"
    full = f"|{chr(ord(letter) + 0xFEE0)}" if "!" <= letter <= "~" else ""
    return rf"(?:{escapes}|{byte}|{re.escape(letter)}{full})"


def _encoded(secret: str) -> list[str]:
    """Return patterns for a secret in base64 and in hex, which are wrapped into lines or set apart by pairs."""
    gap = r"[\s:]{0,2}"
    forms_ = (form for form in forms(secret) if form.isalnum() or re.fullmatch(r"[\w+/-]+", form))
    return [gap.join(map(re.escape, form)) for form in forms_]


class Secrets:
    """Strikes one key out of what Telnyx says."""

    def __init__(self, key: str) -> None:
        self._key = key
        self._bytes = tuple(form.encode() for form in forms(key))

    @cached_property
    def _words(self) -> re.Pattern[str]:
        """The key in words, made when Telnyx says something for the first time: it takes long."""
        patterns = [_spelled(self._key), *_encoded(self._key)] if self._bytes else [r"(?!)"]
        return re.compile("|".join(patterns), re.IGNORECASE)

    def strike(self, words: str) -> str:
        """Words of an error, without the key in any form and without what calls itself a bearer token."""
        return _BEARER.sub(rf"\1{STRUCK}", self._words.sub(STRUCK, words))

    def strike_bytes(self, body: bytes) -> bytes:
        """Return a body without the key as it stands there."""
        for form in self._bytes:
            if form in body:
                body = body.replace(form, STRUCK.encode())
        return body
