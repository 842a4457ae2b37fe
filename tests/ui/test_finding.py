"""Lists and Ctrl+K in the real window: chips, order, columns, kept filters, any way to a record."""

import json
from datetime import date

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest

from fieldapp.domain.fields import Name, PlaceRef
from fieldapp.domain.records import ONE_RUPEE, Activity, Establishment, PaymentTry, RosterRow
from fieldapp.services.records import Query
from fieldapp.storage.gazetteer import gazetteer
from fieldapp.ui.record_search import record_search

PAID = PaymentTry(slot=1, mode="CARD", amount_paise=ONE_RUPEE, result="OK", reference_number="701412345678")
DAYS = (date(2017, 1, 14), date(2017, 1, 3), date(2016, 12, 20))


@pytest.fixture
def sessions(home):
    """Three sessions, one today, one this month, one last month; a trainee in each."""
    found = []
    for n, day in enumerate(DAYS, 1):
        row = RosterRow(
            row=1, name=Name(("सुनीता देवी", "बुधनी सोरेन", "राजेश महतो")[n - 1]), tries=(PAID,) * (n == 2)
        )
        one = Activity(
            id=f"{n:032x}",
            kind="CHAI_SAMOSA" if n < 3 else "MELA",
            state="PLANNED",
            number=n,
            letter="A",
            title=Name("", "BCA"[n - 1]),
            start_date=day,
            place=PlaceRef("block:322/3069", "Kasmar"),
            rows=(row,),
            last_row=1,
        )
        home.services.activities.save(home.actor, one)
        found.append(one)
    return found


@pytest.fixture
def listing(sessions, robot):
    assert len(sessions) == len(DAYS)
    assert QTest.qWaitForWindowActive(robot.window)
    robot.window.desk.gazetteer = gazetteer()
    robot.open_page("activities")
    return robot.window.page.listing


def numbers(listing):
    return [listing.model.held(at).record.number for at in range(listing.model.rowCount())]


def test_a_period_a_place_and_a_kind_narrow_the_list(listing):
    listing.chips["period"].choose("MONTH")
    assert numbers(listing) == [1, 2]
    listing.chips["place"].choose("block:322/3069")
    assert "Kasmar" in listing.chips["place"].text()
    assert numbers(listing) == [1, 2]
    listing.chips["place"].choose("district:1")
    assert numbers(listing) == []
    listing.chips["place"].choose("")
    listing.chips["period"].choose("LAST_MONTH")
    assert numbers(listing) == [3]


def test_two_days_of_ones_own_are_a_period_that_is_kept_as_well(listing):
    chip = listing.chips["period"]
    shown = numbers(listing)
    dialog = chip.ask()
    dialog.lines["start"].setText("40-13-2016")
    dialog.done_button.click()
    assert "This date does not exist" in dialog.wrong.text()
    dialog.lines["start"].setText("14-01-2017")
    dialog.lines["end"].setText("1.12.2016")
    dialog.done_button.click()
    assert chip.state == "2016-12-01..2017-01-14"
    assert "01-12-2016 to 14-01-2017" in chip.text()
    listing.filters.keep()
    listing.filters.put_on({})
    assert numbers(listing) == shown
    listing.filters.put_on(listing.filters.states[-1])
    assert chip.fields() == {"start": date(2016, 12, 1), "end": date(2017, 1, 14)}
    assert all(
        date(2016, 12, 1) <= listing.model.held(at).record.start_date <= date(2017, 1, 14)
        for at in range(listing.model.rowCount())
    )
    chip.choose("2017-01-20..")
    assert "from 20-01-2017" in chip.text()
    chip.choose("..nonsense")
    assert chip.state == ""


def test_the_bold_words_of_a_chip_that_is_on_have_as_much_room_as_before(listing):
    chip = listing.chips["period"]
    around = chip.sizeHint().width() - chip.fontMetrics().horizontalAdvance(chip.text())
    chip.choose("2016-12-01..2017-01-14")
    bold = chip.font()
    bold.setBold(True)
    assert chip.sizeHint().width() - QFontMetrics(bold).horizontalAdvance(chip.text()) >= around


def test_a_heading_sorts_up_then_down_then_as_usual(listing):
    header = listing.list.horizontalHeader()
    title = [column.sort for column in listing.model.columns].index(("title_hi", "title_en"))
    for expected in ([3, 1, 2], [2, 1, 3], [1, 2, 3]):
        at = header.sectionViewportPosition(title) + 10
        QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(at, 8))
        assert numbers(listing) == expected
    assert listing.query.sort == ""


