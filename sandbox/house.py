"""The sandbox's one process: both stand-ins on one port, the page, and the bot beside them."""

from __future__ import annotations

import asyncio
import errno
import socket
import sys
from collections.abc import Callable, Coroutine, Mapping, Sequence
from pathlib import Path
from typing import Any

from aiohttp import web

from sandbox.announcement import about, questions, ready_line, ready_text, shell_help
from sandbox.bot_process import ManifestUnavailableError, read_manifest
from sandbox.documents import DocumentsFolderError, load_folder
from sandbox.joining import TELNYX_KEY, Addresses, variables
from sandbox.options import Options
from sandbox.page import FOLDER, BotSwitch, Facts, page_routes, source_routes, telling_of_calls
from sandbox.progress import Progress
from sandbox.seeding import seed_calls, seed_documents, seed_jobs, seed_world
from sandbox.slack import Credentials, SlackStandIn, default_world
from sandbox.slack.installation import ManifestError
from sandbox.telnyx import TelnyxStandIn, Upstream
from sandbox.telnyx.vectors import Vectors, lacking

BOT = (sys.executable, "-m", "bot")
# Of all sandboxes started here, on whatever port: a folder is embedded once.
_VECTORS = Path("data") / "vectors"
_SHUTDOWN_SECONDS = 0.3
_LOOK_SECONDS = 0.1
_PROGRESS_SECONDS = 2.0
# A document dropped on the page travels as base64, which is a third longer than its 100 MB.
_MOST_BYTES = 140 * 2**20
# An embedding takes twelve seconds here; a bot that looks every quarter of a minute would see only its end.
_FOR_WATCHING = {"JOBS_POLL_SECONDS": "2", "LOG_FORMAT": "text"}


class CannotStartError(Exception):
    """The sandbox cannot start; the text says why and what to do. Exit status 2."""


