"""Sync files inside a ZIP or a mail: taken out in memory, one level deep, each under the limits of a file.

Nothing is written anywhere, and where a piece would go by its path is not looked at: only its bytes and the
last part of its name are. A mail is not parsed as one: its attachments are cut out at their boundary lines,
so that no depth or length of what a stranger wrote makes it slow.
"""

import binascii
import quopri
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path, PureWindowsPath
from typing import IO, NamedTuple

from fieldapp.domain.canonical import FORBIDDEN_TEXT
from fieldapp.domain.errors import SyncFileRefused
from fieldapp.domain.identifiers import mask_forbidden_numbers
from fieldapp.domain.results import refuse
from fieldapp.sync.container import MAX_BODY, MAX_HEADER, MAX_RATIO, MIB, PREFIX_LENGTH, Prefix
from fieldapp.sync.strange_files import office_document

MOST_PIECES = 5000
MOST_OF_A_MAIL = 48 * MIB
"""Bytes of a mail that are looked at: the largest sync file in base64, and words around it."""

_MOST_OF_A_PIECE = PREFIX_LENGTH + MAX_HEADER + MAX_BODY
_MOST_DIRECTORY = 2 * MIB
_SPARE = 64 * MIB
_ZIP = (b"PK\3\4", b"PK\5\6")
_ZIP_END, _ZIP_64 = b"PK\5\6", b"PK\6\7"
_ZIP_END_LENGTH, _ZIP_64_LENGTH = 22, 20
_OFFICE = ("[Content_Types].xml", "mimetype")
_NOT_SENT = ("._", "FIELDAPP-README.txt")
"""What computers and this program put beside sync files."""

_BAD_ZIP = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError, OSError,
    ValueError, IndexError,
)  # fmt: skip
"""All that reading a broken ZIP can end with."""


Look = Callable[[IO[bytes]], Iterator["Piece"]]


class Piece(NamedTuple):
    """A file inside another. content: its bytes, or why it is none for us."""

    name: str
    content: bytes | SyncFileRefused


def pieces_of(path: Path) -> Iterator[Piece] | None:
    """What lies in a ZIP or a mail, one after the other; None for a file that is neither.

    The iterator raises nothing: what is wrong with a piece, or with the whole, is the content of a Piece.
    """
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            return None
        with path.open("rb") as file:
            start = file.read(16 * 1024)
    except OSError:
        return None
    if start.startswith(_ZIP):
        return _in_words(path, _in_a_zip)
    return _in_words(path, _in_a_mail) if _is_mail(start) else None


def _in_words(path: Path, look: Look) -> Iterator[Piece]:
    try:
        with path.open("rb") as file:
            yield from look(file)
    except SyncFileRefused as error:
        yield Piece("", error)
    except _BAD_ZIP:
        yield Piece("", refuse("bad_archive"))


# ---------------------------------------------------------------- a ZIP


def _in_a_zip(file: IO[bytes]) -> Iterator[Piece]:
    if _directory_length(file) > _MOST_DIRECTORY:
        raise refuse("too_big")
    with zipfile.ZipFile(file) as archive:
        entries = [one for one in archive.infolist() if not one.is_dir()]
        if any(one.filename in _OFFICE for one in entries):
            raise office_document()
        if len(entries) > MOST_PIECES:
            raise refuse("too_big")
        # Sync files hardly become smaller in a ZIP, so this bounds entries that share their bytes too.
        budget = _SPARE + 2 * file.seek(0, 2)
        for entry in entries:
            name = _plain_name(entry.filename)
            if name.startswith(_NOT_SENT):
                continue
            piece = Piece(name, _out_of_zip(archive, entry, budget))
            budget -= entry.file_size if isinstance(piece.content, bytes) else 0
            yield piece


def _directory_length(file: IO[bytes]) -> int:
    """How long the list of a ZIP's entries says it is, before anything reads it.

    Raises SyncFileRefused 'too_big' for the format that is made for more than 4 GiB.
    """
    size = file.seek(0, 2)
    file.seek(max(0, size - _ZIP_END_LENGTH - 0xFFFF))
    tail = file.read()
    at = len(tail) - _ZIP_END_LENGTH
    if at < 0 or not (tail[at:].startswith(_ZIP_END) and tail.endswith(b"\0\0")):
        at = tail.rfind(_ZIP_END)
    if at < 0 or len(tail) - at < _ZIP_END_LENGTH:
        raise refuse("bad_archive")
    if at >= _ZIP_64_LENGTH and tail[at - _ZIP_64_LENGTH :].startswith(_ZIP_64):
        raise refuse("too_big")
    (length,) = struct.unpack_from("<L", tail, at + 12)
    return int(length)


