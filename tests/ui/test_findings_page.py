"""The page Findings in the real window of a head office with two centres, by keyboard."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel

from fieldapp.domain.actor import Actor
from fieldapp.domain.errors import EnvironmentProblem
from fieldapp.domain.fields import Name
from fieldapp.domain.findings import FindingState
from fieldapp.domain.text import Text
from fieldapp.homes import Exchange as SyncExchange
from fieldapp.services.findings import FindingService
from fieldapp.storage.gazetteer import gazetteer
from fieldapp.ui.desk import Office
from fieldapp.ui.main_window import MainWindow
from fieldapp.ui.theme import Theme
from tests.robots.robot import Robot, cut_words, visible
from tests.sync.exchange import CSC_ID, make_template
from tests.sync.test_findings import forked, twice_in_two_sessions
from tests.sync.two_centres import MOBILE, SECOND, TwoCentres, held, joined, paid, person


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_template(tmp_path_factory.mktemp("homes"))


@pytest.fixture
def exchange(template: Path, tmp_path: Path) -> Iterator[TwoCentres]:
    """Sunita at both centres, and one receipt number at two payments."""
    found = joined(template, tmp_path)
    held(found.centre, person(mobile=MOBILE))
    also = paid("701412345678", number=2, name=Name("गीता", "Geeta"))
    held(found.second, person(mobile=MOBILE, category="ST"), also)
    held(found.centre, paid("701412345678", name=Name("मीना", "Meena")))
    found.bring(found.centre, found.second)
    yield found
    found.close()


@pytest.fixture
def page(exchange: TwoCentres, make_window: Callable[..., MainWindow]) -> Callable[..., Robot]:
    """Opens the head office's window at its findings."""

    def open_at(language: str = "en", scale: int = 100) -> Robot:
        window, home = make_window(language, Theme(scale=scale, practice=True)), exchange.hq.home
        office = Office(Name("मुख्यालय", "Head office"), practice=True, is_hq=True)
        desk = window.make_desk(
            home.services, home.actor, gazetteer(), home.database.clock, office, SyncExchange.of(home)
        )
        window.open_desk(desk)
        robot = Robot(window)
        robot.open_page("findings")
        return robot

    return open_at


def choose(robot: Robot, about: str) -> None:
    """Go down the list to the finding about this."""
    QApplication.processEvents()
    robot.window.page.table.setFocus()
    for _ in robot.window.page.table.rows:
        if about in robot.window.page.beside.title.text():
            return
        robot.press("Down")
    assert about in robot.window.page.beside.title.text()


def test_the_sides_stand_beside_each_other_and_what_differs_is_marked(page):
    robot = page()
    choose(robot, "Sunita")
    assert "Findings  · 2" in robot.read_rail()
    said = [label.text() for label in visible(robot.window.page.beside, QLabel)]
    assert {"Pragya Kendra Kasmar", "Pragya Kendra Chas"} <= set(said)
    assert "Gender" in said
    assert "≠ Social category" in said


def test_one_key_makes_one_person_of_them_and_another_takes_it_back(page, exchange):
    robot = page()
    choose(robot, "Sunita")
    robot.type_into("Note, or the reason", "same card")
    robot.press("F5")
    (settled,) = exchange.findings(FindingState.SETTLED)
    assert (settled.reason, settled.note) == ("ONE_PERSON", "same card")
    assert "next receipt" in robot.read_message()
    assert "Findings  · 1" in robot.read_rail()
    robot.press_button("Settled 1")
    assert "These are one person" not in robot.read_page()
    robot.press("Shift+F5")
    assert len(exchange.findings()) == 2
    trail = SyncExchange.of(exchange.hq.home).audit.lines(exchange.hq.actor, 4)
    assert [robot.window.words.render(one.deed) for one in trail] == [
        "Opened a finding again: One person at two centres?",
        "Taken back: Same person",
        "Settled a finding: One person at two centres?",
        "Same person",
    ]
    done = trail[-1]
    assert done.about.endswith(" 0001-A · same card")
    assert done.about[:12] in (CSC_ID, SECOND.csc_id)


def test_it_is_taken_up_noted_and_settled_without_a_mouse(page, exchange):
    robot = page()
    choose(robot, "701412345678")
    robot.press("F7")
    assert len(exchange.findings(FindingState.LOOKING)) == 1
    robot.press_button("Being looked at 1")
    robot.type_into("Note, or the reason", "rung them")
    robot.press("Enter")
    assert exchange.findings(FindingState.LOOKING)[0].note == "rung them"
    robot.window.page.table.setFocus()
    robot.press("F9")
    assert "A reason is needed." in robot.read_message()
    robot.type("one slip for two")
    robot.press("F9")
    (settled,) = exchange.findings(FindingState.SETTLED)
    assert (settled.reason, settled.note) == ("OTHER", "one slip for two")


def test_what_is_taken_up_stands_under_ones_name_until_it_is_opened_again(page, exchange):
    robot = page()
    choose(robot, "701412345678")
    robot.press("F7")
    table = robot.window.page.table
    assert table.isColumnHidden(3)
    robot.press_button("All 2")
    officer = exchange.hq.actor.login
    assert sorted(row[1][3].words for row in table.rows) == ["", officer]
    assert not table.isColumnHidden(3)
    robot.press_button("Mine 1")
    assert [row[1][1].words for row in table.rows] == ["701412345678"]
    assert robot.button("All kinds 1")
    robot.press("Shift+F5")
    assert "Nothing here is to be looked at." in robot.read_page()


