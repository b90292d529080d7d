"""`reactions.add` and `reactions.remove`."""

import re

from sandbox.slack.messages import Message
from sandbox.slack.web_api.method import Answer, ApiError, Arguments, Method, arguments
from sandbox.slack.web_api.places import joined
from sandbox.slack.workspace import Workspace
from sandbox.slack.world import BOT_USER

EMOJI_NAME = re.compile(r"[a-z0-9_+'-]+(::skin-tone-[2-6])?")


def _target(slack: Workspace, given: Arguments) -> Message:
    """The message to react to; a name with colons or capitals is no emoji."""
    if "channel" not in given or "timestamp" not in given:
        raise ApiError("no_item_specified")
    channel = joined(slack, given["channel"])
    if not EMOJI_NAME.fullmatch(given["name"]):
        raise ApiError("invalid_name")
    message = slack.messages.permanent(channel.id, given["timestamp"])
    if message is None:
        raise ApiError("message_not_found")
    return message


def add(slack: Workspace, given: Arguments) -> Answer:
    """`reactions.add`."""
    users = _target(slack, given).reactions.setdefault(given["name"], [])
    if BOT_USER in users:
        raise ApiError("already_reacted")
    users.append(BOT_USER)
    slack.changes.bump()
    return {}


def remove(slack: Workspace, given: Arguments) -> Answer:
    """`reactions.remove`."""
    message = _target(slack, given)
    users = message.reactions.get(given["name"], [])
    if BOT_USER not in users:
        raise ApiError("no_reaction")
    users.remove(BOT_USER)
    if not users:
        del message.reactions[given["name"]]
    slack.changes.bump()
    return {}


METHODS = (
    Method("reactions.add", add, arguments("channel!", "name!", "timestamp!"), ("reactions:write",)),
    Method(
        "reactions.remove",
        remove,
        arguments("channel", "name!", "timestamp", "file", "file_comment"),
        ("reactions:write",),
    ),
)
