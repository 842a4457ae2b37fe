"""Places in the real window: the nearest offered first, a new one added from the line, and usable at once."""

from datetime import date

import pytest
from PySide6.QtWidgets import QComboBox

from fieldapp.app import FrontDoor
from fieldapp.domain.fields import Name, PlaceRef
from fieldapp.domain.records import Person, RosterRow
from fieldapp.services.records import Query
from fieldapp.ui.widgets.place_line import PlaceLine
from tests.robots.robot import Robot

KASMAR = "block:322/3069"
CHAS = "block:322/3066"


@pytest.fixture
def robot(door: FrontDoor) -> Robot:
    return Robot(door.window)


def line(robot: Robot) -> PlaceLine:
    focused = robot.focused()
    assert isinstance(focused, PlaceLine)
    return focused


def offered(robot: Robot, words: str) -> list[str]:
    robot.type_into("Village", words)
    return line(robot).list.offered


def take(robot: Robot, words: str, offer: str) -> None:
    """Type, and go down to the offer that begins so."""
    shown = offered(robot, words)
    at = next(at for at, one in enumerate(shown) if one.startswith(offer))
    for _ in range(at + 1):
        robot.press("Down")
    robot.press("Enter")


def kept(door: FrontDoor) -> list[tuple[str, str, Name]]:
    assert door.home is not None
    places = door.home.services.places.page(door.home.actor, Query()).items
    return [(one.record.level, one.record.parent.key, one.record.name) for one in places]


def village(door: FrontDoor) -> PlaceRef:
    assert door.home is not None
    return door.home.services.people.page(door.home.actor, Query()).items[0].record.village


def test_a_village_is_added_from_the_line_in_either_script(door: FrontDoor, robot: Robot):
    robot.window.begin_new("people")
    assert offered(robot, "महेशपुर")[-2:] == [
        "Add “महेशपुर” as Village in Kasmar",
        "Add “महेशपुर” as Gram Panchayat in Kasmar",
    ]
    take(robot, "महेशपुर", "Add “महेशपुर” as Village")
    assert kept(door) == [("VILLAGE", KASMAR, Name("महेशपुर", ""))]
    assert village(door).key.startswith("place:")
    assert village(door).words == "महेशपुर"


@pytest.mark.parametrize("again", ["Maheshpur", "महेशपुर", "mahesh pur", "महेश पुर"])
def test_a_village_typed_again_is_offered_instead_of_made_twice(door: FrontDoor, robot: Robot, again: str):
    robot.window.begin_new("people")
    take(robot, "महेशपुर", "Add “महेशपुर” as Village")
    shown = offered(robot, again)
    assert shown[0] == "महेशपुर (HI) · Village · Kasmar, Bokaro"
    assert not any(one.startswith("Add") for one in shown)
    robot.press("Down")
    robot.press("Enter")
    assert len(kept(door)) == 1
    assert village(door).words == "महेशपुर"


def test_a_new_village_is_there_at_once_in_a_form_that_was_open(robot: Robot):
    robot.window.open_page("adoption")
    robot.window.begin_new("adoption")
    robot.window.begin_new("people")
    take(robot, "Maheshpur", "Add “Maheshpur” as Gram")
    robot.window.open_page("adoption")
    robot.type_into("Place", "महे")
    assert line(robot).list.offered[0] == "Maheshpur · Gram Panchayat · Kasmar, Bokaro"
    robot.press("Ctrl+Shift+L")
    robot.type("श")
    assert line(robot).list.offered[0] == "Maheshpur (EN) · ग्राम पंचायत · कसमार, बोकारो"


def test_words_after_a_comma_say_where_the_village_lies(door: FrontDoor, robot: Robot):
    robot.window.begin_new("people")
    take(robot, "Purana Tola, Chas", "Add “Purana Tola” as Village in Chas")
    assert kept(door) == [("VILLAGE", CHAS, Name("", "Purana Tola"))]
    take(robot, "Naya Tola, Purana", "Add “Naya Tola” as Hamlet (tola) in Purana Tola")
    assert [level for level, _, _ in kept(door)] == ["HAMLET", "VILLAGE"]


def test_what_is_listed_for_a_block_is_added_with_both_names(door: FrontDoor, robot: Robot):
    robot.window.begin_new("people")
    assert offered(robot, "Ukrid, Chas")[0] == "Add “Ukrid” as Gram Panchayat in Chas"
    take(robot, "उकरीद, चास", "Add “Ukrid” as Gram Panchayat in Chas")
    assert kept(door) == [("GP", CHAS, Name("उकरीद", "Ukrid"))]
    assert village(door).words == "Ukrid"


def test_an_added_place_can_be_taken_back(door: FrontDoor, robot: Robot):
    assert door.home is not None
    people = door.home.services.people
    person = people.save(door.home.actor, Person(id=people.new_id(), name=Name("", "Mina"))).held.record
    robot.window.open_page("people", person.id)
    take(robot, "Maheshpur", "Add “Maheshpur” as Village")
    robot.press("Ctrl+Z")
    assert village(door) == PlaceRef()
    robot.press("Ctrl+Z")
    assert kept(door) == []
    assert offered(robot, "Maheshpur")[-1].startswith("Add")


def test_the_homes_own_block_and_district_come_first(robot: Robot):
    robot.window.begin_new("people")
    assert offered(robot, "Ka")[0] == "Kasmar · Block · Bokaro, Jharkhand"
    assert offered(robot, "पेटर")[0] == "Peterwar · Block · Bokaro, Jharkhand"
    assert offered(robot, "12345") == []


def test_the_home_is_spoken_to_in_the_words_of_its_state(robot: Robot):
    robot.press("Ctrl+Shift+L")
    robot.window.begin_new("adoption")
    box = robot.field("प्रतिष्ठान")
    assert isinstance(box, QComboBox)
    shown = [box.itemText(at) for at in range(box.count())]
    assert "प्रज्ञा केंद्र (सीएससी)" in shown
    robot.press("Ctrl+Shift+L")
    assert "Pragya Kendra (CSC)" in [box.itemText(at) for at in range(box.count())]


def test_a_place_that_was_kept_in_hindi_has_its_english_name_on_an_english_screen(door, robot: Robot):
    home, kasmar = door.home, PlaceRef(KASMAR, "कसमार")
    row = RosterRow(row=1, position=1024, name=Name("मीना", "Mina"), village=kasmar)
    service = home.services.activities
    made = service.start(home.actor, "MELA", date(2017, 1, 14), kasmar, rows=(row,), last_row=1).held.record
    robot.open_page("activities")
    listing = robot.window.page.listing.model
    words = [listing.data(listing.index(0, column)) for column in range(listing.columnCount())]
    assert "Kasmar" in words
    robot.window.open_page("activities", made.id)
    panel = robot.window.page.panel
    assert robot.read_page().count("Kasmar") == 1
    village = next(n for n, one in enumerate(panel.roster.grid.roster.columns) if one.path == "village")
    assert panel.roster.grid.roster.drawn(0, village).text == "Kasmar"
    robot.press("F8")
    robot.field("Place").setFocus()
    assert line(robot).text() == "Kasmar"
    robot.press("Ctrl+Shift+L")
    assert line(robot).text() == "कसमार"
    robot.press("Ctrl+Shift+L")
    robot.press("Tab")
    assert service.get(home.actor, made.id).record == made
