"""What the app says through a response URL or inside an acknowledgement, turned into messages."""

import json
from typing import Any

from aiohttp import web

from sandbox.slack.faults import Fault
from sandbox.slack.messages import Message
from sandbox.slack.response_urls import ResponseUrl
from sandbox.slack.spoiling import Outcome, spoiled, weathered
from sandbox.slack.web_api.chat import rewrite
from sandbox.slack.web_api.content import LONGEST_TEXT, checked_content, is_empty
from sandbox.slack.web_api.method import ApiError
from sandbox.slack.workspace import Workspace
from sandbox.slack.world import BOT_USER

KNOWN_KEYS = {
    "text",
    "blocks",
    "attachments",
    "response_type",
    "replace_original",
    "delete_original",
    "thread_ts",
    "metadata",
    "mrkdwn",
    "parse",
    "link_names",
    "unfurl_links",
    "unfurl_media",
}
RESPONSE_TYPES = ("ephemeral", "in_channel")
REFUSED, GONE = 400, 404


class Responses:
    """Answers `/response/{token}`."""

    def __init__(self, workspace: Workspace) -> None:
        self._slack = workspace

    def url(self, made: ResponseUrl) -> str:
        """The public form of a response URL."""
        return f"{self._slack.root}/response/{made.token}"

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Take one message for a response URL; refusals carry Slack's word in `error`. Faults name it `response_url`."""

        async def do() -> Outcome:
            status, error = self._take(request.match_info["token"], await request.read())
            said = {"ok": False, "error": error} if error else {"ok": True}
            return web.json_response(said, status=status), error

        return await weathered(request, self._slack, "response_url", do, instead=_instead)

    def _take(self, token: str, body: bytes) -> tuple[int, str]:
        try:
            said = json.loads(body)
        except ValueError:
            return REFUSED, "invalid_payload"
        url = self._slack.response_urls.use(token)
        if isinstance(url, str):
            return GONE, url
        try:
            self.say(url, said)
        except ApiError as refusal:
            return REFUSED, refusal.code
        return web.HTTPOk.status_code, ""

    def say(self, url: ResponseUrl, said: Any) -> None:
        """Post, replace or delete as the app asks; raises `ApiError` with the code that Slack would answer."""
        findings = self._slack.findings
        about = (said if isinstance(said, dict) else {}) | {"channel": url.channel}
        try:
            self._say(url, said)
        except ApiError as refusal:
            findings.refused("response_url", about, refusal.code, refusal.more, self._slack.refused_blocks)
            raise
        findings.shown("response_url", about)

    def _say(self, url: ResponseUrl, said: Any) -> None:
        if not isinstance(said, dict) or set(said) - KNOWN_KEYS:
            raise ApiError("invalid_payload")
        if said.get("response_type", "ephemeral") not in RESPONSE_TYPES:
            raise ApiError("invalid_payload")
        channel = self._slack.world.channels[url.channel]
        original = self._slack.messages.get(url.channel, url.original_ts)
        if said.get("delete_original"):
            self._slack.delete(channel, self._own(original))
            return
        content = checked_content(said, longest_text=LONGEST_TEXT, refused=self._slack.refused_blocks)
        if is_empty(content):
            raise ApiError("no_text")
        if said.get("replace_original") and original is not None:
            before = original.for_app()
            rewrite(self._own(original), content)
            self._slack.changed(channel, original, before)
            return
        public = said.get("response_type") == "in_channel"
        made = Message(
            channel=url.channel,
            ts=self._slack.messages.new_ts(),
            user=BOT_USER,
            kind="post" if public else "ephemeral",
            team=self._slack.world.team.id,
            thread_ts=said.get("thread_ts") or url.thread_ts,
            only_for="" if public else url.user,
            **content,
        )
        self._slack.post(channel, made)
        url.original_ts = url.original_ts or made.ts

    @staticmethod
    def _own(message: Message | None) -> Message:
        if message is None or not message.by_app:
            raise ApiError("cant_update_message")
        return message


def _instead(fault: Fault | None) -> Outcome | None:
    """An ordered error comes with the status that response URLs give it."""
    if fault is None or fault.kind != "error":
        return spoiled(fault)
    status = GONE if fault.error in ("expired_url", "used_url") else REFUSED
    return web.json_response({"ok": False, "error": fault.error}, status=status), fault.error
