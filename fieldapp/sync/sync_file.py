"""The sync file: how records travel between homes by stick, mail or messenger. Suffix `.fieldsync`.

All numbers are big-endian. What a file is, is decided by its content and never by its name.

    offset  bytes  field
    0       8      magic `FLDSYNC` and the major version, 1
    8       1      kind: 1 batch, 2 receipt, 3 enrolment request, 4 pack, 5 give-back
    9       1      flags: bit 0 encrypted (set for 1, 2 and 5, clear for 3 and 4), bit 1 practice, the rest 0
    10      2      0
    12      16     signer's key id, SHA-256(Ed25519 public key)[:16]
    28      4      header length, 2..4096
    32      8      body length, at most 32 MiB; 1 MiB for kinds 3 and 4
    40      32     SHA-256 of the body
    72      64     Ed25519 signature over "fieldapp-sync 1 kind=<k>\\0", bytes 0..72 and the header
    136     ...    header: canonical JSON without personal data (container.Header)
    then    ...    body: an unmodified age v1 file (X25519) of one zstd frame with declared content size of
                   UTF-8 JSON Lines; for kinds 3 and 4 the zstd frame itself

The file ends there. Line 1 is the manifest (container.Manifest), then a line a record, then a line a blob
(sync_file_lines); a receipt, request or pack has lines of its own before its records. Every line is canonical
(domain.canonical) in its line form, and ends with a newline.

A record with the operation `erase`, or `del` with `erased` beside its reason, follows states that named
somebody who is erased: whoever takes it keeps of those the revisions' names alone.

It opens with public tools: cut off prefix and header, then `age -d -i key | zstd -d | jq`.

Order of the checks: length, magic, major version, kind, flags, lengths, signer known, signature, body length,
SHA-256, header strict and canonical, practice, trust, reader version, recipients, age, declared size, bounded
inflating, lines strict, manifest bound to header and signer, capabilities, counts. A record that fails on its
own (shape, revision) carries its problem; the file is not refused for it.

History
1   2026: the first.
"""

from fieldapp.sync.container import (
    DOWNWARD,
    START,
    Checkpoint,
    Clock,
    Continues,
    Enrol,
    Header,
    Kind,
    Manifest,
)
from fieldapp.sync.sync_file_lines import (
    Blob,
    Columns,
    Record,
    Section,
    blob_line,
    record_line,
)
from fieldapp.sync.sync_file_place import SUFFIX, Placed, copy_verified, file_name
from fieldapp.sync.sync_file_read import (
    Content,
    Outer,
    Sections,
    Signer,
    Trust,
    open_,
    peek,
    read_file,
)
from fieldapp.sync.sync_file_write import write

__all__ = [
    "DOWNWARD",
    "START",
    "SUFFIX",
    "Blob",
    "Checkpoint",
    "Clock",
    "Columns",
    "Content",
    "Continues",
    "Enrol",
    "Header",
    "Kind",
    "Manifest",
    "Outer",
    "Placed",
    "Record",
    "Section",
    "Sections",
    "Signer",
    "Trust",
    "blob_line",
    "copy_verified",
    "file_name",
    "open_",
    "peek",
    "read_file",
    "record_line",
    "write",
]
