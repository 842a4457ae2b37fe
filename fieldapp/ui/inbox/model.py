"""The lines of the inbox: what stands in the table for each file, in which words, behind which filter."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fieldapp.domain.fields import Kind, fields
from fieldapp.domain.text import Text
from fieldapp.sync.arrived import FileState, InboxFile
from fieldapp.sync.arriving import Counts, Outcome
from fieldapp.sync.inbox import PreviewRow
from fieldapp.sync.tally import Sort, bad_ones, sort_of, tally
from fieldapp.ui.inbox.actions import Brought
from fieldapp.ui.records.values import shown
from fieldapp.ui.sync.words import RECORD_WORDS
from fieldapp.ui.widgets.plain_table import Cell, Row
from fieldapp.ui.words import Words

SIGNS = {
    FileState.READY: ("text", "inbox"),
    FileState.IMPORTED: ("accent", "check"),
    FileState.REPEAT: ("muted", "sync"),
    FileState.QUARANTINE: ("amber", "lock"),
    FileState.PARKED: ("amber", "hint"),
    FileState.REQUEST: ("amber", "person"),
    FileState.REFUSED: ("red", "stop"),
    FileState.WITHDRAWN: ("muted", "back"),
}
"""Colour and icon of each state; the words say it too."""

OUTCOME_SIGNS = {
    Outcome.NEW: ("accent", "plus"),
    Outcome.CHANGED: ("accent", "sync"),
    Outcome.SAME: ("muted", "check"),
    Outcome.REPEAT: ("muted", "back"),
    Outcome.CHECK: ("amber", "alert"),
    Outcome.REFUSED: ("red", "stop"),
}

_NOTHING_WRONG = (Sort.RECEIPT, Sort.OTHER)
"""What is not taken and need not be: receipts for others are on every stick, pictures in every folder."""

_RECORD_PIECES = 3
_MOST_BAD = 3


@dataclass(frozen=True, slots=True)
class Filter:
    """A chip above the table and the states it lets through; none for all."""

    title: Text
    states: frozenset[FileState] = frozenset()

    def takes(self, file: InboxFile) -> bool:
        """Whether the file is let through."""
        return not self.states or file.state in self.states


FILTERS = (
    Filter(Text("All")),
    Filter(Text("Ready"), frozenset({FileState.READY})),
    Filter(Text("On hold"), frozenset({FileState.QUARANTINE, FileState.PARKED, FileState.REQUEST})),
    Filter(Text("Imported"), frozenset({FileState.IMPORTED, FileState.REPEAT})),
    Filter(Text("Not taken"), frozenset({FileState.REFUSED, FileState.WITHDRAWN})),
)


@dataclass(frozen=True, slots=True)
class Line:
    """A file in the table, and what its line is known by."""

    key: str
    file: InboxFile


def lines_of(files: Sequence[InboxFile], brought: Brought | None) -> list[Line]:
    """What the inbox holds, and above it what was brought last and is not kept: repeats and other files."""
    found = brought.found if brought is not None else ()
    passing = [Line(key_of(n, file), file) for n, (file, _path) in enumerate(found)]
    return [line for line in passing if line.key != line.file.sha256] + [
        Line(file.sha256, file) for file in files
    ]


def key_of(n: int, file: InboxFile) -> str:
    """What the line of the n-th of the files brought is known by; the inbox keeps no repeats."""
    kept = file.sha256 and file.state is not FileState.REPEAT
    return file.sha256 if kept else f"brought {n}"


def centre_of(file: InboxFile, words: Words) -> str:
    """The centre's name, or its ID while it has none here."""
    return file.centre_name.shown(words.hindi) or file.centre_code


def batch_of(file: InboxFile) -> str:
    """The batch, and which part of it where it has several."""
    if not file.batch:
        return ""
    return f"{file.batch} ({file.part}/{file.parts})" if file.parts > 1 else str(file.batch)


def status_of(file: InboxFile, words: Words) -> str:
    """State in words, and what that means for this file."""
    if file.state is FileState.REPEAT and file.said is not None:
        return words.render(file.said[0])
    pieces = [words.render(FileState.words(file.state))]
    if file.counts is not None and file.state is FileState.IMPORTED:
        pieces += map(words.render, counted(file.counts, words))
    elif file.said is not None:
        pieces.append(words.render(file.said[0]))
    elif file.gap:
        pieces.append(words.render(Text("files before it are missing")))
    return " · ".join(pieces)


def counted(counts: Counts, words: Words) -> list[Text]:
    """'New 3', one piece for each outcome that occurs."""
    numbers = {outcome: getattr(counts, outcome.lower()) for outcome in Outcome}
    return [
        Text("{what} {n}", what=Outcome.words(outcome), n=words.language.number(n))
        for outcome, n in numbers.items()
        if n
    ]


def sums(files: Sequence[InboxFile], words: Words) -> str:
    """'Of 900: Ready 812 · Repeats 50', of as many sorts as occur."""
    pieces = [
        f"{words.render(Sort.words(sort))} {words.language.number(n)}" for sort, n in tally(files).items()
    ]
    return words.render(
        Text("Of {n}: {pieces}", n=words.language.number(len(files)), pieces=" · ".join(pieces))
    )


def bad_words(files: Sequence[InboxFile], words: Words) -> str:
    """Each bad file with its centre and what is wrong, the first few of them."""
    bad = bad_ones(files)
    lines = []
    for file in bad[:_MOST_BAD]:
        centre = centre_of(file, words)
        name = f"{file.name} ({centre})" if centre else file.name
        lines.append(f"{name}: {words.render(file.said[0]) if file.said else ''}")
    if len(bad) > _MOST_BAD:
        more = words.language.number(len(bad) - _MOST_BAD)
        lines.append(words.render(Text("and {n} more; see 'Not taken'.", n=more)))
    return "\n".join(lines)


def table_rows(lines: Iterable[Line], words: Words) -> list[Row]:
    """The rows of the table of files."""
    return [(line.key, _cells(line.file, words)) for line in lines]


def _cells(file: InboxFile, words: Words) -> tuple[Cell, ...]:
    tone, sign = SIGNS[file.state]
    if sort_of(file) in _NOTHING_WRONG:
        tone, sign = "muted", "file"
    attention = file.counts is not None and bool(file.counts.check or file.counts.refused)
    if attention or (file.gap and file.state is FileState.READY):
        tone, sign = "amber", "alert"
    return (
        Cell(file.name),
        Cell(centre_of(file, words)),
        Cell(batch_of(file), right=True),
        Cell(words.language.number(file.records) if file.records else "", right=True),
        Cell(status_of(file, words), tone, sign),
    )


def preview_rows(rows: Sequence[PreviewRow], words: Words) -> list[Row]:
    """The rows of the table of a file's records; known by their place in it."""
    return [(str(n), _record_cells(row, words)) for n, row in enumerate(rows)]


def _record_cells(row: PreviewRow, words: Words) -> tuple[Cell, ...]:
    tone, sign = OUTCOME_SIGNS[row.outcome]
    return Cell(Outcome.words(row.outcome), tone, sign), Cell(record_words(row, words))


def record_words(row: PreviewRow, words: Words) -> str:
    """Of which kind the record is and, where it may be shown, what one knows it by."""
    pieces = [words.render(RECORD_WORDS.get(row.type, Text("Record")))]
    if row.head is not None:
        listed = [one for one in fields(type(row.head)) if one.in_list and one.kind is not Kind.PARTS]
        said = (shown(one, getattr(row.head, one.name), words) for one in listed)
        pieces += list(filter(None, said))[:_RECORD_PIECES]
    return " · ".join(pieces)
