"""The settings for a command, or what is wrong with them."""

from bot.observability.logs import configure, hide
from config.load import ConfigError, Need, read
from config.settings import Settings

CANNOT_START = 2
"""Exit status for settings, files, and databases that can't be used."""


def settings_for(*needs: Need) -> Settings:
    """Return the settings.

    Raises:
        ConfigError: some of them are wrong or missing.
    """
    settings, problems = settings_and_problems(*needs)
    if problems:
        raise ConfigError(problems)
    return settings


def settings_and_problems(*needs: Need) -> tuple[Settings, list[str]]:
    """Return the settings, with the default for each that is wrong, and what is wrong or missing."""
    settings, problems = read(needs)
    if settings.command_aliases:
        # Only the verbs know what can be one, and importing them takes a second.
        from handlers.tree import TREE  # noqa: PLC0415 - as above

        try:
            TREE.short_forms(settings.command_aliases)
        except ConfigError as error:
            problems = [*problems, *error.problems]
    configure(settings.log_level, json=None if settings.log_format is None else settings.log_format == "json")
    hide(settings.secrets())
    return settings, problems
