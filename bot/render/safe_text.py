"""Turns model and document text into text that cannot do anything in Slack but be read, while it is still arriving.

The text is read once, from left to right. What is harmless goes out at once; what could still grow into something else
(an open `[`, a URL being typed) is held back, at most `HOLD` characters. Every decision depends only on the characters
already decided and on the next `HOLD` ones, so the result is the same however the text was cut.
"""

import re
from collections.abc import Callable, Collection

from bot.render.inert import (
    BREAK,
    DOTS,
    GROWING,
    LONE_BACKTICK,
    RAISED,
    TOKEN,
    URL_START,
    Step,
    break_control,
    control,
    may_grow,
)
from bot.render.safe_citations import TARGET, VANISHING, Citations
from bot.render.safe_fence import Fences
from bot.render.safe_words import ALONE, CONTEXT, Joints, entity, opens_html, sign
from bot.services.fences import HOLD, RUN, span_end
from bot.text import clean

__all__ = ["BREAK", "HOLD", "SafeText", "safe_markdown"]

_LONGEST_GROWING = 9

_ANGLE = re.compile(r"<((?:https?://|ftp://|mailto:)[^\s<>|`]+)(?:\|([^<>\n`]*))?>", re.IGNORECASE)
_ANGLE_GROWING = re.compile(r"<[^\s<>|`]*(?:\|[^<>\n`]*)?")
_LABEL_ENDS = re.compile(r"[\[\]\n]")
_URL = re.compile(rf"{URL_START}[^\s<>|`\"\[\]]*")
_AROUND = frozenset(".,;:!?'*_~。、！？」』）”’")  # noqa: RUF001 - signs of other scripts


