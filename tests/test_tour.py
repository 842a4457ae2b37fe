"""The whole journey, as `./dev run` and the installed program play it: one process, and what it left."""

import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pypdfium2
import pytest
from PIL import Image

from fieldapp.domain.errors import InvalidInput
from fieldapp.homes import open_home
from fieldapp.resources import resource
from fieldapp.tour import play
from fieldapp.ui.pages import pages

pytestmark = pytest.mark.timeout(400)


class Played(NamedTuple):
    """What the process said, and the folder it left."""

    out: Path
    status: int
    found: dict[str, object]
    said: str


@pytest.fixture(scope="module")
def played(tmp_path_factory) -> Played:
    out = tmp_path_factory.mktemp("tour") / "out"
    done = subprocess.run(
        [sys.executable, "-m", "fieldapp", "tour", "--out", str(out), "--json"],
        check=False,
        capture_output=True,
        stdin=subprocess.DEVNULL,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    return Played(out, done.returncode, json.loads(done.stdout), done.stderr)


def test_head_office_ends_with_what_the_centres_have_field_by_field(played):
    assert played.found["equal"] is True
    assert played.found["differences"] == []
    assert played.found["records"] > 30
    assert played.found["values"] > 3000


def test_every_step_is_told_in_both_languages_and_nothing_else_is_said(played):
    assert "The session of 35 people is finished" in played.said
    assert "35 व्यक्तियों का सत्र समाप्त" in played.said
    account = (played.out / "tour.txt").read_text("utf-8").splitlines()
    assert len(account) == 2 * len(played.said.splitlines())


def test_every_page_was_seen_in_both_languages_at_the_size_it_is_made_for(played):
    for whose, is_hq in (("centre", False), ("office", True)):
        for entry in pages(is_hq=is_hq):
            for code in ("hi", "en"):
                with Image.open(played.out / "screens" / f"{whose}-{entry.name}-{code}.png") as picture:
                    assert picture.size == (1093, 580)


def test_the_sheets_and_the_list_of_melas_are_printed(played):
    def text(name: str) -> str:
        with pypdfium2.PdfDocument(played.out / "pdf" / name) as pdf:
            return "\n".join(page.get_textpage().get_text_bounded() for page in pdf)

    assert "खैराचातर" in text("sheet-final.pdf")
    assert "ठाणे" in text("melas-hi.pdf")
    assert "Thane" in text("melas-en.pdf")
    with (played.out / "pdf" / "melas-en.csv").open(encoding="utf-8-sig") as file:
        held = [row[2] for row in list(csv.reader(file))[1:]]
    with resource("demo", "melas_seed.csv").open(encoding="utf-8") as file:
        assert held == [line["date_ddmmyyyy"] for line in csv.DictReader(file)]
    for name in ("sheet-blank.pdf", "sheet-expected.pdf", "melas-hi.xlsx", "melas-en.csv"):
        assert (played.out / "pdf" / name).stat().st_size > 200


def test_the_session_was_typed_and_finished_with_its_seventy_payments(played):
    home = open_home(played.out / "homes" / "centre-1")
    try:
        (held,) = (
            one
            for one in home.services.activities.page(home.actor).items
            if (one.record.kind, one.record.state) == ("CHAI_SAMOSA", "FINISHED")
        )
        rows = home.services.activities.get(home.actor, held.record.id).record.rows
        figures = home.services.activities.page(home.actor).figures[held.record.id]
    finally:
        home.close()
    assert len(rows) == 35
    assert (figures.first_paid, figures.completed, figures.failed, figures.pending) == (35, 34, 5, 1)
    typed = [row for row in rows if not row.name.en]
    assert len(typed) == 5, "what was typed by keys in Hindi has no English name"
    assert all(row.name.hi and row.consent == "YES" and row.present for row in typed)


def test_sync_files_went_up_and_receipts_came_down(played):
    assert len(list((played.out / "sync" / "up").glob("*.fieldsync"))) == 2
    assert len(list((played.out / "sync" / "down").glob("*receipt*.fieldsync"))) == 2


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path):
    (tmp_path / "homes").mkdir()
    with pytest.raises(InvalidInput) as caught:
        play(tmp_path, print)
    assert caught.value.code == "not_empty"
    assert [one.name for one in tmp_path.iterdir()] == ["homes"]
