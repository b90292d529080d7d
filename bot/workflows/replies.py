"""The reply of a turn: opened, found again after a crash, and said to the asker alone where it may not stand."""

from collections.abc import Sequence
from dataclasses import replace

import structlog
from slack_sdk.errors import SlackApiError

from bot import ids
from bot.errors import NotNowError, OutcomeUnknownError
from bot.render.aside import Aside, line
from bot.render.blocks import Message, section
from bot.render.feedback import pressed
from bot.render.final import Final
from bot.slack.codes import Kind, code_of, kind_of
from bot.slack.workspace import Workspaces
from bot.slack.writing.growing import Growing
from bot.slack.writing.posts import direct_message, key_of, replies
from bot.slack.writing.private_reply import BESIDE, PARTS, PrivateReply
from bot.slack.writing.reply import Reply
from bot.slack.writing.thread_message import Spot
from bot.store.messages import Messages
from bot.store.response_urls import ResponseUrls
from bot.store.turns import Turn, Turns
from bot.workflows.asked import PRESSED, Asked
from bot.workflows.messages import OwnMessages

log = structlog.get_logger(__name__)

INVITING_HELPS = frozenset({Kind.JOINABLE, Kind.INVITE})


class Replies:
    """Replies of turns, each in the workspace it was asked in."""

    def __init__(self, workspaces: Workspaces, turns: Turns, urls: ResponseUrls, messages: Messages) -> None:
        self._workspaces = workspaces
        self._turns = turns
        self._urls = urls
        self._messages = messages

    async def reply(self, turn: Turn, asked: Asked) -> Growing:
        """Return the reply of a turn: a new one, or the one that an earlier attempt left behind.

        Raises:
            OutcomeUnknownError: whether one was left can't be seen now.
        """
        if turn.private:
            return self._private(turn)
        at = self._workspaces.of(asked.place.team)
        api, us = at.api, asked.bot_user or (at.me.user if at.me else "")
        spot = Spot(turn.channel, turn.root, turn.user, asked.asker.user_team, turn.id)

        async def on_open(kind: str, ts: str) -> None:
            try:
                await self._messages.opened(
                    turn.id, turn.channel, turn.root, team=turn.team, kind=kind, ts=ts
                )
            except Exception:
                # A full disk: it can still be ended, and be found in its thread.
                log.exception("reply_not_noted")

        async def find() -> tuple[str, bool] | None:
            return await self._find(turn, us)

        if turn.attempts == 1:  # the turn's row was written before anything was shown
            return Reply(api, spot, on_open, find)
        try:
            left = await self._noted(turn) or await find()
        except SlackApiError as error:
            # Maybe a half answer stays on the screen; the question is answered all the same.
            log.warning("earlier_reply_not_found", error=code_of(error))
            left = None
        if left is not None:
            return Reply.found(api, spot, left[0], stream=left[1], on_open=on_open, find=find)
        return Reply(api, spot, on_open, find, only_end=True)

    async def _noted(self, turn: Turn) -> tuple[str, bool] | None:
        try:
            own = await self._messages.get(turn.id, turn.channel, turn.root)
        except Exception:
            log.exception("message_not_read")  # a reply that has ended is found by its metadata
            return None
        return (own.ts, own.kind == "stream") if own is not None and own.ts else None

    def _private(self, turn: Turn) -> PrivateReply:
        workspace, options = self._workspaces.of(turn.team), turn.options or {}

        async def on_part(shown: int) -> None:
            try:
                now = await self._turns.get(turn.id)  # its end may have added options since
                known = now.options if now is not None else options
                await self._turns.update(turn.id, options={**(known or {}), PARTS: shown})
            except Exception:
                log.exception("part_not_noted")  # a full disk: at worst it is shown again after a crash

        return PrivateReply(
            workspace.api,
            workspace.http,
            self._urls,
            work_id=turn.id,
            user=turn.user,
            beside=bool(options.get(BESIDE)),
            stoppable=turn.kind != "ask",
            parts=int(options.get(PARTS, 0)),
            on_part=on_part,
            since=turn.created_at,
        )

    async def finish(self, asked: Asked, reply: Growing, final: Final, *, since: float | None = None) -> str:
        """Show the end of a reply; where it may not stand, the asker is told in a direct message.

        Args:
            asked: what it replies to: where, and who asked.
            reply: the reply.
            final: its end.
            since: when the turn was begun, in Unix seconds, if that is known.

        Returns:
            The message's ``ts``; "" for one that cannot be found again.
        """
        try:
            return await reply.finish(final)
        except SlackApiError as error:
            kind = kind_of(error)
            log.warning("reply_cannot_stand", error=code_of(error), channel=asked.place.channel)
        hint = ""
        if kind in INVITING_HELPS:
            hint = " To have it there, invite me with /invite."
            if final.elsewhere:
                hint = f"{hint[:-1]}, then press *Share in channel*."
                final = replace(final, below=final.elsewhere())
        note = f"I couldn't write in <#{asked.place.channel}>, so here's your answer.{hint}"
        # No message of ours will take it away.
        line = self._workspaces.of(asked.place.team).status_line
        await line.show(asked.place, "", private=asked.private)
        return await self._directly(asked, final.messages(above=[section(note)]), since)

    async def aside(self, asked: Asked, aside: Aside) -> None:
        """Say in the thread that the answer goes to the asker alone, once; where nothing may be said there, only they see it."""
        workspace, place, said = (
            self._workspaces.of(asked.place.team),
            asked.place,
            line(asked.asker.user, asked.place.channel, aside),
        )
        try:
            if aside.silent:
                await workspace.posts.whisper(place.channel, place.thread, asked.asker.user, said)
                return
            await self._line(asked, said, ids.aside(asked.id))
        except (SlackApiError, OutcomeUnknownError) as error:
            log.info("aside_not_said", error=type(error).__name__)  # the answer itself says it too

    async def pressed(self, asked: Asked) -> None:
        """Tell a thread, once, what someone asked in it by a button: no message of theirs says it."""
        said = pressed(asked.asker.user, asked.text, asked.options[PRESSED])
        try:
            await self._line(asked, said, ids.pressed(asked.id))
        except (SlackApiError, OutcomeUnknownError) as error:
            log.info("question_not_said", error=type(error).__name__)  # the answer comes all the same

    async def _line(self, asked: Asked, said: Message, key: str) -> None:
        place = asked.place
        own = OwnMessages(self._workspaces.of(place.team).posts, self._messages)
        await own.once(
            said, key=key, channel=place.channel, thread=place.thread, kind="line", team=place.team
        )

    async def withdraw(self, turn: Turn, reply: Growing) -> None:
        """Take away what was shown, and what is known of it."""
        await reply.withdraw()
        try:
            await self._messages.forget(turn.id, turn.channel, turn.root)
        except Exception:
            log.exception("reply_not_forgotten")  # a full disk: it says where something stood, not what

    async def _directly(self, asked: Asked, messages: Sequence[Message], since: float | None) -> str:
        """Write it to the asker. There is no other way left, so it is kept unless there is no one to write to."""
        try:
            api = self._workspaces.of(asked.place.team).api
            return await direct_message(api, asked.asker.user, *messages, key=asked.id, since=since)
        except SlackApiError as error:
            if kind_of(error) is Kind.NOBODY:
                raise
            raise NotNowError("chat.postMessage", code_of(error)) from error

    async def _find(self, turn: Turn, bot_user: str) -> tuple[str, bool] | None:
        """Return the reply of a turn in its thread (ENGINE 5b): by metadata, else the only message of ours that no turn owns."""
        where = {"channel": turn.channel, "ts": turn.root, "oldest": turn.ts, "include_all_metadata": True}
        api = self._workspaces.of(turn.team).api
        found = [message async for message in replies(api, **where)]
        ours = [m for m in found if m.get("user") == bot_user and m["ts"] > turn.ts]
        for message in ours:
            if key_of(message) == turn.id:
                return str(message["ts"]), False  # an open stream has no metadata
        owned = await self._messages.standing(turn.channel, turn.root)
        free = [m for m in ours if m["ts"] not in owned and key_of(m) is None]
        return (str(free[0]["ts"]), True) if len(free) == 1 else None
