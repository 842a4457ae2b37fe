"""A home as the program of migration 0005 left it, opened by this one: nothing is renamed, nothing unsent.

tests/golden/home_0005 holds it: the database written out as SQL, since SQLCipher's files do not pack, and its
keys, which open nothing else. It is never made anew.
"""

import json
import shutil
from pathlib import Path

import pytest
import zstandard

from fieldapp.domain import canonical
from fieldapp.homes import open_home
from fieldapp.storage import home as homes
from fieldapp.storage import journal, state
from fieldapp.storage.database import open_sqlite, schema_version
from fieldapp.storage.migrations import NEWEST
from tests.faults.killing import look_sound
from tests.sync.exchange import Side

KEPT = Path(__file__).resolve().parent.parent / "golden" / "home_0005"
EXPECTED = json.loads((KEPT / "expected.json").read_text("utf-8"))


@pytest.fixture
def golden(tmp_path):
    """The home as it was."""
    folder = tmp_path / "home"
    shutil.copytree(KEPT, folder)
    for name in ("blobs", "outbox", "inbox", "backups"):
        (folder / name).mkdir()
    home = homes.read(folder)
    _, key = homes.open_login(home, "operator", homes.PRACTICE_PASSPHRASE)
    database = open_sqlite(home.database_path, key, create=True)
    statements = zstandard.ZstdDecompressor().decompress((KEPT / "database.sql.zst").read_bytes()).decode()
    with database.transaction() as tx:
        for statement in statements.splitlines():
            tx.exec_driver_sql(statement)
    assert schema_version(database) == "0005"
    database.close()
    return folder


def test_a_home_of_migration_0005_comes_forward_with_every_name_and_nothing_to_send_anew(golden):
    side = Side(open_home(golden))
    try:
        assert schema_version(side.home.database) == NEWEST
        with side.home.database.reading() as tx:
            assert dict(journal.all_leaves(tx)) == EXPECTED["leaves"]
            assert journal.state_hash(tx) == EXPECTED["state"]
            assert state.base(tx) == EXPECTED["base"]
            for record_id, revs in EXPECTED["leaves"].items():
                found = journal.find(tx, 1, bytes.fromhex(record_id), bytes.fromhex(revs[0]))
                assert canonical.revision_of(found.body) == revs[0]
        assert side.outbox.preview(side.actor).by_type == EXPECTED["waiting"]
        made = side.outbox.make(side.actor)
        assert made.records == sum(EXPECTED["waiting"].values())
        look_sound(side.home)
    finally:
        side.home.close()


def test_every_record_of_it_is_read(golden):
    home = open_home(golden)
    try:
        found = home.services.activities.page(home.actor).items
        assert len(found) == 3
        rows = [
            row
            for one in found
            for row in home.services.activities.get(home.actor, one.record.id).record.rows
        ]
        assert [row.remarks for row in rows] == [f"टिप्पणी {n}" for n in range(1, 8)]
        for word in ("person", "target", "observation", "establishment", "action_point", "place", "decision"):
            assert len(home.services.for_type(word).page(home.actor).items) == 1
    finally:
        home.close()
