"""Checks of rich_text blocks: sections, lists, quotes and preformatted parts with their inline elements."""

from collections.abc import Mapping
from typing import Any

from sandbox.slack.block_report import Report, items, keys, kind_of

DEEPEST_INDENT = 8
LONGEST_TEXT = 12_000
TEXT_STYLES = {"bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink"}
LIST_STYLES = ("ordered", "bullet")

#: Inline elements: (required keys, further keys).
INLINE: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "text": (("text",), ("style",)),
    "link": (("url",), ("text", "style", "unsafe")),
    "user": (("user_id",), ("style",)),
    "channel": (("channel_id",), ("style",)),
    "usergroup": (("usergroup_id",), ("style",)),
    "broadcast": (("range",), ("style",)),
    "emoji": (("name",), ("unicode", "skin_tone", "style")),
    "date": (("timestamp", "format"), ("url", "fallback", "style")),
    "color": (("value",), ("style",)),
}

#: Parts: further keys beside `elements`.
PARTS: dict[str, tuple[str, ...]] = {
    "rich_text_section": (),
    "rich_text_quote": ("border",),
    "rich_text_preformatted": ("border", "language"),
    "rich_text_list": ("style", "indent", "offset", "border"),
}


def check_rich_text(parts: Any, at: str, report: Report) -> None:
    """The parts of a rich_text block."""
    if not isinstance(parts, list):
        report.add("must be an array", at)
        return
    for n, part in enumerate(parts):
        _part(part, f"{at}/{n}", report)


def _part(part: Any, at: str, report: Report) -> None:
    kind = kind_of(part)
    if kind is None or kind not in PARTS:
        report.add(f"unsupported type: {kind}", f"{at}/type")
        return
    keys(part, at, report, required=("elements",), allowed=PARTS[kind])
    if kind == "rich_text_list":
        if part.get("style") not in LIST_STYLES:
            report.add(f"invalid style: {part.get('style')}", f"{at}/style")
        indent = part.get("indent", 0)
        if not isinstance(indent, int) or not 0 <= indent <= DEEPEST_INDENT:
            report.add(f"must be a number from 0 to {DEEPEST_INDENT}", f"{at}/indent")
    for n, element in enumerate(items(part.get("elements"))):
        place = f"{at}/elements/{n}"
        if kind == "rich_text_list":
            _part(element, place, report)
        else:
            _inline(element, place, report)


def _inline(element: Any, at: str, report: Report) -> None:
    kind = kind_of(element)
    if kind is None or kind not in INLINE:
        report.add(f"unsupported type: {kind}", f"{at}/type")
        return
    required, further = INLINE[kind]
    keys(element, at, report, required=required, allowed=further)
    if kind == "text":
        report.text(element.get("text"), f"{at}/text", LONGEST_TEXT, least=1)
    styles = element.get("style", {})
    if not isinstance(styles, Mapping):
        report.add("must be an object", f"{at}/style")
        return
    for style in styles:
        if style not in TEXT_STYLES:
            report.add(f"invalid additional property: {style}", f"{at}/style/{style}")
