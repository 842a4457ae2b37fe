"""Saving, editing and opening a session of forty, against the same rows by hand."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from fieldapp.domain.actor import Actor
from fieldapp.domain.records import Activity
from fieldapp.homes import OpenHome, new_centre
from fieldapp.services.activities import ActivityService
from fieldapp.services.records import Held
from fieldapp.storage.state import Centre
from tests.bench.floor import RawDatabase, rows_of
from tests.bench.measure import Line, in_turns
from tests.bench.model import PEOPLE, session

TIMES = 20


def centre(folder: Path) -> OpenHome:
    """A practice home to measure in."""
    return new_centre(folder, Centre(0, "100000000015", "कसमार", "Kasmar", "block:322/3069"), practice=True)


def type_cells(service: ActivityService, actor: Actor, held: Held[Activity], n: int) -> None:
    """Change one cell again and again, as an operator does on an open sheet."""
    version = service.get(actor, held.record.id).version
    row = held.record.rows[11]
    for k in range(TIMES):
        changed = msgspec.structs.replace(row, age=20 + (n + k) % 40)
        version = service.save_row(actor, held.record.id, version, changed).held.version


def lines(folder: Path) -> Iterator[Line]:
    """Each line of the table, with the same cipher and without any as the floor."""
    home = centre(folder / "home")
    ciphered = RawDatabase(folder / "ciphered.db", bytes(32))
    plain = RawDatabase(folder / "plain.db", None)
    service, actor = home.services.activities, home.actor

    def ours(n: int) -> None:
        for seed in range(n * TIMES, (n + 1) * TIMES):
            service.save(actor, session(seed))

    for floor, name in ((ciphered, "raw, same cipher"), (plain, "raw, plain SQLite")):
        shift = 0 if floor is ciphered else 10_000
        ready = {n: [rows_of(session(n * TIMES + k)) for k in range(TIMES)] for n in range(5)}
        mine, theirs = in_turns(
            lambda n, shift=shift: ours(n + shift),
            lambda n, floor=floor, ready=ready: [floor.insert(rows) for rows in ready[n]],
        )
        yield Line("save a session of 40", mine / TIMES, theirs / TIMES, name, "<= 2.2")

    keys = [session(seed).id for seed in range(TIMES)]
    versions = dict.fromkeys(keys, 1)

    def edit(n: int) -> None:
        for key in keys:
            activity = service.get(actor, key).record
            rows = tuple(
                msgspec.structs.replace(row, age=20 + n) if row.row == 12 else row for row in activity.rows
            )
            saved = service.save(actor, msgspec.structs.replace(activity, rows=rows), versions[key])
            versions[key] = saved.held.version

    def raw_edit(n: int) -> None:
        for key in keys:
            ciphered.edit(bytes.fromhex(key), 20 + n)

    mine, theirs = in_turns(edit, raw_edit)
    yield Line(
        "open and edit a cell of 40 people",
        mine / TIMES,
        theirs / TIMES,
        "raw load + edit + commit",
        "<= 1.5",
    )
    for people, name in (
        (PEOPLE, "edit the next cell of 40 people"),
        (1000, "edit the next cell of 1,000 people"),
    ):
        sheet = session(50_000 + people, people)
        ciphered.insert(rows_of(sheet))
        held = service.save(actor, sheet).held
        mine, theirs = in_turns(
            lambda n, held=held: type_cells(service, actor, held, n),
            lambda n, sheet=sheet: [
                ciphered.edit(bytes.fromhex(sheet.id), 20 + (n + k) % 40) for k in range(TIMES)
            ],
        )
        yield Line(name, mine / TIMES, theirs / TIMES, "raw load + edit + commit", "<= 1.5")
    mine, theirs = in_turns(
        lambda _: [service.get(actor, key) for key in keys],
        lambda _: [ciphered.read(bytes.fromhex(key)) for key in keys],
    )
    yield Line("open a session of 40", mine / TIMES, theirs / TIMES, "raw reads, same cipher", "<= 2.0")
    home.close()
