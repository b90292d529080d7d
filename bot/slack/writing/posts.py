"""Sends one message so its text arrives even when its blocks are refused, and so it can be found again."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError

from bot.render.blocks import Message
from bot.slack.api import SlackApi
from bot.slack.codes import Kind, code_of, kind_of
from bot.slack.ladder import Refusal
from bot.slack.reading.paging import paged

log = structlog.get_logger(__name__)

QUIET: dict[str, Any] = {"unfurl_links": False, "unfurl_media": False, "parse": "none"}
"""On every post: Slack fetches no link of a model, and no bare @name becomes a mention."""


async def with_fallback(
    api: SlackApi, method: str, message: Message, *, arguments: dict[str, Any], patience: float | None = None
) -> dict[str, Any]:
    """Send ``message``; when Slack refuses its blocks, send simpler ones, at last none, so nothing is lost."""
    refusals: list[Refusal] = []
    for blocks in api.ladder.rungs(message, refusals):
        given: dict[str, Any] = {"text": message.text, "blocks": blocks}
        if not blocks:
            given = {"markdown_text": message.whole} if message.whole else {"text": message.text}
        try:
            answer = await api.call(method, patience=patience, **given, **arguments)
        except SlackApiError as error:
            # What is shown in parts comes again in smaller ones; anything else is shorter as text.
            refused = (Kind.BLOCKS,) if message.whole else (Kind.BLOCKS, Kind.TOO_LONG)
            if kind_of(error) not in refused or not blocks:
                raise
            refusals.append(Refusal.of(blocks, error))
        else:
            api.ladder.heard(blocks, refusals)
            return answer
    raise AssertionError("the last rung has no blocks that could be refused")


METADATA_TYPE = "telnyx_bot_turn"
CLOCKS_SECONDS = 300.0
"""By how much Slack's clock and ours may differ."""


def metadata_for(key: str) -> dict[str, Any]:
    """By this a message is found again after a crash. Visible to every app of the workspace: an id, nothing else."""
    return {"event_type": METADATA_TYPE, "event_payload": {"turn": key}}


def key_of(message: dict[str, Any]) -> str | None:
    """Return the key a message of ours was sent under, or None."""
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != METADATA_TYPE:
        return None
    return str((metadata.get("event_payload") or {}).get("turn"))


async def posted(
    api: SlackApi, channel: str, key: str, thread: str | None = None, since: float | None = None
) -> str | None:
    """Return the ``ts`` of the message that was posted under ``key`` in a thread, or in a channel, however much was said since.

    Args:
        api: Slack.
        channel: where.
        key: stands in its metadata.
        thread: the thread's first message.
        since: a time before which it was not posted, in Unix seconds; None if no one knows one.
    """
    oldest: dict[str, Any] = {}
    # Else it was noted by a clock that was wrong.
    if since is not None and since <= api.time.at_least() + CLOCKS_SECONDS:
        oldest["oldest"] = f"{max(since - CLOCKS_SECONDS, 0.0):.6f}"
    if thread:
        return (await posted_in_thread(api, channel, thread, key, **oldest)).get(key)
    where: dict[str, Any] = {"channel": channel, "include_all_metadata": True, **oldest}
    async for page in paged(api.call, "conversations.history", pages=None, **where):
        for message in page["messages"]:
            if key_of(message) == key:
                return str(message["ts"])
    return None


async def posted_in_thread(
    api: SlackApi, channel: str, thread: str, key: str, **between: Any
) -> dict[str, str]:
    """Return the messages of a thread that were posted under ``key`` or a key that begins with it, by their keys."""
    where: dict[str, Any] = {"channel": channel, "ts": thread, "include_all_metadata": True, **between}
    found = [(key_of(message), str(message["ts"])) async for message in replies(api, **where)]
    return {name: ts for name, ts in found if name is not None and name.startswith(key)}


async def replies(api: SlackApi, **where: Any) -> AsyncIterator[dict[str, Any]]:
    """Yield the messages of a thread, page by page: Slack begins with the oldest."""
    async for answer in paged(api.call, "conversations.replies", **where):
        for message in answer.get("messages", ()):
            yield message


def part_key(key: str, number: int) -> str:
    """Return the key of a later message of what is too long for one; the first, number 0, has the key itself."""
    return f"{key}+{number}" if number else key


