"""The command line, driven as people and scripts drive it: real processes on real homes."""

import csv
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from fieldapp import __version__
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


# Every command is a process of its own; it is forked from one that has imported the program and read the
# places already, which takes longer than the command itself.
PARENT = """
import gc, json, os, sys, traceback
import fieldapp.cli, fieldapp.papers
from fieldapp.commands import exchange, keeping, offices, papers, records
from fieldapp.storage.gazetteer import gazetteer
gazetteer().find("Kasmar")
gc.freeze()
for line in sys.stdin:
    asked = json.loads(line)
    child = os.fork()
    if not child:
        for name in [one for one in os.environ if one.startswith("FIELDAPP_")]:
            del os.environ[name]
        os.environ.update(asked["environment"])
        for number, path in enumerate([os.devnull, asked["out"], asked["err"]]):
            os.dup2(os.open(path, os.O_RDWR), number)
        sys.stdin = open(0)
        try:
            status = fieldapp.cli.main(asked["arguments"])
        except SystemExit as leaving:
            status = leaving.code or 0
        except BaseException:
            traceback.print_exc()
            status = 70
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@pytest.fixture(scope="module", autouse=True)
def parent() -> Iterator[None]:
    """The process the commands are forked from."""
    global _parent
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    ) as _parent:
        yield
        _parent.stdin.close()


_parent: subprocess.Popen[str]


def fieldapp(*arguments: str | Path, **environment: str) -> Done:
    """Run a command as its own process, without a terminal."""
    with tempfile.NamedTemporaryFile() as out, tempfile.NamedTemporaryFile() as err:
        asked = {"arguments": [*map(str, arguments)], "environment": environment}
        _parent.stdin.write(json.dumps(asked | {"out": out.name, "err": err.name}) + "\n")
        _parent.stdin.flush()
        status = int(_parent.stdout.readline())
        done = Done(status, out.read().decode(), err.read().decode())
    assert "Traceback" not in done.err, done.err
    return done


@pytest.fixture
def home(made_centre, tmp_path) -> Path:
    """The folder of a centre's practice home that nobody has open."""
    return Path(shutil.copytree(made_centre, tmp_path / "home"))


@pytest.fixture(scope="module")
def kept(tmp_path_factory) -> Path:
    """Homes made once for all tests of this file: each gets a copy of its own."""
    folder = tmp_path_factory.mktemp("kept")
    new_centre(folder / "melas", CENTRE, practice=True).close()
    assert fieldapp("load", "--home", folder / "melas", SEED).status == 0
    assert fieldapp("hq", "new", "--home", folder / "hq", "--practice").status == 0
    asked = ("--centre", CENTRE.csc_id, "--name", "प्रज्ञा केंद्र / Pragya Kendra", "--place", "block:322/3069")
    done = fieldapp("hq", "pack", "--home", folder / "hq", *asked, "--to", folder / "pack", "--json")
    (folder / "words").write_text(done.json["packs"][0]["words"])
    words = ("--words-file", folder / "words")
    done = fieldapp(
        "centre", "new", "--home", folder / "centre", "--practice", "--pack", folder / "pack", *words
    )
    assert done.status == 0
    assert fieldapp("load", "--home", folder / "centre", SEED).status == 0
    (folder / "stick").mkdir()
    assert fieldapp("export", "--home", folder / "centre", "--to", folder / "stick").status == 0
    return folder


@pytest.fixture
def melas(kept, tmp_path) -> Path:
    """A centre's practice home with the seed's eight melas in it."""
    return Path(shutil.copytree(kept / "melas", tmp_path / "melas"))


class Office(NamedTuple):
    """A head office, a centre that took its pack, and a stick with the centre's first batch."""

    hq: Path
    centre: Path
    stick: Path

    @property
    def file(self) -> Path:
        return next(self.stick.glob("*.fieldsync"))


@pytest.fixture
def office(kept, tmp_path) -> Office:
    return Office(
        *(Path(shutil.copytree(kept / name, tmp_path / name)) for name in ("hq", "centre", "stick"))
    )


# ---------------------------------------------------------------- speaking


def test_the_program_starts_as_a_module_and_passes_its_status_on(home):
    def started(*arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-m", "fieldapp", *map(str, arguments)]
        return subprocess.run(command, check=False, capture_output=True, stdin=subprocess.DEVNULL)

    assert b"0 links" in started("check", "--home", home, "--lang", "en").stderr
    assert started("check", "--home", home / "nowhere").returncode == 3
    assert started("--version").stdout.strip().decode() == __version__


def test_who_stops_reading_the_list_stops_nothing_else(melas):
    """As with `fieldapp list … | head`."""
    command = [sys.executable, "-m", "fieldapp", "list", "activities", "--home", str(melas), "--lang", "en"]
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        command, check=False, stdout=writing, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"Records: 8\n")


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
    by_number = {line[0]: line for line in lines}
    assert sorted(by_number) == [f"{n:04d}-Z" for n in range(1, 9)]
    assert "ठाणे" in by_number["0001-Z"]


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


