"""What became of a question while it was being answered, and when the bot was last listening."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Two new tables, and how often a turn's process died; rows of older releases have none yet."""
    op.add_column("turns", sa.Column("crashes", sa.Integer()))
    op.create_table(
        "interruptions",
        sa.Column("turn", sa.String(length=200), primary_key=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text()),
        sa.Column("user", sa.String(length=32), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
    )
    op.create_table(
        "presence",
        sa.Column("team", sa.String(length=32), primary_key=True),
        sa.Column("listened_at", sa.Float(), nullable=False),
    )
