"""One person before Slack, for scenes that several tests share: each call waits until Slack has done it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.journeys.house import House, until
from tests.journeys.screen import GENERAL, Shown, words

SECONDS = 20.0


@dataclass(frozen=True)
class Desk:
    """What one person types, presses and reads, all in #general."""

    house: House
    user: str

    def type(self, text: str) -> None:
        """A command that is taken in without a word."""
        typed = {"user": self.user, "channel": GENERAL, "command": "/telnyx", "text": text}
        assert self.house.ask("slack", "command", typed) == {"ok": True, "ack": None}

    def press(self, message: Shown, action: str) -> None:
        """A button of a message."""
        where = {"channel": GENERAL, "ts": message["ts"], "action_id": action}
        assert self.house.ask("slack", "click", {"user": self.user, **where})["ok"]

    def send(self, view: Shown, values: Mapping[str, str]) -> None:
        """A filled-in window, in whose place another one stands from now on."""
        filled = {"user": self.user, "view_id": view["id"], "values": values}
        assert self.house.ask("slack", "submit", filled)["response_action"] == "update"

    def message(self, text: str, since: str = "0") -> Shown:
        """The first message that holds this text, once it is there; ``since`` leaves out those of other tests before."""
        return self._found("messages", lambda message: text in words(message) and message["ts"] >= since)

    def view(self, callback: str) -> Shown:
        """The open window of this kind, once it is there."""
        return self._found("views", lambda view: view["callback_id"] == callback)

    def told(self, text: str) -> list[str]:
        """Whatever the person sees now that holds this text."""
        shown = [words(message) for message in self.seen("messages") if not message["deleted"]]
        return [one for one in [*shown, *map(str, self.seen("views"))] if text in one]

    def seen(self, what: str) -> list[Shown]:
        """The person's messages, views or files."""
        shown: list[Shown] = self.house.ask("slack", f"{what}?user={self.user}")
        return shown

    def _found(self, what: str, fits: Callable[[Shown], bool]) -> Shown:
        until(lambda: any(map(fits, self.seen(what))), f"what {self.user} waits for", SECONDS)
        return next(filter(fits, self.seen(what)))
