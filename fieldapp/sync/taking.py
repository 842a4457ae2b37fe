"""Taking what comes down from an office with a pack, a receipt or a give-back."""

from collections.abc import Iterable

from sqlalchemy.engine import Connection

from fieldapp.storage import state, taking_in
from fieldapp.storage.home import Home
from fieldapp.storage.taking_over import LETTER_FOR_NOW
from fieldapp.sync.arriving import Counts, Judge, Sender, revision_of, setting_here
from fieldapp.sync.block_offices import take_blocks, take_centres
from fieldapp.sync.looking import slices
from fieldapp.sync.office import take_office_sections
from fieldapp.sync.sync_file import Record, Sections


def take_sections(tx: Connection, home: Home, sections: Sections, at: str) -> bool:
    """Go by what head office says of its keys, its settings and the offices around; whether by an older list.

    at: a stamp. Raises SyncFileRefused, as `take_office_sections`, `take_centres` and `take_blocks`.
    """
    older = take_office_sections(tx, sections)
    if home.is_hq:
        take_centres(tx, sections, at)
    else:
        take_blocks(tx, sections)
    return older


def take_letter(tx: Connection, letter: str) -> None:
    """Number with this letter from now on, unless an office has given this computer one already."""
    if letter and (state.read(tx, "letter", "Z") == "Z" or state.read(tx, LETTER_FOR_NOW)):
        state.write(tx, "letter", letter)
        state.write(tx, LETTER_FOR_NOW, "")


def take_records(tx: Connection, home: Home, sender: Sender, lines: Iterable[Record], at: str) -> Counts:
    """Judge and keep an office's records; what cannot be taken is left out and counted. at: a stamp."""
    judge, counts = Judge(tx, sender, setting_here(tx, home)), Counts()
    for part in slices(lines):
        judged = judge.judge(part)
        taking_in.receive(tx, [revision_of(one.line, sender) for one in judged if one.kept], at)
        for one in judged:
            counts = counts.and_one(one.outcome)
    return counts
