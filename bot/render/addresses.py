"""Addresses of web pages as people give them: http or https, of a host that anyone can reach. Pure: no name is looked up."""

import ipaddress
import re
from typing import Annotated
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, Field

UNREADABLE = "I can't read this as a web address. It looks like https://help.example.com/leave."
NO_PAGE = "I need the address of a web page: one that begins with https:// or http://."
CREDENTIALS = "Leave the username and password out of the address."
PRIVATE = "That address is inside a private network, so Telnyx can't reach it. Use one that anyone can open."
PRIVATE_ENDINGS = frozenset({
    "corp", "home", "home.arpa", "internal", "intranet", "invalid", "lan", "local", "localdomain", "localhost", "onion", "private", "test",
})  # fmt: skip
"""Last labels of names that no public name server knows: RFC 6761, 6762, 7686, 8375, ICANN's `internal`, and what routers use."""
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):(?://|(?!\d))", re.IGNORECASE)
_NEVER = re.compile(r"[\s\\<>\"`]")
"""Readers of addresses differ about these, so another host could be read than the one that is checked."""
_NAME = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_NUMBER = re.compile(r"(?:.*\.)?(?:\d+|0x[0-9a-f]*)")


def web_address(text: str) -> str:
    """Return the address as it is checked and sent; a bare ``help.example.com`` gets its https.

    Raises:
        ValueError: it's no web page's, holds a password, or leads into a private network.
    """
    given = _SCHEME.match(text)
    if given and given[1].lower() not in ("http", "https"):
        raise ValueError(NO_PAGE)
    try:
        parts = urlsplit(text if given else f"https://{text}")
        host, port = (parts.hostname or "").encode("idna").decode().removesuffix("."), parts.port
    except ValueError as error:
        raise ValueError(UNREADABLE) from error
    if _NEVER.search(text) or not text.isprintable():
        raise ValueError(UNREADABLE)
    if "@" in parts.netloc:
        raise ValueError(CREDENTIALS)
    shown = _public(host)
    return SplitResult(
        parts.scheme, shown if port is None else f"{shown}:{port}", parts.path, parts.query, parts.fragment
    ).geturl()


WebAddress = Annotated[str, Field(max_length=2_000), AfterValidator(web_address)]


def _public(host: str) -> str:
    """Return a host as it stands in an address. What ends in a number is one, in whichever notation, and browsers read it so."""
    if ":" in host or _NUMBER.fullmatch(host):
        try:
            number = ipaddress.ip_address(host)
        except ValueError as error:
            raise ValueError(UNREADABLE) from error
        if not number.is_global or number.is_multicast or _hides_another(number):
            raise ValueError(PRIVATE)
        return f"[{number}]" if number.version == 6 else str(number)  # noqa: PLR2004 - the version of the protocol
    labels = host.split(".")
    if PRIVATE_ENDINGS & {labels[-1], ".".join(labels[-2:])} or re.fullmatch(r"[a-z0-9_-]+", host):
        raise ValueError(PRIVATE)
    if not _NAME.fullmatch(host):
        raise ValueError(UNREADABLE)
    return host


def _hides_another(number: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Return whether an address of version 6 stands for one of version 4, which may be any."""
    return isinstance(number, ipaddress.IPv6Address) and (
        number in ipaddress.ip_network("64:ff9b::/96")
        or bool(number.ipv4_mapped or number.sixtofour or number.teredo)
    )
