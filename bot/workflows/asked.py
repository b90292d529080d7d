"""What a person asked, and what is made of it: the words between the one who takes a question in and the one who writes its answer."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, Self, cast

from bot import ids
from bot.render.final import Final
from bot.render.refusal import CALLS, OFFERS
from bot.render.summarize import SUMMARY
from bot.services.access import Asker, Audience, Place, Right, place_and_asker
from bot.services.unclear import MEANT
from bot.slack.writing.growing import Growing
from bot.slack.writing.private_reply import PARTS
from bot.store.turn_columns import Columns, Question
from bot.store.turns import Turn

FILES = "files"
"""The option of a turn that lists the files which came with the question: id and name of each."""
FORWARDED = "\n\nForwarded message:\n"
"""In the text of a question: what follows are the words of someone else."""
FOLLOWED = "followed"
"""The option of a turn that no one asked us by name: a message in a thread where we were asked before."""
WITHIN = "within"
"""The option of a turn that is answered elsewhere than it was asked: the thread and the message it was asked in."""

PRESSED = "pressed"
"""The option of a turn that no message asks: someone pressed a button, so its thread is told what they asked."""

FILED = "filed"
"""The option of a turn that says which file its end was shared in."""

_SAME = frozenset({"buckets", "top", "model", "documents", CALLS})
"""Options that a question takes over from the answer it was asked below."""
_ONCE = frozenset({PARTS, FOLLOWED, OFFERS, PRESSED, SUMMARY, FILED})
"""Options that a question asked again hasn't: it was not shown yet, someone wants it answered, no one knows how it ends, and its
thread knows of it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person asked: the input of a turn. Plain JSON once ``asdict``-ed."""

    id: str
    kind: str
    text: str
    ts: str
    """The question's own message; empty for a command."""
    place: Place
    asker: Asker
    private: bool
    """Only the asker will see the answer."""
    bot_user: str = ""
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def line(self) -> str:
        """Work of one thread stands in one line; a command stands alone."""
        return f"{self.place.channel}:{self.place.thread}" if self.place.thread else self.id

    @property
    def follows(self) -> bool:
        """Does it stand inside a thread, where other questions may come before it?"""
        return bool(self.place.thread) and self.ts != self.place.thread

    @property
    def followed(self) -> bool:
        """Was it said without a word to us? Then it may be for someone else."""
        return bool(self.options.get(FOLLOWED))

    def row(self) -> Question:
        """Return what the turn's row says of it when it is accepted."""
        place = self.place
        return {
            "id": self.id,
            "kind": self.kind,
            "team": place.team,
            "channel": place.channel,
            "root": place.thread,
            "ts": self.ts,
            "user": self.asker.user,
            "question": self.text,
            "options": self.options,
            "private": int(self.private),
            "bot_user": self.bot_user,
        }

    def to_json(self) -> dict[str, Any]:
        """Return the workflow's input."""
        shallow = {name: getattr(self, name) for name in self.__slots__}
        return {**shallow, "place": self.place.to_json(), "asker": self.asker.to_json()}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return the inverse of ``to_json``; also of that of earlier releases, which wrote a ``destination``."""
        now = {name: value for name, value in data.items() if name != "destination"}
        if earlier := data.get("destination"):
            now["private"] = earlier["private"]
        place, asker = place_and_asker(data, once="destination")
        return cls(**{**now, "place": place, "asker": asker})

    @classmethod
    def again(cls, turn: Turn, user_team: str) -> Self:
        """Return the question of a failed turn as work of its own, under an id that every press of the same button shares."""
        return cls(
            id=ids.again(turn.id),
            kind=turn.kind,
            text=turn.question,
            ts=turn.ts,
            place=Place(turn.team, turn.channel, turn.root),
            asker=Asker(turn.user, user_team),
            private=bool(turn.private),
            bot_user=turn.bot_user or "",
            options={name: value for name, value in (turn.options or {}).items() if name not in _ONCE},
        )

    @classmethod
    def as_meant(cls, turn: Turn, meaning: str, user_team: str) -> Self:
        """Return an unclear question as work of its own, with what was meant by it; its id is the same whatever that is."""
        again = cls.again(turn, user_team)
        return replace(again, id=ids.meant(turn.id), options={**again.options, MEANT: meaning})

    @classmethod
    def pressed(cls, turn: Turn, asker: Asker, work_id: str, text: str, options: dict[str, Any]) -> Self:
        """Return a question that someone asks by a button below an answer, in its place; below a private one it is private to them."""
        private = bool(turn.private)
        same = {name: value for name, value in (turn.options or {}).items() if name in _SAME}
        return cls(
            id=work_id,
            kind=turn.kind,
            text=text,
            ts="" if private else f"{time.time():.6f}",  # its place among the messages of the thread
            place=Place(turn.team, turn.channel, "" if private else turn.root),
            asker=asker,
            private=private,
            bot_user=turn.bot_user or "",
            options={**same, **options},
        )


def with_our_name(asked: Asked) -> str:
    """Return the words of a question that was brought to us by an edit: the turn that has begun reads its words alone."""
    return f"@{asked.bot_user} {asked.text}"


def without_our_name(asked: Asked) -> str:
    """Return the words of a question that may have been brought to us so."""
    return asked.text.removeprefix(f"@{asked.bot_user} ") if asked.followed else asked.text


_OPTIONS = frozenset({"offers", "calls", "beside"})
"""What is written of an answer among the options of its row."""


@dataclass(frozen=True, slots=True)
class Written:
    """What a producer made: columns of the turn's row."""

    outcome: str
    """answered | refused (nothing was found) | unclear (it is asked back)"""
    answer: str
    """Safe Markdown, exactly as it grew on the screen; of an unclear question what it could mean."""
    passages: list[dict[str, Any]] | None = None
    buckets: list[str] | None = None
    note: str | None = None
    question: str | None = None
    """What was asked with the names of people and places, where that differs from what Slack sent."""
    model: str | None = None
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    offers: tuple[str, ...] | None = None
    """What else can be done about a refused question; None where it wasn't refused."""
    estimated: int | None = None
    """1 where the tokens are an estimate."""
    trace: dict[str, Any] | None = None
    """How it was made, as ``made`` says it."""
    beside: dict[str, Any] | None = None
    """What its end shows beside the text, by the name of an option: the row keeps it among them."""
    calls: bool = False
    """It was looked for in calls, whichever way that was asked for."""

    def columns(self, options: Mapping[str, Any] | None) -> Columns:
        """Return them; the question and the ``options`` of the row stay as they are where nothing else is said."""
        made: dict[str, Any] = {name: getattr(self, name) for name in self.__slots__ if name not in _OPTIONS}
        if not self.question:
            del made["question"]
        noted = {OFFERS: None if self.offers is None else [*self.offers], CALLS: self.calls or None}
        further = {name: value for name, value in noted.items() if value is not None} | (self.beside or {})
        if further:
            made["options"] = {**(options or {}), **further}
        return cast("Columns", made)


class Producer(Protocol):
    """One capability that answers with a turn."""

    def right(self, asked: Asked) -> Right:
        """Return what those who will read the answer need; the turn asks for it before every attempt."""

    async def status(self, asked: Asked) -> str:
        """Return the status line while it works, such as "Reading the call…", within a moment."""

    async def write(self, asked: Asked, audience: Audience, reply: Growing) -> Written:
        """Produce the answer; what it passes to ``reply.write`` must be the answer's text."""

    def final(self, turn: Turn) -> Final:
        """Return the finished reply, from the row alone."""
