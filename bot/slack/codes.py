"""Slack's error words: what each means for us, in one table for the whole program.

https://docs.slack.dev/reference/methods lists them; https://docs.slack.dev/apis/web-api/rate-limits tells of 429.
"""

from collections.abc import Mapping
from enum import Enum, auto
from typing import Any

from slack_sdk.errors import SlackApiError


class Kind(Enum):
    """What an error word means for the one who made the call."""

    PASSING = auto()
    """Slack failed, so the call may have been done; made again later, it works."""
    TOO_FAST = auto()
    """Nothing was done; made again when Slack allows it, it works."""
    TOKEN = auto()
    """The token is refused everywhere, until someone puts it right."""
    NOT_OFFERED = auto()
    """This workspace or this app will never have the method."""
    JOINABLE = auto()
    """We aren't in the place, and can enter it."""
    INVITE = auto()
    """We aren't in the place, and someone has to invite us."""
    ARCHIVED = auto()
    CLOSED = auto()
    """We may not write in the place, in or out of it."""
    BLOCKS = auto()
    """The blocks are refused; simpler ones may be taken."""
    TOO_LONG = auto()
    GONE = auto()
    """The message, or the thread, isn't there anymore."""
    FIXED = auto()
    """The message can't be changed, so what it should say needs another one."""
    STREAM_ENDED = auto()
    STREAMING = auto()
    """The message is an open stream, which can't be edited."""
    NOBODY = auto()
    """The person can't be written to, now or later."""
    WINDOW_GONE = auto()
    FILE_GONE = auto()
    SOCKETS_OFF = auto()
    SOCKETS_FULL = auto()
    OTHER = auto()
    """Slack's no to this call, for good."""


RATELIMITED = "ratelimited"
UNAVAILABLE = "service_unavailable"
"""Words that we say in Slack's place, about calls that were not made."""
ARCHIVED = "is_archived"
"""Also the field of a conversation that says so."""

REFUSED_BLOCKS = "invalid_blocks"
"""Slack's word for blocks that it doesn't know, and for those that have something wrong."""
WORDS: Mapping[Kind, frozenset[str]] = {
    kind: frozenset(words.split())
    for kind, words in {
        Kind.PASSING: "internal_error fatal_error service_unavailable request_timeout team_added_to_org org_login_required "
        "messaging_processing_failed update_failed external_channel_migrating fetch_members_failed "
        "list_record_comment_fetch_failed file_update_failed",
        Kind.TOO_FAST: "ratelimited rate_limited message_limit_exceeded",
        Kind.TOKEN: "invalid_auth not_authed token_revoked token_expired account_inactive",
        Kind.NOT_OFFERED: "unknown_method feature_not_enabled missing_scope not_allowed_token_type method_deprecated "
        "deprecated_endpoint team_access_not_granted not_enabled not_implemented",
        Kind.JOINABLE: "not_in_channel",
        Kind.INVITE: "channel_not_found method_not_supported_for_channel_type",
        Kind.ARCHIVED: "is_archived is_inactive",
        Kind.CLOSED: "restricted_action restricted_action_read_only_channel restricted_action_thread_only_channel "
        "restricted_action_thread_locked restricted_action_non_threadable_channel no_permission "
        "messages_tab_disabled posting_to_channel_denied channel_is_limited_access channel_type_not_supported "
        "too_many_members ekm_access_denied",
        Kind.BLOCKS: "invalid_blocks invalid_blocks_format msg_blocks_too_long msg_blocks_too_many "
        "invalid_attachments",
        Kind.TOO_LONG: "msg_too_long attachment_payload_limit_exceeded",
        Kind.GONE: "message_not_found thread_not_found cannot_reply_to_message",
        Kind.FIXED: "cant_update_message edit_window_closed block_mismatch cant_delete_message message_not_owned_by_app",
        Kind.STREAM_ENDED: "message_not_in_streaming_state stopped_by_user",
        Kind.STREAMING: "streaming_state_conflict",
        Kind.NOBODY: "user_not_found user_disabled cannot_dm_bot user_not_visible",
        Kind.WINDOW_GONE: "not_found view_not_found",
        Kind.FILE_GONE: "file_not_found file_deleted",
        Kind.SOCKETS_OFF: "link_disabled",
        Kind.SOCKETS_FULL: "too_many_websockets",
    }.items()
}
_KINDS = {word: kind for kind, words in WORDS.items() for word in words}

NOT_NOW = frozenset({Kind.TOO_FAST, Kind.TOKEN})
"""Nothing was done, and the same call works later."""
NO_PLACE = frozenset({Kind.JOINABLE, Kind.INVITE, Kind.ARCHIVED, Kind.CLOSED})
"""We may not write there at all."""


def kind_of_word(word: str) -> Kind:
    """Return what an error word means."""
    return _KINDS.get(word, Kind.OTHER)


def code_of(error: SlackApiError) -> str:
    """Return Slack's error word, such as ``not_in_channel``; "" for an answer that can't be read."""
    data: Any = getattr(error.response, "data", error.response)
    return str(data.get("error") or "") if isinstance(data, dict) else ""


def kind_of(error: SlackApiError) -> Kind:
    """Return what an answer means. One that can't be read says nothing of what was done, whatever its status is."""
    # slack_sdk hands over aiohttp's own answer when it cannot read the body
    status = int(
        getattr(error.response, "status_code", None) or getattr(error.response, "status", None) or 200
    )
    if status == 429:  # noqa: PLR2004 - HTTP
        return Kind.TOO_FAST
    code = code_of(error)
    return Kind.PASSING if status >= 500 or not code else kind_of_word(code)  # noqa: PLR2004 - HTTP


def retry_after_of(error: SlackApiError) -> float | None:
    """Return the seconds to wait if Slack said that there were too many calls, else None."""
    if kind_of(error) is not Kind.TOO_FAST:
        return None
    headers = {key.lower(): value for key, value in (getattr(error.response, "headers", None) or {}).items()}
    try:
        return float(headers.get("retry-after", 1))
    except ValueError:
        return 1.0


def refusal(method: str, word: str) -> SlackApiError:
    """Return the error for a call that Slack was not asked for, as if it had said no."""
    return SlackApiError(method, {"ok": False, "error": word})  # type: ignore[no-untyped-call] # slack_sdk has no type there
