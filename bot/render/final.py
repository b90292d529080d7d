"""The end of a reply: its text, what stands below it, and the messages that it takes to show all of it."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Self

from bot.render.blocks import MESSAGE_BYTES, SECTION_TEXT, Block, Message, literal, markdown, size
from bot.render.markdown import plain, safe_markdown
from bot.render.outcomes import File
from bot.render.parts import split

SMALLER_BYTES = MESSAGE_BYTES // 2
"""Of a message, where Slack refuses one for its length that we took for short enough."""
_TOKEN = re.compile(r"<([^<>|]+)(?:\|([^<>]*))?>")


def growing(text: str) -> Message:
    """A reply that is still being written."""
    return Message(plain(text), [markdown(text)])


@dataclass(frozen=True, slots=True)
class Part:
    """One message of a reply: Markdown, and the blocks above and below it."""

    text: str = ""
    below: list[Block] = field(default_factory=list)
    above: list[Block] = field(default_factory=list)

    @property
    def message(self) -> Message:
        """Return it as a message; where blocks are refused, its text and sources are text, and its buttons stay if they can."""
        around = [*self.above, *self.below]
        body = [markdown(self.text)] if self.text.strip() else []
        short = plain(self.text) or plain(next(_texts(around), ""))
        words = [_literal(text) for text in _texts(self.above)]
        under = [_literal(text) for text in _texts(self.below)]
        whole = "\n\n".join(filter(str.strip, [*map(_safe, words), self.text, *map(_safe, under)]))
        buttons = [block for block in self.below if block["type"] == "actions"]
        bare = "\n\n".join(filter(str.strip, [*words, self.text, *under]))
        simpler = [literal(slice_.text) for slice_ in split(bare, SECTION_TEXT)]
        below = Message(short, [*simpler, *buttons], whole=whole)
        return Message(short, [*self.above, *body, *self.below], below, whole)


@dataclass(frozen=True, slots=True)
class Final:
    """A finished reply.

    ``body`` is safe Markdown, exactly what was written while it grew; ``below`` are the blocks under it.
    """

    body: str
    below: list[Block] = field(default_factory=list)
    above: list[Block] = field(default_factory=list)
    """Only in a reply that is no stream: a stream begins with its text."""
    elsewhere: Callable[[], list[Block]] | None = None
    """Makes what stands there instead of ``below`` where it comes directly although it was to stand in a channel: with the way to have it there."""
    file: File | None = None
    """What is too long for messages, shared before the end is shown."""
    unfiled: Self | None = None
    """The end where Slack doesn't take the file: in as many messages as it takes."""

    def parts(self, limit: int = MESSAGE_BYTES, above: Sequence[Block] = ()) -> list[Part]:
        """Return all of it, one part a message: ``above`` stands over the first, and what is below it under the last."""
        over = [*above, *self.above]
        texts = [one.shown for one in split(self.body, limit, max(limit - size(over), limit // 2))] or [""]
        parts = [Part(text) for text in texts]
        parts[0] = Part(texts[0], [], over)
        last = parts[-1]
        if len(last.text.encode()) + size(last.above) + size(self.below) <= limit:
            parts[-1] = Part(last.text, self.below, last.above)
            return parts
        return [*parts, *(Part(below=blocks) for blocks in _packed(self.below, limit))]

    def messages(self, limit: int = MESSAGE_BYTES, above: Sequence[Block] = ()) -> list[Message]:
        """Return its parts as messages."""
        return [part.message for part in self.parts(limit, above)]


def _packed(blocks: Sequence[Block], limit: int) -> Iterator[list[Block]]:
    """Yield the blocks in groups of at most ``limit`` bytes; a context is taken apart where one message can't hold it."""
    group: list[Block] = []
    for block in blocks:
        pieces = [block]
        if block["type"] == "context" and size([block]) > limit:
            pieces = [{**block, "elements": [element]} for element in block["elements"]]
        for piece in pieces:
            if group and size([*group, piece]) > limit:
                yield group
                group = []
            group.append(piece)
    if group:
        yield group


def _texts(blocks: Sequence[Block]) -> Iterator[str]:
    """What blocks say, without their buttons."""
    for block in blocks:
        if isinstance(text := block.get("text"), dict):
            yield str(text["text"])
        if block["type"] == "context":
            yield from (str(element["text"]) for element in block["elements"])


def _literal(mrkdwn: str) -> str:
    """Slack's mrkdwn as people read it, every character for itself."""
    bare = _TOKEN.sub(_named, mrkdwn)
    return bare.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _named(token: re.Match[str]) -> str:
    target, label = token[1], token[2]
    if not label or target.startswith("!"):
        return label or target
    return f"{label} ({target})"


def _safe(text: str) -> str:
    """Words of others in Markdown; links stay links."""
    return safe_markdown(text, re.findall(r"https?://[^\s)]+", text))
