"""``bot manifest``: the app exactly as it is registered."""

import json
from collections.abc import Sequence

import click

from config.values import checked_url
from handlers.manifest import manifest


def printed(http: str | None, aliases: Sequence[str]) -> str:
    """Return the manifest as JSON.

    Raises:
        click.ClickException: the URL is no https address.
    """
    if http is not None and not _https(http):
        raise click.ClickException(
            "Slack sends requests only to an https address, such as https://bot.example.com."
        )
    return json.dumps(manifest(http, aliases), indent=2, ensure_ascii=False)


def _https(address: str) -> bool:
    try:
        return checked_url(address).startswith("https://")
    except ValueError:
        return False
