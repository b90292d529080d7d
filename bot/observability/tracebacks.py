"""Tracebacks without what people wrote: where it happened and what kind of error it was; its words only where they are a machine's."""

import traceback
from collections.abc import Iterator
from typing import TextIO

from structlog.typing import ExcInfo

TRUSTED = ("sqlalchemy.", "sqlite3.", "psycopg.", "aiohttp.", "bot.telnyx.errors.")
"""Homes of errors whose words tell of a machine. Those of databases are kept free of values, see ``bot.store.database``."""
LEFT_OUT = "(its words stand here with LOG_LEVEL=DEBUG)"


def without_words(exc_info: ExcInfo) -> str:
    """Return a traceback, the cause first, in which only trusted errors say what was wrong."""
    return "\n".join(_told(exc_info[1], set()))


def write_without_words(out: TextIO, exc_info: ExcInfo) -> None:
    """Write such a traceback below a line for people."""
    out.write(f"\n{without_words(exc_info)}")


def _told(error: BaseException, seen: set[int]) -> Iterator[str]:
    seen.add(id(error))
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    inner = error.exceptions if isinstance(error, BaseExceptionGroup) else ()
    for other in (before, *inner):
        if other is not None and id(other) not in seen:
            yield from _told(other, seen)
            yield "which led to:" if other is before else "which is part of:"
    yield from (line.rstrip("\n") for line in traceback.format_tb(error.__traceback__))
    words = (str(error) if _trusted(error) else LEFT_OUT) if str(error) else ""
    yield f"{_name(error)}: {words}" if words else _name(error)


def _trusted(error: BaseException) -> bool:
    inside = getattr(error, "orig", None)  # SQLAlchemy wraps others' errors, words and all
    known = isinstance(error, OSError | ImportError) or f"{_name(error)}.".startswith(TRUSTED)
    return known and (inside is None or inside is error or _trusted(inside))


def _name(error: BaseException) -> str:
    kind = type(error)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