def test_what_another_officer_looks_at_is_taken_over(page, exchange):
    found = next(one for one in exchange.findings() if one.about == ("701412345678",))
    service, actor = exchange.hq.services.findings, exchange.hq.actor
    service.look_at(Actor("colleague", actor.duty), found.id)
    robot = page()
    robot.press_button("Being looked at 1")
    assert robot.button("Take it over F7")
    assert "Settle with a reason" not in robot.read_page()
    robot.press("F8")
    assert exchange.findings(FindingState.SETTLED) == ()
    robot.press("F7")
    assert [one.login for one in exchange.findings(FindingState.LOOKING)] == [actor.login]


def test_one_key_settles_those_exactly_like_it_and_takes_that_back(page, exchange):
    twice_in_two_sessions(exchange, "701412345671", "701412345672", "701412345673")
    exchange.bring(exchange.centre, exchange.second)
    robot = page()
    choose(robot, "701412345671")
    robot.press("F8")
    assert (
        "2 more are exactly like it: numbers that stand twice in the same sessions." in robot.read_message()
    )
    assert len(exchange.findings(FindingState.SETTLED)) == 1
    robot.press("F10")
    assert "Settled the same way: 2" in robot.read_message()
    assert len(exchange.findings(FindingState.SETTLED)) == 3
    robot.press("F10")
    assert "Opened again: 2" in robot.read_message()
    assert len(exchange.findings(FindingState.SETTLED)) == 1
    robot.press("F10")
    assert len(exchange.findings(FindingState.SETTLED)) == 1


class Blind(FindingService):
    """An office whose disk fails when it looks for others."""

    def alike(self, *_given):
        raise EnvironmentProblem(Text("The disk cannot be read."), Text("Look at the disk."), "disk")


def test_what_was_settled_leaves_the_list_though_no_others_could_be_looked_for(page, exchange):
    robot = page()
    desk = robot.window.page.desk
    desk.services = replace(desk.services, findings=Blind(exchange.hq.home.database, desk.services.decisions))
    choose(robot, "701412345678")
    robot.press("F8")
    assert "The disk cannot be read." in robot.read_message()
    assert len(exchange.findings(FindingState.SETTLED)) == 1
    assert robot.button("Settled 1")
    assert "701412345678" not in [row[1][1].words for row in robot.window.page.table.rows]


def test_the_offer_is_gone_once_something_else_is_done(page, exchange):
    twice_in_two_sessions(exchange, "701412345671", "701412345672")
    exchange.bring(exchange.centre, exchange.second)
    robot = page()
    choose(robot, "701412345671")
    robot.press("F8")
    choose(robot, "Sunita")
    robot.press("F7")
    robot.press("F10")
    assert len(exchange.findings(FindingState.SETTLED)) == 1


def test_a_correction_is_asked_of_the_centre_that_is_chosen(page, exchange):
    robot = page()
    choose(robot, "701412345678")
    robot.type_into("Note, or the reason", "look at the slip")
    side = robot.window.page.beside.sides[1]
    robot.press("F6")
    (asked,) = exchange.hq.services.decisions.review(exchange.hq.actor, side.record).asked
    assert (asked.record.reason, asked.record.field_path) == ("look at the slip", side.path)


def test_the_version_that_was_chosen_stands(page, exchange):
    record = forked(exchange)
    robot = page()
    choose(robot, "Two versions")
    before = exchange.hq.notes(record)
    robot.press("F6")
    assert {before, exchange.hq.notes(record)} == {"first", "second"}


def test_the_filters_narrow_the_list_down(page):
    robot = page()
    robot.press_button("Receipt number stands twice 1")
    assert [row[1][1].words for row in robot.window.page.table.rows] == ["701412345678"]
    robot.press_button("Settled")
    assert "Nothing here is to be looked at." in robot.read_page()


def test_each_row_of_filters_counts_what_the_other_lets_through(page):
    robot = page()
    robot.press("F7")
    assert robot.button("To be looked at 1")
    assert robot.button("All kinds 1")
    robot.press_button("Being looked at 1")
    (shown,) = robot.window.page.table.rows
    assert robot.button(f"{robot.window.words.render(shown[1][0].words)} 1")


def test_the_sides_have_their_room_again_after_the_help(page):
    robot = page()
    robot.window.resize(1093, 580)
    QApplication.processEvents()
    beside = robot.window.page.beside
    before = beside.width()
    robot.press("F1")
    QApplication.processEvents()
    robot.press("Esc")
    QApplication.processEvents()
    assert abs(beside.width() - before) < 3


def test_the_kinds_stand_there_whole_and_states_only_where_they_differ(page):
    robot = page()
    robot.window.resize(1093, 580)
    QApplication.processEvents()
    table = robot.window.page.table
    assert table.columnWidth(0) >= table.sizeHintForColumn(0)
    assert table.isColumnHidden(4)
    robot.press_button("All 2")
    assert not table.isColumnHidden(4)


@pytest.mark.parametrize("scale", [100, 150])
@pytest.mark.parametrize("language", ["en", "hi"])
def test_nothing_is_cut(page, language, scale):
    robot = page(language, scale)
    robot.window.resize(1093, 580)
    choose(robot, "Sunita" if language == "en" else "सुनीता")
    QApplication.processEvents()
    assert cut_words(robot.window.page) == []
