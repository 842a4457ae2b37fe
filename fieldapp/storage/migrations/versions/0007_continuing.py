"""Which computer goes on from which other, what was given back to one, and late files that were let in."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and the column."""
    op.create_table(
        "continuations",
        sa.Column("node", sa.LargeBinary(length=16), nullable=False),
        sa.Column("before", sa.LargeBinary(length=16), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("chain", sa.LargeBinary(length=16), nullable=False),
        sa.Column("confirmed_at", sa.Text(), server_default="", nullable=False),
        sa.Column("confirmed_by", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("node", name="pk_continuations"),
    )
    op.create_table(
        "given_back",
        sa.Column("node", sa.LargeBinary(length=16), nullable=False),
        sa.Column("base_n", sa.BigInteger(), nullable=False),
        sa.Column("base_chain", sa.LargeBinary(length=16), nullable=False),
        sa.Column("to_n", sa.BigInteger(), nullable=False),
        sa.Column("to_chain", sa.LargeBinary(length=16), nullable=False),
        sa.PrimaryKeyConstraint("node", "base_n", "base_chain", "to_n", "to_chain", name="pk_given_back"),
    )
    op.add_column("inbox_files", sa.Column("let_in", sa.Integer(), server_default="0", nullable=False))
