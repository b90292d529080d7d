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
from bot.render.blocks import Message, context, section
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
_ASK_OPERATOR = "Ask the person who runs the bot"
_HYPHEN = "\u2011"  # does not break, so an id is never wrapped


@dataclass(frozen=True, slots=True)
class Notice:
    """What a person reads about a failure, as mrkdwn that is safe already."""

    text: str
    retryable: bool
    """Trying again unchanged may help."""
    error_id: str = ""
    """Under which the log has it; empty where nothing went wrong on our side."""

    @property
    def message(self) -> Message:
        """Return the sentence with its id in small print."""
        return with_id(self.text, self.error_id)


def words(error: BaseException, error_id: str) -> Notice:
    """Return the sentence for `error`. Telnyx's own words are shown where they help to put the request right, nothing else is."""
    for kind, say in _TABLE:
        if isinstance(error, kind):
            text, retryable = say(error)
            told = isinstance(error, UsageError | RefusedError)  # no incident, so there is nothing to look up
            return Notice(without_secrets(text), retryable, "" if told else error_id)
    return Notice("Something went wrong on my side. Try again.", retryable=True, error_id=error_id)


def small_print(error_id: str) -> str:
    """Return what stands below a failure: what to do with its id, which is never wrapped."""
    return f"If it keeps happening, give this ID to the person who runs the bot: {error_id.replace('-', _HYPHEN)}"


def with_id(text: str, error_id: str) -> Message:
    """Return a sentence with the id of what went wrong in small print below it."""
    if not error_id:
        return Message(text)
    small = small_print(error_id)
    return Message(f"{text} {small}", [section(text), context(small)])


def expected(error: BaseException) -> bool:
    """Return whether the table knows this error: then it is no mistake of ours, and its own words hold nothing that people wrote."""
    return isinstance(error, tuple(kind for kind, _ in _TABLE))


def unanswered(error: BaseException) -> bool:
    """Return whether Telnyx or Slack may have done what it was asked to do, although no answer says so."""
    return isinstance(error, OutcomeUnknownError) or (
        isinstance(error, TelnyxError) and may_have_arrived(error)
    )


def interrupted(what: str = "this", *, see: str = "", error_id: str = "", why_not: str = "") -> Message:
    """Return what is said of a change of which no one can tell whether it was made.

    Args:
        what: the change, such as "`/telnyx docs embed`".
        see: what follows ``/telnyx`` to look whether it was made.
        error_id: of what went wrong, if anything did.
        why_not: why it is not tried again, if that was refused.
    """
    look = f"Type `/telnyx {see}` to check before you try again." if see else "Check before you try again."
    parts = [f"I was interrupted while doing {what}, so I don't know whether it was done.", look, why_not]
    return with_id(" ".join(filter(None, parts)), error_id)


def not_taken_in(error_id: str) -> Message:
    """Return what is said of a question that could not be saved. Slack delivers it again, so it may be answered after all."""
    text = (
        "I couldn't save your question, so I haven't started. I'll retry within a few minutes; "
        "if you don't hear from me, ask again."
    )
    return with_id(text, error_id)


def slack_words(code: str, kind: str) -> str:
    """Return the sentence for Slack's no.

    Args:
        code: Slack's error word; https://docs.slack.dev/reference/methods lists them.
        kind: what it means for us, as the table of error words names it.
    """
    return _SLACK.get(code) or _SLACK_KINDS.get(
        kind,
        f"Slack refused this ({escape_mrkdwn(plain(code, 60))}). Try again in a moment.",
    )


_Said = tuple[str, bool]


def _usage(error: UsageError) -> _Said:
    return escape_mrkdwn(f"{error.text} Example: {error.example}" if error.example else error.text), False


def _empty(error: EmptyAnswerError) -> _Said:
    if error.cut == "length":
        text = "The model used up its tokens before it wrote an answer. Choose another model, or raise ANSWERS_MAX_TOKENS."
    elif error.cut == "content_filter":
        text = "The model's content filter stopped the answer before it began. Rephrase your question, or choose another model."
    else:
        text = "The model didn't write anything. Try again, or choose another model."
    return text, True


