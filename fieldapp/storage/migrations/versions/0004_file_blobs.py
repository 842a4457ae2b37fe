"""Which picture travelled in which sync file: at a centre the one that was made, at head office that came."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "file_blobs",
        sa.Column("blob", sa.Text(), nullable=False),
        sa.Column("file", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("blob", "file", name="pk_file_blobs"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_file_blobs_file", "file_blobs", ["file"])
