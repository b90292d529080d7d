"""Turns model and document text into text that cannot do anything in Slack but be read, while it is still arriving.

The text is read once, from left to right. What is harmless goes out at once; what could still grow into something else
(an open `[`, a URL being typed) is held back, at most `HOLD` characters. Every decision depends only on the characters
already decided and on the next `HOLD` ones, so the result is the same however the text was cut.

A break is U+200B, the zero width space: Slack's clients show nothing for it and let a line wrap there, and a token that
has one inside is no token. (U+2060 does the same, but some fonts draw it as a box.)
"""

import re
from collections.abc import Callable, Collection, Iterable

from bot.services.citations import numbers

HOLD = 298
BREAK = "\u200b"
LONE_BACKTICK = (
    "\u02cb"  # looks like a backtick and pairs with none: it cannot pull one of ours away from a URL
)

_URL_START = r"(?:https?://|ftp://|mailto:|www\.)"
_TOKEN = re.compile(
    rf"[`<\[]|\](?=\()|&(?=[#a-z])|\\(?=[`:/.@\\])|~~~|@(?=here|channel|everyone)|(?<![a-z0-9]){_URL_START}|://",
    re.IGNORECASE,
)
_FENCE_TOKEN = re.compile(r"`{3,}|<")


def _prefixes(words: Iterable[str]) -> str:
    return "|".join(sorted({re.escape(word[:end]) for word in words for end in range(1, len(word))}))


# The end of the text so far that could still become a token, if nothing of it is one yet.
_GROWING = re.compile(
    rf"(?:[!\]&\\@:]|:/|~~?|@(?:{_prefixes(['here', 'channel', 'everyone'])})"
    rf"|(?<![a-z0-9])(?:{_prefixes(['https://', 'http://', 'ftp://', 'mailto:', 'www.'])}))\Z",
    re.IGNORECASE,
)
_FENCE_GROWING = re.compile(r"`{1,2}\Z")
_LONGEST_GROWING = 9

_INFO = r"[\w+#./=\"' {}-]{0,60}"  # the words after the opening of a fence; no colon, so no URL
_FENCE_OPENS = re.compile(rf"(`{{3,}}){_INFO}\n")
_FENCE_MAY_OPEN = re.compile(rf"`{{3,}}{_INFO}")
_RUN = re.compile(r"`+")
_CODE_ENDS = {length: re.compile(rf"(?<!`)`{{{length}}}(?!`)") for length in range(1, 9)}

_CONTROL = re.compile(r"<(?=[!@#&\\]|[a-z][a-z0-9+.-]*:)", re.IGNORECASE)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*", re.IGNORECASE)
_LONGEST_SCHEME = 32
_ANGLE = re.compile(r"<((?:https?://|ftp://|mailto:)[^\s<>|`]+)(?:\|([^<>\n`]*))?>", re.IGNORECASE)
_ANGLE_GROWING = re.compile(r"<[^\s<>|`]*(?:\|[^<>\n`]*)?")
_LABEL_ENDS = re.compile(r"[\[\]\n]")
_TARGET = re.compile(
    r"\([ \t]*(?:<([^<>\n]*)>|((?:[^()\s<]|\([^()\s]*\))*))"
    r"(?:[ \t]+(?:\"[^\"\n]*\"|'[^'\n]*'|\([^()\n]*\)))?[ \t]*\)"
)
_URL = re.compile(rf"{_URL_START}[^\s<>|`\"\[\]]*", re.IGNORECASE)
_ALONE = re.compile(r"\Z|[\s)\]>|\"]|[.,;:!?](?:\s|\Z)")
_ENTITY = re.compile(r"&[a-z][a-z0-9]{0,31}", re.IGNORECASE)
_HARMLESS_ENTITIES = frozenset({"&amp", "&quot", "&apos", "&nbsp", "&gt"})

Step = tuple[str, int]  # what to show, and where to read on


