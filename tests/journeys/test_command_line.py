"""What an operator types: ``bot ask``, ``bot do``, ``bot manifest``, ``bot check``, and the answers to wrong settings."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp

import handlers
from handlers.manifest import manifest
from handlers.verbs import VERBS
from tests.journeys.forked import ROOT, typed
from tests.journeys.house import House, clean_environment

LEAVE = "How many days of paid annual leave do full-timers have?"
NONSENSE = "What is the airspeed velocity of an unladen swallow?"
METHODS = ROOT.parent / "shared" / "slack" / "methods.json"
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(house: House, tmp_path: Path) -> Run:
    """``bot ARGUMENTS`` with the sandbox's settings, those in ``change`` instead, an empty one left out."""

    def go(*arguments: str, **change: str) -> "subprocess.CompletedProcess[str]":
        wanted = {**house.ready["env"], "DATA_DIR": str(tmp_path / "data"), "JOBS_CHANNEL": "", **change}
        given = clean_environment() | {key: value for key, value in wanted.items() if value}
        return typed(*arguments, environment=given)

    return go


# --------------------------------------------------------------------------------------------------- ask
def test_ask_as_json_has_exactly_the_promised_keys_and_cites_the_right_document(run: Run) -> None:
    done = run("ask", LEAVE, "--json")

    answer = json.loads(done.stdout)
    assert done.returncode == 0
    assert set(answer) == {"answer", "refused", "partly", "cut", "model", "usage", "sources"}
    assert answer["cut"] is None
    assert set(answer["sources"][0]) == {"n", "bucket", "document", "passage", "distance"}
    assert "27 days" in answer["answer"]
    assert not answer["refused"]
    assert answer["sources"][0]["document"] == "leave.md"
    assert answer["sources"][0]["bucket"] == "handbook"
    assert "27 days" in answer["sources"][0]["passage"]


def test_ask_as_json_refuses_nonsense_with_an_empty_answer(run: Run) -> None:
    done = run("ask", NONSENSE, "--json")

    answer = json.loads(done.stdout)
    assert done.returncode == 0
    assert answer["refused"] is True
    assert answer["answer"] == ""
    assert answer["sources"] == []


def test_ask_as_text_writes_the_answer_and_lists_its_sources(run: Run) -> None:
    done = run("ask", LEAVE)

    answer, sources = done.stdout.split("\n\n", 1)
    assert done.returncode == 0
    assert "27 days" in answer
    assert "[1] handbook/leave.md" in sources
    assert "Searching" in done.stderr
    assert "Searching" not in done.stdout


def test_ask_shows_the_answer_while_it_is_written(house: House, tmp_path: Path) -> None:
    environment = clean_environment() | {**house.ready["env"], "DATA_DIR": str(tmp_path)}
    command = [sys.executable, "-m", "bot", "ask", LEAVE]
    house.telnyx_fault(path="/ai/*chat/completions", kind="cut", after_chunks=6, count=0)

    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False
    )

    assert done.stdout.strip(), "the words before the break were shown"
    assert "27 days" not in done.stdout or "leave.md" not in done.stdout
    assert "broke off" in done.stderr
    assert done.returncode == 1


def test_ask_for_an_unknown_bucket_names_the_nearest_one(run: Run) -> None:
    done = run("ask", LEAVE, "--bucket", "handbok")

    assert done.returncode == 1
    assert "handbok" in done.stderr
    assert "handbook" in done.stderr
    assert "Traceback" not in done.stderr


def test_ask_with_a_wrong_key_says_so_and_does_not_show_it(run: Run) -> None:
    done = run("ask", LEAVE, TELNYX_API_KEY="KEY-that-is-wrong-4711")

    assert done.returncode == 1
    assert "API key" in done.stderr
    assert "4711" not in done.stderr + done.stdout
    assert "Traceback" not in done.stderr


# ---------------------------------------------------------------------------------------------------- do
def test_do_shows_what_slack_would_show(run: Run) -> None:
    done = run("do", "docs", "show", "handbook")

    assert done.returncode == 0, done.stderr
    assert "leave.md" in done.stdout


