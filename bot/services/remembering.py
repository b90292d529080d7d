"""The notes of a long reading, kept with the turn that it is for: after a crash no part is paid for twice."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict

from bot.services.condensing import Memory, Note
from bot.store.noted import Noted


class Remembering:
    """Gives each turn its memory."""

    def __init__(self, noted: Noted) -> None:
        self._noted = noted

    async def memory(self, turn_id: str) -> Memory:
        """Return the memory of a turn. What can't be kept is made again after a crash: no reason to end."""
        kept = await self._noted.of(turn_id)

        async def keep(notes: Mapping[str, Note]) -> None:
            with suppress(Exception):  # a full disk: the summary goes on
                await self._noted.keep(turn_id, {key: asdict(note) for key, note in notes.items()})

        return Memory({key: Note(**note) for key, note in kept.items()}, keep)
