"""``bot manifest``: the app exactly as it is registered."""

import json
from collections.abc import Sequence

import click

from handlers.manifest import ManifestError, manifest


def printed(http: str | None, aliases: Sequence[str] = ()) -> str:
    """The manifest as JSON.

    Raises:
        click.ClickException: the URL is no https address, or the manifest breaks a rule of Slack's schema.
    """
    if http is not None and not http.startswith("https://"):
        raise click.ClickException(
            "Slack sends requests only to an https address, such as https://bot.example.com."
        )
    try:
        return json.dumps(manifest(http, aliases), indent=2, ensure_ascii=False)
    except ManifestError as error:
        raise click.ClickException(str(error)) from None
