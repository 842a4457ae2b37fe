"""Lists from files: the seed's melas, and what people have in CSV, XLSX and JSON Lines."""

import datetime as dt
import io
from pathlib import Path

import pytest
import xlsxwriter

from fieldapp.domain.errors import EnvironmentProblem, InvalidInput
from fieldapp.domain.fields import Name, PlaceRef, Ratio
from fieldapp.domain.text import Text
from fieldapp.homes import new_centre
from fieldapp.language import Language
from fieldapp.resources import resource
from fieldapp.services.loading import LoadingService, LoadResult
from fieldapp.storage.gazetteer import gazetteer
from tests.conftest import CENTRE

SEED = resource("demo", "melas_seed.csv")


def says(text: Text) -> tuple[str, ...]:
    return tuple(Language.named(code).render(text) for code in ("hi", "en"))


@pytest.fixture
def load(centre_home, tmp_path):
    """load(content or path) -> the result; text is written as UTF-8 first."""
    service = LoadingService(centre_home.services, gazetteer(), says)

    def run(content: str | bytes | Path, kind: str = "", *, dry_run: bool = False) -> LoadResult:
        path = content if isinstance(content, Path) else tmp_path / "list"
        if isinstance(content, str):
            path.write_text(content, "utf-8")
        elif isinstance(content, bytes):
            path.write_bytes(content)
        return service.load(centre_home.actor, path, kind, dry_run=dry_run)

    run.home = centre_home
    run.service = service
    return run


def records(load, result: LoadResult) -> list:
    service = load.home.services.for_type(result.kind.type_word)
    return [service.get(load.home.actor, row.record_id).record for row in result.rows if row.record_id]


def one_record(load, content, kind: str = ""):
    result = load(content, kind)
    assert [(row.fate, row.code) for row in result.rows] == [("new", "")]
    return records(load, result)[0]


# ---------------------------------------------------------------- the seed


def test_the_seed_gives_eight_held_melas_with_their_lgd_places_and_official_names(load):
    result = load(SEED)
    assert (result.kind.word, result.guessed, result.unused) == ("mela", True, ())
    assert result.counts == {"new": 8, "already": 0, "refused": 0}
    melas = records(load, result)
    assert {(one.kind, one.state) for one in melas} == {("MELA", "HELD")}
    assert [(one.start_date, one.place.key, one.place.words) for one in melas] == [
        (dt.date(2018, 9, 11), "ulb:251471", "ठाणे"),
        (dt.date(2018, 9, 11), "ulb:251483", "कल्याण-डोंबिवली"),
        (dt.date(2018, 9, 24), "ulb:251273", "सिलवासा"),
        (dt.date(2018, 9, 26), "ulb:251442", "नाशिक"),
        (dt.date(2018, 10, 9), "ulb:251271", "दीव"),
        (dt.date(2018, 10, 23), "ulb:251530", "पुणे"),
        (dt.date(2018, 10, 26), "ulb:251577", "सोलापुर"),
        (dt.date(2018, 11, 2), "ulb:251528", "पिंपरी-चिंचवड"),
    ]
    assert [one.number for one in melas] == list(range(1, 9))


def test_the_seeds_own_three_columns_are_enough(load):
    table = "क्र.सं.,स्मार्ट सिटी,आयोजित मेले की तिथि\n1.,थाइन,11-09-2018\n2.,सिलवासा (यू/टी),24-09-2018\n"
    found = [(one.place.key, one.start_date) for one in records(load, load(table))]
    assert found == [("ulb:251471", dt.date(2018, 9, 11)), ("ulb:251273", dt.date(2018, 9, 24))]


def test_the_same_file_again_changes_nothing_and_says_so(load, tmp_path):
    load(SEED)
    copy = tmp_path / "another name.csv"
    copy.write_bytes(SEED.read_bytes())
    assert load(copy).counts == {"new": 0, "already": 8, "refused": 0}
    assert load.home.services.activities.page(load.home.actor).total == 8


def test_the_same_file_makes_other_records_in_another_home(load, tmp_path):
    other = new_centre(tmp_path / "other", CENTRE, practice=True)
    try:
        there = LoadingService(other.services, gazetteer(), says).load(other.actor, SEED)
        assert {row.record_id for row in there.rows}.isdisjoint(row.record_id for row in load(SEED).rows)
    finally:
        other.close()


def test_a_load_that_was_cut_off_goes_on_where_it_stopped(load):
    first = load(SEED)
    service = load.home.services.activities
    gone = service.get(load.home.actor, first.rows[0].record_id)
    service.delete(load.home.actor, gone.record.id, gone.version, "TYPED_TWICE")
    assert load(SEED).counts["already"] == 8, "a deleted record is not made anew either"


