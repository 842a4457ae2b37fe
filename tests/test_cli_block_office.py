"""A block office at the command line."""

import json

from fieldapp.cli import main
from tests.sync.exchange import CSC_ID, KASMAR
from tests.sync.test_block_office import Block


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
