"""Findings of a head office, the keys they are found by, and where receipts are mailed to."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and columns; what a head office holds already is looked through once."""
    op.add_column("decision", sa.Column("about_in", sa.LargeBinary(length=16), nullable=True))
    op.add_column("centre_contacts", sa.Column("mail", sa.Text(), server_default="", nullable=False))
    op.create_table(
        "person_keys",
        sa.Column("key", sa.BigInteger(), nullable=False),
        sa.Column("record", sa.Integer(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", "record", "row", name="pk_person_keys"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_person_keys_record", "person_keys", ["record"])
    op.create_table(
        "findings",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("one", sa.Integer(), nullable=False),
        sa.Column("two", sa.Integer(), nullable=False),
        sa.Column("live", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("login", sa.Text(), server_default="", nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("found_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_findings"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_findings_state", "findings", ["live", "state", "kind", "found_at"])
    op.create_table(
        "finding_places",
        sa.Column("record", sa.LargeBinary(length=16), nullable=False),
        sa.Column("finding", sa.LargeBinary(length=16), nullable=False),
        sa.PrimaryKeyConstraint("record", "finding", name="pk_finding_places"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_finding_places_finding", "finding_places", ["finding"])
    op.execute(
        "INSERT INTO search_waiting (late, id) SELECT 1, d.id FROM record_directory d "
        "WHERE EXISTS (SELECT 1 FROM home_state WHERE name = 'centre' AND value = '0') "
        "ON CONFLICT (late, id) DO NOTHING"
    )
