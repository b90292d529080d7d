"""Reads the settings, or says in one message what is wrong with them and where to get the right values."""

import difflib
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any, Literal

from dotenv import dotenv_values
from pydantic import ValidationError

from config.settings import Settings, sections, variables

Need = Literal["slack", "telnyx"]

# What a value has to be. Each completes the variable's name to a sentence; a variable without an entry takes any text.
MUST_BE = {
    "SLACK_BOT_TOKEN": "must start with xoxb-",
    "SLACK_APP_TOKEN": "must start with xapp-",
    "SLACK_SILENT_SECONDS": "must be a number from 1 to 600",
    "SLACK_API_URL": "must be an http or https address",
    "TELNYX_BASE_URL": "must be an http or https address",
    "TELNYX_FIRST_BYTE_SECONDS": "must be a number above 0, up to 600",
    "ANSWERS_TOP": "must be a whole number from 1 to 50",
    "ANSWERS_MAX_DISTANCE": "must be a number above 0, up to 2",
    "ANSWERS_TEMPERATURE": "must be a number from 0 to 2",
    "ANSWERS_MAX_TOKENS": "must be a whole number from 16 to 32768",
    "ANSWERS_MAX_SECONDS": "must be a number from 1 to 3600",
    "ANSWERS_RETENTION_DAYS": "must be a number above 0, up to 36500",
    "LIMITS_QUESTIONS_PER_MINUTE": "must be a whole number from 1 to 10000",
    "LIMITS_STOP_SECONDS": "must be a number from 0 to 600",
    "LIMITS_DATABASE_MEGABYTES": "must be a number, 1 or more; leave it empty for no limit",
    "JOBS_POLL_SECONDS": "must be a number from 0.05 to 3600",
    "ACCESS_DEFAULT": "must be all or none",
    "ACCESS_CALLS": "must be admins or all",
    "DATABASE_CONNECTIONS": "must be a whole number from 5 to 1000",
    "PORT": "must be a whole number from 0 to 65535",
    "LOG_LEVEL": "must be DEBUG, INFO, WARNING, or ERROR",
}
_WHERE = {
    "SLACK_BOT_TOKEN": "Slack → your app → OAuth & Permissions.",
    "SLACK_APP_TOKEN": "Slack → your app → Basic Information → App-Level Tokens, scope connections:write.",
    "SLACK_SIGNING_SECRET": "Slack → your app → Basic Information → App Credentials.",
    "ENCRYPTION_KEYS": "All replicas share them. Make one with: "
    "python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())'",
    "TELNYX_API_KEY": "portal.telnyx.com → API Keys.",
}
_UNREADABLE = "has a value that I can't read"
_ALIKE = 0.85


class ConfigError(Exception):
    """Settings that can't be used. The text is for the person who starts the bot; it contains no value that may be a secret."""

    def __init__(self, problems: Iterable[str]) -> None:
        super().__init__("Invalid settings:\n" + "\n".join(f"- {problem}" for problem in problems))


def load(needs: Collection[Need] = ("slack", "telnyx"), env_file: Path = Path(".env")) -> Settings:
    """Return the settings from the environment and `env_file`.

    `needs` names the services that the command is going to talk to. Raises `ConfigError` with every wrong or missing
    variable in one message.
    """
    try:
        settings = Settings(_env_file=env_file)
    except ValidationError as error:
        wrong = list(dict.fromkeys(_variable(item["loc"]) for item in error.errors(include_input=False)))
        rest = Settings(_env_file=env_file, **_defaults(error))
        missing = [line for line in _missing(rest, needs) if not line.startswith(tuple(wrong))]
        raise ConfigError([*map(_wrong, wrong), *missing, *_misspelled(env_file)]) from None
    except UnicodeDecodeError:
        raise ConfigError([f"The file {env_file} isn't UTF-8 text."]) from None
    problems = [*_missing(settings, needs), *_misspelled(env_file)]
    if problems:
        raise ConfigError(problems)
    return settings


def _variable(place: tuple[str | int, ...]) -> str:
    return "_".join(str(part) for part in place[:2] if isinstance(part, str)).upper()


def _wrong(name: str) -> str:
    return f"{name} {MUST_BE.get(name, _UNREADABLE)}. {_WHERE.get(name, '')}".rstrip()


def _defaults(error: ValidationError) -> dict[str, Any]:
    """Return the default of each variable that is wrong, so that the rest can be looked at too."""
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
            yield f"SLACK_BOT_TOKEN is missing. {_WHERE['SLACK_BOT_TOKEN']}"
        if settings.slack.app_token is None and settings.slack.signing_secret is None:
            yield f"SLACK_APP_TOKEN is missing. {_WHERE['SLACK_APP_TOKEN']}"
            yield f"  To receive events over HTTP instead, set SLACK_SIGNING_SECRET. {_WHERE['SLACK_SIGNING_SECRET']}"
        if settings.database_url is not None and settings.encryption_keys is None:
            yield f"ENCRYPTION_KEYS is missing, and DATABASE_URL is set. {_WHERE['ENCRYPTION_KEYS']}"
    if "telnyx" in needs and settings.telnyx.api_key is None:
        yield f"TELNYX_API_KEY is missing. {_WHERE['TELNYX_API_KEY']}"


def _misspelled(env_file: Path) -> Iterator[str]:
    """Yield the names in `.env` that mean nothing here. Other programs own parts of the environment; this file is the bot's.

    A name that resembles none of ours belongs to another program (docker compose reads the same file) and is left alone.
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
            yield f"{name} in {env_file} isn't a setting; {near[0]} is."
        elif name.upper().startswith(prefixes):
            yield f"{name} in {env_file} isn't a setting; .env.example lists them all."
