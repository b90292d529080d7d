"""Addresses that Telnyx is asked to read: what is sent is what was checked, and none leads into a private network."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.render.addresses import CREDENTIALS, NO_PAGE, PRIVATE, UNREADABLE, web_address


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("https://help.example.com/leave?y=1#days", "https://help.example.com/leave?y=1#days"),
        ("HTTP://Help.Example.COM:8080/A", "http://help.example.com:8080/A"),
        ("help.example.com/leave", "https://help.example.com/leave"),
        ("help.example.com:8080/leave", "https://help.example.com:8080/leave"),
        ("https://hilfe.müller.example/", "https://hilfe.xn--mller-kva.example/"),
        ("https://help.example.com./", "https://help.example.com/"),
        ("https://93.184.215.14/", "https://93.184.215.14/"),
        ("https://[2606:2800:21f:cb07::1]:443/x", "https://[2606:2800:21f:cb07::1]:443/x"),
        ("https://localhost.example.com/", "https://localhost.example.com/"),
    ],
)
def test_an_address_that_anyone_can_open_is_taken(typed: str, sent: str) -> None:
    assert web_address(typed) == sent


@pytest.mark.parametrize(
    "host",
    [
        "localhost", "LOCALHOST", "localhost.", "wiki", "wiki.local", "db.internal", "router.home.arpa", "a.b.lan", "x.test",
        "127.0.0.1", "127.0.0.1.", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.1", "224.0.0.1",
        "１２７.0.0.1", "127。0。0。1",
        "[::1]", "[fe80::1]", "[fd00::1]", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[ff02::1]", "[::]",
    ],
)  # fmt: skip
def test_an_address_inside_a_private_network_is_refused(host: str) -> None:
    with pytest.raises(ValueError, match="private network"):
        web_address(f"https://{host}/page")


@pytest.mark.parametrize("number", ["2130706433", "0x7f.1", "0x7f000001", "127.1", "0177.0.0.1", "1.2.3.0x"])
def test_a_number_in_a_notation_of_its_own_is_refused(number: str) -> None:
    with pytest.raises(ValueError, match="can't read"):
        web_address(f"https://{number}/")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("ftp://example.com/", NO_PAGE),
        ("javascript:alert(1)", NO_PAGE),
        ("mailto:a@example.com", NO_PAGE),
        ("file:///etc/passwd", NO_PAGE),
        ("https://ada:secret@example.com/", CREDENTIALS),
        ("https://@example.com/", CREDENTIALS),
        ("https://example.com@127.0.0.1/", CREDENTIALS),
        ("https://example.com\\@127.0.0.1/", UNREADABLE),
        ("https://exa mple.com/", UNREADABLE),
        ("https://example.com/\n", UNREADABLE),
        ("https://example.com:http/", UNREADABLE),
        ("https://127%2e0.0.1/", UNREADABLE),
        ("https://", UNREADABLE),
        ("https:///page", UNREADABLE),
        ("https://loca\u00adlhost/", UNREADABLE),
        ("https://[::1", UNREADABLE),
        ("https://a..example.com/", UNREADABLE),
        (f"https://{'a' * 64}.example.com/", UNREADABLE),
        ("wiki/page", PRIVATE),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(typed: str, said: str) -> None:
    with pytest.raises(ValueError, match=r"[.]") as caught:
        web_address(typed)

    assert str(caught.value) == said


SENTENCES = {NO_PAGE, CREDENTIALS, PRIVATE, UNREADABLE}


def taken_or_said(typed: str) -> str:
    try:
        return web_address(typed)
    except ValueError as error:
        return str(error)


@pytest.mark.slow  # hundreds of made-up addresses
@given(st.text(max_size=60), st.sampled_from(["", "https://", "http://", "https://example.com"]))
def test_whatever_is_typed_is_an_address_or_one_of_the_sentences(typed: str, before: str) -> None:
    sent = taken_or_said(before + typed)

    if sent not in SENTENCES:
        assert sent.startswith(("https://", "http://"))
        assert taken_or_said(sent) == sent, "what is sent is what was checked"
