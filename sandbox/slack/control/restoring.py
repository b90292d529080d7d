"""Puts messages of an earlier time back, so an app finds the conversations that its own notes speak of."""

import re
from typing import Any

from aiohttp import web

from sandbox.slack.action_values import ActionError
from sandbox.slack.control.finding import Finder
from sandbox.slack.control.request import Kinds, Routes, body
from sandbox.slack.messages import Message
from sandbox.slack.workspace import Workspace

REQUIRED: Kinds = {"channel": str, "ts": str, "user": str, "kind": str}
OPTIONAL: Kinds = {
    "thread_ts": str,
    "text": str,
    "markdown": str,
    "blocks": list,
    "metadata": dict,
    "streaming": bool,
}
TS = re.compile(r"\d{10}\.\d{6}")


class Restoring:
    """Takes messages as `GET messages` shows them."""

    def __init__(self, workspace: Workspace) -> None:
        self._slack, self._find = workspace, Finder(workspace)

    def routes(self) -> Routes:
        """The calls by verb and name."""
        return {("POST", "restore"): self.restore}

    async def restore(self, request: web.Request) -> Any:
        """Put a message back with its ts and author. It is no news: the app hears nothing of it.

        A stream that is still open (`streaming`) counts as begun now.
        """
        shown = await body(request, REQUIRED, OPTIONAL)
        channel, user = self._find.channel(shown.pop("channel")), self._find.person(shown.pop("user"))
        human = self._slack.world.user(user)
        made = Message(
            channel=channel.id,
            user=user,
            team=human.team if human else "",
            started=self._slack.clock(),
            **shown,
        )
        if problem := self._problem(made):
            raise ActionError(problem)
        self._slack.messages.add(made)
        self._slack.changes.bump()
        return {"ok": True}

    def _problem(self, made: Message) -> str:
        """What cannot have stood in Slack, in words."""
        kinds = ("post", "stream") if made.by_app else ("user",)
        root, now = made.thread_ts or made.ts, str(int(self._slack.clock()))
        threads = root == made.ts or (root < made.ts and self._slack.messages.thread(made.channel, root))
        wrong = {
            "ts must look like 1700000000.000100": not TS.fullmatch(made.ts),
            "only a message of the past can be restored": made.ts >= now,
            f"there is a message {made.ts} already": self._slack.messages.get(made.channel, made.ts),
            f"kind of this author is one of {', '.join(kinds)}": made.kind not in kinds,
            "only a stream can be streaming": made.streaming and made.kind != "stream",
            "thread_not_found": not threads,
            "no_text": not (made.text or made.markdown or made.blocks),
        }
        return next((problem for problem, found in wrong.items() if found), "")
