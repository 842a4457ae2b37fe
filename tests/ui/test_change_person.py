"""In a practice home the other login comes at once, by the name in the bar, by Ctrl+K and by Ctrl+L."""

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from fieldapp.app import FrontDoor
from fieldapp.ui.goals import goals


def becomes(door: FrontDoor, qtbot: QtBot, login: str) -> None:
    qtbot.waitUntil(lambda: door.window.desk.actor.login == login, timeout=30_000)
    assert door.window.frame.top.who.text().startswith(f"{login} · ")


def test_every_way_to_change_the_person_leads_to_the_other_login(door, qtbot):
    window = door.window
    qtbot.mouseClick(window.frame.top.who, Qt.MouseButton.LeftButton)
    becomes(door, qtbot, "supervisor")
    next(goal for goal in goals(window) if goal.name == "Change person").do()
    becomes(door, qtbot, "operator")
    with qtbot.waitSignal(window.messages.said) as said:
        qtbot.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    said.args[0].offer.do()
    becomes(door, qtbot, "supervisor")
