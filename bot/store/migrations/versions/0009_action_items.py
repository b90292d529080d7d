"""What was agreed in calls has a table, so people find their own action items and can say that one is done."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add a table. Summaries that were written before keep their action items in their text alone."""
    op.create_table(
        "action_items",
        sa.Column("id", sa.String(length=64), primary_key=True),
        sa.Column("team", sa.String(length=32), nullable=False),
        sa.Column("call", sa.String(length=200), nullable=False),
        sa.Column("assistant", sa.String(length=200), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("who", sa.String(length=200), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.Integer()),
        sa.Column("turn", sa.String(length=200), nullable=False),
        sa.Column("asked_by", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.Column("taken_by", sa.String(length=32)),
        sa.Column("done_by", sa.String(length=32)),
        sa.Column("done_at", sa.Float()),
    )
    for name, columns in {
        "call": ("team", "call"),
        "who": ("team", "who"),
        "taken": ("taken_by",),
        "asked": ("asked_by",),
        "done": ("done_by",),
        "age": ("created_at",),
    }.items():
        op.create_index(f"action_items_{name}", "action_items", list(columns))
