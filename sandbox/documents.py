"""Reads a folder of a user's own documents into buckets.

Every sub-folder is a bucket, with all files below it; files directly in the folder form the bucket `docs`. Hidden files
and folders are left out. A bucket's name is its folder's name in lower case, with every run of characters other than a-z,
0-9, dot and hyphen turned into one hyphen, cut at 63 characters; when two folders come to the same name, the second gets
`-2`. A file that cannot be read is kept with its reason and stops nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from sandbox.telnyx.library import Library

MOST_BYTES = 100 * 2**20  # Telnyx's limit for a document
_PROGRESS_EVERY = 25


class DocumentsFolderError(Exception):
    """The folder cannot be used; the text says why and what to do."""


def bucket_name(folder: str) -> str:
    """The bucket name of a folder's name."""
    return re.sub(r"[^a-z0-9.-]+", "-", folder.lower()).strip("-.")[:63].strip("-.") or "bucket"


def load_folder(folder: Path, library: Library, say: Callable[[str], None]) -> None:
    """Put every file of `folder` into its bucket, telling about progress and unreadable files; `embed_loaded` embeds them.

    Raises:
        DocumentsFolderError: no such folder, or not one file in it.
    """
    if not folder.is_dir():
        raise DocumentsFolderError(
            f"There is no folder {folder}: give --docs a folder that holds your documents."
        )
    plan = _plan(folder)
    if not plan:
        raise DocumentsFolderError(
            f"The folder {folder} holds no files: put documents there, or leave --docs out."
        )
    for done, (bucket, name, file) in enumerate(plan, 1):
        reason = _read(file, bucket, name, library)
        if reason:
            say(f"Cannot read {file}: {reason}")
        if done % _PROGRESS_EVERY == 0 or done == len(plan):
            say(f"Read {done} of {len(plan)} files.")


def _plan(folder: Path) -> list[tuple[str, str, Path]]:
    """(bucket, name in the bucket, file) for each file, in a fixed order."""
    plan = [
        ("docs", file.name, file)
        for file in sorted(folder.iterdir())
        if file.is_file() and not _hidden(file.name)
    ]
    taken = {"docs"} if plan else set()
    for inner in sorted(part for part in folder.iterdir() if part.is_dir() and not _hidden(part.name)):
        files = [file for file in sorted(inner.rglob("*")) if file.is_file()]
        names = [(file.relative_to(inner), file) for file in files]
        shown = [(name.as_posix(), file) for name, file in names if not any(map(_hidden, name.parts))]
        if shown:
            bucket = _free(bucket_name(inner.name), taken)
            taken.add(bucket)
            plan += [(bucket, name, file) for name, file in shown]
    return plan


def _read(file: Path, bucket: str, name: str, library: Library) -> str | None:
    """Put one file in; the reason when it cannot be read."""
    try:
        if file.stat().st_size > MOST_BYTES:
            return library.seed_unreadable(bucket, name, "larger than 100 MB").error_reason
        return library.load(bucket, name, file.read_bytes()).error_reason
    except OSError as error:
        return library.seed_unreadable(bucket, name, error.strerror or "cannot be opened").error_reason


def _free(name: str, taken: set[str]) -> str:
    if name not in taken:
        return name
    number = 2
    while f"{name[:60]}-{number}" in taken:
        number += 1
    return f"{name[:60]}-{number}"


def _hidden(name: str) -> bool:
    return name.startswith(".")
