"""Who is who: `auth.test`, `users.*`, `team.info`, `usergroups.*`, `bots.info`, and `apps.connections.open`."""

from typing import Any

from sandbox.slack.web_api.method import Answer, ApiError, Arguments, Method, arguments
from sandbox.slack.web_api.places import page
from sandbox.slack.workspace import Workspace
from sandbox.slack.world import APP_ID, BOT_ID, Human, Team, UserGroup

PEOPLE_PAGE = 1000


def _bot_name(slack: Workspace) -> str:
    return slack.installation.bot_name if slack.installation else slack.world.bot.name


def auth_test(slack: Workspace, _: Arguments) -> Answer:
    """`auth.test`."""
    team = slack.world.team
    return {
        "url": f"https://{team.domain}.slack.com/",
        "team": team.name,
        "user": _bot_name(slack),
        "team_id": team.id,
        "user_id": slack.world.bot.id,
        "bot_id": BOT_ID,
        "is_enterprise_install": False,
        **({"enterprise_id": team.enterprise} if team.enterprise else {}),
    }


def user_json(slack: Workspace, human: Human) -> dict[str, Any]:
    """A person as Slack describes them; the e-mail address needs a scope of its own."""
    profile: dict[str, Any] = {
        "real_name": human.real_name,
        "display_name": human.name,
        "real_name_normalized": human.real_name,
        "display_name_normalized": human.name,
        "team": human.team,
    }
    if slack.installation and "users:read.email" in slack.installation.scopes and not human.is_bot:
        profile["email"] = f"{human.name}@example.com"
    foreign = slack.world.is_foreign(human.id)
    shown: dict[str, Any] = {
        "id": human.id,
        "team_id": human.team,
        "name": human.name,
        "real_name": human.real_name,
        "deleted": human.deleted,
        "tz": human.tz,
        "tz_offset": 0,
        "profile": profile,
        "is_bot": human.is_bot,
        "is_app_user": False,
        "is_stranger": foreign,
    }
    if enterprise := slack.world.enterprise_of(human):
        shown["enterprise_user"] = {"id": human.id, "enterprise_id": enterprise, "teams": [human.team]}
    if not foreign:
        shown |= {
            "is_admin": human.is_admin,
            "is_owner": False,
            "is_primary_owner": False,
            "is_restricted": human.is_restricted,
            "is_ultra_restricted": False,
        }
    return shown


def users_info(slack: Workspace, given: Arguments) -> Answer:
    """`users.info`."""
    human = slack.world.user(given["user"])
    if human is None:
        raise ApiError("user_not_found")
    shown = user_json(slack, human)
    return {"user": shown | ({"locale": human.locale} if given.get("include_locale") else {})}


def users_list(slack: Workspace, given: Arguments) -> Answer:
    """`users.list`: the team's own people and its bot."""
    own = [human for human in slack.world.people.values() if human.team == slack.world.team.id]
    chosen, cursor = page([*own, slack.world.bot], given, PEOPLE_PAGE)
    shown = [user_json(slack, human) for human in chosen]
    return {"members": shown, "response_metadata": {"next_cursor": cursor}}


def team_info(slack: Workspace, given: Arguments) -> Answer:
    """`team.info`: the own team, or one that shares a channel with it."""
    teams: dict[str, Team] = {slack.world.team.id: slack.world.team, **slack.world.other_teams}
    team = teams.get(given.get("team") or slack.world.team.id)
    if team is None or given.get("domain", team.domain) != team.domain:
        raise ApiError("team_not_found")
    return {"team": {"id": team.id, "name": team.name, "domain": team.domain, "email_domain": "", "icon": {}}}


def group_json(slack: Workspace, group: UserGroup) -> dict[str, Any]:
    """A user group as Slack describes it, without who is in it."""
    return {
        "id": group.id,
        "team_id": slack.world.team.id,
        "is_usergroup": True,
        "name": group.name,
        "handle": group.handle,
        "description": "",
        "date_delete": int(slack.clock()) if group.is_off else 0,
    }


def usergroups_list(slack: Workspace, given: Arguments) -> Answer:
    """`usergroups.list`."""
    groups = []
    for group in slack.world.usergroups.values():
        if group.is_off and not given.get("include_disabled"):
            continue
        shown = group_json(slack, group)
        if given.get("include_users"):
            shown["users"] = list(group.users)
        if given.get("include_count"):
            shown["user_count"] = len(group.users)
        groups.append(shown)
    return {"usergroups": groups}


def usergroups_users(slack: Workspace, given: Arguments) -> Answer:
    """`usergroups.users.list`."""
    group = slack.world.usergroups.get(given["usergroup"])
    if group is None:
        raise ApiError("no_such_subteam")
    hidden = group.is_off and not given.get("include_disabled")
    return {"users": [] if hidden else list(group.users)}


def bots_info(slack: Workspace, given: Arguments) -> Answer:
    """`bots.info`: the app's own bot."""
    if given.get("bot", BOT_ID) != BOT_ID:
        raise ApiError("bot_not_found")
    bot = {"id": BOT_ID, "app_id": APP_ID, "user_id": slack.world.bot.id, "name": _bot_name(slack)}
    return {"bot": bot | {"deleted": False, "updated": 1_700_000_000, "icons": {}}}


def connections_open(slack: Workspace, _: Arguments) -> Answer:
    """`apps.connections.open`: a URL that one socket may use once."""
    ticket = slack.tickets.new()
    return {"url": f"{slack.root.replace('http', 'ws', 1)}/link?ticket={ticket}&app_id={APP_ID}"}


METHODS = (
    Method("auth.test", auth_test),
    Method("users.info", users_info, arguments("user!", "include_locale:bool"), ("users:read",)),
    Method(
        "users.list",
        users_list,
        arguments("cursor", "limit:int", "team_id", "include_locale:bool"),
        ("users:read",),
    ),
    Method("team.info", team_info, arguments("team", "domain"), ("team:read",)),
    Method(
        "usergroups.list",
        usergroups_list,
        arguments("include_count:bool", "include_disabled:bool", "include_users:bool", "team_id"),
        ("usergroups:read",),
    ),
    Method(
        "usergroups.users.list",
        usergroups_users,
        arguments("usergroup!", "include_disabled:bool", "team_id"),
        ("usergroups:read",),
    ),
    Method("bots.info", bots_info, arguments("bot", "team_id"), ("users:read",)),
    Method("apps.connections.open", connections_open, token="app"),
)
