"""Real processes for journeys: the sandbox without its bot, and the bot itself, started, killed and read like anybody's."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Self

from bot.cli.manifest import printed
from tests.journeys.forked import ROOT, Forked

START_SECONDS = 60.0
BOT = "bot"
"""The module that is the bot; ``tests.journeys.bot_with_more_verbs`` is one that can do more."""
WATCHFUL = {"JOBS_POLL_SECONDS": "0.2"}
"""For journeys of jobs. Of a bot that has nothing else to do, so many looks cost three times all the rest, and bots of many tests run side by side."""
SANDBOX = "import json, sys; from sandbox.__main__ import main; sys.exit(main(sys.argv[2:], bot=json.loads(sys.argv[1])))"
"""``python -m sandbox`` for a bot that is started otherwise, whose manifest it installs."""
SAYS = "import pathlib, sys; print(pathlib.Path(sys.argv[1]).read_text())"
"""A program that says what stands in a file."""


def clean_environment() -> dict[str, str]:
    """This process's environment without anything that configures a bot.

    There is no TLS on this machine, and to read whom the world trusts takes long at each start; OpenSSL then finds nobody.
    """
    own = ("SLACK_", "TELNYX_", "ANSWERS_", "LIMITS_", "JOBS_", "ACCESS_", "STORAGE_", "SANDBOX_")
    flat = ("DATABASE_URL", "DATA_DIR", "PORT", "LOG_LEVEL", "ENCRYPTION_KEYS", "REPLICA_ID")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(own) and k not in flat}
    return kept | {"SSL_CERT_FILE": ""}


def until(check: Callable[[], bool], what: str | Callable[[], str], seconds: float = START_SECONDS) -> None:
    """Wait for a thing outside this process that can only be looked at; ``what`` says what did not happen."""
    end = time.monotonic() + seconds
    while not check():
        if time.monotonic() > end:
            told = what if isinstance(what, str) else what()
            raise TimeoutError(f"{told} did not happen within {seconds:.0f} s")
        time.sleep(0.05)


def told(found: list[dict[str, Any]]) -> list[str]:
    """The stand-in's report of mistakes, in words."""
    return [f"{one['method']} {one['channel']}: {one['what']}" for one in found]


class House:
    """``python -m sandbox --no-bot``: both stand-ins on one port.

    What ``bot manifest`` says is known here, and to start the bot for it takes longer than the whole sandbox; tests of the page do.
    """

    def __init__(self, folder: Path, *arguments: str, program: str = BOT) -> None:
        self._errors = (folder / "sandbox.log").open("w")
        self._began = False
        self._known = 0
        """Mistakes of the bot that a test was told of."""
        bot = ["-m", program]
        if program == BOT:
            (folder / "manifest.json").write_text(printed(None, ()), encoding="utf-8")
            bot = ["-S", "-c", SAYS, str(folder / "manifest.json")]
        sandbox = ["-c", SANDBOX, json.dumps([sys.executable, *bot])]
        command = [sys.executable, *sandbox, "--no-bot", "--ready-json", "--port", "0", *arguments]
        self._process = subprocess.Popen(
            command, cwd=ROOT, env=clean_environment(), stdout=subprocess.PIPE, stderr=self._errors, text=True
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            self.stop()
            raise RuntimeError((folder / "sandbox.log").read_text())
        self.ready: dict[str, Any] = json.loads(line)
        self.slack = self.ready["control"]["slack"].removesuffix("/control/")
        self.telnyx = self.ready["control"]["telnyx"].removesuffix("/control/")
        self._began = True
        self._at_home = self._joined()
        """Where the bot was from the beginning."""

    def ask(
        self, service: str, route: str, body: Mapping[str, Any] | None = None, method: str | None = None
    ) -> Any:
        """A call of a stand-in's control API."""
        data = None if body is None else json.dumps(body).encode()
        url = f"{self.ready['control'][service]}{route}"
        request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)  # noqa: S310 - our own loopback server
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - as above
            return json.load(answer)

    def telnyx_fault(self, **fault: Any) -> None:
        """Something goes wrong at Telnyx; see ``sandbox/telnyx/faults.py``."""
        self.ask("telnyx", "faults", fault)

    def telnyx_rests(self, seconds: float, count: int) -> None:
        """So many answers of the model rest in their middle, so that they are still open when a test looks."""
        self.telnyx_fault(
            operation="chat.completions", kind="stall", seconds=seconds, after_chunks=4, count=count
        )

    def slack_fault(self, **fault: Any) -> None:
        """Something goes wrong at Slack; see ``sandbox/slack/faults.py``."""
        self.ask("slack", "faults", fault)

    def calm(self) -> None:
        """Nothing goes wrong any more, and the bot is in no channel that a test let it join."""
        self.ask("telnyx", "faults", method="DELETE")
        self.ask("slack", "faults", method="DELETE")
        for channel in self._joined() - self._at_home:
            self.ask("slack", "leave", {"channel": channel})

    def _joined(self) -> set[str]:
        state = self.ask("slack", "state")
        return {one["id"] for one in state["channels"] if state["bot"]["id"] in one["members"]}

    def calls(self, method: str) -> list[dict[str, Any]]:
        """The calls of one Web API method so far."""
        return [call for call in self.ask("slack", "calls") if call["method"] == method]

    def mistakes(self) -> list[str]:
        """What was shown since the last look that Slack refused, or that a screen reader can't tell: each with its call."""
        found = self.ask("slack", f"report?since={self._known}")
        self._known += len(found)
        return told(found)

    @property
    def sockets(self) -> int:
        """Open Socket Mode connections."""
        return int(self.ask("slack", "state")["sockets"])

    def stop(self) -> None:
        """End it; what a bot showed until then was without mistakes."""
        found = self.mistakes() if self._process.poll() is None and self._began else []
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(10)
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._errors.close()
        assert found == []