def test_do_without_words_explains_itself(run: Run) -> None:
    asked, alone = run("do", "--help"), run("do")

    assert (asked.returncode, alone.returncode) == (0, 0)
    assert "/telnyx docs" in asked.stdout
    assert asked.stdout == alone.stdout


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("docs", "shwo", "handbook"), 2, "Did you mean /telnyx docs show handbook?"),
        pytest.param(("models", "--taks", "x"), 2, "Did you mean --task?", marks=pytest.mark.matrix),
        pytest.param(
            ("calls", "--last", "-5"), 2, "--last takes a number from 1 to 40.", marks=pytest.mark.matrix
        ),
        (("docs", "embed", "handbook"), 2, "only shows things"),
        (("docs", "show", "handbok"), 1, "handbook"),
    ],
)
def test_do_tells_mistakes_from_failures(run: Run, words: tuple[str, ...], status: int, said: str) -> None:
    done = run("do", *words)

    assert done.returncode == status
    assert said in done.stderr
    assert "Traceback" not in done.stderr


# ---------------------------------------------------------------------------------------------- manifest
def test_the_manifest_names_the_short_forms_of_the_settings(run: Run) -> None:
    made = json.loads(run("manifest", COMMAND_ALIASES="docs,/calls").stdout)

    commands = {command["command"] for command in made["features"]["slash_commands"]}
    assert commands == {"/ask", "/calls", "/docs", "/telnyx"}


def test_the_manifest_for_http_sends_everything_to_the_given_address(run: Run) -> None:
    made = json.loads(run("manifest", "--http", "https://bot.example.com/").stdout)

    assert made["settings"]["socket_mode_enabled"] is False
    assert made["settings"]["event_subscriptions"]["request_url"] == "https://bot.example.com/slack/events"


def test_the_manifest_refuses_an_address_that_is_not_https(run: Run) -> None:
    done = run("manifest", "--http", "http://bot.example.com")

    assert done.returncode == 1
    assert "https" in done.stderr


class Listening:
    """Takes the place of the app that listeners register with, and notes what they register for."""

    def __init__(self) -> None:
        self.events: set[str] = set()
        self.commands: set[str] = set()

    def __getattr__(self, name: str) -> Callable[..., Any]:
        assert hasattr(AsyncApp, name), name

        def register(*what: Any, **_more: Any) -> Callable[[Any], Any]:
            key = what[0] if what else None
            if name == "event" and isinstance(key, dict | str):
                self.events.add(key if isinstance(key, str) else key["type"])
            if name == "command":
                self.commands.add(str(key))
            return lambda listener: listener

        return register


@pytest.fixture
def listening() -> Listening:
    app = Listening()
    handlers.register(app, _Anything())  # type: ignore[arg-type] # registration only stores the runtime
    return app


class _Anything:
    """A runtime nobody asks anything while listeners are registered."""

    def __getattr__(self, _name: str) -> "_Anything":
        return self

    def __iter__(self) -> Iterator[Any]:
        return iter(())


def test_the_manifest_has_exactly_the_commands_that_are_registered(listening: Listening) -> None:
    commands = {command["command"] for command in manifest()["features"]["slash_commands"]}

    assert commands == listening.commands


def test_the_manifest_has_exactly_the_events_that_are_registered(listening: Listening) -> None:
    events = manifest()["settings"]["event_subscriptions"]["bot_events"]

    assert {event.split(".")[0] for event in events} == listening.events


# Scopes that no method asks for, and what they are for.
FOR_DELIVERIES = {
    "app_mentions:read",  # app_mention
    "im:history",  # message.im
    "commands",  # slash commands
    "assistant:write",  # agent_view
}


def test_no_scope_is_asked_for_that_no_call_or_delivery_needs() -> None:
    if not METHODS.is_file() and not os.environ.get("CI"):
        pytest.skip("Slack's list of methods is not beside this checkout.")
    usable = FOR_DELIVERIES.union(*called().values())

    assert set(manifest()["oauth_config"]["scopes"]["bot"]) - usable == set()


def test_every_method_that_is_called_has_a_scope() -> None:
    if not METHODS.is_file() and not os.environ.get("CI"):
        pytest.skip("Slack's list of methods is not beside this checkout.")
    granted = set(manifest()["oauth_config"]["scopes"]["bot"])

    lacking = [name for name, scopes in called().items() if scopes and not scopes & granted]

    assert lacking == []


def called() -> dict[str, set[str]]:
    """The Web API methods that the source names, each with the bot scopes of which Slack wants one."""
    known = json.loads(METHODS.read_text())
    files = [file for folder in ("bot", "handlers") for file in (ROOT / folder).rglob("*.py")]
    # A verb that makes files names the scopes for it; as long as there is none, nobody has to grant them. Files beside a question are read.
    if not any("files:write" in verb.scopes for verb in VERBS):
        known = {
            name: entry
            for name, entry in known.items()
            if not name.startswith("files.") or name == "files.info"
        }
    source = "\n".join(file.read_text() for file in files)
    return {
        name: {scope["name"] for scope in entry["scopes"].get("bot", [])}
        for name, entry in known.items()
        if f'"{name}"' in source
    }


