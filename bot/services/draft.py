"""An answer while the model writes it: what may be shown already, and whether it is a refusal."""

import re

from bot.services.citations import cited
from bot.telnyx import Usage

NO_ANSWER = "NO_ANSWER"
"""What the model is told to reply when the passages do not say; it is never shown."""
AROUND_MARK = " \t\r\n*_`\"'>#-[](){}<|“”„«».:!\u200b\ufeff"
"""Models dress the mark up: as bold, as code, in quotes, as a heading."""
_LAST = re.compile(rf"(?<![^\W_]){NO_ANSWER}\Z", re.IGNORECASE)
_TELLING = 4
_ANY = 9_999


class Draft:
    """The text so far. Letters that are, or could still turn out to be, the mark of a refusal are held back."""

    def __init__(self) -> None:
        self.text = ""
        self.usage: Usage | None = None
        self.model: str | None = None
        self.reason: str | None = None
        self.request_id: str | None = None
        self._held = True

    def more(self, text: str) -> str:
        """Return what may be shown of the draft now that ``text`` came too."""
        self.text += text
        if not self._held:
            return text
        if hold(self.text):
            return ""
        self._held = False
        return self.text

    def rest(self) -> str:
        """Return what was held back to the end."""
        return self.text if self._held else ""

    def void(self) -> bool:
        """Begin anew; return whether anything had been shown."""
        shown, self._held, self.text = not self._held, True, ""
        return shown

    def refuses(self, *, cut: bool) -> bool:
        """Return whether the mark comes first, or last behind words that cite nothing. ``cut``: its end may be missing."""
        start = _undressed(self.text)
        if start.startswith(NO_ANSWER):
            return hold(self.text)
        if cut and len(start) >= _TELLING and NO_ANSWER.startswith(start):
            return True
        end = self.text.rstrip(AROUND_MARK).replace("\\_", "_")
        return _LAST.search(end) is not None and not cited(self.text, _ANY)


def hold(text: str) -> bool:
    """Return whether ``text`` is, or could still turn out to be, a refusal. ``NO_ANSWERS`` is a word."""
    start = _undressed(text).removesuffix("\\")
    return NO_ANSWER.startswith(start) or (
        start.startswith(NO_ANSWER) and not start[len(NO_ANSWER)].isalnum()
    )


def _undressed(text: str) -> str:
    return text.lstrip(AROUND_MARK).replace("\\_", "_").upper()
