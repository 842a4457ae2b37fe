"""The migrations spell the tables out; here they are held against the tables the program uses."""

import re
from pathlib import Path

import pytest
import sqlalchemy as sa

from fieldapp.storage import migrations, tables
from fieldapp.storage.database import open_postgresql, open_sqlite, schema_version, upgrade
from fieldapp.storage.migrations import NEWEST, run
from tests.postgres import new_database

PARTITION = re.compile(r"_p\d\d$")
VERSIONS = Path(migrations.__file__).parent / "versions"


@pytest.fixture(scope="module")
def postgresql(databases):
    database = open_postgresql(databases())
    yield database
    database.close()


@pytest.fixture
def sqlite(tmp_path):
    database = open_sqlite(tmp_path / "fieldapp.db", bytes(32), create=True)
    upgrade(database, NEWEST)
    yield database
    database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request):
    return request.getfixturevalue(request.param)


def shape(found: sa.MetaData, dialect: sa.Dialect) -> dict[str, object]:
    """What a schema consists of, in words that can be compared. On a server the partitions are tied."""
    described = {}
    for table in found.tables.values():
        columns = {
            column.name: (str(column.type.compile(dialect)), bool(column.nullable))
            for column in table.columns
        }
        keys = tuple(column.name for column in table.primary_key.columns)
        tied = table.foreign_key_constraints if dialect.name == "sqlite" else ()
        links = sorted(
            (tuple(one.column_keys), one.elements[0].target_fullname.split(".")[0]) for one in tied
        )
        described[table.name] = (columns, keys, links)
    return described


def test_the_migrations_make_just_the_tables_the_program_uses(database):
    found = sa.MetaData()
    with database.reading() as tx:
        for name in sa.inspect(tx).get_table_names():
            if name != "alembic_version" and not PARTITION.search(name):
                sa.Table(name, found, autoload_with=tx, resolve_fks=False)
    assert shape(found, database.engine.dialect) == shape(tables.metadata, database.engine.dialect)


def test_every_synced_table_is_partitioned_by_centre_on_postgresql(postgresql):
    with postgresql.reading() as tx:
        rows = tx.execute(
            sa.text(
                "SELECT c.relname, pg_get_partkeydef(c.oid), "
                "(SELECT count(*) FROM pg_inherits i WHERE i.inhparent = c.oid) "
                "FROM pg_class c WHERE c.relkind = 'p'"
            )
        ).fetchall()
    synced = {name for name, table in tables.metadata.tables.items() if _is_synced(table)}
    assert {row[0] for row in rows} == synced
    assert {tuple(row[1:]) for row in rows} == {("HASH (centre)", tables.PARTITIONS)}


def test_on_a_server_each_partition_of_parts_is_tied_to_that_of_their_record_with_its_number(postgresql):
    with postgresql.reading() as tx:
        rows = tx.execute(
            sa.text(
                "SELECT conrelid::regclass::text, confrelid::regclass::text, confdeltype "
                "FROM pg_constraint WHERE contype = 'f'"
            )
        ).fetchall()
    links = {
        (table.name, link.elements[0].target_fullname.split(".")[0])
        for table in tables.metadata.tables.values()
        for link in table.foreign_key_constraints
    }
    expected = {
        (f"{part}_p{n:02d}", f"{whole}_p{n:02d}") for part, whole in links for n in range(tables.PARTITIONS)
    }
    assert {(row[0], row[1]) for row in rows} == expected
    assert {row[2] for row in rows} == {"c"}
    assert len(rows) == len(expected) > 100


def _is_synced(table: sa.Table) -> bool:
    return table.info.get("synced", False)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request, tmp_path):
    """A database without a table."""
    if request.param == "sqlite":
        database = open_sqlite(tmp_path / "empty.db", bytes(32), create=True)
    else:
        database = open_postgresql(new_database(request.getfixturevalue("databases")()))
    yield database
    database.close()


def test_a_file_that_was_read_in_before_keeps_its_bytes_which_have_a_table_of_their_own_now(empty):
    file = {"sha256": b"s" * 32, "name": "a.fieldsync", "content": b"bytes" * 9000, "size": 45000}
    file |= {"state": "READY", "read_at": "2026-11-20T10:00:00Z", "let_in": 1, "manifest": '{"count":3}'}
    with empty.transaction() as tx:
        run.upgrade(tx, "0009")
        names = ", ".join(file)
        marks = ", ".join(f":{name}" for name in file)
        statement = sa.text(f"INSERT INTO inbox_files ({names}) VALUES ({marks})")
        tx.execute(statement, file)
        tx.execute(statement, file | {"sha256": b"t" * 32, "state": "REFUSED", "content": b""})
    assert upgrade(empty, NEWEST)
    with empty.reading() as tx:
        rows = tx.execute(sa.text("SELECT * FROM inbox_files ORDER BY sha256")).mappings().all()
        kept = tx.execute(sa.text("SELECT sha256, content FROM inbox_bytes")).all()
    content = file.pop("content")
    assert [row["state"] for row in rows] == ["READY", "REFUSED"]
    assert {name: rows[0][name] for name in file} == file
    assert [tuple(map(bytes, row)) for row in kept] == [(file["sha256"], content)]


def test_the_newest_migration_is_the_one_the_program_asks_for(database):
    names = sorted(path.name[:4] for path in VERSIONS.glob("[0-9]*.py"))
    assert names[-1] == NEWEST == schema_version(database)
    assert names == [f"{n:04d}" for n in range(1, len(names) + 1)]


def test_an_upgrade_with_nothing_to_do_does_nothing(database):
    assert upgrade(database, NEWEST) is False


def test_no_migration_imports_the_live_tables():
    for path in VERSIONS.glob("*.py"):
        assert "fieldapp" not in path.read_text("utf-8"), path.name
