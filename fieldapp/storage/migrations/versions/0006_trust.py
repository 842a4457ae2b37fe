"""Trust that ends at a checkpoint, the keys of an office, and whom to call at a centre."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and columns."""
    op.add_column("nodes", sa.Column("good_n", sa.Integer(), nullable=True))
    op.add_column("nodes", sa.Column("good_chain", sa.LargeBinary(length=16), nullable=True))
    op.create_table(
        "office_keys",
        sa.Column("key", sa.LargeBinary(length=16), primary_key=True),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "centre_contacts",
        sa.Column("centre", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("name", sa.Text(), nullable=False, server_default=""),
        sa.Column("phone", sa.Text(), nullable=False, server_default=""),
    )
