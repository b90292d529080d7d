"""The stand-in model summarizing: a conversation or a long text, under the headings that the prompt asks for.

Each line is a sentence of the text, chosen by cue words, with the mark of its line behind it: a time (`[02:15]`), or the number of a message
(`[3]`), whose author stays named.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .words import informative_words, split_sentences

NOT_MENTIONED = "Not mentioned."
_MOST_LINES = 4
_SUBSTANTIAL = 5
_TOO_SHORT = 2
_LONG_TEXT = 240

_HEADING = re.compile(r"^\s{0,3}##\s+(.+?)\s*#*\s*$", re.MULTILINE)
_MARKED = r"(\[(?:\d{1,2}:\d{2}(?::\d{2})?|\d{1,5})\])"
_MARK = re.compile(rf"^\s*{_MARKED}\s*")
_MARK_BEHIND = re.compile(rf"\s*{_MARKED}\s*$")
_AUTHOR = re.compile(r"^([^:\n]{1,80}?)(?: \(\d{4}-\d\d-\d\d \d\d:\d\d\))?: +")
_SPEAKER = re.compile(r"^[*_]*([^\W\d_][\w .'()-]{0,40}?)[*_]*:[*_]*\s+(?=\S)")
_GREETING = re.compile(
    r"\b(?:speaking|this is|my name|hello|good (?:morning|afternoon|day)|hi|welcome|have a good|guten tag|wiederh\u00f6ren)\b",
    re.IGNORECASE,
)
_TAG = re.compile(r"</?[A-Za-z_][\w-]*(?:\s[^<>]*)?>")

_CUES: dict[str, re.Pattern[str]] = {
    "decision": re.compile(
        r"\b(?:decided?|agreed?|settled|confirm(?:ed)?|approved|deal|go with|let's do|chosen?)\b",
        re.IGNORECASE,
    ),
    "action": re.compile(
        r"\b(?:will|i'll|we'll|you'll|going to|send|call (?:you )?back|follow(?:ing)? up|by (?:monday|tuesday|wednesday|thursday"
        r"|friday|tomorrow|end of)|need to|has to|promise[sd]?)\b",
        re.IGNORECASE,
    ),
    "follow": re.compile(
        r"\b(?:call(?:s|ed)? (?:you |me |us |them |him |her )?(?:back|on|the)|follow(?:ing|s)?[- ]up|get back|hear from"
        r"|send|speak again|next week|looking forward)\b",
        re.IGNORECASE,
    ),
    "mood": re.compile(
        r"\b(?:thank(?:s| you)|great|happy|glad|perfect|angry|unhappy|upset|frustrat\w+|annoy\w+|disappoint\w+|sorry"
        r"|unacceptable|ridiculous|worried|appreciate)\b",
        re.IGNORECASE,
    ),
    "question": re.compile(r"\?\s*$"),
    "problem": re.compile(
        r"\b(?:problem|issue|error|fail\w*|broken|wrong|cannot|can't|won't|doesn't|not working|stopped|drops?|complain\w*)\b",
        re.IGNORECASE,
    ),
}
_ACTIONS = re.compile(r"action", re.IGNORECASE)
_NAMED = re.compile(
    r"(?!(?:I|We|You|It|That|This|They|There|The|Then|Who|What)\b)([A-Z][\w'-]+(?: [A-Z][\w'-]+)?) (?:will|has to|promised)\b"
)
_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("follow", re.compile(r"follow", re.IGNORECASE)),
    ("action", re.compile(r"action|next step|to.?do|promis|task|open (?:item|point)", re.IGNORECASE)),
    ("decision", re.compile(r"decid|decision|agree", re.IGNORECASE)),
    ("mood", re.compile(r"mood|sentiment|feel|tone|satisf", re.IGNORECASE)),
    ("outcome", re.compile(r"outcome|result|resol|how it ended|conclusion", re.IGNORECASE)),
    ("question", re.compile(r"question", re.IGNORECASE)),
    ("problem", re.compile(r"problem|issue|complain|risk", re.IGNORECASE)),
    ("about", re.compile(r"about|summary|overview|topic|reason|tl;?dr|subject|in short|what", re.IGNORECASE)),
)


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence of the text with the time mark of its line ("" when it has none)."""

    mark: str
    text: str
    who: str = ""

    def owned(self) -> str:
        """As an action item: who is named to do it, else who said it."""
        named = _NAMED.match(self.text)
        return f"{named.group(1) if named else self.who or 'Someone'}: {self.shown()}"

    def noted(self) -> str:
        """As it stands in notes: with who said it."""
        return f"{self.who}: {self.shown()}" if self.who else self.shown()

    def shown(self) -> str:
        """As it stands in a summary."""
        return f"{self.text} {self.mark}".strip()


def headings_in(system: str) -> list[str]:
    """The headings that the prompt asks for."""
    return _HEADING.findall(system)


