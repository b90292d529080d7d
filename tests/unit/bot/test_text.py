import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text import beginning, clean


@pytest.mark.parametrize(
    ("given_text", "kept"),
    [
        ("a\x00b", "ab"),
        ("one\r\ntwo\rthree\u2028four\u2029five\x85six", "one\ntwo\nthree\nfour\nfive\nsix"),
        ("tab\tand\nline", "tab\tand\nline"),
        ("\x1b[31mred\x07", "[31mred"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("\u2066isolated\u2069", "isolated"),
        ("half \ud83d of a pair \udc00", "half  of a pair "),
        ("family \U0001f468\u200d\U0001f469\u200d\U0001f467, نمی\u200cخواهم, \u200fעברית", None),
        ("", ""),
    ],
)
def test_what_changes_how_other_text_shows_or_cannot_be_stored_goes(
    given_text: str, kept: str | None
) -> None:
    assert clean(given_text) == (given_text if kept is None else kept)


@given(st.text(alphabet=st.characters(), max_size=200))
def test_any_text_can_be_stored_afterwards_and_is_clean_for_good(text: str) -> None:
    cleaned = clean(text)

    assert json.loads(json.dumps(cleaned).encode()) == cleaned
    assert cleaned.encode().decode() == cleaned
    assert not any(unicodedata.category(one) in ("Cc", "Cs") for one in cleaned if one not in "\n\t")
    assert clean(cleaned) == cleaned


@given(st.text(max_size=100), st.integers(min_value=0, max_value=120))
def test_a_beginning_fits_and_breaks_no_character(text: str, limit: int) -> None:
    kept = beginning(text, limit)

    assert len(kept.encode()) <= limit
    assert text.startswith(kept)
    assert kept == text or len(text[: len(kept) + 1].encode()) > limit
