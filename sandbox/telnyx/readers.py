"""Reads the text of the documents that Telnyx embeds: Markdown, plain text, HTML, PDF, JSON and CSV."""

from __future__ import annotations

import csv
import io
import json
from pathlib import PurePosixPath
from typing import Any

from bs4 import BeautifulSoup
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from .hearing import FORMATS, UnheardError, hear

READABLE = frozenset({".md", ".markdown", ".txt", ".rst", ".html", ".htm", ".pdf", ".json", ".csv"})


_NOT_TEXT = (
    (b"PK\x03\x04", "a Word, Excel, PowerPoint, or ZIP file, not text"),
    (b"\xd0\xcf\x11\xe0", "an old Word, Excel, or PowerPoint file, not text"),
    (b"\xff\xfe", "UTF-16 text, not UTF-8"),
    (b"\xfe\xff", "UTF-16 text, not UTF-8"),
    (b"\x89PNG", "a picture, not text"),
    (b"\xff\xd8\xff", "a picture, not text"),
    (b"GIF8", "a picture, not text"),
)
"""How files begin that people take for documents, and what they are."""


class UnreadableDocumentError(Exception):
    """A document whose text cannot be read; the message is its `error_reason`."""


def read_document(name: str, content: bytes) -> str:
    """The text of a document. Anything but HTML, PDF, JSON and CSV is tried as UTF-8 text, as Telnyx does.

    Raises:
        UnreadableDocumentError: damaged, encrypted, not text, or without any text.
    """
    kind = PurePosixPath(name).suffix.lower()
    if kind == ".pdf":
        text = _pdf(content)
    elif kind.removeprefix(".") in FORMATS:
        text = _audio(name, content)
    else:
        if (found := next((what for sign, what in _NOT_TEXT if content.startswith(sign)), None)) is not None:
            raise UnreadableDocumentError(found)
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise UnreadableDocumentError("not UTF-8 text") from None
        if "\x00" in text:
            raise UnreadableDocumentError("a binary file, not text")
        if kind in {".html", ".htm"}:
            text = _html(text)
        elif kind == ".json":
            text = _json(text)
        elif kind == ".csv":
            text = _csv(text)
    if not text.strip():
        raise UnreadableDocumentError("no text in this file")
    return text


def _audio(name: str, content: bytes) -> str:
    try:
        return hear(name, io.BytesIO(content), len(content)).text
    except UnheardError as error:
        raise UnreadableDocumentError(str(error)) from None


def _pdf(content: bytes) -> str:
    try:
        return "\n\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    except (PyPdfError, ValueError, KeyError, OSError) as error:
        raise UnreadableDocumentError(f"damaged or protected PDF ({type(error).__name__})") from None


def _html(text: str) -> str:
    soup = BeautifulSoup(text, "html.parser")
    for tag in soup(["script", "style", "noscript", "template"]):
        tag.decompose()
    for tag in soup(["h1", "h2", "h3", "h4", "h5", "h6"]):
        tag.replace_with(f"\n{'#' * int(tag.name[1])} {tag.get_text(' ', strip=True)}\n")
    return soup.get_text("\n", strip=False)


def _json(text: str) -> str:
    try:
        data = json.loads(text)
    except ValueError as error:
        raise UnreadableDocumentError(f"not JSON ({error})") from None
    return "\n".join(_leaves("", data))


def _leaves(path: str, value: Any) -> list[str]:
    if isinstance(value, dict):
        return [line for key, inner in value.items() for line in _leaves(f"{path} {key}".strip(), inner)]
    if isinstance(value, list):
        return [line for inner in value for line in [*_leaves(path, inner), ""]]
    return [f"{path}: {value}"]


def _csv(text: str) -> str:
    rows = list(csv.reader(io.StringIO(text)))
    if len(rows) < 2:  # noqa: PLR2004 -- a header and one row
        return text
    head, *body = rows
    return "\n".join(
        "; ".join(f"{name}: {cell}" for name, cell in zip(head, row, strict=False)) for row in body
    )