# ---------------------------------------------------------------- new homes


def test_a_new_home_says_who_it_is_and_is_made_once(tmp_path):
    asked = ("hq", "new", "--home", tmp_path / "hq", "--practice", "--json")
    made = fieldapp(*asked).json
    assert (made["kind"], made["practice"], made["login"]) == ("hq", True, "officer")
    assert len(made["fingerprint"]) == 19
    assert fieldapp(*asked).json["error"]["code"] == "home_exists"


def test_a_block_office_is_told_its_block(tmp_path):
    done = fieldapp("hq", "new", "--home", tmp_path / "b", "--practice", "--scope", "322/3069", "--json")
    assert done.json["place"] == "block:322/3069"


def test_a_centre_without_a_pack_gives_its_id_name_and_place(tmp_path):
    asked = ("centre", "new", "--home", tmp_path / "c", "--practice", "--json", "--user", "asha")
    known = ("--name", "प्रज्ञा केंद्र", "--place", "Kasmar")
    wrong = fieldapp(*asked, "--centre", "12345", *known)
    assert wrong.json["error"]["code"] == "csc_id"
    assert not (tmp_path / "c").exists()
    made = fieldapp(*asked, "--centre", CENTRE.csc_id, *known).json
    assert (made["centre"], made["login"], made["place"]) == (CENTRE.csc_id, "asha", "block:322/3069")
    assert made["name"] == {"hi": "प्रज्ञा केंद्र", "en": ""}


def test_a_centre_is_made_from_its_pack_only_with_the_right_words(kept, tmp_path):
    (tmp_path / "wrong").write_text("apple arm baby bag ball banana")
    asked = ("centre", "new", "--home", tmp_path / "c", "--pack", kept / "pack", "--practice", "--json")
    wrong = fieldapp(*asked, "--words-file", tmp_path / "wrong")
    assert (wrong.status, wrong.json["error"]["code"]) == (1, "words")
    assert fieldapp(*asked).json["error"]["code"] == "no_words"
    assert not (tmp_path / "c").exists()
    made = fieldapp(*asked, "--words-file", kept / "words").json
    assert (made["centre"], made["name"]["en"]) == (CENTRE.csc_id, "Pragya Kendra")


def test_a_real_centre_does_not_take_a_pack_for_practice(kept, tmp_path):
    asked = ("--pack", kept / "pack", "--words-file", kept / "words", "--json")
    done = fieldapp("centre", "new", "--home", tmp_path / "c", *asked, FIELDAPP_PASSPHRASE="correct horse")
    assert done.json["error"]["code"] == "practice_file"


def test_packs_are_made_for_many_centres_from_a_table(tmp_path):
    fieldapp("hq", "new", "--home", tmp_path / "hq", "--practice")
    table = tmp_path / "centres.csv"
    table.write_text(
        "csc_id,name_hi,name_en,place_key\n100000000023,चास,Chas,block:322/3066\n"
        "100000000031,गोमिया,Gomia,block:322/3067\n",
        "utf-8",
    )
    (tmp_path / "packs").mkdir()
    done = fieldapp(
        "hq", "pack", "--home", tmp_path / "hq", "--many", table, "--to", tmp_path / "packs", "--json"
    )
    assert [one["centre"] for one in done.json["packs"]] == ["100000000023", "100000000031"]
    assert len(list((tmp_path / "packs").iterdir())) == 2
    listed = fieldapp("hq", "centres", "--home", tmp_path / "hq", "--json").json["centres"]
    assert [one["unused_packs"] for one in listed] == [["A"], ["A"]]


