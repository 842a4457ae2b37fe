"""Lists as people really have them: from Excel, by hand, in old fonts, with titles, totals and mistakes."""

import datetime as dt
import io
from pathlib import Path

import pytest
import xlsxwriter
from msgspec.structs import replace

from fieldapp.domain.errors import MovedOn
from fieldapp.domain.fields import Name
from fieldapp.domain.records import Activity, RosterRow
from fieldapp.services.load_kinds import ROSTER
from fieldapp.services.loading import PORTION
from tests.services.test_loading import load, one_record, records

__all__ = ["load"]

AADHAAR = "9999 4105 7058"
SANDBOX = ("999941057058", "9999-4105-7058", "९९९९ ४१०५ ७०५८", "9.99941057058E11", "999941057058.0")
HEAD = "नाम,पिता / पति का नाम,लिंग,मोबाइल नंबर"


def book(rows, *, sheet: str = "Sheet1", merge=(), more=()) -> bytes:
    target = io.BytesIO()
    made = xlsxwriter.Workbook(target, {"in_memory": True})
    for name, lines in ((sheet, rows), *more):
        page = made.add_worksheet(name)
        for r, row in enumerate(lines):
            for c, value in enumerate(row):
                if value is not None:
                    page.write(r, c, value)
    for first_row, first, last_row, last, words in merge:
        made.get_worksheet_by_name(sheet).merge_range(first_row, first, last_row, last, words)
    made.close()
    return target.getvalue()


# ---------------------------------------------------------------- letters


def test_hindi_that_was_garbled_is_put_right_and_said(load):
    garbled = f"{HEAD}\nसुनीता देवी,राजेश,महिला,5012345678\n".encode().decode("cp1252", "replace")
    assert "\ufffd" in garbled
    sloppy = "".join(
        bytes([byte]).decode("cp1252", "ignore") or chr(byte)
        for byte in f"{HEAD}\nसुनीता देवी,राजेश,महिला,5012345678\n".encode()
    )
    result = load(sloppy)
    assert result.counts["new"] == 1
    assert records(load, result)[0].name.hi == "सुनीता देवी"
    assert "garbled" in result.notes[0].msgid


def test_letters_that_are_lost_are_refused_row_by_row_and_said(load):
    result = load("Name,Gender\n??????,F\nMina,F\n")
    assert [row.code for row in result.rows] == ["letters_lost", ""]
    assert "???" in result.notes[0].msgid


def test_a_file_in_windows_own_code_is_read_and_said(load):
    result = load("Name,Gender,Office\nMina,F,Café\n".encode("cp1252"))
    assert records(load, result)[0].office == "Café"
    assert "Western" in result.notes[0].msgid


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_wide_letters_without_a_mark_are_read(load, encoding):
    assert one_record(load, f"{HEAD}\r\nमीना,रमेश,महिला,5012345678\r\n".encode(encoding)).name.hi == "मीना"


# ---------------------------------------------------------------- cells


@pytest.mark.parametrize("sign", ["", "'", "’"])
@pytest.mark.parametrize(
    "mobile",
    [
        "5.01234567E9",
        "5.012345670E+09",
        "5,012345670E9",
        "5,012345670e+09",
        "5012345670.0",
        "5012345670,00",
        "5,012,345,670",
        "5,01,23,45,670",
        "+91 50123 45670",
        "०५०१२३४५६७०",
    ],
)
def test_a_mobile_is_understood_as_spreadsheets_write_it(load, mobile, sign):
    assert one_record(load, f'Name,Gender,Mobile\nMina,F,"{sign}{mobile}"\n').mobile == "5012345670"


@pytest.mark.parametrize("mobile", ["5.01E+09", "5,01E+09", "5,0123E9", "'5.01E+09", "5,0123456E+09"])
def test_a_mobile_that_was_rounded_is_refused(load, mobile):
    assert [row.code for row in load(f'Name,Gender,Mobile\nMina,F,"{mobile}"\n').rows] == ["rounded"]


def test_a_workbook_gives_mobiles_and_dates_that_are_numbers(load):
    content = book(
        [["Name", "Gender", "Mobile", "Role", "Since"], ["Mina", "F", 5.01234567e9, "Trainee", 42749]]
    )
    person = one_record(load, content)
    assert (person.mobile, person.roles[0].since) == ("5012345670", dt.date(2017, 1, 14))


