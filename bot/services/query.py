"""What is asked, with everything that belongs to it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.services.access import Audience
from bot.services.passages import Passage, fenced
from bot.services.small_talk import Talk, only_points, small_talk, stands_for, substance

FEW_WORDS = 10
"""A question inside a thread of others that says no further words is read together with what the thread is about."""
SEARCHED = 2_000
"""Characters of a file or a thread that are searched with the question."""
_PLEASE = re.compile(r"\b(?:please|pls|plz|bitte|in advance)\b", re.IGNORECASE)
_REFERS = re.compile(r"\b(?:it|this|that)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Exchange:
    """An earlier question of the same thread and what was answered."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked and how."""

    text: str
    audience: Audience
    """Who will read the answer."""
    buckets: tuple[str, ...] = ()
    top: int | None = None
    model: str | None = None
    documents: bool = True
    calls: bool = False
    """It is asked of calls, not of documents."""
    history: tuple[Exchange, ...] = ()
    thread: str = ""
    """What other people wrote in the thread, if anything."""
    about: str = ""
    """What that thread is about. A question that says little alone ("can you answer this?") asks about it."""
    attached: tuple[str, ...] = ()
    """The texts of forwarded messages that came with the question, and of files that ask something."""
    beside: tuple[Passage, ...] = ()
    """The other files that came with it: an answer may rest on them as on documents."""
    pictures: Mapping[str, str] = field(default_factory=dict)
    """The pictures among them, as data URLs, by the id of the file."""
    here: tuple[str, ...] = ()
    """The buckets that were set for the channel it is asked in; empty where none were."""
    tone: str = ""
    """How answers shall sound in that channel."""
    asks_back: bool = False
    """Where it is unclear, it may be asked what is meant."""

    @property
    def words(self) -> str:
        """Return everything that is asked."""
        said = (*self.attached, *self._beginnings) if only_points(self.text) else self.attached
        parts = (fenced(self._about), *map(fenced, said), self._own)
        return "\n\n".join(part for part in parts if part.strip())

    @property
    def talk(self) -> Talk | None:
        """Return what kind of small talk this is; None for what is asked about something said before or beside it."""
        talk = small_talk(self.text)
        if talk is Talk.THANKS and not self._files and not _PLEASE.search(self.text):
            return talk
        if self.about or self._files:
            refers = only_points(self.text)
        else:
            refers = bool(self.history and _REFERS.search(self.text))
        return None if refers else talk

    @property
    def cites(self) -> bool:
        """Return whether there is anything that an answer can cite."""
        return self.documents or bool(self.beside)

    @property
    def _files(self) -> bool:
        return bool(self.attached or self.beside)

    @property
    def _beginnings(self) -> tuple[str, ...]:
        """Return how the files begin that came with it."""
        first = {one.file: one.text[:SEARCHED] for one in reversed(self.beside)}
        return tuple(text for text in reversed(first.values()) if text)

    @property
    def _about(self) -> str:
        """Return what the thread is about, where the question needs it: what was asked in it before tells more."""
        leans = not self.history and len(self.text.split()) <= FEW_WORDS and stands_for(self.text)
        return self.about if leans or only_points(self.text) else ""

    @property
    def _own(self) -> str:
        """Return the text, unless all it says is that what it is about should be answered."""
        stands = self.about or self.attached or self._beginnings
        return "" if stands and only_points(self.text) else self.text

    @property
    def searched(self) -> tuple[str, ...]:
        """Return what is looked for: the question, with the one before it, and what its thread is about."""
        # A follow-up ("and for part-timers?") says little alone, so the question before it is searched with it.
        before = f"{self.history[-1].question}\n" if self.history else ""
        parts = (
            f"{before}{substance(self._own)}",
            *(text[:SEARCHED] for text in self.attached),
            *self._beginnings,
            self._about[:SEARCHED],
        )
        return tuple(dict.fromkeys(part for part in parts if part.strip())) or (self.words,)
