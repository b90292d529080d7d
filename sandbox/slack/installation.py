"""What the installed app may do and hear, read from its manifest."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


class ManifestError(Exception):
    """The manifest cannot be installed; the text names the field."""


@dataclass(frozen=True)
class Command:
    """A slash command of the manifest."""

    name: str
    should_escape: bool


@dataclass(frozen=True)
class Shortcut:
    """A shortcut of the manifest; `kind` is `global` or `message`."""

    callback_id: str
    name: str
    kind: str


@dataclass(frozen=True)
class Installation:
    """The parts of a manifest that decide what Slack allows and delivers."""

    display_name: str
    bot_name: str
    commands: Mapping[str, Command] = field(default_factory=dict)
    shortcuts: Mapping[str, Shortcut] = field(default_factory=dict)
    events: frozenset[str] = frozenset()
    scopes: frozenset[str] = frozenset()
    home_tab: bool = False
    messages_tab: bool = False
    is_agent: bool = False
    interactive: bool = False
    options_url: str = ""


def _mapping(parent: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """A sub-object of the manifest; missing counts as empty."""
    value = parent.get(key, {})
    if not isinstance(value, Mapping):
        raise ManifestError(f"manifest: {key} must be an object")
    return value


def read_manifest(manifest: Mapping[str, Any]) -> Installation:
    """Turn a manifest into an installation; a missing name or a command without slash raises `ManifestError`."""
    display, features, settings = (
        _mapping(manifest, key) for key in ("display_information", "features", "settings")
    )
    if not display.get("name"):
        raise ManifestError("manifest: display_information.name is missing")
    commands = {}
    for entry in features.get("slash_commands", []):
        if not str(entry.get("command", "")).startswith("/"):
            raise ManifestError(
                f"manifest: a slash command must start with a slash: {entry.get('command')!r}"
            )
        commands[entry["command"]] = Command(entry["command"], bool(entry.get("should_escape", False)))
    shortcuts = {
        entry["callback_id"]: Shortcut(entry["callback_id"], entry["name"], entry["type"])
        for entry in features.get("shortcuts", [])
    }
    scopes = _mapping(_mapping(manifest, "oauth_config"), "scopes")
    home = _mapping(features, "app_home")
    return Installation(
        display_name=display["name"],
        bot_name=_mapping(features, "bot_user").get("display_name", display["name"]),
        commands=commands,
        shortcuts=shortcuts,
        events=frozenset(_mapping(settings, "event_subscriptions").get("bot_events", [])),
        scopes=frozenset([*scopes.get("bot", []), *scopes.get("bot_optional", [])]),
        home_tab=bool(home.get("home_tab_enabled", False)),
        messages_tab=bool(home.get("messages_tab_enabled", True)),
        is_agent="agent_view" in features,
        interactive=bool(_mapping(settings, "interactivity").get("is_enabled", False)),
        options_url=str(_mapping(settings, "interactivity").get("message_menu_options_url", "")),
    )
