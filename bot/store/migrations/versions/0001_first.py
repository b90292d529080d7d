"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """From nothing."""
    op.create_table(
        "turns",
        sa.Column("id", sa.String(length=200), primary_key=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("team", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("root", sa.String(length=32), nullable=False),
        sa.Column("ts", sa.String(length=32), nullable=False),
        sa.Column("user", sa.String(length=32), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("options", sa.JSON()),
        sa.Column("shared", sa.Integer()),
        sa.Column("bot_user", sa.String(length=32)),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("boot", sa.String(length=32), nullable=False),
        sa.Column("reply_kind", sa.String(length=16), nullable=False),
        sa.Column("reply_channel", sa.String(length=32)),
        sa.Column("reply_ts", sa.String(length=32)),
        sa.Column("outcome", sa.String(length=16)),
        sa.Column("answer", sa.Text()),
        sa.Column("passages", sa.JSON()),
        sa.Column("buckets", sa.JSON()),
        sa.Column("note", sa.Text()),
        sa.Column("model", sa.String(length=200)),
        sa.Column("prompt_tokens", sa.Integer()),
        sa.Column("completion_tokens", sa.Integer()),
        sa.Column("error_id", sa.String(length=16)),
        sa.Column("retryable", sa.Integer()),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.Column("finished_at", sa.Float()),
        if_not_exists=True,
    )
    op.create_index("turns_thread", "turns", ["channel", "root", "created_at"], if_not_exists=True)
    op.create_table(
        "response_urls",
        sa.Column("id", sa.String(length=200), primary_key=True),
        sa.Column("url", sa.LargeBinary(), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Float(), nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "polls",
        sa.Column("kind", sa.String(length=32), primary_key=True),
        sa.Column("next_at", sa.Float(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("looked", sa.Integer(), nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "jobs",
        sa.Column("kind", sa.String(length=32), primary_key=True),
        sa.Column("id", sa.String(length=200), primary_key=True),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("status", sa.String(length=64), nullable=False),
        sa.Column("transitions", sa.Integer(), nullable=False),
        sa.Column("first_seen", sa.Float(), nullable=False),
        sa.Column("changed_at", sa.Float(), nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "transitions",
        sa.Column("kind", sa.String(length=32), primary_key=True),
        sa.Column("job", sa.String(length=200), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("status", sa.String(length=64), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("notified", sa.Integer(), nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "cards",
        sa.Column("kind", sa.String(length=32), primary_key=True),
        sa.Column("job", sa.String(length=200), primary_key=True),
        sa.Column("channel", sa.String(length=32), primary_key=True),
        sa.Column("ts", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        if_not_exists=True,
    )
