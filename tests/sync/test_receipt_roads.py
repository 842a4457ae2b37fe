"""The roads receipts take back: a folder a block, mails, archives, and neighbours who carry them unopened."""

import email
import io
import os
import resource
import tracemalloc
import zipfile
from collections import Counter
from collections.abc import Iterator
from email.policy import default
from pathlib import Path

import pytest

from fieldapp.domain import canonical
from fieldapp.domain.errors import EnvironmentProblem, InvalidInput
from fieldapp.sync.batches import README
from fieldapp.sync.container import MAX_BODY, PREFIX_LENGTH, Prefix
from fieldapp.sync.keys import NodeKeys
from fieldapp.sync.packs import PackMade
from fieldapp.sync.receipt_bundles import Road
from fieldapp.sync.receipt_lines import ReceiptLine, section
from fieldapp.sync.received import ReceivedState
from fieldapp.sync.registry import Contact
from fieldapp.sync.stick import go_round
from fieldapp.sync.sync_file import SUFFIX, Header, Kind, Manifest, write
from tests.sync.exchange import CSC_ID, Side
from tests.sync.hostile import PRACTICE
from tests.sync.samples import cover, forge
from tests.sync.two_centres import SECOND, TwoCentres, joined


@pytest.fixture
def exchange(template, tmp_path) -> Iterator[TwoCentres]:
    """Two centres whose first batches have been imported, so that both are due a receipt."""
    found = joined(template, tmp_path)
    for side in (found.centre, found.second):
        side.start()
    found.bring(found.centre, found.second)
    yield found
    found.close()


def made(exchange: TwoCentres, folder: Path, road: Road):
    folder.mkdir()
    return exchange.hq.receipts.make(exchange.hq.actor, folder, road=road)


def states(side: Side, *paths: Path) -> list[ReceivedState]:
    return sorted(one.state for one in side.receipts.receive(side.actor, paths))


def waits(side: Side) -> int:
    return side.services.overview.sync(side.actor).not_received


def test_a_bundle_is_a_folder_of_its_block_that_says_whom_it_is_for(exchange, tmp_path):
    found = made(exchange, tmp_path / "out", Road.BLOCKS)
    (folder,) = (tmp_path / "out").iterdir()
    assert folder.name == "Kasmar-block-322-3069"
    assert {one.path.parent for one in found} == {folder}
    said = (folder / README).read_text("utf-8-sig")
    assert all(f"{one.centre.csc_id}  {one.centre.name_hi}" in said for one in found)
    assert all(one.path.name in said for one in found)


def test_a_cancelled_run_gives_those_it_wrote_and_explains_them_and_the_others_stay_due(exchange, tmp_path):
    (tmp_path / "out").mkdir()
    hq = exchange.hq
    (one,) = hq.receipts.make(hq.actor, tmp_path / "out", road=Road.BLOCKS, cancel=lambda: True)
    assert one.path.name in (one.path.parent / README).read_text("utf-8-sig")
    assert hq.receipts.due(hq.actor) == 1


def test_a_home_takes_its_own_of_a_bundle_and_brings_the_others_on_its_next_stick(exchange, tmp_path):
    made(exchange, tmp_path / "out", Road.BLOCKS)
    assert states(exchange.centre, tmp_path / "out") == [ReceivedState.OTHERS, ReceivedState.TAKEN]
    stick = tmp_path / "another stick"
    stick.mkdir()
    centre = exchange.centre
    done = go_round(centre.actor, stick, centre.outbox, centre.receipts)
    assert len(done.carried) == 1
    assert waits(exchange.second) == 1
    assert states(exchange.second, stick) == [ReceivedState.TAKEN]
    assert waits(exchange.second) == 0


def test_what_lies_on_the_stick_already_is_not_put_there_again(exchange, tmp_path):
    made(exchange, tmp_path / "out", Road.FILES)
    centre = exchange.centre
    for _ in range(2):
        done = go_round(centre.actor, tmp_path / "out", centre.outbox, centre.receipts)
        assert done.carried == ()
    assert len(centre.receipts.carried.files()) == 1


def test_of_each_computer_the_two_that_came_last_are_carried(exchange, tmp_path):
    for n in range(4):
        exchange.second.start()
        exchange.bring(exchange.second)
        made(exchange, tmp_path / str(n), Road.FILES)
        states(exchange.centre, tmp_path / str(n))
    kept = exchange.centre.receipts.carried.files()
    assert sorted(int(path.name.split("-")[2]) for path in kept) == [3, 4]


def test_what_no_known_office_has_signed_is_not_carried(exchange, tmp_path):
    found = made(exchange, tmp_path / "out", Road.FILES)
    one = next(one for one in found if one.centre.csc_id == SECOND.csc_id)
    content = bytearray(one.path.read_bytes())
    content[80] ^= 1
    one.path.write_bytes(content)
    assert states(exchange.centre, one.path) == [ReceivedState.REFUSED]
    assert exchange.centre.receipts.carried.files() == ()


