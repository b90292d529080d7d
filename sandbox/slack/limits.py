"""Slack's rate limits per method and workspace: documented tiers, and one post a second per channel.

Source: https://docs.slack.dev/apis/web-api/rate-limits. Tiers are "so many and more a minute": the stand-in takes the
number literally. The special limits of `auth.test`, `chat.getPermalink` and `assistant.threads.setStatus` are not
published; ten a second is assumed.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

SECONDS_PER_MINUTE = 60.0


@dataclass(frozen=True)
class Limit:
    """So many calls a minute, of which `burst` at once; `per_channel` counts each channel by itself."""

    per_minute: float
    burst: float
    per_channel: bool = False


TIER_2, TIER_3, TIER_4 = Limit(20, 20), Limit(50, 50), Limit(100, 100)
SPECIAL = Limit(600, 600)
POSTING = Limit(60, 5, per_channel=True)

LIMITS: dict[str, Limit] = {
    "auth.test": SPECIAL,
    "apps.connections.open": TIER_3,
    "chat.postMessage": POSTING,
    "chat.postEphemeral": TIER_4,
    "chat.update": TIER_3,
    "chat.delete": TIER_3,
    "chat.getPermalink": SPECIAL,
    "chat.startStream": TIER_2,
    "chat.appendStream": TIER_4,
    "chat.stopStream": TIER_2,
    "assistant.threads.setStatus": SPECIAL,
    "assistant.threads.setTitle": TIER_4,
    "assistant.threads.setSuggestedPrompts": TIER_4,
    "agents.sessions.setStatus": TIER_3,
    "agents.sessions.rename": TIER_3,
    "conversations.info": TIER_3,
    "conversations.history": TIER_3,
    "conversations.replies": TIER_3,
    "conversations.members": TIER_4,
    "conversations.open": TIER_3,
    "conversations.join": TIER_3,
    "conversations.list": TIER_2,
    "users.conversations": TIER_3,
    "users.info": TIER_4,
    "users.list": TIER_2,
    "team.info": TIER_3,
    "usergroups.list": TIER_2,
    "usergroups.users.list": TIER_2,
    "views.open": TIER_4,
    "views.update": TIER_4,
    "views.push": TIER_4,
    "views.publish": TIER_4,
    "reactions.add": TIER_3,
    "reactions.remove": TIER_2,
    "bots.info": TIER_3,
    "files.getUploadURLExternal": TIER_4,
    "files.completeUploadExternal": TIER_4,
    "files.info": TIER_4,
    "files.delete": TIER_3,
}


class RateLimits:
    """One token bucket per method (and channel where that counts)."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.on = True
        self._clock = clock
        self._buckets: dict[tuple[str, str], tuple[float, float]] = {}

    def wait(self, method: str, channel: str) -> int:
        """Whole seconds the caller must wait, or 0; a call that may pass uses up its share."""
        if not self.on:
            return 0
        limit, now = LIMITS[method], self._clock()
        key = (method, channel if limit.per_channel else "")
        tokens, since = self._buckets.get(key, (limit.burst, now))
        tokens = min(limit.burst, tokens + (now - since) * limit.per_minute / SECONDS_PER_MINUTE)
        if tokens >= 1:
            self._buckets[key] = (tokens - 1, now)
            return 0
        self._buckets[key] = (tokens, now)
        return max(1, math.ceil((1 - tokens) * SECONDS_PER_MINUTE / limit.per_minute))

    def switch(self, *, on: bool) -> None:
        """Turn the limits on or off; turning them on starts with full buckets."""
        self.on = on
        self._buckets.clear()
