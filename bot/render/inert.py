"""What Slack's clients act on in plain words, and how it is kept from them without looking different.

A break is U+200B, the zero width space: Slack's clients show nothing for it and let a line wrap there, and a token that
has one inside is no token. (U+2060 does the same, but some fonts draw it as a box.)
"""

import re

from bot.text import clean

BREAK = "\u200b"
LONE_BACKTICK = "\u02cb"
"""Looks like a backtick and pairs with none: it cannot pull one of ours away from a URL."""
RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
DOTS = "。．｡"  # noqa: RUF001  # browsers read these as dots of a domain too
# A dot that joins words can make a domain of them, whatever its ending: new ones come every month, and README.md is one. "e.g." is none.
JOINS = (
    r"(?<![\s.].)(?:(?=[a-zA-Z](?:[a-zA-Z0-9-]|[^\x00-\x7f])|[^\W\d_a-zA-Z])|(?<=[0-9].)(?=[0-9]{1,3}[:/]))"
)
JOINT_GROWING = rf"[.{DOTS}](?:[a-zA-Z]|[0-9]{{1,3}})?"
# Phone codes are no emphasis: *61*, **21*, #31#, *#06#, *61*+49123*11*20#, *21*<number>#. Models put a backslash before each sign.
_ALONE = r"(?<![a-zA-Z0-9*#\\])(?<![^\W_]_)"
_SIGN = r"\\?[*#]"
_LETTER = r"[^\W\d_\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"  # of scripts that put spaces between words
_STANDS_FOR = (
    rf"\+?\d[\d ()/.-]{{0,24}}|{_LETTER}(?:[ -]?(?:{_LETTER}|\d)){{0,24}}"
    r"|<[\w .-]{1,30}>|\[[\w .-]{1,30}\]|\{[\w .-]{1,30}\}|\([\w .-]{1,30}\)"
)
_PHONE_CODE = (
    rf"(?:{_SIGN}){{1,4}}\d{{1,4}}(?:(?:{_SIGN}){{1,2}}(?:(?:{_STANDS_FOR})(?={_SIGN})|\+?\d{{1,30}})?)+"
)
_DIALED = re.compile(_PHONE_CODE)
_DIALING = re.compile(
    rf"(?:{_SIGN}){{1,4}}(?:\d{{1,4}}(?:(?:{_SIGN}){{1,2}}(?:[+\w<\[{{(][^\n`*#\\]{{0,50}})?)*)?\\?"
)
_LONGEST_DIALED = 80
_MAY_BEGIN = re.compile(_ALONE)
_BALANCED = re.compile(r"(\*\*)(.*)\1")

_CONTROL = re.compile(r"<(?=[!@#&\\]|[a-z][a-z0-9+.-]*:)", re.IGNORECASE)
_BROADCAST = re.compile(r"@(?=here|channel|everyone)", re.IGNORECASE)
_JOINT = re.compile(rf"[.{DOTS}]{JOINS}")
_CALLED = re.compile(r":(?=//)|(?<![a-z0-9])(?:mailto|tel|sms|skype)(?=:)", re.IGNORECASE)
_CODE = re.compile(r"((?<![\w`])`[^`\n]+`(?![\w`]))")
_DIALED_ALONE = re.compile(rf"{_ALONE}(?<!`){_PHONE_CODE}(?!`)")


_BROADCASTS = ("here", "channel", "everyone")
_SCHEMES = ("https://", "http://", "ftp://", "mailto:", "www.")


def _fold(word: str) -> str:
    """Return a pattern for `word` in capitals too. Spelled out: a flag would fold letters of other scripts into these."""
    return "".join(
        f"[{letter}{letter.upper()}]" if letter.isalpha() else re.escape(letter) for letter in word
    )


URL_START = f"(?:{'|'.join(map(_fold, _SCHEMES))})"
_TOKENS = (
    rf"(?<=[hHfFmMwW])(?<![a-zA-Z0-9].)(?:{'|'.join(f'(?<={_fold(word[0])}){_fold(word[1:])}' for word in _SCHEMES)})",
    rf"(?<=[.{DOTS}]){JOINS}",
    r"(?<=[`<\[【［])",  # noqa: RUF001  # brackets of models
    r"(?<=\])(?=[(:])",
    r"(?<=[*#])(?<![a-zA-Z0-9*#\\].)(?<![^\W_]_.)(?=(?:\\?[*#]){0,3}(?:\d|\\?\Z))",
    r"(?<=&)(?=[#a-zA-Z])",
    r"(?<=\\)(?=[`:/.@\\*#\[])",
    rf"(?<=[{RAISED}])",
    r"(?<=:)(?=//)",
    r"(?<=~)(?=~~)",
    rf"(?<=@)(?={'|'.join(map(_fold, _BROADCASTS))})",
)
# One class first: the search then passes over all other characters at the speed of C.
TOKEN = re.compile(rf"[`<\[【［\]&\\~@.{DOTS}{RAISED}*#:hHfFmMwW](?:{'|'.join(_TOKENS)})")  # noqa: RUF001 - signs of other scripts


