"""The bytes of a file stand last in its row, and what is asked of all files of a sender stands in an index.

SQLite comes to what lies behind a long value by way of all its pages: a list of files would read the files.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def _text(name: str, empty: str = "") -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default=empty, nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), server_default="0", nullable=False)


def upgrade() -> None:
    """Make the table anew where that matters, and the index."""
    if op.get_bind().dialect.name == "sqlite":
        _make_anew()
    op.create_index(
        "ix_inbox_files_log",
        "inbox_files",
        ["key", "state", "base_n", "base_chain", "to_n", "to_chain"],
    )


def _make_anew() -> None:
    made = op.create_table(
        "inbox_files_made",
        sa.Column("sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        _number("kind"),
        sa.Column("key", sa.LargeBinary(length=16), nullable=True),
        sa.Column("centre", sa.Integer(), nullable=True),
        _text("centre_code"),
        _number("batch"),
        _number("part"),
        _number("parts"),
        sa.Column("base_n", sa.Integer(), nullable=True),
        sa.Column("base_chain", sa.LargeBinary(length=16), nullable=True),
        sa.Column("to_n", sa.Integer(), nullable=True),
        sa.Column("to_chain", sa.LargeBinary(length=16), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        _text("code"),
        _text("said", "{}"),
        _text("header", "{}"),
        _text("manifest", "{}"),
        _text("counts", "{}"),
        sa.Column("read_at", sa.Text(), nullable=False),
        _text("applied_at"),
        _text("applied_by"),
        _number("let_in"),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256"),
    )
    names = ", ".join(f'"{column.name}"' for column in made.columns)
    op.execute(f"INSERT INTO inbox_files_made ({names}) SELECT {names} FROM inbox_files")  # noqa: S608
    op.drop_table("inbox_files")
    op.rename_table("inbox_files_made", "inbox_files")
