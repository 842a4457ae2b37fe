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
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from fieldapp.domain import canonical
from fieldapp.domain.results import refuse
from fieldapp.sync.checkpoints import MOST_IN_A_RECEIPT
from fieldapp.sync.container import Checkpoint, Count, Hex64, HexId
from fieldapp.sync.sync_file import Content, Section

MOST_MISSING = 2000
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


@dataclass(frozen=True, slots=True)
class ReceiptSaid:
    """The lines of a receipt that are no records."""

    receipt: ReceiptLine
    files: tuple[FileLine, ...]
    refused: tuple[RefusedLine, ...]
    missing: tuple[str, ...]
    sections: tuple[tuple[int, dict[str, Any]], ...]


_LINES: dict[str, type[msgspec.Struct]] = {
    "receipt": ReceiptLine,
    "file": FileLine,
    "refused": RefusedLine,
    "missing": MissingLine,
}


def read_receipt(content: Content) -> ReceiptSaid:
    """Everything in a receipt but its records; having come to the end, the file is known to be whole."""
    sections = [(n, line.members) for n, line in enumerate(content.lines(), 2) if isinstance(line, Section)]
    found: list[msgspec.Struct] = []
    for number, members in sections:
        kind = _LINES.get(members["t"])
        try:
            found += [msgspec.convert(members, kind)] if kind else []
        except msgspec.ValidationError as error:
            raise refuse("bad_json", line=number) from error
    heads = [one for one in found if isinstance(one, ReceiptLine)]
    if len(heads) != 1:
        raise refuse("bad_count")
    return ReceiptSaid(
        heads[0],
        tuple(one for one in found if isinstance(one, FileLine)),
        tuple(one for one in found if isinstance(one, RefusedLine)),
        tuple(name for one in found if isinstance(one, MissingLine) for name in one.pictures),
        tuple(sections),
    )
