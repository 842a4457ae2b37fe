"""A field on trial: declared in one line, put in the place of Person, and followed through the whole program.

`python -m tests.one_field FOLDER` plays it with the practice homes in FOLDER (hq and centre, as
tests/sync/exchange makes them) and leaves what it saw in seen.json. It is a process of its own, since a class
must be in the place of another one before the program reads its fields. A second line does the same for a row
of the roster.
"""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import msgspec

from fieldapp.domain import records
from fieldapp.domain.codes import Section
from fieldapp.domain.fields import Field, Name


class Person(records.Person, frozen=True, kw_only=True):
    shoe_size: Annotated[int, Field("Shoe size", most=60, in_list=True)] = 0


class RosterRow(records.RosterRow, frozen=True, kw_only=True):
    badge: Annotated[str, Field("Badge", longest=20)] = ""


class Activity(records.Activity, frozen=True, kw_only=True):
    rows: Annotated[tuple[RosterRow, ...], Field("Participants", section=Section.ROSTER)] = ()


MIGRATION = (
    "ALTER TABLE person ADD COLUMN shoe_size BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE activity_rows ADD COLUMN badge TEXT NOT NULL DEFAULT ''",
)


def put_in_place() -> None:
    """What editing records.py does by itself; so nothing that reads the fields may be imported before."""
    early = {name for name in sys.modules if name.startswith("fieldapp.") and ".domain" not in name}
    assert not early, early
    records.Person, records.RosterRow, records.Activity = Person, RosterRow, Activity
    records.RECORD_TYPES |= {"person": Person, "activity": Activity}


def migrate(*homes: Any) -> None:
    """The one statement a table that a migration is."""
    for home in homes:
        with home.database.transaction() as tx:
            for statement in MIGRATION:
                tx.exec_driver_sql(statement)


def in_the_window(home: Any) -> dict[str, Any]:
    """Somebody types the field in the form, is refused a value that is too large, and reads the list."""
    from PySide6.QtCore import QSettings
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    from fieldapp.language import Language
    from fieldapp.ui.activities.columns import columns_for
    from fieldapp.ui.desk import Office
    from fieldapp.ui.main_window import MainWindow
    from fieldapp.ui.theme import Theme
    from tests.robots.robot import Robot

    application = QApplication([])
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(home.home.folder.parent))
    window = MainWindow(Language.named("en"), Theme())
    window.show()
    window.activateWindow()
    office = Office(Name("केंद्र", "Centre"), "100000000015", practice=True)
    window.open_desk(window.make_desk(home.services, home.actor, None, home.database.clock, office, None))
    assert QTest.qWaitForWindowActive(window)
    robot = Robot(window)
    robot.open_page("people")
    robot.press("Ctrl+N")
    robot.type_into("Shoe size", "61")
    robot.press("Tab")
    seen: dict[str, Any] = {"refused": robot.read_page()}
    robot.type_into("Shoe size", "42")
    robot.press("Tab")
    panel, listing = window.page.tab.panel, window.page.tab.listing
    seen["label"] = panel.form.row("shoe_size").label.text()
    seen["person"] = panel.record.id
    seen["saved"] = home.services.people.get(home.actor, panel.record.id).record.shoe_size
    robot.press("Esc")
    seen["list"] = {
        column.heading.msgid: listing.model.data(listing.model.index(0, at))
        for at, column in enumerate(listing.model.columns)
    }
    seen["grid"] = [column.full.msgid for column in columns_for("CHAI_SAMOSA", 1)]
    window.close()
    window.deleteLater()
    application.processEvents()
    return seen


