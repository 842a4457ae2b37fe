"""Codes and notes at the command line."""

from fieldapp.cli import main
from tests.sync.exchange import CSC_ID, Exchange, make_template


def test_a_code_and_a_note_go_from_one_home_to_the_other(tmp_path, capsys):
    make_template(tmp_path)
    exchange = Exchange(tmp_path)
    exchange.centre.start()
    exchange.deliver(*exchange.send())
    exchange.close()
    hq, centre = str(tmp_path / "hq"), str(tmp_path / "centre")
    assert main(["receipt-code", "make", "--home", hq, CSC_ID]) == 0
    told = capsys.readouterr().out.split("\t")
    assert told[:2] == [f"{CSC_ID}-A", "1"]
    assert main(["advance-note", "write", "--home", centre, "1"]) == 0
    note = capsys.readouterr().out
    assert main(["advance-note", "check", "--home", hq, note]) == 0
    assert "The check is right" in capsys.readouterr().err
    assert main(["receipt-code", "enter", "--home", centre, *told[2].split()]) == 0
    assert "Batch 1 is received" in capsys.readouterr().err
    assert main(["receipt-code", "enter", "--home", centre, "1234"]) == 1
    assert main(["receipt-code", "make", "--home", hq, "100000000023"]) == 1
