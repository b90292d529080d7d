"""A sandbox with its bot, and a browser that looks at its page: both real, both on this computer only."""

import json
import os
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.journeys.forked import ROOT
from tests.journeys.house import clean_environment, told

PATIENCE = 20_000.0
"""Milliseconds that a test waits for what it expects on the page."""
PROGRAMS = ("chromium-headless-shell", "chromium")
"""The first that's there: a page costs half as much in the one that can't show a window."""
HOW_TO_GET_IT = f"Chromium is missing: install it with `apt-get install {PROGRAMS[0]}`."
PEOPLE = ("U0ADA", "U0MIA", "U0BEN", "U0GUS", "U0EVE")
WITHOUT_NETWORK = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class Sandbox:
    """``python -m sandbox`` on a free port, in a folder of its own, with the real bot or (`bot`) the program in a file."""

    def __init__(self, folder: Path, *arguments: str, bot: Path | None = None) -> None:
        code = f"import sys; from sandbox.__main__ import main; sys.exit(main(sys.argv[1:], bot=(sys.executable, {str(bot)!r})))"
        program = ["-m", "sandbox"] if bot is None else ["-c", code]
        self._log = (folder / "sandbox.log").open("w")
        self._began = False
        # The bot that runs in the sandbox is asked often, and looks at its jobs a bit more often than it would; each look is shown on the page.
        settings = {
            "LIMITS_QUESTIONS_PER_MINUTE": "1000",
            "JOBS_POLL_SECONDS": "1",
            "PYTHONPATH": str(ROOT),
        }
        self.process = subprocess.Popen(
            [sys.executable, *program, "--port", "0", "--ready-json", *arguments],
            cwd=folder,
            env=clean_environment() | settings,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            self.stop()
            raise RuntimeError((folder / "sandbox.log").read_text())
        self.ready: dict[str, Any] = json.loads(line)
        self.page = str(self.ready["page"])
        self._began = True

    def call(self, path: str, body: Mapping[str, Any] | None = None, method: str | None = None) -> Any:
        """A call with JSON in and out; Slack's Web API gets the bot's token."""
        headers = {"Content-Type": "application/json"}
        if path.startswith("slack/api/"):
            headers["Authorization"] = f"Bearer {self.ready['env']['SLACK_BOT_TOKEN']}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.page + path, data, headers, method=method)  # noqa: S310 - our own loopback server
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - as above
            return json.load(answer)

    def calm(self) -> None:
        """Nothing goes wrong any more, and nobody has a window open."""
        for user in PEOPLE:
            for view in self.call(f"slack/control/views?user={user}"):
                if view["type"] == "modal":
                    self.call("slack/control/close", {"user": user, "view_id": view["id"]})
        self.call("telnyx/control/faults", method="DELETE")
        self.call("slack/control/faults", method="DELETE")

    def stop(self) -> int:
        """Ctrl-C; the exit status. What the bot showed until then was without mistakes."""
        alive = self.process.poll() is None and self._began
        found = told(self.call("slack/control/report")) if alive else []
        self.process.send_signal(signal.SIGINT)
        status = self.process.wait(10)
        if self.process.stdout is not None:
            self.process.stdout.close()
        self._log.close()
        assert found == []
        return status


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; without one the tests are skipped, on CI they fail."""
    path = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail(HOW_TO_GET_IT)
        pytest.skip(HOW_TO_GET_IT)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*WITHOUT_NETWORK])
        yield browser
        browser.close()


@contextmanager
def shown_to(person: str, browser: Browser, sandbox: Sandbox) -> Iterator[Page]:
    """The page as a person finds it in #general; whatever it complains of fails the test."""
    context = browser.new_context(locale="en-US", viewport={"width": 1320, "height": 840})
    context.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    page.goto(sandbox.page)
    expect(page.locator(".pill")).to_have_text("Bot connected")
    page.get_by_label("Speaking as").select_option(label=person)
    yield page
    context.close()
    sandbox.calm()
    assert complaints == []
