"""Sync files inside a ZIP or a mail are taken out in memory; the rest is named as what it is."""

import io
import os
import random
import resource
import time
import zipfile
from email.message import EmailMessage
from pathlib import Path

import pytest

from fieldapp.domain.errors import SyncFileRefused
from fieldapp.sync import unpacking
from fieldapp.sync.arrived import FileState
from fieldapp.sync.unpacking import pieces_of

START = b"FLDSYNC\x01\x01\x01\0\0" + bytes(16) + b"\0\0\0\x10" + b"\0\0\0\0\1\0\0\0" + bytes(96)
"""What the first bytes of a sync file may be."""

PNG = b"\x89PNG\r\n\x1a\n" + bytes(300)


def zipped(path: Path, *entries: tuple[str, bytes], method=zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return path


def mail(*attachments: tuple[str, bytes], cte="base64") -> bytes:
    message = EmailMessage()
    message["From"], message["To"] = "centre@example.org", "office@example.org"
    message["Subject"] = "फ़ाइल"
    message.set_content("नमस्ते,\n\nthe file is attached.\n-- \nCentre\n" * 3)
    for name, content in attachments:
        message.add_attachment(content, maintype="application", subtype="x", filename=name, cte=cte)
    return message.as_bytes()


def saved(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def told(path):
    """(name, code or number of bytes) of each piece."""
    return [
        (one.name, one.content.code if isinstance(one.content, SyncFileRefused) else len(one.content))
        for one in pieces_of(path)
    ]


def read(exchange, path):
    return exchange.hq.inbox.read(exchange.hq.actor, [path])


@pytest.fixture
def sent(exchange):
    exchange.centre.start()
    (path,) = exchange.send()
    return path


def test_sync_files_in_a_zip_are_read_each_alone(exchange, sent, tmp_path):
    content = sent.read_bytes()
    path = zipped(tmp_path / "a.zip", ("folder/one.fieldsync", content), ("../../x.png", PNG))
    (one, picture) = read(exchange, path)
    assert (one.name, one.state) == ("a.zip: one.fieldsync", FileState.READY)
    assert (picture.name, picture.code) == ("a.zip: x.png", "not_a_sync_file")
    assert exchange.hq.inbox.apply(exchange.hq.actor, one.sha256).counts.new == 1


def test_the_same_file_in_a_zip_and_beside_it_is_one_file(exchange, sent, tmp_path):
    path = zipped(tmp_path / "a.zip", ("one.fieldsync", sent.read_bytes()))
    found = exchange.hq.inbox.read(exchange.hq.actor, [sent, path])
    assert [one.state for one in found] == [FileState.READY, FileState.REPEAT]


@pytest.mark.parametrize("cte", ["base64", "quoted-printable"])
@pytest.mark.parametrize("ending", [b"\n", b"\r\n"])
def test_attachments_of_a_mail_are_read(exchange, sent, tmp_path, cte, ending):
    text = mail((sent.name, sent.read_bytes()), ("list.pdf", b"%PDF-1.7\n" + bytes(99)), cte=cte)
    path = saved(tmp_path, "mail.eml", text.replace(b"\n", ending))
    (one, pdf) = read(exchange, path)
    assert (one.state, one.name) == (FileState.READY, f"mail.eml: {sent.name}")
    assert pdf.code == "not_a_sync_file"
    assert exchange.hq.inbox.apply(exchange.hq.actor, one.sha256).counts.new == 1


def test_a_forwarded_mail_gives_its_attachment_too(exchange, sent, tmp_path):
    outer = EmailMessage()
    outer["From"] = "block@example.org"
    outer.set_content("forwarded")
    inner = EmailMessage()
    inner["From"] = "centre@example.org"
    inner.set_content("here")
    inner.add_attachment(sent.read_bytes(), maintype="application", subtype="x", filename="a.fieldsync")
    outer.add_attachment(inner)
    (one,) = read(exchange, saved(tmp_path, "forwarded.eml", outer.as_bytes()))
    assert one.state is FileState.READY


def test_what_came_in_a_mail_keeps_every_byte(tmp_path):
    for seed in range(20):
        chance = random.Random(seed)
        content = START + chance.randbytes(chance.randint(200, 40_000))
        for cte in ("base64", "quoted-printable"):
            text = mail(("a.fieldsync", content), ("b.fieldsync", content), cte=cte)
            for ending in (b"\n", b"\r\n"):
                path = saved(tmp_path, "mail.eml", text.replace(b"\n", ending))
                assert list(pieces_of(path)) == [("a.fieldsync", content), ("b.fieldsync", content)]


def test_a_mail_without_an_attachment_says_that_it_is_one(exchange, tmp_path):
    (one,) = read(exchange, saved(tmp_path, "mail.eml", mail()))
    assert (one.name, one.code) == ("mail.eml", "in_a_mail")


def test_a_part_of_outlook_is_named(exchange, tmp_path):
    text = mail(("winmail.dat", b"\x78\x9f\x3e\x22" + bytes(400)))
    (one,) = read(exchange, saved(tmp_path, "mail.eml", text))
    assert (one.name, one.code) == ("mail.eml: winmail.dat", "in_outlook_mail")


def test_an_archive_in_an_archive_is_not_opened(tmp_path):
    inner = zipped(tmp_path / "inner.zip", ("one.fieldsync", b"x")).read_bytes()
    path = zipped(tmp_path / "outer.zip", ("inner.zip", inner), ("mail.eml", mail(("a", b"x"))))
    assert told(path) == [("inner.zip", "nested_archive"), ("mail.eml", "nested_archive")]
    assert told(saved(tmp_path, "mail.eml", mail(("inner.zip", inner)))) == [("inner.zip", "nested_archive")]


def test_what_lies_behind_a_password_is_said(tmp_path):
    path = zipped(tmp_path / "a.zip", ("one.fieldsync", b"FLDSYNC\x01" + bytes(200)))
    content = bytearray(path.read_bytes())
    for sign, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        content[content.index(sign) + at] |= 1
    path.write_bytes(content)
    assert told(path) == [("one.fieldsync", "locked_archive")]


def test_a_document_of_an_office_program_is_no_archive_of_sync_files(exchange, tmp_path):
    path = zipped(tmp_path / "list.xlsx", ("[Content_Types].xml", b"<x/>"), ("xl/a.xml", b"<x/>"))
    (one,) = read(exchange, path)
    assert (one.name, one.code) == ("list.xlsx", "not_a_sync_file")


def test_a_bomb_is_refused_at_once_and_without_memory(tmp_path):
    path = zipped(tmp_path / "bomb.zip", *((f"{n}.fieldsync", START + bytes(30 << 20)) for n in range(4)))
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    assert told(path) == [(f"{n}.fieldsync", "too_big") for n in range(4)]
    assert time.monotonic() - began < 5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1024


def test_entries_that_share_their_bytes_end_with_the_budget(tmp_path, monkeypatch):
    monkeypatch.setattr(unpacking, "_SPARE", 1 << 20)
    path = zipped(tmp_path / "many.zip", *((f"{n}", START + bytes(900_000)) for n in range(5)))
    codes = [said for _, said in told(path)]
    assert codes[0] == len(START) + 900_000
    assert set(codes[1:]) == {"too_big"}


def test_too_many_entries_are_too_many(tmp_path, monkeypatch):
    monkeypatch.setattr(unpacking, "MOST_PIECES", 3)
    path = zipped(tmp_path / "a.zip", *((f"{n}.png", PNG) for n in range(4)))
    assert told(path) == [("", "too_big")]


def test_a_list_of_entries_that_is_too_long_is_not_read(tmp_path):
    path = zipped(tmp_path / "a.zip", ("one.png", PNG))
    content = bytearray(path.read_bytes())
    at = content.rindex(b"PK\5\6")
    content[at + 12 : at + 16] = (3 << 20).to_bytes(4, "little")
    path.write_bytes(content)
    assert told(path) == [("", "too_big")]


def test_of_a_zip_that_is_damaged_what_is_whole_is_read_and_the_rest_named(exchange, sent, tmp_path):
    content = sent.read_bytes()
    path = zipped(tmp_path / "a.zip", ("one.fieldsync", content), ("two.fieldsync", content), method=0)
    whole = bytearray(path.read_bytes())
    whole[whole.index(b"FLDSYNC") + len(content) // 2] ^= 1
    path.write_bytes(whole)
    damaged, good = read(exchange, path)
    assert (damaged.name, damaged.state, damaged.code) == (
        "a.zip: one.fieldsync",
        FileState.REFUSED,
        "bad_archive",
    )
    assert damaged.said[0].msgid == "This archive or mail is damaged here."
    assert (good.name, good.state) == ("a.zip: two.fieldsync", FileState.READY)


BAD_ARCHIVES = {
    "a ZIP whose list at the end is missing": lambda folder: saved(
        folder, "a.zip", zipped(folder / "a.zip", ("one.fieldsync", START)).read_bytes()[:-22]
    ),
    "a ZIP that is cut in the middle": lambda folder: saved(
        folder, "a.zip", zipped(folder / "a.zip", ("one.fieldsync", os.urandom(900))).read_bytes()[:500]
    ),
    "a ZIP packed as only others can": lambda folder: zipped(
        folder / "a.zip", ("one.fieldsync", START), method=zipfile.ZIP_LZMA
    ),
    "a mail that lost a letter of its attachment": lambda folder: saved(
        folder, "mail.eml", mail(("one.fieldsync", START + bytes(300))).replace(b"AAAA\n", b"AAA\n", 1)
    ),
}


@pytest.mark.parametrize("what", BAD_ARCHIVES)
def test_what_is_damaged_as_a_whole_is_named_as_that(exchange, tmp_path, what):
    (one,) = read(exchange, BAD_ARCHIVES[what](tmp_path))
    assert (one.state, one.code) == (FileState.REFUSED, "bad_archive")


def test_every_broken_zip_ends_in_words(tmp_path):
    whole = zipped(tmp_path / "a.zip", ("one.fieldsync", os.urandom(300)), ("b.png", PNG)).read_bytes()
    chance = random.Random(1)
    for at in range(4, len(whole)):
        broken = bytearray(whole[: at if chance.random() < 0.3 else len(whole)])
        broken[min(at, len(broken) - 1)] ^= 1 << chance.randrange(8)
        path = saved(tmp_path, "broken.zip", bytes(broken))
        for _, said in told(path) if pieces_of(path) else ():
            assert isinstance(said, str | int)


def test_every_broken_mail_ends_in_words(tmp_path):
    whole = mail(("one.fieldsync", os.urandom(300)), ("b.png", PNG))
    for at in range(200, len(whole), 3):
        path = saved(tmp_path, "broken.eml", whole[:at] + b"\xff" + whole[at + 2 :])
        for _, said in told(path) if pieces_of(path) else ():
            assert isinstance(said, str | int)


def test_a_mail_of_nothing_but_fields_takes_no_time(tmp_path):
    fields = b"Content-Transfer-Encoding: base64\nContent-Type: a; name=x\n"
    path = saved(tmp_path, "mail.eml", b"Received: x\nFrom: y\n" + fields * 300_000)
    began = time.monotonic()
    assert len(told(path)) <= 300_000
    assert time.monotonic() - began < 20


def test_a_pipe_a_folder_and_a_link_are_not_waited_for(exchange, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(tmp_path / "pipe")
    for name in ("pipe", "link"):
        (one,) = read(exchange, tmp_path / name)
        assert one.code == "not_a_sync_file"


def test_names_keep_only_their_last_part():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("C:\\a\\b\u202e.png", PNG)
        archive.writestr("/etc/passwd", PNG)
    assert [unpacking._plain_name(name) for name in ("C:\\a\\b\u202e.png", "/etc/passwd", "")] == [
        "b.png",
        "passwd",
        "?",
    ]
