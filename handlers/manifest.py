"""The app's manifest: the sum of what the capabilities need, checked against the rules of Slack's manifest schema 2.0.0."""

import json
from collections.abc import Sequence
from importlib.resources import files
from typing import Any

from jsonschema import Draft7Validator

import handlers
from handlers import tree
from handlers.agent import PROMPTS, Agent
from handlers.mentions import Mentions
from handlers.verbs import VERBS

NAME = "Telnyx AI"
DESCRIPTION = "Answers from your documents, call summaries and job news"
AGENT = "Answers questions from your team's documents with sources, summarises calls and reports how AI jobs are going."
EVENTS_PATH = "/slack/events"


class ManifestError(Exception):
    """The manifest breaks a rule of Slack's; a mistake of ours."""


def manifest(http: str | None = None, aliases: Sequence[str] = ()) -> dict[str, Any]:
    """The manifest for Socket Mode, or for HTTP at the public address ``http``.

    Raises:
        ManifestError: it would be refused.
    """
    url = f"{http.rstrip('/')}{EVENTS_PATH}" if http else None
    request = {"request_url": url} if url else {}
    made: dict[str, Any] = {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {"name": NAME, "description": DESCRIPTION, "background_color": "#00503e"},
        "features": {
            "app_home": {
                "home_tab_enabled": any(verb.home for verb in VERBS),
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "telnyx-ai", "always_online": True},
            "agent_view": {"agent_description": AGENT, "suggested_prompts": [*PROMPTS]},
            "slash_commands": [
                {
                    "command": name,
                    "description": text,
                    "usage_hint": hint,
                    "should_escape": True,
                    **({"url": url} if url else {}),
                }
                for name, (text, hint) in sorted(commands(aliases).items())
            ],
            "shortcuts": [
                {
                    "type": "message" if it.given else "global",
                    "callback_id": it.callback,
                    "name": it.name,
                    "description": it.text,
                }
                for it in (one for verb in VERBS for one in verb.shortcuts)
            ],
        },
        "oauth_config": {"scopes": {"bot": sorted(scopes())}},
        "settings": {
            "event_subscriptions": {
                "bot_events": sorted(Mentions.needs.events | Agent.needs.events),
                **request,
            },
            "interactivity": {"is_enabled": True, **request},
            "org_deploy_enabled": False,
            "socket_mode_enabled": url is None,
            "token_rotation_enabled": False,
        },
    }
    problems = [f"{error.json_path}: {error.message}" for error in _validator().iter_errors(made)]
    if problems:
        raise ManifestError("The manifest breaks Slack's rules: " + "; ".join(problems))
    return made


def commands(aliases: Sequence[str] = ()) -> dict[str, tuple[str, str]]:
    """Slash command → its description and usage hint."""
    text = "Ask documents, summarise calls, see jobs"
    short = tree.short_forms(aliases)
    named = {
        name: (tree.TYPED[words].help if words in tree.TYPED else f"{words}: see help", tree.hint(words))
        for name, words in short.items()
    }
    return {tree.FAMILY: (text, tree.hint())} | named


def scopes() -> frozenset[str]:
    """The bot scopes that are needed."""
    return frozenset({"commands"}).union(
        *(verb.scopes for verb in VERBS), Mentions.needs.scopes, Agent.needs.scopes
    )


def _validator() -> Draft7Validator:
    return Draft7Validator(
        json.loads(files(handlers).joinpath("manifest.schema.json").read_text(encoding="utf-8"))
    )
