"""Two people who are one: a decision that holds everywhere, changes no words, and can be taken back."""

from datetime import UTC, datetime

import pytest

from fieldapp.domain.codes import DecisionKind
from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.fields import Name, Ref
from fieldapp.domain.records import Decision, Person, RoleSpan
from fieldapp.services.records import Query
from fieldapp.storage import aliases
from tests.robots.roster import person
from tests.services.test_activities import Desk


@pytest.fixture
def people(centre_home):
    return centre_home.services.people


@pytest.fixture
def keep(centre_home, people):
    """Gives the id of a kept person."""

    def make(hindi: str, english: str = "", *roles: str) -> str:
        spans = tuple(RoleSpan(role=one) for one in roles)
        one = Person(id=people.new_id(), name=Name(hindi, english), roles=spans)
        people.save(centre_home.actor, one)
        return one.id

    return make


def are_different(home, one: str, two: str) -> bool:
    """Whether that was the last thing said about them."""
    with home.database.reading() as tx:
        return aliases.last_said(tx, [one], [two]) == DecisionKind.DIFFERENT_PEOPLE


def listed(home) -> set[str]:
    return {held.record.id for held in home.services.people.page(home.actor, Query()).items}


def offered(home, typed: str) -> list[str]:
    return [one.person for one in home.services.search.people(home.actor, typed)]


def test_a_merged_person_is_one_in_lists_and_offers(centre_home, people, keep):
    kept, other = keep("सुनीता देवी", "Sunita Devi"), keep("सुनिता देवी", "Sunita Dewi")
    people.merge(centre_home.actor, kept, other)
    assert listed(centre_home) == {kept}
    assert offered(centre_home, "सुनीता") == [kept]
    assert people.alias_of(centre_home.actor, other) == kept
    assert people.get(centre_home.actor, other).record.name == Name("सुनिता देवी", "Sunita Dewi")


def test_rows_that_name_the_merged_person_speak_of_the_one_who_stands_for_both(centre_home, people, keep):
    kept, other = keep("सुनीता देवी"), keep("सुनिता देवी")
    desk = Desk(centre_home).start().do("add_row", person(1, name=Name("सुनिता देवी"), person=Ref(other)))
    people.merge(centre_home.actor, kept, other)
    assert offered(centre_home, "सुनिता") == [kept]
    page = centre_home.services.search.people_page(centre_home.actor, Query())
    assert {held.record.id for held in page.items} == {kept}
    assert desk.service.get(desk.actor, desk.activity.id).record.row(1).name == Name("सुनिता देवी")


def test_a_chain_of_merges_ends_at_one(centre_home, people, keep):
    first, second, third = keep("क"), keep("ख"), keep("ग")
    people.merge(centre_home.actor, second, first)
    people.merge(centre_home.actor, third, first)
    assert {people.alias_of(centre_home.actor, one) for one in (first, second, third)} == {third}
    with pytest.raises(InvalidInput) as refused:
        people.merge(centre_home.actor, first, second)
    assert refused.value.code == "same_already"


def test_undoing_the_decision_gives_two_people_again(centre_home, people, keep):
    kept, other = keep("क"), keep("ख")
    saved = people.merge(centre_home.actor, kept, other)
    centre_home.services.decisions.delete(
        centre_home.actor, saved.held.record.id, saved.held.version, "undone"
    )
    assert listed(centre_home) == {kept, other}


def test_different_people_are_remembered_and_take_a_merge_back(centre_home, people, keep):
    kept, other = keep("क"), keep("ख")
    assert not are_different(centre_home, kept, other)
    people.merge(centre_home.actor, kept, other)
    people.different(centre_home.actor, kept, other)
    assert are_different(centre_home, other, kept)
    assert listed(centre_home) == {kept, other}
    people.merge(centre_home.actor, other, kept)
    assert listed(centre_home) == {other}
    assert not are_different(centre_home, kept, other)


def test_who_stands_for_whom_is_known_step_by_step(centre_home, people, keep):
    first, second, third = keep("क"), keep("ख"), keep("ग")
    people.merge(centre_home.actor, second, first)
    people.merge(centre_home.actor, third, second)

    def under(person_id: str) -> list[str]:
        return [one.id for one in people.stands_for(centre_home.actor, person_id)]

    assert (under(third), under(second), under(first)) == ([second], [first], [])
    people.different(centre_home.actor, third, second)
    assert (under(third), under(second)) == ([], [first])


def test_what_is_said_last_holds_though_the_clock_was_set_back(centre_home, people, keep):
    kept, other = keep("क"), keep("ख")
    people.merge(centre_home.actor, kept, other)
    centre_home.database.clock = lambda: datetime(2010, 1, 1, tzinfo=UTC)
    people.different(centre_home.actor, kept, other)
    assert listed(centre_home) == {kept, other}
    people.merge(centre_home.actor, kept, other)
    assert listed(centre_home) == {kept}


def test_two_offices_that_merge_each_way_still_show_one(centre_home, keep):
    kept, other = keep("क"), keep("ख")
    decisions = centre_home.services.decisions
    for one, two in ((kept, other), (other, kept)):
        draft = Decision(id=decisions.new_id(), other=Ref(two))
        decisions.decide(centre_home.actor, DecisionKind.SAME_PERSON, one, draft)
    assert listed(centre_home) == {kept}


def test_somebody_who_is_not_here_is_not_merged(centre_home, people, keep):
    with pytest.raises(InvalidInput) as refused:
        people.merge(centre_home.actor, keep("क"), "0" * 32)
    assert refused.value.code == "not_found"


def test_trainers_are_found_by_letters_of_either_script(centre_home, people, keep):
    trainer = keep("मीना सोरेन", "Meena Soren", "MASTER_TRAINER")
    keep("मीना देवी", "Meena Devi", "TRAINEE")
    for typed in ("meena", "मीना", "soren"):
        assert [one.id for one in people.trainers(centre_home.actor, typed)] == [trainer]
    assert people.trainers(centre_home.actor, "गीता") == ()