def is_long(text: str) -> bool:
    """Whether a message holds a text to work on rather than a question."""
    return len(text) >= _LONG_TEXT or bool(re.search(r"(?m)^\s*\[\d{1,2}:\d{2}", text))


def summarize(headings: Sequence[str], text: str, *, owners: bool = False) -> str:
    """The text under the given headings, in Markdown; `owners` when each action item shall begin with whose it is."""
    lines = _lines(text)
    parts = []
    for heading in headings:
        chosen = _under(heading, lines)
        owned = owners and bool(_ACTIONS.search(heading))
        bullet = "- " if owned or len(chosen) > 1 else ""
        told = [line.owned() if owned else line.shown() for line in chosen]
        body = "\n".join(f"{bullet}{line}" for line in told) or NOT_MENTIONED
        parts.append(f"## {heading}\n{body}")
    return "\n\n".join(parts)


def has_marks(text: str) -> bool:
    """Whether the text is a conversation with time marks."""
    return any(line.mark for line in _lines(text))


def notes(text: str) -> str:
    """What a later summary will need, a line each with its mark: the beginning, everything with a cue, the end."""
    lines = _lines(text)
    told = _told(lines)
    kept = {id(line) for line in [*told[:1], *told[-1:]]}
    for kind in ("decision", "action", "mood"):
        kept |= {id(line) for line in _with_cue(kind, lines)}
    return "\n".join(line.noted() for line in lines if id(line) in kept)


def gist(text: str, most: int = 2) -> str:
    """The `most` most telling sentences of a text, in their order; "" when it has none."""
    lines = [line for line in _lines(text) if _words(line) >= _SUBSTANTIAL] or _lines(text)
    counts = Counter(word for line in lines for word in set(informative_words(line.text)))
    ranked = sorted(
        range(len(lines)), key=lambda at: -sum(counts[w] for w in set(informative_words(lines[at].text)))
    )
    return " ".join(lines[at].text for at in sorted(ranked[:most]))


def answer_instruction(instruction: str, text: str) -> str:
    """What the text says to an insight's instruction, in its own sentences; `NOT_MENTIONED` when nothing fits."""
    lines = _lines(text)
    return " ".join(line.text for line in _under(instruction, lines)) or NOT_MENTIONED


def has_cue(instruction: str, text: str) -> bool:
    """Whether any sentence fits the instruction's kind, or shares a word with it."""
    return bool(_under(instruction, _lines(text)))


def _under(heading: str, lines: list[Line]) -> list[Line]:
    kind = next((kind for kind, pattern in _KINDS if pattern.search(heading)), None)
    if kind == "about":
        return (_told(lines) or lines)[:1]
    if kind == "outcome":
        told = _told(lines)
        return ([line for line in told if not _CUES["mood"].search(line.text)] or told or lines)[-1:]
    if kind is not None:
        return _with_cue(kind, lines)
    wanted = set(informative_words(heading))
    return _first(lines, lambda line: bool(wanted & set(informative_words(line.text))))


def _told(lines: list[Line]) -> list[Line]:
    """Sentences that tell something: long enough, no questions, no greetings."""
    return [
        line
        for line in lines
        if _words(line) >= _SUBSTANTIAL and not line.text.endswith("?") and not _GREETING.search(line.text)
    ]


def _with_cue(kind: str, lines: list[Line]) -> list[Line]:
    return _first(lines, lambda line: _CUES[kind].search(line.text) is not None)


def _first(lines: list[Line], fits: Callable[[Line], bool]) -> list[Line]:
    return [line for line in lines if _words(line) > _TOO_SHORT and fits(line)][:_MOST_LINES]


def _words(line: Line) -> int:
    return len(line.text.split())


def _lines(text: str) -> list[Line]:
    """The sentences of the text, with who spoke; a mark may stand before or behind them, or at the line's end."""
    found = []
    for raw in _TAG.sub("", text).splitlines():
        mark, said = _unmarked(raw.strip().removeprefix("- "))
        if mark and ":" not in mark:
            author = _AUTHOR.match(said)
            who, said = (f"{author[1]}: ", said[author.end() :]) if author else ("", said)
            found += [Line(mark, f"{who}{sentence}") for sentence in split_sentences(said)]
            continue
        speaker = _SPEAKER.match(said)
        inner, said = _unmarked(said[speaker.end() :] if speaker else said)
        if said and not said.startswith("#"):
            who = speaker[1] if speaker else ""
            found += [Line(inner or mark, sentence, who) for sentence in split_sentences(said)]
    return found


def _unmarked(line: str) -> tuple[str, str]:
    """(time mark, the line without it)."""
    match = _MARK.match(line) or _MARK_BEHIND.search(line)
    return (
        (match.group(1), (line[: match.start()] + line[match.end() :]).strip())
        if match
        else ("", line.strip())
    )
