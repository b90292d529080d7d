"""Links to messages of Slack's, read and made. Pure.

Shapes: https://docs.slack.dev/reference/methods/chat.getPermalink (``/archives/C123/p1700000000000100?thread_ts=1700000000.000100&cid=C123``).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

ANY_WORKSPACE = "app.slack.com"
"""Slack's own host, which leads to whichever workspace someone is signed in to."""
ORGANIZATION = ".enterprise.slack.com"
"""Ends the host of a whole organization: a channel has the same id in each of its workspaces."""
_WEB = re.compile(r"https?://", re.IGNORECASE)
_HOST = re.compile(r"(?:[a-z0-9-]+\.)+slack\.com")
_PATH = re.compile(r"/archives/([CDG][A-Z0-9]{2,31})/p(\d{7,12})(\d{6})/?")
_TS = re.compile(r"\d{7,12}\.\d{6}")


@dataclass(frozen=True, slots=True)
class Permalink:
    """Where a message stands."""

    host: str
    channel: str
    ts: str
    thread: str = ""
    """The first message of its thread, where the link names it."""

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Return what a link leads to; None where that is no message of Slack's."""
        try:
            parts = urlsplit(text.strip())
            host = (parts.hostname or "").lower()
        except ValueError:
            return None
        found = _PATH.fullmatch(parts.path)
        if parts.scheme not in ("https", "http") or found is None or not _HOST.fullmatch(host):
            return None
        thread = parse_qs(parts.query).get("thread_ts", [""])[0]
        return cls(host, found[1], f"{found[2]}.{found[3]}", thread if _TS.fullmatch(thread) else "")

    @property
    def root(self) -> str:
        """Return the first message of the thread, as far as the link tells."""
        return self.thread or self.ts

    def __str__(self) -> str:
        reply = f"?thread_ts={self.thread}&cid={self.channel}" if self.thread not in ("", self.ts) else ""
        return f"https://{self.host}/archives/{self.channel}/p{self.ts.replace('.', '')}{reply}"


def is_address(text: str) -> bool:
    """Return whether someone gave a web address, of whatever."""
    return _WEB.match(text) is not None


def of_message(message: Mapping[str, Any], channel: str, domain: str) -> str:
    """Return the link to a message as a shortcut delivers it; "" for one that has no place, such as what only one person sees."""
    ts, thread = str(message.get("ts") or ""), str(message.get("thread_ts") or "")
    if message.get("is_ephemeral") or not _TS.fullmatch(ts):
        return ""
    host = f"{domain}.slack.com" if domain else ANY_WORKSPACE
    return str(Permalink(host, channel, ts, thread if _TS.fullmatch(thread) else ""))
