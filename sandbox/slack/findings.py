"""What someone could not read or hear of what the app showed, and blocks that Slack refused: mistakes of the app that no one else tells."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sandbox.slack.block_report import kind_of

WITH_TEXT = ("chat.postMessage", "chat.postEphemeral", "chat.update", "response_url")
"""Calls whose text stands for their blocks, in notifications and for screen readers."""
PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg")
BUTTONS = ("button", "icon_button", "positive_button", "negative_button")
OF_BLOCKS = ("invalid_blocks", "invalid_blocks_format", "msg_blocks_too_many", "msg_blocks_too_long")
OF_VIEWS = ("invalid_arguments", "view_too_large")
_SHORTCODE = re.compile(r":[\w+-]+:")
_UNSUPPORTED = re.compile(r"unsupported type: (\w+)")


@dataclass(frozen=True)
class Finding:
    """One mistake: in which call, where, and what."""

    n: int
    method: str
    channel: str
    what: str


class Findings:
    """The mistakes in the order in which they were made."""

    def __init__(self) -> None:
        self._found: list[Finding] = []

    def shown(self, method: str, said: Mapping[str, Any]) -> None:
        """Look at what a call showed that was taken."""
        blocks, text = said.get("blocks"), f"{said.get('text') or ''}{said.get('markdown_text') or ''}"
        if method in WITH_TEXT and blocks and not text.strip():
            self._add(method, said, "blocks without a text that stands for them")
        picture = str(said.get("filename", "")).lower().endswith(PICTURES)
        if method == "files.getUploadURLExternal" and picture and not str(said.get("alt_txt", "")).strip():
            self._add(method, said, f"the picture {said['filename']} without alt text")
        for what in silent([said.get(key) for key in ("blocks", "view", "chunks")]):
            self._add(method, said, what)

    def refused(
        self,
        method: str,
        said: Mapping[str, Any],
        code: str,
        more: Mapping[str, Any],
        wanted: Collection[str],
    ) -> None:
        """Look at a refusal: one of blocks is a mistake, unless it is of the kinds that the workspace is told to refuse."""
        if code not in (OF_VIEWS if "view" in said else OF_BLOCKS):
            return
        problems = more.get("errors") or (more.get("response_metadata") or {}).get("messages") or [code]
        unsupported = [_UNSUPPORTED.search(str(problem)) for problem in problems]
        if not all(kind and kind[1] in wanted for kind in unsupported):
            self._add(method, said, "; ".join(map(str, problems)))

    def since(self, n: int) -> list[dict[str, Any]]:
        """The mistakes numbered after `n`."""
        return [asdict(one) for one in self._found[n:]]

    def _add(self, method: str, said: Mapping[str, Any], what: str) -> None:
        channel = str(said.get("channel") or said.get("channel_id") or "")
        self._found.append(Finding(len(self._found) + 1, method, channel, what))


def silent(node: Any) -> Iterator[str]:
    """Pictures without alt text and buttons without a word, wherever they stand."""
    if isinstance(node, list):
        for one in node:
            yield from silent(one)
        return
    if not isinstance(node, Mapping):
        return
    if kind_of(node) == "image" and not str(node.get("alt_text", "")).strip():
        yield "a picture without alt text"
    for name, one in node.items():
        yield from silent(one)
        if name in BUTTONS:
            yield from _wordless(one)
    if kind_of(node) in BUTTONS:
        yield from _wordless(node)


def _wordless(button: Any) -> Iterator[str]:
    text = button.get("text") if isinstance(button, Mapping) else None
    said = str(text.get("text", "")) if isinstance(text, Mapping) else ""
    label = str(button.get("accessibility_label", "")) if isinstance(button, Mapping) else ""
    if not any(letter.isalnum() for letter in _SHORTCODE.sub("", said) + label):
        yield f"the button {said!r} without a word"
