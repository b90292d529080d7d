"""Delivery over HTTP: signed requests to the app's URL, three seconds for the answer.

Signature: https://docs.slack.dev/authentication/verifying-requests-from-slack.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

import aiohttp

from sandbox.slack.answers import Answered, Unanswered
from sandbox.slack.workspace import Workspace

NO_OPTIONS_URL = "no_options_url"
OK_STATUSES = range(200, 300)
MOST_REDIRECTS = 2


class HttpEvents:
    """Posts events, commands and interactions to one URL."""

    def __init__(self, workspace: Workspace, url: str = "") -> None:
        self.url = url
        self._slack = workspace
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        """Open the HTTP session."""
        self._session = aiohttp.ClientSession()

    async def close(self) -> None:
        """Close the HTTP session."""
        if self._session is not None:
            await self._session.close()

    async def set_url(self, url: str) -> str:
        """Use a URL from now on if it answers the challenge (an empty one: none); the problem, or an empty string."""
        if url:
            challenge = secrets.token_urlsafe(16)
            token = self._slack.credentials.verification_token
            body = json.dumps({"type": "url_verification", "token": token, "challenge": challenge}).encode()
            status, text, _ = await self._post(url, body, "application/json", {})
            if status not in OK_STATUSES or challenge not in text:
                return f"the URL did not answer the challenge (status {status})"
        self.url = url
        return ""

    async def send(
        self, kind: str, payload: dict[str, Any], *, attempt: int = 0, reason: str = ""
    ) -> Answered | Unanswered:
        """Post one request; commands and interactions go as forms, events as JSON.

        Questions for the options of a menu go to the path of an address of their own, which the manifest must name.
        """
        if not self.url:
            return Unanswered("connection_failed")
        url = self._options_url() if payload.get("type") == "block_suggestion" else self.url
        if not url:
            return Unanswered(NO_OPTIONS_URL)
        headers = {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": reason} if attempt else {}
        if kind == "events_api":
            body, content_type = json.dumps(payload).encode(), "application/json"
        else:
            form = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
            body, content_type = urlencode(form).encode(), "application/x-www-form-urlencoded"
        status, text, answered = await self._post(url, body, content_type, headers)
        if status in OK_STATUSES:
            return Answered(_payload(text, answered.get("Content-Type", "")))
        if status:
            return Unanswered("http_error", final=answered.get("X-Slack-No-Retry") == "1")
        return Unanswered(text)

    def _options_url(self) -> str:
        installed = self._slack.installation
        named = urlsplit(installed.options_url if installed else "")
        return urlsplit(self.url)._replace(path=named.path, query=named.query).geturl() if named.path else ""

    async def _post(
        self, url: str, body: bytes, content_type: str, headers: dict[str, str]
    ) -> tuple[int, str, Mapping[str, str]]:
        """Status, text and headers; status 0 with Slack's word for the failure if nothing came."""
        if self._session is None:
            raise RuntimeError("the stand-in is not running")
        stamp = str(int(self._slack.clock()))
        key = self._slack.credentials.signing_secret.encode()
        signature = hmac.new(key, b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
        signed = {
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (sandbox)",
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": f"v0={signature}",
            **headers,
        }
        limit = aiohttp.ClientTimeout(total=self._slack.timings.ack)
        try:
            async with self._session.post(
                url, data=body, headers=signed, timeout=limit, max_redirects=MOST_REDIRECTS
            ) as response:
                return response.status, await response.text(), response.headers
        except TimeoutError:
            return 0, "http_timeout", {}
        except aiohttp.TooManyRedirects:
            return 0, "too_many_redirects", {}
        except aiohttp.ClientError:
            return 0, "connection_failed", {}


def _payload(text: str, content_type: str) -> Any:
    """What the app said in its acknowledgement: JSON, or plain text as a message, or nothing."""
    if not text:
        return None
    if not content_type.startswith("application/json"):
        return {"text": text}
    try:
        return json.loads(text)
    except ValueError:
        return None
