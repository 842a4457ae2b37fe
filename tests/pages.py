"""The pages of a home's database file, opened one by one: with what is deleted and lies there still."""

import ctypes
import ctypes.util
from pathlib import Path

_PAGE, _TAIL, _IV, _SALT = 4096, 80, 16, 16
"""SQLCipher 4: a page ends in its initial vector and its check code; the first one begins with the salt."""
_LOG_HEADER, _FRAME_HEADER = 32, 24

_crypto = ctypes.CDLL(ctypes.util.find_library("crypto"))
_crypto.EVP_CIPHER_CTX_new.restype = ctypes.c_void_p
_crypto.EVP_aes_256_cbc.restype = ctypes.c_void_p


def pages(folder: Path, key: bytes) -> bytes:
    """Every page of the database and of its log in plain bytes, one after the other. The home is closed."""
    content = (folder / "fieldapp.db").read_bytes()
    found = [_opened(content[at : at + _PAGE], key, first=at == 0) for at in range(0, len(content), _PAGE)]
    log = folder / "fieldapp.db-wal"
    frames = log.read_bytes()[_LOG_HEADER:] if log.exists() else b""
    step = _FRAME_HEADER + _PAGE
    found += [
        _opened(frames[at + _FRAME_HEADER : at + step], key, first=frames[at : at + 4] == bytes((0, 0, 0, 1)))
        for at in range(0, len(frames), step)
    ]
    assert found[0].startswith(bytes((16, 0))), "the first page does not open"  # it begins with a page's size
    return b"\n".join(found)


def _opened(page: bytes, key: bytes, *, first: bool) -> bytes:
    start = _SALT if first else 0
    body, iv = page[start : _PAGE - _TAIL], page[_PAGE - _TAIL : _PAGE - _TAIL + _IV]
    context = ctypes.c_void_p(_crypto.EVP_CIPHER_CTX_new())
    plain, length = ctypes.create_string_buffer(len(body) + 32), ctypes.c_int(0)
    cipher = ctypes.c_void_p(_crypto.EVP_aes_256_cbc())
    assert _crypto.EVP_DecryptInit_ex(context, cipher, None, key, iv) == 1
    _crypto.EVP_CIPHER_CTX_set_padding(context, 0)
    assert _crypto.EVP_DecryptUpdate(context, plain, ctypes.byref(length), body, len(body)) == 1
    _crypto.EVP_CIPHER_CTX_free(context)
    return plain.raw[: length.value]
