"""Finding: the search index, and the indexes by which lists are narrowed down, sorted and paged."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

LISTED_BY = {
    "activity": (
        ("kind", "start_date"),
        ("state", "start_date"),
        ("place_key", "start_date"),
        ("number",),
        ("title_hi",),
        ("title_en",),
        ("place_words",),
    ),
    "person": ((),),
    "target": (("due_date",),),
    "observation": (("end_date",),),
    "establishment": ((), ("kind",)),
    "action_point": (("due_date",),),
    "place": ((),),
    "decision": ((),),
}


def upgrade() -> None:
    """Make the tables and indexes; every record that is here waits for being indexed."""
    for table, sorts in LISTED_BY.items():
        for sort in sorts:
            name = "_".join((table, *sort)) if sort else f"{table}_id"
            op.create_index(f"ix_{name}", table, [*sort, "id"])
    op.create_index(
        "ix_record_heads_deleted",
        "record_heads",
        ["type", "id"],
        sqlite_where=sa.text("deleted != 0"),
        postgresql_where=sa.text("deleted != 0"),
    )
    op.create_table(
        "search_words",
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("word", sa.LargeBinary(), nullable=False),
        sa.Column("least", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("n"),
    )
    op.create_index("ix_search_words_word", "search_words", ["word"], unique=True)
    op.create_table(
        "search_records",
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("centre", sa.Integer(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("n"),
    )
    op.create_index("ix_search_records_id", "search_records", ["id"], unique=True)
    _clustered(
        "search_entries",
        ("record", "row"),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("mark", sa.BigInteger(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
    )
    _clustered("search_postings", ("word", "day", "record", "row"))
    op.create_table(
        "search_waiting",
        sa.Column("late", sa.Integer(), nullable=False),
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.PrimaryKeyConstraint("late", "id", name="pk_search_waiting"),
        sqlite_with_rowid=False,
    )
    op.execute("INSERT INTO search_waiting (late, id) SELECT 1, id FROM record_directory")


def _clustered(table: str, keys: tuple[str, ...], *columns: "sa.Column[object]") -> None:
    """A table of whole numbers, kept in the order of its key."""
    op.create_table(
        table,
        *(sa.Column(name, sa.Integer(), nullable=False) for name in keys),
        *columns,
        sa.PrimaryKeyConstraint(*keys, name=f"pk_{table}"),
        sqlite_with_rowid=False,
    )