class SafeText:
    """Cleans one text that arrives in parts.

    `allowed_urls` are the URLs that may be links, compared letter by letter: those of the retrieved passages.
    `citations` is the number of passages; None leaves `[1]` alone.
    """

    def __init__(self, allowed_urls: Collection[str] = (), citations: int | None = None) -> None:
        self._allowed = frozenset(allowed_urls)
        self._citations = citations
        self._held = ""
        self._before = "\n"  # the last character read
        self._line = ""  # the start of the line being read
        self._last = ""  # the last character given out
        self._fence = 0  # how many backticks opened the fence that we are in; 0 outside
        self._out: list[str] = []
        self._readers: dict[str, Callable[[str, int, bool], Step | None]] = {
            "`": self._code,
            "<": self._angle,
            "[": self._bracket,
            "&": self._entity,
            "\\": self._backslash,
        }

    def feed(self, text: str) -> str:
        """Take the next part; return what can be shown for good now."""
        return self._read(text, final=False)

    def close(self) -> str:
        """Return the rest. A code fence left open is closed, or what follows in the message would be code too."""
        rest = self._read("", final=True)
        if self._fence:
            rest += "```" if self._last == "\n" else "\n```"
            self._fence = 0
        return rest

    def _read(self, text: str, *, final: bool) -> str:
        data = self._before + self._held + text
        at = 1  # data[0] was read before: only what looks behind sees it
        while True:
            match = (_FENCE_TOKEN if self._fence else _TOKEN).search(data, at)
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
        self._remember(data, stop)
        shown = "".join(self._out)
        self._out.clear()
        return shown

    def _growing_from(self, data: str, at: int) -> int:
        """Where the part begins that has to wait for more."""
        pattern = _FENCE_GROWING if self._fence else _GROWING
        match = pattern.search(data, max(at, len(data) - _LONGEST_GROWING))
        stop = match.start() if match else len(data)
        return (
            stop if match and not self._fence and data[stop] == "!" else self._keep_companion(data, at, stop)
        )

    def _keep_companion(self, data: str, at: int, stop: int) -> int:
        """A space goes with a citation that is removed, a "!" with an image: they wait for what follows them."""
        if self._fence or stop <= at:
            return stop
        if data[stop - 1] == "!" or (data[stop - 1] == " " and self._citations is not None):
            return stop - 1
        return stop

    def _remember(self, data: str, stop: int) -> None:
        newline = data.rfind("\n", 1, stop)
        self._line = data[newline + 1 : stop][:24] if newline >= 0 else (self._line + data[1:stop])[:24]
        self._before = data[stop - 1]
        self._held = data[stop:]

    def _step(self, data: str, at: int, final: bool) -> Step | None:
        """What to show for the token at `at` and where to read on; None when more text is needed to know."""
        if self._fence:
            return self._in_fence(data, at, final)
        reader = self._readers.get(data[at])
        if reader is not None:
            return reader(data, at, final)
        if data.startswith("://", at):
            return f":{BREAK}//", at + 3
        if data.startswith("~~~", at):  # the other code fence of Markdown: one kind is enough to be sure of
            return f"~~{BREAK}~", at + 3
        if data[at] in "]@":  # "](" that belongs to no link we read, and @here
            return data[at] + BREAK, at + 1
        return self._url(data, at, final)

    def _apply(self, data: str, start: int, step: Step) -> None:
        shown, _ = step
        if data[start] == "[" and not self._fence and not shown.startswith("["):
            if data[start - 1] == "!" and self._is_link(data, step):
                self._take_back("!")
            elif data[start - 1] == " " and not shown:
                self._take_back(" ")
        if data[start] == "<" and not self._fence and shown[:1].isalnum():
            last = self._last_shown()
            if last and (last.isalnum() or last in "<+.-"):
                self._emit(
                    BREAK
                )  # or a link that lost its bracket would go on with what stands before it, as in "<ht<tp:…>"
        if shown.startswith("`") and not self._fence and self._last_shown() in ("`", "\\"):
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

    def _starts_line(self, data: str, at: int) -> bool:
        newline = data.rfind("\n", 0, at)
        line = data[newline + 1 : at] if newline >= 0 else self._line + data[1:at]
        return not line.strip(" \t")

    # -- code ---------------------------------------------------------------------------------------------------

    def _code(self, data: str, at: int, final: bool) -> Step | None:
        match = _RUN.match(data, at, at + HOLD)
        assert match is not None  # noqa: S101  # the token pattern found a backtick here
        end = match.end()
        length = end - at
        waits = not final and len(data) - at < HOLD
        if end == len(data) and waits:
            return None
        if length >= 3 and self._starts_line(data, at):  # noqa: PLR2004  # three make a fence
            opening = _FENCE_OPENS.match(data, at, at + HOLD)
            if opening:
                self._fence = length
                return opening[0], opening.end()
            if waits and _FENCE_MAY_OPEN.fullmatch(data, at):
                return None
        if length not in _CODE_ENDS:
            return LONE_BACKTICK * length, end
        return self._code_span(data, at, end, waits=waits)

    @staticmethod
    def _code_span(data: str, at: int, start: int, *, waits: bool) -> Step | None:
        length = start - at
        newline = data.find("\n", at, at + HOLD)
        limit = newline if newline >= 0 else min(len(data), at + HOLD)
        closing = _CODE_ENDS[length].search(data, start, limit)
        if newline < 0 and waits and (closing is None or closing.end() == len(data)):
            return None
        if closing is None:
            return LONE_BACKTICK * length, start
        return break_control(data[at : closing.end()]), closing.end()

    def _in_fence(self, data: str, at: int, final: bool) -> Step | None:
        if data[at] == "<":
            return self._control(data, at, final)
        match = _RUN.match(data, at, at + HOLD)
        assert match is not None  # noqa: S101  # the token pattern found backticks here
        end = match.end()
        waits = not final and len(data) - at < HOLD
        rest = end
        while rest < min(len(data), at + HOLD) and data[rest] in " \t":
            rest += 1
        if rest == len(data) and waits:
            return None
        ends_line = (rest == len(data) and final) or (rest < len(data) and data[rest] == "\n")
        if ends_line and end - at >= self._fence and self._starts_line(data, at):
            self._fence = 0
            return data[at:rest], rest
        return BREAK.join("``"[: end - place] for place in range(at, end, 2)), end

    # -- Slack's control sequences and Markdown's links -----------------------------------------------------------

    @staticmethod
    def _control(data: str, at: int, final: bool) -> Step | None:
        """A `<`, broken when Slack could read a mention, a date or a link behind it."""
        match = _SCHEME.match(data, at + 1, at + 1 + _LONGEST_SCHEME)
        end = match.end() if match else at + 1
        if end == len(data) and not final and end - at <= _LONGEST_SCHEME:
            return None
        following = data[end : end + 1]
        too_long = end - at > _LONGEST_SCHEME  # no scheme that any client knows, but who can be sure
        dangerous = too_long or following == ":" if match else following != "" and following in "!@#&\\"
        return ("<" + BREAK if dangerous else "<"), at + 1

    def _angle(self, data: str, at: int, final: bool) -> Step | None:
        step = self._control(data, at, final)
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
        closing = _LABEL_ENDS.search(data, at + 1, at + HOLD - 3)
        if closing is None:
            return None if waits else ("[", at + 1)
        if closing[0] != "]":
            return "[", at + 1
        end = closing.end()
        if end == len(data) and waits:
            return None
        label = data[at + 1 : end - 1]
        if data.startswith("(", end):
            match = _TARGET.match(data, end, at + HOLD)
            if match:
                return self._link(label, match[1] or match[2] or ""), match.end()
            if waits and "\n" not in data[end:]:
                return None
        return self._citation(label, data, at, end, waits=waits)

    def _citation(self, label: str, data: str, at: int, end: int, *, waits: bool) -> Step | None:
        found = None if self._citations is None else numbers(label, self._citations)
        if found is None:
            return "[", at + 1
        following = data[end : end + 1]
        if found:
            return "".join(f"[{number}]" for number in found) + (BREAK if following == "(" else ""), end
        if following == "." and end + 1 == len(data) and waits:
            return None
        # What stood on both sides must not grow together into something: "<[9]!channel>", "www[9].evil".
        apart = following not in ("", ",", ";", "[") and not following.isspace()
        if following == ".":
            apart = data[end + 1 : end + 2].isalnum()
        return (BREAK if apart else ""), end

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
        """The URL as a link where it is allowed and stands alone, so that no reader can add to it; as code elsewhere."""
        if url in self._allowed and _ALONE.match(following):
            return url
        quoted = "".join(url.replace("`", LONE_BACKTICK).replace("<", "<" + BREAK).split())
        return f"`{quoted}`" if quoted else ""

    # -- escapes ----------------------------------------------------------------------------------------------------

    @staticmethod
    def _entity(data: str, at: int, final: bool) -> Step | None:
        """An HTML entity could spell what was broken elsewhere: only those that cannot keep their meaning."""
        match = _ENTITY.match(data, at, at + 40)
        if match is None:
            return "&" + BREAK, at + 1
        end = match.end()
        if end == len(data) and not final:
            return None
        if not data.startswith(";", end):
            return "&", at + 1
        name = match[0].lower()
        if name == "&lt":
            return "&lt;" + BREAK, end + 1
        return (data[at : end + 1], end + 1) if name in _HARMLESS_ENTITIES else ("&" + BREAK, at + 1)

    @staticmethod
    def _backslash(data: str, at: int, _final: bool) -> Step | None:
        following = data[at + 1]
        if following == "`":
            return LONE_BACKTICK, at + 2
        return "\\" + following + ("" if following == "\\" else BREAK), at + 2


def _without_punctuation(data: str, at: int, end: int) -> int:
    """Where the URL ends when the punctuation of the sentence around it is taken off."""
    while end > at and (data[end - 1] in ".,;:!?'*_~" or (data[end - 1] == ")" and "(" not in data[at:end])):
        end -= 1
    return end


def break_control(text: str) -> str:
    """`text` with every `<` broken that could begin a mention, a date or a link of Slack's."""
    return _CONTROL.sub("<" + BREAK, text)


def safe_markdown(text: str, allowed_urls: Collection[str] = (), citations: int | None = None) -> str:
    """`text` as `SafeText` shows it, at once."""
    cleaner = SafeText(allowed_urls, citations)
    return cleaner.feed(text) + cleaner.close()
