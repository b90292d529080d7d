"""The line under a thread that says what is being done, where Slack has one."""

import structlog
from slack_sdk.errors import SlackApiError

from bot.errors import OutcomeUnknownError
from bot.services.access import Place
from bot.slack.api import SlackApi
from bot.slack.codes import Kind, code_of, kind_of

log = structlog.get_logger(__name__)


class StatusLine:
    """Status lines of one workspace's threads."""

    def __init__(self, api: SlackApi) -> None:
        self._api = api
        self._offered = True

    async def show(self, place: Place, text: str, *, private: bool) -> bool:
        """Show (or with "" clear) the status line of a thread; False where Slack has none, as for a private answer."""
        if private or not self._offered:
            return False
        where = {"channel_id": place.channel, "thread_ts": place.thread}
        try:
            await self._api.call("assistant.threads.setStatus", patience=2, status=text, **where)
        except SlackApiError as error:
            self._offered = kind_of(error) is not Kind.NOT_OFFERED
            log.info("status_refused", error=code_of(error))
            return False
        except OutcomeUnknownError:
            return False
        return True
