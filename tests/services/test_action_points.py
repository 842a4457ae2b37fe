"""An action point goes from review to review until it is closed."""

from datetime import date

import pytest

from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.fields import Ref
from fieldapp.domain.records import ActionPoint

REVIEW, DAY = Ref("0a" * 16), date(2017, 1, 14)


@pytest.fixture
def points(centre_home):
    return centre_home.services.action_points


@pytest.fixture
def point(centre_home, points):
    given = {"gap": "No Micro-ATM", "opened_in": REVIEW, "due_date": DAY, "remark": "asked for"}
    return points.save(centre_home.actor, ActionPoint(id=points.new_id(), **given)).held


def test_moving_on_changes_the_due_date_and_notes_it_and_keeps_where_it_was_opened(
    centre_home, points, point
):
    to = date(2017, 1, 21)
    moved = points.move_on(centre_home.actor, point.record.id, point.version, to, "moved").held.record
    assert (moved.due_date, moved.opened_in, moved.state) == (to, REVIEW, "OPEN")
    assert moved.remark == "asked for\nmoved"


def test_the_next_review_is_the_first_one_planned_after_the_day_else_a_week_later(centre_home, points):
    actor, activities = centre_home.actor, centre_home.services.activities
    assert points.next_review(actor, DAY) == date(2017, 1, 21)
    for kind, day in (("REVIEW", 25), ("REVIEW", 18), ("REVIEW", 14), ("MELA", 16)):
        activities.start(actor, kind, date(2017, 1, day))
    assert points.next_review(actor, DAY) == date(2017, 1, 18)


def test_a_point_is_closed_today_and_then_moves_no_more(centre_home, points, point):
    closed = points.close(centre_home.actor, point.record.id, point.version).held
    assert closed.record.state == "CLOSED"
    assert closed.record.closed_on == centre_home.database.today()
    with pytest.raises(InvalidInput):
        points.move_on(centre_home.actor, closed.record.id, closed.version, DAY, "")
    with pytest.raises(InvalidInput):
        points.close(centre_home.actor, closed.record.id, closed.version)
