"""The database keeps its promises, or says in a sentence why it cannot."""

import os
import secrets
import subprocess
import sys
from datetime import UTC, date, datetime

import pytest
import sqlcipher3

from fieldapp.domain.errors import EnvironmentProblem, NewerData
from fieldapp.domain.records import Person
from fieldapp.homes import open_home
from fieldapp.storage.database import execute, open_sqlite, schema_version, upgrade
from fieldapp.storage.migrations import NEWEST
from tests.pages import pages


def pragma(database, name):
    with database.reading() as tx:
        return tx.exec_driver_sql(f"PRAGMA {name}").scalar()


def test_a_centre_keeps_every_save_through_a_power_cut_by_its_pragmas(centre_home):
    found = {
        name: pragma(centre_home.database, name)
        for name in ("journal_mode", "synchronous", "locking_mode", "foreign_keys", "trusted_schema")
    }
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "locking_mode": "exclusive",
        "foreign_keys": 1,
        "trusted_schema": 0,
    }
    assert not centre_home.home.database_path.with_name("fieldapp.db-shm").exists()


@pytest.mark.parametrize("kind", ["centre_home", "hq_home"])
def test_what_is_deleted_is_overwritten_in_the_file(request, kind):
    home = request.getfixturevalue(kind)
    names = [f"canary{n:04}" for n in range(50)]
    with home.database.transaction() as tx:
        for name in names:
            execute(tx, "INSERT INTO home_state (name, value) VALUES (?, ?)", name, f"canary of {name}")
    home.database.checkpoint()
    with home.database.transaction() as tx:
        tx.exec_driver_sql("DELETE FROM home_state WHERE name LIKE 'canary%'")
    home.close()
    assert b"canary" not in pages(home.home.folder, home.data_key)


def test_upkeep_is_not_waited_for_and_what_comes_after_it_is(centre_home):
    database = centre_home.database
    with database.upkeep() as tx:
        assert tx.exec_driver_sql("PRAGMA synchronous").scalar() == 1
        tx.exec_driver_sql("INSERT INTO home_state (name, value) VALUES ('a', 'b')")
    assert pragma(database, "synchronous") == 2
    with pytest.raises(sqlcipher3.dbapi2.DatabaseError), database.upkeep() as tx:
        execute(tx, "no words of the engine")
    assert pragma(database, "synchronous") == 2


def test_head_office_reads_beside_its_importer(hq_home):
    with hq_home.database.transaction() as tx:
        tx.exec_driver_sql("INSERT INTO home_state (name, value) VALUES ('a', 'b')")
        with hq_home.database.reading() as other:
            seen = other.exec_driver_sql("SELECT count(*) FROM home_state WHERE name = 'a'").scalar()
    assert seen == 0
    assert pragma(hq_home.database, "synchronous") == 2


def test_the_file_cannot_be_read_without_the_key(centre_home):
    centre_home.services.people.save(centre_home.actor, Person(id="01" * 16, notes="canary-in-the-mine"))
    centre_home.close()
    folder = centre_home.home.folder
    stored = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert b"canary-in-the-mine" not in stored
    assert b"SQLite format 3" not in stored


def test_a_wrong_key_is_said_to_be_wrong(centre_home):
    centre_home.close()
    with pytest.raises(EnvironmentProblem) as refused:
        open_sqlite(centre_home.home.database_path, secrets.token_bytes(32))
    assert refused.value.code == "no_key"


def test_a_missing_database_is_never_silently_made_anew(centre_home):
    centre_home.close()
    centre_home.home.database_path.unlink()
    with pytest.raises(EnvironmentProblem) as refused:
        open_home(centre_home.home.folder)
    assert refused.value.code == "database_missing"
    assert not centre_home.home.database_path.exists()


def test_a_second_program_is_told_that_the_home_is_open(centre_home):
    script = (
        "import sys; from pathlib import Path; from fieldapp.homes import open_home\n"
        "from fieldapp.domain.errors import EnvironmentProblem\n"
        "try:\n    open_home(Path(sys.argv[1]))\n"
        "except EnvironmentProblem as error:\n    print(error.code)\n"
    )
    folder = str(centre_home.home.folder)
    done = subprocess.run(
        [sys.executable, "-c", script, folder],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": "."},
    )
    assert done.stdout == "busy\n"


def test_a_database_of_a_newer_program_is_left_alone(centre_home):
    with centre_home.database.transaction() as tx:
        tx.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(NewerData):
        upgrade(centre_home.database, NEWEST)
    assert schema_version(centre_home.database) == "9999"


_FILLING = """
import resource, signal, sys
from pathlib import Path
from fieldapp.domain.errors import EnvironmentProblem
from fieldapp.homes import open_home
from tests import examples

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
home = open_home(Path(sys.argv[1]))
size = Path(sys.argv[1], "fieldapp.db-wal").stat().st_size
resource.setrlimit(resource.RLIMIT_FSIZE, (size + 300_000, resource.RLIM_INFINITY))
saved = 0
try:
    for seed in range(1000):
        home.services.people.save(home.actor, examples.sensible("person", seed))
        saved += 1
except EnvironmentProblem as error:
    print(error.code, saved)
"""


def test_a_full_disk_is_a_sentence_and_loses_no_acknowledged_save(centre_home):
    centre_home.close()
    folder = str(centre_home.home.folder)
    done = subprocess.run(
        [sys.executable, "-c", _FILLING, folder],
        check=False,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": "."},
    )
    assert done.returncode == 0, done.stderr
    code, saved = done.stdout.split()
    assert code in {"disk_full", "disk_error"}
    again = open_home(centre_home.home.folder)
    assert again.services.people.page(again.actor).total == int(saved) > 0
    again.close()


def test_the_day_is_the_one_in_india(tmp_path):
    night = datetime(2017, 1, 13, 19, 0, tzinfo=UTC)
    database = open_sqlite(tmp_path / "a.db", bytes(32), lambda: night, create=True)
    assert database.today() == date(2017, 1, 14)
    database.close()