@pytest.mark.parametrize(
    "day",
    [
        "14-01-2017",
        "14/01/2017",
        "14.1.2017",
        "2017-01-14",
        "2017-01-14 10:30:00",
        "42749",
        "१४-०१-२०१७",
        "14-Jan-2017",
        "14 January 2017",
        "14 जनवरी 2017",
    ],
)
def test_a_date_is_understood_as_people_write_it(load, day):
    person = one_record(load, f"Name,Role,Since\nMina,Trainee,{day}\n")
    assert person.roles[0].since == dt.date(2017, 1, 14)


@pytest.mark.parametrize(("day", "code"), [("14/01/17", "short_year"), ("01/14/2017", "no_such_date")])
def test_a_date_that_can_be_read_in_two_ways_is_refused(load, day, code):
    assert [row.code for row in load(f"Name,Role,Since\nMina,Trainee,{day}\n").rows] == [code]


def test_lakhs_and_hindi_digits_are_numbers(load):
    head = "Indicator,As on date,Value,Block code,District code"
    text = f'{head}\nSmartphone coverage (%),31-12-2016,"१,००,०००",3069,322\n'
    assert one_record(load, text).value == 100000


@pytest.mark.parametrize(
    ("gender", "category", "codes"),
    [
        ("स्त्री", "अनुसूचित जनजाति", ("F", "ST")),
        ("पु०", "सामान्य", ("M", "GEN")),
        ("म.", "BC-I", ("F", "OBC")),
        ("FEMALE", "Scheduled Caste", ("F", "SC")),
        ("M", "ST", ("M", "ST")),
    ],
)
def test_answers_are_understood_as_lists_give_them(load, gender, category, codes):
    person = one_record(load, f"Name,Gender,Category\nMina,{gender},{category}\n")
    assert (person.gender, person.category) == codes


def test_a_formula_is_its_value_and_one_without_is_refused(load):
    rows = [["Name", "Gender", "Birth year"], ["Mina", "F", None], ["Rita", "F", "#REF!"]]
    target = io.BytesIO()
    made = xlsxwriter.Workbook(target, {"in_memory": True})
    page = made.add_worksheet()
    for r, row in enumerate(rows):
        page.write_row(r, 0, row)
    page.write_formula("C2", "=2016-30", None, 1986)
    made.close()
    result = load(target.getvalue())
    assert [row.code for row in result.rows] == ["", "error_in_cell"]
    assert records(load, result)[0].birth_year == 1986


@pytest.mark.parametrize("heading", ["Age", "Age (years)", "उम्र", "आयु (वर्ष)", "आयु / Age"])
def test_people_whose_age_is_listed_get_their_year_of_birth_and_it_is_said(load, heading):
    result = load(f"Name,Gender,{heading}\nMina,F,31 वर्ष\nRita,F,\nGita,F,3000\n")
    year = load.home.services.people.today.year
    assert [one.birth_year for one in records(load, result)] == [year - 31, 0]
    assert [row.code for row in result.rows] == ["", "", "too_large"]
    assert result.unused == ()
    assert [(note.msgid, note.args["year"]) for note in result.notes] == [
        ("The year of birth was worked out from the age in {year}.", str(year))
    ]


def test_a_year_of_birth_that_is_listed_stands_whatever_the_age_says(load):
    result = load("Name,Gender,Age,Year of birth\nMina,F,31,1986\nRita,F,31,\n")
    year = load.home.services.people.today.year
    assert [one.birth_year for one in records(load, result)] == [1986, year - 31]


# ---------------------------------------------------------------- shape


def test_a_numbered_line_that_nobody_filled_in_is_no_person(load):
    result = load("No.,Name,Gender,Remarks\n1,Mina,F,\n2,,,\n3,,,absent\n4,Rita,F,\n")
    assert [row.fate for row in result.rows] == ["new", "left_out", "left_out", "new"]


