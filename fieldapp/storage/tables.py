"""The tables, built from the field definitions; migrations spell them out and never import this module.

Keys of synced tables start with `centre` (a home-local integer: 0 is this head office), then the record id,
then the part. So a nation's head office can be partitioned by centre, and an import touches one range.
Dates are ISO text and yes/no is 0 or 1 on both engines, so that a value reads back exactly as it was sealed.
"""

from functools import cache

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    ForeignKeyConstraint,
    FromClause,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    literal_column,
)

from fieldapp.domain import fields as f
from fieldapp.domain.records import RECORD_TYPES
from fieldapp.storage.rows import key_name, stored_columns

metadata = MetaData()

PARTITIONS = 16
"""How many hash partitions a synced table has on PostgreSQL; fixed by migration 0001."""


def _column(column: f.Column) -> Column[object]:
    if column.field.kind is f.Kind.REF:
        return Column(column.name, LargeBinary(16), nullable=True)
    if column.whole:
        return Column(column.name, BigInteger, nullable=False, server_default="0")
    return Column(column.name, Text, nullable=False, server_default="")


def _keys(*names: str) -> list[Column[object]]:
    return [Column(name, LargeBinary(16) if name == "id" else Integer, nullable=False) for name in names]


def _synced(name: str, keys: tuple[str, ...], columns: list[Column[object]], parent: str = "") -> Table:
    """A table partitioned by centre on PostgreSQL and clustered by its key on SQLite."""
    constraints: list[PrimaryKeyConstraint | ForeignKeyConstraint] = [
        PrimaryKeyConstraint(*keys, name=f"pk_{name}")
    ]
    if parent:
        shared = keys[:-1]
        constraints.append(
            ForeignKeyConstraint(
                shared, [f"{parent}.{key}" for key in shared], name=f"fk_{name}", ondelete="CASCADE"
            )
        )
    return Table(
        name,
        metadata,
        *_keys(*keys),
        *columns,
        *constraints,
        sqlite_with_rowid=False,
        info={"synced": True},
    )


def _build(name: str, record_type: type[msgspec.Struct], keys: tuple[str, ...], parent: str) -> None:
    _synced(name, keys, [_column(column) for column in stored_columns(record_type)], parent)
    for one in f.parts(record_type):
        part = f.part_type(one)
        _build(f"{name}_{one.name}", part, (*keys, key_name(part)), name)


for _name, _type in RECORD_TYPES.items():
    _build(_name, _type, ("centre", "id"), "")


@cache
def record_table(name: str) -> Table:
    """The table of a record type or of one of its parts: 'activity', 'activity_rows', ..."""
    return metadata.tables[name]


def head_of(table: FromClause) -> ColumnElement[bool]:
    """That a row of `record_heads` is the head of the record that a row of this table is of."""
    return (record_heads.c.centre == table.c.centre) & (record_heads.c.id == table.c.id)


Index("ix_activity_date", record_table("activity").c.start_date, record_table("activity").c.id)

Index("ix_activity_rows_tries_reference", record_table("activity_rows_tries").c.reference_number)

Index("ix_decision_about", record_table("decision").c.about)

Index("ix_decision_kind", record_table("decision").c.kind)

