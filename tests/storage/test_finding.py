"""What is typed finds what was saved, on both engines, newest first and without gap or repeat."""

from datetime import UTC, date, datetime

import msgspec
import pytest

from fieldapp.domain.actor import Actor
from fieldapp.domain.fields import Name, PlaceRef, Ref
from fieldapp.domain.records import Activity, PaymentTry, Person, RosterRow, person_of_row
from fieldapp.homes import new_hq
from fieldapp.storage import people_list, search_index, state
from fieldapp.storage.queries import Query, page
from fieldapp.storage.records import Typed, put

ACTOR = Actor("ravi", "OFFICER")
AT = datetime(2017, 1, 14, 5, 30, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgresql"])
def home(request, tmp_path):
    if request.param == "sqlite":
        yield request.getfixturevalue("centre_home")
        return
    url = request.getfixturevalue("databases")()
    made = new_hq(tmp_path / "hq", practice=True, database_url=url)
    yield made
    made.close()


def save(home, *records, deleted=None, version=None):
    with home.database.transaction() as tx:
        for record in records:
            put(tx, record, ACTOR, Typed(home.keys.key_id, 1, AT), base_version=version, deleted=deleted)


def listed(home, word, query, limit=200):
    """All ids that a list gives, page by page."""
    found, after = [], None
    with home.database.transaction() as tx:
        search_index.catch_up(tx, 1000)
    while True:
        with home.database.reading() as tx:
            if word == "people":
                one = people_list.people_page(tx, query, after, limit)
            else:
                one = page(tx, word, query, after, limit)
        found += [held.record.id for held in one.items]
        after = one.next
        if after is None:
            return found


def session(n, *names, day=14, **given):
    rows = tuple(RosterRow(row=at, position=at, name=Name(*name)) for at, name in enumerate(names, 1))
    return Activity(
        id=f"{n:032x}",
        number=n,
        letter="A",
        start_date=date(2017, 1, day),
        rows=rows,
        last_row=len(rows),
        **given,
    )


def person(n, hi="", en="", **given):
    return Person(id=f"{n:032x}", name=Name(hi, en), **given)


@pytest.mark.parametrize(
    "typed", ["sunita", "सुनीता", "suneeta", "Smt. Sunita Devi", "SUNITA  devi", "su", "sunitadevi", "दे"]
)
def test_a_name_is_found_in_any_script_and_spelling(home, typed):
    save(home, person(1, "सुनीता देवी"), person(2, "राजेश महतो"), session(3, ("", "Sunita Devi"), ("", "Ram")))
    row = RosterRow(row=1)
    assert listed(home, "people", Query(text=typed)) == [person_of_row(f"{3:032x}", row), f"{1:032x}"]
    assert listed(home, "activity", Query(text=typed)) == [f"{3:032x}"]
    assert listed(home, "person", Query(text=typed)) == [f"{1:032x}"]


def test_a_change_a_striking_out_and_a_deletion_are_seen_at_once(home):
    made = session(1, ("सुनीता", ""), ("राजेश", ""))
    save(home, made)
    assert listed(home, "activity", Query(text="sunita")) == [made.id]
    first, second = made.rows
    renamed = msgspec.structs.replace(first, name=Name("कमला"))
    save(home, msgspec.structs.replace(made, rows=(renamed, second)), version=1)
    assert listed(home, "activity", Query(text="sunita")) == []
    assert len(listed(home, "people", Query(text="kamla"))) == 1
    struck = msgspec.structs.replace(renamed, struck=True)
    save(home, msgspec.structs.replace(made, rows=(struck, second)), version=2)
    assert listed(home, "people", Query(text="kamla")) == []
    save(home, msgspec.structs.replace(made, rows=(second,)), version=3, deleted="twice")
    assert listed(home, "people", Query(text="rajesh")) == listed(home, "people", Query()) == []
    assert listed(home, "activity", Query(deleted=True)) == [made.id]
    save(home, msgspec.structs.replace(made, rows=(second,)), version=4)
    assert len(listed(home, "people", Query(text="rajesh"))) == 1


def test_pages_of_what_was_found_follow_each_other_newest_first(home):
    made = [session(n, ("सुनीता", ""), ("सुनीता", ""), day=1 + n % 9) for n in range(1, 24)]
    save(home, *made)
    newest = sorted(made, key=lambda one: (one.start_date, one.id), reverse=True)
    assert listed(home, "activity", Query(text="sun"), limit=5) == [one.id for one in newest]
    people = listed(home, "people", Query(text="sunita"), limit=7)
    assert len(people) == len(set(people)) == 46
    assert listed(home, "people", Query(), limit=7) == people


def test_a_name_is_not_put_together_from_two_people_of_one_session(home):
    save(home, session(1, ("सुनीता महतो", ""), ("राजेश सोरेन", "")), session(2, ("सुनीता सोरेन", "")))
    assert listed(home, "activity", Query(text="sunita soren")) == [f"{2:032x}"]


def test_who_only_sounds_alike_comes_after_the_few_who_fit_and_not_after_many(home):
    save(home, person(1, en="Mousumi Ghosh"), person(2, "मौसमी घोष"), session(3, ("", "Mousumi Ghose")))
    row = person_of_row(f"{3:032x}", RosterRow(row=1))
    assert listed(home, "people", Query(text="mousumi ghosh")) == [row, f"{1:032x}", f"{2:032x}"]
    assert listed(home, "person", Query(text="मौसमी घोष")) == [f"{2:032x}", f"{1:032x}"]
    assert listed(home, "activity", Query(text="मौसमी")) == [f"{3:032x}"]
    save(home, *(person(n, "मौसमी घोष") for n in range(10, 18)))
    assert f"{1:032x}" not in listed(home, "people", Query(text="मौसमी घोष"))


def test_numbers_find_activities_as_they_stand_on_paper(home):
    save(home, session(42, title=Name("चाय")), session(43, title=Name("चाय")), session(420))
    for typed in ("42", "0042", "0042-A", "४२", "100000000015/0042-A", "110000000001500042" + "01001001"):
        assert listed(home, "activity", Query(text=typed)) == [f"{42:032x}"], typed
    assert listed(home, "activity", Query(text="0042-B")) == []


def test_a_whole_mobile_number_finds_only_the_session_where_it_stands(home):
    one, other = (
        RosterRow(row=1, name=Name("राम"), mobile=mobile) for mobile in ("5123456789", "5999996789")
    )
    save(home, Activity(id="01" * 16, rows=(one,), number=1), Activity(id="02" * 16, rows=(other,), number=2))
    save(home, session(3, title=Name(en="Call 5123456789")))
    assert listed(home, "activity", Query(text="6789")) == ["02" * 16, "01" * 16]
    assert listed(home, "activity", Query(text="५१२३४५६७८९")) == [f"{3:032x}", "01" * 16]


def test_a_receipt_number_and_the_end_of_a_mobile_number_find_the_session(home):
    paid = PaymentTry(slot=1, reference_number="701412345678")
    row = RosterRow(row=1, name=Name("राम"), mobile="5123456789", tries=(paid,))
    save(home, Activity(id="01" * 16, rows=(row,), number=1), session(2, ("राम", "")))
    for typed in ("701412345678", "७०१४ १२३४ ५६७८", "6789", "राम 6789"):
        assert listed(home, "activity", Query(text=typed)) == ["01" * 16], typed
    assert listed(home, "people", Query(text="5123456789")) == [person_of_row("01" * 16, row)]
    assert listed(home, "people", Query(text="5999456789")) == []


def test_filters_narrow_down_what_is_typed(home):
    save(
        home,
        session(1, ("सुनीता", ""), kind="MELA", place=PlaceRef("block:322/3069")),
        session(2, ("सुनीता", ""), kind="CHAI_SAMOSA", place=PlaceRef("block:322/3069")),
        session(3, ("सुनीता", ""), kind="MELA", place=PlaceRef("block:323/1"), day=20),
    )
    assert listed(home, "activity", Query(text="sunita", kind="MELA")) == [f"{3:032x}", f"{1:032x}"]
    assert listed(home, "activity", Query(text="sunita", place="district:322", kind="MELA")) == [f"{1:032x}"]
    assert listed(home, "activity", Query(text="sunita", start=date(2017, 1, 15))) == [f"{3:032x}"]
    assert listed(home, "activity", Query(place="district:322", kind="MELA")) == [f"{1:032x}"]
    assert len(listed(home, "people", Query(text="sunita", place="district:322"))) == 2


def test_somebody_with_a_record_stands_in_one_line(home):
    origin = session(1, ("सुनीता", ""))
    known = person_of_row(origin.id, origin.rows[0])
    again = session(2, day=15)
    row = RosterRow(row=1, name=Name("सुनीता"), person=Ref(known))
    save(home, origin, msgspec.structs.replace(again, rows=(row,)))
    assert listed(home, "people", Query(text="sunita")) == [known]
    save(home, Person(id=known, name=Name("सुनीता देवी")))
    assert listed(home, "people", Query(text="sunita")) == [known]
    with home.database.reading() as tx:
        assert people_list.people_page(tx, Query(text="sunita")).standing == {}


def test_a_list_is_sorted_by_a_column_both_ways_and_paged(home):
    made = [session(n, title=Name(f"{n % 4}"), day=1 + n % 9) for n in range(1, 15)]
    save(home, *made)
    for sort, key in (
        ("number", lambda one: (one.number, one.id)),
        ("title_hi", lambda one: (one.title.hi, one.id)),
        ("kind", lambda one: (one.kind, one.start_date, one.id)),
    ):
        expected = [one.id for one in sorted(made, key=key)]
        assert listed(home, "activity", Query(sort=sort), limit=4) == expected
        assert listed(home, "activity", Query(sort=sort, backwards=True), limit=4) == expected[::-1]


def test_what_came_in_a_file_is_indexed_in_slices_and_what_was_saved_here_at_once(home):
    save(home, person(1, "सुनीता"))
    with home.database.transaction() as tx:
        search_index.catch_up(tx)
        search_index.mark(tx, [bytes.fromhex(f"{n:032x}") for n in range(1, 9)], late=True)
    save(home, person(9, "सुनीता"))
    with home.database.transaction() as tx:
        assert search_index.catch_up(tx, 3) is True
        assert len(people_list.people_page(tx, Query(text="sunita")).items) == 2
        assert search_index.catch_up(tx, 3) is True
        assert search_index.catch_up(tx, 3) is False


def test_an_index_of_other_sounds_is_made_again_in_slices_and_searched_meanwhile(home):
    save(home, *(person(n, "लक्ष्मी मुर्मू") for n in range(1, 6)), person(6, en="Mousumi Soren"))
    search = home.services.search
    while search.index_more(2):
        pass
    wanted = {"lachhmi": 5, "मौसमी": 1}
    assert {typed: len(listed(home, "people", Query(text=typed))) for typed in wanted} == wanted
    with home.database.transaction() as tx:  # as a program left it that heard everybody as 'vili'
        for sql in (
            "DELETE FROM search_postings",
            "DELETE FROM search_words",
            "UPDATE search_entries SET mark = 0, words = CAST('.vili' AS {})",
            "INSERT INTO search_words (n, word, least) VALUES (1, CAST('p.vili' AS {}), 0)",
            'INSERT INTO search_postings SELECT 1, day, record, "row" FROM search_entries',
        ):
            tx.exec_driver_sql(sql.format("BLOB" if tx.dialect.name == "sqlite" else "BYTEA"))
        state.write(tx, "search_made_as", "1")
    assert len(found_as_it_is(home, "vili")) == 6
    assert search.index_more(2) is True
    assert len(found_as_it_is(home, "vili")) == 4
    while search.index_more(2):
        pass
    assert found_as_it_is(home, "vili") == ()
    assert {typed: len(listed(home, "people", Query(text=typed))) for typed in wanted} == wanted
    assert search.index_more(2) is False


def found_as_it_is(home, typed):
    """People who are found without the index catching up."""
    with home.database.reading() as tx:
        return people_list.people_page(tx, Query(text=typed)).items


@pytest.fixture
def named(home):
    """People of two villages who have a record or stand in a session, some in both."""
    origin = session(100, ("सुनीता", "Sunita"), ("", "Zakir"), ("अनीता", ""), place=PlaceRef("block:322/3069"))
    known = person_of_row(origin.id, origin.rows[0])
    again = RosterRow(row=1, name=Name("रानी", "Rani"), person=Ref(known))
    save(home, origin, msgspec.structs.replace(session(101, day=15), rows=(again,), last_row=1))
    save(home, Person(id=known, name=Name("सुनीता देवी", "Sunita Devi")))
    names = (("अंजू", "Anju"), ("कमला", "Kamla"), ("क़मर", "Qamar"), ("गीता", "gita"), ("", "Bina"), ("जया", ""))
    save(home, *(person(n, *name, village=PlaceRef("block:322/3071")) for n, name in enumerate(names, 1)))
    save(home, person(20, "गीता", "Gita", village=PlaceRef("block:322/3069")), person(21))
    return home


IN_HINDI = ["", "Bina", "Zakir", "अंजू", "अनीता", "क़मर", "कमला", "गीता", "गीता", "जया", "सुनीता देवी"]
IN_ENGLISH = ["", "Anju", "Bina", "gita", "Gita", "Kamla", "Qamar", "Sunita Devi", "Zakir", "अनीता", "जया"]


@pytest.mark.parametrize("limit", [1, 2, 3, 50])
@pytest.mark.parametrize(("sort", "expected"), [("name_hi", IN_HINDI), ("name_en", IN_ENGLISH)])
def test_people_are_listed_by_the_name_that_is_shown_both_ways_and_paged(named, sort, expected, limit):
    found = in_order(named, Query(sort=sort), limit)
    assert sorted(found) == sorted(expected)
    assert [one.casefold() for one in found] == [one.casefold() for one in expected]
    backwards = in_order(named, Query(sort=sort, backwards=True), limit)
    assert [one.casefold() for one in backwards] == [one.casefold() for one in reversed(expected)]


@pytest.mark.parametrize("few_enough", [0, 3000])
def test_people_of_a_place_are_listed_by_name_be_they_few_or_many(named, monkeypatch, few_enough):
    monkeypatch.setattr("fieldapp.storage.finding._FEW_ENOUGH", few_enough)
    for limit in (1, 2, 50):
        query = Query(sort="name_hi", place="block:322/3069")
        assert in_order(named, query, limit) == ["Zakir", "अनीता", "गीता", "सुनीता देवी"]
        backwards = Query(sort="name_en", backwards=True, place="block:322/3069")
        assert in_order(named, backwards, limit) == ["अनीता", "Zakir", "Sunita Devi", "Gita"]


def in_order(home, query, limit):
    """The names of a list of people, page by page."""
    hindi = query.sort == "name_hi"
    with home.database.transaction() as tx:
        search_index.catch_up(tx, 1000)
    found, after = {}, None
    while True:
        with home.database.reading() as tx:
            one = people_list.people_page(tx, query, after, limit)
        found |= {held.record.id: held.record.name.shown(hindi) for held in one.items}
        after = one.next
        if after is None:
            return list(found.values())