def test_a_mail_draft_goes_to_the_registered_address_with_the_receipt_in_it(exchange, tmp_path):
    exchange.hq.enrolment.change_contact(exchange.hq.actor, 1, Contact("", "", "kasmar@example.org"))
    found = made(exchange, tmp_path / "out", Road.MAILS)
    assert {one.centre.csc_id: one.mail for one in found} == {CSC_ID: "kasmar@example.org", SECOND.csc_id: ""}
    assert {path.suffix for path in (tmp_path / "out").iterdir()} == {".eml"}
    own = next(one for one in found if one.mail)
    mail = email.message_from_bytes(own.path.read_bytes(), policy=default)
    assert (mail["To"], mail["X-Unsent"]) == ("kasmar@example.org", "1")
    text = mail.get_body().get_content()
    assert f"संलग्न फ़ाइल {CSC_ID} के लिए मुख्यालय की पावती 1 है।" in text
    assert f"receipt 1 of head office for {CSC_ID}." in text
    assert states(exchange.centre, own.path) == [ReceivedState.TAKEN]
    assert waits(exchange.centre) == 0


def test_a_receipt_is_taken_out_of_an_archive_and_the_others_in_it_are_carried(exchange, tmp_path):
    found = made(exchange, tmp_path / "out", Road.FILES)
    with zipfile.ZipFile(tmp_path / "receipts.zip", "w") as archive:
        for one in found:
            archive.write(one.path, one.path.name)
        archive.writestr("photo.jpg", b"\xff\xd8\xff\xe0" + bytes(900))
    got = exchange.centre.receipts.receive(exchange.centre.actor, [tmp_path / "receipts.zip"])
    assert sorted((one.state, one.code) for one in got) == [
        (ReceivedState.OTHERS, "not_for_this_computer"),
        (ReceivedState.REFUSED, "not_a_sync_file"),
        (ReceivedState.TAKEN, ""),
    ]
    assert any(one.name == f"receipts.zip: {found[0].path.name}" for one in got)
    assert waits(exchange.centre) == 0
    assert len(exchange.centre.receipts.carried.files()) == 1


def test_a_pack_in_an_archive_is_laid_apart_until_its_words_have_come(exchange, tmp_path):
    pack = exchange.hq.enrolment.make_pack(exchange.hq.actor, 1, tmp_path)
    with zipfile.ZipFile(tmp_path / "pack.zip", "w") as archive:
        archive.write(pack.path, pack.path.name)
    centre = exchange.centre
    (found,) = centre.receipts.receive(centre.actor, [tmp_path / "pack.zip"])
    assert (found.state, found.name) == (ReceivedState.PACK, f"pack.zip: {pack.path.name}")
    assert found.path.read_bytes() == pack.path.read_bytes()
    with pytest.raises(InvalidInput):
        centre.enrolment.take_pack(centre.actor, found.path, "one two three four five six")
    centre.enrolment.take_pack(centre.actor, found.path, pack.words)
    assert not found.path.exists()
    assert pack.path.exists()


def packed(exchange, folder: Path, count: int) -> list[PackMade]:
    """Packs of the centre's further computers, in one archive."""
    packs = [exchange.hq.enrolment.make_pack(exchange.hq.actor, 1, folder) for _ in range(count)]
    with zipfile.ZipFile(folder / "packs.zip", "w") as archive:
        for one in packs:
            archive.write(one.path, one.path.name)
    return packs


def test_taking_one_of_two_packs_of_an_archive_leaves_the_other_until_a_later_start(exchange, tmp_path):
    packs, centre = packed(exchange, tmp_path, 2), exchange.centre
    first, other = centre.receipts.receive(centre.actor, [tmp_path / "packs.zip"])
    centre.enrolment.take_pack(centre.actor, first.path, packs[0].words)
    assert not first.path.exists()
    centre.enrolment.take_pack(centre.actor, other.path, packs[1].words)
    assert not other.path.exists()
    centre.receipts.receive(centre.actor, [tmp_path / "packs.zip"])
    letter = first.path.parent / "mail.fieldsync"
    letter.write_bytes(b"kept")
    centre.receipts.tidy()
    assert list(letter.parent.iterdir()) == [letter]


def test_where_there_is_no_room_to_lay_a_pack_apart_that_is_said(exchange, tmp_path):
    packed(exchange, tmp_path, 1)
    centre, before = exchange.centre, resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    try:
        with pytest.raises(EnvironmentProblem) as trouble:
            centre.receipts.receive(centre.actor, [tmp_path / "packs.zip"])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert trouble.value.code == "disk_full"
    assert list((centre.home.home.folder / "inbox").iterdir()) == []


