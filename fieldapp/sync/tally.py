"""Many files in a few numbers that add up: what was brought, and whom to call about what is bad."""

from collections.abc import Iterable

from fieldapp.domain.codes import Code
from fieldapp.sync.arrived import FileState, InboxFile
from fieldapp.sync.sync_file import DOWNWARD
from fieldapp.sync.sync_file_place import SUFFIX


class Sort(Code):
    """What a file is for whoever brought many. Every file is of one sort."""

    READY = "READY", "Ready"
    IMPORTED = "IMPORTED", "Imported"
    REPEAT = "REPEAT", "Repeats"
    HELD = "HELD", "On hold"
    WITHDRAWN = "WITHDRAWN", "Withdrawn"
    RECEIPT = "RECEIPT", "Receipts and packs"
    OTHER = "OTHER", "Pictures and other files"
    BAD = "BAD", "Damaged or not for us"


_BY_STATE = {
    FileState.READY: Sort.READY,
    FileState.IMPORTED: Sort.IMPORTED,
    FileState.REPEAT: Sort.REPEAT,
    FileState.QUARANTINE: Sort.HELD,
    FileState.PARKED: Sort.HELD,
    FileState.REQUEST: Sort.HELD,
    FileState.WITHDRAWN: Sort.WITHDRAWN,
}


def sort_of(file: InboxFile) -> Sort:
    """Of which sort a file is."""
    if file.state in _BY_STATE:
        return _BY_STATE[file.state]
    # Called like a sync file it was one: a stick that was pulled out early leaves the name and no bytes.
    # A Mac lays a file of its own beside each, called like it but for two letters.
    was_one = file.name.casefold().endswith(SUFFIX) and not file.name.startswith("._")
    if file.code == "not_a_sync_file" and not was_one:
        return Sort.OTHER
    downward = file.code == "wrong_kind" and file.kind in DOWNWARD
    return Sort.RECEIPT if downward else Sort.BAD


def tally(files: Iterable[InboxFile]) -> dict[Sort, int]:
    """How many files of each sort there are, of those sorts that occur; they add up to all."""
    found: dict[Sort, int] = {}
    for file in files:
        found[sort_of(file)] = found.get(sort_of(file), 0) + 1
    return {one: found[one] for one in Sort if one in found}


def bad_ones(files: Iterable[InboxFile]) -> list[InboxFile]:
    """Those that somebody has to be called about."""
    return [file for file in files if sort_of(file) is Sort.BAD]
