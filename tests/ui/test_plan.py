"""Plan in the real window: targets, action points, and a mela planned from a target."""

from datetime import date

import pytest
from PySide6.QtWidgets import QPushButton

from fieldapp.domain.fields import Name, PlaceRef
from fieldapp.domain.records import Decision, Target, TargetPlace
from fieldapp.services.records import Query, RecordService
from fieldapp.ui.activities.dialog import NewActivityDialog
from fieldapp.ui.plan.page import draft_for

THANE = PlaceRef("ulb:1", "ठाणे")


def target(home, **given) -> Target:
    service = home.services.targets
    return service.save(home.actor, Target(id=service.new_id(), **given)).held.record


def test_a_mela_is_planned_from_its_target(robot, home):
    wanted = target(home, title=Name("", "Melas"), activity_kind="MELA", places=(TargetPlace(place=THANE),))
    robot.window.open_page("plan", wanted.id)
    robot.press_button("Plan a session for it")
    assert isinstance(robot.dialog(), NewActivityDialog)
    robot.type_into("Date", "18-12-2016")
    robot.press_button("Start")
    activity = home.services.activities.page(home.actor, Query()).items[0].record
    assert (activity.kind, activity.target, activity.place) == ("MELA", wanted.id, THANE)
    assert (activity.start_date.isoformat(), activity.state) == ("2016-12-18", "PLANNED")
    assert robot.window.page.panel.opened.activity.id == activity.id


def test_a_target_that_was_never_kept_plans_nothing(robot, home):
    robot.window.begin_new("plan")
    robot.press_button("Plan a session for it")
    assert robot.dialog() is None
    assert home.services.activities.page(home.actor, Query()).total == 0


@pytest.mark.parametrize(
    ("given", "kind", "place"),
    [
        ({}, "MELA", PlaceRef()),
        ({"activity_kind": "CAMP"}, "CAMP", PlaceRef()),
        ({"places": (TargetPlace(place=THANE),)}, "MELA", THANE),
        ({"places": (TargetPlace(place=THANE), TargetPlace())}, "MELA", PlaceRef()),
    ],
)
def test_a_draft_takes_kind_and_place_where_the_target_names_one(given, kind, place):
    draft = draft_for(Target(id="1" * 32, **given), "2" * 32)
    assert (draft.id, draft.target, draft.kind, draft.place) == ("2" * 32, "1" * 32, kind, place)


def test_an_action_point_is_kept_from_its_first_field_on(robot, home):
    robot.open_page("plan")
    page = robot.window.page
    page._bar.setCurrentIndex(1)
    page.begin_new()
    robot.type_into("Gap identified", "One micro-ATM only")
    robot.press("Tab")
    points = home.services.action_points.page(home.actor, Query()).items
    assert [one.record.gap for one in points] == ["One micro-ATM only"]


def test_decisions_are_looked_at_and_not_made_here(robot, home):
    robot.open_page("plan")
    page = robot.window.page
    page._bar.setCurrentIndex(2)
    service = home.services.decisions
    decision = Decision(id=service.new_id(), kind="RETURNED", reason="Two signatures are missing")
    kept = RecordService.save(service, home.actor, decision).held.record
    page.begin_new()
    assert page.tab.on_list
    assert "New" not in [one.text() for one in page.findChildren(QPushButton) if one.isVisible()]
    robot.window.open_page("plan", kept.id)
    assert page.tab.view.word == "decision"
    assert not page.tab.panel.editable
    assert "Two signatures are missing" in robot.read_page()


def test_a_place_is_looked_up_and_corrected_among_the_places(robot, home):
    robot.open_page("adoption")
    page = robot.window.page
    page._bar.setCurrentIndex(2)
    page.begin_new()
    robot.type_into("Name (in English)", "Purana Tola")
    robot.press("Tab")
    (kept,) = home.services.places.page(home.actor, Query()).items
    assert kept.record.name.en == "Purana Tola"
    assert "Choose the block or panchayat it lies in" in robot.read_page()
    robot.press("F10")
    assert page.tab.panel.form.place() == "parent"


def test_the_list_and_the_form_say_how_far_a_target_is_reached(robot, home):
    wanted = target(home, title=Name("", "Melas"), activity_kind="MELA", amount=9)
    for day, state in ((18, "HELD"), (20, "PLANNED")):
        home.services.activities.start(home.actor, "MELA", date(2016, 12, day), THANE, state=state)
    robot.window.open_page("plan")
    model = robot.window.page.tab.listing.model
    assert model.columns[-2].heading.msgid == "Held of planned"
    assert model.data(model.index(0, len(model.columns) - 2)) == "1 / 9"
    robot.window.open_page("plan", wanted.id)
    assert "1 of 9 held (11 %), 8 pending, of these 1 planned" in robot.read_page()
