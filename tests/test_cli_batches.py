"""Batches at the command line: a part alone, who took one along, one that is lost, the chit, parked files."""

import json
import random
from pathlib import Path

import pytest

from fieldapp.cli import main
from fieldapp.domain.records import ActionPoint, Attachment
from tests.reports.papers import pdfium_text
from tests.sync.exchange import CSC_ID, Exchange, hand_made, make_template
from tests.sync.test_block_office import Block


@pytest.fixture
def ran(tmp_path, capsys):
    """Runs a command on the centre's home, or on head office's; gives its status and its object."""
    make_template(tmp_path)

    def run(*given: str | Path, home: str = "centre"):
        capsys.readouterr()
        words = [str(one) for one in given]
        status = main([*words, "--home", str(tmp_path / home), "--json", "--lang", "en"])
        return status, json.loads(capsys.readouterr().out)

    return run


@pytest.fixture
def ran_with_two(ran, tmp_path):
    """The same; two sessions of one day wait for head office."""
    exchange = Exchange(tmp_path)
    for n in (1, 2):
        exchange.centre.start(notes=f"session {n}")
    exchange.close()
    return ran


def test_sessions_that_cannot_wait_go_alone_and_again_with_the_next_file(ran_with_two, tmp_path):
    stick = tmp_path / "stick"
    status, done = ran_with_two("export", "--to", stick, "--only", "0002-A")
    assert (status, done["chosen"], done["records"]) == (0, True, 1)
    assert ran_with_two("export", "--to", stick, "--days", "14-01-2017", "14-01-2017")[1]["records"] == 2
    assert (
        ran_with_two("export", "--to", stick, "--days", "15-01-2017", "2017-02-01")[1]["error"]["code"]
        == "no_activity"
    )
    assert ran_with_two("export", "--to", stick, "--only", "0009-A")[1]["error"]["code"] == "no_activity"
    status, done = ran_with_two("export", "--to", stick)
    assert (status, done["chosen"], done["records"]) == (0, False, 2)
    assert [(one["number"], one["chosen"]) for one in ran_with_two("batches")[1]["batches"]] == [
        (3, False),
        (2, True),
        (1, True),
    ]


@pytest.mark.parametrize("limit", ["21MB", "1023KB", "0", "much"])
def test_a_file_is_of_one_to_twenty_megabytes(ran_with_two, tmp_path, limit):
    with pytest.raises(SystemExit) as left:
        ran_with_two("export", "--to", tmp_path / "stick", "--limit", limit)
    assert left.value.code == 2
    for good in ("1MB", "20MB"):
        assert ran_with_two("export", "--to", tmp_path / "stick", "--full", "--limit", good)[0] == 0


@pytest.mark.parametrize(("asked", "files"), [((), 3), (("--limit", "20MB"), 2)])
def test_more_than_a_mail_takes_becomes_several_files_unless_more_is_asked_for(ran, tmp_path, asked, files):
    """Records are one file; eight photographs of 690 KB fit in one of 20 MB, or in two of 5 MB."""
    exchange = Exchange(tmp_path)
    side = exchange.centre
    noise = [random.Random(n).randbytes(690_000) for n in range(8)]
    kept = tuple(
        Attachment(sha256=side.blobs.keep(one), media_type="image/jpeg", kind="PHOTOGRAPH", size=len(one))
        for one in noise
    )
    point = ActionPoint(id=side.services.action_points.new_id(), gap="no network", attachments=kept)
    side.services.action_points.save(side.actor, point)
    exchange.close()
    made = ran("export", "--to", tmp_path / "stick", *asked)[1]["files"]
    assert len(made) == files
    assert max(one["bytes"] for one in made) < (20 if asked else 5) << 20


def test_it_is_noted_who_took_a_batch_along_and_that_one_is_lost(ran_with_two, tmp_path):
    stick = tmp_path / "stick"
    ran_with_two("export", "--to", stick)
    status, done = ran_with_two("batches", "--handed-over", "1", "--whom", "  Ramesh   Mahto ")
    (batch,) = done["batches"]
    assert (status, batch["state"], batch["note"]) == (0, "HANDED_OVER", "Ramesh Mahto")
    assert [one["kept"] for one in batch["files"]] == [True]
    status, done = ran_with_two("batches", "--lost", "1")
    assert (status, done["batches"][0]["state"]) == (0, "LOST")
    (stick / batch["files"][0]["name"]).unlink()
    status, done = ran_with_two("batches", "--copy", "1", "--to", stick)
    assert (status, done["batches"][0]["state"]) == (0, "ON_STICK")
    assert (stick / batch["files"][0]["name"]).stat().st_size == batch["files"][0]["bytes"]


