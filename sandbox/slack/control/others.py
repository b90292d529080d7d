"""What others do beside people at their keyboards: other apps, workflows, Slackbot, and how workspaces and places come about."""

import re
from dataclasses import replace
from typing import Any

from aiohttp import web

from sandbox.slack.action_values import ActionError
from sandbox.slack.control.finding import Finder
from sandbox.slack.control.request import Routes, body
from sandbox.slack.messages import Message
from sandbox.slack.workspace import Workspace
from sandbox.slack.world import BOT_USER, SLACKBOT, Channel

ENTERPRISE = "E0ACME"


class Others:
    """Other apps write; places and organizations are made."""

    def __init__(self, workspace: Workspace) -> None:
        self._slack, self._find = workspace, Finder(workspace)

    def routes(self) -> Routes:
        """The calls by verb and name."""
        return {
            ("POST", "app_says"): self.app_says,
            ("POST", "slackbot_says"): self.slackbot_says,
            ("POST", "forward"): self.forward,
            ("POST", "group"): self.group,
            ("POST", "organization"): self.organization,
        }

    async def app_says(self, request: web.Request) -> Any:
        """Another app or a workflow writes, as itself or (`user`) with a person's token. `text` is Slack's markup as it is."""
        known = {"text": str, "user": str, "thread_ts": str, "blocks": list, "attachments": list}
        said = await body(request, {"channel": str, "app": str}, known)
        user = self._find.person(said["user"]) if "user" in said else ""
        name = said["app"]
        number = re.sub(r"\W", "", name).upper()
        app = {
            "bot_id": f"B0{number}",
            "app_id": f"A0{number}",
            "bot_profile": {"id": f"B0{number}", "app_id": f"A0{number}", "name": name},
        }
        own = {} if user else {"subtype": "bot_message"}
        return self._post(said, user, app=app | ({} if user else {"username": name}), **own)

    async def slackbot_says(self, request: web.Request) -> Any:
        """Slackbot writes, a reminder for instance; its messages carry no `bot_id`."""
        return self._post(await body(request, {"channel": str, "text": str}, {"thread_ts": str}), SLACKBOT)

    async def forward(self, request: web.Request) -> Any:
        """A person forwards a message (`from_channel`, `ts`) to a channel, with words of their own."""
        said = await body(
            request, {"user": str, "channel": str, "from_channel": str, "ts": str}, {"text": str}
        )
        user = self._find.person(said["user"])
        origin, message = self._find.seen(user, {"channel": said["from_channel"], "ts": said["ts"]})
        author = self._slack.world.user(message.user)
        share = {
            "ts": message.ts,
            "channel_id": origin.id,
            "author_id": message.user,
            "author_name": author.real_name if author else "",
            "text": message.text,
            "fallback": message.text,
            "is_msg_unfurl": True,
            "is_share": True,
            "message_blocks": [
                {"channel": origin.id, "ts": message.ts, "message": {"blocks": message.blocks}}
            ],
            "attachments": message.attachments,
            "files": [file.for_app() for file in message.files],
        }
        text = self._slack.encode(said.get("text", ""))
        return self._post({"channel": said["channel"], "text": text, "attachments": [share]}, user)

    async def group(self, request: web.Request) -> Any:
        """Open a group direct message of the bot and these `people`."""
        said = await body(request, {"people": list})
        members = {self._find.person(name) for name in said["people"]} | {BOT_USER}
        channel = Channel(self._slack.next_id("C0GROUP"), "", "mpim", members)
        self._slack.world.channels[channel.id] = channel
        self._slack.changes.bump()
        return {"channel": channel.id}

    async def organization(self, request: web.Request) -> Any:
        """Put our workspace and `team` into one Enterprise Grid; its people (`teams` of each) are colleagues from now on."""
        said = await body(request, {"team": str})
        world = self._slack.world
        if said["team"] not in world.other_teams:
            raise ActionError(f"there is no other team {said['team']!r}")
        world.team = replace(world.team, enterprise=ENTERPRISE)
        world.other_teams[said["team"]] = replace(world.other_teams[said["team"]], enterprise=ENTERPRISE)
        self._slack.changes.bump()
        return {"ok": True}

    def _post(self, said: dict[str, Any], user: str, **more: Any) -> Any:
        channel = self._find.channel(said["channel"])
        human = self._slack.world.user(user)
        made = Message(
            channel=channel.id,
            ts=self._slack.messages.new_ts(),
            user=user,
            kind="user",
            team=human.team if human else self._slack.world.team.id,
            text=said.get("text", ""),
            blocks=said.get("blocks", []),
            attachments=said.get("attachments", []),
            thread_ts=said.get("thread_ts"),
            **more,
        )
        self._slack.post(channel, made)
        return {"ts": made.ts, "channel": channel.id}