def test_all_that_match_are_chosen_deleted_and_brought_back(listing, robot, home):
    listing.list.setFocus()
    robot.press("Ctrl+A")
    assert len(listing.list.chosen_all()) == 3
    listing.chips["kind"].choose("CHAI_SAMOSA")
    listing.list.setFocus()
    robot.press("Ctrl+A")
    robot.press_button("Delete: 2")
    assert numbers(listing) == []
    listing.chips["kind"].choose("")
    assert numbers(listing) == [3]
    listing.chips["deleted"].choose("1")
    assert numbers(listing) == [1, 2]
    listing.list.setFocus()
    robot.press("Ctrl+A")
    robot.press_button("Bring back: 2")
    listing.chips["deleted"].choose("")
    assert numbers(listing) == [1, 2, 3]
    assert home.services.activities.page(home.actor, Query(text="sunita")).total == 1


def test_a_filter_and_the_columns_are_kept_for_the_login(listing, home):
    listing.chips["kind"].choose("MELA")
    listing.filters.keep()
    listing.filters.put_on({})
    assert numbers(listing) == [1, 2, 3]
    listing.filters.put_on(listing.filters.states[0])
    assert numbers(listing) == [3]
    listing.list.hide_columns([2])
    listing.list.arranged.emit()
    kept = json.loads(home.services.remembered.read(home.actor, "list.activity"))
    assert kept == {"filters": [{"kind": "MELA"}], "hidden": [2]}
    listing.remembered(json.dumps(kept))
    assert listing.list.hidden() == [2]


def test_a_trainee_among_the_people_opens_the_session(sessions, robot, qtbot):
    robot.open_page("people")
    listing = robot.window.page.tab.listing
    assert listing.model.rowCount() == len(sessions)
    robot.press("/")
    robot.type("suneeta")
    qtbot.waitUntil(lambda: listing.model.rowCount() == 1)
    robot.press("Enter")
    robot.press("Enter")
    assert robot.window.page.help_name == "roster"
    assert robot.window.page.panel.opened.activity.number == 1


@pytest.mark.usefixtures("sessions")
@pytest.mark.parametrize("language", ["en", "hi"])
def test_people_are_sorted_by_their_name_in_the_language_of_the_screen(robot, language):
    robot.window.speak(language)
    robot.open_page("people")
    listing = robot.window.page.tab.listing
    header = listing.list.horizontalHeader()

    def names():
        return [listing.model.held(at).record.name.hi for at in range(listing.model.rowCount())]

    newest = names()
    for expected in (sorted(newest), sorted(newest, reverse=True), newest):
        QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(20, 8))
        assert names() == expected
        assert listing.query.sort in ("", f"name_{language}")
    village = header.sectionViewportPosition(listing.model.columnCount() - 2) + 10
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(village, 8))
    assert listing.query.sort == ""


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("2", 2),
        ("0002-A", 2),
        ("२", 2),
        ("701412345678", 2),
        ("1100000000015" + "00002" + "01" + "001" + "001", 2),
        ("budhni", 2),
        ("बुधनी सोरेन", 2),
        ("rajesh", 3),
    ],
)
def test_ctrl_k_opens_a_session_by_whatever_stands_on_its_paper(sessions, robot, typed, number):
    assert QTest.qWaitForWindowActive(robot.window)
    robot.window.open_desk(robot.window.desk, record_search(robot.window.desk, robot.window.open_page))
    robot.press("Ctrl+K")
    robot.type(typed)
    robot.press("Enter")
    assert robot.window.page.panel.opened.activity == sessions[number - 1]


def test_ctrl_k_finds_records_of_every_type(robot, home):
    home.services.establishments.save(
        home.actor, Establishment(id="0a" * 16, kind="SHOP", name=Name("महतो स्टोर"))
    )
    goals = record_search(robot.window.desk, lambda *_: None)("mahto store")
    assert [goal.name for goal in goals] == ["महतो स्टोर"]


@pytest.mark.usefixtures("sessions")
def test_ctrl_k_names_people_before_the_sessions_they_stand_in(robot):
    goals = record_search(robot.window.desk, lambda *_: None)("budhni")
    assert [goal.name for goal in goals] == ["बुधनी सोरेन", "0002-A C"]


def test_ctrl_k_says_so_when_nothing_is_found(robot):
    assert QTest.qWaitForWindowActive(robot.window)
    robot.press("Ctrl+K")
    robot.type("qzxqzx")
    assert robot.window.frame.go_to.list.item(0).text() == "Nothing was found."
    robot.press("Enter")
    assert robot.window.frame.go_to.isVisible()
