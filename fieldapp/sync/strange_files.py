"""What a file is that is no sync file, by its first bytes, so that a person hears what to do about it."""

import re

from fieldapp.domain.errors import SyncFileRefused
from fieldapp.domain.results import refuse
from fieldapp.domain.text import Text

LOOKED_AT = 136
"""So many bytes of a file are enough."""

_PICTURE = Text("a picture")
_RECORDING = Text("a film or a sound recording")
_DOCUMENT = Text("an office document")
_PROGRAM = Text("a program")
_OTHER = Text("a file of another kind")

_SAID = {
    b"\x78\x9f\x3e\x22": "in_outlook_mail",
    b"Rar!": "other_archive",
    b"7z\xbc\xaf\x27\x1c": "other_archive",
    b"\x1f\x8b": "other_archive",
    b"BZh": "other_archive",
    b"\xfd7zXZ": "other_archive",
    b"\x28\xb5\x2f\xfd": "other_archive",
    b"MSCF": "other_archive",
    b"L\0\0\0\x01\x14\x02\0": "shortcut",
    b"[InternetShortcut]": "shortcut",
    b"[Desktop Entry]": "shortcut",
}
_NAMED = {
    b"PK": Text("an archive or an office document"),
    b"\xd0\xcf\x11\xe0": _DOCUMENT,
    b"{\\rtf": _DOCUMENT,
    b"%PDF": Text("a PDF document"),
    b"\xff\xd8\xff": _PICTURE,
    b"\x89PNG": _PICTURE,
    b"GIF8": _PICTURE,
    b"II*\0": _PICTURE,
    b"MM\0*": _PICTURE,
    b"ID3": _RECORDING,
    b"OggS": _RECORDING,
    b"\x1aE\xdf\xa3": _RECORDING,
    b"MZ": _PROGRAM,
    b"\x7fELF": _PROGRAM,
    b"SQLite format 3\0": Text("a database"),
    b"age-encryption.org/": Text("an encrypted file"),
}
_BASE64, _QUOTED = b"RkxEU1lOQ", b"FLDSYNC=01"
_WEB_PAGE = re.compile(rb"(?i)<(?:!doctype html|html|head|\?xml[^>]*>\s*<html)")
_STILL_PICTURES = (b"heic", b"heix", b"mif1", b"msf1", b"avif")
_NOT_IN_TEXT = re.compile(rb"[\0-\x08\x0e-\x1f]")


def office_document() -> SyncFileRefused:
    """What is said of a ZIP in which an office program keeps a document."""
    return refuse("not_a_sync_file", what=_DOCUMENT)


def named(start: bytes) -> SyncFileRefused:
    """The error that says what a file is that begins like this. start: its first bytes."""
    if not start:
        return refuse("empty_file")
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith((_BASE64, _QUOTED)):
        return refuse("in_a_mail")
    for beginning, code in _SAID.items():
        if start.startswith(beginning):
            return refuse(code)
    if _WEB_PAGE.match(text):
        return refuse("web_page")
    return refuse("not_a_sync_file", what=_what(start))


def _what(start: bytes) -> Text:
    for beginning, words in _NAMED.items():
        if start.startswith(beginning):
            return words
    if start[4:8] == b"ftyp":
        return _PICTURE if start[8:12] in _STILL_PICTURES else _RECORDING
    if start.startswith(b"RIFF"):
        return _PICTURE if start[8:12] == b"WEBP" else _RECORDING
    return _OTHER if _NOT_IN_TEXT.search(start) or not _is_utf8(start) else Text("a text")


def _is_utf8(start: bytes) -> bool:
    """Whether it can be the beginning of a text; its last character may be cut."""
    try:
        start.decode()
    except UnicodeDecodeError as error:
        return error.end == len(start) and len(start) == LOOKED_AT
    return True
