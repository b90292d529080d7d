import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.render.markdown import code, escape_mrkdwn, link, plain


def test_mrkdwn_shows_every_character_literally() -> None:
    assert escape_mrkdwn("<!here> a & b @channel") == "&lt;!here&gt; a &amp; b @\u200bchannel"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("## Title\n\n- **one** `two`\n1. _three_", "Title one two three"),
        ("See [the handbook](https://ok.example/a) and ![pic](https://x/y)", "See the handbook and pic"),
        ("```py\nx = 1\n```", "x = 1"),
        ("snake_case_name * 2", "snake_case_name * 2"),
        ("<!channel> hi", "<\u200b!channel> hi"),
        ("Dial *61* or **21*, then *#06# and *#21#", "Dial *61* or **21*, then *#06# and *#21#"),
        ("*61*+49123*11*20# hides, **#31#** too", "*61*+49123*11*20# hides, #31# too"),
        ("1. ```sh\n   ls\n   ```\n> - [x] done", "ls done"),
        ("~~~\na *b*\n~~~\n| A | B |\n|---|---|\n| 1 | 2 |", "a *b* A B 1 2"),
        ("[t][p]\n\n[p]: //evil.example", "t"),
        ("evil.com https://evil.dev <https://x.example|t>", "evil.\u200bcom https:\u200b//evil.\u200bdev t"),
        ("a\x00b \u202ec &lt;!here&gt;", "ab c <\u200b!here>"),
    ],
)
def test_notification_text_has_no_markup(written: str, shown: str) -> None:
    assert plain(written) == shown


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://x.example/a?b=1&c=%20#d", "<https://x.example/a?b=1&amp;c=%20#d|leave.md>"),
        ("https://x.example/<!channel", "<https://x.example/%3C!channel|leave.md>"),
        ("https://x.example/<@U0ADA", "<https://x.example/%3C@U0ADA|leave.md>"),
        ("https://x.example/a\nb c", "<https://x.example/a%0Ab%20c|leave.md>"),
        ("https://x.example/a|b>c`\u202e", "<https://x.example/a%7Cb%3Ec%60%E2%80%AE|leave.md>"),
        ("HTTPS://bücher.example/ü", "<https://xn--bcher-kva.example/%C3%BC|leave.md>"),
        ("https://x.example:8080?q", "<https://x.example:8080?q|leave.md>"),
        ("https://<!channel>/x", "*leave.md*"),
        ("https://ok.example@evil.com/x", "*leave.md*"),
        ("https://ok.example\\@evil.com/x", "*leave.md*"),
        ("javascript:alert(1)", "*leave.md*"),
        ("https://x.example/" + "a" * 3_000, "*leave.md*"),
        (None, "*leave.md*"),
    ],
)
def test_the_address_of_a_document_is_encoded_or_no_link(url: str | None, shown: str) -> None:
    assert link(url, "leave.md") == shown


def test_the_words_of_a_link_have_no_power() -> None:
    assert link("https://x.example", "a>|<!here>\u202e") == "<https://x.example|a&gt;|&lt;!here&gt;>"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("see evil.com/x", "see evil.\u200bcom/x"),
        ("a@evil.dev mailto:x tel:1", "a@evil.\u200bdev mailto\u200b:x tel\u200b:1"),
        ("https://evil.example", "https:\u200b//evil.\u200bexample"),
        ("type `docs.show` now", "type `docs.show` now"),
        ("a`evil.com`b", "a`evil.\u200bcom`b"),
        ("Dial *61* <b>", "Dial `*61*` &lt;b&gt;"),
        ("a\x00\u2066b", "ab"),
    ],
)
def test_mrkdwn_links_nothing_by_itself(written: str, shown: str) -> None:
    assert escape_mrkdwn(written) == shown


def test_code_is_copied_as_it_is_and_ends_nowhere_else() -> None:
    assert code("my.bucket") == "`my.bucket`"
    assert code("a`b <!here>\n\u202ec") == "`a\u02cbb &lt;!here&gt; c`"


@given(st.text(max_size=300), st.integers(min_value=5, max_value=80))
def test_notification_text_fits(text: str, limit: int) -> None:
    assert len(plain(text, limit)) <= limit


def test_notification_text_is_cut_at_a_word() -> None:
    assert plain("one two three four", 14) == "one two three…"
