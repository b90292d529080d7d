"""How many tokens a text has, about: each script weighed, and rather too many than too few.

Vocabularies hold whole English words, and of other scripts shorter pieces, down to several tokens for one sign. Letters per
token, after the tokenizer's authors and https://arxiv.org/abs/2305.15425: English 4 to 5, German and French 3, Cyrillic, Greek,
Arabic, and Hebrew 2 to 3, Chinese, Japanese, Korean, Thai, and the scripts of India about 1, emoji less than one.
"""

import re

_MOST_CHARACTERS = 4
# Runs of what costs more than a quarter of a token each, with the quarters that come on top.
_MORE = (
    (re.compile(r"[!-@\[-`{-~\u0080-\u07ff]+"), 1),
    (re.compile(r"[\u0800-\uffff]+"), 3),
    (re.compile(r"[\U00010000-\U0010ffff]+"), 7),
)


def tokens(text: str) -> int:
    """Return about how many tokens a model makes of `text`."""
    quarters = len(text)
    for heavier, more in _MORE if not text.isascii() else _MORE[:1]:
        quarters += more * sum(map(len, heavier.findall(text)))
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
