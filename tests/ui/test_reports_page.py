"""The page Reports: chosen, seen, printed, and taken along as a file, from real records."""

from datetime import date

import pytest
from PySide6.QtWidgets import QFileDialog, QLineEdit
from python_calamine import CalamineWorkbook

from fieldapp.domain.fields import Name, PlaceRef
from fieldapp.domain.records import Person
from fieldapp.services.records import Saved
from fieldapp.storage.gazetteer import gazetteer
from fieldapp.ui.desk import Office
from fieldapp.ui.theme import Theme
from tests.robots.robot import cut_words

KASMAR = PlaceRef("block:322/3069", "कसमार")
CHAS = PlaceRef("block:322/3066", "चास")


def wait_for(qtbot, fact) -> None:
    """Wait until something is so; long, for other tests may keep the machine busy."""
    qtbot.waitUntil(fact, timeout=30_000)


def hold_mela(home, day: date, place: PlaceRef) -> Saved:
    service = home.services.activities
    held = service.start(home.actor, "MELA", day, place, title=Name("मेला", "Mela"), footfall=1).held
    return service.finish(home.actor, held.record.id, held.version, 0)


@pytest.fixture
def page(home, window, robot, qtbot):
    hold_mela(home, date(2016, 5, 9), KASMAR)
    hold_mela(home, date(2017, 1, 10), CHAS)
    window.desk.gazetteer = gazetteer()
    robot.open_page("reports")
    ready(window.page, qtbot)
    return window.page


def ready(page, qtbot) -> None:
    wait_for(qtbot, lambda: page.preview.view.pages is not None and not page.desk.tasks.busy)


def table(page, tmp_path, robot, qtbot) -> list[str]:
    """The report as people take it along: the lines of the CSV."""
    target = tmp_path / "out.csv"
    target.unlink(missing_ok=True)
    robot.press_button("Save as table (CSV)")
    choose(robot, target)
    wait_for(qtbot, target.exists)
    wait_for(qtbot, lambda: not page.desk.tasks.busy)
    robot.window.activateWindow()
    wait_for(qtbot, robot.window.isActiveWindow)
    return target.read_text("utf-8-sig").splitlines()


def choose(robot, target) -> None:
    dialog = robot.dialog()
    assert isinstance(dialog, QFileDialog)
    dialog.findChild(QLineEdit).setText(str(target))
    dialog.accept()


def test_names_of_people_are_left_out_until_somebody_asks_for_them(page, home, robot, qtbot, tmp_path):
    name = Name("बुधनी सोरेन", "Budhni Soren")
    home.services.people.save(home.actor, Person(id=home.services.people.new_id(), name=name, gender="F"))
    page.choices.reports.setFocus()
    robot.press("Down")
    ready(page, qtbot)
    assert "Budhni" not in " ".join(table(page, tmp_path, robot, qtbot))
    assert not page.choices.period.isVisible()
    page.choices.names.setFocus()
    robot.press("Space")
    ready(page, qtbot)
    assert "Budhni Soren" in " ".join(table(page, tmp_path, robot, qtbot))


def test_the_first_report_is_there_at_once(page, robot):
    assert page.choices.reports.item(0).text() == "Report on melas held"
    assert "Page 1 of 1" in robot.read_page()
    assert page.preview.print.isEnabled()


def test_a_period_by_name_fills_its_days_and_shows_only_those(page, robot, qtbot, tmp_path):
    assert len(table(page, tmp_path, robot, qtbot)) == 3
    robot.choose("Period", "This month")
    ready(page, qtbot)
    assert robot.field("From date").text() == "01-01-2017"
    assert robot.field("To date").text() == "31-01-2017"
    lines = table(page, tmp_path, robot, qtbot)
    assert len(lines) == 2
    assert "10-01-2017" in lines[1]


def test_days_that_are_typed_are_called_own_dates(page, robot, qtbot, tmp_path):
    robot.type_into("From date", "1.4.2016")
    robot.press("Tab")
    robot.type("31.12.2016")
    robot.press("Tab")
    ready(page, qtbot)
    assert page.choices.period.currentText() == "Own dates"
    lines = table(page, tmp_path, robot, qtbot)
    assert [line for line in lines if "2016" in line] == lines[1:]
    assert len(lines) == 2


def test_a_place_is_chosen_by_its_name(page, robot, qtbot, tmp_path):
    robot.type_into("Place", "Bokaro")
    page.choices.editors["place"].show_value(PlaceRef("block:322/3066", "Chas"))
    page.choices.editors["place"].left.emit()
    ready(page, qtbot)
    lines = table(page, tmp_path, robot, qtbot)
    assert len(lines) == 2
    assert "10-01-2017" in lines[1]


def test_what_cannot_be_read_is_said_and_nothing_is_shown(page, robot):
    robot.type_into("From date", "31-02-2017")
    robot.press("Tab")
    assert "This date does not exist." in robot.read_message()
    assert not page.preview.print.isEnabled()
    robot.type_into("From date", "10-01-2017")
    robot.type_into("To date", "09-01-2017")
    robot.press("Tab")
    assert "The period ends before it begins." in robot.read_message()


@pytest.mark.usefixtures("page")
def test_the_workbook_holds_the_same_rows(robot, qtbot, tmp_path):
    target = tmp_path / "melas.xlsx"
    robot.press_button("Save as workbook (XLSX)")
    choose(robot, target)
    wait_for(qtbot, target.exists)
    wait_for(qtbot, lambda: "Saved as" in robot.read_message())
    rows = CalamineWorkbook.from_path(str(target)).get_sheet_by_index(0).to_python()
    assert [row[2] for row in rows[-2:]] == [date(2016, 5, 9), date(2017, 1, 10)]


def test_a_mela_that_is_held_meanwhile_is_in_the_report_at_once(page, home, window, robot, qtbot, tmp_path):
    window.hub.changed.emit(hold_mela(home, date(2017, 1, 12), KASMAR).touched)
    ready(page, qtbot)
    assert len(table(page, tmp_path, robot, qtbot)) == 4


def test_the_edition_may_be_in_the_other_language(page, robot, qtbot, tmp_path):
    robot.choose("Edition", "हिंदी")
    ready(page, qtbot)
    assert "कसमार" in " ".join(table(page, tmp_path, robot, qtbot))
    assert robot.read_heading() == "Reports"


def test_keys_print_and_save_from_anywhere_on_the_page(page, robot, tmp_path, qtbot):
    page.choices.period.setFocus()
    robot.press("Ctrl+S")
    choose(robot, tmp_path / "melas.pdf")
    wait_for(qtbot, (tmp_path / "melas.pdf").exists)
    assert (tmp_path / "melas.pdf").read_bytes().startswith(b"%PDF")
    robot.window.activateWindow()
    wait_for(qtbot, robot.window.isActiveWindow)
    page.choices.period.setFocus()
    robot.press("Ctrl+P")
    assert "This computer has no printer." in robot.read_message()


@pytest.mark.parametrize("scale", [100, 150, 200])
@pytest.mark.parametrize("language", ["hi", "en"])
def test_no_words_are_cut(home, make_window, qtbot, language, scale):
    hold_mela(home, date(2017, 1, 10), CHAS)
    window = make_window(language, Theme(scale=scale))
    window.open_desk(window.make_desk(home.services, home.actor, gazetteer(), home.database.clock, Office()))
    window.open_page("reports")
    ready(window.page, qtbot)
    assert (window.width(), window.height()) == (1093, 580)
    assert cut_words(window.page) == []
