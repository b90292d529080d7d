"""The command line of `python -m sandbox`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

DEFAULT_PORT = 8090


@dataclass(frozen=True, slots=True)
class Options:
    """What the person who starts the sandbox has chosen."""

    port: int = DEFAULT_PORT
    docs: Path | None = None
    bot: bool = True
    ready_json: bool = False
    wait: bool = False


def parse(arguments: Sequence[str]) -> Options:
    """Options from the command line; argparse ends the program with status 2 on a mistake."""
    parser = argparse.ArgumentParser(
        prog="python -m sandbox",
        description="Run the bot on this computer, with stand-ins for Slack and Telnyx. You need no account and no network.",
    )
    parser.add_argument(
        "--port", type=_port, default=DEFAULT_PORT, help="port on 127.0.0.1 (default %(default)s)"
    )
    parser.add_argument(
        "--docs",
        type=Path,
        metavar="DIR",
        help="your own documents: each sub-folder is a bucket, loose files are 'docs'",
    )
    parser.add_argument(
        "--no-bot", action="store_true", help="serve the stand-ins only; start the bot yourself"
    )
    parser.add_argument(
        "--ready-json", action="store_true", help="print one line of JSON on stdout once everything answers"
    )
    parser.add_argument(
        "--wait", action="store_true", help="say that it's ready only once all documents are embedded"
    )
    chosen = parser.parse_args(arguments)
    return Options(chosen.port, chosen.docs, not chosen.no_bot, chosen.ready_json, chosen.wait)


def _port(text: str) -> int:
    """0 lets the system choose."""
    if not text.isdecimal() or int(text) > 65535:  # noqa: PLR2004 -- the highest port
        raise argparse.ArgumentTypeError(f"{text!r} is not a port (0 to 65535)")
    return int(text)