def test_a_list_of_centres_is_registered_line_by_line_and_its_words_are_printed(tmp_path):
    fieldapp("hq", "new", "--home", tmp_path / "hq", "--practice")
    table = tmp_path / "centres.csv"
    table.write_text(
        "csc_id,name_en,block,contact,phone\n100000000023,Chas,Chas,Sita,5012345678\n12,,,,\n", "utf-8"
    )
    done = fieldapp("hq", "register", "--home", tmp_path / "hq", table, "--json")
    assert done.status == 1
    assert [(one["line"], one["fate"], one["code"]) for one in done.json["centres"]] == [
        (2, "NEW", ""),
        (3, "REFUSED", "csc_id"),
    ]
    (tmp_path / "packs").mkdir()
    words = tmp_path / "words.csv"
    made = fieldapp(
        *("hq", "pack", "--home", tmp_path / "hq", "--many", table, "--to", tmp_path / "packs"),
        *("--words-list", words, "--json"),
    )
    (pack,) = made.json["packs"]
    assert pack["words"] in words.read_text("utf-8-sig")
    called = ("--centre", "100000000023", "--name", "Gita", "--phone", "5012345679")
    assert fieldapp("hq", "contact", "--home", tmp_path / "hq", *called).status == 0
    out = tmp_path / "calls.csv"
    listed = fieldapp("hq", "centres", "--home", tmp_path / "hq", "--worst", "--out", out, "--json")
    assert listed.json["centres"][0]["contact"]["phone"] == "5012345679"
    health = listed.json["centres"][0]["health"]
    assert health["silent"] is None
    assert [health[one] for one in ("corrections", "records", "percent", "clock_days")] == [0] * 4
    assert "5012345679" in out.read_text("utf-8-sig")


def test_trust_ends_at_a_number_and_is_given_back(office):
    stick, hq = office.stick, ("--home", office.hq, "--json")
    fieldapp("import", *hq, stick)
    of_centre = ("--centre", CENTRE.csc_id)
    assert fieldapp("hq", "revoke", *hq, *of_centre, "--at", "999").json["error"]["code"] == "no_checkpoint"
    assert (
        fieldapp("hq", "revoke", *hq, *of_centre, "--letter", "Q").json["error"]["code"] == "which_computer"
    )
    done = fieldapp("hq", "revoke", *hq, *of_centre, "--letter", "a", "--at", "0", "--reason", "lost").json
    assert (done["n"], done["beyond"]) == (0, 1)
    (centre,) = fieldapp("hq", "centres", *hq).json["centres"]
    assert centre["nodes"][0]["state"] == "revoked"
    assert fieldapp("hq", "restore", *hq, *of_centre).status == 0
    assert fieldapp("hq", "restore", *hq, *of_centre).json["error"]["code"] == "not_revoked"


def test_the_working_key_is_changed_and_the_reserve_key_kept_apart(office, tmp_path):
    hq = ("--home", office.hq, "--json")
    first = fieldapp("hq", "keys", *hq).json
    assert (first["list"], first["older"], first["reserve_here"]) == (1, 0, True)
    second = fieldapp("hq", "rotate-key", *hq).json
    assert (second["list"], second["older"]) == (2, 1)
    assert second["fingerprint"] != first["fingerprint"]
    made = fieldapp("hq", "reserve-key", *hq, "--write", tmp_path).json
    words = tmp_path / "words.txt"
    words.write_text(made["words"], "utf-8")
    kept = tmp_path / made["file"]
    said = ("--words-file", words)
    assert fieldapp("hq", "reserve-key", *hq, "--forget", kept, *said).json == {"reserve_here": False}
    assert fieldapp("hq", "rotate-key", *hq).json["error"]["code"] == "reserve_apart"
    assert fieldapp("hq", "rotate-key", *hq, "--reserve", kept, *said).json["list"] == 3
    assert fieldapp("hq", "reserve-key", *hq, "--open", kept, *said).json["error"]["code"] == "no_out"
    identity = tmp_path / "identity.txt"
    assert fieldapp("hq", "reserve-key", *hq, "--open", kept, *said, "--out", identity).status == 0
    assert identity.read_text("utf-8").startswith("AGE-SECRET-KEY-1")
    assert identity.stat().st_mode & 0o077 == 0


def test_what_centres_are_told_of_the_programme_is_set_and_shown(office):
    hq = ("--home", office.hq, "--json")
    given = (
        "--name",
        "डिजी धन / Digi Dhan",
        "--until",
        "31-03-2027",
        "--contact",
        "Sita",
        "--phone",
        "5012345678",
    )
    said = fieldapp("hq", "programme", *hq, *given).json
    assert said == {
        "name": {"hi": "डिजी धन", "en": "Digi Dhan"},
        "until": "2027-03-31",
        "contact": "Sita",
        "phone": "5012345678",
    }
    assert fieldapp("hq", "programme", *hq).json == said
    assert fieldapp("hq", "programme", *hq, "--no-end").json["until"] == ""