def test_titles_empty_rows_totals_and_repeated_headings_are_no_people(load):
    text = (
        "प्रखंड कसमार,,,\nप्रशिक्षुओं की सूची,,,\n,,,\nक्र.सं.,नाम,लिंग,मोबाइल\n1,मीना,महिला,5012345678\n,,,\n"
        "क्र.सं.,नाम,लिंग,मोबाइल\n2,गीता,महिला,5012345679\nकुल,2,,\n"
    )
    result = load(text)
    assert [(row.row, row.fate, row.code) for row in result.rows] == [
        (5, "new", ""),
        (7, "left_out", "no_row"),
        (8, "new", ""),
        (9, "left_out", "no_row"),
    ]
    assert result.counts == {"new": 2, "already": 0, "refused": 0, "left_out": 2}


@pytest.mark.parametrize(
    "head",
    [
        "Nmae,Fathers Nmae,Gendar,Moblie Number",
        "नाम / Name,पिता / पति का नाम / Father's / Husband's name,लिंग / Gender,मोबाइल / Mobile",
        "Name of Participant,Father/Husband Name,Sex (M/F),Mobile No.",
        "uke,firk dk uke,fyax,eksckby uacj",
    ],
)
def test_headings_are_known_though_misspelt_bilingual_or_in_an_old_font(load, head):
    person = one_record(load, f"{head}\nमीना देवी,रमेश,महिला,5012345678\n")
    assert (person.name.hi, person.relation.hi, person.gender, person.mobile) == (
        "मीना देवी",
        "रमेश",
        "F",
        "5012345678",
    )


def test_headings_in_two_lines_are_one(load):
    text = "नाम,लिंग,मोबाइल नंबर\nName,Gender,Mobile number\nमीना,महिला,5012345678\n"
    result = load(text)
    assert [(row.row, row.fate) for row in result.rows] == [(3, "new")]


def test_cells_merged_downwards_stand_in_each_of_their_lines(load):
    content = book(
        [
            ["List of people", None, None, None],
            ["Village", "Name", "Gender", "Block"],
            [None, "Mina", "F", "Kasmar"],
            [None, "Rita", "F", "Kasmar"],
        ],
        merge=[(2, 0, 3, 0, "खैराचातर")],
    )
    result = load(content)
    assert [one.village.words for one in records(load, result)] == ["खैराचातर", "खैराचातर"]


def test_the_first_sheet_with_lines_is_read(load):
    content = book([["Name", "Gender"]], more=[("People", [["Name", "Gender"], ["Mina", "F"]])])
    assert one_record(load, content).name.en == "Mina"


def test_a_comma_in_an_address_parts_nothing(load):
    text = "Name;Gender;Office\nMina;F;Kasmar, Bokaro, JH\nRita;F;Chas, Bokaro, JH\n"
    assert [one.office for one in records(load, load(text))] == ["Kasmar, Bokaro, JH", "Chas, Bokaro, JH"]


def test_the_mark_that_excel_writes_in_front_is_no_line(load):
    assert one_record(load, "sep=;\nName;Gender\nMina;F\n").name.en == "Mina"


def test_a_column_of_counts_is_no_column_of_names(load):
    result = load("Name,Block,Villages,Gram panchayats\nKhairachatar,Kasmar,68,15\n", "place")
    assert result.unused == ("Villages", "Gram panchayats")
    assert [row.code for row in load("Name,Gender\n38,F\n").rows] == ["no_name"]


def test_a_row_without_a_name_makes_no_person(load):
    result = load("Name,Father,Village\n,Kishun,Kasmar\nMina,Kishun,Kasmar\n", "person")
    assert [(row.fate, row.code) for row in result.rows] == [("refused", "nameless"), ("new", "")]


def test_an_official_list_shows_the_village_it_speaks_of(load):
    text = "State Code,District Code,Village Name (In Englsih)\n20,322,Kamaldih\n"
    assert [row.name for row in load(text).rows] == ["Kamaldih"]


# ---------------------------------------------------------------- numbers that must not be kept


@pytest.mark.parametrize("number", SANDBOX)
@pytest.mark.parametrize("column", ["Notes", "Mobile", "Gender", "Ration card"])
def test_a_line_with_such_a_number_is_refused_whatever_its_column_and_shows_nothing(load, number, column):
    result = load(
        f"Name,Category,{column}\nMina Kumari,SC,{number}\nRita,SC,\n", "person" if column == "Gender" else ""
    )
    assert [row.code for row in result.rows] == ["forbidden_number", ""]
    assert number not in repr(result)
    assert "Mina" not in repr(result)


