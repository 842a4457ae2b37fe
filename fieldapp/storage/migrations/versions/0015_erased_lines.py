"""The few lines of the activity log that say of what something was erased, found without reading the rest."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One index; whoever looks into a file asks it."""
    erased = sa.text("verb = 'erase'")
    op.create_index(
        "ix_activity_log_erased",
        "activity_log",
        ["id", "at"],
        sqlite_where=erased,
        postgresql_where=erased,
    )
