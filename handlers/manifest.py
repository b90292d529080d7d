"""The app's manifest: the sum of what verbs and listeners need. A test holds it against Slack's schema 2.0.0."""

from collections.abc import Sequence
from typing import Any

from handlers.agent import PROMPTS, Agent
from handlers.comings import Comings
from handlers.mentions import Mentions
from handlers.tree import FAMILY, TREE
from handlers.verb import Needs
from handlers.verbs import VERBS

NAME = "Telnyx AI"
DESCRIPTION = "Answers from your documents, call summaries, and job news"
AGENT = "Answers questions from your team's documents with sources, summarizes calls, and shows the progress of AI jobs."
EVENTS_PATH = "/slack/events"
LISTENERS: tuple[Needs, ...] = (Mentions.needs, Agent.needs, Comings.needs)


def manifest(http: str | None = None, aliases: Sequence[str] = ()) -> dict[str, Any]:
    """Return the manifest for Socket Mode, or for HTTP at the public address ``http``.

    Raises:
        ConfigError: an alias can't be a slash command.
    """
    url = f"{http.rstrip('/')}{EVENTS_PATH}" if http else None
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {"name": NAME, "description": DESCRIPTION, "background_color": "#00503e"},
        "features": _features(url, aliases),
        "oauth_config": {"scopes": {"bot": sorted(scopes())}},
        "settings": {
            "event_subscriptions": {"bot_events": sorted(events()), **_at(url, "request_url")},
            # Without an address of their own, selects that load their choices stay empty over HTTP.
            "interactivity": {"is_enabled": True, **_at(url, "request_url", "message_menu_options_url")},
            "org_deploy_enabled": False,
            "socket_mode_enabled": url is None,
            "token_rotation_enabled": False,
        },
    }


def _features(url: str | None, aliases: Sequence[str]) -> dict[str, Any]:
    return {
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
                "description": description,
                "usage_hint": hint,
                "should_escape": True,
                **_at(url, "url"),
            }
            for name, (description, hint) in sorted(commands(aliases).items())
        ],
        "shortcuts": [
            {
                "type": "message" if shortcut.given else "global",
                "callback_id": shortcut.callback,
                "name": shortcut.name,
                "description": shortcut.text,
            }
            for verb in VERBS
            for shortcut in verb.shortcuts
        ],
    }


def commands(aliases: Sequence[str] = ()) -> dict[str, tuple[str, str]]:
    """Return each slash command with its description and usage hint."""
    family = "Ask documents, summarize calls, see jobs"
    short = {name: (TREE.summary(noun), TREE.hint(noun)) for name, noun in TREE.short_forms(aliases).items()}
    return {FAMILY: (family, TREE.hint())} | short


def events() -> frozenset[str]:
    """Return the events that are subscribed to."""
    return frozenset().union(*(needs.events for needs in LISTENERS))


def scopes() -> frozenset[str]:
    """Return the bot scopes that are needed."""
    return frozenset({"commands"}).union(
        *(verb.scopes for verb in VERBS), *(needs.scopes for needs in LISTENERS)
    )


def _at(url: str | None, *keys: str) -> dict[str, str]:
    return dict.fromkeys(keys, url) if url else {}