def test_a_dry_run_says_the_same_and_saves_nothing(load):
    assert load(SEED, dry_run=True).counts == {"new": 8, "already": 0, "refused": 0}
    assert load.home.services.activities.page(load.home.actor).total == 0


# ---------------------------------------------------------------- one bad line


def test_one_bad_line_never_stops_the_rest(load):
    result = load("Name,Gender,Mobile\nMina,F,\nRita,X,\nGita,F,12\nLila,F,\n")
    assert [(row.row, row.fate, row.code) for row in result.rows] == [
        (2, "new", ""),
        (3, "refused", "no_such_code"),
        (4, "refused", "wrong_mobile"),
        (5, "new", ""),
    ]


def test_a_line_with_an_aadhaar_number_is_refused_and_the_number_is_not_repeated(load):
    result = load("Name,Gender,Notes\nMina,F,9999 4105 7058\n")
    assert [row.code for row in result.rows] == ["forbidden_number"]
    assert "9999" not in repr(result.rows)


def test_a_dry_run_finds_the_same_bad_lines(load):
    result = load("Name,Gender,Notes\nMina,F,9999 4105 7058\n", dry_run=True)
    assert [row.code for row in result.rows] == ["forbidden_number"]


def test_hindi_in_an_old_font_is_refused_and_never_stored_as_rubbish(load):
    assert [row.code for row in load("Name,Gender\nlquhrk nsoh,F\n").rows] == ["old_font"]


def test_two_columns_that_contradict_each_other_are_refused(load):
    result = load("city,date_iso,date_ddmmyyyy\nPune,2018-09-11,09-11-2018\n")
    assert [row.code for row in result.rows] == ["contradiction"]


@pytest.mark.parametrize(("other", "codes"), [("32", ["contradiction"]), ("31", [""])])
def test_two_columns_of_ages_that_differ_are_refused_as_others_are(load, other, codes):
    result = load(f"Name,Gender,Age,उम्र\nMina,F,31,{other}\n", "person")
    assert [row.code for row in result.rows] == codes


# ---------------------------------------------------------------- headings


@pytest.mark.parametrize(
    "headings",
    [
        "नाम,पिता / पति का नाम,लिंग,मोबाइल नंबर",
        "NAME , Father's / Husband's name,Gender,Mobile",
        "Name (In English),Relation (In English),  gender ,MOBILE NUMBER",
        "name-en,relation_en,sex,mobile no.",
        "लाभुक का नाम,पिता/पती का नाम,लिंग,मोबाईल न0",
        "नाम,पिता का नाम,लिंग,मो० नं०",
    ],
)
def test_headings_are_known_in_both_languages_whatever_their_case_and_blanks(load, headings):
    person = one_record(load, f"{headings}\nMina Devi,Ramesh,F,5012345678\n")
    assert (person.name.en, person.relation.en) == ("Mina Devi", "Ramesh")
    assert (person.gender, person.mobile) == ("F", "5012345678")


def test_a_name_goes_by_its_letters_where_the_heading_does_not_say(load):
    person = one_record(load, "Name,नाम (In Hindi),Gender\nMina,मीना,महिला\n")
    assert (person.name, person.gender) == (Name("मीना", "Mina"), "F")


def test_a_title_may_stand_above_the_headings(load):
    text = "Master trainers of the block,,\n,,\nName,Role,Since\nMina,Master Trainer,14-01-2017\n"
    person = one_record(load, text)
    assert (person.roles[0].role, person.roles[0].since) == ("MASTER_TRAINER", dt.date(2017, 1, 14))


def test_columns_that_mean_nothing_here_are_named(load):
    assert load("Name,Gender,Ration card\nMina,F,7\n").unused == ("Ration card",)


def test_headings_that_fit_no_kind_are_refused(load):
    with pytest.raises(InvalidInput) as caught:
        load("colour,size\nred,4\n")
    assert caught.value.code == "no_layout"


def test_the_kind_can_be_said_and_must_then_fit(load):
    with pytest.raises(InvalidInput) as caught:
        load(SEED, "person")
    assert caught.value.code == "no_layout"
    with pytest.raises(InvalidInput) as caught:
        load(SEED, "ghost")
    assert caught.value.code == "no_such_kind"


# ---------------------------------------------------------------- kinds


def test_establishments_come_with_kind_modes_and_place(load):
    text = (
        "Type,Name,District,Block,Modes accepted,Date of enabling digital payment\n"
        "Petrol pump,Jai Fuels,Bokaro,Kasmar,UPI; card,02-12-2016\n"
    )
    shop = one_record(load, text)
    assert (shop.kind, shop.modes) == ("PETROL_PUMP", ("UPI", "CARD"))
    assert (shop.place.key, shop.enabled_on) == ("block:322/3069", dt.date(2016, 12, 2))