def test_a_number_in_the_name_of_the_file_is_not_repeated(load, tmp_path):
    path = tmp_path / f"{AADHAAR}.csv"
    path.write_text("Name,Gender\nMina,F\n", "utf-8")
    assert "4105" not in load(path).name


@pytest.mark.parametrize("number", SANDBOX)
def test_a_number_in_a_heading_is_not_repeated(load, number):
    result = load(f"Name,Gender,{number}\nMina,F,x\n")
    assert result.counts["new"] == 1
    assert number not in repr(result)
    assert len(result.unused) == 1


# ---------------------------------------------------------------- old fonts


def test_an_old_font_is_shown_with_its_conversion_and_taken_when_wished(load):
    text = "Name,Gender\nlquhrk nsoh,F\njke,M\neqeZw,M\n"
    first = load(text, dry_run=True)
    assert [row.code for row in first.rows] == ["old_font"] * 3, "short words go with their column"
    assert dict(first.conversions) == {"lquhrk nsoh": "सुनीता देवी", "jke": "राम", "eqeZw": "मुर्मू"}
    path = load.home.home.folder / "list.csv"
    path.write_text(text, "utf-8")
    taken = load.service.load(load.home.actor, path, convert=True)
    assert [one.name for one in records(load, taken)] == [Name("सुनीता देवी"), Name("राम"), Name("मुर्मू")]


# ---------------------------------------------------------------- hints


def test_the_same_person_twice_is_hinted_and_not_left_out(load):
    result = load("Name,Father's / Husband's name,Gender\nसुनीता,राजेश,F\nSuneeta,Rajesh,F\n")
    assert result.counts["new"] == 2
    assert result.rows[1].hints[0].args == {"n": 2}


def test_who_is_recorded_already_is_hinted(load):
    load("Name,Father's / Husband's name,Gender\nसुनीता,राजेश,F\n")
    again = load("Name,Father's / Husband's name,Gender,Notes\nसुनीता,राजेश,F,x\n", dry_run=True)
    assert "already recorded" in again.rows[0].hints[0].msgid


# ---------------------------------------------------------------- cancel, resume, take back


class _Stop(Exception):
    pass


def _stop_after(portions: int):
    told: list[int] = []

    def progress(done: int, _all: int) -> None:
        told.append(done)
        if len(told) > portions:
            raise _Stop

    return progress


def test_a_load_that_is_stopped_keeps_what_is_done_and_goes_on_later(load, tmp_path):
    people = "".join(f"Person {n},F\n" for n in range(2 * PORTION))
    path = tmp_path / "people.csv"
    path.write_text(f"Name,Gender\n{people}", "utf-8")
    table = load.service.read(path)
    with pytest.raises(_Stop):
        load.service.load_table(load.home.actor, table, load.service.guess(table), progress=_stop_after(1))
    assert load.home.services.people.page(load.home.actor).total == PORTION
    assert load(path).counts == {"new": PORTION, "already": PORTION, "refused": 0}


def test_a_list_is_taken_back_but_for_what_was_changed_since_and_can_be_loaded_again(load, tmp_path):
    path = tmp_path / "people.csv"
    path.write_text("Name,Gender\nMina,F\nRita,F\nGita,F\n", "utf-8")
    people = load.home.services.people
    rita = people.get(load.home.actor, load(path).rows[1].record_id)
    changed = type(rita.record)(id=rita.record.id, name=rita.record.name, gender="F", notes="moved")
    people.save(load.home.actor, changed, rita.version)
    past = load.service.loads.find(load.service.read(path).sha256)
    taken = load.service.take_back(load.home.actor, past)
    assert (len(taken.gone), taken.stayed) == (2, 1)
    assert people.page(load.home.actor).total == 1
    assert load.service.loads.find(past.sha256) is None
    assert load(path).counts == {"new": 2, "already": 1, "refused": 0}
    assert load(path).counts == {"new": 0, "already": 3, "refused": 0}


