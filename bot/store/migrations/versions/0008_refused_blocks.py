"""Which newer kinds of block a workspace refused is kept, so a restart does not ask again."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add a table. What was refused before is learned again, at one call for each kind."""
    op.create_table(
        "refused_blocks",
        sa.Column("team", sa.String(length=32), primary_key=True),
        sa.Column("kind", sa.String(length=32), primary_key=True),
        sa.Column("at", sa.Float(), nullable=False),
    )
