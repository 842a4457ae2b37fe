"""Taking records that come down from an office: with a pack or a receipt."""

from collections.abc import Iterable

from sqlalchemy.engine import Connection

from fieldapp.domain.rules import Setting
from fieldapp.storage import taking_in
from fieldapp.sync.arriving import Counts, Judge, Sender, revision_of
from fieldapp.sync.looking import slices
from fieldapp.sync.sync_file import Record


def take_records(
    tx: Connection, sender: Sender, lines: Iterable[Record], setting: Setting, at: str
) -> Counts:
    """Judge and keep an office's records; what cannot be taken is left out and counted. at: a stamp."""
    judge, counts = Judge(tx, sender, setting), Counts()
    for part in slices(lines):
        judged = judge.judge(part)
        taking_in.receive(tx, [revision_of(one.line, sender) for one in judged if one.kept], at)
        for one in judged:
            counts = counts.and_one(one.outcome)
    return counts
