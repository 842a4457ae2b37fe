"""Invented people: the same for the same seed, and in exactly the mix of domain reference 6.3."""

from collections import Counter
from datetime import date

import pytest

from fieldapp.domain.codes import Gender, Mark, PaymentResult
from fieldapp.domain.identifiers import mobile, rrn_fits
from fieldapp.domain.records import ONE_RUPEE, Activity, RosterRow
from fieldapp.domain.rules import Setting, check
from fieldapp.services.derived_ids import derived_id
from fieldapp.services.invented import CATEGORIES, MODES, Invention, scaled

DAY = date(2017, 1, 14)
SEEDS = [1, 2, 3, 4, 5, 2017]


def rows(seed: int = 1, **given) -> tuple[RosterRow, ...]:
    return Invention(seed).rows(DAY, **given)


def outcomes(people: tuple[RosterRow, ...]) -> Counter[str]:
    return Counter(one.result for row in people for one in row.tries)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_session_of_35_has_exactly_the_wanted_people(seed):
    people = rows(seed)
    assert Counter(row.gender for row in people) == {"F": 21, "M": 14}
    assert Counter(row.category for row in people) == CATEGORIES
    assert sum(not row.mobile for row in people) == 3
    assert max(Counter(row.mobile for row in people if row.mobile).values()) == 4
    assert sum(row.mark == Mark.THUMB for row in people) == 9
    assert sum(row.pwd for row in people) == 2
    assert all(row.present for row in people)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_four_who_share_a_mobile_are_women(seed):
    people = rows(seed)
    number = Counter(row.mobile for row in people if row.mobile).most_common(1)[0][0]
    assert {row.gender for row in people if row.mobile == number} == {Gender.F}


@pytest.mark.parametrize("seed", SEEDS)
def test_two_are_under_age_and_have_a_guardian(seed):
    minors = [row for row in rows(seed) if row.age < 18]
    assert len(minors) == 2
    assert all(15 <= row.age <= 17 and row.guardian and row.guardian_relation for row in minors)


@pytest.mark.parametrize("seed", SEEDS)
def test_four_women_of_one_name_and_village_have_different_husbands(seed):
    namesakes = [row for row in rows(seed) if row.name.hi == "सुनीता देवी"]
    assert len({row.relation for row in namesakes}) == len(namesakes) == 4
    assert len({row.village for row in namesakes}) == 1


@pytest.mark.parametrize("seed", SEEDS)
def test_seventy_payments_count_and_five_first_tries_failed(seed):
    people = rows(seed)
    lasting = Counter(row.last_try(slot).mode for row in people for slot in (1, 2))
    assert lasting == MODES
    assert sum(lasting.values()) == 70
    assert outcomes(people) == {PaymentResult.OK: 69, PaymentResult.FAILED: 5, PaymentResult.PENDING: 1}
    failed = [one for row in people for one in row.tries if one.result == PaymentResult.FAILED]
    assert all(one.slot == 1 and one.reason and not one.reference_number for one in failed)
    assert {one.amount_paise for row in people for one in row.tries} == {ONE_RUPEE}


@pytest.mark.parametrize("seed", SEEDS)
def test_receipt_numbers_are_of_the_day_and_one_is_used_twice(seed):
    slips = [one.reference_number for row in rows(seed) for one in row.tries if one.reference_number]
    assert all(rrn_fits(slip, DAY, 0) for slip in slips)
    assert sorted(Counter(slips).values())[-2:] == [1, 2]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_rules_find_nothing_hard_and_only_the_double_receipt(seed):
    activity = Activity(id=derived_id(seed), kind="CHAI_SAMOSA", start_date=DAY, rows=rows(seed))
    assert {problem.code for problem in check(activity, Setting(demo=True))} == {"receipt_twice"}


def test_the_same_seed_invents_the_same_people():
    assert rows(7) == rows(7)
    assert rows(7) != rows(8)


def test_people_of_an_earlier_session_come_again_as_themselves():
    invention = Invention(3)
    known = [invention.person(derived_id("known", n), rows()[0].village) for n in range(3)]
    people = {row.person: row for row in invention.rows(DAY, known=known) if row.person}
    assert {one.id: one.name for one in known} == {key: row.name for key, row in people.items()}
    assert Counter(row.category for row in invention.rows(DAY, known=known)) == CATEGORIES


def test_invented_mobiles_belong_to_nobody_and_stay_away_where_such_are_refused():
    numbers = {row.mobile for row in rows() if row.mobile}
    assert all(mobile(number) is None and mobile(number, demo=True) == number for number in numbers)
    assert {row.mobile for row in Invention(1, mobiles=False).rows(DAY)} == {""}


@pytest.mark.parametrize("size", [1, 2, 3, 10, 28, 40, 120])
def test_a_session_of_any_size_can_be_invented(size):
    people = rows(size=size)
    assert [row.row for row in people] == list(range(1, size + 1))
    assert outcomes(people)[PaymentResult.PENDING] == 1


def test_shares_are_scaled_without_losing_anybody():
    assert Counter(scaled(MODES, 70)) == MODES
    assert len(scaled(CATEGORIES, 11)) == 11
