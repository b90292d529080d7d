"""One line per event: JSON for machines, colors for a terminal; no secret and, above DEBUG, nothing that people wrote.

Libraries that use the standard library's logging go through the same chain.
"""

import json
import logging
import re
import secrets
import sys
from collections.abc import Iterable, Mapping
from typing import Any, TextIO
from urllib.parse import quote

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from bot.observability.tracebacks import without_words, write_without_words

REMOVED = "[removed]"
_SHORTEST = 6
"""A shorter word stands in other words; no secret is as short."""
BODIES = frozenset(
    {
        "answer",
        "arguments",
        "blocks",
        "body",
        "content",
        "document",
        "messages",
        "passages",
        "payload",
        "prompt",
        "question",
        "text",
    }
)

_SECRET = re.compile(
    r"xox[a-z](?:\.xox[a-z])?-[\w.-]+|xapp-[\w-]+|xoxe-[\w-]+"
    r"|\bKEY[0-9A-Za-z]{8,}(?:_[0-9A-Za-z_-]+)?"
    r"|(?<=earer )[^\s\"'\\]+"
    r"|https?:(?:\\?/){2}hooks\.slack[\w.-]*[^\s\"'\\]*"
    r"|(?<=://)[^\s/@:\"']*:[^\s/@\"']+(?=@)"
)
# Names whose values are secret whatever they look like, as JSON, Python and our console write them.
_NAMED = re.compile(
    r"""(["']?\b(?:response_url|(?:\w+_)?token|authorization|api_key|signing_secret|client_secret|password|encryption_keys)"""
    r"""\b\\?["']?\s*[:=]\s*)(?:\\?"(?:[^"\\]|\\[^"])*\\?"|'[^']*'|[^\s,}"']+)""",
    re.IGNORECASE,
)
# Looking for plain strings costs a tenth of what the patterns cost, and nearly every line has none of them.
_SIGNS = ("xox", "xapp-", "KEY", "earer ", "hooks.slack", "://")
_NAMES = (
    "token",
    "response_url",
    "uthorization",
    "api_key",
    "secret",
    "password",
    "ncryption_keys",
    "API_KEY",
    "TOKEN",
    "SECRET",
)
_ALPHABET = "34679ACDEFGHJKMNPQRTVWXY"  # no two that look or sound alike when read out over the phone


def new_error_id() -> str:
    """Return an id that a person can read out and the log can be searched for, such as `E-7K3QF`."""
    return "E-" + "".join(secrets.choice(_ALPHABET) for _ in range(5))


_hidden: dict[str, re.Pattern[str]] = {}
"""Secrets, and each where it stands alone: inside a longer word it may be the beginning of another secret."""


def hide(values: Iterable[str]) -> None:
    """Take these very words out of every line from now on, whatever they look like: the secrets of the settings."""
    for value in values:
        for form in (value, quote(value, safe="")):
            if len(form) >= _SHORTEST:
                _hidden[form] = re.compile(rf"(?<![\w-]){re.escape(form)}(?![\w-])")


def without_secrets(line: str) -> str:
    """`line` without tokens, keys, passwords in URLs, response URLs, and what `hide` was told."""
    for value in (there := [value for value in _hidden if value in line]):
        line = _hidden[value].sub(REMOVED, line)
    if any(sign in line for sign in _SIGNS):
        line = _SECRET.sub(REMOVED, line)
    for value in there:
        line = line.replace(value, REMOVED)
    if any(name in line for name in _NAMES):
        line = _NAMED.sub(_keep_name, line)
    return line


def _keep_name(match: re.Match[str]) -> str:
    value = match[0][len(match[1]) :]
    quote = next((mark for mark in ('\\"', '"', "'") if value.startswith(mark)), "")
    return f"{match[1]}{quote}{REMOVED}{quote}"


def configure(level: str = "INFO", json: bool | None = None, stream: TextIO | None = None) -> None:
    """Set up logging for the process. `json` None means: JSON unless `stream` (standard error) is a terminal."""
    out = stream if stream is not None else sys.stderr
    as_json = not out.isatty() if json is None else json
    number = logging.getLevelNamesMapping()[level.upper()]
    debug = number <= logging.DEBUG
    traces = (
        structlog.processors.format_exc_info
        if debug
        else structlog.processors.ExceptionRenderer(without_words)
    )
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        _without_bodies,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        traces if as_json else structlog.processors.StackInfoRenderer(),
    ]
    ending: list[Processor] = [_render_json if as_json else _console(out, words=debug), _redact]
    structlog.configure(
        processors=[*shared, *ending],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(out),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *ending],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    # Libraries tell their whole life at INFO; from WARNING on it concerns us.
    root.setLevel(logging.DEBUG if debug else max(number, logging.WARNING))


def adopt(library: str, *, without: str) -> None:
    """Let a library that writes to the terminal by itself write as all others do; no lines that begin with ``without``."""
    logger = logging.getLogger(library)
    logger.handlers.clear()
    logger.propagate = True
    logger.filters[:] = [lambda line: not str(line.msg).startswith(without)]


def _without_bodies(_logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    if method != "debug":
        for name in BODIES & event.keys():
            value = event[name]
            event[name] = f"({len(value)} long)" if hasattr(value, "__len__") else "(left out)"
    return event


# What a person who reads the raw lines looks for.
_FIRST = ("event", "level", "timestamp")
_encode = json.JSONEncoder(ensure_ascii=False, default=str).encode


def _render_json(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    return _encode({key: event[key] for key in _FIRST if key in event} | dict(event))


def _redact(
    _logger: WrappedLogger, _method: str, line: str | Mapping[str, Any] | bytes | tuple[Any, ...]
) -> str:
    return without_secrets(str(line))


def _console(out: TextIO, *, words: bool) -> Processor:
    return structlog.dev.ConsoleRenderer(
        colors=out.isatty(),
        exception_formatter=structlog.dev.plain_traceback if words else write_without_words,
    )
