"""`python -m sandbox`: exit status 0 after Ctrl-C or SIGTERM, 2 when it cannot start."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sandbox.house import BOT, CannotStartError, House
from sandbox.options import Options, parse


def main(arguments: Sequence[str], *, bot: Sequence[str] = BOT) -> int:
    """Run a sandbox; `bot` is the command that starts the bot."""
    options = parse(arguments)
    try:
        with without_hang_ups():
            asyncio.run(_serve(options, bot))
    except CannotStartError as error:
        _say(str(error))
        return 2
    return 0


async def _serve(options: Options, bot: Sequence[str]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await House(options, os.environ, bot=bot, out=_announce, say=_say).run(stop)
    _say("The sandbox has stopped.")


@contextmanager
def without_hang_ups() -> Iterator[None]:
    """Keep the terminal free of the tracebacks of answers whose reader is gone, as a killed bot is."""
    log = logging.getLogger("aiohttp.server")
    log.addFilter(_no_hang_up)
    try:
        yield
    finally:
        log.removeFilter(_no_hang_up)


def _no_hang_up(record: logging.LogRecord) -> bool:
    """Return whether a failed request is worth telling."""
    return not (record.exc_info and isinstance(record.exc_info[1], ConnectionError))


def _announce(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
