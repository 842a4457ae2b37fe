"""A computer takes another's place, by the command line alone."""

import json

from fieldapp.cli import main
from tests.sync.exchange import CSC_ID, Exchange, make_template


def said(capsys):
    """What the last command with --json told."""
    decoder, text, found = json.JSONDecoder(), capsys.readouterr().out, {}
    while "{" in text:
        found, end = decoder.raw_decode(text[text.index("{") :])
        text = text[text.index("{") + end :]
    return found


def made_with_a_record(tmp_path):
    make_template(tmp_path)
    exchange = Exchange(tmp_path)
    exchange.centre.start(notes="held")
    exchange.round_trip()
    return exchange


def test_a_copy_goes_on_elsewhere_and_a_late_file_is_let_in(tmp_path, capsys):
    exchange = made_with_a_record(tmp_path)
    exchange.close()
    hq, old, new = (str(tmp_path / name) for name in ("hq", "centre", "new"))
    stick = tmp_path / "stick"
    assert main(["restore", "--home", new, "--from", old, "--json"]) == 0
    fingerprint = said(capsys)["fingerprint"]
    assert main(["restore", "--home", new, "--from", old]) == 1
    assert main(["enrol-request", "--home", new, "--to", str(stick), "--json"]) == 0
    request = said(capsys)["file"]
    assert main(["hq", "enrol", "--home", hq, str(stick / request), "--fingerprint", fingerprint[-4:]]) == 0
    assert main(["hq", "continues", "--home", hq, "--centre", CSC_ID]) == 1  # which of the two?
    assert main(["hq", "continues", "--home", hq, "--centre", CSC_ID, "--letter", "Z"]) == 0
    exchange = Exchange(tmp_path)
    exchange.centre.start()
    late = exchange.send()
    exchange.close()
    assert main(["import", "--home", hq, *map(str, late)]) == 1
    capsys.readouterr()
    assert main(["hq", "let-in", "--home", hq, late[0].name, "--reason", "in use a day longer"]) == 0
    assert main(["import", "--home", hq, *map(str, late), "--json"]) == 0
    assert said(capsys)["totals"]["new"] == 1
    back = [
        "hq",
        "give-back",
        "--home",
        hq,
        "--centre",
        CSC_ID,
        "--letter",
        "B",
        "--to",
        str(stick),
        "--json",
    ]
    assert main(back) == 0
    made = said(capsys)
    assert (made["records"], made["own"], made["letter"]) == (2, 2, "B")
    assert main(["receive", "--home", new, str(stick / made["files"][0]["name"]), "--json"]) == 0
    (taken,) = said(capsys)["files"]
    assert (taken["state"], taken["own"], taken["letter"]) == ("GIVEN_BACK", 2, "B")


def test_a_new_home_takes_pack_and_records_in_one_go(tmp_path, capsys):
    exchange = made_with_a_record(tmp_path)
    exchange.close()
    hq, new = str(tmp_path / "hq"), str(tmp_path / "new")
    down = tmp_path / "down"
    down.mkdir()
    assert main(["centre", "new", "--home", new, "--centre", CSC_ID, "--practice"]) == 0
    assert main(["enrol-request", "--home", new, "--to", str(tmp_path), "--json"]) == 0
    request = said(capsys)
    assert main(["hq", "enrol", "--home", hq, str(tmp_path / request["file"]), "--fingerprint",
                 request["fingerprint"]]) == 0  # fmt: skip
    assert main(["hq", "continues", "--home", hq, "--centre", CSC_ID, "--letter", "Z"]) == 1
    assert (
        main(["hq", "continues", "--home", hq, "--centre", CSC_ID, "--letter", "Z", "--replaces", "A"]) == 0
    )
    capsys.readouterr()
    assert main(["hq", "pack", "--home", hq, "--centre", CSC_ID, "--to", str(down), "--json"]) == 0
    words = tmp_path / "words"
    words.write_text(said(capsys)["packs"][0]["words"])
    assert (
        main(["hq", "give-back", "--home", hq, "--centre", CSC_ID, "--letter", "B", "--to", str(down)]) == 0
    )
    capsys.readouterr()
    assert main(["receive", "--home", new, str(down), "--words-file", str(words), "--json"]) == 0
    states = [one["state"] for one in said(capsys)["files"]]
    assert sorted(states) == ["GIVEN_BACK", "PACK"]
