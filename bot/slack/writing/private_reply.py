"""A private answer to a command: no message to find again, five uses of a URL in thirty minutes, then a direct message."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import aiohttp
import structlog

from bot.render.ask import StopTurn
from bot.render.blocks import MESSAGE_BYTES, Message, actions, button, section
from bot.render.final import Final, growing
from bot.render.markdown import escape_mrkdwn
from bot.slack.addresses import Address, leads_to_slack
from bot.slack.api import SlackApi
from bot.slack.codes import Kind, kind_of_word
from bot.slack.ladder import Refusal
from bot.slack.writing.posts import direct_message
from bot.store.response_urls import ResponseUrls
from bot.text import beginning

log = structlog.get_logger(__name__)

BESIDE = "beside"
"""The option of a turn whose private answer leaves the message alone that it was asked for in."""
PARTS = "parts"
"""The option of a turn that says how many messages of a long answer the asker has seen: none of them can be found again."""
PACE_SECONDS = 2.0
TRIES = 3
WAIT_SECONDS = 30.0
"""A URL that Slack closes for longer with a 429 is given up: a direct message is there sooner."""
CLOSED = (404, 410)
"""Statuses of a URL that is used up or too old."""
LATER = frozenset({Kind.PASSING, Kind.TOO_FAST})
_ERROR_WORD = re.compile(r"[a-z][a-z_]{2,60}")


class PrivateReply:
    """A placeholder, at most three growing texts, and the end. ``write`` never waits for Slack.

    Of an answer that was asked for by a button (``beside``) each message is new: replacing would take away the list it stands in.
    """

    def __init__(
        self,
        api: SlackApi,
        http: aiohttp.ClientSession,
        urls: ResponseUrls,
        *,
        work_id: str,
        user: str,
        beside: bool = False,
        stoppable: bool = False,
        parts: int = 0,
        on_part: Callable[[int], Awaitable[None]] | None = None,
        since: float | None = None,
    ) -> None:
        self._api = api
        self._http = http
        self._urls = urls
        self._work_id = work_id
        self._user = user
        self._beside = beside
        self._stoppable = stoppable
        self._parts = parts
        self._on_part = on_part
        self._since = since
        self._text = ""
        self._shown = ""
        self._ending = asyncio.Event()
        self._shower: asyncio.Task[None] | None = None

    async def placeholder(self, text: str) -> None:
        """Say that work has begun, with a button that ends it where that takes long."""
        blocks = [section(text), actions(button("Stop", StopTurn(turn=self._work_id)))]
        await self._send(Message(text, blocks if self._stoppable else []), leave=1)

    @property
    def text(self) -> str:
        """Everything written so far."""
        return self._text

    def write(self, text: str) -> None:
        """More of the text, already safe to show."""
        self._text += text
        if self._shower is None and not self._beside and self._text.strip():
            self._shower = asyncio.create_task(self._show())

    async def abandon(self) -> None:
        """Stop showing: the process ends and a successor will finish."""
        if self._shower is not None:
            self._shower.cancel()
            await asyncio.gather(self._shower, return_exceptions=True)

    async def again(self) -> None:
        """What was written is void; other words are on their way."""
        self._text = self._shown = ""

    async def withdraw(self) -> None:
        """No one asks anymore; what only the asker saw goes with the next reload."""
        await self.abandon()

    async def finish(self, final: Final) -> str:
        """Show the end, in a direct message when the URL no longer works. Returns the direct message's ``ts`` or ""."""
        self._ending.set()
        if self._shower is not None:
            await asyncio.gather(self._shower, return_exceptions=True)  # the end says it all
        messages = final.messages()
        for number, message in enumerate(messages[self._parts :], self._parts):
            if not await self._send(message, leave=len(messages) - number - 1, replace=number == 0):
                return await self._directly(messages, shown=number)
            self._parts = number + 1
            if len(messages) > 1 and self._on_part is not None:
                await self._on_part(self._parts)
        return ""

    async def _directly(self, messages: Sequence[Message], shown: int) -> str:
        """Return what does not find room beside the command, in a direct message."""
        what, since = messages[shown:], self._since
        ts = await direct_message(self._api, self._user, *what, key=self._work_id, since=since, first=shown)
        if not shown and len(messages) > 1:  # there is a use left, for what still says that work goes on
            await self._send(Message("This got long, so I sent it to you in a direct message."), leave=0)
        return ts

    async def _show(self) -> None:
        while not self._ending.is_set():
            try:
                async with asyncio.timeout(PACE_SECONDS):
                    await self._ending.wait()
            except TimeoutError:
                text = beginning(self._text, MESSAGE_BYTES)
                if text != self._shown:
                    self._shown = text
                    ends = 1 + len(self._text.encode()) // MESSAGE_BYTES
                    if not await self._send(growing(text), leave=ends):
                        return

    async def _send(self, message: Message, *, leave: int, replace: bool = True) -> bool:
        try:
            url = await self._urls.use(self._work_id, leave=leave)
        except Exception:
            log.exception("response_url_not_counted")  # a full disk: the end goes into a direct message
            return False
        if url is None:
            return False
        return await respond(self._api, self._http, url, message, replace=replace and not self._beside)


