"""A field declared in one line reaches everything that should know it, and nothing else had to be changed.

tests/one_field.py declares one and plays the journey; here is what must have been seen on the way. This
process knows nothing of the field: it stands for a head office with the program of yesterday.
"""

import csv
import io
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from fieldapp.domain import canonical
from fieldapp.storage import journal
from fieldapp.sync.inbox import Counts
from tests.reports.papers import poppler_text
from tests.sync.exchange import Side, make_template

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The homes the field has travelled through, and beside them the head office as it was before."""
    root = make_template(tmp_path_factory.mktemp("one_field"))
    shutil.copytree(root / "hq", root / "yesterday")
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "tests.one_field", str(root)],
        cwd=REPOSITORY,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return root


@pytest.fixture(scope="module")
def seen(root: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((root / "seen.json").read_text("utf-8"))
    return found


def test_the_form_has_a_line_for_it_that_saves(seen):
    assert seen["window"]["label"] == "Shoe size"
    assert seen["window"]["saved"] == 42


def test_the_list_has_a_column_for_it(seen):
    assert seen["window"]["list"]["Shoe size"] == "42"


def test_a_value_over_its_most_is_refused_in_the_form_and_by_the_service(seen):
    assert "At most 60 can be entered here." in seen["window"]["refused"]
    assert [path for _, path in seen["centre"]["problems"]] == ["shoe_size"]
    assert seen["centre"]["refused"] == seen["centre"]["problems"][0][0]


def test_it_is_in_the_database_and_its_change_is_in_the_journal(seen):
    assert seen["centre"]["stored"] == [43, "A-2"]
    paths = [change for changes in seen["centre"]["journal"] for change in changes]
    assert ["shoe_size", 42, 43] in paths
    assert ["rows/1/badge", "A-1", "A-2"] in paths


def test_it_is_in_the_sync_file_and_arrives_at_head_office(seen):
    stick = seen["stick"]
    assert stick["in_file"]["person"] == {"shoe_size": 43}
    assert stick["in_file"]["activity"]["rows"][0]["badge"] == "A-2"
    assert "badge" in stick["columns"]
    assert stick["arrived"]["person"]["shoe_size"] == 43
    assert stick["arrived"]["activity"]["rows"][0]["badge"] == "A-2"


def test_a_text_on_a_roster_row_is_a_column_of_the_grid_and_of_the_workbook(seen):
    assert "Badge" in seen["window"]["grid"]
    headings, rows = seen["sheets"]["Participants"]
    assert rows[0][headings.index("Badge")] == "A-2"


@pytest.mark.parametrize("name", ["people.csv", "light.csv"])
def test_the_table_has_its_heading_and_its_value(seen, name):
    content = Path(seen["papers"][name]).read_text("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(content))
    assert row["Shoe size"] == "43"
    assert ("Mobile number" in row) is (name == "people.csv")


def test_the_workbook_has_its_heading_and_its_value(seen):
    headings, row = (
        CalamineWorkbook.from_path(seen["papers"]["people.xlsx"]).get_sheet_by_index(0).to_python()
    )
    assert row[headings.index("Shoe size")] == 43


def test_the_register_on_paper_has_its_heading_and_its_value(seen, tmp_path):
    text = poppler_text(Path(seen["papers"]["people.pdf"]).read_bytes(), tmp_path, "-layout").splitlines()
    assert any("Shoe size" in line for line in text)
    assert any(line.split() == ["1", "43"] for line in text)


def test_a_head_office_that_does_not_know_it_keeps_it_and_holds_the_same_revision(root, seen):
    hq = Side.opened(root / "yesterday")
    assert hq.inbox.import_all(hq.actor, [Path(seen["stick"]["file"])]).counts == Counts(new=2)
    held = hq.services.people.get(hq.actor, seen["window"]["person"])
    assert not hasattr(held.record, "shoe_size")
    assert canonical.decode(held.unknown.encode()) == {"shoe_size": 43}
    assert held.rev == seen["stick"]["rev"]
    assert hq.state_hash() == seen["stick"]["state_hash"]
    for word, record_id, value in (
        ("person", held.record.id, '"shoe_size":43'),
        ("activity", seen["centre"]["activity"], '"badge":"A-2"'),
    ):
        one = hq.services.for_type(word).get(hq.actor, record_id)
        with hq.home.database.reading() as tx:
            sealed = journal.find(tx, one.centre, bytes.fromhex(record_id), bytes.fromhex(one.rev))
        assert sealed is not None
        assert value in sealed.body.decode()
        assert canonical.revision_of(sealed.body) == one.rev
    hq.home.close()
