"""A list of centres in a file: its headings, its places, and what becomes of each line."""

import csv
from dataclasses import replace

import pytest
import xlsxwriter

from fieldapp.centre_lists import COLUMNS, take_list
from fieldapp.centre_papers import health_list, words_list
from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.identifiers import demo_csc_id
from fieldapp.language import Language
from fieldapp.storage.gazetteer import gazetteer
from fieldapp.sync.health import Health
from tests.sync.exchange import Side

LINES = (
    (demo_csc_id(30), "चास", "Chas", "Chas", "Bokaro", "Sita Devi", "5012345678"),
    (demo_csc_id(31), "गोमिया", "", "गोमिया", "", "", ""),
    (demo_csc_id(30), "", "Twice", "", "", "", ""),
    (demo_csc_id(32), "", "Nowhere", "Qwertyuiop", "Bokaro", "", ""),
    ("12345", "", "Too short", "", "", "", ""),
)


@pytest.fixture(scope="module")
def places():
    return gazetteer()


@pytest.fixture
def hq(hq_home):
    return Side(hq_home)


def written(path, headings=COLUMNS, lines=LINES):
    if path.suffix == ".csv":
        rows = [",".join(one) for one in (headings, *lines)]
        path.write_text("\ufeff" + "\n".join(rows), "utf-8")
        return path
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for at, cells in enumerate((headings, *lines)):
            sheet.write_row(at, 0, cells)
    return path


def fates(found):
    return [
        (one.line, str(one.entered.fate), one.entered.problem.code if one.entered.problem else "")
        for one in found
    ]


@pytest.mark.parametrize("name", ["centres.csv", "centres.xlsx"])
def test_every_line_of_a_list_has_its_fate(hq, tmp_path, places, name):
    found = take_list(hq.enrolment, hq.actor, written(tmp_path / name), places)
    assert fates(found) == [
        (2, "NEW", ""),
        (3, "NEW", ""),
        (4, "REFUSED", "twice"),
        (5, "REFUSED", "no_such_place"),
        (6, "REFUSED", "csc_id"),
    ]
    one, two = hq.enrolment.centres(hq.actor)
    assert (one.centre.name_hi, one.centre.name_en) == ("चास", "Chas")
    assert places.get(one.centre.place_key).name_en == "Chas"
    assert (one.contact.name, one.contact.phone) == ("Sita Devi", "5012345678")
    assert places.get(two.centre.place_key).name_en.startswith("Gom")


def test_headings_may_be_hindi_and_a_place_a_code(hq, tmp_path, places):
    headings = ("केंद्र आईडी", "केंद्र का नाम", "LGD code", "मोबाइल")
    path = written(tmp_path / "x.csv", headings, [(demo_csc_id(33), "कसमार", "322/3069", "5012345679")])
    assert fates(take_list(hq.enrolment, hq.actor, path, places)) == [(2, "NEW", "")]
    (one,) = hq.enrolment.centres(hq.actor)
    assert (one.centre.name_hi, one.centre.place_key, one.contact.phone) == (
        "कसमार",
        "block:322/3069",
        "5012345679",
    )


def test_a_list_without_ids_registers_nobody(hq, tmp_path, places):
    path = written(tmp_path / "x.csv", ("name", "block"), [("Chas", "Chas")])
    with pytest.raises(InvalidInput) as refusal:
        take_list(hq.enrolment, hq.actor, path, places)
    assert refusal.value.code == "no_columns"
    assert hq.enrolment.centres(hq.actor) == ()


def test_a_long_list_says_how_far_it_is_through_reading_and_registering(hq, tmp_path, places):
    told = []
    path = written(tmp_path / "x.csv")
    take_list(hq.enrolment, hq.actor, path, places, lambda done, total: told.append((done, total)))
    assert told == [(0, 10), (1, 10), (2, 10), (3, 10), (4, 10), (8, 10), (9, 10), (10, 10)]


def test_a_list_that_is_stopped_while_it_is_registered_registers_nobody(hq, tmp_path, places):
    class Stopped(Exception):
        """Whoever waits has cancelled."""

    def stop_before_the_last(done, total):
        if done == total - 1:
            raise Stopped

    with pytest.raises(Stopped):
        take_list(hq.enrolment, hq.actor, written(tmp_path / "x.csv"), places, stop_before_the_last)
    assert hq.enrolment.centres(hq.actor) == ()


# ---------------------------------------------------------------- papers


@pytest.mark.parametrize("language", ["hi", "en"])
def test_how_centres_stand_and_the_words_of_packs_can_be_printed(hq, tmp_path, places, language):
    take_list(hq.enrolment, hq.actor, written(tmp_path / "x.csv"), places)
    known = hq.enrolment.centres(hq.actor)
    made = hq.enrolment.make_packs(hq.actor, [one.centre.number for one in known], tmp_path)
    contacts = {one.centre.number: one.contact for one in known}
    said, at = Language.named(language), hq.home.database.clock()
    for suffix, start in ((".pdf", b"%PDF"), (".xlsx", b"PK"), (".csv", "\ufeff".encode())):
        health = health_list(known, lambda key: key, suffix, said, at, practice=True)
        words = words_list(made, contacts, suffix, said, at, practice=True)
        assert health.startswith(start)
        assert words.startswith(start)
    table = words_list(made, contacts, ".csv", said, at, practice=True).decode("utf-8-sig")
    assert all(one.words in table and one.path.name in table for one in made)
    assert "5012345678" in table
    with pytest.raises(InvalidInput) as refusal:
        health_list(known, str, ".doc", said, at, practice=True)
    assert refusal.value.code == "format"


def test_a_table_says_how_many_in_a_hundred_are_to_be_corrected_and_how_far_the_clock_is_off(
    hq, tmp_path, places
):
    take_list(hq.enrolment, hq.actor, written(tmp_path / "x.csv"), places)
    health = Health(corrections=3, records=30, clock_wrong=True, clock_days=-40)
    one = replace(hq.enrolment.centres(hq.actor)[0], health=health)
    table = health_list([one], str, ".csv", Language.named("en"), hq.home.database.clock(), practice=True)
    (line,) = csv.DictReader(table.decode("utf-8-sig").splitlines())
    assert (line["To correct"], line["To correct, %"], line["Clock (days)"]) == ("3", "10", "-40")
