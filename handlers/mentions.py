"""Questions that are said: a mention, a direct message, and what becomes of them when they are edited. Accepted means durable."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot import ids
from bot.runtime import Runtime
from bot.services.following import is_idle
from bot.services.rate import TooFastError
from bot.slack.markup import mentions
from bot.workflows.acceptance import NotDurableInTimeError
from bot.workflows.asked import FOLLOWED, Asked, with_our_name
from bot.workflows.question import Where, asked_in
from handlers.came import installed, moment, reading
from handlers.errors import NotTakenIn, NotTakenInError
from handlers.verb import Needs

log = structlog.get_logger(__name__)

Read = Callable[[dict[str, Any], dict[str, Any]], Asked | None]
_TIMES = ("previous_message", "message")


class Mentions:
    """Takes questions in."""

    needs: ClassVar[Needs] = Needs(
        # The channels' own messages tell of edits and deletions, and of what is said in threads where we follow.
        events=frozenset(
            {
                "app_mention",
                "message.im",
                "message.channels",
                "message.groups",
                "message.mpim",
            }
        ),
        scopes=frozenset(
            {
                "app_mentions:read",
                "im:history",
                "im:write",
                "chat:write",
                "users:read",
                "channels:history",
                "groups:history",
                "mpim:history",
                # text files that come with a question
                "files:read",
                # the names of groups that are mentioned in one
                "usergroups:read",
                # where to look for what was asked while no one listened
                "channels:read",
                "groups:read",
                "im:read",
                "mpim:read",
            }
        ),
    )

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._not_taken_in = NotTakenIn(runtime)

    def register(self, app: AsyncApp) -> None:
        """``accept`` is a listener middleware: it runs before Bolt acknowledges, the listener itself after."""
        changes: Sequence[str] = ("message_changed", "message_deleted")
        app.event({"type": "message", "subtype": changes}, middleware=[self.change])(self.accepted)
        for event in ("app_mention", "message"):
            app.event(event, middleware=[self.accept])(self.accepted)

    async def accept(
        self, event: dict[str, Any], body: dict[str, Any], next_: Callable[[], Awaitable[None]]
    ) -> BoltResponse | None:
        """Make the question durable, then let Bolt acknowledge it. Not durable (in time) is a 500: Slack sends it again."""
        with reading():
            asked = question(event, body)
            unasked = None if asked else said_in_thread(event, body)
        said = asked or unasked
        if said and body.get("is_ext_shared_channel"):
            self._runtime.rights.seen_shared(said.place.team, said.place.channel)
        if unasked is not None:
            return await self._durable(self._follow(unasked), next_)
        return await self._durable(self._start(asked) if asked else None, next_)

    async def change(
        self, event: dict[str, Any], body: dict[str, Any], next_: Callable[[], Awaitable[None]]
    ) -> BoltResponse | None:
        """A message was edited or deleted: a question that is being answered is answered anew, or no longer."""
        with reading():
            before, after = (_said_then(event, name, body, question) for name in _TIMES)
            earlier, now = (_said_then(event, name, body, said_in_thread) for name in _TIMES)
            at = moment(event)
        changing = None
        if before is None and earlier is not None:
            changing = self._changed_in_thread(earlier, now, after, at)
        elif before is None:
            changing = self._start(after) if after else None
        elif after is None or after.text != before.text:
            text = after.text if after else None
            changing = self._runtime.work.interrupts.change(before, text, at)
        return await self._durable(changing, next_)

    async def accepted(self) -> None:
        """Nothing is left to do: the turn runs by itself."""

    async def _start(self, asked: Asked) -> None:
        try:
            self._runtime.rate.admit(asked.asker.user, asked.id)
        except TooFastError as error:  # said in the thread, by the turn
            asked = replace(asked, options={**asked.options, "too_fast": error.seconds})
        await self._begin(asked)

    async def _begin(self, asked: Asked) -> None:
        try:
            await self._runtime.work.turns.start(asked)
        except NotDurableInTimeError:
            raise
        except Exception as error:  # a full disk, a database that refuses
            if not asked.followed:
                await self._not_taken_in.tell(error, asked.id, asked.place)
            raise NotTakenInError from error

    async def _follow(self, said: Asked) -> None:
        """Take in a message of a thread where I was asked, in a channel where I follow; whether it is for me, its turn decides."""
        if await self._is_followed(said) and not is_idle(said.text):
            await self._begin(replace(said, options={**said.options, FOLLOWED: True}))

    async def _is_followed(self, said: Asked) -> bool:
        """Return whether it may be for me. Where I don't follow that is known from memory, or by one look into the database.

        Raises:
            NotTakenInError: the database doesn't say so now.
        """
        try:
            if await self._runtime.rights.mode(said.place, said.asker) != "follow":
                return False
            return await self._runtime.work.turns.stands_in(said.place)
        except Exception as error:
            log.warning("not_known_whether_to_follow", error=type(error).__name__)
            raise NotTakenInError from error

    async def _changed_in_thread(
        self, before: Asked, now: Asked | None, asked: Asked | None, at: float
    ) -> None:
        """A message without a mention was edited (now there may be one: ``asked``), or deleted; perhaps it is being answered."""
        interrupts = self._runtime.work.interrupts
        if asked is None:
            if now is None or now.text != before.text:
                followed = await self._is_followed(before)
                await interrupts.change(before, now.text if now else None, at, expected=followed)
            return
        became = await interrupts.became(before)
        if became is None:
            await self._start(asked)
        elif not became:
            await interrupts.change(before, with_our_name(asked), at)
        elif became == "silent":
            await self._start(replace(asked, id=ids.again(asked.id)))

    async def _durable(
        self, writing: Awaitable[None] | None, next_: Callable[[], Awaitable[None]]
    ) -> BoltResponse | None:
        if writing is not None:
            try:
                await writing
            except (NotDurableInTimeError, NotTakenInError):
                return BoltResponse(status=500, body="not durable")
        await next_()
        return None


def question(event: dict[str, Any], body: dict[str, Any]) -> Asked | None:
    """Return the question in an event, or None when no one asked this bot anything.

    A mention arrives as ``app_mention`` and as ``message``; the id is the same, so it is answered once.
    """
    team, bot = installed(body)
    to_us = event["type"] == "app_mention" or event.get("channel_type") == "im"
    if not to_us and not mentions(event.get("text") or "", bot):
        return None
    return asked_in(event, Where(team, bot, event["channel"]))


def said_in_thread(event: dict[str, Any], body: dict[str, Any]) -> Asked | None:
    """Return what a person said in a thread of a channel without mentioning us: in some channels that may be for us too."""
    team, bot = installed(body)
    ts, thread = event.get("ts"), event.get("thread_ts")
    if event["type"] != "message" or event.get("channel_type") == "im" or thread in (None, ts):
        return None
    if not bot or event.get("bot_id") or mentions(event.get("text") or "", bot):
        return None
    return asked_in(event, Where(team, bot, event["channel"]))


def _said_then(event: dict[str, Any], name: str, body: dict[str, Any], read: Read) -> Asked | None:
    """Return what ``read`` finds in a message as it was (``previous_message``) or is now (``message``)."""
    message = event.get(name)
    where = {"type": "message", "channel": event["channel"], "channel_type": event.get("channel_type")}
    return read({**message, **where}, body) if message else None
