"""Reads the settings, or says in one message everything that is wrong with them and where the right value is found."""

import difflib
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, Literal

from dotenv import dotenv_values
from pydantic import ValidationError

from config.settings import Settings, sections, variables

Need = Literal["slack", "telnyx"]

# What each variable is, and where to get it. A variable without an entry explains itself in .env.example.
_WHAT_IT_IS = {
    "SLACK_BOT_TOKEN": "the bot token, starts with xoxb-. Slack → your app → OAuth & Permissions.",
    "SLACK_APP_TOKEN": "the app-level token for Socket Mode, starts with xapp-. "
    "Slack → your app → Basic Information → App-Level Tokens, scope connections:write.",
    "SLACK_SIGNING_SECRET": "the signing secret. Slack → your app → Basic Information → App Credentials.",
    "SLACK_SILENT_SECONDS": "seconds without a sign of life after which the connection to Slack is replaced, 1 to 600.",
    "SLACK_API_URL": "the address of Slack's Web API; leave it out for Slack itself.",
    "ENCRYPTION_KEYS": "the keys that all replicas share, each made with: "
    "python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())'",
    "TELNYX_API_KEY": "the API key. portal.telnyx.com → API Keys.",
    "TELNYX_BASE_URL": "the address of the Telnyx API; leave it out for Telnyx itself.",
    "TELNYX_FIRST_BYTE_SECONDS": "seconds to wait for the first words of an answer, a number up to 600.",
    "ANSWERS_TOP": "how many passages to ask each bucket for, a whole number from 1 to 50.",
    "ANSWERS_MAX_DISTANCE": "how far a passage may be from the question, a number above 0 and up to 2.",
    "ANSWERS_TEMPERATURE": "a number from 0 to 2.",
    "ANSWERS_MAX_TOKENS": "the longest answer in tokens, a whole number from 16 to 32768.",
    "LIMITS_QUESTIONS_PER_MINUTE": "questions per minute and person, a whole number from 1 on.",
    "LIMITS_STOP_SECONDS": "seconds that running answers get to end, a number from 0 to 600.",
    "LIMITS_DATABASE_MEGABYTES": "the most that each SQLite file may grow to, a number from 1 on, or nothing for no limit.",
    "JOBS_POLL_SECONDS": "seconds between two looks at the jobs, a number up to 3600.",
    "ACCESS_DEFAULT": "who may see buckets that nobody granted: all or none.",
    "ACCESS_CALLS": "who may see calls: admins or all.",
    "PORT": "a port number from 0 to 65535.",
    "METRICS_PORT": "a port number from 0 to 65535, or nothing for no metrics.",
    "LOG_LEVEL": "DEBUG, INFO, WARNING or ERROR.",
}
_ALIKE = 0.85


class ConfigError(Exception):
    """Settings that cannot be used. The text is for whoever starts the bot; it contains no value of any variable."""


def load(needs: Collection[Need] = ("slack", "telnyx"), env_file: Path = Path(".env")) -> Settings:
    """The settings from the environment and `env_file`.

    `needs` names the services that the command is going to talk to. Raises `ConfigError` with every bad or missing
    variable in one message.
    """
    try:
        settings = Settings(_env_file=env_file)
    except ValidationError as error:
        problems = [_bad(item["loc"], item["msg"]) for item in error.errors(include_input=False)]
        bad = tuple(_variable(item["loc"]) for item in error.errors(include_input=False))
        rest = Settings(_env_file=env_file, **_defaults(error))
        missing = [line for line in _missing(rest, needs) if not line.startswith(bad)]
        raise ConfigError(_message([*problems, *missing, *_misspelled(env_file)])) from None
    except UnicodeDecodeError:
        raise ConfigError(f"The file {env_file} is not UTF-8 text.") from None
    problems = [*_missing(settings, needs), *_misspelled(env_file)]
    if problems:
        raise ConfigError(_message(problems))
    return settings


def _message(problems: list[str]) -> str:
    return "The settings cannot be used:\n" + "\n".join(f"- {problem}" for problem in problems)


def _variable(place: tuple[str | int, ...]) -> str:
    return "_".join(str(part) for part in place[:2] if isinstance(part, str)).upper()


def _bad(place: tuple[str | int, ...], reason: str) -> str:
    name = _variable(place)
    expected = f": {_WHAT_IT_IS[name]}" if name in _WHAT_IT_IS else "."
    said = reason.removeprefix("Value error, ")
    if said == reason:  # pydantic's own sentence
        said = f"is not right ({reason[:1].lower()}{reason[1:]})"
    return f"{name} {said}{expected}"


def _defaults(error: ValidationError) -> dict[str, Any]:
    """The default of each variable that is wrong, so that the rest can be looked at too."""
    found: dict[str, Any] = {}
    grouped = sections()
    for item in error.errors(include_input=False):
        name, *inner = item["loc"]
        section = grouped.get(str(name))
        if section is None:
            found[str(name)] = Settings.model_fields[str(name)].get_default(call_default_factory=True)
        elif inner:
            field = section.model_fields[str(inner[0])]
            found.setdefault(str(name), {})[str(inner[0])] = field.get_default(call_default_factory=True)
    return found


def _missing(settings: Settings, needs: Collection[Need]) -> Iterator[str]:
    if "slack" in needs:
        if settings.slack.bot_token is None:
            yield f"SLACK_BOT_TOKEN is missing: {_WHAT_IT_IS['SLACK_BOT_TOKEN']}"
        if settings.slack.app_token is None and settings.slack.signing_secret is None:
            yield f"SLACK_APP_TOKEN is missing: {_WHAT_IT_IS['SLACK_APP_TOKEN']}"
            yield f"  or, to receive events over HTTP, SLACK_SIGNING_SECRET: {_WHAT_IT_IS['SLACK_SIGNING_SECRET']}"
    if "slack" in needs and settings.database_url is not None and settings.encryption_keys is None:
        yield f"ENCRYPTION_KEYS is missing, and DATABASE_URL is set: {_WHAT_IT_IS['ENCRYPTION_KEYS']}"
    if "telnyx" in needs and settings.telnyx.api_key is None:
        yield f"TELNYX_API_KEY is missing: {_WHAT_IT_IS['TELNYX_API_KEY']}"


def _misspelled(env_file: Path) -> Iterator[str]:
    """Names in `.env` that mean nothing here. The environment belongs to everybody, but this file is written for the bot.

    A name that resembles none of ours is somebody else's (docker compose reads the same file) and is left alone.
    """
    if not env_file.is_file():
        return
    known = variables()
    prefixes = tuple(f"{section}_".upper() for section in sections())
    for name in dotenv_values(env_file, interpolate=False, encoding="utf-8"):
        if name.upper() in known:
            continue
        near = difflib.get_close_matches(name.upper(), known, n=1, cutoff=_ALIKE)
        if near:
            yield f"{name} in {env_file} is not a setting; {near[0]} is."
        elif name.upper().startswith(prefixes):
            yield f"{name} in {env_file} is not a setting; .env.example lists them all."
