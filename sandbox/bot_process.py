"""The bot as a child process: started as anyone would start it, with only environment variables changed."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Say = Callable[[str], None]

_KEPT_LINES = 8
# A sandbox ends within three seconds, so a bot that does not stop by itself gets a little less.
STOP_SECONDS = 2.2
MANIFEST_SECONDS = 60.0


class ManifestUnavailableError(Exception):
    """`bot manifest` gave no manifest; the text is one sentence with the reason."""


async def read_manifest(command: Sequence[str], environment: Mapping[str, str]) -> dict[str, Any]:
    """The app's manifest as the bot itself prints it (`bot manifest`, JSON on stdout).

    Raises:
        ManifestUnavailableError: it cannot be started, fails, takes longer than a minute, or prints something else.
    """
    line = f"{command[-1]} manifest"
    pipe = asyncio.subprocess.PIPE
    try:
        process = await asyncio.create_subprocess_exec(
            *command, "manifest", stdout=pipe, stderr=pipe, env=dict(environment), start_new_session=True
        )
    except OSError as error:
        raise ManifestUnavailableError(f"`{line}` couldn't be started: {error.strerror}.") from None
    try:
        out, err = await asyncio.wait_for(process.communicate(), MANIFEST_SECONDS)
    except TimeoutError:
        raise ManifestUnavailableError(
            f"`{line}` gave no answer within {MANIFEST_SECONDS:g} seconds."
        ) from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        last = (err.decode(errors="replace").strip().splitlines() or ["no output"])[-1]
        raise ManifestUnavailableError(f"`{line}` ended with status {process.returncode}: {last}")
    try:
        manifest = json.loads(out)
    except ValueError:
        raise ManifestUnavailableError(f"`{line}` did not print JSON.") from None
    if not isinstance(manifest, dict):
        raise ManifestUnavailableError(f"`{line}` did not print a JSON object.")
    return manifest


class BotProcess:
    """The running bot.

    Args:
        command: what starts it; `run` is added.
        environment: the whole environment of the child.
        say: where its output and its end are told.
    """

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], say: Say) -> None:
        self._command = (*command, "run")
        self._environment = dict(environment)
        self._say = say
        self._process: asyncio.subprocess.Process | None = None
        self._watch: asyncio.Task[None] | None = None
        self._last: deque[str] = deque(maxlen=_KEPT_LINES)
        self._stopping = False
        self.ended = asyncio.Event()

    async def start(self) -> None:
        """Start it; its output goes on with a prefix. In its own session: Ctrl-C in a terminal reaches only the sandbox."""
        try:
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                env=self._environment,
                start_new_session=True,
            )
        except OSError as error:
            self._say(f"The bot couldn't be started: {error.strerror}. The stand-ins keep running.")
            self.ended.set()
            return
        self._watch = asyncio.create_task(self._follow(self._process))

    async def stop(self) -> None:
        """SIGTERM, and SIGKILL when that is not enough; returns once it has ended."""
        self._stopping = True
        if self._process is None or self._watch is None:
            return
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(self._process.wait(), STOP_SECONDS)
            except TimeoutError:
                self._say("The bot did not stop by itself and was killed.")
                with contextlib.suppress(ProcessLookupError):
                    self._process.kill()
        await self._watch

    async def kill(self) -> None:
        """SIGKILL, as a power cut would; returns once it has ended."""
        self._stopping = True
        if self._process is None or self._watch is None:
            return
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await asyncio.shield(self._watch)

    @property
    def pid(self) -> int | None:
        """The process's number, once it was started."""
        return None if self._process is None else self._process.pid

    async def _follow(self, process: asyncio.subprocess.Process) -> None:
        if process.stdout is None:
            raise RuntimeError("the bot was started without a pipe")
        while raw := await _line(process.stdout):
            line = raw.decode(errors="replace").rstrip()
            self._last.append(line)
            self._say(f"bot | {readable(line)}")
        status = await process.wait()
        if not self._stopping:
            last = "\n".join(f"  {line}" for line in self._last) or "  (it said nothing)"
            self._say(
                f"The bot ended with status {status}; the stand-ins keep running. Its last lines:\n{last}"
            )
        self.ended.set()


def readable(line: str) -> str:
    """Return a line of the bot's log for people: time, event, and what belongs to it; any other line as it is."""
    try:
        told = json.loads(line)
    except ValueError:
        return line
    if not isinstance(told, dict) or "event" not in told:
        return line
    at = str(told.pop("timestamp", ""))[11:19]
    level, event = str(told.pop("level", "info")), str(told.pop("event"))
    told.pop("logger", None)
    trace = str(told.pop("exception", ""))
    more = [f"{name}={value}" for name, value in told.items()]
    mark = "" if level in ("info", "debug") else f"{level.upper()} "
    return "\n".join(filter(None, [" ".join(filter(None, [at, mark + event, *more])), trace]))


async def _line(stream: asyncio.StreamReader) -> bytes:
    """The next line; of a line beyond the buffer's limit, what fits."""
    try:
        return await stream.readline()
    except ValueError:
        return await stream.read(2**16)
