"""Text files and snippets that stand beside a question, read as far as they help it."""

import codecs
from dataclasses import dataclass
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError

from bot.errors import OutcomeUnknownError
from bot.slack.addresses import Address, leads_to_slack
from bot.slack.api import SlackApi
from bot.slack.codes import code_of
from bot.text import beginning, clean

log = structlog.get_logger(__name__)

PATIENCE_SECONDS = 5.0
READ_BYTES = 12_000
"""Of one file; the model needs its room for passages."""
MOST = 5
"""Files of one message that are read."""
_TEXT = ("text/", "application/json", "application/xml", "application/yaml", "application/x-yaml")


@dataclass(frozen=True, slots=True)
class Attached:
    """One file: its words, or why there are none."""

    name: str
    text: str
    cut: bool = False


class Attachments:
    """Reads files that people share; Slack shows them to an app with ``files:read``."""

    def __init__(self, api: SlackApi, http: aiohttp.ClientSession) -> None:
        self._api = api
        self._http = http

    async def read(self, file_id: str, name: str) -> Attached:
        """Return what is in a file; no text for one that is no text or that Slack does not show."""
        try:
            file = (await self._api.call("files.info", patience=PATIENCE_SECONDS, file=file_id))["file"]
            url = str(file.get("url_private_download") or file.get("url_private") or "")
            # The token goes along, so it goes nowhere else.
            if not _is_text(file) or not leads_to_slack(Address.FILES, url, self._api.client.base_url):
                return Attached(name, "")
            return await self._fetched(url, name)
        except (SlackApiError, OutcomeUnknownError, aiohttp.ClientError, TimeoutError) as error:
            why = code_of(error) if isinstance(error, SlackApiError) else type(error).__name__
            log.info("file_not_read", error=why)
            return Attached(name, "")

    async def _fetched(self, url: str, name: str) -> Attached:
        headers = {"Authorization": f"Bearer {self._api.client.token}"}
        timeout = aiohttp.ClientTimeout(total=PATIENCE_SECONDS)
        async with self._http.get(url, headers=headers, timeout=timeout, allow_redirects=False) as answer:
            if answer.status != 200:  # noqa: PLR2004 - HTTP
                log.info("file_not_read", status=answer.status)
                return Attached(name, "")
            content = b""
            async for chunk in answer.content.iter_chunked(READ_BYTES):
                content += chunk
                if len(content) > READ_BYTES:
                    break
        text = clean(_decoded(content))
        return Attached(name, beginning(text, READ_BYTES).strip(), cut=len(content) > READ_BYTES)


def _decoded(content: bytes) -> str:
    """Return the text in a file's bytes, whose last character may be cut; nothing for what is no text."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", errors="ignore")
    if b"\0" in content:
        return ""
    try:
        return codecs.getincrementaldecoder("utf-8-sig")().decode(content)
    except UnicodeDecodeError:  # what Windows wrote before
        return content.decode("cp1252", errors="replace")


def _is_text(file: dict[str, Any]) -> bool:
    return file.get("mode") == "snippet" or str(file.get("mimetype", "")).startswith(_TEXT)
