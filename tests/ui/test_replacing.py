"""A computer in place of another, in the windows of both sides."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from fieldapp.domain.fields import Name
from fieldapp.homes import Exchange as SyncExchange
from fieldapp.homes import restore_home
from fieldapp.storage.gazetteer import gazetteer
from fieldapp.ui.desk import Office
from fieldapp.ui.main_window import MainWindow
from fieldapp.ui.theme import Theme
from tests.sync.exchange import Exchange, Side
from tests.ui.test_inbox_page import InboxRobot, exchange, inbox, template

__all__ = ["exchange", "inbox", "template"]


@pytest.fixture
def new(exchange: Exchange):
    """The centre's work goes on from a copy of its home; the old computer has sent a record before."""
    exchange.centre.start(notes="held")
    exchange.round_trip()
    exchange.centre.home.close()
    side = Side(restore_home(exchange.root / "centre", exchange.root / "new"))
    exchange.centre = Side.opened(exchange.root / "centre")
    yield side
    side.home.close()


def asked(exchange: Exchange, new: Side) -> None:
    made = new.enrolment.make_request(new.actor, exchange.stick)
    exchange.hq.enrolment.enrol(exchange.hq.actor, made.path, made.fingerprint)


def click(button) -> None:
    assert button.isVisible()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def at_centres(robot: InboxRobot) -> None:
    robot.press("Ctrl+Tab")
    robot.settle()


@pytest.mark.parametrize("language", ["en", "hi"])
def test_an_officer_confirms_a_computer_and_gives_it_its_records_back(
    exchange: Exchange, new: Side, inbox: Callable[..., InboxRobot], language: str
):
    asked(exchange, new)
    robot = inbox(language)
    at_centres(robot)
    centres = robot.page.centres
    click(centres.replace)
    robot.settle()
    panel = centres.replace_panel
    assert panel.new.currentData() == new.home.keys.key_id
    assert [panel.old.itemData(at) for at in range(panel.old.count())] == [exchange.centre.home.keys.key_id]
    click(panel.go)
    robot.settle()
    (claim,) = exchange.hq.continuing.claims(exchange.hq.actor)
    assert claim.confirmed
    click(centres.replace)
    robot.settle()
    assert not panel.go.isEnabled()
    click(panel.records)
    robot.choose_in_dialog(exchange.stick)
    (made,) = exchange.stick.glob("*give-back*")
    taken = new.receipts.take_back(new.actor, made)
    assert (taken.own, taken.letter) == (1, "B")


def test_a_late_file_is_taken_by_a_decision(exchange: Exchange, new: Side, inbox: Callable[..., InboxRobot]):
    asked(exchange, new)
    exchange.hq.continuing.confirm(exchange.hq.actor, new.home.keys.key_id)
    exchange.centre.start(notes="a day later")
    (late,) = exchange.send()
    robot = inbox()
    robot.bring(late)
    robot.choose_file(late.name)
    row = robot.page.files.preview.let_in
    click(row.open)
    QTest.keyClicks(row.reason, "it was in use a day longer")
    QTest.keyClick(row.reason, Qt.Key.Key_Return)
    robot.settle()
    assert exchange.hq.inbox.import_all(exchange.hq.actor).counts.new == 1


def test_a_restored_centre_asks_for_confirmation_and_takes_what_falls_on_its_window(
    exchange: Exchange, new: Side, make_window: Callable[..., MainWindow], qtbot
):
    window = make_window("en", Theme(practice=True))
    office = Office(Name("केंद्र", "Centre"), practice=True)
    desk = window.make_desk(
        new.services, new.actor, gazetteer(), new.home.database.clock, office, SyncExchange.of(new.home)
    )
    window.open_desk(desk)
    robot = InboxRobot(window, qtbot)
    robot.open_page("sync")
    robot.settle()
    assert "This computer goes on with the work of another one" in robot.read_page()
    asked(exchange, new)
    exchange.hq.continuing.confirm(exchange.hq.actor, new.home.keys.key_id)
    made = exchange.hq.giving_back.make(exchange.hq.actor, new.home.keys.key_id, exchange.stick)
    window.file_dropped.connect(window.page.take_files)
    robot.bring(made.files[0].path)
    assert "Records that came back, to be written here: 1, to be read: 0." in robot.read_message()
