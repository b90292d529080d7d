"""An answer while the model writes it: what may be shown already, and whether it is one."""

import re

from bot.services.citations import cited
from bot.services.mark import DRESS, PENDING, Mark, Verdict, look
from bot.services.unclear import meanings
from bot.telnyx import Usage

NO_ANSWER = "NO_ANSWER"
"""The word of a refusal, for models that write no mark; it is never shown."""
_LAST = re.compile(rf"(?<![^\W_]){NO_ANSWER}\Z", re.IGNORECASE)
_TELLING = 4
_ANY = 9_999
_SILENT = frozenset({Verdict.NO, Verdict.UNCLEAR})
"""Behind these stands nothing for the one who reads along."""


class Draft:
    """The text so far, without the mark before it.

    Letters that are, or could still turn out to be, the mark or the word of a refusal are held back; all others are shown as they come.

    Args:
        marked: the model was asked to begin with the mark.
    """

    def __init__(self, *, marked: bool = True) -> None:
        self.text = ""
        self.verdict = Verdict.YES
        self.usage: Usage | None = None
        self.model: str | None = None
        self.reason: str | None = None
        self._marked = marked
        self._before: str | None = "" if marked else None
        self._held = True

    def more(self, text: str) -> str:
        """Return what may be shown of the draft now that ``text`` came too."""
        if self._before is not None:
            self._before += text
            found = look(self._before)
            if found == PENDING:
                return ""
            text = self._begin(found)
        return self._on(text)

    def close(self, *, cut: bool) -> str:
        """Return what was held back to the end and may be shown. ``cut``: the text's end may be missing."""
        shown = ""
        if self._before is not None:
            found = look(self._before, ended=True)
            if found is None and cut and len(self._before.strip(DRESS)) >= _TELLING:
                self._before = ""  # no word of an answer came, only the first letters of the mark
            shown = self._on(self._begin(found))
        if self.verdict is Verdict.NO or self.meanings:
            return ""
        return self.text if self._held else shown

    @property
    def meanings(self) -> tuple[str, ...]:
        """Return what an unclear question could mean; none where the mark says something else, or the text does."""
        return meanings(self.text) if self.verdict is Verdict.UNCLEAR else ()

    def void(self) -> bool:
        """Begin anew; return whether anything had been shown."""
        shown, self._held, self.text = not self._held, True, ""
        self.verdict, self._before = Verdict.YES, "" if self._marked else None
        return shown

    def refuses(self, *, cut: bool) -> bool:
        """Return whether the mark says no, or the word of a refusal comes first, or last behind words that cite nothing.

        What could be meant is no answer either. ``cut``: its end may be missing.
        """
        if self.verdict is Verdict.NO or self.meanings:
            return True
        start = _undressed(self.text)
        if start.startswith(NO_ANSWER):
            return hold(self.text)
        if cut and len(start) >= _TELLING and NO_ANSWER.startswith(start):
            return True
        end = self.text.rstrip(DRESS).replace("\\_", "_")
        return _LAST.search(end) is not None and not cited(self.text, _ANY)

    def _begin(self, found: Mark | str | None) -> str:
        """Take the mark, if there is one; return the text behind it."""
        text, self._before = self._before or "", None
        if not isinstance(found, Mark):
            return text
        self.verdict = found.verdict
        return text[found.end :]

    def _on(self, text: str) -> str:
        self.text += text
        if self.verdict in _SILENT:
            return ""
        if not self._held:
            return text
        if hold(self.text):
            return ""
        self._held = False
        return self.text


def hold(text: str) -> bool:
    """Return whether ``text`` is, or could still turn out to be, a refusal. ``NO_ANSWERS`` is a word."""
    start = _undressed(text).removesuffix("\\")
    return NO_ANSWER.startswith(start) or (
        start.startswith(NO_ANSWER) and not start[len(NO_ANSWER)].isalnum()
    )


def _undressed(text: str) -> str:
    return text.lstrip(DRESS).replace("\\_", "_").upper()
