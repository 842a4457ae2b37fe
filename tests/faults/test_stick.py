"""Sticks that are write-protected, pulled out, hard to read or full of traps; and folders with any name."""

import os
import random
import shutil
import subprocess
import sys
from contextlib import contextmanager
from string import ascii_letters

import pytest

from fieldapp.domain.errors import EnvironmentProblem
from fieldapp.sync.arrived import FileState
from fieldapp.sync.batches import README
from fieldapp.sync.inbox import Counts
from fieldapp.sync.outbox import BatchState
from fieldapp.sync.sync_file_place import copy_verified, read_past_cache
from tests.faults import exchanging
from tests.faults.small_disk import Quota, SmallDisk, small_disk
from tests.forked import started


@pytest.fixture
def stick(tmp_path):
    with small_disk(tmp_path / "usb") as disk:
        yield disk


def protect(stick: SmallDisk | Quota):
    """Turn the switch of the stick; where nothing may be mounted, what nobody but its owner is let do."""
    if isinstance(stick, SmallDisk):
        subprocess.run(["mount", "-o", "remount,ro", str(stick.folder)], check=True)
    else:
        stick.folder.chmod(0o555)


def pull_out(stick: SmallDisk | Quota):
    if isinstance(stick, SmallDisk):
        subprocess.run(["umount", "--lazy", str(stick.folder)], check=True)
    shutil.rmtree(stick.folder)


@pytest.fixture
def pulled(tmp_path):
    """A stick that a test may pull out."""
    with small_disk(tmp_path / "loose") as disk:
        yield disk
        disk.folder.mkdir(exist_ok=True)
        if isinstance(disk, SmallDisk) and not disk.folder.is_mount():
            subprocess.run(["mount", "-t", "tmpfs", "tmpfs", str(disk.folder)], check=True)


def code_of(action) -> str:
    with pytest.raises(EnvironmentProblem) as trouble:
        action()
    return trouble.value.code


def test_a_write_protected_stick_is_said_as_that_and_the_batch_stays_here(exchange, stick):
    exchange.centre.start()
    centre = exchange.centre
    centre.outbox.make(centre.actor)
    protect(stick)
    assert code_of(lambda: centre.outbox.copy_to(centre.actor, 1, stick.folder)) == "read_only"
    assert centre.outbox.batch(centre.actor, 1).state is BatchState.MADE


def test_files_of_a_write_protected_stick_are_imported_and_it_is_as_it_was(exchange, stick):
    exchange.centre.start()
    shutil.copy(exchange.send()[0], stick.folder)
    (stick.folder / "half.fieldsync.part").write_bytes(b"FLDS")
    before = {path.name: path.read_bytes() for path in stick.folder.iterdir()}
    protect(stick)
    assert exchange.deliver(stick.folder).counts == Counts(new=1)
    assert {path.name: path.read_bytes() for path in stick.folder.iterdir()} == before


def test_a_stick_that_is_pulled_out_while_it_is_read_again_is_said_to_be_gone(exchange, pulled):
    exchange.centre.start()
    (part,) = exchange.centre.outbox.make(exchange.centre.actor).parts

    def leaves(path):
        pull_out(pulled)
        yield from read_past_cache(path)

    copying = lambda: copy_verified(part.path, pulled.folder, part.path.name, read_back=leaves)  # noqa: E731
    assert code_of(copying) == "stick_gone"
    assert not pulled.folder.exists()


def test_a_stick_that_is_pulled_out_while_files_are_read_leaves_those_that_were_read(exchange, pulled):
    for _ in range(5):
        exchange.centre.start()
        shutil.copy(exchange.send()[0], pulled.folder)
    seen = []

    def tell(file, _path):
        seen.append(file)
        if len(seen) == 2:
            pull_out(pulled)

    assert (
        code_of(lambda: exchange.hq.inbox.read(exchange.hq.actor, [pulled.folder], tell=tell)) == "stick_gone"
    )
    assert [one.state for one in exchange.hq.inbox.files(exchange.hq.actor)] == [FileState.READY] * 2
    exchange.hq.inbox.import_all(exchange.hq.actor)
    assert len(exchange.hq.services.activities.page(exchange.hq.actor).items) == 2
    exchange.deliver(exchange.stick)
    assert exchange.hq.state_hash() == exchange.centre.state_hash()


@contextmanager
def losing_what_it_takes(stick: SmallDisk | Quota):
    """Its bytes lie on another disk that takes no more: writing goes well, and flushing fails with EIO."""
    if not isinstance(stick, SmallDisk) or stick.kind != "ext4":  # no loop device: refused at once then
        with Quota(stick.folder).leaving(0):
            yield "disk_full"
        return
    image = stick.folder.with_name(f"{stick.folder.name}.ext4")
    subprocess.run(["chattr", "+i", str(image)], check=True)
    try:
        yield "stick_gone"
    finally:
        subprocess.run(["chattr", "-i", str(image)], check=True)


