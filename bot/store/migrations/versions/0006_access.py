"""What is known of places and set for them, what was granted to whom, and ways to all that is kept about a person."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

PLACE = sa.String(length=32)


def upgrade() -> None:
    """Make both tables. That a place is shared was carried with each question; now it is looked up."""
    op.create_table(
        "channels",
        sa.Column("team", PLACE, primary_key=True),
        sa.Column("channel", PLACE, primary_key=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("shared", sa.Integer(), nullable=False),
        sa.Column("archived", sa.Integer(), nullable=False),
        sa.Column("known_at", sa.Float(), nullable=False),
        sa.Column("buckets", sa.JSON()),
        sa.Column("model", sa.String(length=200)),
        sa.Column("tone", sa.Text()),
        sa.Column("experts", PLACE),
        sa.Column("mode", sa.String(length=16)),
    )
    op.create_table(
        "grants",
        sa.Column("id", sa.String(length=32), primary_key=True),
        sa.Column("team", PLACE, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("grantee", PLACE, nullable=False),
        sa.Column("thing", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("by", PLACE, nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("until", sa.Float()),
    )
    op.create_index("grants_grantee", "grants", ["team", "grantee"])
    op.create_index("grants_kind", "grants", ["team", "kind"])
    op.drop_column("turns", "shared")
    _indexes()


def _indexes() -> None:
    """What a person asked for and changed, the latest changes, and what is too old are found without reading everything."""
    op.drop_index("turns_question", "turns")
    op.create_index("turns_question", "turns", ["channel", "ts", "user"])
    op.create_index("turns_user", "turns", ["user", "created_at"])
    stopped, worded = sa.text("outcome = 'stopped'"), sa.text("given IS NOT NULL")
    op.create_index(
        "turns_stopped", "turns", ["created_at", "id"], sqlite_where=stopped, postgresql_where=stopped
    )
    op.create_index("messages_age", "messages", ["kind", "tried_at"])
    op.create_index("deeds_team", "deeds", ["team", "at", "id"])
    op.create_index("deeds_age", "deeds", ["at", "id"])
    op.create_index("deeds_user", "deeds", ["user", "at"])
    op.create_index("deeds_worded", "deeds", ["at", "id"], sqlite_where=worded, postgresql_where=worded)
