"""What was said while no one listened: the conversations the bot is in, their latest messages and threads."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError

from bot.slack.api import SlackApi
from bot.slack.codes import code_of
from bot.slack.reading.paging import paged

log = structlog.get_logger(__name__)

KINDS = ("im", "mpim", "public_channel", "private_channel")
"""Asked for one by one: a scope that is missing for one kind would make Slack refuse all."""
PATIENCE_SECONDS = 120.0
"""A conversation that Slack does not show within this time comes again after the others."""
BURST, PAUSE_SECONDS = 20, 2.4
"""Calls at once, and between two later ones: half of what Slack's tier 3 allows, since live answers read threads too."""
THREADS = 50
"""Threads of one conversation that are read."""

Message = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Conversation:
    """A place where people talk to the bot."""

    id: str
    direct: bool
    """With one person, who need not mention the bot."""
    shared: bool
    """Another organization reads along."""


class History:
    """Reads what is needed once; a new one for each look back."""

    def __init__(
        self, api: SlackApi, *, pause: float = PAUSE_SECONDS, patience: float = PATIENCE_SECONDS
    ) -> None:
        self._api = api
        self._pause = pause
        self._patience = patience
        self._calls = 0

    async def conversations(self, known: Sequence[str]) -> list[Conversation]:
        """Return where the bot is a member: those in ``known`` first, in their order; no archived ones.

        A kind that Slack refuses to list is logged. Direct messages that are known are among the result all the same.

        Raises:
            OutcomeUnknownError: Slack does not answer.
        """
        found: dict[str, Conversation] = {}
        for kind in KINDS:
            try:
                async for answer in paged(
                    self._call, "users.conversations", types=kind, exclude_archived=True
                ):
                    found |= {entry["id"]: _conversation(entry) for entry in answer["channels"]}
            except SlackApiError as error:
                fix = "install the app again with the manifest of `bot manifest`"
                log.warning("conversations_not_listed", kind=kind, error=code_of(error), fix=fix)
                if kind == "im":
                    direct = [Conversation(c, direct=True, shared=False) for c in known if c.startswith("D")]
                    found |= {place.id: place for place in direct}
        rank = {channel: place for place, channel in enumerate(known)}
        return sorted(found.values(), key=lambda place: rank.get(place.id, len(rank)))

    async def messages(
        self, place: Conversation, since: float, until: float, threads: Sequence[str] = ()
    ) -> list[Message]:
        """Return what was said in a conversation between two times (Unix seconds), in its threads too, oldest first.

        Slack lists no threads, so those are read whose first message is among the latest two hundred (or in the span) and
        whose latest reply is not too old, and those in ``threads``: first messages of others, the latest at work first.

        Raises:
            SlackApiError: Slack does not show this conversation.
            OutcomeUnknownError: Slack does not answer.
        """
        seen: dict[str, Message] = {}
        # Without `oldest`: the same call then also shows older messages, and which of them have new replies.
        where: dict[str, Any] = {"channel": place.id, "latest": f"{until:.6f}", "inclusive": True}
        async for answer in paged(self._call, "conversations.history", **where):
            seen |= {message["ts"]: message for message in answer["messages"]}
            if any(float(message["ts"]) < since for message in answer["messages"]):
                break
        replied = {ts: str(message["latest_reply"]) for ts, message in seen.items() if _is_root(message)}
        active = sorted((ts for ts in replied if float(replied[ts]) >= since), key=replied.__getitem__)
        roots = [*reversed(active), *(root for root in threads if root not in seen)]
        if len(roots) > THREADS:
            log.warning("threads_not_read", channel=place.id, count=len(roots) - THREADS)
        for root in roots[:THREADS]:
            seen |= await self._thread(root, where | {"oldest": f"{since:.6f}"})
        return [seen[ts] for ts in sorted(seen) if since <= float(ts) <= until]

    async def _thread(self, root: str, where: dict[str, Any]) -> dict[str, Message]:
        found: dict[str, Message] = {}
        try:
            async for answer in paged(self._call, "conversations.replies", ts=root, **where):
                found |= {message["ts"]: message for message in answer["messages"]}
        except SlackApiError as error:  # its first message may be gone; the other threads are still there
            log.info("thread_not_read", channel=where["channel"], thread=root, error=code_of(error))
        return found

    async def _call(self, method: str, **arguments: Any) -> dict[str, Any]:
        self._calls += 1
        if self._calls > BURST:
            await asyncio.sleep(self._pause)
        return await self._api.call(method, patience=self._patience, **arguments)


def _conversation(entry: dict[str, Any]) -> Conversation:
    return Conversation(entry["id"], bool(entry.get("is_im")), bool(entry.get("is_ext_shared")))


def _is_root(message: Message) -> bool:
    return bool(message.get("latest_reply")) and message.get("thread_ts") == message["ts"]
