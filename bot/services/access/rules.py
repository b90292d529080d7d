"""The rules: who may see what, from what is known of a person and a place. Pure."""

from typing import Literal

from bot.services.access.audience import Audience, ReadAlong
from bot.services.access.who import Person, Place, Readers


def audience(
    place: Place,
    person: Person,
    *,
    private: bool,
    documents: Literal["all", "none"],
    calls: Literal["admins", "all"],
    readers: Readers = Readers.MEMBERS,
) -> Audience:
    """Return what every reader of ``place`` may see, as far as this workspace's settings say.

    Args:
        place: where the result will be shown.
        person: who asks.
        private: only they will see it.
        documents: ``ACCESS_DEFAULT``.
        calls: ``ACCESS_CALLS``.
        readers: who reads the place, unless the result is private.
    """
    outside = _outside(person)
    if outside is None and not private and (others := _others(place, readers)):
        return ReadAlong(others, others, others)
    no_documents = outside
    if no_documents is None and documents == "none":
        no_documents = (
            "No one has access to the documents yet. Ask the person who runs the bot to change that."
        )
    no_calls = outside
    if no_calls is None and calls == "admins" and not person.admin:
        no_calls = "Calls contain customer conversations, so only workspace admins can see them. Ask an admin for access."
    no_admin = outside
    if no_admin is None and not person.admin:
        no_admin = "Only workspace admins can do this. Ask one of them."
    return Audience(no_documents, no_calls, no_admin)


def _outside(person: Person) -> str | None:
    if person.external:
        return "I can only answer people from this workspace."
    if person.guest:
        return (
            "I can only answer full members of this workspace, not guests. Ask a workspace admin for access."
        )
    return None


def _others(place: Place, readers: Readers) -> str | None:
    if place.shared:
        return (
            "This channel is shared with another organization, so I don't answer from internal documents here. "
            "Ask me privately instead."
        )
    if readers is Readers.OUTSIDERS:
        return "A guest can read this channel, so I don't answer from internal documents here. Ask me privately instead."
    if readers is Readers.UNKNOWN:
        return "I couldn't check who can read this channel, so I don't answer from internal documents here. Ask me privately instead."
    return None
