"""An address that Telnyx tells results to, as people type it. Pure."""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field


def checked(url: str) -> str:
    """Return an https address as it was written.

    Raises:
        ValueError: it is none, or there is a password in it.
    """
    try:
        parts = urlsplit(url)
        fits = parts.scheme == "https" and bool(parts.hostname) and parts.port != 0
    except ValueError:
        fits = False
    if not fits or any(character.isspace() for character in url):
        raise ValueError("I need a web address that begins with https://.")
    if parts.username is not None:
        raise ValueError(
            "Leave the name and password out of the address: everyone who may see this can read it."
        )
    return url


Webhook = Annotated[str, Field(max_length=2_000), AfterValidator(checked)]
"""An https address; the slip is said where it is anything else."""
