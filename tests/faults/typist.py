"""A program that saves one cell after the other and says each time that it did; started to be killed.

Its lines on standard output are the acknowledgements: `<activity id> <row> <age>`, written after the save
returned.
"""

from datetime import date
from pathlib import Path

import msgspec

from fieldapp.domain.fields import Name, PlaceRef
from fieldapp.domain.records import RosterRow
from fieldapp.homes import open_home

ROWS = 12


def main(folder: str) -> None:
    home = open_home(Path(folder))
    service, actor = home.services.activities, home.actor
    place = PlaceRef("block:322/3069", "कसमार")
    while True:
        saved = service.start(actor, "CHAI_SAMOSA", date(2017, 1, 14), place)
        for n in range(1, ROWS + 1):
            row = RosterRow(name=Name(f"नाम {n}"))
            saved = service.add_row(actor, saved.held.record.id, saved.held.version, row)
            changed = msgspec.structs.replace(saved.held.record.row(n), age=20 + n, present=1)
            saved = service.save_row(actor, saved.held.record.id, saved.held.version, changed)
            print(saved.held.record.id, n, 20 + n, flush=True)