def _prefixes(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({word[:end] for word in words for end in range(1, len(word))}))


# The end of the text so far that could still become a token, if nothing of it is one yet: a word, or with a sign in it.
_BEGUN = _prefixes((*_SCHEMES, *(f"@{word}" for word in _BROADCASTS)))
_JOINTS = frozenset(f".{DOTS}")
_SIGNS = frozenset(rf"!]&\@:/~.{DOTS}")
GROWING = re.compile(
    rf"(?:[!\]&\\@:]|:/|~~?|{JOINT_GROWING}|@(?:{'|'.join(map(_fold, _prefixes(_BROADCASTS)))})"
    rf"|(?<![a-zA-Z0-9])(?:{'|'.join(_fold(begun) for begun in _prefixes(_SCHEMES))}))\Z"
)
_LONGESTGROWING = 9

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*", re.IGNORECASE)
_LONGEST_SCHEME = 32

Step = tuple[str, int]  # what to show, and where to read on


def may_grow(text: str) -> bool:
    """Return whether ``GROWING`` could find anything: it seldom can, and this is soon seen."""
    return text[-1] in _SIGNS or not _JOINTS.isdisjoint(text[-4:]) or text[-8:].lower().endswith(_BEGUN)


def control(data: str, at: int, final: bool) -> Step | None:
    """Return what to show for the `<` at ``at``, broken when Slack could read a mention, a date or a link behind it."""
    match = _SCHEME.match(data, at + 1, at + 1 + _LONGEST_SCHEME)
    end = match.end() if match else at + 1
    if end == len(data) and not final and end - at <= _LONGEST_SCHEME:
        return None
    following = data[end : end + 1]
    too_long = end - at > _LONGEST_SCHEME  # no scheme that any client knows, but who can be sure
    dangerous = too_long or following == ":" if match else following != "" and following in "!@#&\\"
    return ("<" + BREAK if dangerous else "<"), at + 1


def break_control(text: str) -> str:
    """`text` with every `<` broken that could begin a mention, a date or a link of Slack's."""
    return _CONTROL.sub("<" + BREAK, text)


def break_links(text: str) -> str:
    """`text` with everything broken that Slack's clients make a link or a broadcast of by themselves; code is left alone."""
    kept = _BROADCAST.sub("@" + BREAK, text)
    parts = _CODE.split(kept)  # every other part is code
    parts[::2] = [_JOINT.sub(rf"\g<0>{BREAK}", _CALLED.sub(rf"\g<0>{BREAK}", part)) for part in parts[::2]]
    return "".join(parts)


def phone_code(text: str, at: int) -> re.Match[str] | None:
    """Return the phone code that begins at ``at``; None where there is none, or only the end of another word."""
    return _DIALED.match(text, at, at + _LONGEST_DIALED) if _MAY_BEGIN.match(text, at) else None


def dials_on(text: str, at: int) -> bool:
    """Return whether more text could make another phone code of what begins at ``at``."""
    return len(text) - at < _LONGEST_DIALED and _DIALING.fullmatch(text, at) is not None


def dialed(written: str) -> str:
    """Return a phone code as it is dialed, as code; in bold where it was written so. A number in bold stays one."""
    bare = written.replace("\\", "")
    if not (bold := _BALANCED.fullmatch(bare)):
        return f"`{bare}`"
    return f"**`{bold[2]}`**" if _DIALED.fullmatch(bold[2]) else written


def verbatim(text: str) -> str:
    """`text` shown as it is in mrkdwn that is not searched for links: control characters escaped, no broadcast, no emphasis in phone codes.

    Source: https://docs.slack.dev/messaging/formatting-message-text/#escaping
    """
    return _escaped(_DIALED_ALONE.sub(lambda found: dialed(found[0]), clean(text)))


def code(text: str) -> str:
    """`text` as code in mrkdwn: shown as it is, and copied so. An empty one is none."""
    inside = " ".join(text.replace("`", LONE_BACKTICK).split())
    return f"`{_escaped(inside)}`" if inside else ""


def _escaped(text: str) -> str:
    escaped = clean(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _BROADCAST.sub("@" + BREAK, escaped)
