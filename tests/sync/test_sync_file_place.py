"""Names, sticks and disks: nothing half under a final name, nothing overwritten, nothing believed unread."""

import errno
import hashlib
import os
import re
import resource

import pytest

from fieldapp.domain.errors import EnvironmentProblem, SyncFileRefused
from fieldapp.sync.sync_file import copy_verified, file_name, read_file
from fieldapp.sync.sync_file_place import code_of, patiently, read_past_cache, speaking_of
from tests.sync.samples import record_line, write

NAME = "CENTRE-A_0042_1of1_2026-11-20.fieldsync"


@pytest.fixture
def stick(tmp_path):
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


@pytest.fixture
def source(tmp_path):
    return write(tmp_path, [record_line()]).path


def left_in(folder):
    return sorted(path.name for path in folder.iterdir())


# ------------------------------------------------- names


def test_a_name_says_who_which_part_and_when():
    assert file_name("CENTRE-A", 42, 1, 1, "2026-11-20") == NAME


@pytest.mark.parametrize("stem", ["चास केंद्र", "a/b\\c:d*e?", "x" * 300, "..", "CON", "100000000015-A", ""])
def test_a_name_is_ascii_short_and_bearable_for_fat(stem):
    name = file_name(stem, 123456, 12, 99, "2026-11-20")
    assert re.fullmatch(r"[A-Za-z0-9-]*_123456_12of99_2026-11-20\.fieldsync", name)
    assert len(name) <= 64 - len("_bb")


# ------------------------------------------------- to the stick


def test_a_copy_is_verified_and_reported(source, stick):
    placed = copy_verified(source, stick, NAME)
    assert placed.path == stick / NAME
    assert placed.path.read_bytes() == source.read_bytes()
    assert placed.sha256 == hashlib.sha256(source.read_bytes()).hexdigest()
    assert placed.size == source.stat().st_size
    assert left_in(stick) == [NAME]


def test_the_same_file_is_not_copied_twice(source, stick):
    (stick / NAME).write_bytes(b"another file of that name")
    first = copy_verified(source, stick, NAME)
    assert first.path.name == NAME.replace(".fieldsync", "_b.fieldsync")
    assert copy_verified(source, stick, NAME) == first
    assert (stick / NAME).read_bytes() == b"another file of that name"
    assert len(left_in(stick)) == 2


def test_names_go_on_beyond_z(source, stick):
    for number in range(30):
        source.write_bytes(b"%d" % number)
        copy_verified(source, stick, NAME)
    assert len(left_in(stick)) == 30
    assert (stick / NAME.replace(".fieldsync", "_be.fieldsync")).read_bytes() == b"29"


def test_a_stick_that_did_not_keep_the_file_is_found_out(source, stick):
    def forgetful(path):
        yield bytes(path.stat().st_size)

    with pytest.raises(EnvironmentProblem) as failed:
        copy_verified(source, stick, NAME, read_back=forgetful)
    assert failed.value.code == "not_kept"
    assert left_in(stick) == []


def test_a_stick_pulled_while_it_is_read_again_leaves_no_file_under_the_name(source, stick):
    def pulled(path):
        yield path.read_bytes()[:10]
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with pytest.raises(EnvironmentProblem) as failed:
        copy_verified(source, stick, NAME, read_back=pulled)
    assert failed.value.code == "stick_gone"
    assert failed.value.title.args == {"place": str(stick)}
    assert left_in(stick) == []


def test_a_full_stick_is_said_and_keeps_nothing(source, stick):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    try:
        with pytest.raises(EnvironmentProblem) as failed:
            copy_verified(source, stick, NAME)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert failed.value.code == "disk_full"
    assert left_in(stick) == []


def test_a_stick_that_is_gone_is_said(source, stick):
    with pytest.raises(EnvironmentProblem) as failed:
        copy_verified(source, stick / "gone", NAME)
    assert failed.value.code == "stick_gone"
    with pytest.raises(EnvironmentProblem) as failed:
        copy_verified(source.with_name("gone"), stick, NAME)
    assert failed.value.title.args == {"place": str(source.parent)}


def test_a_half_file_of_an_earlier_fault_is_replaced(source, stick):
    (stick / f"{NAME}.part").write_bytes(b"half")
    copy_verified(source, stick, NAME)
    assert left_in(stick) == [NAME]