async def direct_message(
    api: SlackApi, user: str, *messages: Message, key: str, since: float | None, first: int = 0
) -> str:
    """Write to a person, each message once under ``key`` and its number; the ``ts`` of the first.

    Args:
        api: Slack.
        user: whom.
        messages: what, in order.
        key: finds them again.
        since: when the work began that they are about, in Unix seconds; None if no one knows. An earlier attempt of it may
            have written them.
        first: the number of the first message.

    Raises:
        SlackApiError, OutcomeUnknownError: see ``SlackApi.call``.
    """
    channel = await opened(api, user)
    sent = [
        await _direct(api, channel, message, part_key(key, number), since)
        for number, message in enumerate(messages, first)
    ]
    return sent[0]


async def opened(api: SlackApi, user: str) -> str:
    """Return the channel of the direct messages with someone."""
    return str((await api.call("conversations.open", users=user))["channel"]["id"])


async def _direct(api: SlackApi, channel: str, message: Message, key: str, since: float | None) -> str:
    async def find() -> str | None:
        return await posted(api, channel, key, since=since)

    try:
        found = await find()
    except SlackApiError as error:  # not to be allowed to look is no reason to say nothing
        log.warning("direct_messages_not_read", error=code_of(error))
        found = None
    return found or await _post_once(api, channel, message, key, find)


async def _post_once(
    api: SlackApi,
    channel: str,
    message: Message,
    key: str,
    find: Callable[[], Awaitable[str | None]],
    **more: Any,
) -> str:
    """Post under a key; the ``ts``. After a lost answer it is looked for before it is posted again."""
    arguments = {"channel": channel, "metadata": metadata_for(key), **QUIET, **more}

    async def send() -> str:
        return str((await with_fallback(api, "chat.postMessage", message, arguments=arguments))["ts"])

    return await api.once(send, find)


class Posts:
    """Messages of ours that are no answers: cards, news, what was shared."""

    def __init__(self, api: SlackApi) -> None:
        self._api = api
        self._direct: dict[str, str] = {}

    async def directly(self, user: str) -> str:
        """Return the channel of the direct messages with someone; Slack says it once.

        Raises:
            SlackApiError, OutcomeUnknownError: see ``SlackApi.call``.
        """
        if user not in self._direct:
            self._direct[user] = await opened(self._api, user)
        return self._direct[user]

    async def post(
        self, channel: str, message: Message, *, key: str, thread: str | None = None, broadcast: bool = False
    ) -> str:
        """Post a message that is no answer, once: ``key`` finds it again when no one knows whether it was posted.

        Args:
            channel: where.
            message: what.
            key: goes into the message's metadata.
            thread: the thread's first message, if it is a reply.
            broadcast: show a reply in the channel too.

        Returns:
            Its ``ts``.
        """
        where = {"thread_ts": thread, "reply_broadcast": broadcast} if thread else {}
        began = self._api.time.at_least()  # long before Slack's first answer if there was none
        return await _post_once(
            self._api, channel, message, key, lambda: self.posted(channel, key, thread, began), **where
        )

    async def whisper(self, channel: str, thread: str, user: str, message: Message) -> None:
        """Say something in a thread that one person alone sees, until they reload; it can't be found again."""
        where = {
            "channel": channel,
            "user": user,
            **({"thread_ts": thread} if thread else {}),
            "parse": "none",
        }
        await with_fallback(self._api, "chat.postEphemeral", message, arguments=where)

    async def edit(self, channel: str, ts: str, message: Message, *, patience: float | None = None) -> bool:
        """Change a message of ours; False when it is gone, or can't be changed anymore. See ``SlackApi.call`` for ``patience``."""
        where = {"channel": channel, "ts": ts, "parse": "none"}
        try:
            await with_fallback(self._api, "chat.update", message, arguments=where, patience=patience)
        except SlackApiError as error:
            if kind_of(error) not in (Kind.GONE, Kind.FIXED):
                raise
            return False
        return True

    async def posted(
        self, channel: str, key: str, thread: str | None = None, since: float | None = None
    ) -> str | None:
        """See the function ``posted``."""
        return await posted(self._api, channel, key, thread, since)
