from pathlib import Path

import pytest

from fieldapp.domain.codes import Level
from fieldapp.domain.names import search_key
from fieldapp.resources import resource
from fieldapp.storage.gazetteer import BY_HAND, TABLES
from installer.build_places import Entry, bare_heading, build, ordinary_letters, read_official, table, whole

# As the directory's files come: a title, a byte order mark, blanks, "(In English)" and a slip in it, doubled
# headings, grouped serials, codes with zeros, totals at the end, blocks whose code stands in two districts.
OFFICIAL = {
    "01 State list.csv": (
        "\ufeffList of States,,,\n"
        "S.No.,State Code,State Name (In English),State or UT\n"
        "1,020,JHARKHAND ,S\n2,18,ASSAM,S\n3,38,THE DADRA AND NAGAR HAVELI AND DAMAN AND DIU,U\nTotal,,,3\n"
    ),
    "district.csv": (
        "state code, State Name(In English) ,DISTRICT-CODE,District Name (In Englsih),Census 2011 Code\n"
        "20,JHARKHAND,322,BOKARO,355\n18,ASSAM,612,CHIRANG,0\n18,ASSAM,281,BONGAIGAON,0\n"
    ),
    "sub.csv": (
        "S.No.,State Code,District Code,Sub-district Code,Sub-district Version,Sub-district Name\n"
        "1,20,322,02592,1,Peterwar*\n"
    ),
    "blocks.csv": (
        "S.No.,State Code,State Name,District Code,District Name,"
        "Block Code,Block Version,Block Name ,Block Name\n"
        '"21,195",20,JHARKHAND,322,BOKARO,3071,1,PETERWAR,\n'
        "2,18,ASSAM,612,CHIRANG,2504,1,MANIKPUR,মানিকপুর\n"
        "3,18,ASSAM,281,BONGAIGAON,2504,1,MANIKPUR(PT),MANIKPUR(PT)\n"
    ),
    "urban.csv": (
        'S.No.,"Local Body Code",Local Body Name,"Local Body Name (In Local)",State Code\n'
        '1,"2,48,056",Chas,चास,20\n'
    ),
    "villages.csv": "State Code,District Code,Village Code,Village Name (In Englsih)\n20,322,1,Kamaldih\n",
    "coverage.csv": "State Code,Localbody Code,Localbody Name,District Code\n20,248056,Chas,322\n",
    "notes.csv": "something else\n",
}


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """A folder of official files, and one for the tables with the names kept by hand."""
    official, tables = tmp_path / "lgd", tmp_path / "places"
    official.mkdir()
    tables.mkdir()
    for name, text in OFFICIAL.items():
        (official / name).write_text(text, "utf-8")
    hand = "key\tname_hi\tname_en\taliases\tparent\tsource\nblock:322/3071\tपेटरवार\t\tOld Bazar\t\tread\n"
    (tables / BY_HAND).write_text(hand, "utf-8")
    return official, tables


def written(tables: Path, level: Level) -> list[list[str]]:
    return [line.split("\t") for line in (tables / TABLES[level]).read_text("utf-8").splitlines()[1:]]


def test_official_files_are_read_however_their_headings_are_spelt(folders: tuple[Path, Path]):
    official, tables = folders
    assert set(build(official, tables).values()) == {1, 3}
    states = [row[:3] for row in written(tables, Level.STATE)]
    assert states[:2] == [["18", "", "Assam"], ["20", "", "Jharkhand"]]
    assert written(tables, Level.DISTRICT)[1][:3] == ["322", "20", "Bokaro"]
    assert written(tables, Level.SUBDISTRICT)[0][:3] == ["2592", "322", "Peterwar"]
    assert written(tables, Level.ULB)[0][:4] == ["248056", "20", "Chas", "चास"]


def test_blocks_are_keyed_by_district_and_their_second_name_is_the_local_one(folders: tuple[Path, Path]):
    official, tables = folders
    build(official, tables)
    assert [row[:4] for row in written(tables, Level.BLOCK)] == [
        ["281/2504", "281", "Manikpur (Pt)", ""],
        ["322/3071", "322", "Peterwar", ""],
        ["612/2504", "612", "Manikpur", "মানিকপুর"],
    ]


def test_names_kept_by_hand_go_into_the_search_tokens(folders: tuple[Path, Path]):
    official, tables = folders
    build(official, tables)
    tokens = {token.lstrip("=") for token in written(tables, Level.BLOCK)[1][4].split()}
    assert set(search_key("Peterwar").split()) <= tokens
    assert set(search_key("Old Bazar").split()) <= tokens


def test_villages_and_other_files_are_left_alone(folders: tuple[Path, Path]):
    official, _ = folders
    for name in ("villages.csv", "coverage.csv", "notes.csv"):
        assert read_official(official / name) is None


def test_a_missing_level_is_named(folders: tuple[Path, Path]):
    official, tables = folders
    (official / "blocks.csv").unlink()
    with pytest.raises(FileNotFoundError, match="Block"):
        build(official, tables)


def test_a_key_that_comes_twice_is_an_error():
    with pytest.raises(ValueError, match="comes twice"):
        table(Level.DISTRICT, [Entry("1", "2", "A", ""), Entry("1", "3", "B", "")], {})


@pytest.mark.parametrize(
    ("name", "ordinary"),
    [
        ("NORTH AND MIDDLE ANDAMAN", "North and Middle Andaman"),
        ("THE NILGIRIS", "The Nilgiris"),
        ("JANJGIR-CHAMPA", "Janjgir-Champa"),
        ("TIRUPATI(RURAL)", "Tirupati (Rural)"),
        ("SHIRUR ( KA )", "Shirur (Ka)"),
        ("24 PARAGANAS NORTH", "24 Paraganas North"),
        ("Y.S.R.", "Y.S.R."),
        ("COOCH BEHAR II", "Cooch Behar II"),
        ("Bashant Rai*", "Bashant Rai"),
        ("shahpura..(Bhilwara)", "Shahpura (Bhilwara)"),
        ("Bada -Malhera", "Bada-Malhera"),
        ("Bankura - I", "Bankura - I"),
        ("PULICHERLA H/O REDDIVARIPALLE", "Pulicherla H/O Reddivaripalle"),
        ("Tezu HQ", "Tezu HQ"),
        ("MuniKiReti-Dhalwala", "MuniKiReti-Dhalwala"),
        ("Gudur (kurnool)", "Gudur (Kurnool)"),
    ],
)
def test_names_in_capitals_are_put_in_ordinary_letters(name: str, ordinary: str):
    assert ordinary_letters(name) == ordinary


def test_headings_and_codes_lose_what_does_not_matter():
    assert bare_heading(" Village Name (In Englsih) ") == "villagename"
    assert bare_heading("Sub-District Code") == bare_heading("Subdistrict code") == "subdistrictcode"
    assert (whole("020"), whole("21,195"), whole("२०"), whole("Total"), whole("")) == (
        "20",
        "21195",
        "20",
        "",
        "",
    )


def test_the_shipped_tables_have_no_key_twice_and_end_with_a_line():
    for name in (*TABLES.values(), BY_HAND, "bokaro_places.tsv", "state_words.tsv"):
        text = resource("places", name).read_text("utf-8")
        heading, *lines = text.removesuffix("\n").split("\n")
        assert text.endswith("\n")
        assert all(line.count("\t") == heading.count("\t") for line in lines), name
        if name in TABLES.values() or name == BY_HAND:
            assert len({line.split("\t")[0] for line in lines}) == len(lines), name
