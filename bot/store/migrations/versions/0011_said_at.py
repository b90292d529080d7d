"""A job's row holds the date of the answer that showed how it stands, so an older answer says nothing of it."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add a column. What was known before has no date, so any answer says something of it."""
    op.add_column("jobs", sa.Column("said_at", sa.Float()))