def test_observations_keep_counted_of_all(load):
    text = (
        "Indicator,As on date,Numerator,Denominator,Block code,District code,Source\n"
        "Smartphone coverage (%),31-12-2016,42,100,3069,322,survey\n"
    )
    seen = one_record(load, text)
    assert (seen.share, seen.place.key, seen.source) == (Ratio(42, 100), "block:322/3069", "survey")


def test_panchayats_lie_in_their_block(load):
    place = one_record(load, "block,place_en,place_hi,kind\nKasmar,Ponda,पोंडा,Gram Panchayat\n")
    assert (place.level, place.name) == ("GP", Name("पोंडा", "Ponda"))
    assert place.parent.key == "block:322/3069"


def test_an_official_list_of_villages_is_understood_with_its_misspelt_heading(load):
    text = (
        "List of villages,,,,,\n"
        "S.No.,District Code,District Name(In English),Sub-district Code,"
        "Village Code,Village Name (In Englsih)\n"
        '"1",322,BOKARO,2593,362605,Kamaldih\n'
    )
    place = one_record(load, text)
    assert (place.level, place.name.en, place.lgd_code) == ("VILLAGE", "Kamaldih", 362605)
    assert place.parent.key == "subdistrict:2593"


def test_a_village_that_no_table_holds_stays_in_its_words_under_its_block(load):
    result = load("Name,Gender,Village,Block,District\nMina,F,खैराचातर,Kasmar,Bokaro\n")
    assert result.rows[0].place_unknown == "खैराचातर"
    assert records(load, result)[0].village == PlaceRef("block:322/3069", "खैराचातर")


def test_a_name_that_fits_several_places_is_not_guessed(load):
    person = one_record(load, "Name,Gender,Village\nMina,F,Narayanpur\n")
    assert person.village == PlaceRef("", "Narayanpur")


def test_words_that_are_not_the_name_of_the_code_are_kept_and_named(load):
    result = load("city,date,lgd_urban_body\nThane,11-09-2018,251530\n", "mela")
    assert records(load, result)[0].place == PlaceRef("ulb:251530", "Thane")
    assert result.rows[0].place_unknown == "Thane"


def test_a_code_that_is_no_places_is_refused(load):
    assert [row.code for row in load("city,date,lgd_urban_body\nPune,11-09-2018,999999\n", "mela").rows] == [
        "no_such_place"
    ]


def test_head_counts_of_a_mela_come_from_json_lines(load):
    text = '{"date":"2018-09-11","city":"Pune","footfall":1200,"head_counts":[{"group":"PUBLIC","men":3}]}\n'
    mela = one_record(load, text)
    assert (mela.footfall, mela.head_counts[0].men) == (1200, 3)


# ---------------------------------------------------------------- files


def workbook(rows: list[list[object]]) -> bytes:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "default_date_format": "dd-mm-yyyy"})
    sheet = book.add_worksheet()
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            if isinstance(value, dt.date):
                sheet.write_datetime(r, c, dt.datetime.combine(value, dt.time()))
            else:
                sheet.write(r, c, value)
    book.close()
    return target.getvalue()


def test_a_workbook_gives_its_numbers_and_dates_as_they_were_typed(load):
    content = workbook(
        [
            ["Name", "Gender", "Mobile", "Role", "Since"],
            ["मीना", "F", 5012345678, "Trainee", dt.date(2017, 1, 14)],
        ]
    )
    person = one_record(load, content)
    assert (person.name.hi, person.mobile) == ("मीना", "5012345678")
    assert person.roles[0].since == dt.date(2017, 1, 14)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_csv_is_read_however_excel_wrote_it(load, encoding, mark):
    text = f"नाम{mark}लिंग\r\nमीना{mark}महिला\r\n"
    assert one_record(load, text.encode(encoding)).name.hi == "मीना"


def test_both_ways_to_type_a_dotted_letter_become_one(load):
    person = one_record(load, "Name,Gender\nज\u093cैनब,F\n")
    assert person.name.hi == "ज\u093cैनब"
    assert one_record(load, "Name,Gender\n\u095bैनब,F\n").name.hi == person.name.hi


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\n\n , ,\n", "empty"),
        ("नाम".encode("utf-16-le") + b"\xd8", "not_unicode"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "not_unicode"),
        (b"PK\x03\x04 no zip", "not_a_table"),
        (b'Name,Gender\n"Mina,F\n', "not_a_table"),
        (b'{"name":"Mina"}\n{"name":\n', "not_a_table"),
        (b"a\0b,c\n", "not_a_table"),
    ],
)
def test_what_is_no_list_is_refused_in_words(load, content, code):
    with pytest.raises(InvalidInput) as caught:
        load(content)
    assert caught.value.code == code


def test_a_file_that_is_not_there_is_the_surroundings_fault(load, tmp_path):
    with pytest.raises(EnvironmentProblem):
        load(tmp_path / "gone.csv")
