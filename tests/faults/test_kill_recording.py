"""Killed while a list is taken in, something is undone or a home is migrated: whole, or as if never begun."""

import shutil

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from fieldapp.homes import open_home
from fieldapp.services.load_rows import Fate
from fieldapp.storage import home as homes
from fieldapp.storage import migrations
from fieldapp.storage.database import open_sqlite, schema_version
from fieldapp.storage.home import PRACTICE_PASSPHRASE
from fieldapp.storage.migrations import NEWEST
from tests.faults.killing import look_sound, make_home
from tests.faults.recording import killed, loading

PEOPLE = 230
"""More than are saved at once."""


@pytest.fixture
def folder(tmp_path):
    """A practice home with one activity."""
    make_home(tmp_path / "home")
    return tmp_path / "home"


@pytest.fixture
def people(tmp_path):
    """A list of people, no two alike."""
    path = tmp_path / "people.csv"
    lines = [f"सुनीता {n},5{n:09}" for n in range(PEOPLE)]
    path.write_text("\n".join(["Name,Mobile number", *lines]), "utf-8")
    return path


@pytest.fixture
def again(folder):
    """Opens the home once more after the kill; it is sound and closes by itself."""
    opened = []

    def open_again():
        home = open_home(folder)
        opened.append(home)
        look_sound(home)
        return home

    yield open_again
    for home in opened:
        home.close()


RECORDS = (
    ("begin", "return", 1),
    ("save_all", "call", 1),
    ("put", "return", 100),
    ("save_all", "return", 1),
    ("already", "return", 2),
    ("put", "return", 210),
    ("_result", "call", 1),
)


@pytest.mark.parametrize("step", RECORDS)
def test_killed_while_a_list_becomes_records_taking_it_in_again_makes_each_once(folder, people, again, step):
    assert killed("records", folder, people, *step)
    home = again()
    before = home.services.people.page(home.actor).total
    assert before in (0, 200, PEOPLE)
    result = loading(home).load(home.actor, people, "person")
    assert [row.fate for row in result.rows] == [Fate.ALREADY] * before + [Fate.NEW] * (PEOPLE - before)
    assert home.services.people.page(home.actor).total == PEOPLE


ROSTER = (
    ("roster", "return", 1),
    ("with_rows", "return", 1),
    ("put", "return", 1),
    ("add_rows", "return", 1),
)


@pytest.mark.parametrize("step", ROSTER)
def test_killed_while_a_list_goes_into_a_roster_all_its_people_are_there_or_none(folder, people, again, step):
    assert killed("roster", folder, people, *step)
    home = again()
    (found,) = home.services.activities.page(home.actor).items
    rows = home.services.activities.get(home.actor, found.record.id).record.rows
    assert len(rows) == (PEOPLE if step[0] == "add_rows" else 0)


UNDOING = (
    (("undo_last", "call", 1), "after"),
    (("turn", "return", 1), "after"),
    (("put", "return", 1), "after"),
    (("_move", "return", 1), ""),
    (("undo_last", "return", 1), ""),
)


@pytest.mark.parametrize(("step", "campaign"), UNDOING)
def test_killed_while_something_is_undone_it_is_undone_or_not(folder, tmp_path, again, step, campaign):
    assert killed("undo", folder, tmp_path, *step)
    home = again()
    (found,) = home.services.activities.page(home.actor).items
    assert home.services.activities.get(home.actor, found.record.id).record.campaign == campaign


def make_old(folder) -> None:
    """Give a home the tables of the program of migration 0004, with all that had a place in them."""
    home = homes.read(folder)
    _, key = homes.open_login(home, "operator", PRACTICE_PASSPHRASE)
    new = home.database_path.rename(home.database_path.with_name("new.db"))
    source, target = open_sqlite(new, key), open_sqlite(home.database_path, key, create=True)
    config = Config()
    config.set_main_option("script_location", migrations.__path__[0])
    with source.reading() as read, target.transaction() as tx:
        config.attributes["tx"] = tx
        command.upgrade(config, "0004")
        old, kept = sa.MetaData(), sa.MetaData()
        old.reflect(tx)
        kept.reflect(read)
        for table in old.sorted_tables:
            if table.name == "alembic_version":
                continue
            names = [one.name for one in table.columns if one.name in kept.tables[table.name].columns]
            rows = read.execute(sa.select(*(kept.tables[table.name].c[name] for name in names))).mappings()
            for row in rows.fetchall():
                tx.execute(table.insert().values(**row))
    for database in (source, target):
        database.close()
    new.unlink()


@pytest.mark.parametrize("times", [1, 2, 4])
def test_killed_while_a_home_is_migrated_it_is_as_before_and_migrates_at_the_next_start(
    folder, tmp_path, again, times
):
    make_old(folder)
    kept = shutil.copytree(folder, tmp_path / "kept")
    assert killed("migrate", folder, tmp_path, "upgrade", "return", times)
    home = again()
    assert schema_version(home.database) == NEWEST
    (found,) = home.services.activities.page(home.actor).items
    unharmed = open_home(kept)
    service = unharmed.services.activities
    assert (
        service.get(home.actor, found.record.id).record
        == home.services.activities.get(home.actor, found.record.id).record
    )
    unharmed.close()
