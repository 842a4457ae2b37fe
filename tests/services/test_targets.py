"""How far a target has been reached: what counts towards it, and what does not."""

from datetime import date

import pytest

from fieldapp.domain.codes import ActivityState
from fieldapp.domain.fields import Name, PlaceRef, Ratio, Ref
from fieldapp.domain.records import Activity, Establishment, Observation, Target, TargetPlace
from fieldapp.services.targets import Reached

BOKARO, KASMAR = PlaceRef("district:322", "बोकारो"), PlaceRef("block:322/3069", "कसमार")
RANCHI = PlaceRef("district:338", "राँची")
HELD = str(ActivityState.HELD)


@pytest.fixture
def target(centre_home):
    """Gives the id of a kept target."""

    def make(*places: PlaceRef, **given) -> str:
        listed = tuple(TargetPlace(place=one) for one in places)
        return keep(centre_home, "target", Target(id=new_id(centre_home), places=listed, **given))

    return make


@pytest.fixture
def hold(centre_home):
    """Keeps a mela."""

    def make(day: date, place: PlaceRef, state: str = HELD, **given) -> None:
        one = Activity(id=new_id(centre_home), start_date=day, place=place, state=state, **given)
        keep(centre_home, "activity", one if one.kind else Activity(**as_mela(one)))

    return make


def as_mela(one: Activity) -> dict:
    return {name: getattr(one, name) for name in one.__struct_fields__} | {"kind": "MELA"}


def new_id(home) -> str:
    return home.services.targets.new_id()


def keep(home, word: str, record) -> str:
    home.services.for_type(word).save(home.actor, record)
    return record.id


def reached(home, record_id: str) -> Reached:
    return home.services.targets.reached(home.actor, [record_id])[record_id]


def test_activities_of_the_kind_in_its_places_and_days_count_held_and_planned_apart(
    centre_home, target, hold
):
    first, last = date(2016, 12, 1), date(2016, 12, 31)
    nine = target(BOKARO, activity_kind="MELA", amount=9, start_date=first, due_date=last)
    hold(date(2016, 12, 18), KASMAR)
    hold(date(2016, 12, 31), BOKARO, str(ActivityState.FINISHED))
    hold(date(2016, 12, 20), KASMAR, str(ActivityState.PLANNED))
    hold(date(2016, 12, 20), KASMAR, str(ActivityState.CANCELLED))
    hold(date(2017, 1, 1), KASMAR)
    hold(date(2016, 12, 18), RANCHI)
    hold(date(2016, 12, 18), KASMAR, kind="CAMP")
    found = reached(centre_home, nine)
    assert (found.held, found.planned, found.pending, found.per_cent) == (2, 1, 7, 22)


def test_an_activity_that_names_a_target_counts_for_that_one_alone(centre_home, target, hold):
    named, other = target(BOKARO, activity_kind="MELA", amount=1), target(BOKARO, activity_kind="MELA")
    hold(date(2018, 1, 1), RANCHI, target=Ref(named))
    hold(date(2018, 1, 2), KASMAR, target=Ref(named))
    assert (reached(centre_home, named).held, reached(centre_home, named).pending) == (2, 0)
    assert reached(centre_home, named).per_cent == 100
    assert reached(centre_home, other) == Reached(held=0)


def test_a_deleted_activity_counts_no_more(centre_home, target, hold):
    wanted = target(BOKARO, activity_kind="MELA", amount=2)
    hold(date(2018, 1, 1), KASMAR)
    services, actor = centre_home.services.activities, centre_home.actor
    (held,) = services.page(actor).items
    services.delete(actor, held.record.id, held.version, "typed twice")
    assert reached(centre_home, wanted).held == 0


def test_of_establishments_the_share_that_takes_digital_payments_is_reached(centre_home, target):
    pumps = target(BOKARO, establishment_kind="PETROL_PUMP", share=Ratio(100, 100))
    for day, closed, place in (
        (date(2016, 12, 5), False, KASMAR),
        (None, False, BOKARO),
        (None, False, BOKARO),
        (date(2016, 12, 5), True, KASMAR),
        (date(2016, 12, 5), False, RANCHI),
    ):
        pump = Establishment(
            id=new_id(centre_home),
            kind="PETROL_PUMP",
            name=Name("पंप"),
            place=place,
            enabled_on=day,
            closed=closed,
        )
        keep(centre_home, "establishment", pump)
    found = reached(centre_home, pumps)
    assert (found.share, found.per_cent) == (Ratio(1, 3), 33)


def test_of_an_indicator_the_newest_measured_share_in_its_days_is_reached(centre_home, target):
    wanted = target(BOKARO, indicator="SMARTPHONE", share=Ratio(80, 100), due_date=date(2017, 3, 31))
    for day, over in ((date(2016, 12, 1), 30), (date(2017, 3, 1), 45), (date(2017, 4, 1), 90)):
        one = Observation(
            id=new_id(centre_home), indicator="SMARTPHONE", place=KASMAR, end_date=day, share=Ratio(over, 100)
        )
        keep(centre_home, "observation", one)
    assert reached(centre_home, wanted).per_cent == 45


def test_a_target_that_is_not_here_is_left_out(centre_home):
    assert centre_home.services.targets.reached(centre_home.actor, ["01" * 16]) == {}