def test_what_was_taken_back_comes_back_as_the_same_records_and_goes_again(load, tmp_path):
    path = tmp_path / "people.csv"
    path.write_text("Name,Gender\nMina,F\nRita,F\nGita,F\nAsha,F\n", "utf-8")
    people, actor = load.home.services.people, load.home.actor
    mina, rita, gita, asha = (row.record_id for row in load(path).rows)
    for _ in range(2):  # version 3 is what one that was put back has, too
        held = people.get(actor, rita)
        people.save(actor, replace(held.record, notes=f"moved {held.version}"), held.version)
    people.delete(actor, asha, 1, "entered twice")
    past = load.service.loads.find(load.service.read(path).sha256)
    for _ in range(2):
        taken = load.service.take_back(actor, past)
        assert ({past.id_of(line) for line in taken.gone}, taken.stayed) == ({mina, gita}, 1)
        load.service.put_back(actor, past, taken)
        past = load.service.loads.find(past.sha256)
        assert {held.record.id for held in people.page(actor).items} == {mina, rita, gita}
    assert load(path).counts == {"new": 0, "already": 4, "refused": 0}
    again = load.service.take_back(actor, load.service.loads.find(past.sha256))
    assert (again.gone, again.stayed) == (taken.gone, taken.stayed)


def test_a_list_that_was_loaded_anew_is_not_put_back_beside_itself(load, tmp_path):
    path = tmp_path / "people.csv"
    path.write_text("Name,Gender\nMina,F\n", "utf-8")
    load(path)
    past = load.service.loads.find(load.service.read(path).sha256)
    taken = load.service.take_back(load.home.actor, past)
    load(path)
    with pytest.raises(MovedOn):
        load.service.put_back(load.home.actor, past, taken)
    assert load.home.services.people.page(load.home.actor).total == 1


# ---------------------------------------------------------------- rows of a sheet


def roster(load, text: str, *rows: RosterRow):
    service = load.service
    table = service.pasted(text)
    return service.roster(
        Activity(id="0" * 32, kind="CHAI_SAMOSA", rows=rows), table, service.guess(table, ROSTER.word)
    )


def test_people_copied_from_a_spreadsheet_become_rows(load):
    read = roster(
        load, "नाम\tपिता\tलिंग\tउम्र\tजाति\tगाँव\tमोबाइल\nमीना\tरमेश\tमहिला\t31 वर्ष\tST\tखैराचातर\t5012345678\n"
    )
    row = read.rows[0]
    assert (row.name.hi, row.relation.hi, row.gender, row.age, row.category) == ("मीना", "रमेश", "F", 31, "ST")
    assert (row.village.words, row.mobile) == ("खैराचातर", "5012345678")


def test_rows_without_headings_are_understood_by_what_stands_in_them(load):
    read = roster(load, "1\tमीना\tरमेश\tF\t31\t5012345678\n2\tगीता\tसुरेश\tM\t40\t5012345679\n")
    assert [(row.name.hi, row.relation.hi, row.gender, row.age, row.mobile) for row in read.rows] == [
        ("मीना", "रमेश", "F", 31, "5012345678"),
        ("गीता", "सुरेश", "M", 40, "5012345679"),
    ]


def test_who_is_on_the_sheet_already_is_hinted_and_a_bad_row_refused(load):
    there = RosterRow(row=1, name=Name("मीना"), relation=Name("रमेश"))
    read = roster(load, f"नाम\tपिता\tउम्र\nमीना\tरमेश\t31\nगीता\tसुरेश\t200\nरीता\t{AADHAAR}\t20\n", there)
    assert [row.code for row in read.result.rows] == ["", "too_large", "forbidden_number"]
    assert len(read.result.rows[0].hints) == 1
    assert len(read.rows) == 1


def test_thousands_of_lines_are_looked_through(load, tmp_path: Path):
    path = tmp_path / "long.csv"
    lines = "".join(f"Person {n},Father {n},F,50{n:08d},Kasmar,Bokaro\n" for n in range(3_000))
    path.write_text(f"Name,Father's / Husband's name,Gender,Mobile,Block,District\n{lines}", "utf-8")
    assert load(path, dry_run=True).counts == {"new": 3_000, "already": 0, "refused": 0}
