"""What every file asks of a head office, found without reading all that ever came."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Five indexes: a centre by its code, the keys of a home, its records, decisions of a kind, and what the
    log says was erased.
    """
    op.create_index("ix_centres_csc_id", "centres", ["csc_id"])
    op.create_index("ix_nodes_node", "nodes", ["node"])
    op.create_index("ix_record_directory_owner", "record_directory", ["owner", "centre", "type"])
    op.create_index("ix_decision_kind", "decision", ["kind"])
    erased = sa.text("verb = 'erase'")
    op.create_index(
        "ix_activity_log_erased",
        "activity_log",
        ["id", "at"],
        sqlite_where=erased,
        postgresql_where=erased,
    )
