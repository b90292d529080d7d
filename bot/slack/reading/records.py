"""What of Slack's can be kept as a document: a thread, or a file that was shared, as far as someone and the bot both may read it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.errors import UsageError
from bot.services.keeping import Document
from bot.services.thread_document import Origin, Said, markdown, title_of
from bot.slack.codes import Kind, kind_of
from bot.slack.markup import NAMELESS
from bot.slack.permalinks import Permalink
from bot.slack.reading.contents import author, files, words_of
from bot.slack.reading.downloads import Download, SlackFile
from bot.slack.reading.whole_threads import UNREADABLE, NotInChannelError
from bot.slack.workspace import Workspace

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "htm": "text/html",
    "html": "text/html",
    "json": "application/json",
    "md": "text/markdown; charset=utf-8",
    "pdf": "application/pdf",
    "txt": "text/plain; charset=utf-8",
}
"""The endings of files that Telnyx reads as they are, and what they are."""
WHOLE = 5_000_000
"""Bytes of a file that is sent in one request; of a larger one, a part at a time is in memory."""
NAMED = 80
"""Characters of a name that is suggested."""
AUTHORS = 20
"""People that the notes of a document name."""
NO_MESSAGE = "That isn't a link to a message in Slack. In the message's … menu, choose *Copy link*."
NOT_IN_IT = "I'm not in that channel, so I can't read it. Type /invite and my name there, then try again."
TOO_LONG = "I couldn't read that thread to its end, so I kept nothing. Try again, or keep a shorter one."
NOTHING = "There's nothing to keep: no one but me wrote anything in this thread."
OTHER_FILE = "I can keep PDF, HTML, Markdown, text, CSV, and JSON files, and “{}” is none of them. Save it as one of those first."

Message = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Keeping:
    """Who keeps something under which name, and when, in Unix seconds: the same at each attempt."""

    user: str
    name: str
    at: float

    @property
    def notes(self) -> dict[str, str]:
        """Return what is kept beside each document; ids, because notes are ASCII."""
        moment = datetime.fromtimestamp(self.at, UTC).isoformat(timespec="seconds")
        return {"kept-by": self.user, "kept-at": moment}


@dataclass(frozen=True, slots=True)
class Thread:
    """A thread, and which of its messages a link leads to."""

    link: Permalink
    messages: tuple[Message, ...]

    @property
    def files(self) -> dict[str, str]:
        """Return the names of the files in the message that the link leads to, by their ids."""
        return {file: name for one in self.messages if one["ts"] == self.link.ts for file, name in files(one)}

    @property
    def first(self) -> Permalink:
        """Return the link to its first message."""
        root = str(self.messages[0].get("thread_ts") or self.messages[0]["ts"])
        return replace(self.link, ts=root, thread="")


def suggested(message: Message) -> tuple[str, str]:
    """Return the ID of a message's file, where it has one and no thread, and a name for that or for the thread that it begins."""
    shared = files(message) if not message.get("thread_ts") else []
    if shared:
        return shared[0][0], shared[0][1].rpartition(".")[0][:NAMED]
    begins = message.get("thread_ts") in (None, message.get("ts"))
    return "", " ".join(NAMELESS.sub("", words_of(message)).split())[:NAMED] if begins else ""


async def readable(given: str, user: str, at: Workspace) -> Permalink:
    """Return where a link leads, if someone may read there now: they are in it, or it's a public channel of their workspace.

    Raises:
        UsageError: it leads to no message, or elsewhere, or they may not.
        SlackApiError, OutcomeUnknownError: Slack doesn't say.
    """
    link = Permalink.read(given)
    if link is None:
        raise UsageError(NO_MESSAGE)
    link = await at.whole_threads.ours(link)
    try:
        may = await at.holds(link.channel, user)
        if not may and not link.channel.startswith("D"):
            may = (await at.place(link.channel)).kind == "public"
    except SlackApiError as error:
        if kind_of(error) in (Kind.INVITE, Kind.JOINABLE):
            raise UsageError(UNREADABLE) from error
        raise
    if not may:
        raise UsageError(UNREADABLE)
    return link


async def thread(link: Permalink, at: Workspace) -> Thread:
    """Return the whole thread of a message.

    Raises:
        UsageError: the bot may not read it, or not to its end.
        SlackApiError, OutcomeUnknownError: see ``SlackApi.call``.
    """
    try:
        found, more = await at.whole_threads.messages(link)
    except NotInChannelError as error:
        raise UsageError(NOT_IN_IT) from error
    if more:
        raise UsageError(TOO_LONG)
    return Thread(link, tuple(found))


async def of_thread(found: Thread, keeping: Keeping, at: Workspace) -> Document:
    """Return a thread as a Markdown document, without what the bot said in it: an answer is no source of another.

    Raises:
        UsageError: no one else said anything.
        SlackApiError, OutcomeUnknownError: see ``SlackApi.call``.
    """
    ours = at.me.user if at.me else ""
    others = [one for one in found.messages if not ours or one.get("user") != ours]
    said = [await _said(one, at) for one in others]
    if not any(one.words or one.files for one in said):
        raise UsageError(NOTHING)
    first = found.first
    by = await at.people.name(keeping.user)
    origin = Origin(str(first), await _channel(first.channel, at), by, keeping.at)
    authors = [*dict.fromkeys(str(one["user"]) for one in others if one.get("user"))]
    return Document(
        id=f"{first.channel}-{first.ts.replace('.', '')}",
        words=keeping.name or title_of(said),
        ending="md",
        content=markdown(said, origin).encode(),
        content_type=TYPES["md"],
        notes=keeping.notes | {"source": str(first), "written-by": " ".join(authors[:AUTHORS])},
    )


def ending_of(file: SlackFile) -> str:
    """Return how a file's name ends. Raises ``UsageError`` for one that can't be kept."""
    ending = file.name.rpartition(".")[2].lower()
    if ending not in TYPES:
        raise UsageError(OTHER_FILE.format(file.name))
    return ending


async def of_file(file: SlackFile, coming: Download, link: Permalink, keeping: Keeping) -> Document:
    """Return a file as the document it is; a large one's content is read while it is sent."""
    ending = ending_of(file)
    whole = coming.size <= WHOLE
    return Document(
        id=file.id,
        words=keeping.name or file.name.rpartition(".")[0],
        ending=ending,
        content=b"".join([piece async for piece in coming.chunks]) if whole else coming.chunks,
        content_type=TYPES[ending],
        notes=keeping.notes | {"source": str(link), "written-by": file.user},
    )


async def _said(message: Message, at: Workspace) -> Said:
    """Return a message with names instead of ids."""
    app, user = author(message), str(message.get("user") or "")
    who = (
        f"{app} (app)"
        if app
        else (await at.people.named(f"@{user}")).removeprefix("@")
        if user
        else "someone"
    )
    words = await at.people.named(words_of(message))
    return Said(who, float(message["ts"]), words, _names(files(message)))


def _names(shared: Sequence[Sequence[str]]) -> tuple[str, ...]:
    return tuple(name for _, name in shared)


async def _channel(channel: str, at: Workspace) -> str:
    kinds = {"private": "a private channel", "mpim": "a group message", "im": "a direct message"}
    kind = (await at.place(channel)).kind
    return kinds.get(kind) or f"the channel {await at.people.named(f'#{channel}')}"
