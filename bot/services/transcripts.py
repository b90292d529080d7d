"""A call's transcript, and whether it may be shown to all who read a place."""

from bot.services.access import Asker, Audience, Place, Right, Rights
from bot.services.calls import Calls, Transcript


class Transcripts:
    """The use case behind ``/telnyx calls transcript``.

    Args:
        calls: have the words.
        rights: who may see what in a place.
    """

    def __init__(self, calls: Calls, rights: Rights) -> None:
        self._calls = calls
        self._rights = rights

    async def whole(
        self, given: str, place: Place, asker: Asker, audience: Audience
    ) -> tuple[Transcript, bool]:
        """Return a transcript, and whether it was wanted in a place where the asker is, and all who read there may see it.

        Raises:
            UsageError: there is no such call.
        """
        audience.require(Right.CALLS)
        transcript = await self._calls.transcript(given, audience)
        if not await self._rights.present(place, asker):
            return transcript, False
        everyone = await self._rights.of(place, asker, private=False)
        return transcript, transcript.call.assistant in everyone.calls