def test_a_centre_that_started_by_itself_asks_and_is_enrolled_by_its_fingerprint(home, tmp_path):
    fieldapp("hq", "new", "--home", tmp_path / "hq", "--practice")
    request = fieldapp("enrol-request", "--home", home, "--to", tmp_path, "--json").json
    asked = ("hq", "enrol", "--home", tmp_path / "hq", tmp_path / request["file"], "--json")
    shown = fieldapp(*asked)
    assert (shown.status, shown.json["enrolled"]) == (1, False)
    assert shown.json["fingerprint"] == request["fingerprint"]
    assert fieldapp(*asked, "--fingerprint", "0000").json["error"]["code"] == "fingerprint"
    assert fieldapp(*asked, "--fingerprint", request["fingerprint"][-4:]).json["enrolled"] is True
    (centre,) = fieldapp("hq", "centres", "--home", tmp_path / "hq", "--json").json["centres"]
    assert (centre["centre"], centre["nodes"][0]["state"]) == (CENTRE.csc_id, "trusted")


# ---------------------------------------------------------------- the sync file


def test_an_export_names_its_files_and_says_when_there_is_nothing_new(office, tmp_path):
    again = fieldapp("export", "--home", office.centre, "--to", tmp_path, "--full", "--json")
    assert (again.json["batch"], again.json["records"], again.json["full"]) == (2, 8, True)
    (file,) = again.json["files"]
    assert hashlib.sha256((tmp_path / file["name"]).read_bytes()).hexdigest() == file["sha256"]


def test_an_export_to_a_folder_that_is_gone_is_the_surroundings_fault(office, tmp_path):
    done = fieldapp("export", "--home", office.centre, "--to", tmp_path / "gone", "--json")
    assert (done.status, done.json["error"]["code"]) == (3, "stick_gone")


def test_a_size_that_is_none_is_a_wrong_argument(office, tmp_path):
    assert fieldapp("export", "--home", office.centre, "--to", tmp_path, "--limit", "much").status == 2


def test_anyone_can_see_what_a_file_is_and_head_office_all_of_it(office):
    outside = fieldapp("inspect", office.file, "--json")
    assert outside.status == 0
    assert (outside.json["kind"], outside.json["opened"]) == ("batch", False)
    assert outside.json["header"]["centre"] == CENTRE.csc_id
    fieldapp("import", "--home", office.hq, office.stick)
    inside = fieldapp("inspect", office.file, "--home", office.hq, "--json").json
    assert inside["manifest"]["counts"] == {"activity": 8}
    assert {line["f"]["kind"] for line in inside["lines"]} == {"MELA"}
    assert {line["q"] for line in inside["lines"]} == {inside["manifest"]["clock"].get("suspect", False)}


def test_a_centre_cannot_open_its_own_file(office):
    done = fieldapp("inspect", office.file, "--home", office.centre, "--json")
    assert (done.status, done.json["code"]) == (1, "other_office")


def test_a_file_that_is_none_is_named_as_what_it_is(tmp_path):
    (tmp_path / "x.pdf").write_bytes(b"%PDF-1.7 " + bytes(200))
    done = fieldapp("inspect", tmp_path / "x.pdf", "--json")
    assert done.json["error"]["code"] == "not_a_sync_file"


def test_a_path_that_is_no_text_is_said_all_the_same(tmp_path):
    """On some systems a name may hold any bytes."""
    path = tmp_path / os.fsdecode(b"caf\xe9") / "x.fieldsync"
    done = fieldapp("inspect", path)
    assert (done.status, "caf\\udce9" in done.err) == (3, True)
    assert str(path.parent) in fieldapp("inspect", path, "--json").json["error"]["en"]["title"]


def test_the_preview_of_an_import_equals_its_result_and_a_repeat_changes_nothing(office):
    preview = fieldapp("import", "--home", office.hq, "--dry-run", office.stick, "--json")
    assert preview.status == 0
    assert fieldapp("list", "activities", "--home", office.hq, "--json").json["total"] == 0
    done = fieldapp("import", "--home", office.hq, office.stick, "--json")
    assert done.json["totals"] == preview.json["totals"]
    assert done.json["totals"]["new"] == 8
    (file,) = done.json["files"]
    assert (file["state"], file["code"], file["centre"], file["batch"]) == ("IMPORTED", "", CENTRE.csc_id, 1)
    before = fieldapp("check", "--home", office.hq, "--json").json["state_hash"]
    again = fieldapp("import", "--home", office.hq, office.stick, "--json")
    assert again.status == 0
    assert again.json["files"][0]["code"] == "already_imported"
    assert again.json["totals"]["new"] == 0
    assert fieldapp("check", "--home", office.hq, "--json").json["state_hash"] == before