def test_what_cannot_be_said_of_a_batch_is_refused_and_changes_nothing(ran_with_two, tmp_path):
    ran_with_two("export", "--to", tmp_path / "stick")
    refused = {
        ("--handed-over", "1"): "no_name",
        ("--handed-over", "2", "--whom", "Ramesh"): "no_batch",
        ("--lost", "2"): "no_batch",
        ("--copy", "1"): "no_folder",
        ("--copy", "2", "--to", str(tmp_path)): "no_batch",
    }
    for asked, code in refused.items():
        status, done = ran_with_two("batches", *asked)
        assert (status, done["error"]["code"]) == (1, code)
    before = ran_with_two("batches")[1]
    assert before["batches"][0]["state"] == "ON_STICK"
    exchange = Exchange(tmp_path)
    exchange.deliver(exchange.stick)
    exchange.centre.receipts.apply(exchange.centre.actor, exchange.answer())
    exchange.close()
    for asked in (("--handed-over", "1", "--whom", "Ramesh"), ("--lost", "1")):
        assert ran_with_two("batches", *asked)[1]["error"]["code"] == "batch_done"
    assert ran_with_two("chit", "--out", tmp_path / "chit.pdf")[1]["error"]["code"] == "batch_done"
    assert ran_with_two("batches")[1]["batches"][0]["state"] == "RECEIVED"


def test_the_chit_of_the_newest_batch_is_a_paper_with_who_carries_it(ran_with_two, tmp_path):
    paper = tmp_path / "chit.pdf"
    assert ran_with_two("chit", "--out", paper)[1]["error"]["code"] == "no_batch"
    made = ran_with_two("export", "--to", tmp_path / "stick")[1]
    ran_with_two("batches", "--handed-over", "1", "--whom", "Ramesh Mahto")
    status, done = ran_with_two("chit", "--out", paper)
    assert (status, done["batch"], done["bytes"]) == (0, 1, paper.stat().st_size)
    (page,) = pdfium_text(paper.read_bytes())
    assert "Ramesh Mahto" in page
    assert CSC_ID in page
    assert made["files"][0]["name"] in "".join(page.split())
    assert ran_with_two("chit", "--batch", "1", "--out", tmp_path / "gone" / "x.pdf")[0] == 3


def test_a_stick_gets_its_chit_where_something_was_put_on_it(ran_with_two, tmp_path):
    stick, paper = tmp_path / "stick", tmp_path / "chit.pdf"
    status, done = ran_with_two("stick", stick, "--chit", paper)
    assert (status, done["chit"], done["batch"]) == (0, "chit.pdf", 1)
    assert done["copied"][0] in "".join(pdfium_text(paper.read_bytes())[0].split())
    paper.unlink()
    exchange = Exchange(tmp_path)
    exchange.deliver(stick)
    exchange.answer()
    exchange.close()
    assert ran_with_two("stick", stick, "--chit", paper)[1]["chit"] == ""
    assert not paper.exists()


def test_the_chit_of_a_block_offices_stick_names_the_files_of_its_centres(tmp_path):
    played = Block(tmp_path)
    played.centre.start()
    batch = played.centre.outbox.make(played.centre.actor).parts[0].path
    played.close()
    block, paper = str(tmp_path / "block"), tmp_path / "chit.pdf"
    out = tmp_path / "out"
    out.mkdir()
    assert main(["import", "--home", block, str(batch)]) == 0
    assert main(["stick", "--home", block, str(out), "--chit", str(paper)]) == 0
    (page,) = pdfium_text(paper.read_bytes())
    assert "Put on the stick" in page
    (carried_on,) = out.glob(f"{CSC_ID}*.fieldsync")
    assert carried_on.name in "".join(page.split())


def test_head_office_lists_the_files_that_wait_for_a_newer_program(ran, tmp_path):
    assert ran("hq", "parked", home="hq") == (0, {"files": []})
    exchange = Exchange(tmp_path)
    exchange.centre.start()
    exchange.round_trip()
    parked = hand_made(exchange, [], target="tomorrow.fieldsync", min_reader=99)
    exchange.close()
    assert ran("import", parked, home="hq")[0] == 1
    status, done = ran("hq", "parked", home="hq")
    (file,) = done["files"]
    assert status == 0
    assert (file["name"], file["state"], file["code"], file["centre"]) == (
        "tomorrow.fieldsync",
        "PARKED",
        "needs_newer_program",
        CSC_ID,
    )
    assert ran("hq", "parked")[1]["error"]["code"] == ran("import", parked)[1]["error"]["code"]
