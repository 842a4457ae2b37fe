"""The letters of a list: which code the bytes of a text file are in, and Hindi that a program has garbled."""

import re

from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.text import Text

_NOT_A_TABLE = Text("This file is neither a CSV nor an XLSX nor a JSON Lines file.")
_GARBLED = re.compile("à[¤¥]")
_GARBLED_AT_LEAST = 3
_LOST = re.compile(r"\?{3,}")
_WIDE_ZEROS = 4


def refused(code: str, title: Text) -> InvalidInput:
    """The error of a file that is no list."""
    advice = Text("Nothing was loaded. Save the list again as CSV (UTF-8) or XLSX and load that file.")
    return InvalidInput(title, advice, code)


def decoded(content: bytes) -> tuple[str, tuple[Text, ...]]:
    """The text of a file and what is to be said about its letters.

    UTF-8 and UTF-16, with a byte order mark or without; else Windows' Western code (old lists, old fonts).
    UTF-8 that was once read as that code and saved again (à¤¸ for स) is put right. Raises InvalidInput for
    what is no text.
    """
    text, notes = _read(content)
    if "\0" in text:
        raise refused("not_a_table", _NOT_A_TABLE)
    if len(_GARBLED.findall(text)) >= _GARBLED_AT_LEAST and (right := _put_right(text)):
        said = Text("The Hindi letters of this list had been garbled. They were put right; look at some.")
        return right, (*notes, said)
    if _LOST.search(text) and not re.search("[\u0900-\u097f]", text):
        said = Text("Letters of this list were lost (???). Save it again as CSV (UTF-8) or XLSX.")
        return text, (*notes, said)
    return text, notes


def _read(content: bytes) -> tuple[str, tuple[Text, ...]]:
    try:
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            return content.decode("utf-16"), ()
        if wide := _wide_code(content):
            return content.decode(wide), ()
        return content.decode("utf-8-sig"), ()
    except UnicodeDecodeError as error:
        text = _western(content)
        if not _is_text(text):
            raise refused("not_unicode", Text("The letters of this file are not in Unicode.")) from error
        said = Text("This list is not in Unicode. It was read in Windows' Western code; look at its letters.")
        return text, (said,)


def _wide_code(content: bytes) -> str:
    """UTF-16 without a mark: the marks between cells give every second byte zeros, and no other."""
    zeros = [content[start::2].count(0) for start in (0, 1)]
    if len(content) % 2 or max(zeros) < _WIDE_ZEROS or min(zeros):
        return ""
    return "utf-16-le" if zeros[1] else "utf-16-be"


def _western(content: bytes) -> str:
    """Windows code page 1252; the five bytes that mean nothing there stay as they are."""
    return "".join(_WESTERN[byte] for byte in content)


_WESTERN = [bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(256)]
_TO_WESTERN = {letter: byte for byte, letter in enumerate(_WESTERN)}


def _is_text(text: str) -> bool:
    """Whether it can be a list: no control characters, and for the most part plain letters and digits."""
    plain = sum(c.isascii() and (c.isalnum() or c in " ,;\t\r\n") for c in text)
    return 2 * plain > len(text) and not re.search("[\0-\x08\x0e-\x1f]", text)


def _put_right(text: str) -> str:
    """The text with every letter as the byte it came from, read as UTF-8; '' when that gives none."""
    try:
        return bytes(_TO_WESTERN[letter] for letter in text).decode("utf-8-sig")
    except (KeyError, UnicodeDecodeError):
        return ""