def test_an_import_is_undone_by_its_batch_and_the_log_says_who_did_it(office):
    before = fieldapp("check", "--home", office.hq, "--json").json["state_hash"]
    fieldapp("import", "--home", office.hq, office.stick)
    with_it = fieldapp("check", "--home", office.hq, "--json").json["state_hash"]
    done = fieldapp("import-undo", "--home", office.hq, "1", "--reason", "twice", "--json")
    assert done.status == 0
    assert [(one["state"], one["records"]) for one in done.json["files"]] == [("WITHDRAWN", 8)]
    assert fieldapp("check", "--home", office.hq, "--json").json["state_hash"] == before
    assert fieldapp("import-undo", "--home", office.hq, "1", "--json").json["error"]["code"] == "no_file"
    said = [one["verb"] for one in fieldapp("audit", "--home", office.hq, "--json").json["lines"]]
    assert said[:3] == ["undo_import", "IMPORT_WITHDRAWN", "import"]
    again = fieldapp("import", "--home", office.hq, office.stick, "--json").json
    assert (again["totals"]["new"], again["sorts"]) == (8, {"IMPORTED": 1})
    assert fieldapp("check", "--home", office.hq, "--json").json["state_hash"] != before
    assert with_it != before


def test_a_bad_file_is_named_and_stops_no_other(office):
    (office.stick / "half.fieldsync").write_bytes(office.file.read_bytes()[:-100])
    done = fieldapp("import", "--home", office.hq, office.stick, "--json")
    assert done.status == 1
    assert {file["state"]: file["code"] for file in done.json["files"]} == {
        "IMPORTED": "",
        "REFUSED": "truncated",
    }


def test_a_file_from_an_unknown_centre_waits_with_its_code(office, tmp_path):
    fieldapp("hq", "new", "--home", tmp_path / "other", "--practice")
    done = fieldapp("import", "--home", tmp_path / "other", office.stick, "--json")
    assert (done.status, done.json["files"][0]["code"]) == (1, "unknown_sender")


def test_a_receipt_turns_records_to_received_and_both_homes_have_one_state_hash(office, tmp_path):
    fieldapp("import", "--home", office.hq, office.stick)
    back = tmp_path / "back"
    back.mkdir()
    (receipt,) = fieldapp("receipts", "--home", office.hq, "--to", back, "--json").json["receipts"]
    assert (receipt["centre"], receipt["number"]) == (CENTRE.csc_id, 1)
    done = fieldapp("receive", "--home", office.centre, back, "--json")
    assert done.status == 0
    assert (done.json["files"][0]["state"], done.json["files"][0]["received"]) == ("TAKEN", 8)
    items = fieldapp("list", "activities", "--home", office.centre, "--json").json["items"]
    assert {item["sync"] for item in items} == {"RECEIVED"}
    hashes = {fieldapp("check", "--home", one, "--json").json["state_hash"] for one in office[:2]}
    assert len(hashes) == 1
    assert fieldapp("export", "--home", office.centre, "--to", back).status == 1


def test_head_office_lists_what_it_found(office):
    fieldapp("import", "--home", office.hq, office.stick)
    done = fieldapp("hq", "findings", "--home", office.hq, "--json")
    assert (done.status, done.json) == (0, {"findings": [], "waiting": 0})
    assert fieldapp("hq", "findings", "--home", office.hq, "--kind", "NONE").status == 2


def test_records_are_equal_at_the_centre_and_at_head_office_field_by_field(office):
    fieldapp("import", "--home", office.hq, office.stick)

    def records(home: Path) -> dict[str, object]:
        items = fieldapp("list", "activities", "--home", home, "--json", "--full").json["items"]
        return {item["id"]: item["record"] for item in items}

    assert records(office.centre) == records(office.hq)


def test_a_receipt_of_another_centre_is_left_where_it_lies(office, home, tmp_path):
    fieldapp("import", "--home", office.hq, office.stick)
    fieldapp("receipts", "--home", office.hq, "--to", tmp_path, "--json")
    receipt = next(tmp_path.glob("*receipt*"))
    done = fieldapp("receive", "--home", home, receipt, "--json")
    assert (done.status, done.json["files"][0]["state"]) == (1, "OTHERS")


def test_the_pack_that_comes_later_is_taken_with_its_words(home, kept):
    asked = ("receive", "--home", home, kept / "pack", "--json")
    assert fieldapp(*asked).json["error"]["code"] == "no_words"
    done = fieldapp(*asked, "--words-file", kept / "words")
    assert (done.status, done.json["files"][0]["state"]) == (0, "PACK")


def test_a_centre_does_not_import_and_an_office_does_not_export_for_it(office):
    assert fieldapp("import", "--home", office.centre, office.stick, "--json").json["error"]["code"] in (
        "not_allowed",
        "not_an_office",
    )
