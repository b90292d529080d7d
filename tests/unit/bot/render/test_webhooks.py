"""Where Telnyx may send results: an https address without a password in it."""

import pytest

from bot.render.webhooks import checked


@pytest.mark.parametrize(
    "url", ["https://example.com", "https://example.com:8443/a?b=c#d", "https://[::1]/x"]
)
def test_an_https_address_is_taken_as_it_was_written(url: str) -> None:
    assert checked(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com",
        "example.com",
        "https://",
        "https:///a",
        "ftp://a.b",
        "https://a.b:99999/",
        "https://a b.c/",
        "javascript:1",
        "https://[::1",
    ],
)
def test_any_other_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="https://"):
        checked(url)


def test_a_password_is_never_kept() -> None:
    with pytest.raises(ValueError, match="Leave the name and password out") as caught:
        checked("https://me:secret@example.com/")

    assert "secret" not in str(caught.value)
