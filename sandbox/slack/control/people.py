"""Who is in the workspace and what they are there. The app hears of changes as of Slack, if it subscribes."""

from dataclasses import replace
from typing import Any

from aiohttp import web

from sandbox.slack.action_values import ActionError
from sandbox.slack.control.finding import Finder
from sandbox.slack.control.request import Routes, body
from sandbox.slack.event_bodies import group_members_changed, group_updated, person_event
from sandbox.slack.web_api.directory import group_json, user_json
from sandbox.slack.workspace import Workspace
from sandbox.slack.world import Human

MOST = 100_000


class People:
    """People come into the workspace, rise and fall in it, and go; they are put into user groups."""

    def __init__(self, workspace: Workspace) -> None:
        self._slack, self._find = workspace, Finder(workspace)

    def routes(self) -> Routes:
        """The calls by verb and name."""
        return {
            ("POST", "crowd"): self.crowd,
            ("POST", "person"): self.person,
            ("POST", "admin"): self.admin,
            ("POST", "guest"): self.guest,
            ("POST", "removed"): self.removed,
            ("POST", "usergroup"): self.usergroup,
        }

    async def crowd(self, request: web.Request) -> Any:
        """Put `count` people into the workspace, and into `channel` if it is given, as if they had always been there.

        They are members, or (`guests`) guests. The app isn't told, and `state` doesn't name them.
        """
        said = await body(request, {"count": int}, {"channel": str, "guests": bool})
        world = self._slack.world
        begin = len(world.crowd)
        if not 0 < said["count"] <= MOST - begin:
            raise ActionError(f"count is from 1 to {MOST - begin}")
        made = [
            Human(
                f"U1{n:06}",
                f"p{n}",
                f"Person {n}",
                world.team.id,
                is_restricted=said.get("guests", False),
                crowd=True,
            )
            for n in range(begin, begin + said["count"])
        ]
        if "channel" in said:
            self._find.channel(said["channel"]).members.update(human.id for human in made)
        world.people |= {human.id: human for human in made}
        self._slack.changes.bump()
        return {"first": made[0].id, "last": made[-1].id}

    async def person(self, request: web.Request) -> Any:
        """Someone is new in the workspace, as a member or a guest, or (`team`) in another one; their id."""
        said = await body(request, {"name": str}, {"real_name": str, "guest": bool, "team": str})
        world, name = self._slack.world, said["name"]
        team = said.get("team", world.team.id)
        if world.named(name) is not None:
            raise ActionError(f"there is a person {name!r} already")
        if team != world.team.id and team not in world.other_teams:
            raise ActionError(f"there is no team {team!r}")
        guest = said.get("guest", False)
        made = Human(
            f"U0{name.upper()}", name, said.get("real_name", name.title()), team, is_restricted=guest
        )
        world.people[made.id] = made
        self._slack.direct(made)
        self._told("team_join", made)
        return {"user": made.id}

    async def admin(self, request: web.Request) -> Any:
        """Make someone an admin of the workspace (`on`), or no longer one."""
        return await self._change(request, "is_admin")

    async def guest(self, request: web.Request) -> Any:
        """Make someone a guest (`on`), or a full member again."""
        return await self._change(request, "is_restricted")

    async def removed(self, request: web.Request) -> Any:
        """Remove someone from the workspace and all its channels (`on`), or have them back."""
        return await self._change(request, "deleted")

    async def usergroup(self, request: web.Request) -> Any:
        """Put people into a user group (`add`) or take them out (`remove`), or switch it `off` or on."""
        said = await body(request, {"group": str}, {"add": list, "remove": list, "off": bool})
        groups, name = self._slack.world.usergroups, said["group"].removeprefix("@")
        group = next((one for one in groups.values() if name in (one.id, one.handle)), None)
        if group is None:
            raise ActionError(f"there is no user group {name!r}")
        added, gone = ([self._find.person(one) for one in said.get(key, [])] for key in ("add", "remove"))
        users = tuple(user for user in dict.fromkeys((*group.users, *added)) if user not in gone)
        changed = replace(group, users=users, is_off=said.get("off", group.is_off))
        groups[group.id] = changed
        self._slack.changes.bump()
        ts, team = self._slack.messages.new_ts(), self._slack.world.team.id
        if added or gone:
            self._slack.publish(group_members_changed(group.id, team, added, gone, ts), None, "")
        shown = group_json(self._slack, changed) | {"users": list(users), "user_count": len(users)}
        self._slack.publish(group_updated(shown, ts), None, "")
        return {"users": list(users)}

    async def _change(self, request: web.Request, what: str) -> Any:
        """Set one mark of a person."""
        said = await body(request, {"user": str, "on": bool})
        world, user = self._slack.world, self._find.person(said["user"])
        if user not in world.people:
            raise ActionError("the bot is no person")
        changed = world.people[user] = replace(world.people[user], **{what: said["on"]})
        if changed.deleted:
            for channel in world.channels.values():
                if channel.kind != "im":
                    channel.members.discard(user)
        self._told("user_change", changed)
        return {"ok": True}

    def _told(self, kind: str, human: Human) -> None:
        """Slack tells of the workspace's own people, and of strangers who share a channel with it."""
        self._slack.changes.bump()
        shown = user_json(self._slack, human)
        if kind == "user_change" or human.team == self._slack.world.team.id:
            self._slack.publish(person_event(kind, shown, self._slack.messages.new_ts()), None, human.id)
