"""The manifest is what Slack's own schema accepts, whatever the mode and the short forms."""

import json
import os

import pytest
from jsonschema import Draft7Validator

from config.load import ConfigError
from handlers.manifest import manifest
from handlers.tree import RESERVED, TREE
from handlers.verbs import VERBS
from scripts.manifest_schema import BUNDLED, rules

PUBLISHED = BUNDLED.parents[4] / "shared" / "slack" / "manifest.schema.2.0.0.json"
ADDRESS = "https://bot.example.com/"
ALIASES = tuple(noun for noun in TREE.nouns if noun != "ask" and noun not in RESERVED)


def test_the_bundled_schema_is_slacks_without_its_sentences() -> None:
    if not PUBLISHED.is_file() and not os.environ.get("CI"):
        pytest.skip("Slack's own schema is not beside this checkout.")

    assert json.loads(BUNDLED.read_text()) == rules(json.loads(PUBLISHED.read_text())), (
        f"run .venv/bin/python -m scripts.manifest_schema {PUBLISHED}"
    )


@pytest.mark.parametrize("http", [None, ADDRESS], ids=["socket", "http"])
@pytest.mark.parametrize("aliases", [(), ALIASES], ids=["family", "aliases"])
def test_slacks_schema_accepts_the_manifest(http: str | None, aliases: tuple[str, ...]) -> None:
    validator = Draft7Validator(json.loads(BUNDLED.read_text()))

    problems = [
        f"{problem.json_path}: {problem.message}"
        for problem in validator.iter_errors(manifest(http, aliases))
    ]

    assert problems == []


def test_over_http_everything_goes_to_one_address() -> None:
    made = manifest(ADDRESS)

    url = "https://bot.example.com/slack/events"
    settings = made["settings"]
    assert settings["socket_mode_enabled"] is False
    assert settings["event_subscriptions"]["request_url"] == url
    assert settings["interactivity"] == {
        "is_enabled": True,
        "request_url": url,
        "message_menu_options_url": url,
    }
    assert {command["url"] for command in made["features"]["slash_commands"]} == {url}


def test_socket_mode_has_no_address() -> None:
    made = manifest()

    assert made["settings"]["socket_mode_enabled"] is True
    assert "url" not in json.dumps(made)


def test_short_forms_are_commands_with_their_own_hints() -> None:
    made = {
        command["command"]: command for command in manifest(aliases=ALIASES)["features"]["slash_commands"]
    }

    assert made.keys() == {"/telnyx", "/ask", *(f"/{noun}" for noun in ALIASES)}
    assert made["/docs"]["usage_hint"] == TREE.hint("docs")
    assert all(command["usage_hint"] and command["description"] for command in made.values())
    assert all(command["should_escape"] for command in made.values())


def test_a_short_form_that_slack_keeps_is_refused() -> None:
    with pytest.raises(ConfigError, match="`topic`"):
        manifest(aliases=("topic",))


def test_shortcuts_scopes_and_the_home_tab_come_from_the_verbs() -> None:
    made = manifest()

    features = made["features"]
    callbacks = [shortcut["callback_id"] for shortcut in features["shortcuts"]]
    assert callbacks == [shortcut.callback for verb in VERBS for shortcut in verb.shortcuts]
    assert len(set(callbacks)) == len(callbacks)
    assert features["app_home"]["home_tab_enabled"] is any(verb.home for verb in VERBS)
    scopes = set(made["oauth_config"]["scopes"]["bot"])
    assert scopes >= {scope for verb in VERBS for scope in verb.scopes} | {"commands"}