class SafeText:
    """Cleans one text that arrives in parts.

    `allowed_urls` are the URLs that may be links, compared letter by letter: those of the retrieved passages; mail addresses
    too. `citations` is the number of passages; None leaves `[1]` alone.
    """

    def __init__(self, allowed_urls: Collection[str] = (), citations: int | None = None) -> None:
        self._allowed = frozenset(allowed_urls)
        self._citations = Citations(citations)
        self._held = ""
        self._return = ""  # a carriage return that a line feed may follow
        self._before = "\n"  # the end of what was read
        self._fences = Fences()
        self._last = ""  # the last character given out
        self._out: list[str] = []
        self._readers: dict[str, Callable[[str, int, bool], Step | None]] = {
            "`": self._code,
            "~": self._tildes,
            "<": self._angle,
            "[": self._bracket,
            "【": self._citations.other,
            "［": self._citations.other,  # noqa: RUF001 - signs of other scripts
            "&": entity,
            "\\": self._backslash,
            **dict.fromkeys(RAISED, self._citations.raised),
            "*": sign,
            "#": sign,
            ".": Joints(word for word in self._allowed if "://" not in word).read,
        }

    def feed(self, text: str) -> str:
        """Take the next part; return what can be shown for good now."""
        if self._return or text.endswith("\r"):
            text = self._return + text
            self._return = "\r" if text.endswith("\r") else ""
            text = text.removesuffix("\r")
        return self._read(clean(text), final=False)

    def close(self) -> str:
        """Return the rest. A code fence left open is closed, or what follows in the message would be code too."""
        rest = self._read(clean(self._return), final=True)
        self._return = ""
        return rest + self._fences.close(self._last)

    def _read(self, text: str, *, final: bool) -> str:
        data = self._before + self._held + text
        at = len(self._before)  # what stands before was read: only what looks behind sees it
        self._fences.settled = at
        while True:
            tokens = self._fences.tokens if self._fences.fence else TOKEN
            match = tokens.search(data, at)
            if match is None:
                stop = len(data) if final else self._growing_from(data, at)
                self._emit(data[at:stop])
                break
            start = match.start()
            step = self._step(data, start, final)
            if step is None:
                stop = self._keep_companion(data, at, start)
                self._emit(data[at:stop])
                break
            self._emit(data[at:start])
            self._apply(data, start, step)
            at = step[1]
        self._fences.end(data, stop)
        self._before = data[max(0, stop - CONTEXT) : stop]
        self._held = data[stop:]
        shown = "".join(self._out)
        self._out.clear()
        return shown

    def _growing_from(self, data: str, at: int) -> int:
        """Return where the part begins that has to wait for more."""
        if self._fences.fence:
            bare = data[at:].rstrip(data[-1]) if data[-1:] in "`~" else data[at:]
            return len(data) - min(len(data) - at - len(bare), 2)
        if not may_grow(data):
            return self._keep_companion(data, at, len(data))
        match = GROWING.search(data, max(at, len(data) - _LONGEST_GROWING))
        stop = match.start() if match else len(data)
        return stop if match and data[stop] == "!" else self._keep_companion(data, at, stop)

    def _keep_companion(self, data: str, at: int, stop: int) -> int:
        """A space goes with a citation that is removed, a "!" with an image: they wait for what follows them."""
        if self._fences.fence or stop <= at:
            return stop
        if data[stop - 1] == "!" or (data[stop - 1] == " " and self._citations.count is not None):
            return stop - 1
        return stop

    def _step(self, data: str, at: int, final: bool) -> Step | None:
        """Return what to show for the token at `at` and where to read on; None when more text is needed to know."""
        if self._fences.fence:
            return self._fences.read(self._fences.fence, data, at, final)
        reader = self._readers.get(data[at])
        if reader is not None:
            return reader(data, at, final)
        # "](" and "]:" that belong to no link we read, @here, "://", a domain
        if data[at] in "]@:" or data[at] in DOTS:
            return data[at] + BREAK, at + 1
        return self._url(data, at, final)

    def _apply(self, data: str, start: int, step: Step) -> None:
        shown, _ = step
        if data[start] in VANISHING and not self._fences.fence and not shown.startswith("["):
            if data[start] == "[" and data[start - 1] == "!" and self._is_link(data, step):
                self._take_back("!")
            elif data[start - 1] == " " and not shown:
                self._take_back(" ")
        if data[start] == "<" and not self._fences.fence and shown[:1].isalnum():
            last = self._last_shown()
            if last and (last.isalnum() or last in "<+.-"):
                # Or a link that lost its bracket would go on with what stands before it, as in "<ht<tp:…>"
                self._emit(BREAK)
        if shown.startswith("`") and not self._fences.fence and self._last_shown() in ("`", "\\"):
            self._emit(BREAK)  # or the backtick would join the run before it, or be escaped
        self._emit(shown)

    @staticmethod
    def _is_link(data: str, step: Step) -> bool:
        return data[step[1] - 1] == ")"

    def _take_back(self, character: str) -> None:
        if self._out and self._out[-1].endswith(character):
            self._out[-1] = self._out[-1][:-1]

    def _emit(self, shown: str) -> None:
        if shown:
            self._out.append(shown)
            self._last = shown[-1]

    def _last_shown(self) -> str:
        for part in reversed(self._out):
            if part:
                return part[-1]
        return self._last

    # -- code ---------------------------------------------------------------------------------------------------

    def _code(self, data: str, at: int, final: bool) -> Step | None:
        match = RUN.match(data, at, at + HOLD)
        assert match is not None  # noqa: S101  # the token pattern found a backtick here
        end = match.end()
        waits = not final and len(data) - at < HOLD
        if end == len(data) and waits:
            return None
        if end - at >= 3 and (opened := self._fences.opening(data, at, waits=waits)) is not False:  # noqa: PLR2004  # three make a fence
            return opened
        newline = data.find("\n", at, at + HOLD)
        limit = newline if newline >= 0 else min(len(data), at + HOLD)
        closing = span_end(data, at, limit)
        if newline < 0 and waits and closing in (0, len(data)):
            return None
        return (break_control(data[at:closing]), closing) if closing else (LONE_BACKTICK * (end - at), end)

    def _tildes(self, data: str, at: int, final: bool) -> Step | None:
        """Show the other fence of Markdown as the first: one kind is enough to be sure of."""
        opened = self._fences.opening(data, at, waits=not final and len(data) - at < HOLD)
        return (f"~~{BREAK}~", at + 3) if opened is False else opened

    # -- Slack's control sequences and Markdown's links -----------------------------------------------------------

    def _angle(self, data: str, at: int, final: bool) -> Step | None:
        raised = self._citations.sup(data, at, waits=not final)
        return self._control(data, at, final) if raised is False else raised

    def _control(self, data: str, at: int, final: bool) -> Step | None:
        step = control(data, at, final)
        if step is not None and opens_html(data, at):
            step = f"<{BREAK}", at + 1
        if step is None or data[at + 1 : at + 2] in "!@#&\\" or BREAK not in step[0]:
            return step
        match = _ANGLE.match(data, at, at + HOLD)
        if match:
            end = match.end()
            if match[2]:
                return self._link(match[2], match[1]), end
            following = data[end : min(end + 2, at + HOLD)]
            if final or len(following) > 1 or following.isspace() or len(data) - at >= HOLD:
                return self._show_url(match[1], following if end - at < HOLD else "…"), end
            return None
        if not final and len(data) - at < HOLD and _ANGLE_GROWING.fullmatch(data, at):
            return None
        return step

    def _bracket(self, data: str, at: int, final: bool) -> Step | None:
        waits = not final and len(data) - at < HOLD
        dressed = self._citations.dressed(data, at, waits=waits)
        return self._label(data, at, waits=waits) if dressed is False else dressed

    def _label(self, data: str, at: int, *, waits: bool) -> Step | None:
        closing = _LABEL_ENDS.search(data, at + 1, at + HOLD - 3)
        if closing is None or closing[0] != "]":
            return None if closing is None and waits else ("[", at + 1)
        end = closing.end()
        if end == len(data) and waits:
            return None
        label = data[at + 1 : end - 1]
        if data.startswith("(", end):
            match = TARGET.match(data, end, at + HOLD)
            if match:
                if self._citations.names(label):
                    return self._citations.marked(data, at, label, match.end(), waits=waits)
                return self._link(label, match[1] or match[2] or ""), match.end()
            if waits and "\n" not in data[end:]:
                return None
        return self._citations.marked(data, at, label, end, waits=waits)

    def _link(self, label: str, target: str) -> str:
        inner = safe_markdown(label, self._allowed).replace("[", "").replace("]", "").strip()
        if inner == target:
            return self._show_url(target)
        return f"{inner} ({self._show_url(target)})" if inner else f"({self._show_url(target)})"

    def _url(self, data: str, at: int, final: bool) -> Step | None:
        match = _URL.match(data, at, at + HOLD)
        assert match is not None  # noqa: S101  # the token pattern found the start of a URL here
        end = match.end()
        if end == len(data) and end - at < HOLD and not final:
            return None
        following = data[end : end + 1] if end - at < HOLD else "…"
        if match[0] not in self._allowed:
            end = _without_punctuation(data, at, end)
        return self._show_url(data[at:end], following), end

    def _show_url(self, url: str, following: str = "") -> str:
        """Return the URL as a link where it is allowed and stands alone, so no reader can add to it; as code elsewhere."""
        if url in self._allowed and ALONE.match(following):
            return url
        quoted = "".join(url.replace("`", LONE_BACKTICK).replace("<", "<" + BREAK).split())
        return f"`{quoted}`" if quoted else ""

    # -- escapes ----------------------------------------------------------------------------------------------------

    def _backslash(self, data: str, at: int, final: bool) -> Step | None:
        following = data[at + 1]
        if following == "`":
            return LONE_BACKTICK, at + 2
        if following in "*#":
            return sign(data, at, final)
        if following == "[":
            escaped = self._citations.dressed(data, at, waits=not final)
            return ("\\", at + 1) if escaped is False else escaped
        return "\\" + following + ("" if following == "\\" else BREAK), at + 2


def _without_punctuation(data: str, at: int, end: int) -> int:
    """Return where the URL ends when the punctuation of the sentence around it is taken off."""
    while end > at and (data[end - 1] in _AROUND or (data[end - 1] == ")" and "(" not in data[at:end])):
        end -= 1
    return end


def safe_markdown(text: str, allowed_urls: Collection[str] = (), citations: int | None = None) -> str:
    """`text` as `SafeText` shows it, at once."""
    cleaner = SafeText(allowed_urls, citations)
    return cleaner.feed(text) + cleaner.close()
