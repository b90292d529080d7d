"""What edits, deletions, and the end of the retention look for is found without reading every question."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add two indexes."""
    op.create_index("turns_question", "turns", ["channel", "ts"], if_not_exists=True)
    op.create_index("turns_age", "turns", ["created_at"], if_not_exists=True)
