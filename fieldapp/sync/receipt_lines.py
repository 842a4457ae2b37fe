"""What stands in a receipt (kind 2): what head office holds, told to one computer, and records to read there.

They are cumulative, so any may be lost, repeated or late. Lines of a receipt, before its records:

    receipt   for which node; checkpoints held, highest first; given: those that hold if a give-back was
              taken; gap: files are missing; full: a full file is asked for; at: head office's time
    file      a sync file that arrived: sha256, batch, part, of, state, code; of one withdrawn the reason
    refused   a record that was not taken: type, id, revision, code, path of the field
    missing   photographs that records name and that have not come: their hashes
    keys, settings   as in a pack (sync.office)
"""

from typing import Annotated

import msgspec
from msgspec import Meta

from fieldapp.domain import canonical
from fieldapp.sync.checkpoints import MOST_IN_A_RECEIPT
from fieldapp.sync.container import Checkpoint, Count, Hex64, HexId

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
