"""Channels and people who want to hear of jobs have a table: until now it was JOBS_CHANNEL alone."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add a table. JOBS_CHANNEL stays what it was; it needs no row."""
    op.create_table(
        "subscriptions",
        sa.Column("team", sa.String(length=32), primary_key=True),
        sa.Column("target", sa.String(length=32), primary_key=True),
        sa.Column("kind", sa.String(length=32), primary_key=True),
        sa.Column("bucket", sa.String(length=200), primary_key=True),
        sa.Column("only", sa.String(length=16), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("ended", sa.Float()),
    )
    for name in ("ended", "kind", "target", "by"):
        op.create_index(f"subscriptions_{name}", "subscriptions", [name])
