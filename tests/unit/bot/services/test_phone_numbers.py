"""No phone number is shown whole, however it is written or said; what is none stays as it is."""

import json
import re
import time
import unicodedata
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from bot.services.phone_numbers import FEWEST, MARK, MOST, masked

NBSP, NB_HYPHEN = "\N{NO-BREAK SPACE}", "\N{NON-BREAKING HYPHEN}"


@pytest.mark.parametrize(
    "number",
    [
        *("+493012345678", "+49 30 1234 5678", "(030) 1234-5678", "030/12345678", "0049.30.12345678"),
        *("+49 (0) 30 / 123 45 678", "+49 (30) 1234–5678", "(+49) 30 12345678", "030 - 1234 - 5678"),
        *(f"+49{NBSP}30{NB_HYPHEN}1234{NB_HYPHEN}5678", "+49\u200b30\u206012345678", "030_12345678"),
        *(
            "030, 1234, 5678",
            "0 3 0 1 2 3 4 5 6 7 8",
            "1-234-5678",
            "1234 5678",
            "12345678",
            "030** 12345678",
        ),
    ],
)
def test_a_number_shows_its_last_four_digits_however_it_is_written(number: str) -> None:
    assert masked(number) == "•••5678"


@pytest.mark.parametrize(
    "number",
    [
        *(
            "+15550104477",
            "+1 (555) 010-4477",
            "555-010-4477",
            "555.010.4477",
            "5550104477",
            "1-555-010-4477",
        ),
        *("555, 010, 4477", "5, 5, 5, 0, 1, 0, 4, 4, 7, 7", "555... 010... 4477", "555 dash 010 dash 4477"),
        "five five five oh one oh four four seven seven",
        "Five, five, five. Zero one zero. Four four seven seven",
        "double five five oh one oh double four double seven",
        "five five five, 010, 4477",
        "one eight hundred five five five forty-four seventy-seven",
        "null eins fünf eins, fünf fünf fünf, vierundvierzig siebenundsiebzig",
    ],
)
def test_a_number_that_does_not_exist_or_is_read_out_is_one_too(number: str) -> None:
    assert masked(f"Call {number}.") == "Call •••4477."


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("sip:+15550104477@sip.telnyx.com", "sip:•••4477@sip.telnyx.com"),
        ("sip:+491511234567@example.com", "sip:•••4567@example.com"),
        (
            "sip:+49%20151%201234567@pbx.example.com:5060;user=phone",
            "sip:•••4567@pbx.example.com:5060;user=phone",
        ),
        ("Anna <sips:4915112345678@10.20.30.40>", "Anna <sips:•••5678@10.20.30.40>"),
        ("tel:%2B49-151-1234567", "tel:•••4567"),
        ("tel:+1-555-010-0123;ext=22", "tel:•••2322"),
        ("+1 555 010 0123 ext. 45", "•••2345"),
        ("whatsapp:+49\u200b151\u20601234567", "whatsapp:•••4567"),
        ("+４９１５１１２３４５６７", "•••４５６７"),
        ("+٤٩١٥١١٢٣٤٥٦٧", "•••٤٥٦٧"),
        ("+49 151 1234567, +49 151 7654321", "•••4567, •••4321"),
        ("0301234567 0307654321", "•••4567 •••4321"),
        ("<tel:+15550104477|+1 555 010 4477>", "<tel:•••4477|•••4477>"),
        ('{"to": "+15550104477", "n": 15550104477}', '{"to": "•••4477", "n": •••4477}'),
        (json.dumps({"to": f"+1{NBSP}555{NB_HYPHEN}010 4477"}), '{"to": "•••4477"}'),
        (json.dumps(json.dumps({"to": "+15550104477"})), r'"{\"to\": \"•••4477\"}"'),
        ("(+1 555 010 4477)", "(•••4477)"),
        ("4111 1111 1111 1234", "•••1234"),
        ("2026-11-25 sip:+4915112345678@pbx", "2026-11-25 sip:•••5678@pbx"),
        ("At 10:30 call +1 555 010 4477 3 times, or 4.", "At 10:30 call •••4477 3 times, or 4."),
        ("+49 151 1234567 2026-11-25 10:30", "•••4567 2026-11-25 10:30"),
        ("Order 5550104477 of 2026-11-25", "Order •••4477 of 2026-11-25"),
    ],
)
def test_only_the_number_is_masked(text: str, shown: str) -> None:
    assert masked(text) == shown


SAFE = [
    *("2026-11-25", "2026-11-25 10:20:30", "2026-11-25T10:20:30.123456Z", "2026-11-25T10:20:30+01:00"),
    *("25.11.2026", "25. 11. 2026", "11/25/2026, 10:15", "2026/11/25", "20250812T114318034399", "2024-2026"),
    *("3fa85f64-5717-4562-b3fc-2c963f66afa6", "00000000-0000-4000-8000-000000000001"),
    *("d41d8cd98f00b204e9800998ecf8427e", "v3:9f86d081884c7d659a2feaa0c55ad015"),
    *("1,234,567.89", "$1,234,567", "1.234.567,89 €", "1 234 567 kr", "EUR 1.234.567", "1'234'567.89"),
    *("10.20.30.40", "sip:anna@192.168.10.20", "v10.0.19045.4412", "version 4.167.0", "0.98765432"),
    *("[02:15] Caller: 123456", "1:02:15", "10:00-12:30, 14:00-18:00", "[1] [2] [12:30] [12:45]"),
    *("anna", "1234", "anna@example.com", "sip:1000@pbx.example", "room 4, seat 12", "1920x1080"),
    *("rooms 101, 102, 103 and 104", "in 2024, 2025, 2026", "5-10 days, 20-30 people"),
    *("one hundred twenty-three thousand four hundred fifty-six dollars", "one, two or three", "No one. Oh!"),
    '{"found": true, "amount": "103", "order": 60303}',
    "•••4477 •••1234",
]


