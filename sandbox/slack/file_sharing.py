"""How a file gets into a conversation, and who may see it."""

import asyncio
from collections.abc import Sequence

from sandbox.slack.file_store import StoredFile
from sandbox.slack.messages import JsonObject, Message
from sandbox.slack.workspace import Workspace
from sandbox.slack.world import BOT_USER, Channel


def share(
    slack: Workspace,
    channel: Channel,
    files: Sequence[StoredFile],
    *,
    text: str = "",
    blocks: Sequence[JsonObject] = (),
    thread_ts: str | None = None,
) -> Message:
    """Post a message of the files' owner that carries them."""
    user = files[0].user
    human = slack.world.user(user)
    made = Message(
        channel=channel.id,
        ts=slack.messages.new_ts(),
        user=user,
        kind="post" if user == BOT_USER else "user",
        team=human.team if human else "",
        text=text,
        blocks=list(blocks),
        thread_ts=thread_ts,
        subtype="file_share",
        files=list(files),
    )
    return slack.post(channel, made)


def share_soon(
    slack: Workspace,
    channel: Channel,
    files: Sequence[StoredFile],
    *,
    text: str,
    blocks: Sequence[JsonObject],
    thread_ts: str | None,
) -> None:
    """Share after a moment, as Slack does: the call is answered before the message stands."""

    def now() -> None:
        if standing := [file for file in files if not file.deleted]:
            share(slack, channel, standing, text=text, blocks=blocks, thread_ts=thread_ts)

    asyncio.get_running_loop().call_later(slack.timings.share, now)


def visible_to(slack: Workspace, user: str, file: StoredFile) -> bool:
    """Whether a person sees the file: it is their own, or it stands in a conversation that they may read."""
    return file.user == user or any(
        entries and slack.visible_to(user, slack.world.channels[channel])
        for channel, entries in file.channels.items()
    )


def visible_to_bot(slack: Workspace, file: StoredFile) -> bool:
    """Whether the app sees the file: its own, or in a conversation that it is a member of."""
    return file.user == BOT_USER or any(
        entries and BOT_USER in slack.world.channels[channel].members
        for channel, entries in file.channels.items()
    )
