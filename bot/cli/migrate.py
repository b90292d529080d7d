"""``bot migrate``: the tables as this release needs them."""

import sys

import click

from bot.cli.settings import WRONG_SETTINGS
from bot.store.database import DatabaseInUseError
from bot.store.migrate import NewerDatabaseError, upgrade
from bot.store.replicas import DuplicateReplicaError
from bot.store.schema import REVISION
from bot.store.storage import DatabaseUnreachableError, open_database
from config.settings import Settings


async def migrate(settings: Settings) -> str:
    """Return a sentence about what was done; end the process with status 2 and a sentence when it can't be done."""
    try:
        async with open_database(settings) as database:
            before = await database.run(upgrade)
    except (DatabaseInUseError, DatabaseUnreachableError, DuplicateReplicaError, NewerDatabaseError) as error:
        click.echo(str(error), err=True)
        sys.exit(WRONG_SETTINGS)
    if before == REVISION:
        return f"The database is already at revision {REVISION}."
    return (
        f"The database is at revision {REVISION} now; it was {'empty' if before is None else f'at {before}'}."
    )
