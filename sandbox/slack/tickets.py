"""Tickets of `apps.connections.open`: each lets one socket in, once."""

import itertools


class Tickets:
    """The tickets that no socket has used yet."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._unused: set[str] = set()

    def new(self) -> str:
        """A fresh ticket."""
        ticket = f"ticket-{next(self._numbers)}"
        self._unused.add(ticket)
        return ticket

    def redeem(self, ticket: str) -> bool:
        """Whether the ticket was good; it is gone afterwards."""
        known = ticket in self._unused
        self._unused.discard(ticket)
        return known
