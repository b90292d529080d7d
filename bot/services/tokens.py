"""How many tokens a text has, about: each script weighed, and rather too many than too few.

Vocabularies hold whole English words, and of other scripts shorter pieces, down to several tokens for one sign. Letters per
token, after the tokenizer's authors and https://arxiv.org/abs/2305.15425: English 4 to 5, German and French 3, Cyrillic, Greek,
Arabic, and Hebrew 2 to 3, Chinese, Japanese, Korean, Thai, and the scripts of India about 1, emoji less than one.
"""

from string import digits, punctuation

_MOST_CHARACTERS = 4


def _but(*counted: int) -> bytes:
    """Return all other bytes, which `bytes.translate` takes away: it counts many times as fast as a regular expression."""
    return bytes(set(range(256)).difference(counted))


# What costs more than a quarter of a token, with the quarters that come on top. The first byte of a sign in UTF-8 tells its range.
_MORE = (
    (_but(*(digits + punctuation).encode(), *range(0xC2, 0xE0)), 1),  # U+0080 to U+07FF
    (_but(*range(0xE0, 0xF0)), 3),  # to U+FFFF
    (_but(*range(0xF0, 0xF5)), 7),
)


def tokens(text: str) -> int:
    """Return about how many tokens a model makes of `text`."""
    quarters, encoded = len(text), text.encode(errors="surrogatepass")
    for others, more in _MORE if not text.isascii() else _MORE[:1]:
        quarters += more * len(encoded.translate(None, others))
    return -(-quarters // _MOST_CHARACTERS)


def beginning(text: str, room: int) -> str:
    """Return as much of `text` as fits into `room` tokens."""
    text = text[: max(room, 0) * _MOST_CHARACTERS]
    if tokens(text) <= room:
        return text
    fits, over = 0, len(text)
    while over - fits > 1:
        middle = (fits + over) // 2
        if tokens(text[:middle]) <= room:
            fits = middle
        else:
            over = middle
    return text[:fits]
