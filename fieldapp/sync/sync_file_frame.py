"""What lies in a sync file once it is decrypted: one zstd frame of lines, inflated and read within limits.

No key is needed for it, so a process that has none can do it (sync.reading).
"""

from collections import Counter
from collections.abc import Collection, Iterator

import zstandard

from fieldapp.domain import canonical
from fieldapp.domain.results import refuse
from fieldapp.sync.container import MAX_LINE, MAX_PLAIN, MAX_RATIO, MAX_RECORDS, MIB, Manifest
from fieldapp.sync.sync_file_lines import Blob, Columns, Record, Section, read_bytes

_MAX_WINDOW = 8 * MIB


def columns_of(manifest: Manifest) -> Columns:
    """The columns that a manifest names. Raises SyncFileRefused when they cannot be any."""
    try:
        return Columns(manifest.columns)
    except ValueError as error:
        raise refuse("bad_json", line=1) from error


def read_lines(
    frame: bytes, manifest: Manifest, *, records_only: bool, known: Collection[bytes] = ()
) -> Iterator[Record | Blob | Section]:
    """As `Content.lines`, from the zstd frame alone."""
    columns, counts = columns_of(manifest), Counter[str]()
    for number, sent in numbered(frame):
        if number == 1:
            continue
        try:
            line = read_bytes(sent, columns, records_only=records_only, known=known)
        except canonical.NotCanonical as error:
            raise refuse(error.code, line=number) from error
        counts["blob" if isinstance(line, Blob) else line.t] += 1
        yield line
    if counts.total() != manifest.count or counts != manifest.counts:
        raise refuse("bad_count")


def numbered(frame: bytes) -> Iterator[tuple[int, bytes]]:
    """Every line with its number, the manifest first."""
    number = 0
    try:
        for number, sent in enumerate(_lines(frame), start=1):
            if number > MAX_RECORDS + 1:
                raise refuse("too_big")
            yield number, sent
    except canonical.NotCanonical as error:
        raise refuse(error.code, line=number + 1) from error


def _lines(frame: bytes) -> Iterator[bytes]:
    rest = b""
    for chunk in plain_chunks(frame):
        *lines, rest = (rest + chunk).split(b"\n")
        if len(rest) > MAX_LINE or any(len(line) > MAX_LINE for line in lines):
            raise refuse("too_big")
        yield from lines
    if rest:
        raise canonical.NotCanonical("bad_json", "the last line has no end")


def plain_chunks(frame: bytes) -> Iterator[bytes]:
    """What one zstd frame holds, in pieces of at most 1 MiB; SyncFileRefused 'too_big' or 'cannot_inflate'.

    The declared size is judged before anything is inflated, and never exceeded; libzstd sees it reached.
    """
    try:
        declared = _declared_size(frame)
        reader = zstandard.ZstdDecompressor(max_window_size=_MAX_WINDOW).stream_reader(frame)
        total = 0
        while chunk := reader.read(MIB):
            total += len(chunk)
            if total > declared:
                raise refuse("cannot_inflate")
            yield chunk
    except zstandard.ZstdError as error:
        raise refuse("cannot_inflate") from error


def _declared_size(frame: bytes) -> int:
    parameters = zstandard.get_frame_parameters(frame)
    if parameters.content_size in (zstandard.CONTENTSIZE_UNKNOWN, zstandard.CONTENTSIZE_ERROR):
        raise refuse("cannot_inflate")
    if parameters.content_size > min(MAX_PLAIN, max(MIB, MAX_RATIO * len(frame))):
        raise refuse("too_big")
    if _frame_length(frame, parameters) != len(frame):
        raise refuse("cannot_inflate")
    return parameters.content_size


def _frame_length(frame: bytes, parameters: zstandard.FrameParameters) -> int:
    """Where the first frame ends, from its block headers alone (RFC 8878, 3.1.1.2); -1 if it has no end."""
    at = zstandard.frame_header_size(frame)
    last = False
    while not last:
        header = int.from_bytes(frame[at : at + 3], "little")
        if at + 3 > len(frame):
            return -1
        last = bool(header & 1)
        one_repeated_byte = header >> 1 & 3 == 1
        at += 3 + (1 if one_repeated_byte else header >> 3)
    return at + 4 * parameters.has_checksum
