"""Reads the settings, or says in one message what is wrong with them and where to get the right values."""

import difflib
import logging
import os
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any, Literal

from dotenv import dotenv_values
from dotenv.parser import parse_stream
from pydantic import ValidationError

from config.settings import Settings, sections, variables
from config.values import STRANGE, said

Need = Literal["slack", "telnyx"]

MUST_BE = {name: must for name, field in variables().items() if (must := said(field, "must"))}
"""What a value has to be. Each completes the variable's name to a sentence; a variable without an entry takes any text."""
_WHERE = {name: said(field, "where") for name, field in variables().items()}
logging.getLogger("dotenv.main").disabled = True  # it would say "could not parse" once for each section
_UNREADABLE = "has characters that can't be in it. Copy the value again"
_ALIKE = 0.85


class ConfigError(Exception):
    """Settings that can't be used. The text is for the person who starts the bot; it contains no value that may be a secret."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = list(problems)
        """Each begins with the variable or the file."""
        super().__init__("Invalid settings:\n" + "\n".join(f"- {problem}" for problem in self.problems))


def load(needs: Collection[Need] = ("slack", "telnyx"), env_file: Path = Path(".env")) -> Settings:
    """Return the settings from the environment and `env_file`.

    `needs` names the services that the command is going to talk to. Raises `ConfigError` with every wrong or missing
    variable in one message.
    """
    settings, problems = read(needs, env_file)
    if problems:
        raise ConfigError(problems)
    return settings


def read(
    needs: Collection[Need] = ("slack", "telnyx"), env_file: Path = Path(".env")
) -> tuple[Settings, list[str]]:
    """Return the settings, with the default for each that is wrong, and every problem: what is wrong or missing, and its fix."""
    if unreadable := _unreadable(env_file):
        settings, problems = _read(needs, None)
        return settings, [unreadable, *problems]
    settings, problems = _read(needs, env_file)
    return settings, [*problems, *_not_read(env_file), *_misspelled(env_file)]


def _read(needs: Collection[Need], env_file: Path | None) -> tuple[Settings, list[str]]:
    try:
        settings = Settings(_env_file=env_file)
    except ValidationError as error:
        wrong = {_variable(item["loc"]): item["type"] for item in error.errors(include_input=False)}
        settings = Settings(_env_file=env_file, **_defaults(error))
        missing = [line for line in _missing(settings, needs) if line.split()[0] not in wrong]
        return settings, [*(_wrong(name, kind) for name, kind in wrong.items()), *missing]
    return settings, list(_missing(settings, needs))


def _unreadable(env_file: Path) -> str:
    """Return what keeps the file from being read, if anything does. A file that isn't there is no problem."""
    try:
        env_file.read_text("utf-8")
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError:
        return f"{env_file} isn't UTF-8 text. Save it as UTF-8."
    except IsADirectoryError:
        return f"{env_file} is a folder. Remove it, and make a file of this name from .env.example."
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        return f"{env_file} can't be read ({reason}). Give the bot's user the right to read it."
    return ""


def _variable(place: tuple[str | int, ...]) -> str:
    return "_".join(str(part) for part in place[:2] if isinstance(part, str)).upper()


def _wrong(name: str, kind: str) -> str:
    must = _UNREADABLE if kind == STRANGE else MUST_BE.get(name, _UNREADABLE)
    return f"{name} {must}. {_WHERE.get(name, '')}".rstrip()


def _defaults(error: ValidationError) -> dict[str, Any]:
    """Return the default of each variable that is wrong, to look at the rest too."""
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
            yield (
                f"SLACK_APP_TOKEN is missing. {_WHERE['SLACK_APP_TOKEN']} "
                f"To receive events over HTTP instead, set SLACK_SIGNING_SECRET: {_WHERE['SLACK_SIGNING_SECRET']}"
            )
        if settings.database_url is not None and settings.encryption_keys is None:
            yield f"ENCRYPTION_KEYS is missing, and DATABASE_URL is set. {_WHERE['ENCRYPTION_KEYS']}"
    if "telnyx" in needs and settings.telnyx.api_key is None:
        yield f"TELNYX_API_KEY is missing. {_WHERE['TELNYX_API_KEY']}"


def _not_read(env_file: Path) -> Iterator[str]:
    """Yield the lines of `.env` that say nothing."""
    if not env_file.is_file():
        return
    with env_file.open(encoding="utf-8-sig") as file:
        wrong = [binding.original.line for binding in parse_stream(file) if binding.error]
    if wrong:
        lines = f"line{'s' if len(wrong) > 1 else ''} {', '.join(map(str, wrong))}"
        yield f"{env_file} has something that isn't NAME=value in {lines}. Correct it, or begin the line with #."


def _misspelled(env_file: Path) -> Iterator[str]:
    """Yield the names in `.env` that mean nothing here. Other programs own parts of the environment; this file is the bot's.

    A name that resembles none of ours belongs to another program (docker compose reads the same file) and is left alone.
    """
    if not env_file.is_file():
        return
    known = variables()
    prefixes = tuple(f"{section}_".upper() for section in sections())
    for name in dotenv_values(env_file, interpolate=False, encoding="utf-8-sig"):
        if name.upper() in known:
            continue
        near = difflib.get_close_matches(name.upper(), known, n=1, cutoff=_ALIKE)
        if near:
            yield f"{name} in {env_file} isn't a setting; {near[0]} is."
        elif name.upper().startswith(prefixes):
            yield f"{name} in {env_file} isn't a setting; .env.example lists them all."
