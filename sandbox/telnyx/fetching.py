"""Fetches what a URL of a request points to: from this machine, or a page of the made-up site; the sandbox reaches no other network."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit

import aiohttp
from bs4 import BeautifulSoup

from .refusals import refusal
from .webhooks import is_loopback

_WITHIN = aiohttp.ClientTimeout(total=15)
_MOST_BYTES = 100 * 2**20
_MOST_PAGES = 50
_LEVELS = 5
SITE = "help.example.com"
"""A host that no one has (RFC 2606): its pages and recordings are files of the sandbox, for a bot that refuses this machine's addresses."""
_PAGES = Path(__file__).parents[1] / "seed" / "site"
_AUDIO = Path(__file__).parents[1] / "seed" / "audio"
_RECORDINGS = frozenset(path.name for path in _AUDIO.glob("*.wav"))


async def fetch(url: str, *, pointer: str) -> bytes:
    """The body behind a loopback URL, or of a page of the made-up site.

    Raises:
        Refusal: 400, for another address, a page that isn't there, no answer within 15 s, a status that is no success, or more than 100 MB.
    """
    if not (is_loopback(url) or _is_made_up(url)):
        words = f"The sandbox fetches from loopback addresses and from https://{SITE}/ only."
        raise refusal(400, words, pointer=pointer)
    async with aiohttp.ClientSession(timeout=_WITHIN) as session:
        content = await _get(session, url)
    if content is None:
        raise refusal(400, "The URL could not be fetched.", pointer=pointer)
    return content


async def crawl(url: str) -> dict[str, bytes]:
    """The page and those it links to on the same host, up to 5 levels deep and 50 pages, by file name.

    Raises:
        Refusal: 400 as `fetch` has it, for the first page.
    """
    pages = {url: await fetch(url, pointer="/url")}
    level = [url]
    async with aiohttp.ClientSession(timeout=_WITHIN) as session:
        for _ in range(_LEVELS):
            level = [link for page in level for link in _links(page, pages[page])]
            level = [link for link in dict.fromkeys(level) if link not in pages]
            for link in level[: _MOST_PAGES - len(pages)]:
                content = await _get(session, link)
                if content is not None:
                    pages[link] = content
            level = [link for link in level if link in pages]
    return {_file_name(link): content for link, content in pages.items()}


async def _get(session: aiohttp.ClientSession, url: str) -> bytes | None:
    """Redirects are not followed: they could lead away from this machine."""
    if _is_made_up(url):
        return _made_up(url)
    try:
        async with session.get(url, allow_redirects=False) as answer:
            if answer.status != 200:  # noqa: PLR2004 -- anything else is no page
                return None
            content = await answer.content.read(_MOST_BYTES + 1)
            while len(content) <= _MOST_BYTES and (more := await answer.content.read(2**16)):
                content += more
            return content if len(content) <= _MOST_BYTES else None
    except (aiohttp.ClientError, TimeoutError):
        return None


def _is_made_up(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in {"http", "https"} and parts.netloc == SITE


def _made_up(url: str) -> bytes | None:
    """A page or recording of the made-up site; None where there is none of that name."""
    name = urlsplit(url).path.strip("/") or "index"
    if name in _RECORDINGS:
        return (_AUDIO / name).read_bytes()
    page = next((page for page in sorted(_PAGES.glob("*.html")) if page.stem == name), None)
    return page.read_bytes() if page else None


def _links(page: str, content: bytes) -> list[str]:
    soup = BeautifulSoup(content, "html.parser")
    found = [urldefrag(urljoin(page, str(tag["href"]))).url for tag in soup.find_all("a", href=True)]
    home = urlsplit(page)
    return [link for link in found if urlsplit(link)[:2] == home[:2]]


def _file_name(url: str) -> str:
    """What a page is stored as (the names are not documented): host and path, ending in .html."""
    parts = urlsplit(url)
    name = f"{parts.hostname}{parts.path}".strip("/")
    return name if name.endswith((".html", ".htm", ".txt", ".md", ".pdf")) else f"{name}.html"
