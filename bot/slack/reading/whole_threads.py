"""A whole thread, page by page: who said what, in words that people read, with a link to each message."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import structlog
from slack_sdk.errors import SlackApiError

from bot.errors import OutcomeUnknownError, UsageError
from bot.services.summarize_thread import Said, Thread
from bot.slack.api import SlackApi
from bot.slack.codes import Kind, code_of, kind_of
from bot.slack.permalinks import ANY_WORKSPACE, ORGANIZATION, Permalink
from bot.slack.reading.contents import author, files, words_of
from bot.slack.reading.paging import paged
from bot.slack.reading.people import People

log = structlog.get_logger(__name__)

PAGES = 25
"""Of 200 messages: half of what Slack allows in a minute."""
PATIENCE_SECONDS = 90.0
"""For a page that Slack doesn't show yet; apps that are sold outside its Marketplace get one of fifteen messages a minute."""
DELETED = "tombstone"
"""The subtype of a first message that was deleted, while its replies stand."""

UNREADABLE = (
    "I can't find that thread, or I may not read it for you. I read threads in channels that we're both in, and in direct messages with "
    "me. If you're in its channel, type /invite and my name there, then try again."
)
"""One sentence for what isn't there and what isn't theirs: nothing is told apart by it."""
GONE = "That message isn't there anymore."


class NotInChannelError(Exception):
    """The thread stands in a public channel that the bot isn't in, and can enter."""


class WholeThreads:
    """Reads threads to their ends."""

    def __init__(self, api: SlackApi, people: People, *, pages: int = PAGES) -> None:
        self._api = api
        self._people = people
        self._pages = pages

    async def ours(self, link: Permalink) -> Permalink:
        """Return the link with the host of this workspace.

        Raises:
            UsageError: it leads to another workspace.
            SlackApiError, OutcomeUnknownError: see ``SlackApi.call``.
        """
        host = str(urlsplit(str((await self._api.call("auth.test")).get("url") or "")).hostname or "")
        if host and link.host not in (host, ANY_WORKSPACE) and not link.host.endswith(ORGANIZATION):
            raise UsageError(
                f"This link leads to another workspace ({link.host}). I only read threads of this one ({host})."
            )
        return replace(link, host=host or link.host)

    async def read(self, link: Permalink) -> Thread:
        """Return the thread that a message stands in, as far as Slack shows it; a message without replies is one of its own.

        Raises:
            NotInChannelError: the bot isn't in the channel, and can enter it.
            UsageError: there is no such message for the bot.
            SlackApiError, OutcomeUnknownError: see ``SlackApi.call``.
        """
        found, more = await self.messages(link)
        root = str(found[0].get("thread_ts") or link.root)
        names: dict[str, str] = {}
        first = replace(link, ts=root, thread=root)
        said = tuple([await self._said(message, first, names) for message in found])
        replies = int(found[0].get("reply_count") or 0) if found[0]["ts"] == root else 0
        shared = dict.fromkeys(name for message in found for _, name in files(message))
        total = max(replies + 1, len(said)) if more else len(said)
        return Thread(str(first), said, total, tuple(shared))

    async def messages(self, link: Permalink) -> tuple[list[dict[str, Any]], bool]:
        """Return the messages of that thread as Slack describes them, oldest first, and whether it has more. Raises as ``read``."""
        found, more = await self._messages(link.channel, link.root)
        root = str(found[0].get("thread_ts") or link.root) if found else link.root
        if root != link.root:  # a link to a reply that doesn't say so
            found, more = await self._messages(link.channel, root)
        found = [message for message in found if message.get("subtype") != DELETED]
        if not found:
            raise UsageError(GONE)
        return found, more

    async def _messages(self, channel: str, root: str) -> tuple[list[dict[str, Any]], bool]:
        """Return the messages of a thread, oldest first, and whether there are more than were read."""
        found: dict[str, dict[str, Any]] = {}
        more = False
        where: dict[str, Any] = {"channel": channel, "ts": root, "patience": PATIENCE_SECONDS}
        try:
            async for page in paged(self._api.call, "conversations.replies", pages=self._pages, **where):
                found |= {
                    message["ts"]: message for message in page["messages"]
                }  # Slack repeats the first one
                more = bool((page.get("response_metadata") or {}).get("next_cursor"))
        except (SlackApiError, OutcomeUnknownError) as error:
            if not found:
                raise _told(error) from error
            log.info("thread_not_read_to_its_end", error=type(error).__name__)
        return [found[ts] for ts in sorted(found, key=float)], more

    async def _said(self, message: Mapping[str, Any], where: Permalink, names: dict[str, str]) -> Said:
        words = " ".join(words_of(message).split())
        shared = [name for _, name in files(message)]
        if shared:
            words = f"{words} (shares {', '.join(shared)})".strip()
        ts = str(message["ts"])
        return Said(
            await self._who(message, names),
            await self._people.named(words),
            float(ts),
            str(replace(where, ts=ts)),
        )

    async def _who(self, message: Mapping[str, Any], names: dict[str, str]) -> str:
        """Return who wrote a message, as people call them."""
        if app := author(message):
            return f"{app} (app)"
        user = str(message.get("user") or "")
        if user and user not in names:
            names[user] = (await self._people.named(f"@{user}")).removeprefix("@")
        return names.get(user, "someone")


def _told(error: SlackApiError | OutcomeUnknownError) -> Exception:
    """Return what is said about a thread of which nothing could be read."""
    if not isinstance(error, SlackApiError):
        return error
    kind = kind_of(error)
    if kind is Kind.JOINABLE:
        return NotInChannelError(code_of(error))
    if kind is Kind.GONE:
        return UsageError(GONE)
    return UsageError(UNREADABLE) if kind is Kind.INVITE else error