class House:
    """Everything that runs.

    Args:
        options: the command line. environment: of this process.
        bot: the command that starts the bot.
        out: where the announcement goes. say: where everything else goes, a line each.
    """

    def __init__(
        self,
        options: Options,
        environment: Mapping[str, str],
        *,
        bot: Sequence[str] = BOT,
        out: Callable[[str], None],
        say: Callable[[str], None],
    ) -> None:
        self._options = options
        self._environment = environment
        self._command = bot
        self._out = out
        self._say = say
        self._credentials = Credentials()
        keys = [TELNYX_KEY, environment.get("TELNYX_API_KEY", "")]
        upstream = Upstream.from_environment(environment)
        self.telnyx = TelnyxStandIn(keys=keys, upstream=upstream, vectors=Vectors.open(_VECTORS.absolute()))
        self.slack = SlackStandIn(default_world(), self._credentials)
        changed = self.slack.workspace.changes.bump
        self._bot = BotSwitch(
            wanted=options.bot, sockets=lambda: self.slack.sockets.count, changed=changed, say=say
        )
        self._about = about(lacking(), real_model=upstream is not None)
        self._facts = Facts(self.telnyx, self._questions, self._about)
        self._addresses = Addresses("")

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until `stop` is set, then end everything that was started.

        Raises:
            CannotStartError: the documents or the port cannot be used.
        """
        self._fill()
        listener = _listen(self._options.port)
        port = listener.getsockname()[1]
        self._addresses = Addresses(f"http://127.0.0.1:{port}")
        self._facts.addresses = self._addresses
        self.slack.root = self._addresses.slack
        self.telnyx.library.storage = self._addresses.root + FOLDER
        data_dir = Path("data") / f"sandbox-{port}"
        env = variables(self._addresses, self._credentials, data_dir.absolute())
        runner = web.AppRunner(self._app(), access_log=None, shutdown_timeout=_SHUTDOWN_SECONDS)
        await runner.setup()
        try:
            await web.SockSite(runner, listener).start()
            self._begin_embedding()
            await _unless(stop, self._open(env))
            await stop.wait()
        finally:
            await self._bot.end()
            await runner.cleanup()
            listener.close()

    def _fill(self) -> None:
        try:
            if self._options.docs is not None:
                load_folder(self._options.docs, self.telnyx.library, self._say)
            else:
                seed_documents(self.telnyx)
        except DocumentsFolderError as error:
            raise CannotStartError(str(error)) from None
        seed_calls(self.telnyx)
        seed_jobs(self.telnyx)
        seed_world(self.telnyx)

    def _begin_embedding(self) -> None:
        """The sandbox answers already; what is embedded so far can be searched."""
        library = self.telnyx.library
        if library.embedder is not None:
            Progress(library.embedder, self.slack.workspace.changes.bump, self._say).begin()
            library.embed_loaded()

    def _app(self) -> web.Application:
        tell = telling_of_calls(self.slack.workspace.changes.bump)
        app = web.Application(client_max_size=_MOST_BYTES, middlewares=[tell])
        app.add_subapp("/slack", self.slack.app)
        app.add_subapp("/telnyx", self.telnyx.app)
        app.add_subapp("/storage", self.telnyx.storage_app)
        app.add_routes(page_routes(shell_help(self._addresses, self._questions())))
        app.add_routes(source_routes(self.telnyx.storage))
        app.add_routes([web.get("/ready", self._ready), *self._bot.routes(), *self._facts.routes()])
        return app

    async def _open(self, env: Mapping[str, str]) -> None:
        """Install the app, start the bot, and announce once everything answers."""
        whole = {**_FOR_WATCHING, **self._environment, **env}
        self._say("Asking the bot for its manifest …")
        try:
            self._facts.manifest = await read_manifest(self._command, whole)
            self.slack.install(self._facts.manifest)
        except (ManifestUnavailableError, ManifestError) as error:
            self._say(f"The app is not installed in the stand-in Slack: {error}")
        if self._options.bot:
            _make_folder(env["DATA_DIR"])
            await self._bot.begin(self._command, whole)
            await self._until_connected()
            if self._bot.ended and self._options.ready_json:
                return
        if self._options.wait and self.telnyx.library.embedder is not None:
            await asyncio.to_thread(self.telnyx.library.embedder.settle)
        if self._options.ready_json:
            self._out(ready_line(self._addresses, sorted(self.telnyx.library.buckets), env))
        else:
            self._out(ready_text(self._addresses, self._questions(), self._about, bot=self._options.bot))

    async def _until_connected(self) -> None:
        """Wait for the bot's socket, saying so every two seconds; ends too when the bot does."""
        waited = 0.0
        while not self.slack.sockets.count and not self._bot.ended:
            if waited and waited % _PROGRESS_SECONDS < _LOOK_SECONDS:
                self._say(f"Waiting for the bot to connect … {waited:.0f} s")
            await asyncio.sleep(_LOOK_SECONDS)
            waited = round(waited + _LOOK_SECONDS, 1)

    def _questions(self) -> dict[str, str]:
        return questions(self.telnyx.library, own_documents=self._options.docs is not None)

    async def _ready(self, _request: web.Request) -> web.Response:
        """200 once the bot's socket is connected (or none is wanted), 503 before and after."""
        state = self._bot.state
        ready = not self._options.bot or state == "connected"
        return web.json_response({"ready": ready, "bot": state}, status=200 if ready else 503)


def _make_folder(path: str) -> None:
    """The bot's data is kept there between runs."""
    Path(path).mkdir(mode=0o700, parents=True, exist_ok=True)


def _listen(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise CannotStartError(
                f"Port {port} is in use, perhaps by another sandbox: choose another one with --port {port + 1}."
            ) from None
        raise CannotStartError(
            f"Port {port} cannot be used: {error.strerror}. Choose another one with --port."
        ) from None
    return listener


async def _unless(stop: asyncio.Event, work: Coroutine[Any, Any, None]) -> None:
    """Do `work`, but give up on it as soon as `stop` is set."""
    doing = asyncio.ensure_future(work)
    stopping = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({doing, stopping}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopping.cancel()
        if not doing.done():
            doing.cancel()
        await asyncio.gather(doing, stopping, return_exceptions=True)
    if not doing.cancelled():
        doing.result()
