"""What people do with messages."""

from typing import Any

from aiohttp import web

from sandbox.slack.action_values import ActionError
from sandbox.slack.control.finding import Finder
from sandbox.slack.control.request import Routes, body
from sandbox.slack.event_bodies import text_blocks
from sandbox.slack.messages import Message
from sandbox.slack.workspace import Workspace
from sandbox.slack.world import BOT_USER


class Writing:
    """People write, change and delete messages."""

    def __init__(self, workspace: Workspace) -> None:
        self._slack, self._find = workspace, Finder(workspace)

    def routes(self) -> Routes:
        """The calls by verb and name."""
        return {
            ("POST", "say"): self.say,
            ("POST", "edit"): self.edit,
            ("POST", "delete"): self.delete,
        }

    async def say(self, request: web.Request) -> Any:
        """Write a message; `@bot` and `#channel` become references."""
        said = await body(request, {"user": str, "channel": str, "text": str}, {"thread_ts": str})
        user, channel = self._find.person(said["user"]), self._find.member(said["user"], said["channel"])
        thread_ts = said.get("thread_ts")
        if thread_ts and not self._slack.messages.thread(channel.id, thread_ts):
            raise ActionError("thread_not_found")
        human = self._slack.world.user(user)
        text = self._slack.encode(_escaped(said["text"]))
        made = Message(
            channel=channel.id,
            ts=self._slack.messages.new_ts(),
            user=user,
            kind="user",
            team=human.team if human else "",
            text=text,
            blocks=text_blocks(text),
            thread_ts=thread_ts,
        )
        self._slack.post(channel, made)
        if f"<@{BOT_USER}>" in text and BOT_USER not in channel.members:
            bot = self._slack.world.bot.name
            self._slack.notice(
                channel, user, f"You mentioned @{bot}, but they're not in this channel.", thread_ts
            )
        return {"ts": made.ts, "channel": channel.id}

    async def edit(self, request: web.Request) -> Any:
        """Change one's own message."""
        said = await body(request, {"user": str, "channel": str, "ts": str, "text": str})
        channel = self._find.member(said["user"], said["channel"])
        message = self._find.own(said["user"], channel, said["ts"])
        before = message.for_app()
        message.text = self._slack.encode(_escaped(said["text"]))
        message.blocks = text_blocks(message.text)
        message.edits, message.edited_by = message.edits + 1, message.user
        message.edited_ts = self._slack.messages.new_ts()
        self._slack.changed(channel, message, before)
        return {"ok": True}

    async def delete(self, request: web.Request) -> Any:
        """Delete one's own message."""
        said = await body(request, {"user": str, "channel": str, "ts": str})
        channel = self._find.member(said["user"], said["channel"])
        self._slack.delete(channel, self._find.own(said["user"], channel, said["ts"]))
        return {"ok": True}


def _escaped(text: str) -> str:
    """What Slack makes of typed text: three characters escaped, references of the form `<@U…>` kept."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    for name in ("@", "#", "!"):
        parts = escaped.split(f"&lt;{name}")
        kept = [parts[0], *(part.replace("&gt;", ">", 1) for part in parts[1:])]
        escaped = f"<{name}".join(kept)
    return escaped
