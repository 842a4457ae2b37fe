"""Another officer's place at a head office, by the command line."""

import pytest

from tests.test_cli import fieldapp, parent  # noqa: F401 - the process the commands are forked from


@pytest.fixture
def office(databases, tmp_path):
    """A head office on a server: its folder and the address of its database."""
    url = databases()
    made = fieldapp("hq", "new", "--home", tmp_path / "hq", "--practice", "--database", url, "--json")
    assert made.status == 0
    return tmp_path / "hq", url


def test_an_officer_is_invited_and_joins_under_a_name_of_their_own(office, tmp_path):
    hq, url = office
    invited = fieldapp("hq", "invite", "--home", hq)
    assert (invited.status, len(invited.out.split())) == (0, 6)
    (tmp_path / "words").write_text(invited.out)
    place = ("hq", "join", "--home", tmp_path / "second", "--database", url)
    words = ("--words-file", tmp_path / "words", "--json")
    assert fieldapp(*place, "--json").json["error"]["code"] == "no_words"
    assert fieldapp(*place, *words).json["error"]["code"] == "login"
    joined = fieldapp(*place, *words, "--user", "second")
    assert joined.status == 0
    assert {name: joined.json[name] for name in ("kind", "login", "practice")} == {
        "kind": "hq", "login": "second", "practice": True,
    }  # fmt: skip
    keys = [
        fieldapp("hq", "keys", "--home", folder, "--user", user, "--json").json
        for folder, user in ((hq, "officer"), (tmp_path / "second", "second"))
    ]
    assert {one["fingerprint"] for one in keys} == {joined.json["fingerprint"]}
    assert [one["reserve_here"] for one in keys] == [True, False]
    refused = fieldapp(*place, *words)
    assert (refused.status, refused.json["error"]["code"]) == (1, "no_invitation")
    added = fieldapp("user", "add", "Second", "--home", hq, "--duty", "officer", "--json")
    assert (added.status, added.json["error"]["code"]) == (1, "login")


def test_a_database_that_cannot_be_joined_is_refused_and_a_silent_server_is_the_surroundings(
    office, tmp_path
):
    (tmp_path / "words").write_text("six words")
    place = ("hq", "join", "--home", tmp_path / "second", "--words-file", tmp_path / "words", "--database")
    refused = fieldapp(*place, "sqlite:///office.db")
    assert (refused.status, "(database_url)" in refused.err) == (1, True)
    silent = fieldapp(*place, f"{office[1]}_gone")
    assert (silent.status, "(server_gone)" in silent.err) == (3, True)
    assert fieldapp("hq", "join", "--home", tmp_path / "second").status == 2
    assert not (tmp_path / "second").exists()
