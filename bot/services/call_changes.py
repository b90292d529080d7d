"""What people change about calls: a message more, tags, who answers. Only calls that they may see are changed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.errors import UsageError
from bot.services.access import Audience, Right
from bot.services.calls import ASSISTANT, Call, Calls
from bot.telnyx import Conversation, NewMessage, Telnyx, TelnyxNotFoundError

AI_DISABLED = "ai_disabled"
"""The key by which Telnyx's assistant keeps silent."""


@dataclass(frozen=True, slots=True)
class Tagged:
    """What became of a call's tags."""

    call: Call
    """As it was before."""
    changed: bool
    """False where it was like that already, so nothing was sent, and no attempt before can have made it so."""
    refused: tuple[str, ...] = ()
    """The keys that Telnyx didn't take."""


class CallChanges:
    """The use cases behind ``/telnyx calls new``, ``note``, ``tag``, ``take-over``, ``hand-back``, and ``delete``."""

    def __init__(self, telnyx: Telnyx, calls: Calls) -> None:
        self._telnyx = telnyx
        self._calls = calls

    async def create(
        self, name: str | None, assistant: str, tags: Mapping[str, str], audience: Audience, *, key: str
    ) -> Conversation:
        """Begin a conversation among the calls of an assistant; the same ``key`` again gives the same one.

        Raises:
            UsageError: they couldn't see it.
        """
        audience.require(Right.OPERATOR)
        audience.require(Right.CALLS)
        if assistant not in audience.calls:
            raise UsageError(
                f"You can't see calls of an assistant “{assistant[:80]}”."
                if assistant
                else "You can see calls of some assistants only, so say which one it's for with `--assistant`."
            )
        metadata = {key: value for key, value in {**tags, ASSISTANT: assistant}.items() if value}
        return await self._telnyx.conversations.create(name=name, metadata=metadata, idempotency_key=key)

    async def note(self, given: str, text: str, role: str, audience: Audience, *, key: str) -> Call:
        """Add a message to a call, once for a ``key``, and return the call as it was.

        Raises:
            UsageError: there is no such call.
        """
        audience.require(Right.OPERATOR)
        call = await self._calls.one(given, audience)
        message = NewMessage(role=role, content=text)
        await self._telnyx.conversations.add_message(call.id, message, idempotency_key=key)
        return call

    async def tag(self, given: str, tags: Mapping[str, str], audience: Audience, *, again: bool) -> Tagged:
        """Set these tags of a call, and remove those without a value; what isn't named stays, as far as it is known.

        Telnyx takes all metadata at once and no key, so what is there is read first. What is like that already isn't sent; done
        ``again``, an attempt before that was cut off has probably made it so.

        Raises:
            UsageError: there is no such call.
        """
        audience.require(Right.OPERATOR)
        call = await self._calls.one(given, audience)
        return await self._set(call, await self._there(call.id), tags, again=again)

    async def silence(self, given: str, audience: Audience, *, silent: bool, again: bool) -> Tagged:
        """Let the assistant keep silent in a call, or answer again; where nothing is said of it, it answers.

        Raises:
            UsageError: there is no such call.
        """
        audience.require(Right.OPERATOR)
        call = await self._calls.one(given, audience)
        there, wanted = await self._there(call.id), "true" if silent else "false"
        if there.get(AI_DISABLED, "false").casefold() == wanted:
            return Tagged(call, changed=again)
        return await self._set(call, there, {AI_DISABLED: wanted}, again=again)

    async def losing(self, given: str, audience: Audience) -> tuple[Call, int]:
        """Return a call, and how many messages go with it. Raises ``UsageError`` as ``note``."""
        audience.require(Right.ADMIN)
        call = await self._calls.one(given, audience)
        page = await self._telnyx.conversations.messages_page(call.id, size=1)
        return call, page.meta.total_results

    async def delete(self, given: str, audience: Audience, *, again: bool) -> str:
        """Delete a call and return its name; "" for one that is gone, which is no mistake when done ``again``.

        Raises:
            UsageError: there is no such call.
        """
        audience.require(Right.ADMIN)
        try:
            call = await self._calls.one(given, audience)
        except UsageError:
            if not again:
                raise
            return ""
        try:
            await self._telnyx.conversations.delete(call.id)
        except TelnyxNotFoundError as error:
            if not (again or error.maybe_done):
                raise
        return call.name

    async def _there(self, call_id: str) -> dict[str, str]:
        """Return a call's metadata as Telnyx takes it: each value is text, though it may show some otherwise."""
        return _as_text((await self._telnyx.conversations.get(call_id)).metadata)

    async def _set(
        self, call: Call, there: Mapping[str, str], tags: Mapping[str, str], *, again: bool
    ) -> Tagged:
        wanted = {key: value for key, value in {**there, **tags}.items() if value or key not in tags}
        if wanted == there:
            return Tagged(call, changed=again)
        now = _as_text((await self._telnyx.conversations.update(call.id, wanted)).metadata)
        refused = tuple(key for key, value in tags.items() if now.get(key, "") != value)
        return Tagged(call, changed=True, refused=refused)


def _as_text(metadata: Mapping[str, Any]) -> dict[str, str]:
    said = {key: value for key, value in metadata.items() if value is not None}
    return {key: one if isinstance(one, str) else json.dumps(one) for key, one in said.items()}