def _permission(error: TelnyxPermissionError) -> _Said:
    if error.spending_limit:
        text = (
            "The Telnyx account has reached its spending limit for AI. "
            f"{_ASK_OPERATOR} to raise it in the Telnyx portal, or wait for the next day or month (UTC)."
        )
        return text, False
    return f"My Telnyx API key isn't allowed to do this. {_ASK_OPERATOR} to change that.", False


def _rate(error: TelnyxRateLimitError) -> _Said:
    when = "in a minute" if error.retry_after is None else f"in {seconds(error.retry_after)}"
    return f"Telnyx is getting more requests from us than it allows. Try again {when}.", True


def _invalid(error: TelnyxInvalidError) -> _Said:
    if error.too_long:
        return TOO_LONG, False
    said = error.detail or error.title
    reason = f" It said: “{escape_mrkdwn(plain(said, _DETAIL))}”" if said else ""
    return f"Telnyx didn't accept this.{reason} Change it and try again.", False


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
            "I was interrupted three times while answering this, so I stopped trying. Try again, or rephrase it.",
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
        _said("I can't reach Telnyx right now. Try again in a moment.", retryable=True),
    ),
    (
        TelnyxAuthenticationError,
        _said(
            f"Telnyx doesn't accept my API key. {_ASK_OPERATOR} to set TELNYX_API_KEY to a valid one.",
            retryable=False,
        ),
    ),
    (TelnyxPermissionError, _permission),
    (TelnyxRateLimitError, _rate),
    (
        TelnyxNotFoundError,
        _said(
            "Telnyx can't find this. Check the name or ID; it may have been deleted.",
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
    (TelnyxStreamError, _said("The answer from Telnyx broke off halfway. Try again.", retryable=True)),
    (
        TelnyxUnreadableError,
        _said("I couldn't read Telnyx's answer. Try again.", retryable=True),
    ),
    (TelnyxError, _said("The request to Telnyx failed. Try again in a moment.", retryable=True)),
)

_REINSTALL = (
    f"I don't have permission for this. {_ASK_OPERATOR} to reinstall the app with the current manifest."
)
_NO_CHANNEL = "I can't see this channel. If it's private, add me with /invite, then try again."
_TOO_LONG = "This is too long for a Slack message. Ask for a part of it."
_TOKEN_ASKED = f"{_ASK_OPERATOR} to set SLACK_BOT_TOKEN to a valid one."
_TOKEN = f"Slack doesn't accept my token. {_TOKEN_ASKED}"
_TRIGGER = "That took too long, so Slack didn't open the window. Try again."
_SLACK_KINDS = {
    "PASSING": "Slack has a problem on its side. Try again in a few minutes.",
    "TOO_FAST": "Slack asked me to slow down. Try again in a minute.",
    "TOKEN": _TOKEN,
    "NOT_OFFERED": _REINSTALL,
    "JOINABLE": "I'm not in this channel. Add me with /invite, then try again.",
    "INVITE": _NO_CHANNEL,
    "ARCHIVED": "This channel is archived, so I can't post there. Choose another one.",
    "CLOSED": "This workspace's rules don't let me do this here. Ask a workspace admin.",
    "BLOCKS": _TOO_LONG,
    "TOO_LONG": _TOO_LONG,
    "GONE": "I can't find the message. It may have been deleted.",
    "FIXED": "I can't change this message anymore.",
    "NOBODY": "I can't write to this person.",
    "FILE_GONE": "Slack no longer has this file.",
}
_SLACK = {
    "no_permission": _REINSTALL,
    "restricted_action_read_only_channel": "Only some people can post in this channel, and I'm not one of them. Ask a workspace admin.",
    "restricted_action_thread_only_channel": "In this channel I can only reply in threads.",
    "thread_not_found": "I can't find the thread. Its first message may have been deleted.",
    "cant_update_message": "I can only change my own messages.",
    "user_not_found": "Slack can't find this person.",
    "user_not_in_channel": "This person isn't in the channel, so I can't show them anything there.",
    "cannot_dm_bot": "I can't write to another bot.",
    "expired_trigger_id": _TRIGGER,
    "trigger_expired": _TRIGGER,
    "account_inactive": "I was removed from this workspace.",
}
"""Sentences for words that say more than what kind they are of."""
