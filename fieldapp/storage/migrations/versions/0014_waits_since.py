"""Since when what a seal carries has waited: an edit of yesterday makes the work of last month no younger."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One column; seals that were made before go by when their record was last saved then."""
    op.add_column("seals", sa.Column("since", sa.Text(), server_default="", nullable=False))
    op.execute(
        "UPDATE seals SET since = COALESCE((SELECT r.at FROM revisions r WHERE r.centre = seals.centre "
        "AND r.id = seals.id AND r.rev = seals.rev), '')"
    )
