"""``bot migrate``: the tables as this release needs them."""

from bot.store.schema import REVISION
from bot.store.storage import open_database, prepared
from config.settings import Settings


async def migrate(settings: Settings) -> str:
    """Return a sentence about what was done.

    Raises:
        StartError: it can't be done.
    """
    async with open_database(settings) as database:
        before = await prepared(database, settings)
    if before == REVISION:
        return f"The database is already at revision {REVISION}."
    return (
        f"The database is at revision {REVISION} now; it was {'empty' if before is None else f'at {before}'}."
    )
