"""Finds the people, channels, messages and views that control calls name."""

from typing import Any

from sandbox.slack.action_values import ActionError
from sandbox.slack.messages import Message
from sandbox.slack.view_store import View
from sandbox.slack.workspace import Workspace
from sandbox.slack.world import Channel


class Finder:
    """Look-ups that refuse in words what is not there or not that person's."""

    def __init__(self, workspace: Workspace) -> None:
        self._slack = workspace

    def person(self, name: str) -> str:
        """The id of the person with this id or handle."""
        human = self._slack.world.named(name)
        if human is None:
            raise ActionError(f"there is no person {name!r}")
        return human.id

    def channel(self, name: str) -> Channel:
        """The channel with this id or name."""
        channel = self._slack.world.channel_named(name)
        if channel is None:
            raise ActionError(f"there is no channel {name!r}")
        return channel

    def member(self, user: str, name: str) -> Channel:
        """A living channel that the person is in."""
        channel = self.channel(name)
        if self.person(user) not in channel.members:
            raise ActionError("not_in_channel")
        if channel.is_archived:
            raise ActionError("is_archived")
        return channel

    def own(self, user: str, channel: Channel, ts: str) -> Message:
        """A message that the person wrote."""
        message = self._slack.messages.permanent(channel.id, ts)
        if message is None or message.user != self.person(user):
            raise ActionError("this is not a message of that person")
        return message

    def seen(self, user: str, done: dict[str, Any]) -> tuple[Channel, Message]:
        """A message (`channel`, `ts`) that the person sees."""
        channel = self.channel(done.get("channel", ""))
        message = self._slack.messages.get(channel.id, done.get("ts", ""))
        visible = self._slack.visible_to(user, channel)
        if message is None or not visible or message.only_for not in ("", user):
            raise ActionError("this person sees no such message")
        return channel, message

    def view(self, user: str, view_id: str) -> View:
        """A view that the person has open."""
        view = self._slack.views.find(view_id)
        if view is None or view.user != user:
            raise ActionError("this person has no such view open")
        return view
