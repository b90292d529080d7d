"""Thoughts that stand in the text itself: `<think>…</think>`, which servers without a reasoning parser leave there. Pure.

A thought begins with its tag and ends with the closing one. Inside code a tag is text, and inside a thought there is no code.
Templates that write the opening tag into the prompt leave only the closing one in the answer: what came before it was a
thought, which a stream learns only then. A tag between the words of a line that is never closed opened nothing.
"""

from __future__ import annotations

import re

from bot.telnyx._chat_parts import ReasoningPart, TextPart, VoidPart

Told = TextPart | ReasoningPart | VoidPart

_NAMES = (
    "thinking",
    "think",
    "thoughts",
    "thought",
    "thought_process",
    "thinking_process",
    "reasoning",
    "reasoning_content",
    "reflection",
    "scratchpad",
    "antthinking",
    "chain_of_thought",
    "seed:think",
    "longcat_think",
    "mm:think",
)
_NAMED = "|".join(_NAMES)
# Control tokens that a server left in the text: <|think|>, <|begin_of_thought|>, <|START_THINKING|>; and the channels of gpt-oss.
_TAG = re.compile(
    rf"<\s{{0,3}}(?P<ends>/?)\s{{0,3}}(?:{_NAMED})(?:\s[^<>]{{0,80}}=[^<>]{{0,80}})?\s{{0,3}}(?P<empty>/?)>"
    r"|(?-i:\[(?P<ends_2>/?)THINK\])|◁(?P<ends_3>/?)think▷"
    rf"|<[|\uff5c](?P<ends_4>/|end_(?:of_)?)?(?:(?:begin|start)_(?:of_)?)?(?:{_NAMED})[|\uff5c]>"
    r"|<\|channel\|>\s?(?P<channel>[a-z]{1,20})[^<>\n]{0,60}<\|message\|>",
    re.IGNORECASE,
)
_LONGEST = 200
_BEGUN = re.compile(r"<\s{0,3}/?\s{0,3}(?P<name>[a-z:_]*)(?P<more>\s[^<>]*|/)?", re.IGNORECASE)
_CONTROL_BEGUN = re.compile(
    r"<[|\uff5c][/a-z_]{0,40}[|\uff5c]?|<\|channel\|>[^<>\n]{0,82}(?:<(?:\|[a-z]{0,7}\|?)?)?", re.IGNORECASE
)
_CHANNEL = "<|channel|>"
_ENDS = ("ends", "ends_2", "ends_3", "ends_4")
_SIGNS = "<[◁"
_SIGN = re.compile(rf"[{re.escape(_SIGNS)}]")
_OTHERS = ("[THINK]", "[/THINK]", "◁think▷", "◁/think▷")
_FENCE = re.compile(r"[ \t]*(?:(?:[-*+>]|\d{1,9}[.)])[ \t]+)*(`{3,}|~{3,})")
_SPAN = re.compile(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)")
_SPAN_BEGUN = re.compile(r"(?<!\w)`|`(?!\w)")
"""A backtick between two letters is an apostrophe."""


class Thoughts:
    """Tells thoughts from the answer, piece by piece; holds back only what may be the beginning of a tag."""

    __slots__ = ("_answer", "_behind", "_depth", "_held", "_inside", "_own_line")

    def __init__(self) -> None:
        self._held = ""
        self._answer: list[str] = []  # since the last news that all was void
        self._depth = 0
        self._inside: list[str] = []  # the open thought with its tags
        self._behind = 0  # how many pieces of it stand before its last closing tag
        self._own_line = True

    def feed(self, piece: str) -> list[Told]:
        """Return what a piece completes, in order."""
        held = self._held + piece
        if not _SIGN.search(held):
            self._held = ""
            return self._plain(held)
        told: list[Told] = []
        while match := _TAG.search(held):
            told += self._plain(held[: match.start()])
            told += self._tag(match)
            held = held[match.end() :]
        ready = _ready(held)
        self._held = held[ready:]
        return told + self._plain(held[:ready])

    def close(self) -> list[Told]:
        """Return what is left at the end of the stream."""
        told = self._plain(self._held)
        self._held = ""
        if not self._depth:
            return told
        # More was opened than closed: the answer begins behind the last end. Opened within a line, it was no tag.
        own_line = self._own_line or "".join(self._inside[1:]).startswith("\n")
        kept = self._inside[self._behind :] if self._behind or not own_line else []
        self._depth, self._inside = 0, []
        return told + self._plain("".join(kept))

    def _tag(self, match: re.Match[str]) -> list[Told]:
        channel = (match["channel"] or "").lower()
        ends = channel == "final" or any(match[group] for group in _ENDS)
        if self._depth:
            ends = ends or bool(match["empty"])
            self._depth = 0 if channel and ends else self._depth + (-1 if ends else not channel)
            self._inside.append(match.group())
            self._behind = len(self._inside) if ends else self._behind
        elif _in_code(before := "".join(self._answer)):
            return self._plain(match.group())
        elif ends:
            if self._answer:
                self._answer = []
                return [VoidPart()]
        elif not match["empty"]:
            self._depth, self._inside, self._behind = 1, [match.group()], 0
            self._own_line = not before.rpartition("\n")[2].strip()
        return []

    def _plain(self, text: str) -> list[Told]:
        if self._depth:
            if not text:
                return []
            self._inside.append(text)
            return [ReasoningPart(text)]
        if not self._answer:  # blank lines between thought and answer belong to neither
            text = text.lstrip()
        if not text:
            return []
        self._answer.append(text)
        return [TextPart(text)]


def without_thoughts(text: str) -> tuple[str, str]:
    """Return what of a whole text is the answer, and what was thought."""
    thoughts = Thoughts()
    answer = thought = ""
    for part in thoughts.feed(text) + thoughts.close():
        if isinstance(part, VoidPart):
            answer, thought = "", thought + answer
        elif isinstance(part, ReasoningPart):
            thought += part.text
        else:
            answer += part.text
    return answer, thought


def _ready(text: str) -> int:
    """Return how much of `text` is no beginning of a tag that the next piece may complete."""
    begin = max(len(text) - _LONGEST, 0)
    start = max(text.rfind(sign, begin) for sign in _SIGNS)
    if start < 0:
        return len(text)
    channel = text.rfind(_CHANNEL, begin)
    if channel >= 0 and _CONTROL_BEGUN.fullmatch(text, channel):
        return channel
    return start if _may_become_a_tag(text[start:]) else len(text)


def _may_become_a_tag(tail: str) -> bool:
    if tail[0] != "<":
        return any(tag.startswith(tail) for tag in _OTHERS)
    if _CONTROL_BEGUN.fullmatch(tail):
        return True
    match = _BEGUN.fullmatch(tail)
    if match is None:
        return False
    name = match["name"].lower()
    return name in _NAMES if match["more"] else any(known.startswith(name) for known in _NAMES)


def _in_code(text: str) -> bool:
    """Return whether what follows `text` stands in a code block or a code span."""
    fence = ""
    *lines, last = text.split("\n")
    for line in lines:
        match = _FENCE.match(line)
        if match and not fence:
            fence = match[1]
        elif match and match[1].startswith(fence) and not line[match.end() :].strip(" \t`~"):
            fence = ""
    return bool(fence) or _SPAN_BEGUN.search(_SPAN.sub("", last)) is not None