def test_what_a_dying_stick_took_and_lost_is_no_copy_and_the_batch_is_as_it_was(exchange, stick):
    centre = exchange.centre
    centre.start()
    centre.outbox.make(centre.actor)
    with small_disk(stick.folder / "dying") as dying:
        with losing_what_it_takes(dying) as code:
            assert code_of(lambda: centre.outbox.copy_to(centre.actor, 1, dying.folder)) == code
        assert list(dying.folder.glob("*.fieldsync*")) == []
    assert centre.outbox.batch(centre.actor, 1).state is BatchState.MADE
    (copied,) = centre.outbox.copy_to(centre.actor, 1, exchange.stick)
    assert exchange.deliver(copied.path).counts == Counts(new=1)


def test_a_file_that_the_stick_cannot_read_does_not_stop_the_others(exchange):
    """The memory of a process is a file whose first bytes nobody can read: EIO."""
    exchange.centre.start()
    (good,) = exchange.send()
    unreadable = type(good)("/proc/self/mem")
    found = exchange.hq.inbox.read(exchange.hq.actor, [unreadable, good])
    assert [(one.code, one.state) for one in found] == [
        ("unreadable", FileState.REFUSED),
        ("", FileState.READY),
    ]


def test_links_on_a_stick_lead_nowhere(exchange, tmp_path):
    exchange.centre.start()
    (good,) = exchange.send()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    shutil.move(good, elsewhere / "own.fieldsync")
    (exchange.stick / "folder").symlink_to(elsewhere)
    (exchange.stick / "file.fieldsync").symlink_to(elsewhere / "own.fieldsync")
    (exchange.stick / "passwords.fieldsync").symlink_to("/etc/passwd")
    (exchange.stick / "round").symlink_to(exchange.stick)
    found = exchange.hq.inbox.read(exchange.hq.actor, [exchange.stick])
    assert {one.code for one in found} == {"not_a_sync_file"}
    assert len(found) == 4


NAMES = (
    "केंद्र की फ़ाइलें",
    "a b  c",
    "50% #1 & more",
    "☕🫖",
    "trailing.",
    "-rf",
    "CON",
    "%00",
    "<img src=x>",
    "\u202egpj.exe",
    "two\nlines",
    "x" * 200,
    "/".join(["long folder name"] * 20),
)


@pytest.mark.parametrize("name", NAMES)
def test_folders_and_files_may_have_any_name(exchange, name):
    exchange.centre.start()
    folder = exchange.stick / name
    folder.mkdir(parents=True)
    made = exchange.centre.outbox.make(exchange.centre.actor, target=folder)
    (copied,) = made.copies
    strange = copied.path.with_name(name.rpartition("/")[2])
    copied.path.rename(strange)
    done = exchange.deliver(exchange.stick)
    assert (done.counts, done.files[0].code) == (Counts(new=1), "")


SHOWN = {
    "\u202egpj.exe": "\\u202egpj.exe",
    "two\nlines\tof it": "two\\u000alines\\u0009of it",
    "\u2066a\u2069\u200f": "\\u2066a\\u2069\\u200f",
    os.fsdecode(b"caf\xe9"): "caf\\udce9",
    "<img src=x>": "<img src=x>",
    "क्\u200dष": "क्\u200dष",
    "x" * 255: "x" * 255,
}
"""Names, and how they are shown: nothing in them looks like what it is not, and Hindi stays Hindi."""


@pytest.mark.parametrize("name", SHOWN)
def test_a_name_is_shown_for_what_it_is_whether_its_file_is_taken_or_not(exchange, name):
    exchange.centre.start()
    (path,) = exchange.send()
    path.rename(path.with_name(name))
    path.with_name("folder").mkdir()
    (path.parent / "folder" / name).write_bytes(b"no sync file")
    done = exchange.deliver(exchange.stick)
    assert {one.name for one in done.files} == {SHOWN[name]}
    assert {one.state for one in done.files} == {FileState.IMPORTED, FileState.REFUSED}
    assert [one.name for one in exchange.hq.inbox.files(exchange.hq.actor)] == [SHOWN[name]]
    (answer,) = exchange.hq.receipts.make(exchange.hq.actor, exchange.root)
    shutil.rmtree(exchange.stick)
    exchange.stick.mkdir()
    answer.path.rename(exchange.stick / name)
    (taken,) = exchange.centre.receipts.receive(exchange.centre.actor, [exchange.stick])
    assert (taken.name, taken.code) == (SHOWN[name], "")


