"""Brings the bot's own tables to the revision this release works with. DBOS looks after its tables itself."""

from pathlib import Path

import sqlalchemy as sa
import structlog

from bot.errors import StartError
from bot.store.schema import REVISION

log = structlog.get_logger(__name__)

FOLDER = Path(__file__).parent / "migrations"
LOCK = 0x7E1AB07
"""PostgreSQL: one process migrates at a time."""


class NewerDatabaseError(StartError):
    """The tables were made by a newer release."""


def upgrade(connection: sa.Connection) -> str | None:
    """Upgrade in the transaction of ``connection``; the revision it was at before, None for an empty database.

    Raises:
        NewerDatabaseError: this release does not know the revision.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    before = known(current(connection))
    if before == REVISION:
        return before
    # Alembic takes a tenth of a second to import, and nearly every start finds the tables as they should be.
    from alembic import command  # noqa: PLC0415 - as above
    from alembic.config import Config  # noqa: PLC0415 - as above

    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    log.info("migrated", before=before, now=REVISION)
    return before


def known(revision: str | None) -> str | None:
    """Return the revision, if this release knows it.

    Raises:
        NewerDatabaseError: it doesn't.
    """
    if revision is not None and not any((FOLDER / "versions").glob(f"{revision}_*.py")):
        raise NewerDatabaseError(
            f"The database is from a newer release: it's at revision {revision}, and this release knows {REVISION}. "
            "Use the newer release."
        )
    return revision


def current(connection: sa.Connection) -> str | None:
    """Return the revision of the tables, or None where there are none yet."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    return revision