def of_others(exchange: TwoCentres, folder: Path, count: int) -> list[Path]:
    """Receipts of head office for computers that nobody here has ever met."""
    keys, found = exchange.hq.home.keys, []
    for n in range(count):
        reader = NodeKeys.generate()
        said = section("receipt", ReceiptLine(node=reader.key_id))
        header = Header(app="x", node=keys.key_id, schema=1, min_reader=1, part=1, of=1, batch=1)
        manifest = Manifest(schema=1, min_reader=1, count=1, counts={"receipt": 1})
        placed = write(
            folder / f"receipt {n:04}{SUFFIX}", Kind.RECEIPT, header, manifest, [said],
            signer=keys, recipients=(reader.public.age,), practice=True,
        )  # fmt: skip
        found.append(placed.path)
    return found


def test_of_a_stick_full_of_receipts_ones_own_is_taken_and_each_of_the_others_is_handled_once(
    exchange, tmp_path, monkeypatch
):
    """However many lie on it: no folder is looked through again and the disk is not waited for."""
    folder = tmp_path / "out"
    made(exchange, folder, Road.FILES)
    others = of_others(exchange, folder, 150)
    done: Counter[str] = Counter()

    def counted(name):
        real = getattr(os, name)

        def call(*given, **named):
            done[name] += 1
            return real(*given, **named)

        monkeypatch.setattr(os, name, call)

    for name in ("fsync", "scandir", "listdir"):
        counted(name)
    found = exchange.centre.receipts.receive(exchange.centre.actor, [folder])
    monkeypatch.undo()
    assert Counter(one.state for one in found) == {ReceivedState.TAKEN: 1, ReceivedState.OTHERS: 151}
    assert waits(exchange.centre) == 0
    assert done.total() < 10
    carried = exchange.centre.receipts.carried
    assert len(carried.files()) == 151
    spoilt = carried.files()[7]
    spoilt.write_bytes(spoilt.read_bytes()[:-1])  # as a power cut may leave it
    stick = tmp_path / "another stick"
    stick.mkdir()
    assert len(carried.put_on(stick)) == 150
    assert not spoilt.exists()
    assert {path.read_bytes() for path in stick.iterdir()} <= {path.read_bytes() for path in folder.iterdir()}
    assert len(others) == 150


def of_strangers(exchange: TwoCentres, folder: Path, count: int) -> None:
    """Receipts of head office for that many computers, as far as anybody can see from outside."""
    keys = exchange.hq.home.keys
    for n in range(count):
        reader = os.urandom(16).hex()
        header = cover(node=keys.key_id, batch=n + 1, recipients=[reader])
        content = forge(header=canonical.encode(header), body=b"sealed", kind=2, flags=PRACTICE, signer=keys)
        (folder / f"receipt {n:04}{SUFFIX}").write_bytes(content)


def test_of_three_thousand_receipts_each_is_opened_once_and_ones_own_is_taken(
    exchange, tmp_path, monkeypatch
):
    folder, opened = tmp_path / "out", Counter[Path]()
    (own,) = (one.path for one in made(exchange, folder, Road.FILES) if one.centre.csc_id == CSC_ID)
    of_strangers(exchange, folder, 2998)

    def counting(opens):
        def call(path, *given, **named):
            opened[path] += 1
            return opens(path, *given, **named)

        return call

    for room in (os, io):  # what every way to open a file by its path comes down to
        monkeypatch.setattr(room, "open", counting(room.open))
    found = exchange.centre.receipts.receive(exchange.centre.actor, [folder])
    monkeypatch.undo()
    assert Counter(one.state for one in found) == {ReceivedState.TAKEN: 1, ReceivedState.OTHERS: 2999}
    assert {one.code for one in found if one.state is ReceivedState.OTHERS} == {"not_for_this_computer"}
    assert waits(exchange.centre) == 0
    times = {path: opened[path] for path in folder.iterdir()}
    assert times.pop(own) <= 2  # looked at, and taken
    assert set(times.values()) == {1}
    assert len(exchange.centre.receipts.carried.files()) == 2999


def test_all_that_lies_on_a_stick_is_never_in_memory_at_once(exchange, tmp_path):
    """Batches of centres that are as large as they may be, and no receipt among them."""
    folder = tmp_path / "out"
    folder.mkdir()
    (one,) = exchange.second.outbox.make(exchange.second.actor).parts
    content = one.path.read_bytes()
    large = Prefix.unpack(content)._replace(body_length=MAX_BODY).pack() + content[PREFIX_LENGTH:]
    for n in range(6):
        (folder / f"{n}{SUFFIX}").write_bytes(large.ljust(MAX_BODY, b"x"))
    tracemalloc.start()
    found = exchange.centre.receipts.receive(exchange.centre.actor, [folder])
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert {one.state for one in found} == {ReceivedState.REFUSED}
    assert most < 3.5 * MAX_BODY