# ---------------------------------------------------------------- others at work


def test_a_centre_makes_files_while_head_office_on_the_same_computer_imports_from_the_stick(exchange):
    centre, hq = exchange.centre, exchange.hq
    for _ in range(3):
        centre.start()
        exchange.send()
    with started(exchanging.run, "import", hq.folder, exchange.stick) as importer:
        heard = importer.stdout.readline()
        while not importer.ends(0):
            centre.start()
            exchange.send()
        heard += importer.stdout.read()
        assert importer.status == 0
    assert heard.count("imported") >= 3
    done = exchange.deliver(exchange.stick)
    assert {one.code for one in done.files} <= {"", "already_imported", "not_a_sync_file"}
    assert hq.state_hash() == centre.state_hash()
    centre.receipts.apply(centre.actor, exchange.answer())
    assert {one.state for one in centre.outbox.batches(centre.actor)} == {BatchState.RECEIVED}


def while_read(action):
    """Something happens to a file between the look at its first bytes and the reading of the rest."""
    done = []

    def look(frame, event, _argument):
        if event == "call" and frame.f_code.co_name == "unpack" and not done:
            done.append(True)
            action()

    sys.setprofile(look)


@pytest.mark.parametrize("what", ["grows", "changes", "is cut"])
def test_of_a_file_that_changes_while_it_is_read_the_bytes_that_were_read_decide(exchange, what):
    chance = random.Random(what)
    for _ in range(40):  # more than is read ahead
        exchange.centre.start(notes="".join(chance.choices(ascii_letters, k=1500)))
    (path,) = exchange.send()
    whole = path.read_bytes()
    assert len(whole) > 20_000
    others = {
        "grows": whole + b"more",
        "changes": whole[:15_000] + bytes(100) + whole[15_100:],
        "is cut": whole[:9_000],
    }
    while_read(lambda: path.write_bytes(others[what]))
    try:
        (file,) = exchange.hq.inbox.read(exchange.hq.actor, [path])
    finally:
        sys.setprofile(None)
    codes = {"grows": {"trailing_bytes"}, "changes": {"bad_hash"}, "is cut": {"truncated"}}
    assert file.code in codes[what]
    assert exchange.hq.inbox.import_all(exchange.hq.actor).by_state() in ({}, {FileState.REFUSED: 1})
    path.write_bytes(whole)
    assert exchange.deliver(path).counts == Counts(new=40)


def test_days_on_a_stick_count_for_nothing(exchange):
    for seconds in (157_766_400, 4_102_444_800):  # 1975 and 2100, as FAT and its clocks have them
        exchange.centre.start()
        (path,) = exchange.send()
        os.utime(path, (seconds, seconds))
    assert exchange.deliver(exchange.stick).by_state() == {FileState.IMPORTED: 2}


# ---------------------------------------------------------------- while a batch is made


def test_what_changes_while_a_batch_is_made_goes_with_the_next(exchange):
    for _ in range(120):
        record_id = exchange.centre.start()
    changed = []

    def change(_done, _total):
        if not changed:
            changed.append(exchange.centre.edit(record_id, notes="meanwhile"))

    made = exchange.centre.outbox.make(exchange.centre.actor, target=exchange.stick, progress=change)
    exchange.deliver(exchange.stick)
    assert (made.records, exchange.hq.notes(record_id)) == (120, "")
    exchange.deliver(*exchange.send())
    assert exchange.hq.notes(record_id) == "meanwhile"


class Stopped(Exception):
    """Somebody stops it."""


def test_a_batch_that_is_stopped_half_way_leaves_nothing_and_everything_goes_later(exchange):
    for _ in range(120):
        exchange.centre.start()

    def stop(_done, _total):
        raise Stopped

    with pytest.raises(Stopped):
        exchange.centre.outbox.make(exchange.centre.actor, progress=stop)
    assert list(exchange.centre.home.home.outbox.iterdir()) == []
    assert exchange.centre.outbox.batches(exchange.centre.actor) == ()
    assert exchange.deliver(*exchange.send()).counts == Counts(new=120)


def test_a_batch_may_be_copied_to_where_it_lies(exchange):
    exchange.centre.start()
    centre = exchange.centre
    (part,) = centre.outbox.make(centre.actor).parts
    (copied,) = centre.outbox.copy_to(centre.actor, 1, centre.home.home.outbox)
    assert copied.path == part.path
    assert sorted(path.name for path in centre.home.home.outbox.iterdir()) == sorted([part.path.name, README])