@pytest.mark.parametrize("text", SAFE)
def test_what_is_no_number_is_shown_as_it_is(text: str) -> None:
    assert masked(text) == text


def test_what_looks_masked_hides_no_number() -> None:
    assert masked("•••15550104477") == "••••••4477"
    assert masked("…0151 5550142") == "…•••0142"


# Around a number: no digits, nothing of a currency, no letter that makes a version or a row of hexadecimal digits of it.
AROUND = st.text(
    st.characters(
        exclude_categories=("Nd", "No", "Nl", "Sc", "Cs"), exclude_characters="vVaAbBcCdDeEfF%\\&•"
    ),
    max_size=20,
)
DIGITS = st.text("0123456789", min_size=FEWEST, max_size=MOST)
BETWEEN = st.sampled_from(
    [" ", "-", " - ", "/", ") ", " (", "_", NBSP, NB_HYPHEN, "\N{EN DASH}", "\u200b", "%20"]
)
SCRIPTS = st.sampled_from(["0", "\N{FULLWIDTH DIGIT ZERO}", "\N{ARABIC-INDIC DIGIT ZERO}"])


@st.composite
def written(draw: st.DrawFn) -> tuple[str, str]:
    """A number and one way to write it: in groups of any size, with anything between them."""
    digits = draw(DIGITS)
    zero = ord(draw(SCRIPTS))
    text, rest, sizes = draw(st.sampled_from(["", "+", "(", "tel:", "sip:+", "%2B"])), digits, []
    while rest:
        size = draw(st.integers(1, len(rest)))
        sizes.append(size)
        text += "".join(chr(zero + int(digit)) for digit in rest[:size])
        rest = rest[size:]
        text += draw(BETWEEN) if rest else ""
    if len(digits) > 10:  # a North American number is known to be whole, so digits behind it are others
        assume(digits[0] != "1" and [3, 3, 4] not in (sizes[:3], sizes[1:4]))
    assume(not re.search(r"(?:19|20)\d\d ?[-/\u2013] ?\d|\d[-/] ?(?:19|20)\d\d$", text))  # dates
    return digits, text


def digits_of(text: str) -> str:
    return "".join(
        str(unicodedata.digit(character)) for character in text.replace("%20", "") if character.isdigit()
    )


@given(AROUND, written(), AROUND)
def test_no_five_digits_of_a_number_survive(before: str, number: tuple[str, str], after: str) -> None:
    digits, text = number
    shown = masked(f"{before}{text}{after}")

    assert digits_of(shown) == digits[-4:]
    assert masked(shown) == shown


@given(AROUND, written(), st.sampled_from([text for text in SAFE if not text.startswith("•")]))
def test_what_stands_beside_a_number_stays(before: str, number: tuple[str, str], safe: str) -> None:
    shown = masked(f"{before}{number[1]}; “{safe}”")

    assert shown.endswith(f"{MARK}{shown.split(MARK)[1][:4]}; “{safe}”")


@given(st.text(st.characters(exclude_categories=("Nd", "No", "Nl", "Cs", "L"))))
def test_text_without_digits_stays(text: str) -> None:
    assert masked(text) == text


WORDS = [
    "zero",
    "oh",
    "one",
    "two",
    "three",
    "five",
    "nine",
    "double",
    "forty",
    "null",
    "drei",
    "hundred",
    "and",
]
PARTS = [
    *WORDS,
    *SAFE,
    "555",
    "010",
    "4477",
    "+1",
    "1",
    "+49",
    "0151",
    "15550104477",
    "(030)",
    "ext. 4",
    "•••",
    "…",
]


@example(["zero"] * 7 + ["2026-11-25"], "-")
@example(["zero"] * 7 + ["1.234.567,89 €"], " ")
@given(st.lists(st.sampled_from(PARTS), max_size=12), st.sampled_from([" ", ", ", "-", ".", "", "/", " - "]))
def test_masking_again_changes_nothing(parts: list[str], between: str) -> None:
    shown = masked(between.join(parts))

    assert masked(shown) == shown


@given(st.text())
def test_masking_any_text_again_changes_nothing(text: str) -> None:
    assert masked(masked(text)) == masked(text)


@given(st.lists(st.sampled_from(["zero", "oh", "one", "five", "eight"]), min_size=7, max_size=15), st.sampled_from([" ", ", ", "-", "... "]))  # fmt: skip
def test_a_number_that_is_read_out_shows_four_digits(words: list[str], pause: str) -> None:
    digits: dict[str, Any] = {"zero": 0, "oh": 0, "one": 1, "five": 5, "eight": 8}

    assert masked(f"It's {pause.join(words)}, thanks") == (
        f"It's {MARK}{''.join(str(digits[word]) for word in words[-4:])}, thanks"
    )


@pytest.mark.slow  # a hundred thousand characters each
@pytest.mark.parametrize(
    "text", ["1 ", "1,", "1.", "a1", "five ", "(+", "%20", "1 -", "1,000", "uh ", "a", "19-"]
)
def test_no_text_takes_longer_than_its_length(text: str) -> None:
    """A hundred thousand characters take less than 0.5 s on a slow computer; a square of them would take minutes."""
    began = time.process_time()

    masked(text * (100_000 // len(text)))

    assert time.process_time() - began < 10
