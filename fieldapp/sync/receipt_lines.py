"""What stands in a receipt (kind 2), and reading it: what head office holds, and records to read there.

They are cumulative, so any may be lost, repeated or late. Lines of a receipt, before its records:

    receipt   for which node; checkpoints held, highest first; given: those that hold if a give-back was
              taken; gap: files are missing; full: a full file is asked for; at: head office's time
    file      a sync file that arrived: sha256, batch, part, of, state, code; of one withdrawn the reason
    refused   a record that was not taken: type, id, revision, code, path of the field
    missing   photographs that records name and that have not come: their hashes
    keys, settings   as in a pack (sync.office)
"""

from dataclasses import dataclass
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta

from fieldapp.domain import canonical
from fieldapp.domain.results import refuse
from fieldapp.sync.checkpoints import MOST_IN_A_RECEIPT
from fieldapp.sync.container import Checkpoint, Count, Hex64, HexId
from fieldapp.sync.sync_file import Content, Sections

MOST_MISSING = 2000
_Line = TypeVar("_Line", bound=msgspec.Struct)
_Short = Annotated[str, Meta(max_length=100)]


class ReceiptLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The line 'receipt'."""

    node: HexId
    centre: _Short = ""
    checkpoints: Annotated[tuple[Checkpoint, ...], Meta(max_length=MOST_IN_A_RECEIPT)] = ()
    given: Annotated[tuple[Checkpoint, ...], Meta(max_length=MOST_IN_A_RECEIPT)] = ()
    gap: bool = False
    full: bool = False
    at: _Short = ""


class FileLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A line 'file'. state: as `FileState`; code: of domain.results; reason: why it was withdrawn."""

    sha256: Hex64
    batch: Count = 0
    part: Count = 0
    of: Count = 0
    state: _Short = ""
    code: _Short = ""
    reason: Annotated[str, Meta(max_length=1000)] = ""


class RefusedLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A line 'refused'. `type` and `id` of the record, `revision` that was not taken, `path` of the field."""

    type: _Short
    id: HexId
    revision: HexId
    code: _Short
    path: Annotated[str, Meta(max_length=300)] = ""


class MissingLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A line 'missing'. pictures: SHA-256 of each, 64 hex; more than fit go with the next receipt."""

    pictures: Annotated[tuple[Hex64, ...], Meta(max_length=MOST_MISSING)] = ()


def section(t: str, said: msgspec.Struct) -> bytes:
    """The line of that type which says this."""
    return canonical.encode({"t": t, **msgspec.to_builtins(said)})


def lines_of(sections: Sections, t: str, kind: type[_Line]) -> list[_Line]:
    """What the lines of that type say. SyncFileRefused 'bad_json' for one that is not as it must be."""
    found = []
    for number, members in sections:
        if members["t"] == t:
            try:
                found.append(msgspec.convert(members, kind))
            except msgspec.ValidationError as error:
                raise refuse("bad_json", line=number) from error
    return found


@dataclass(frozen=True, slots=True)
class ReceiptSaid:
    """The lines of a receipt that are no records."""

    receipt: ReceiptLine
    files: list[FileLine]
    refused: list[RefusedLine]
    missing: list[str]
    sections: Sections


def read_receipt(content: Content) -> ReceiptSaid:
    """Everything in a receipt but its records. Raises SyncFileRefused."""
    sections = content.sections()
    heads = lines_of(sections, "receipt", ReceiptLine)
    files = lines_of(sections, "file", FileLine)
    not_taken = lines_of(sections, "refused", RefusedLine)
    missing = [name for one in lines_of(sections, "missing", MissingLine) for name in one.pictures]
    if len(heads) != 1:
        raise refuse("bad_count")
    return ReceiptSaid(heads[0], files, not_taken, missing, sections)
