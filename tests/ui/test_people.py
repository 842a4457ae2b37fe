"""People and Adoption in the real window: one list page and one form page for every record type."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from fieldapp.domain.fields import Name, Ratio, fields
from fieldapp.domain.records import RECORD_TYPES, Establishment, Observation, Person
from fieldapp.services.records import Query, SyncState
from fieldapp.ui.goals import goals
from fieldapp.ui.records.list_model import columns_of, sync_column
from fieldapp.ui.records.values import shown
from tests.robots.robot import Robot, cut_words
from tests.robots.roster import person, start


@pytest.fixture
def people(robot):
    """The robot at the page People."""
    assert QTest.qWaitForWindowActive(robot.window)
    robot.open_page("people")
    return robot


def stored(home, word: str) -> list:
    return [held.record for held in home.services.for_type(word).page(home.actor, Query()).items]


def test_a_person_is_added_field_by_field_and_found_again(people: Robot, home, qtbot):
    people.press("Ctrl+N")
    form = people.window.page.tab.panel.form
    form.editor("name").hindi.setFocus()
    people.type("budhni ")
    people.press("Tab")
    assert [one.name for one in stored(home, "person")] == [Name("बुधनी", "Budhni")]
    people.type_into("Mobile number", "5000000021")
    people.press("Tab")
    assert stored(home, "person")[0].mobile == "5000000021"
    assert "Saved" in people.read_status()
    people.press("Esc")
    model = people.window.page.tab.listing.model
    row = [model.data(model.index(0, column)) for column in range(model.columnCount())]
    assert row[0] == "Budhni"
    assert "50••••••21" in row
    assert row[-1] == "Not packed"
    people.press("/")
    people.type("sunita")
    qtbot.waitUntil(lambda: model.rowCount() == 0)


def test_a_new_person_without_a_word_is_nobody(people: Robot, home):
    people.press("Ctrl+N")
    people.press("Esc")
    assert stored(home, "person") == []


def test_from_one_new_person_ctrl_n_leads_to_the_next(people: Robot, home):
    for mobile in ("5000000021", "5000000022"):
        people.press("Ctrl+N")
        people.type_into("Mobile number", mobile)
    people.press("Esc")
    assert {one.mobile for one in stored(home, "person")} == {"5000000021", "5000000022"}


def test_what_can_be_done_with_a_record_is_found_by_its_words(people: Robot, home):
    service = home.services.people
    known = service.save(home.actor, Person(id=service.new_id(), name=Name("मीना", "Meena"))).held.record
    people.window.open_page("people", known.id)
    people.press("Ctrl+K")
    people.type("delete")
    people.press("Enter")
    assert stored(home, "person") == []


def test_what_lay_over_a_form_leads_back_to_the_field(people: Robot):
    people.press("Ctrl+N")
    field = people.type_into("Occupation", "carpenter")
    for opens in ("Ctrl+K", "F1"):
        people.press(opens)
        assert people.focused() is not field
        people.press("Esc")
        assert people.focused() is field


def test_another_record_is_shown_from_its_beginning(people: Robot):
    people.window.resize(1093, 580)
    people.press("Ctrl+N")
    form = people.window.page.tab.panel.form
    form.focus_path("consent_withdrawn")
    assert form.verticalScrollBar().value() > 0
    people.press("Ctrl+N")
    assert form.verticalScrollBar().value() == 0


def test_what_was_begun_is_undone_as_a_whole(people: Robot, home):
    people.press("Ctrl+N")
    people.type_into("Mobile number", "5000000021")
    people.press("Tab")
    people.press("Ctrl+Z")
    assert stored(home, "person") == []
    assert people.window.page.tab.on_list


def test_a_deleted_person_leaves_the_list_and_undo_brings_them_back(people: Robot, home):
    service = home.services.people
    known = service.save(home.actor, Person(id=service.new_id(), name=Name("मीना", "Meena"))).held.record
    people.window.open_page("people", known.id)
    people.press_button("Delete")
    assert people.window.page.tab.on_list
    assert people.window.page.tab.listing.model.total == 0
    people.press("Ctrl+Z")
    assert people.window.page.tab.listing.model.total == 1
    assert service.get(home.actor, known.id).deleted is False


def test_delete_in_the_list_takes_one_person_and_the_list_of_the_deleted_gives_them_back(people: Robot, home):
    service = home.services.people
    known = service.save(home.actor, Person(id=service.new_id(), name=Name("मीना", "Meena"))).held.record
    people.window.page.reload()
    people.window.page.tab.listing.list.choose(known.id)
    people.window.page.tab.listing.list.setFocus()
    people.press("Del")
    assert service.get(home.actor, known.id).deleted
    assert people.read_message().startswith("Person deleted: 1")
    for words in ("show what was", "bring back"):
        people.window.page.tab.listing.list.choose(known.id)
        people.press("Ctrl+K")
        people.type(words)
        people.press("Enter")
    assert not service.get(home.actor, known.id).deleted


@pytest.mark.parametrize("words", [None, "delete"])
def test_in_an_empty_list_deleting_says_nothing_of_sheets(people: Robot, words):
    people.window.page.tab.listing.list.setFocus()
    if words is None:
        QTest.keyClick(people.window.page.tab.listing.list, Qt.Key.Key_Delete)
    else:
        people.press("Ctrl+K")
        people.type(words)
        people.press("Enter")
    assert "sheet" not in people.read_message()


def offered(robot: Robot) -> set[str]:
    """What Ctrl+K offers of the open page."""
    return {one.name for one in goals(robot.window)}


def test_what_is_offered_in_a_list_fits_what_it_shows(people: Robot, home):
    service = home.services.people
    known = service.save(home.actor, Person(id=service.new_id(), name=Name("मीना", "Meena"))).held.record
    people.window.page.reload()
    listing = people.window.page.tab.listing
    assert {"Delete", "Show what was deleted"} <= offered(people)
    assert "Bring back" not in offered(people)
    listing.list.choose(known.id)
    listing.list.setFocus()
    people.press("Del")
    listing.chips["deleted"].click()
    assert "Bring back" in offered(people)
    assert not {"Delete", "Show what was deleted"} & offered(people)


def test_decisions_are_neither_deleted_nor_begun(robot):
    assert QTest.qWaitForWindowActive(robot.window)
    robot.open_page("plan")
    page = robot.window.page
    page._bar.setCurrentIndex(2)
    assert page.tab.view.word == "decision"
    assert not {"Delete", "Decision", "Bring back"} & offered(robot)
    assert not {"Del", "Ctrl+N", "Ctrl+I"} & set(dict(page.keys()))


def test_from_a_new_person_ctrl_n_stays_where_something_was_refused(people: Robot, home):
    people.press("Ctrl+N")
    field = people.type_into("Mobile number", "12345")
    people.type_into("Occupation", "carpenter")
    people.press("Ctrl+N")
    assert people.focused() is field
    assert field.text() == "12345"
    assert "10 digits" in people.read_page()
    people.type("5000000021")
    people.press("Ctrl+N")
    assert [one.mobile for one in stored(home, "person")] == ["5000000021"]
    assert people.field("Mobile number").text() == ""


def test_who_stands_on_a_sheet_is_not_deleted_from_the_list(people: Robot, home):
    start(home, "CHAI_SAMOSA", person(1))
    people.window.page.reload()
    listing = people.window.page.tab.listing
    listing.list.selectRow(0)
    listing.list.setFocus()
    people.press("Del")
    assert people.read_message().startswith("Who stands on a sheet is taken out there, with F4.")


def test_a_wrong_number_is_said_at_its_field_and_not_kept(people: Robot, home):
    people.press("Ctrl+N")
    people.type_into("Mobile number", "12345")
    people.press("Tab")
    assert stored(home, "person") == []
    assert "10 digits" in people.read_page()


def test_a_record_opens_in_the_tab_of_its_type(robot, home):
    service = home.services.observations
    seen = service.save(home.actor, Observation(id=service.new_id(), indicator="ATMS", value=12)).held.record
    robot.window.open_page("adoption", seen.id)
    page = robot.window.page
    assert page.tab.view.word == "observation"
    assert page.heading() == "ATMs"
    assert robot.window.page.back()
    page.open_record("0" * 32)
    assert "not here" in robot.read_message()


def test_chips_narrow_establishments_down_by_kind(robot, home):
    service = home.services.establishments
    for kind in ("BUS", "TAXI", "TAXI"):
        service.save(home.actor, Establishment(id=service.new_id(), kind=kind))
    robot.open_page("adoption")
    listing = robot.window.page.tab.listing
    assert listing.model.total == 3
    listing.chips["kind"].choose("TAXI")
    assert listing.model.total == 2
    assert listing.chips["kind"].text() == "Establishment: Taxi"


def test_every_field_declared_for_lists_is_a_column_of_its_list():
    for word, record_type in RECORD_TYPES.items():
        declared = [one.heading for one in fields(record_type) if one.in_list]
        assert [column.heading.msgid for column in columns_of(word, sync_column())] == [*declared, "Sync"]


def test_values_are_said_in_the_language_spoken(window):
    said = {one.name: one for one in fields(Observation)}
    assert shown(said["share"], Ratio(3, 4), window.words) == "3 of 4"
    assert shown(said["value"], 1234567, window.words) == "12,34,567"
    assert shown(said["unit"], "", window.words) == ""


def test_the_list_of_a_home_says_that_nothing_is_there_yet(people: Robot):
    assert "Nothing is here yet" in people.read_page()
    people.window.page.tab.listing.chips["sync_state"].choose(str(SyncState.RECEIVED))
    assert "Nothing matches" in people.read_page()


@pytest.mark.parametrize("language", ["en", "hi"])
@pytest.mark.parametrize("name", ["people", "plan", "adoption"])
def test_no_words_are_cut_in_list_or_form(robot, name, language):
    robot.window.speak(language)
    robot.open_page(name)
    page = robot.window.page
    for tab in page.tabs:
        page._bar.setCurrentIndex(page.tabs.index(tab))
        assert cut_words(page) == []
        tab.begin()
        robot.read_page()
        assert cut_words(page) == []
        page.back()
