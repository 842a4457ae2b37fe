"""What is no sync file is named as what it is, with the code whose words say what to do."""

import warnings
import zipfile

import pytest

from fieldapp.domain.errors import SyncFileRefused
from fieldapp.sync.arrived import FileState
from fieldapp.sync.sync_file import read_file
from tests.sync.samples import code, forge, plain, record_line

CODES = {
    "nothing": (b"", "empty_file"),
    "a text of a mail": (b"RkxEU1lOQwEBAwAA", "in_a_mail"),
    "a text of a mail after an empty line": (b"\xef\xbb\xbf\r\nRkxEU1lOQwEBAwAA", "in_a_mail"),
    "a mail with =01 in it": (b"FLDSYNC=01=01=03", "in_a_mail"),
    "a winmail.dat": (b"\x78\x9f\x3e\x22\1\0", "in_outlook_mail"),
    "a RAR": (b"Rar!\x1a\x07\x01\x00", "other_archive"),
    "a 7z": (b"7z\xbc\xaf\x27\x1c\0\4", "other_archive"),
    "a gz": (b"\x1f\x8b\x08\0", "other_archive"),
    "a shortcut of Windows": (b"L\0\0\0\x01\x14\x02\0\0\0\0\0", "shortcut"),
    "a shortcut to a page": (b"[InternetShortcut]\r\nURL=", "shortcut"),
    "a shortcut of Linux": (b"[Desktop Entry]\nType=Link\n", "shortcut"),
    "a web page": (b"\n <!DOCTYPE html>\n<html>", "web_page"),
    "a web page in capitals": (b"<HTML><HEAD>", "web_page"),
}
KINDS = {
    "a PDF": (b"%PDF-1.7\n", "a PDF document"),
    "a JPEG": (b"\xff\xd8\xff\xe0\0\x10JFIF", "a picture"),
    "a PNG": (b"\x89PNG\r\n\x1a\n", "a picture"),
    "a picture of a telephone": (b"\0\0\0\x18ftypheic\0\0\0\0", "a picture"),
    "a WEBP": (b"RIFF\x10\0\0\0WEBPVP8 ", "a picture"),
    "a film": (b"\0\0\0\x18ftypmp42\0\0\0\0", "a film or a sound recording"),
    "a sound": (b"RIFF\x10\0\0\0WAVEfmt ", "a film or a sound recording"),
    "an old document": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an office document"),
    "a program": (b"MZ\x90\0", "a program"),
    "a database": (b"SQLite format 3\0", "a database"),
    "an age file": (b"age-encryption.org/v1\n-> X25519 ", "an encrypted file"),
    "a list": ("क्रम,नाम\n1,सुनीता\n".encode() * 9, "a text"),
    "noise": (bytes(range(256)), "a file of another kind"),
    "an old text": ("नाम".encode("utf-16"), "a file of another kind"),
}
WHOLE = forge(plain(record_line()))


@pytest.mark.parametrize("name", CODES)
def test_it_has_a_code_of_its_own(name):
    content, expected = CODES[name]
    assert code(content) == expected


@pytest.mark.parametrize("name", KINDS)
def test_it_is_named(name):
    content, words = KINDS[name]
    with pytest.raises(SyncFileRefused) as refused:
        code_of(content)
    assert (refused.value.code, refused.value.title.args["what"].msgid) == ("not_a_sync_file", words)


def code_of(content: bytes) -> None:
    from fieldapp.sync.container import Prefix

    Prefix.unpack(content[:136])


@pytest.mark.parametrize("entry", ["[Content_Types].xml", "mimetype"])
def test_a_document_in_a_zip_is_a_document(exchange, tmp_path, entry):
    with zipfile.ZipFile(tmp_path / "list.docx", "w") as archive:
        archive.writestr(entry, b"<x/>")
    (found,) = exchange.hq.inbox.read(exchange.hq.actor, [tmp_path / "list.docx"])
    assert found.said[0].args["what"].msgid == "an office document"


@pytest.mark.parametrize("ending", [".crdownload", ".part", ".PARTIAL"])
def test_a_download_that_has_not_ended_says_so_and_a_whole_one_is_taken_by_any_name(tmp_path, ending):
    path = tmp_path / f"Unconfirmed 7.fieldsync{ending}"
    for length in (0, 7, 100, 136, len(WHOLE) - 1):
        path.write_bytes(WHOLE[:length])
        with pytest.raises(SyncFileRefused) as refused:
            read_file(path)
        assert refused.value.code == "still_loading"
    path.write_bytes(WHOLE)
    assert read_file(path) == WHOLE


def test_everything_in_a_folder_is_named_and_the_one_file_in_it_taken(exchange):
    exchange.centre.start()
    (sent,) = exchange.send()
    folder = exchange.stick / "from the centre.fieldsync"
    folder.mkdir()
    for name, (content, _) in {**CODES, **KINDS}.items():
        (folder / name).write_bytes(content)
    sent.rename(folder / "holiday.jpg")
    done = exchange.deliver(exchange.stick)
    found = {one.name: one for one in done.files}
    assert found.pop("holiday.jpg").state is FileState.IMPORTED
    assert {name: found[name].code for name in CODES} == {name: said for name, (_, said) in CODES.items()}
    assert {found[name].code for name in KINDS} == {"not_a_sync_file"}
    assert all(one.said[1].args for one in found.values())


# ---------------------------------------------------------------- odd archives


def test_a_link_in_a_zip_is_its_bytes_and_leads_nowhere(exchange, tmp_path):
    link = zipfile.ZipInfo("own.fieldsync")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(link, b"/etc/passwd")
    (found,) = exchange.hq.inbox.read(exchange.hq.actor, [tmp_path / "a.zip"])
    assert found.code == "not_a_sync_file"


def test_entries_of_one_name_are_judged_each_alone_and_what_stands_before_a_zip_is_passed_over(
    exchange, tmp_path
):
    contents = []
    for _ in range(2):
        exchange.centre.start()
        contents.append(exchange.send()[0].read_bytes())
    path = tmp_path / "a.zip"
    with warnings.catch_warnings(), zipfile.ZipFile(path, "w") as archive:
        warnings.simplefilter("ignore")
        for content in (*contents, b"%PDF"):
            archive.writestr("same.fieldsync", content)
    done = exchange.deliver(path)
    assert [one.code for one in done.files] == ["", "", "not_a_sync_file"]
    assert done.counts.total == 3  # the second file holds both sessions, as no receipt came between
    with_junk = tmp_path / "b.zip"
    with_junk.write_bytes(b"PK\3\4" + bytes(500) + path.read_bytes())
    assert {one.state for one in exchange.deliver(with_junk).files[:2]} == {FileState.REPEAT}


def test_a_zip_of_the_large_format_and_one_of_too_many_entries_are_refused_unread(exchange, tmp_path):
    path = tmp_path / "large.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for n in range(70_000):
            archive.writestr(f"{n}", b"")
    (found,) = exchange.hq.inbox.read(exchange.hq.actor, [path])
    assert found.code == "too_big"