def _out_of_zip(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, budget: int) -> bytes | SyncFileRefused:
    try:
        if entry.flag_bits & 1:
            raise refuse("locked_archive")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise refuse("bad_archive")
        with archive.open(entry) as inner:
            start = inner.read(PREFIX_LENGTH)
            _check_start(start)
            allowed = min(_MOST_OF_A_PIECE, budget, max(MIB, MAX_RATIO * entry.compress_size))
            if entry.file_size > allowed:
                raise refuse("too_big")
            return start + inner.read(allowed)
    except SyncFileRefused as error:
        return error
    except _BAD_ZIP:
        return refuse("bad_archive")


# ---------------------------------------------------------------- a mail

_FIELDS = re.compile(rb"\A(?:From [^\n]*\n)?(?:[A-Za-z][A-Za-z0-9-]*:[^\n]*\n(?:[ \t][^\n]*\n)*+){2}")
_OF_A_MAIL = re.compile(rb"(?im)^(?:mime-version|received|message-id|return-path|delivered-to):")
_ENCODED = re.compile(rb"(?im)^content-transfer-encoding:[ \t]*(base64|quoted-printable)[ \t]*\r?$")
_NAME = re.compile(rb"(?i)name\*?=(?:\"([^\"\r\n]{1,200})\"|([^\s;\"]{1,200}))")
_BLANK = re.compile(rb"\n\r?\n")
_MOST_OF_FIELDS = 8 * 1024


def _is_mail(start: bytes) -> bool:
    plain = start.removeprefix(b"\xef\xbb\xbf")
    return bool(_FIELDS.match(plain) and _OF_A_MAIL.search(plain))


def _in_a_mail(file: IO[bytes]) -> Iterator[Piece]:
    source = file.read(MOST_OF_A_MAIL + 1)
    if len(source) > MOST_OF_A_MAIL:
        raise refuse("too_big")
    at, found = 0, False
    while encoding := _ENCODED.search(source, at):
        fields, body = _fields_of(source, encoding)
        at = body.stop  # every byte is decoded once at most
        if named := _NAME.search(fields):
            found = True
            name = _plain_name((named[1] or named[2]).decode("utf-8", "replace"))
            yield Piece(name, _decoded(source[body], base64=encoding[1].lower() == b"base64"))
    if not found:
        raise refuse("in_a_mail")


def _fields_of(source: bytes, encoding: re.Match[bytes]) -> tuple[bytes, slice]:
    """The fields of the part of a mail in which an encoding is named, and where its body lies."""
    start = max(0, encoding.start() - _MOST_OF_FIELDS)
    before = b"\n" + source[start : encoding.start()]
    line = before.rfind(b"\n--")
    blank = max(before.rfind(b"\n\n"), before.rfind(b"\n\r\n"))
    boundary = before[line:].split(b"\n", 2)[1].rstrip() if line > blank else b""
    gap = _BLANK.search(source, encoding.end() - 1)
    begin = gap.end() if gap else len(source)
    fields = before[max(line, blank, 0) :] + source[encoding.start() : begin][:_MOST_OF_FIELDS]
    end = source.find(b"\n" + boundary, begin - 1) if boundary else -1
    return fields, slice(begin, max(begin, end) if end >= 0 else len(source))


def _decoded(body: bytes, *, base64: bool) -> bytes | SyncFileRefused:
    try:
        content = binascii.a2b_base64(body) if base64 else quopri.decodestring(_with_plain_ends(body))
        _check_start(content[:PREFIX_LENGTH])
    except SyncFileRefused as error:
        return error
    except binascii.Error:
        return refuse("bad_archive")
    return content if len(content) <= _MOST_OF_A_PIECE else refuse("too_big")


def _with_plain_ends(body: bytes) -> bytes:
    """As it was before a mail program wrote its ends of lines; a real return is spelt out (=0D)."""
    return body.removesuffix(b"\r").replace(b"\r\n", b"\n")


# ---------------------------------------------------------------- both


def _check_start(start: bytes) -> None:
    """Raises SyncFileRefused as `Prefix.unpack`, and 'nested_archive' for a ZIP or a mail in another."""
    if start.startswith(_ZIP) or _is_mail(start):
        raise refuse("nested_archive")
    Prefix.unpack(start)


def _plain_name(name: str) -> str:
    """The last part of a name, whichever way its path is written, without what cannot be shown."""
    return "".join(filter(str.isprintable, PureWindowsPath(name).name))[:200] or "?"


_UNSEEN = re.compile(f"{FORBIDDEN_TEXT.pattern}|[\t\n\u061c\u200e\u200f\u2028\u2029\ufeff]")


def shown_name(name: str) -> str:
    """The name of a file as it may be shown and kept: numbers that must not be kept are masked, and what
    cannot be seen is spelt out.

    Breaks and marks that turn the reading round make a name look like another one, and on some systems a name
    may hold bytes that are no text at all.
    """
    return _UNSEEN.sub(lambda met: f"\\u{ord(met[0]):04x}", mask_forbidden_numbers(name))