def test_a_link_that_somebody_left_on_the_stick_is_never_written_through(source, stick, tmp_path):
    precious = tmp_path / "precious"
    precious.write_bytes(b"precious")
    (stick / f"{NAME}.part").symlink_to(precious)
    (stick / NAME).symlink_to(tmp_path / "nowhere")
    placed = copy_verified(source, stick, NAME)
    assert placed.path.name == NAME.replace(".fieldsync", "_b.fieldsync")
    assert precious.read_bytes() == b"precious"
    assert not (tmp_path / "nowhere").exists()


def test_a_file_larger_than_a_piece_is_read_back_whole(tmp_path):
    path = tmp_path / "large"
    path.write_bytes(os.urandom(3_000_000))
    assert b"".join(read_past_cache(path)) == path.read_bytes()


# ------------------------------------------------- what the system says


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "disk_full"),
        (errno.EDQUOT, "disk_full"),
        (errno.EFBIG, "disk_full"),
        (errno.EROFS, "read_only"),
        (errno.EACCES, "read_only"),
        (errno.ENOENT, "stick_gone"),
        (errno.EIO, "stick_gone"),
        (errno.ENODEV, "stick_gone"),
        (errno.EBUSY, "busy"),
        (errno.EMFILE, ""),
    ],
)
def test_the_systems_words_become_ours(number, code, tmp_path):
    error = OSError(number, os.strerror(number))
    assert code_of(error) == code
    with pytest.raises(EnvironmentProblem if code else OSError) as raised, speaking_of(tmp_path):
        raise error
    if code:
        assert (raised.value.code, raised.value.title.args) == (code, {"place": str(tmp_path)})


@pytest.mark.parametrize(
    ("number", "code"), [(112, "disk_full"), (19, "read_only"), (21, "stick_gone"), (32, "busy")]
)
def test_windows_is_asked_for_its_finer_words(number, code):
    error = PermissionError(errno.EACCES, "denied")
    error.winerror = number
    assert code_of(error) == code


def test_a_file_that_a_virus_scanner_holds_is_tried_again():
    calls = []

    def busy_twice():
        calls.append(1)
        if len(calls) < 3:
            raise PermissionError(errno.EACCES, "in use")

    patiently(busy_twice, patience=(0, 0, 0))
    assert len(calls) == 3
    calls.clear()
    with pytest.raises(PermissionError):
        patiently(busy_twice, patience=(0,))


# ------------------------------------------------- from the stick


def test_a_sync_file_is_read_whole(source):
    assert read_file(source) == source.read_bytes()


def test_folders_links_and_pipes_are_not_opened(source, stick):
    os.mkfifo(stick / "pipe.fieldsync")
    (stick / "folder.fieldsync").mkdir()
    (stick / "link.fieldsync").symlink_to(source)
    (stick / "device.fieldsync").symlink_to("/dev/zero")
    for name in left_in(stick):
        with pytest.raises(SyncFileRefused) as refused:
            read_file(stick / name)
        assert refused.value.code == "not_a_sync_file"


def test_a_file_that_is_gone_and_an_empty_one_are_told_apart(stick):
    with pytest.raises(EnvironmentProblem) as failed:
        read_file(stick / "gone.fieldsync")
    assert failed.value.code == "stick_gone"
    (stick / "empty.fieldsync").touch()
    with pytest.raises(SyncFileRefused) as refused:
        read_file(stick / "empty.fieldsync")
    assert refused.value.code == "empty_file"


def test_a_name_that_cannot_be_opened_is_unreadable(stick):
    with pytest.raises(SyncFileRefused) as refused:
        read_file(stick / ("x" * 300))
    assert refused.value.code == "unreadable"


def test_of_a_huge_file_no_more_is_read_than_a_sync_file_can_have(source, stick):
    huge = stick / "huge.fieldsync"
    huge.write_bytes(source.read_bytes())
    os.truncate(huge, 1 << 34)
    assert len(read_file(huge)) < 33 << 20
    (stick / "other").write_bytes(b"%PDF")
    os.truncate(stick / "other", 1 << 34)
    with pytest.raises(SyncFileRefused) as refused:
        read_file(stick / "other")
    assert refused.value.code == "not_a_sync_file"