async def respond(
    api: SlackApi, http: aiohttp.ClientSession, url: str, message: Message, *, replace: bool
) -> bool:
    """Send ``message`` to a response_url, seen by the asker alone; False when Slack does not take it, or when it isn't Slack's."""
    if not leads_to_slack(Address.REPLY, url, api.client.base_url):
        return False
    refusals: list[Refusal] = []
    rungs = api.ladder.rungs(message, refusals)
    blocks = next(rungs)
    failures = 0
    while failures < TRIES:
        wait = 0.5 * 2**failures
        body: dict[str, Any] = {"response_type": "ephemeral", "replace_original": replace}
        if blocks:
            body |= {"text": message.text, "blocks": blocks}
        else:
            body["text"] = escape_mrkdwn(message.whole) or message.text
        try:
            status, word, asked = await _sent(http, url, body)
            if status == 200 and word == "":  # noqa: PLR2004 - HTTP
                api.ladder.heard(blocks, refusals)
                return True
            log.info("private_refused", status=status, error=word)
            wait = max(wait, float(asked) if asked.isdigit() else 0.0)
            if wait > WAIT_SECONDS or status in CLOSED or 300 <= status < 400:  # noqa: PLR2004 - HTTP
                return False
            if word and status < 500 and status != 429 and kind_of_word(word) not in LATER:  # noqa: PLR2004 - HTTP
                if not blocks:
                    return False
                refusals.append(Refusal(blocks, word))
                blocks = next(rungs)
                continue
        except (aiohttp.ClientError, TimeoutError) as error:
            log.info("private_not_sent", error=type(error).__name__)
        failures += 1
        await asyncio.sleep(wait)
    return False


async def _sent(http: aiohttp.ClientSession, url: str, body: dict[str, Any]) -> tuple[int, str | None, str]:
    """Return the status of Slack's answer, its error word (see ``_word``), and how many seconds it asks to wait."""
    timeout = aiohttp.ClientTimeout(total=10)
    async with http.post(url, json=body, timeout=timeout, allow_redirects=False) as answer:
        word = _word(await answer.text(errors="replace"))
        return answer.status, word, answer.headers.get("Retry-After", "")


def _word(body: str) -> str | None:
    """Slack's error word, "" for its yes; None for a body that says neither, so no one knows what was done."""
    bare = body.strip()
    try:
        said = json.loads(bare)
    except (ValueError, RecursionError):
        if bare == "ok":
            return ""
        return bare if _ERROR_WORD.fullmatch(bare) else None
    if not isinstance(said, dict) or "ok" not in said:
        return None
    return "" if said["ok"] else str(said.get("error") or "") or None
