"""The one sentence for an error, whether it is Slack's no or anything else."""

from dataclasses import replace

from slack_sdk.errors import SlackApiError

from bot.render.errors import Notice, slack_words, words
from bot.slack.codes import code_of, kind_of


def refused(error: SlackApiError) -> str:
    """Return the sentence for Slack's no."""
    return slack_words(code_of(error), kind_of(error).name)


def notice(error: BaseException, error_id: str) -> Notice:
    """Return what a person reads about ``error``, with the id under which the log has it."""
    said = words(error, error_id)
    return replace(said, text=refused(error)) if isinstance(error, SlackApiError) else said