def at_the_centre(side: Any, person: str) -> dict[str, Any]:
    """Change the field, fill its fellow in a roster, and look at the tables, the journal and the rules."""
    import sqlalchemy as sa

    from fieldapp.domain.errors import InvalidInput
    from fieldapp.storage.tables import changes, record_table

    side.edit(person, "person", shoe_size=43)
    activity = side.start()
    service = side.services.activities
    begun = service.get(side.actor, activity).version
    held = service.add_row(
        side.actor, activity, begun, RosterRow(name=Name("मीना", "Meena"), badge="A-1")
    ).held
    service.save_row(
        side.actor, activity, held.version, msgspec.structs.replace(held.record.rows[0], badge="A-2")
    )
    refused = ""
    try:
        side.edit(person, "person", shoe_size=61)
    except InvalidInput as error:
        refused = error.code
    columns = record_table("person").c.shoe_size, record_table("activity_rows").c.badge
    return {
        "activity": activity,
        "refused": refused,
        "problems": [
            (one.code, one.path) for one in side.services.people.problems(Person(id=person, shoe_size=61))
        ],
        "stored": [side.count(sa.select(column)) for column in columns],
        "journal": json.loads(side.count(sa.select(sa.func.json_group_array(sa.func.json(changes.c.what))))),
    }


def over_the_stick(exchange: Any, ids: dict[str, str]) -> dict[str, Any]:
    """Centre -> file -> head office: the sealed bodies, the lines of the file, and what arrives."""
    from fieldapp.sync.sync_file import Signer, open_, peek

    (path,) = exchange.send()
    keys = exchange.centre.home.keys
    signer = Signer(bytes.fromhex(keys.public.sign), keys.key_id)
    content = open_(
        peek(path.read_bytes(), lambda _: signer), [exchange.hq.home.keys.identity], practice=True
    )
    in_file = {line.t: line.fields() for line in content.lines()}
    exchange.deliver(path)
    arrived = {}
    for word, record_id in ids.items():
        sides = (exchange.centre, exchange.hq)
        here, there = (one.services.for_type(word).get(one.actor, record_id) for one in sides)
        assert (there.record, there.rev, there.unknown) == (here.record, here.rev, "")
        arrived[word] = msgspec.to_builtins(there.record)
    return {
        "file": str(path),
        "columns": content.manifest.columns["rows"],
        "in_file": in_file,
        "arrived": arrived,
        "state_hash": exchange.hq.state_hash(),
        "rev": exchange.hq.services.people.get(exchange.hq.actor, ids["person"]).rev,
    }


def on_paper(root: Path) -> dict[str, str]:
    """The registers that the command line writes at head office, also without what is personal."""
    from fieldapp.cli import main

    made = {}
    for name in ("people.pdf", "people.xlsx", "people.csv", "light.csv"):
        light = ["--light"] if name.startswith("light") else []
        asked = ["--home", str(root / "hq"), "--lang", "en", "report", "people", "--out", str(root / name)]
        assert main([*asked, *light, "--json"]) == 0
        made[name] = str(root / name)
    return made


def play(root: Path) -> dict[str, Any]:
    """The whole way; gives what was seen."""
    from fieldapp.domain.text import Text
    from fieldapp.language import Language
    from fieldapp.reports.workbook import tables
    from tests.sync.exchange import Exchange

    exchange = Exchange(root)
    migrate(exchange.hq.home, exchange.centre.home)
    seen = {"window": in_the_window(exchange.centre.home)}
    person = seen["window"]["person"]
    seen["centre"] = at_the_centre(exchange.centre, person)
    activity = seen["centre"]["activity"]
    seen["stick"] = over_the_stick(exchange, {"person": person, "activity": activity})
    held = exchange.hq.services.activities.get(exchange.hq.actor, activity)
    sheets = tables(Text("Activity"), Activity, [held.record], Language.named("en"), light=False)
    seen["sheets"] = {one.title: (one.headings, one.rows) for one in sheets}
    exchange.close()
    seen["papers"] = on_paper(root)
    return seen


if __name__ == "__main__":
    put_in_place()
    found = play(Path(sys.argv[1]))
    Path(sys.argv[1], "seen.json").write_text(json.dumps(found, default=str), "utf-8")