# ------------------------------------------------------------------------------------------------- check
def test_check_finds_everything_in_order(run: Run) -> None:
    done = run("check", JOBS_CHANNEL="C0JOBS")

    assert done.returncode == 0, done.stdout
    assert "MISSING" not in done.stdout
    assert "WRONG" not in done.stdout
    for row in (
        "DATA_DIR",
        "Slack bot token",
        "Slack scopes",
        "Socket Mode",
        "Clock",
        "JOBS_CHANNEL",
        "Telnyx API key",
        "Buckets",
        "Model",
        "Search over calls",
    ):
        assert row in done.stdout


@pytest.mark.parametrize(
    ("change", "row", "fix"),
    [
        ({"SLACK_BOT_TOKEN": "xoxb-wrong"}, "Slack bot token", "SLACK_BOT_TOKEN"),
        ({"SLACK_APP_TOKEN": "xapp-wrong"}, "Socket Mode", "SLACK_APP_TOKEN"),
        ({"ANSWERS_BUCKETS": "attic"}, "Buckets", "attic"),
        ({"ANSWERS_MODEL": "acme/nothing"}, "Model", "ANSWERS_MODEL"),
        ({"CALLS_COLLECTION": "attic"}, "Search over calls", "support-calls"),
        ({"JOBS_CHANNEL": "C0FINANCE"}, "JOBS_CHANNEL", "/invite"),
        ({"TELNYX_API_KEY": "KEY-wrong"}, "Telnyx API key", "TELNYX_API_KEY"),
    ],
    ids=lambda value: str(next(iter(value))) if isinstance(value, dict) else None,
)
def test_check_says_what_is_wrong_and_how_to_fix_it(
    run: Run, change: dict[str, str], row: str, fix: str
) -> None:
    done = run("check", **change)

    line = next(line for line in done.stdout.splitlines() if line.startswith(row))
    assert done.returncode == 1
    assert "WRONG" in line
    assert fix in line


# ---------------------------------------------------------------------------------------------- settings
BAD = {
    "SLACK_BOT_TOKEN": "hush-bot-1",
    "SLACK_APP_TOKEN": "hush-app-2",
    "TELNYX_BASE_URL": "nowhere",
    "ANSWERS_TOP": "many",
    "PORT": "99999",
}


@pytest.mark.parametrize("arguments", [("run",), ("ask", "Anything?")], ids=lambda a: a[0])
def test_bad_settings_are_one_message_with_every_variable_and_no_secret(
    run: Run, arguments: tuple[str, ...]
) -> None:
    done = run(*arguments, **BAD)

    said = done.stdout + done.stderr
    assert done.returncode == 2
    for name in BAD:
        assert said.count(f"- {name} ") == 1
    assert "hush" not in said
    assert "Traceback" not in said


def test_check_has_a_row_for_each_bad_setting_and_shows_no_secret(run: Run) -> None:
    done = run("check", **BAD, COMMAND_ALIASES="topic,nothing")

    rows = [line.split()[:2] for line in done.stdout.splitlines()]
    assert done.returncode == 2
    for name in BAD:
        assert rows.count([name, "WRONG"]) == 1
    assert rows.count(["COMMAND_ALIASES", "WRONG"]) == 2
    assert "hush" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    "arguments",
    [("run",), pytest.param(("manifest",), marks=pytest.mark.matrix), ("do", "models")],
    ids=lambda a: a[0],
)
def test_a_short_form_that_cannot_be_one_is_refused(run: Run, arguments: tuple[str, ...]) -> None:
    done = run(*arguments, COMMAND_ALIASES="topic,nothing")

    assert done.returncode == 2
    assert done.stderr.startswith("Invalid settings:\n- COMMAND_ALIASES can't include `topic`: Slack has")
    assert "- COMMAND_ALIASES can't include `nothing`: choose from " in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("command", ["run", "check"])
def test_missing_settings_are_named_with_the_place_where_they_are_found(run: Run, command: str) -> None:
    done = run(command, SLACK_BOT_TOKEN="", SLACK_APP_TOKEN="", SLACK_SIGNING_SECRET="", TELNYX_API_KEY="")

    said = done.stdout + done.stderr
    assert done.returncode == 2
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "TELNYX_API_KEY"):
        assert name in said
    assert "api.slack.com" in said or "Slack →" in said
