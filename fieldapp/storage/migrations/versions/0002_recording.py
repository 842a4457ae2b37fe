"""What recording needs beside the first schema: attachments, amendments, what a login left behind."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

PARTITIONS = 16


def upgrade() -> None:
    """Make the new tables and the index by which a receipt number is found again."""
    for parent in ("activity", "establishment", "action_point"):
        _part(
            f"{parent}_attachments",
            parent,
            ("n",),
            sa.Column("sha256", sa.Text(), server_default="", nullable=False),
            sa.Column("kind", sa.Text(), server_default="", nullable=False),
            sa.Column("media_type", sa.Text(), server_default="", nullable=False),
            sa.Column("size", sa.BigInteger(), server_default="0", nullable=False),
            sa.Column("caption", sa.Text(), server_default="", nullable=False),
        )
    _part(
        "activity_amendments",
        "activity",
        ("number",),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("amended_on", sa.Text(), server_default="", nullable=False),
    )
    _part(
        "activity_amendments_values",
        "activity_amendments",
        ("number", "n"),
        sa.Column("field_path", sa.Text(), server_default="", nullable=False),
        sa.Column("before", sa.Text(), server_default="", nullable=False),
        sa.Column("after", sa.Text(), server_default="", nullable=False),
    )
    op.create_table(
        "login_state",
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("login", "name", name="pk_login_state"),
    )
    op.create_index("ix_activity_rows_tries_reference", "activity_rows_tries", ["reference_number"])


def _part(table: str, parent: str, own: tuple[str, ...], *columns: sa.Column[Any]) -> None:
    """A table of parts with the keys of its parent and its own last one."""
    above = ("centre", "id", *own[:-1])
    op.create_table(
        table,
        sa.Column("centre", sa.Integer(), nullable=False),
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in own),
        *columns,
        sa.ForeignKeyConstraint(
            above, [f"{parent}.{name}" for name in above], name=f"fk_{table}", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("centre", "id", *own, name=f"pk_{table}"),
        postgresql_partition_by="HASH (centre)",
        sqlite_with_rowid=False,
    )
    if op.get_bind().dialect.name == "postgresql":
        for n in range(PARTITIONS):
            op.execute(
                f'CREATE TABLE "{table}_p{n:02d}" PARTITION OF "{table}" '
                f"FOR VALUES WITH (MODULUS {PARTITIONS}, REMAINDER {n})"
            )
