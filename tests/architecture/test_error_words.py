import ast
from collections.abc import Iterator
from pathlib import Path

from bot.slack.codes import WORDS

HOMES = {Path("bot/slack/codes.py"), Path("bot/render/errors.py")}
"""The table of meanings, and the table of sentences."""


def _strings(path: Path) -> Iterator[str]:
    """Every text that stands in code; docstrings and comments may name an error word."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def test_slacks_error_words_stand_in_one_table() -> None:
    known = {word for words in WORDS.values() for word in words}
    files = [path for root in ("bot", "handlers", "config") for path in Path(root).rglob("*.py")]

    elsewhere = {
        (str(path), word)
        for path in files
        if path not in HOMES
        for word in known.intersection(_strings(path))
    }

    assert len(files) > 100
    assert elsewhere == set()
