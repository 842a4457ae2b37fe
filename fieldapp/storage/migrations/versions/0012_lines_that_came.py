"""Of what a file carried, the name of the line it came on: a line that comes once more is known by that."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One column; of lines that came before it nothing is known, and they are read as new ones are."""
    op.add_column("file_revisions", sa.Column("line", sa.LargeBinary(length=16), nullable=True))
