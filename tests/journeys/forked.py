"""Bots forked from a process that has imported one already: to import it takes longer than all the rest of most journeys.

Each is a process like any other: it reads its own environment, owns its files, ends by signals, and shares nothing with its siblings.
That ``python -m bot`` starts by itself is for the page's journeys and ``test_command_line``.
"""

import multiprocessing
import os
import runpy
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from multiprocessing.context import ForkServerProcess
from pathlib import Path

ROOT = Path(__file__).parents[2]
_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["tests.journeys.imported"])


class Forked:
    """``python -m bot WORDS``: what tests use of ``subprocess.Popen``.

    Args:
        words: What follows ``bot`` on its command line.
        environment: Its whole environment.
        output: The file to which it writes; `errors` is another one for that, or the same.
    """

    def __init__(
        self, *words: str, environment: Mapping[str, str], output: Path, errors: Path | None = None
    ) -> None:
        self._words = words
        files = (output, errors or output)
        self._process: ForkServerProcess = _context.Process(
            target=_be_the_bot, args=(words, dict(environment), *files), daemon=True
        )
        self._process.start()
        assert self._process.pid is not None
        self.pid = self._process.pid

    def poll(self) -> int | None:
        """Return the exit status, less than nothing for a signal; None while it runs."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end; the exit status. ``subprocess.TimeoutExpired`` if it goes on."""
        self._process.join(timeout)
        status = self._process.exitcode
        if status is None:
            raise subprocess.TimeoutExpired(["bot", *self._words], timeout or 0.0)
        return status

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """``kill -9``."""
        self.send_signal(signal.SIGKILL)


def typed(
    *words: str, environment: Mapping[str, str], seconds: float = 60.0
) -> "subprocess.CompletedProcess[str]":
    """Run ``bot WORDS`` to its end: its status, and what it wrote."""
    with tempfile.TemporaryDirectory() as folder:
        output, errors = Path(folder, "output"), Path(folder, "errors")
        process = Forked(*words, environment=environment, output=output, errors=errors)
        try:
            status = process.wait(seconds)
        finally:
            process.kill()
        return subprocess.CompletedProcess(words, status, output.read_text(), errors.read_text())


def _be_the_bot(words: tuple[str, ...], environment: dict[str, str], output: Path, errors: Path) -> None:
    """Do in this process what ``python -m bot WORDS`` does in one of its own."""
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(ROOT)
    for stream, file in ((1, output), (2, errors)):
        written = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        os.dup2(written, stream)
        os.close(written)
    sys.argv = ["bot", *words]
    runpy.run_module("bot", run_name="__main__", alter_sys=True)
