"""Markdown without its dress: what an embedding model reads of a text."""

from __future__ import annotations

import re

_CHANGES = (
    (re.compile(r"(?m)^\s*\[[^\]\n]+\]:\s*\S+.*$"), ""),  # where a link by reference leads
    (
        re.compile(r"!?\[([^\]\n]*)\]\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)"),
        r"\1",
    ),  # a link or picture in place
    (re.compile(r"!?\[([^\]\n]+)\]\[[^\]\n]*\]"), r"\1"),  # a link by reference
    (re.compile(r"</?[A-Za-z][^<>\n]*>|<!--.*?-->"), " "),  # tags, and addresses in angle brackets
    (re.compile(r"(?m)^\s*(?:```|~~~).*$"), ""),  # fences
    (re.compile(r"(?m)^\s*\|?[\s|:=*-]*$"), ""),  # rules, and the line below a table's head
    (re.compile(r"(?m)^\s{0,3}(?:#{1,6}\s+|>\s?|[-*+]\s+)+"), ""),  # headings, quotes, list items
    (re.compile(r"\*+|`+|(?<!\w)_+(?=\w)|(?<=\w)_+(?!\w)|~~"), ""),  # emphasis and code
    (re.compile(r"\s*\|\s*"), " "),  # cells
    (re.compile(r"\s+"), " "),
)


def plain(text: str) -> str:
    """Return `text` in one line, without Markdown's signs and without the targets of its links."""
    for pattern, instead in _CHANGES:
        text = pattern.sub(instead, text)
    return text.strip()
