"""The demonstration: invented records of every kind, the same for the same seed, made only once."""

from dataclasses import replace
from datetime import date

import pytest

from fieldapp.domain.codes import ActivityKind
from fieldapp.domain.records import RECORD_TYPES
from fieldapp.homes import new_centre
from fieldapp.services.demo import chai_samosa_session, demo
from fieldapp.services.records import Query
from fieldapp.storage.gazetteer import gazetteer
from tests.conftest import CENTRE

DAY = date(2017, 1, 14)


def make(home, sessions: int = 10, people: int = 6, seed: int = 1) -> dict[str, int]:
    return demo(home.services, gazetteer(), home.actor, sessions=sessions, people=people, seed=seed)


def contents(home) -> dict[str, object]:
    """Every record by id, without the numbers an activity is given."""
    found = {}
    for word in RECORD_TYPES:
        service = home.services.for_type(word)
        for held in service.page(home.actor, limit=500).items:
            found[held.record.id] = service.get(home.actor, held.record.id).record
    return found


@pytest.fixture
def session(centre_home):
    held = chai_samosa_session(centre_home.services, gazetteer(), centre_home.actor, DAY)
    return centre_home.services.activities.get(centre_home.actor, held.record.id)


def test_the_session_lies_in_khairachatar_in_kasmar(centre_home, session):
    place = centre_home.services.places.get(
        centre_home.actor, session.record.place.key.removeprefix("place:")
    )
    assert (place.record.name.en, place.record.parent.key) == ("Khairachatar", "block:322/3069")
    assert (session.record.kind, session.record.start_date) == (ActivityKind.CHAI_SAMOSA, DAY)


def test_the_session_adds_up_in_the_list(centre_home, session):
    figures = centre_home.services.activities.page(centre_home.actor).figures[session.record.id]
    assert (figures.people, figures.present, figures.women, figures.men) == (35, 35, 21, 14)
    assert (figures.first_paid, figures.completed) == (35, 34)
    assert (figures.failed, figures.pending, figures.paid_paise) == (5, 1, 6900)


def test_three_of_the_session_are_known_people(centre_home, session):
    known = [row.person for row in session.record.rows if row.person]
    assert len(known) == 3
    assert {centre_home.services.people.get(centre_home.actor, one).record.id for one in known} == set(known)


def test_the_session_is_made_once(centre_home, session):
    again = chai_samosa_session(centre_home.services, gazetteer(), centre_home.actor, DAY)
    assert (again.record, again.version) == (session.record, session.version)
    assert centre_home.services.activities.page(centre_home.actor).total == 1


def test_a_demonstration_has_records_of_all_kinds_people_write(centre_home):
    made = make(centre_home)
    assert (made["activity"], made["person"]) == (10, 6)
    assert set(made) == {
        "activity",
        "person",
        "target",
        "observation",
        "establishment",
        "action_point",
    }
    kinds = {held.record.kind for held in centre_home.services.activities.page(centre_home.actor).items}
    assert {ActivityKind.MELA, ActivityKind.WORKSHOP, ActivityKind.CHAI_SAMOSA, ActivityKind.REVIEW} <= kinds


def test_melas_have_head_counts_and_sessions_count_towards_a_target(centre_home):
    make(centre_home)
    service = centre_home.services.activities
    (mela,) = service.page(centre_home.actor, Query(kind="MELA")).items
    assert service.get(centre_home.actor, mela.record.id).record.head_counts
    sessions = service.page(centre_home.actor, Query(kind="CHAI_SAMOSA")).items
    assert all(held.record.target for held in sessions)


def test_the_same_seed_makes_the_same_records_anywhere(centre_home, tmp_path):
    other = new_centre(tmp_path / "other", CENTRE, practice=True)
    try:
        make(centre_home)
        make(other)
        assert contents(centre_home) == contents(other)
    finally:
        other.close()


def test_another_centre_gets_records_of_its_own(centre_home, tmp_path):
    other = new_centre(tmp_path / "other", replace(CENTRE, csc_id="100000000023"), practice=True)
    try:
        make(centre_home, sessions=2, people=2)
        make(other, sessions=2, people=2)
        assert contents(centre_home).keys().isdisjoint(contents(other).keys())
    finally:
        other.close()


def test_the_same_demonstration_twice_makes_nothing_twice(centre_home):
    make(centre_home)
    before = contents(centre_home)
    assert make(centre_home) == {}
    assert contents(centre_home) == before


def test_another_seed_makes_other_records(centre_home):
    make(centre_home, sessions=3, people=2)
    made = make(centre_home, sessions=3, people=2, seed=2)
    assert made["activity"] == 3


def test_a_real_home_gets_invented_people_without_mobiles(tmp_path):
    home = new_centre(tmp_path / "real", CENTRE, passphrase="correct horse")
    try:
        make(home, sessions=1, people=2)
        assert {getattr(one, "mobile", "") for one in contents(home).values()} == {""}
    finally:
        home.close()
