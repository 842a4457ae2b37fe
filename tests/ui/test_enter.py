"""Enter presses the button that has the focus, and leads through a form to the verb at its end."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from fieldapp.ui.activities.dialog import NewActivityDialog
from tests.robots.robot import Robot


def key(qtbot, *keys) -> None:
    """Keys as they come from the keyboard: to the native window that is in front."""
    for one in keys:
        window = QApplication.activeWindow().windowHandle()
        qtbot.waitUntil(lambda window=window: QApplication.focusWindow() is window)
        QTest.keyClick(window, one)


def begin(window, qtbot) -> NewActivityDialog:
    robot = Robot(window)
    robot.open_page("today")
    button = next(one for one in window.findChildren(QPushButton) if one.text() in ("नया सत्र", "New session"))
    button.setFocus()
    key(qtbot, Qt.Key.Key_Return)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, NewActivityDialog)
    qtbot.waitUntil(dialog.isActiveWindow)
    return dialog


def test_enter_presses_the_button_that_has_the_focus(window, qtbot):
    begin(window, qtbot).reject()


def test_enter_leads_from_the_kind_to_start_and_starts(window, qtbot):
    dialog = begin(window, qtbot)
    key(qtbot, Qt.Key.Key_Down)
    begun = dialog.draft.id
    for _ in range(7):  # kind, day, venue in two scripts, place, start
        if QApplication.activeModalWidget() is None:
            break
        key(qtbot, Qt.Key.Key_Return)
    assert window.page.panel.opened.activity.id == begun


def test_enter_on_cancel_cancels(window, qtbot):
    dialog = begin(window, qtbot)
    key(qtbot, Qt.Key.Key_Down)
    cancel = next(one for one in dialog.findChildren(QPushButton) if one.text() in ("रद्द करें", "Cancel"))
    cancel.setFocus()
    key(qtbot, Qt.Key.Key_Return)
    assert QApplication.activeModalWidget() is None
    assert not window.page.panel.opened.is_open
