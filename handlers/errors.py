"""The one ``app.error``: an exception in a listener becomes a sentence for the person and an id for the log."""

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

import structlog
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError

from bot.errors import OutcomeUnknownError, RefusedError, UsageError
from bot.observability.logs import new_error_id
from bot.render.errors import not_taken_in
from bot.runtime import Runtime
from bot.services.access import Place
from bot.slack.telling import notice
from bot.slack.writing.posts import QUIET, metadata_for
from bot.slack.writing.private_reply import respond
from handlers.came import UnreadableError, team_of

log = structlog.get_logger(__name__)

REMEMBERED = 1_000
"""Questions of which this process knows that their person was told."""
PATIENCE_SECONDS = 5.0


async def tell(runtime: Runtime, error: BaseException, body: Mapping[str, Any]) -> None:
    """Log the error under an id and give the person the sentence, where the payload holds a way back to them."""
    error_id = new_error_id()
    if isinstance(error, UsageError | RefusedError):
        log.info("refused", error_id=error_id, reason=type(error).__name__)
    else:
        log.error("listener_failed", error_id=error_id, exc_info=error)
    if url := _way_back(body):
        workspace = runtime.workspaces.of(team_of(body))
        await respond(workspace.api, workspace.http, url, notice(error, error_id).message, replace=False)


def _way_back(body: Mapping[str, Any]) -> str | None:
    """Return the ``response_url`` of a command or a press, or the first of a form."""
    several = body.get("response_urls")
    forms = several if isinstance(several, list) else []
    found = (place.get("response_url") for place in [body, *forms] if isinstance(place, Mapping))
    return next((url for url in found if isinstance(url, str) and url), None)


class NotTakenInError(Exception):
    """A question could not be written down; its person was told. Slack should send it again."""


class NotTakenIn:
    """Tells people in the thread, once for each question, that it could not be written down."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._told: OrderedDict[str, None] = OrderedDict()

    async def tell(self, error: Exception, work_id: str, place: Place) -> None:
        """Log the error under an id and say the sentence, unless it was said at an earlier delivery of the same question."""
        error_id = new_error_id()
        log.error("question_not_taken_in", error_id=error_id, work=work_id, exc_info=error)
        if work_id in self._told:
            return
        self._told[work_id] = None
        if len(self._told) > REMEMBERED:
            self._told.popitem(last=False)
        said = not_taken_in(error_id)
        try:
            await self._runtime.workspaces.of(place.team).api.call(
                "chat.postMessage",
                patience=PATIENCE_SECONDS,
                channel=place.channel,
                thread_ts=place.thread,
                text=said.text,
                blocks=said.blocks,
                # A key of its own: the answer that may follow must not take this message for its beginning.
                metadata=metadata_for(f"notice:{work_id}"),
                **QUIET,
            )
        except (SlackApiError, OutcomeUnknownError) as silent:
            log.warning("not_told", error_id=error_id, error=type(silent).__name__)


class Errors:
    """What no one caught."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    async def on_error(self, error: Exception, body: dict[str, Any]) -> BoltResponse | None:
        """An event has no way back but Slack's redelivery; commands, buttons and modals have a response_url."""
        if isinstance(error, UnreadableError):  # sent again it would be no better
            log.warning("delivery_unreadable", lacking=str(error))
            return BoltResponse(status=400, body="unreadable")
        await tell(self._runtime, error, body)
        return None
