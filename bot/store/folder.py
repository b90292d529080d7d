"""DATA_DIR: a folder and files for the bot's own user alone, whatever the umask is, and a sentence when it can't be used."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog

from bot.errors import StartError

log = structlog.get_logger(__name__)

PRIVATE_FOLDER, PRIVATE_FILE, OTHERS = 0o700, 0o600, 0o077
BOT, ENGINE, LOCK, KEY = "bot.sqlite3", "engine.sqlite3", "bot.lock", "encryption.key"
_NOT_OURS = "lost+found"
_FIX = "Set DATA_DIR to a folder that only I use, and give my user the right to read and write it."


class DataDirError(StartError):
    """DATA_DIR, or a file in it, can't be used."""


@contextmanager
def usable(path: Path) -> Iterator[None]:
    """Turn what the operating system refuses inside into a sentence about `path`.

    Raises:
        DataDirError: as above.
    """
    try:
        yield
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise DataDirError(f"I can't use {error.filename or path}: {reason}. {_FIX}") from None


def make_private(folder: Path) -> None:
    """Make the folder where it is missing, and close what is open to other users.

    Files of other programs are left alone, and so is a folder that holds some.

    Raises:
        DataDirError: it can't be used.
    """
    with usable(folder):
        if not folder.exists():
            folder.mkdir(parents=True)
            folder.chmod(PRIVATE_FOLDER)
        entries = [entry for entry in folder.iterdir() if entry.name != _NOT_OURS]
        ours = [path for path in entries if path.name.startswith((BOT, ENGINE, LOCK, KEY)) and path.is_file()]
        closed = [path for path in ours if _closed(path)]
        if len(ours) < len(entries) or folder.stat().st_mode & stat.S_ISVTX:
            if folder.stat().st_mode & OTHERS:
                log.warning("data_dir_is_shared", folder=str(folder), fix=_FIX)
        elif _closed(folder):
            closed.append(folder)
    if closed:
        log.warning(
            "made_private", paths=[str(path) for path in closed], reason="other users could open these before"
        )


def private_file(path: Path) -> Path:
    """Return the path of a file that is there, made for the bot's own user alone if it was missing.

    SQLite gives the files beside a database (-wal, -shm) the rights of the database.

    Raises:
        DataDirError: it is no file, or can't be used.
    """
    with usable(path):
        if not path.exists():
            path.touch(mode=PRIVATE_FILE)
            path.chmod(PRIVATE_FILE)
        if not path.is_file():
            raise DataDirError(
                f"{path} isn't a file. Move it away, or set DATA_DIR to a folder that only I use."
            )
    return path


def _closed(path: Path) -> bool:
    """Take away the rights of other users; return whether there were any."""
    state = path.stat()
    if not state.st_mode & OTHERS or os.geteuid() not in (0, state.st_uid):
        return False
    path.chmod(stat.S_IMODE(state.st_mode) & ~OTHERS)
    return True
