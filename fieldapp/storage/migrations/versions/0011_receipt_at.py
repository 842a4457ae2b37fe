"""When a computer was last told something by its head office; '' means never."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One column; every computer is due a receipt once."""
    op.add_column("nodes", sa.Column("receipt_at", sa.Text(), server_default="", nullable=False))