class BotProcess:
    """``python -m bot run`` in a folder of its own."""

    def __init__(self, house: House, folder: Path, *, program: str = BOT, **settings: str) -> None:
        self.house = house
        self._program = program
        self.folder = folder
        self.log = folder / "bot.log"
        self.environment = clean_environment() | {
            **house.ready["env"],
            "DATA_DIR": str(folder / "data"),
            "PORT": str(_free_port()),
            "ANSWERS_BUCKETS": "handbook,manual",  # other tests of the same sandbox make buckets of their own
            "LIMITS_QUESTIONS_PER_MINUTE": "1000",
            "LIMITS_STOP_SECONDS": "3",
            "JOBS_POLL_SECONDS": "2",
            "TELNYX_FIRST_BYTE_SECONDS": "20",
            **settings,
        }
        self.process: subprocess.Popen[bytes] | Forked | None = None

    def start(self) -> Self:
        """Start and wait until it takes questions."""
        before = self.house.sockets
        self.launch()
        http = not self.environment.get("SLACK_APP_TOKEN")
        until(lambda: self._up(http, before), "the bot's start")
        return self

    def launch(self) -> "subprocess.Popen[bytes] | Forked":
        """Start without waiting."""
        if self._program == BOT:
            self.process = Forked("run", environment=self.environment, output=self.log)
            return self.process
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", self._program, "run"],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
            )
        return self.process

    def kill(self) -> None:
        """``kill -9``."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        until(lambda: self.house.sockets == 0, "the end of the socket")

    def stop(self) -> int:
        """SIGTERM; the exit status."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(20)

    def logged(self, text: str) -> bool:
        """Is this in the log?"""
        return text in self.log.read_text(errors="replace")

    def probe(self, path: str) -> tuple[int, dict[str, Any]]:
        """GET /live or /ready: the status and the JSON."""
        url = f"http://127.0.0.1:{self.environment['PORT']}{path}"
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)

    def _up(self, http: bool, before: int) -> bool:
        assert self.process is not None
        if self.process.poll() is not None:
            raise RuntimeError(self.log.read_text(errors="replace"))
        if not http:
            return self.house.sockets > before
        try:
            return self.probe("/ready")[0] in (200, 503)
        except OSError:
            return False


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
