"""The one table from exceptions to words: what happened, what to do, and the id under which the log has the rest."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.errors import (
    GivenUpError,
    OutcomeUnknownError,
    RefusedError,
    TookTooLongError,
    TooSlowError,
    UsageError,
)
from bot.observability.logs import without_secrets
from bot.render.markdown import escape_mrkdwn, plain
from bot.render.numbers import seconds
from bot.services.ask import EmptyAnswerError
from bot.services.room import TOO_LONG
from bot.telnyx.errors import (
    TelnyxAuthenticationError,
    TelnyxConflictError,
    TelnyxError,
    TelnyxInvalidError,
    TelnyxNotFoundError,
    TelnyxPermissionError,
    TelnyxRateLimitError,
    TelnyxServerError,
    TelnyxStatusError,
    TelnyxStreamError,
    TelnyxTimeoutError,
    TelnyxUnreachableError,
    TelnyxUnreadableError,
    may_have_arrived,
)

_DETAIL = 200
_ASK_OPERATOR = "Please tell whoever runs this bot"


@dataclass(frozen=True, slots=True)
class Notice:
    """What a person reads about a failure, as mrkdwn that is safe already. `retryable`: trying again unchanged may help."""

    text: str
    retryable: bool


def words(error: BaseException, error_id: str) -> Notice:
    """Return the sentence for `error`. Telnyx's own words are shown where they help to put the request right, nothing else is."""
    for kind, say in _TABLE:
        if isinstance(error, kind):
            text, retryable = say(error)
            told = isinstance(error, UsageError | RefusedError)  # no incident, so there is nothing to look up
            return Notice(
                without_secrets(text if told or not error_id else f"{text}  ({error_id})"), retryable
            )
    text = "Something went wrong inside the bot. Try again; if it stays, tell whoever runs this bot this id."
    return Notice(f"{text}  ({error_id})" if error_id else text, retryable=True)


def expected(error: BaseException) -> bool:
    """Return whether the table knows this error: then it is no mistake of ours, and its own words hold nothing that people wrote."""
    return isinstance(error, tuple(kind for kind, _ in _TABLE))


def unanswered(error: BaseException) -> bool:
    """Return whether Telnyx or Slack may have done what it was asked to do, although no answer says so."""
    return isinstance(error, OutcomeUnknownError) or (
        isinstance(error, TelnyxError) and may_have_arrived(error)
    )


def interrupted(what: str = "this", *, see: str = "", error_id: str = "", why_not: str = "") -> str:
    """Return the sentence for a change of which no one can tell whether it was made.

    Args:
        what: the change, such as "`/telnyx docs embed`".
        see: what follows ``/telnyx`` to look whether it was made.
        error_id: of what went wrong, if anything did.
        why_not: why it is not tried again, if that was refused.
    """
    look = f"Type `/telnyx {see}` to check before you try again." if see else "Check before you try again."
    parts = [f"I was interrupted while doing {what}, so I don't know whether it was done.", look, why_not]
    return " ".join(filter(None, parts)) + (f"  ({error_id})" if error_id else "")


def not_taken_in(error_id: str) -> str:
    """Return the sentence for a question that could not be written down. Slack delivers it again, so it may be answered after all."""
    return (
        "I could not write your question down, so I have not begun. I try again within some minutes; if no answer comes, "
        f"please ask again and tell whoever runs this bot this id.  ({error_id})"
    )


def slack_words(code: str, kind: str) -> str:
    """Return the sentence for Slack's no.

    Args:
        code: Slack's error word; https://docs.slack.dev/reference/methods lists them.
        kind: what it means for us, as the table of error words names it.
    """
    return _SLACK.get(code) or _SLACK_KINDS.get(
        kind,
        f"Slack refused this ({escape_mrkdwn(plain(code, 60))}). Try again; if it stays, tell whoever runs this bot.",
    )


_Said = tuple[str, bool]


def _usage(error: UsageError) -> _Said:
    return escape_mrkdwn(f"{error.text} Example: {error.example}" if error.example else error.text), False


def _empty(error: EmptyAnswerError) -> _Said:
    if error.cut == "length":
        text = "The model used up its tokens before it wrote an answer. Choose another model, or raise ANSWERS_MAX_TOKENS."
    elif error.cut == "content_filter":
        text = "A content filter of the model stopped the answer before it began. Ask in other words, or ask another model."
    else:
        text = "The model ended without writing anything. Try again, or with another model."
    return text, True


def _permission(error: TelnyxPermissionError) -> _Said:
    if error.spending_limit:
        text = (
            "The Telnyx account has reached its spending limit for AI. It opens again with the next day or month (UTC), "
            f"or when the limit is raised in the Telnyx portal. {_ASK_OPERATOR}."
        )
        return text, False
    return f"Telnyx does not allow this for the bot's API key. {_ASK_OPERATOR}.", False


def _rate(error: TelnyxRateLimitError) -> _Said:
    when = "in a minute" if error.retry_after is None else f"in {seconds(error.retry_after)}"
    return f"Telnyx is getting more requests from this account than it allows. Try again {when}.", True


