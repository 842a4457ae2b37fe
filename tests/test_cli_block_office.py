"""A block office at the command line."""

import json
import shutil

from fieldapp.cli import main
from fieldapp.domain.fields import Name
from fieldapp.homes import new_centre_from_pack
from tests.sync.exchange import CSC_ID, KASMAR, Side
from tests.sync.test_block_office import OTHER, Block


def test_a_pack_for_a_block_office_and_files_carried_on(tmp_path, capsys):
    played = Block(tmp_path)
    played.centre.start()
    batch = played.centre.outbox.make(played.centre.actor).parts[0].path
    played.close()
    hq, block, out = str(tmp_path / "hq"), str(tmp_path / "block"), tmp_path / "out"
    out.mkdir()
    assert main(["import", "--home", block, str(batch)]) == 0
    capsys.readouterr()
    assert main(["hq", "forward", "--home", block, "--to", str(out), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["on"], told["off"], len(told["files"])) == ({CSC_ID: 1}, [], 1)
    assert (out / told["files"][0]).read_bytes() == batch.read_bytes()
    assert main(["hq", "forward", "--home", hq, "--to", str(out)]) == 1
    made = ["hq", "pack", "--home", hq, "--office", KASMAR.key.removeprefix("block:"), "--to", str(out)]
    assert main(made) == 0
    assert main([*made, "--centre", CSC_ID]) == 1


def test_one_stick_brings_batches_and_receipts_to_a_block_office_and_takes_others_along(tmp_path, capsys):
    played = Block(tmp_path)
    played.centre.start()
    batch = played.centre.outbox.make(played.centre.actor).parts[0].path
    shutil.copy(batch, played.stick)
    played.hq.inbox.import_all(played.hq.actor, [batch])
    receipts = played.hq.receipts.make(played.hq.actor, played.stick)
    played.close()
    block, centre, out = str(tmp_path / "block"), str(tmp_path / "centre"), tmp_path / "out"
    out.mkdir()
    assert main(["import", "--home", block, str(played.stick), "--json", "--lang", "en"]) == 0
    told, said = capsys.readouterr()
    done = json.loads(told)
    assert [one["state"] for one in done["files"]] == ["IMPORTED"]
    assert sorted((one["state"], one["carried"]) for one in done["received"]) == [
        ("OTHERS", True),
        ("TAKEN", False),
    ]
    assert "kept, unopened, for the next stick" in said
    assert main(["stick", "--home", block, str(out), "--json"]) == 0
    put = json.loads(capsys.readouterr().out)
    assert (put["files"], put["copied"]) == ([], [])
    (carried,) = [one.path for one in receipts if one.centre.csc_id == CSC_ID]
    assert carried.read_bytes() in [(out / name).read_bytes() for name in put["carried"]]
    shutil.copy(batch, out)
    assert main(["import", "--home", str(tmp_path / "hq"), str(out)]) == 0
    capsys.readouterr()
    assert main(["stick", "--home", centre, str(out), "--json"]) == 0
    taken = json.loads(capsys.readouterr().out)
    assert {one["state"] for one in taken["received"]} == {"TAKEN"}


def test_a_pack_beside_batches_is_recognised_and_a_damaged_receipt_is_something_that_went_wrong(
    tmp_path, capsys
):
    played = Block(tmp_path)
    made = played.hq.enrolment.make_pack(played.hq.actor, played.office.number, played.stick)
    played.centre.start()
    batch = played.centre.outbox.make(played.centre.actor).parts[0].path
    played.hq.inbox.import_all(played.hq.actor, [batch])
    down = tmp_path / "down"
    shutil.rmtree(down)
    down.mkdir()
    receipts = played.hq.receipts.make(played.hq.actor, down)
    own = next(one.path for one in receipts if one.centre.csc_id != CSC_ID)
    played.close()
    block = str(tmp_path / "block")
    assert main(["import", "--home", block, str(played.stick), "--lang", "en"]) == 0
    said = capsys.readouterr().err
    assert f"{made.path.name}: Pack of head office: its six words are needed." in said
    assert "was taken" not in said
    content = bytearray(own.read_bytes())
    content[-40] ^= 1
    own.write_bytes(content)
    for verb in ("import", "receive"):
        assert main([verb, "--home", block, str(down), "--json"]) == 1
        found = json.loads(capsys.readouterr().out)
        states = [one["state"] for one in found["received" if verb == "import" else "files"]]
        assert sorted(states) == ["OTHERS", "REFUSED"]


def test_a_file_that_must_wait_at_a_block_office_says_for_what(tmp_path, capsys):
    played = Block(tmp_path)
    known = played.hq.enrolment.register_centre(played.hq.actor, OTHER, Name("", "Khairachatar"), KASMAR.key)
    pack = played.hq.enrolment.make_pack(played.hq.actor, known.number, tmp_path)
    new = Side(new_centre_from_pack(tmp_path / "new", pack.path, pack.words, practice=True))
    new.start()
    batch = new.outbox.make(new.actor).parts[0].path
    new.home.close()
    played.close()
    assert main(["import", "--home", str(tmp_path / "block"), str(batch), "--lang", "en"]) == 1
    said = capsys.readouterr().err
    assert "Head office has not told this office about this computer yet." in said
    assert "Carry it on to head office." in said
