"""Posts each message of ours once, whatever is killed when, and edits it only to show something else.

What is about to be posted is noted first; what a killed attempt posted is found in Slack by its metadata, from then on.
"""

import hashlib
import json
from dataclasses import asdict, replace

import structlog
from slack_sdk.errors import SlackApiError

from bot.errors import OutcomeUnknownError
from bot.render.blocks import Message
from bot.slack.codes import Kind, kind_of
from bot.slack.writing.posts import Posts
from bot.store.messages import Messages, Owned
from bot.workflows.knowing import PEOPLE

log = structlog.get_logger(__name__)


class OwnMessages:
    """The messages of ours in one workspace that are no replies.

    Args:
        posts: writes to Slack.
        messages: what is known of them.
    """

    def __init__(self, posts: Posts, messages: Messages) -> None:
        self._posts = posts
        self._messages = messages

    async def once(
        self,
        message: Message,
        *,
        key: str,
        channel: str,
        thread: str = "",
        kind: str,
        team: str = "",
        since: float | None = None,
        broadcast: bool = False,
        again: bool = False,
    ) -> Owned:
        """Post a message, unless it stands already; what is known of it then.

        Args:
            message: what.
            key: goes into its metadata.
            channel: where.
            thread: the thread's first message, if it is a reply.
            kind: what it is.
            team: the workspace.
            since: when it may have been posted first, where an older row than its own says so, in Unix seconds.
            broadcast: show a reply in the channel too.
            again: post it again if someone deleted it.

        Raises:
            SlackApiError, OutcomeUnknownError: see ``SlackApi.call``.
        """
        own = await self._messages.expect(key, channel, thread, kind=kind, team=team)
        if own.ts and again and not await self._stands(own):
            own = await self._messages.gone(own)
        if own.ts:
            return own
        ts = await self._left(own, since) or await self._post(message, own, key, broadcast=broadcast)
        try:
            await self._messages.moved(own, ts=ts, shown=digest(message))
        except Exception:
            log.exception("message_not_noted")  # a full disk: it is found by its metadata
        return replace(own, ts=ts)

    async def channel(self, target: str) -> str:
        """Return the channel that is meant by its id, or by that of the person whose direct messages they are.

        Raises:
            SlackApiError, OutcomeUnknownError: see ``SlackApi.call``.
        """
        return await self._posts.directly(target) if target.startswith(PEOPLE) else target

    async def keys(self, channel: str, thread: str) -> set[str]:
        """Return the keys of our messages that stand in a thread."""
        return await self._messages.keys(channel, thread)

    async def held(self, *, key: str, channel: str, kind: str, holder: str) -> Owned:
        """Return what is known of a message that one work alone may post at first: the first that asks."""
        return await self._messages.expect(key, channel, kind=kind, holder=holder)

    async def show(self, own: Owned, message: Message, *, anew: str, since: float) -> bool:
        """Let a message say something else; where that can't be, it is posted, or posted anew.

        Args:
            own: what is known of it.
            message: what it shall show.
            anew: the key under which it is posted where the old one is gone or can't be changed.
            since: when what it shall show was known, in Unix seconds.

        Returns:
            False when another work moved it meanwhile, so the older picture may be on top.
        """
        if not own.ts:
            found = None if own.new else await self._posted(own, own.key, min(since, own.tried_at))
            ts = found or await self._post(message, own, own.key)
        elif await self._posts.edit(own.channel, own.ts, message):
            ts = own.ts
        else:
            ts = await self._posted(own, anew, since) or await self._post(message, own, anew)
        return await self._messages.moved(own, ts=ts, shown=digest(message))

    async def edit(self, own: Owned, message: Message, *, patience: float) -> bool:
        """Let a message that stands say something else, if Slack takes that within so many seconds; one that is gone stays gone.

        Returns:
            False when another work moved it meanwhile, so the older picture may be on top.
        """
        try:
            stands = await self._posts.edit(own.channel, own.ts, message, patience=patience)
        except OutcomeUnknownError:
            await self._messages.moved(own, ts=own.ts, shown="")  # the next edit is made whatever it says
            raise
        if not stands:
            return True
        return await self._messages.moved(own, ts=own.ts, shown=digest(message))

    async def _left(self, own: Owned, since: float | None) -> str | None:
        """Return the ``ts`` of what an earlier attempt left, where there can have been one."""
        if own.new and since is None:
            return None
        tried = own.tried_at if since is None else min(since, own.tried_at)
        return await self._posted(own, own.key, tried)

    async def _posted(self, own: Owned, key: str, since: float) -> str | None:
        return await self._posts.posted(own.channel, key, own.thread, since=since)

    async def _post(self, message: Message, own: Owned, key: str, *, broadcast: bool = False) -> str:
        return await self._posts.post(
            own.channel, message, key=key, thread=own.thread or None, broadcast=broadcast
        )

    async def _stands(self, own: Owned) -> bool:
        """Is it still there?"""
        try:
            return await self._posts.posted(own.channel, own.key, own.thread or own.ts) == own.ts
        except SlackApiError as error:
            if kind_of(error) is not Kind.GONE:
                raise
            return False


def digest(message: Message) -> str:
    """Return what tells a message from one that shows something else."""
    shown = json.dumps(asdict(message), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(shown.encode(errors="replace")).hexdigest()
