"""The words that no one should read: what a person sees speaks plain American English, and so do the docstrings."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

BANNED = re.compile(
    r"\b(?:whoever|nobody|somebody|of its own accord|also when|any more|tells how it goes|cures?"
    r"|so that|no more(?! than)"
    r"|organis\w+|summaris\w+|recognis\w+|normalis\w+|initialis\w+|serialis\w+|apologis\w+|synchronis\w+|optimis(?:e|es|ed|ing)"
    r"|cancelled|cancelling|colou\w+|behaviours?|favour\w*|neighbours?|honour\w*|catalogues?|licences?|centres?|whilst|amongst)\b",
    re.IGNORECASE,
)
EXCEPTIONS = {
    ("bot/store/migrations/versions/0010_jobs.py", "cancelled"): "a status as Telnyx spells it",
    ("bot/services/jobs/fine_tuning.py", "cancelled"): "a status as Telnyx spells it",
    ("bot/telnyx/fine_tuning.py", "cancelled"): "a status as Telnyx spells it",
    ("docs/jobs.md", "cancelled"): "a status as Telnyx spells it",
    ("bot/workflows/engine.py", "cancelled"): "a status and a log line of DBOS",
    ("CHANGELOG.md", "cure"): "the name that a field of the log had",
    ("bot/render/errors.py", "nobody"): "the name of a kind, which no one reads",
}
"""Which word may stand where, and why."""
PROGRAMS = ("bot", "handlers", "config")
PAGES = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "docs", "sandbox/page")


def _texts(path: Path) -> Iterator[str]:
    """Return what is read of a file: the strings of a program, all of a page."""
    if path.suffix != ".py":
        yield path.read_text()
        return
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _found(path: Path) -> set[tuple[str, str]]:
    return {(str(path), word.lower()) for text in _texts(path) for word in BANNED.findall(text)}


def _files(*roots: str, endings: tuple[str, ...]) -> list[Path]:
    found = [Path(root) if Path(root).is_file() else None for root in roots]
    below = [path for root in roots for path in sorted(Path(root).rglob("*")) if path.suffix in endings]
    return [*filter(None, found), *below]


def test_no_string_of_the_bot_speaks_otherwise_than_a_colleague() -> None:
    files = [*_files(*PROGRAMS, "sandbox/page", endings=(".py",)), Path("sandbox/announcement.py")]

    assert len(files) > 150
    assert set().union(*map(_found, files)) <= EXCEPTIONS.keys()


def test_no_page_speaks_otherwise_than_a_colleague() -> None:
    files = _files(*PAGES, endings=(".md", ".js", ".html"))

    assert len(files) > 40
    assert set().union(*map(_found, files)) <= EXCEPTIONS.keys()


@pytest.mark.parametrize(
    "word", ["Whoever", "SOMEBODY", "organisation", "summarised", "so that", "any more", "cure"]
)
def test_what_is_looked_for_is_found(word: str, tmp_path: Path) -> None:
    path = tmp_path / "said.py"
    path.write_text(f'"""Say that {word} it is."""\n')

    assert _found(path) == {(str(path), word.lower())}


def test_each_exception_is_needed() -> None:
    assert set().union(*(_found(Path(name)) for name, _ in EXCEPTIONS)) >= EXCEPTIONS.keys()
