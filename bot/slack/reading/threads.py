"""What other people and apps wrote in a thread before a question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.services.following import Said
from bot.slack.api import SlackApi
from bot.slack.reading.contents import author, files, words_of
from bot.slack.reading.people import People
from bot.slack.writing.posts import replies
from bot.text import beginning, clean

PATIENCE_SECONDS = 5.0
"""An answer should not wait longer for the rest of its thread."""
KEPT_BYTES = 6_000
FIRST_BYTES = 2_500
"""Of the first message, which says what the thread is about."""
LEFT_OUT = "(Messages in between are left out.)"


@dataclass(frozen=True, slots=True)
class Others:
    """What others wrote: with names, oldest first, a line each."""

    text: str
    lead: str = ""
    """What the thread is about: its first message, and the latest one before the question."""
    files: tuple[tuple[str, str], ...] = ()
    """Id and name of each file in these two messages."""


class Threads:
    """Reads threads."""

    def __init__(self, api: SlackApi, people: People) -> None:
        self._api = api
        self._people = people

    async def others(self, channel: str, thread: str, *, before: str, known: set[str], bot: str) -> Others:
        """Return the words of others without the bot's own and without questions it knows.

        A thread that is too long keeps its first message and its latest ones.

        Raises:
            SlackApiError: Slack does not let us read here.
            OutcomeUnknownError: Slack did not answer.
        """
        where = {"channel": channel, "ts": thread, "latest": before}
        found = [
            message
            async for message in replies(self._api, patience=PATIENCE_SECONDS, **where)
            if message.get("user") != bot and message["ts"] not in known and message["ts"] < before
        ]
        along = {(key, name): None for message in (*found[:1], *found[-1:]) for key, name in files(message)}
        said = [(message, clean(" ".join(words_of(message).split()))) for message in found]
        said = [(message, words) for message, words in said if words]
        lines = [await self._people.named(f"{await self._author(one)}: {words}") for one, words in said]
        about = dict.fromkeys(words for _, words in (*said[:1], *said[-1:]))
        lead = "\n".join([await self._people.named(beginning(words, FIRST_BYTES)) for words in about])
        opens = bool(said) and said[0][0]["ts"] == thread
        return Others(shortened(lines, keep_first=opens), lead, tuple(along))

    async def since(
        self, channel: str, thread: str, *, after: str, before: str, bot: str
    ) -> tuple[Said, ...]:
        """Return what was said in a thread between two of its messages, by anyone, oldest first.

        Raises:
            SlackApiError: Slack does not let us read here.
            OutcomeUnknownError: Slack did not answer.
        """
        where = {"channel": channel, "ts": thread, "oldest": after, "latest": before}
        return tuple(
            [
                _said(message, bot)
                async for message in replies(self._api, patience=PATIENCE_SECONDS, **where)
                if after < message["ts"] < before  # Slack adds the first message of the thread
            ]
        )

    async def _author(self, message: Mapping[str, Any]) -> str:
        if app := author(message):
            return f"{app} (app)"
        user = message.get("user")
        return await self._people.named(f"@{user}") if user else "someone"


def _said(message: Mapping[str, Any], bot: str) -> Said:
    user = str(message.get("user") or "")
    ours = bool(user) and user == bot
    return Said(user, words_of(message), ours=ours, app=not ours and bool(author(message) or not user))


def shortened(lines: Sequence[str], *, keep_first: bool, limit: int = KEPT_BYTES) -> str:
    """Return the lines that fit into ``limit`` bytes: the latest, and the first where it says what all is about."""
    if len("\n".join(lines).encode()) <= limit:
        return "\n".join(lines)
    first = [_cut(lines[0], min(FIRST_BYTES, limit // 2))] if keep_first else []
    left = limit - len("\n".join([*first, LEFT_OUT]).encode())
    kept: list[str] = []
    for line in reversed(lines[len(first) :]):
        size = len(line.encode()) + 1
        if size > left:
            if not kept:
                kept.append(_cut(line, left - 1))
            break
        kept.append(line)
        left -= size
    between = [LEFT_OUT] if len(kept) < len(lines) - len(first) else []
    return "\n".join([*first, *between, *reversed(kept)])


def _cut(line: str, limit: int) -> str:
    return line if len(line.encode()) <= limit else f"{beginning(line, limit - 3)}…"
