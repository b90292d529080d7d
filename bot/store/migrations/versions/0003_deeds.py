"""Changes: the question before one, its audit log, and the checkpoint of the work that makes it."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the one new table."""
    op.create_table(
        "deeds",
        sa.Column("id", sa.String(length=255), primary_key=True),
        sa.Column("verb", sa.String(length=64), nullable=False),
        sa.Column("given", sa.JSON()),
        sa.Column("team", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("user", sa.String(length=32), nullable=False),
        sa.Column("user_team", sa.String(length=32), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("until", sa.Float()),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("result", sa.String(length=16)),
        sa.Column("noted", sa.JSON()),
        sa.Column("shown", sa.JSON()),
        sa.Column("told", sa.Integer(), nullable=False),
    )
