"""What readers thought of an answer, how it was made, and a way to what answers took that reads no words."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add two columns, a table, and an index of the numbers alone. Nothing is known of the answers of before."""
    op.add_column("turns", sa.Column("estimated", sa.Integer()))
    op.add_column("turns", sa.Column("trace", sa.JSON()))
    op.create_table(
        "feedback",
        sa.Column("turn", sa.String(length=200), primary_key=True),
        sa.Column("user", sa.String(length=32), primary_key=True),
        sa.Column("team", sa.String(length=32), nullable=False),
        sa.Column("value", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(length=32)),
        sa.Column("comment", sa.Text()),
        sa.Column("at", sa.Float(), nullable=False),
    )
    op.create_index("feedback_user", "feedback", ["user"])
    op.create_index("feedback_age", "feedback", ["at", "turn", "user"])
    asked = sa.text("model IS NOT NULL")
    numbers = [
        "team",
        "created_at",
        "user",
        "channel",
        "model",
        "prompt_tokens",
        "completion_tokens",
        "estimated",
    ]
    op.create_index("turns_usage", "turns", numbers, sqlite_where=asked, postgresql_where=asked)
