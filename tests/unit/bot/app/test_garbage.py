"""A program looks for no garbage while it starts; a bot that runs does."""

import gc
import subprocess
import sys
from pathlib import Path

import pytest

from bot.app import process

ROOT = Path(__file__).parents[4]


def test_a_bot_that_runs_looks_for_garbage_again(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("freeze", "set_threshold"):  # the tests' own process is left as it is
        monkeypatch.setattr(gc, name, lambda *_: None)
    gc.disable()
    try:
        process._leave_alone_what_stays()

        assert gc.isenabled()
    finally:
        gc.enable()


def test_a_program_that_starts_looks_for_none() -> None:
    look = (
        "import gc, runpy, sys; sys.argv = ['bot', '--version']\n"
        "try: runpy.run_module('bot', run_name='__main__')\n"
        "except SystemExit: print(gc.isenabled())"
    )

    done = subprocess.run([sys.executable, "-c", look], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.splitlines()[-1] == "False"
