"""A file into a conversation, once: its id is written down before anyone can see it, so it is found again after a crash.

Source: https://docs.slack.dev/messaging/working-with-files/#upload
"""

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError

from bot.render.blocks import Message
from bot.render.markdown import escape_mrkdwn
from bot.render.outcomes import File
from bot.slack.addresses import Address, leads_to_slack
from bot.slack.api import SlackApi
from bot.slack.codes import NO_PLACE, UNAVAILABLE, Kind, kind_of, refusal

log = structlog.get_logger(__name__)

UPLOAD_SECONDS = 60.0
ID = "file"
"""The key under which the id is noted."""
DIRECT = "direct"
"""The key under which it is noted that the channel doesn't take it, so it goes to the person alone."""


class Files:
    """Uploads of one workspace."""

    def __init__(self, api: SlackApi, http: aiohttp.ClientSession) -> None:
        self._api = api
        self._http = http

    async def deliver(
        self,
        file: File,
        user: str,
        *,
        noted: Mapping[str, Any],
        note: Callable[[dict[str, Any]], Awaitable[None]],
    ) -> Message:
        """Share the file, unless an attempt before this one did; what the person is told.

        Args:
            file: what and where.
            user: whose direct message, where the file names no channel.
            noted: what an earlier attempt noted.
            note: writes down the id of the file before it is shared.

        Raises:
            SlackApiError: Slack's no.
            OutcomeUnknownError: no one knows whether it is shared.
        """
        earlier, channel = noted.get(ID), "" if noted.get(DIRECT) else file.channel
        if earlier is None or not await self._shared(earlier):
            channel = await self._uploaded(file, user, note)
        where = f"in <#{channel}>" if channel else "in a direct message"
        return Message(f"Here you go: *{escape_mrkdwn(file.title)}* is {where}.")

    async def _uploaded(
        self, file: File, user: str, note: Callable[[dict[str, Any]], Awaitable[None]]
    ) -> str:
        """Upload and share it; return its channel, "" where that takes nothing of ours, so it is in the direct message."""
        file_id = await self._upload(file, note)
        if file.channel:
            try:
                await self._share(file_id, file, file.channel, file.thread)
            except SlackApiError as error:
                if kind_of(error) not in NO_PLACE:
                    raise
                await note({ID: file_id, DIRECT: True})
            else:
                return file.channel
        await self._share(file_id, file, await self._direct(user))
        return ""

    async def _direct(self, user: str) -> str:
        return str((await self._api.call("conversations.open", users=user))["channel"]["id"])

    async def _upload(self, file: File, note: Callable[[dict[str, Any]], Awaitable[None]]) -> str:
        """Hand the bytes over; no one sees them until they are shared."""
        about: dict[str, Any] = {"filename": file.name, "length": len(file.content)}
        if file.alt:
            about["alt_txt"] = file.alt
        place = await self._api.call("files.getUploadURLExternal", **about)
        await note({ID: place["file_id"]})
        if trouble := await self._hand_over(place["upload_url"], file.content):
            # Not shared, so it can be done again from the beginning.
            log.warning("file_not_uploaded", error=trouble)
            raise refusal("upload", UNAVAILABLE)
        return str(place["file_id"])

    async def _hand_over(self, address: str, content: bytes) -> str:
        """Return what went wrong, or nothing."""
        if not leads_to_slack(Address.FILES, address, self._api.client.base_url):
            return "address"
        timeout = aiohttp.ClientTimeout(total=UPLOAD_SECONDS)
        try:
            async with self._http.post(
                address, data=content, timeout=timeout, allow_redirects=False
            ) as answer:
                return "" if answer.status == HTTPStatus.OK else str(answer.status)
        except (aiohttp.ClientError, TimeoutError) as error:
            return type(error).__name__

    async def _share(self, file_id: str, file: File, channel: str, thread: str = "") -> None:
        where: dict[str, Any] = {"channel_id": channel}
        if thread:
            where["thread_ts"] = thread

        async def send() -> str:
            await self._api.call(
                "files.completeUploadExternal", files=[{"id": file_id, "title": file.title}], **where
            )
            return file_id

        async def find() -> str | None:
            return file_id if await self._shared(file_id) else None

        await self._api.once(send, find)

    async def _shared(self, file_id: str) -> bool:
        """Can anyone see it? Slack knows a file only once its upload was completed, which shares it."""
        try:
            await self._api.call("files.info", file=file_id)
        except SlackApiError as error:
            if kind_of(error) is not Kind.FILE_GONE:
                raise
            return False
        return True
