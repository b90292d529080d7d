"""The settings for a command, or one message about what is wrong with them."""

import sys

import click

from bot.observability.logs import configure
from config.load import ConfigError, Need, load
from config.settings import Settings

WRONG_SETTINGS = 2
"""Exit status for settings that can't be used."""


def settings_for(*needs: Need) -> Settings:
    """Return the settings; end the process with status 2 and one message when they are wrong."""
    try:
        settings = load(needs)
        if settings.command_aliases:
            # Only the verbs know what can be one, and importing them takes a second.
            from handlers.tree import TREE  # noqa: PLC0415 - as above

            TREE.short_forms(settings.command_aliases)
    except ConfigError as error:
        click.echo(str(error), err=True)
        sys.exit(WRONG_SETTINGS)
    configure(settings.log_level)
    return settings