def _invalid(error: TelnyxInvalidError) -> _Said:
    if error.too_long:
        return TOO_LONG, False
    said = error.detail or error.title
    reason = f" It says: “{escape_mrkdwn(plain(said, _DETAIL))}”" if said else ""
    return f"Telnyx did not accept the request.{reason} Change it and try again.", False


def _took_too_long(error: TookTooLongError) -> _Said:
    return (
        f"This wasn't finished after {seconds(error.seconds)}, so I stopped. Try again, or ask for less at once.",
        True,
    )


def _said(text: str, *, retryable: bool) -> Callable[[BaseException], _Said]:
    return lambda _error: (text, retryable)


# The first row that fits counts: children stand before their parents.
_TABLE: tuple[tuple[type[BaseException], Callable[..., _Said]], ...] = (
    (UsageError, _usage),
    (RefusedError, lambda error: (escape_mrkdwn(error.text), False)),
    (
        GivenUpError,
        _said(
            "I was stopped three times while I worked on this, so I have given it up. Try again, or ask it in other words.",
            retryable=True,
        ),
    ),
    (TookTooLongError, _took_too_long),
    (OutcomeUnknownError, _said("Slack isn't answering right now. Try again in a moment.", retryable=True)),
    (TooSlowError, _said("This took too long, so I stopped looking. Try again in a moment.", retryable=True)),
    (EmptyAnswerError, _empty),
    (TelnyxTimeoutError, _said("Telnyx took too long to answer. Try again in a moment.", retryable=True)),
    (
        TelnyxUnreachableError,
        _said("Telnyx cannot be reached at the moment. Try again in a moment.", retryable=True),
    ),
    (
        TelnyxAuthenticationError,
        _said(
            f"Telnyx does not accept the bot's API key. {_ASK_OPERATOR}: TELNYX_API_KEY needs a valid key.",
            retryable=False,
        ),
    ),
    (TelnyxPermissionError, _permission),
    (TelnyxRateLimitError, _rate),
    (
        TelnyxNotFoundError,
        _said(
            "Telnyx does not know this, or no longer. Check the name or the id; it may have been deleted.",
            retryable=False,
        ),
    ),
    (TelnyxConflictError, _said("Telnyx is still working on this. Try again in a moment.", retryable=True)),
    (TelnyxInvalidError, _invalid),
    (
        TelnyxServerError,
        _said("Telnyx has a problem on its side. Try again in a few minutes.", retryable=True),
    ),
    (TelnyxStatusError, _said("Telnyx refused the request. Try again in a few minutes.", retryable=True)),
    (TelnyxStreamError, _said("The answer broke off on its way from Telnyx. Try again.", retryable=True)),
    (
        TelnyxUnreadableError,
        _said("Telnyx sent an answer that the bot cannot read. Try again.", retryable=True),
    ),
    (TelnyxError, _said("The request to Telnyx failed. Try again in a moment.", retryable=True)),
)

_REINSTALL = "The bot lacks a permission for this. Please ask whoever runs it to reinstall the app with the current manifest."
_NO_CHANNEL = "The bot cannot see this channel. If it is private, invite the bot first with /invite."
_TOO_LONG = "This is longer than Slack takes in one message. Ask for a part of it."
_TOKEN = "Slack does not accept the bot's token. Please tell whoever runs this bot: SLACK_BOT_TOKEN needs a valid token."  # noqa: S105  # a sentence
_TRIGGER = "That took too long for Slack to open the window. Try again."
_SLACK_KINDS = {
    "PASSING": "Slack has a problem on its side. Try again in a few minutes.",
    "TOO_FAST": "Slack asks the bot to slow down. Try again in a minute.",
    "TOKEN": _TOKEN,
    "NOT_OFFERED": _REINSTALL,
    "JOINABLE": "The bot is not in this channel. Add it with the button or with /invite, then try again.",
    "INVITE": _NO_CHANNEL,
    "ARCHIVED": "This channel is archived, so nothing can be posted there.",
    "CLOSED": "The rules of this workspace do not let the bot do this here. Ask an admin of the workspace.",
    "BLOCKS": _TOO_LONG,
    "TOO_LONG": _TOO_LONG,
    "GONE": "The message is gone; it may have been deleted.",
    "FIXED": "The bot can't change this message anymore.",
    "NOBODY": "The bot can't write to this person.",
    "FILE_GONE": "Slack does not have this file any more.",
}
_SLACK = {
    "no_permission": _REINSTALL,
    "restricted_action_read_only_channel": "Only some people may post in this channel, and the bot is not among them.",
    "restricted_action_thread_only_channel": "This channel takes replies in threads only.",
    "thread_not_found": "The thread is gone; its first message may have been deleted.",
    "cant_update_message": "The bot can only change its own messages.",
    "user_not_found": "Slack does not know this person.",
    "user_not_in_channel": "This person is not in the channel, so the bot cannot show them anything there.",
    "cannot_dm_bot": "The bot cannot write to another bot.",
    "expired_trigger_id": _TRIGGER,
    "trigger_expired": _TRIGGER,
    "account_inactive": "The bot was removed from this workspace.",
}
"""Sentences for words that say more than what kind they are of."""
