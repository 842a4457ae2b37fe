"""The command line, driven as people and scripts drive it: real processes on real homes."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from fieldapp.homes import new_centre
from fieldapp.resources import resource
from tests.conftest import CENTRE

SEED = resource("demo", "melas_seed.csv")


class Done(NamedTuple):
    """What a process left: its status, its result, its words."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def fieldapp(*arguments: str | Path, **environment: str) -> Done:
    """Run the program as its own process, without a terminal."""
    known = {name: value for name, value in os.environ.items() if not name.startswith("FIELDAPP_")}
    done = subprocess.run(
        [sys.executable, "-m", "fieldapp", *map(str, arguments)],
        check=False,
        capture_output=True,
        stdin=subprocess.DEVNULL,
        encoding="utf-8",
        env=known | environment,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return Done(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def home(tmp_path) -> Path:
    """The folder of a centre's practice home that nobody has open."""
    new_centre(tmp_path / "centre", CENTRE, practice=True).close()
    return tmp_path / "centre"


@pytest.fixture
def melas(home) -> Path:
    """The same with the seed's eight melas in it."""
    assert fieldapp("load", "--home", home, SEED).status == 0
    return home


# ---------------------------------------------------------------- speaking


def test_help_is_there_in_both_languages():
    assert "records of one type" in fieldapp("--help").out
    assert "एक प्रकार के अभिलेख" in fieldapp("--help", "--lang", "hi").out


def test_arguments_that_cannot_be_understood_exit_with_two(home):
    assert fieldapp("load", "--home", home).status == 2
    assert fieldapp("dance").status == 2
    assert fieldapp("list", "people").status == 2
    assert fieldapp("report", "melas", "--home", home, "--from", "31-02-2018", "--out", "x.pdf").status == 2


def test_an_error_is_said_in_both_languages_with_its_code_and_exits_with_three(tmp_path):
    done = fieldapp("list", "people", "--home", tmp_path / "nowhere")
    assert (done.status, done.out) == (3, "")
    assert "There is no home" in done.err
    assert "कोई होम नहीं है" in done.err
    assert "(no_home)" in done.err


def test_an_error_with_json_is_one_object_with_its_code(tmp_path):
    done = fieldapp("check", "--home", tmp_path / "nowhere", "--json")
    assert done.json["error"]["code"] == "no_home"
    assert set(done.json["error"]) == {"code", "hi", "en"}


def test_one_language_can_be_asked_for(tmp_path):
    hindi = fieldapp("check", "--home", tmp_path / "nowhere", "--lang", "hi").err
    assert "कोई होम नहीं है" in hindi
    assert "There is no home" not in hindi


# ---------------------------------------------------------------- load and list


def test_the_seed_is_loaded_and_a_repeat_says_so(home):
    done = fieldapp("load", "--home", home, SEED, "--json")
    assert done.status == 0
    assert (done.json["kind"], done.json["guessed"]) == ("mela", True)
    assert done.json["counts"] == {"new": 8, "already": 0, "refused": 0}
    again = fieldapp("load", "--home", home, SEED, "--lang", "en")
    assert again.status == 0
    assert "0 new, 8 already loaded, 0 refused." in again.err


def test_a_list_with_a_bad_line_exits_with_one_and_names_the_line(home, tmp_path):
    people = tmp_path / "people.csv"
    people.write_text("Name,Gender\nMina,F\nRita,X\n", "utf-8")
    done = fieldapp("load", "--home", home, people, "--lang", "en")
    assert done.status == 1
    assert "Row 3" in done.err
    assert "(no_such_code)" in done.err
    assert fieldapp("list", "people", "--home", home, "--json").json["total"] == 1


def test_what_is_listed_can_be_narrowed_down(melas):
    def dates(*where: str) -> list[str]:
        items = fieldapp("list", "activities", "--home", melas, "--json", "--where", *where).json["items"]
        return [item["record"]["start_date"] for item in items]

    assert dates("place=थाइन") == ["2018-09-11"]
    assert dates("place=251530") == ["2018-10-23"]
    assert dates("from=01-11-2018") == ["2018-11-02"]
    assert dates("kind=workshop") == []
    assert len(dates("state=held", "to=2018-09-30")) == 4


def test_a_list_for_people_is_a_line_a_record(melas):
    done = fieldapp("list", "activities", "--home", melas, "--lang", "hi")
    lines = [line.split("\t") for line in done.out.splitlines()]
    assert len(lines) == 8
    assert lines[-1][0] == "0001-Z"
    assert "ठाणे" in lines[-1]


def test_a_condition_that_is_none_is_refused(melas):
    done = fieldapp("list", "activities", "--home", melas, "--where", "colour=red")
    assert (done.status, "(condition)" in done.err) == (1, True)


def test_mobile_numbers_are_masked_unless_the_whole_record_is_asked_for(home):
    fieldapp("demo", "--home", home, "--sessions", "0", "--people", "1")
    masked = fieldapp("list", "people", "--home", home, "--json").json["items"][0]["record"]["mobile"]
    whole = fieldapp("list", "people", "--home", home, "--json", "--full").json["items"][0]["record"][
        "mobile"
    ]
    assert "•" in masked
    assert len(whole) == 10
    assert whole not in fieldapp("list", "people", "--home", home).out


def test_full_records_come_with_their_rosters(home):
    fieldapp("demo", "--home", home, "--sessions", "1")
    (item,) = fieldapp("list", "activities", "--home", home, "--json", "--full").json["items"]
    assert len(item["record"]["rows"]) == item["figures"]["people"]


# ---------------------------------------------------------------- demo


def test_the_demonstration_is_the_same_for_the_same_seed(home, tmp_path):
    new_centre(tmp_path / "other", CENTRE, practice=True).close()
    for folder in (home, tmp_path / "other"):
        done = fieldapp("demo", "--home", folder, "--sessions", "4", "--people", "2", "--json")
        assert done.json["made"]["activity"] == 4
    listed = [
        [item["record"] for item in fieldapp("list", "people", "--home", folder, "--json").json["items"]]
        for folder in (home, tmp_path / "other")
    ]
    assert listed[0] == listed[1]


def test_a_real_home_takes_invented_records_only_when_told_twice(tmp_path):
    new_centre(tmp_path / "real", CENTRE, passphrase="correct horse").close()
    asked = ("demo", "--home", tmp_path / "real", "--sessions", "1")
    refused = fieldapp(*asked, FIELDAPP_PASSPHRASE="correct horse")
    assert (refused.status, "(not_practice)" in refused.err) == (1, True)
    assert fieldapp(*asked, "--yes-invented", FIELDAPP_PASSPHRASE="correct horse").status == 0


# ---------------------------------------------------------------- passphrases and logins


def test_the_passphrase_comes_from_a_variable_or_a_file_and_never_without_being_asked(tmp_path):
    new_centre(tmp_path / "real", CENTRE, passphrase="correct horse").close()
    key_file = tmp_path / "key.txt"
    key_file.write_text("correct horse\n")
    check = ("check", "--home", tmp_path / "real")
    assert fieldapp(*check, FIELDAPP_PASSPHRASE="correct horse").status == 0
    assert fieldapp(*check, "--key-file", key_file).status == 0
    wrong = fieldapp(*check, FIELDAPP_PASSPHRASE="battery staple")
    assert (wrong.status, "(login)" in wrong.err) == (1, True)
    nobody = fieldapp(*check)
    assert (nobody.status, "(no_passphrase)" in nobody.err) == (3, True)


def test_a_supervisor_adds_a_login_and_an_operator_may_not(home):
    asked = ("user", "add", "rita", "--duty", "operator", "--home", home, "--json")
    assert fieldapp(*asked).json["error"]["code"] == "not_allowed"
    assert fieldapp(*asked, "--user", "supervisor").json == {"login": "rita", "duty": "OPERATOR"}
    assert fieldapp("check", "--home", home, "--user", "rita").status == 0


# ---------------------------------------------------------------- papers


def test_the_mela_report_is_the_seeds_table_in_hindi_and_in_english(melas, tmp_path):
    with SEED.open(encoding="utf-8") as file:
        seed = list(csv.DictReader(file))
    for language, column in (("hi", "city_official_hi"), ("en", "city_en")):
        out = tmp_path / f"melas-{language}.csv"
        assert fieldapp("report", "melas", "--home", melas, "--lang", language, "--out", out).status == 0
        table = list(csv.reader(io.StringIO(out.read_bytes().decode("utf-8-sig"))))
        assert [row[2] for row in table[1:]] == [line["date_ddmmyyyy"] for line in seed]
        mark = {"hi": "(केंद्र शासित प्रदेश)", "en": "(UT)"}[language]
        wanted = {f"{line[column]} {mark}" if line["is_ut_in_seed"] == "1" else line[column] for line in seed}
        assert {row[1] for row in table[1:]} == wanted


@pytest.mark.parametrize(("suffix", "beginning"), [(".pdf", b"%PDF"), (".xlsx", b"PK")])
def test_a_report_can_be_had_in_its_formats(melas, tmp_path, suffix, beginning):
    out = tmp_path / f"melas{suffix}"
    done = fieldapp("report", "melas", "--home", melas, "--from", "01-10-2018", "--out", out, "--json")
    assert done.status == 0
    assert out.read_bytes().startswith(beginning)
    assert done.json["bytes"] == out.stat().st_size


def test_a_report_of_one_place_leaves_the_others_out(melas, tmp_path):
    out = tmp_path / "daman.csv"
    fieldapp("report", "melas", "--home", melas, "--place", "state:38", "--lang", "en", "--out", out)
    assert len(out.read_text("utf-8-sig").splitlines()) == 3


def test_a_report_with_another_ending_is_refused(melas, tmp_path):
    done = fieldapp("report", "melas", "--home", melas, "--out", tmp_path / "melas.docx")
    assert (done.status, "(no_such_format)" in done.err) == (1, True)


def test_a_sheet_is_issued_once_and_then_printed_again_under_its_number(home, tmp_path):
    fieldapp("demo", "--home", home, "--sessions", "1")
    asked = ("sheet", "--home", home, "--activity", "0001-Z", "--out", tmp_path / "sheet.pdf", "--json")
    assert fieldapp(*asked, "--expected").json["sheet"] == 1
    assert fieldapp(*asked, "--expected").json["sheet"] == 1
    assert fieldapp(*asked, "--final", "--short").json["sheet"] == 2
    assert (tmp_path / "sheet.pdf").read_bytes().startswith(b"%PDF")


def test_an_activity_is_found_by_its_printed_number_alone(melas, tmp_path):
    out = tmp_path / "sheet.pdf"
    for number in ("2", "0002", "0002-Z", "100000000015/0002-Z"):
        assert (
            fieldapp("sheet", "--home", melas, "--activity", number, "--blank", "3", "--out", out).status == 0
        )
    for number in ("99", "0002-A", "100000000023/0002-Z", "mela"):
        done = fieldapp("sheet", "--home", melas, "--activity", number, "--blank", "3", "--out", out)
        assert (done.status, "(no_activity)" in done.err) == (1, True)


# ---------------------------------------------------------------- check


def test_check_prints_the_state_hash_and_what_is_not_packed(melas):
    done = fieldapp("check", "--home", melas, "--json")
    assert done.status == 0
    assert (done.json["well"], done.json["records"], done.json["unsealed"]) == (True, 8, 8)
    assert len(done.json["state_hash"]) == 64
    assert fieldapp("check", "--home", melas).out == f"state-hash\t{done.json['state_hash']}\n"
