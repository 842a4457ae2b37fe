"""Decisions are looked up by the record they are about: with each list of activities, and with each row."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index."""
    op.create_index("ix_decision_about", "decision", ["about"])
