"""What a place is, by Slack's word for it."""

from collections.abc import Mapping
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError

from bot.errors import OutcomeUnknownError
from bot.fresh import Fresh
from bot.services.access import About
from bot.slack.api import SlackApi
from bot.slack.codes import ARCHIVED, Kind, kind_of

log = structlog.get_logger(__name__)

PATIENCE_SECONDS = 20.0
SHARED = ("is_ext_shared", "is_pending_ext_shared", "pending_shared", "pending_connected_team_ids")


def about(channel: Mapping[str, Any]) -> About:
    """Read Slack's object of a conversation. Shared within one organization isn't shared with another."""
    shared = any(channel.get(name) for name in SHARED)
    with_whom_unsaid = bool(channel.get("is_shared")) and not channel.get("is_org_shared")
    kind = "public"
    if channel.get("is_im"):
        kind = "im"
    elif channel.get("is_mpim"):
        kind = "mpim"
    elif channel.get("is_private") or channel.get("is_group"):
        kind = "private"
    return About(kind, shared or with_whom_unsaid, bool(channel.get(ARCHIVED)))


class Places:
    """Looks at places. What was seen is kept elsewhere; those who ask at once share one look-up."""

    def __init__(self, api: SlackApi) -> None:
        self._api = api
        self._asked: Fresh[str, About] = Fresh(self._ask, 0.0, kept=1)

    async def about(self, channel: str) -> About:
        """Return what a place is now.

        Raises:
            SlackApiError, OutcomeUnknownError: Slack does not say.
        """
        return await self._asked.get(channel)

    async def joined(self, channel: str) -> bool:
        """Return whether I am in a channel now; where Slack doesn't say, I may be."""
        try:
            answer = await self._api.call("conversations.info", patience=PATIENCE_SECONDS, channel=channel)
        except SlackApiError as error:
            return kind_of(error) not in (Kind.JOINABLE, Kind.INVITE)
        except OutcomeUnknownError:
            return True
        return answer["channel"].get("is_member") is not False

    async def _ask(self, channel: str) -> About:
        try:
            answer = await self._api.call("conversations.info", patience=PATIENCE_SECONDS, channel=channel)
        except (SlackApiError, OutcomeUnknownError) as error:
            log.info("place_not_known", channel=channel, error=type(error).__name__)
            raise
        return about(answer["channel"])