LISTED_BY: dict[str, tuple[tuple[str, ...], ...]] = {
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
"""What lists are narrowed down and sorted by, besides the date of an activity; the id comes last in each."""

for _name, _sorts in LISTED_BY.items():
    for _sort in _sorts:
        Index(
            f"ix_{'_'.join((_name, *_sort)) if _sort else _name + '_id'}",
            *(record_table(_name).c[one] for one in (*_sort, "id")),
        )

centres = Table(
    "centres",
    metadata,
    Column("centre", Integer, primary_key=True, autoincrement=False),
    Column("csc_id", Text, nullable=False, server_default=""),
    Column("name_hi", Text, nullable=False, server_default=""),
    Column("name_en", Text, nullable=False, server_default=""),
    Column("place_key", Text, nullable=False, server_default=""),
)
Index("ix_centres_csc_id", centres.c.csc_id)
record_directory = Table(
    "record_directory",
    metadata,
    Column("id", LargeBinary(16), nullable=False),
    Column("centre", Integer, nullable=False),
    Column("type", Text, nullable=False),
    Column("owner", LargeBinary(16), nullable=False),
    PrimaryKeyConstraint("id", name="pk_record_directory"),
    sqlite_with_rowid=False,
)
Index(
    "ix_record_directory_owner",
    record_directory.c.owner,
    record_directory.c.centre,
    record_directory.c.type,
)
record_heads = _synced(
    "record_heads",
    ("centre", "id"),
    [
        Column("type", Text, nullable=False),
        Column("version", Integer, nullable=False),
        Column("sealed_version", Integer, nullable=False, server_default="0"),
        Column("log_number", Integer, nullable=False, server_default="0"),
        Column("rev", LargeBinary(16), nullable=True),
        Column("deleted", Integer, nullable=False, server_default="0"),
        Column("delete_reason", Text, nullable=False, server_default=""),
        Column("login", Text, nullable=False, server_default=""),
        Column("at", Text, nullable=False),
        Column("unknown", Text, nullable=False, server_default=""),
    ],
)
Index(
    "ix_record_heads_not_packed",
    record_heads.c.centre,
    record_heads.c.id,
    sqlite_where=record_heads.c.version != record_heads.c.sealed_version,
)
Index(
    "ix_record_heads_deleted",
    record_heads.c.type,
    record_heads.c.id,
    sqlite_where=record_heads.c.deleted != 0,
)
activity_figures = _synced(
    "activity_figures",
    ("centre", "id"),
    [
        Column(name, Integer, nullable=False, server_default="0")
        for name in (
            "people",
            "present",
            "men",
            "women",
            "first_paid",
            "completed",
            "failed",
            "pending",
            "certificates",
            "paid_paise",
        )
    ],
)
changes = _synced(
    "changes",
    ("centre", "id", "version"),
    [
        Column("at", Text, nullable=False),
        Column("login", Text, nullable=False),
        Column("what", Text, nullable=False),
    ],
)
revisions = _synced(
    "revisions",
    ("centre", "id", "rev"),
    [
        Column("leaf", Integer, nullable=False),
        Column("ancestors", LargeBinary, nullable=False),
        Column("body", LargeBinary, nullable=False),
        Column("schema", Integer, nullable=False),
        Column("login", Text, nullable=False, server_default=""),
        Column("at", Text, nullable=False, server_default=""),
    ],
)
revisions.c.rev.type = LargeBinary(16)
seals = Table(
    "seals",
    metadata,
    Column("node", LargeBinary(16), nullable=False),
    Column("n", Integer, nullable=False),
    Column("centre", Integer, nullable=False),
    Column("id", LargeBinary(16), nullable=False),
    Column("rev", LargeBinary(16), nullable=False),
    Column("chain", LargeBinary(16), nullable=False),
    Column("since", Text, nullable=False, server_default=""),
    PrimaryKeyConstraint("node", "n", name="pk_seals"),
    sqlite_with_rowid=False,
)
activity_log = Table(
    "activity_log",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("at", Text, nullable=False),
    Column("login", Text, nullable=False),
    Column("verb", Text, nullable=False),
    Column("type", Text, nullable=False, server_default=""),
    Column("id", LargeBinary(16), nullable=True),
    Column("note", Text, nullable=False, server_default=""),
    Column("hash", LargeBinary(16), nullable=False),
)
ERASED = activity_log.c.verb == literal_column("'erase'")
"""Of a line of the log: it says that something of its record was erased. Spelt as its index is."""
Index(
    "ix_activity_log_erased",
    activity_log.c.id,
    activity_log.c.at,
    sqlite_where=ERASED,
    postgresql_where=ERASED,
)
home_state = Table(
    "home_state",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
login_state = Table(
    "login_state",
    metadata,
    Column("login", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("value", Text, nullable=False),
    PrimaryKeyConstraint("login", "name", name="pk_login_state"),
)
batches = Table(
    "batches",
    metadata,
    Column("number", Integer, nullable=False),
    Column("part", Integer, nullable=False),
    Column("parts", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("whole", Integer, nullable=False),
    Column("base_n", Integer, nullable=False),
    Column("to_n", Integer, nullable=False),
    Column("to_chain", LargeBinary(16), nullable=False),
    Column("records", Integer, nullable=False),
    Column("file_name", Text, nullable=False, server_default=""),
    Column("sha256", LargeBinary(32), nullable=True),
    Column("size", BigInteger, nullable=False, server_default="0"),
    Column("made_at", Text, nullable=False),
    Column("state_at", Text, nullable=False),
    Column("note", Text, nullable=False, server_default=""),
    PrimaryKeyConstraint("number", "part", name="pk_batches"),
)
nodes = Table(
    "nodes",
    metadata,
    Column("key", LargeBinary(16), primary_key=True),
    Column("node", LargeBinary(16), nullable=False),
    Column("centre", Integer, nullable=False),
    Column("letter", Text, nullable=False, server_default=""),
    Column("sign_public", LargeBinary(32), nullable=False),
    Column("age_recipient", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("known_at", Text, nullable=False),
    Column("receipt_number", Integer, nullable=False, server_default="0"),
    Column("receipt_due", Integer, nullable=False, server_default="0"),
    Column("receipt_to", Integer, nullable=False, server_default="0"),
    Column("receipt_at", Text, nullable=False, server_default=""),
    Column("good_n", Integer, nullable=True),
    Column("good_chain", LargeBinary(16), nullable=True),
)
Index("ix_nodes_node", nodes.c.node)
office_keys = Table(
    "office_keys",
    metadata,
    Column("key", LargeBinary(16), primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
)
centre_contacts = Table(
    "centre_contacts",
    metadata,
    Column("centre", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False, server_default=""),
    Column("phone", Text, nullable=False, server_default=""),
    Column("mail", Text, nullable=False, server_default=""),
)
packs = Table(
    "packs",
    metadata,
    Column("centre", Integer, nullable=False),
    Column("letter", Text, nullable=False),
    Column("secret", LargeBinary(32), nullable=False),
    Column("made_at", Text, nullable=False),
    Column("used_by", LargeBinary(16), nullable=True),
    PrimaryKeyConstraint("centre", "letter", name="pk_packs"),
)
READY = "READY"
"""The state of a file of the inbox whose records may be taken."""
IMPORTED = "IMPORTED"
"""The state of one whose records are in."""
WITHDRAWN = "WITHDRAWN"
"""The state of one whose records were taken out again."""
inbox_files = Table(
    "inbox_files",
    metadata,
    Column("sha256", LargeBinary(32), primary_key=True),
    Column("name", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("kind", Integer, nullable=False, server_default="0"),
    Column("key", LargeBinary(16), nullable=True),
    Column("centre", Integer, nullable=True),
    Column("centre_code", Text, nullable=False, server_default=""),
    Column("batch", Integer, nullable=False, server_default="0"),
    Column("part", Integer, nullable=False, server_default="0"),
    Column("parts", Integer, nullable=False, server_default="0"),
    Column("base_n", Integer, nullable=True),
    Column("base_chain", LargeBinary(16), nullable=True),
    Column("to_n", Integer, nullable=True),
    Column("to_chain", LargeBinary(16), nullable=True),
    Column("state", Text, nullable=False),
    Column("code", Text, nullable=False, server_default=""),
    Column("said", Text, nullable=False, server_default="{}"),
    Column("header", Text, nullable=False, server_default="{}"),
    Column("manifest", Text, nullable=False, server_default="{}"),
    Column("counts", Text, nullable=False, server_default="{}"),
    Column("read_at", Text, nullable=False),
    Column("applied_at", Text, nullable=False, server_default=""),
    Column("applied_by", Text, nullable=False, server_default=""),
    Column("let_in", Integer, nullable=False, server_default="0"),
)
Index(
    "ix_inbox_files_log",
    inbox_files.c.key,
    inbox_files.c.state,
    inbox_files.c.base_n,
    inbox_files.c.base_chain,
    inbox_files.c.to_n,
    inbox_files.c.to_chain,
)
inbox_bytes = Table(
    "inbox_bytes",
    metadata,
    Column("sha256", LargeBinary(32), primary_key=True),
    Column("content", LargeBinary, nullable=False),
)
continuations = Table(
    "continuations",
    metadata,
    Column("node", LargeBinary(16), primary_key=True),
    Column("before", LargeBinary(16), nullable=False),
    Column("n", BigInteger, nullable=False),
    Column("chain", LargeBinary(16), nullable=False),
    Column("confirmed_at", Text, nullable=False, server_default=""),
    Column("confirmed_by", Text, nullable=False, server_default=""),
)
given_back = Table(
    "given_back",
    metadata,
    Column("node", LargeBinary(16), nullable=False),
    Column("base_n", BigInteger, nullable=False),
    Column("base_chain", LargeBinary(16), nullable=False),
    Column("to_n", BigInteger, nullable=False),
    Column("to_chain", LargeBinary(16), nullable=False),
    PrimaryKeyConstraint("node", "base_n", "base_chain", "to_n", "to_chain", name="pk_given_back"),
)
file_revisions = Table(
    "file_revisions",
    metadata,
    Column("sha256", LargeBinary(32), nullable=False),
    Column("centre", Integer, nullable=False),
    Column("id", LargeBinary(16), nullable=False),
    Column("rev", LargeBinary(16), nullable=False),
    Column("outcome", Text, nullable=False),
    Column("code", Text, nullable=False, server_default=""),
    Column("path", Text, nullable=False, server_default=""),
    Column("line", LargeBinary(16)),
    PrimaryKeyConstraint("sha256", "centre", "id", "rev", name="pk_file_revisions"),
    sqlite_with_rowid=False,
)
Index("ix_file_revisions_record", file_revisions.c.centre, file_revisions.c.id)
file_blobs = Table(
    "file_blobs",
    metadata,
    Column("blob", Text, nullable=False),
    Column("file", LargeBinary(32), nullable=False),
    PrimaryKeyConstraint("blob", "file", name="pk_file_blobs"),
    sqlite_with_rowid=False,
)
Index("ix_file_blobs_file", file_blobs.c.file)
receipts = Table(
    "receipts",
    metadata,
    Column("sha256", LargeBinary(32), primary_key=True),
    Column("number", Integer, nullable=False),
    Column("sender", LargeBinary(16), nullable=False),
    Column("applied_at", Text, nullable=False),
    Column("applied_seq", Integer, nullable=False),
    Column("manifest", Text, nullable=False),
)
refused = _synced(
    "refused",
    ("centre", "id"),
    [
        Column("rev", LargeBinary(16), nullable=False),
        Column("node", LargeBinary(16), nullable=False),
        Column("type", Text, nullable=False),
        Column("code", Text, nullable=False),
        Column("path", Text, nullable=False, server_default=""),
    ],
)

# ---------------------------------------------------------------- finding; see storage/search_index.py

search_words = Table(
    "search_words",
    metadata,
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("word", LargeBinary, nullable=False),
    Column("least", Integer, nullable=False),
)
Index("ix_search_words_word", search_words.c.word, unique=True)
search_records = Table(
    "search_records",
    metadata,
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("id", LargeBinary(16), nullable=False),
    Column("centre", Integer, nullable=False),
    Column("type", Text, nullable=False),
)
Index("ix_search_records_id", search_records.c.id, unique=True)
search_entries = Table(
    "search_entries",
    metadata,
    Column("record", Integer, nullable=False),
    Column("row", Integer, nullable=False),
    Column("day", Integer, nullable=False),
    Column("mark", BigInteger, nullable=False),
    Column("words", LargeBinary, nullable=False),
    PrimaryKeyConstraint("record", "row", name="pk_search_entries"),
    sqlite_with_rowid=False,
)
search_postings = Table(
    "search_postings",
    metadata,
    Column("word", Integer, nullable=False),
    Column("day", Integer, nullable=False),
    Column("record", Integer, nullable=False),
    Column("row", Integer, nullable=False),
    PrimaryKeyConstraint("word", "day", "record", "row", name="pk_search_postings"),
    sqlite_with_rowid=False,
)
search_waiting = Table(
    "search_waiting",
    metadata,
    Column("late", Integer, nullable=False),
    Column("id", LargeBinary(16), nullable=False),
    PrimaryKeyConstraint("late", "id", name="pk_search_waiting"),
    sqlite_with_rowid=False,
)

# ---------------------------------------------------------------- findings; see storage/findings.py

person_keys = Table(
    "person_keys",
    metadata,
    Column("key", BigInteger, nullable=False),
    Column("record", Integer, nullable=False),
    Column("row", Integer, nullable=False),
    PrimaryKeyConstraint("key", "record", "row", name="pk_person_keys"),
    sqlite_with_rowid=False,
)
Index("ix_person_keys_record", person_keys.c.record)
findings = Table(
    "findings",
    metadata,
    Column("id", LargeBinary(16), nullable=False),
    Column("kind", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("one", Integer, nullable=False),
    Column("two", Integer, nullable=False),
    Column("live", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    Column("note", Text, nullable=False, server_default=""),
    Column("login", Text, nullable=False, server_default=""),
    Column("at", Text, nullable=False),
    Column("found_at", Text, nullable=False),
    PrimaryKeyConstraint("id", name="pk_findings"),
    sqlite_with_rowid=False,
)
Index("ix_findings_state", findings.c.live, findings.c.state, findings.c.kind, findings.c.found_at)
finding_places = Table(
    "finding_places",
    metadata,
    Column("record", LargeBinary(16), nullable=False),
    Column("finding", LargeBinary(16), nullable=False),
    PrimaryKeyConstraint("record", "finding", name="pk_finding_places"),
    sqlite_with_rowid=False,
)
Index("ix_finding_places_finding", finding_places.c.finding)
