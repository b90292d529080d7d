"""A traceback shows where and what kind; what people wrote stands in it with LOG_LEVEL=DEBUG alone."""

import io
import logging
import sqlite3
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
import structlog
from pydantic import BaseModel, ValidationError

from bot.observability.logs import configure
from bot.telnyx.errors import TelnyxInvalidError

WORDS = "my salary is 4711"


@pytest.fixture
def out() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    yield io.StringIO()
    root.handlers[:] = before
    root.setLevel(level)
    structlog.reset_defaults()


class Asked(BaseModel):
    top: int


def plain() -> None:
    raise ValueError(WORDS)


def parsed() -> None:
    int(WORDS)


def validated() -> None:
    Asked.model_validate({"top": WORDS})


def noted() -> None:
    error = KeyError(WORDS)
    error.add_note(WORDS)
    raise error


def chained() -> None:
    try:
        plain()
    except ValueError as error:
        raise RuntimeError("something else") from error


def while_handling() -> None:
    try:
        plain()
    except ValueError:
        raise RuntimeError(WORDS)  # noqa: B904 - this is what is meant


def grouped() -> None:
    raise ExceptionGroup(WORDS, [ValueError(WORDS), OSError("No space left on device")])


def wrapped() -> None:
    raise sa.exc.StatementError(f"(builtins.ValueError) {WORDS}", "INSERT", (), ValueError(WORDS))


@pytest.mark.parametrize(
    ("fail", "kind"),
    [
        (plain, "ValueError"),
        (parsed, "ValueError"),
        (validated, ValidationError.__qualname__),
        (noted, "KeyError"),
        (chained, "RuntimeError"),
        (while_handling, "RuntimeError"),
        (grouped, "OSError: No space left on device"),
        (wrapped, "sqlalchemy.exc.StatementError"),
    ],
)
@pytest.mark.parametrize("json", [True, False])
def test_words_stand_in_no_traceback_above_debug(
    out: io.StringIO, fail: Callable[[], None], kind: str, json: bool
) -> None:
    configure("INFO", json=json, stream=out)
    try:
        fail()
    except Exception:
        structlog.get_logger().exception("failed")
        logging.getLogger("a.library").exception("failed")

    assert WORDS not in out.getvalue()
    assert out.getvalue().count(kind) >= 2
    assert out.getvalue().count(f"in {fail.__name__}") >= 2


@pytest.mark.parametrize(
    "error",
    [
        OSError(28, "No space left on device"),
        sqlite3.OperationalError("database or disk is full"),
        TelnyxInvalidError("chat.stream", 400, detail=WORDS),
    ],
)
def test_what_a_machine_says_stands_in_it(out: io.StringIO, error: Exception) -> None:
    configure("INFO", json=True, stream=out)
    structlog.get_logger().error("failed", exc_info=error)

    assert str(error) in out.getvalue()
    assert WORDS not in out.getvalue()


def test_debug_shows_everything(out: io.StringIO) -> None:
    configure("DEBUG", json=True, stream=out)
    try:
        plain()
    except ValueError:
        structlog.get_logger().exception("failed")

    assert WORDS in out.getvalue()
