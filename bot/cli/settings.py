"""Settings for a command, or one message about all that is wrong with them."""

import sys

import click

from bot.observability.logs import configure
from config.load import ConfigError, Need, load
from config.settings import Settings

WRONG_SETTINGS = 2
"""Exit status for settings that cannot be used."""


def settings_for(*needs: Need) -> Settings:
    """The settings; ends the process with status 2 and one message when they are wrong."""
    try:
        settings = load(needs)
    except ConfigError as error:
        click.echo(str(error), err=True)
        sys.exit(WRONG_SETTINGS)
    configure(settings.log_level)
    return settings
