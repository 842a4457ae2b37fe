"""Enter presses the button that has the focus, and leads through a form to the verb at its end."""

import pytest
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


def where(dialog) -> str:
    return dialog.form.place() or QApplication.focusWidget().text()


def test_enter_goes_field_by_field_and_only_then_starts(window, qtbot):
    dialog = begin(window, qtbot)
    begun = dialog.draft.id
    key(qtbot, Qt.Key.Key_Down)
    passed = []
    while QApplication.activeModalWidget() is dialog and len(passed) < 9:
        passed.append(where(dialog))
        key(qtbot, Qt.Key.Key_Return)
    assert passed[:-1] == ["kind", "start_date", "venue/hi", "venue/en", "place"]
    assert passed[-1] in ("आरंभ करें", "Start")
    assert window.page.panel.opened.activity.id == begun


@pytest.mark.parametrize("enter", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_enter_in_the_open_list_of_kinds_chooses_and_does_not_start(window, qtbot, enter):
    dialog = begin(window, qtbot)
    key(qtbot, Qt.Key.Key_Space)
    kinds = dialog.form.editor("kind").box.view()
    qtbot.waitUntil(kinds.isVisible)
    for one in (Qt.Key.Key_Down, Qt.Key.Key_Down, enter):
        QTest.keyClick(kinds, one)
    qtbot.waitUntil(lambda: not kinds.isVisible())
    assert dialog.isVisible()
    assert dialog.draft.kind
    assert where(dialog) == "kind"


@pytest.mark.parametrize(
    ("held", "goes_to"), [((), "start_date"), ((Qt.KeyboardModifier.ShiftModifier,), "Cancel")]
)
def test_tab_in_the_open_list_of_kinds_chooses_and_goes_on(window, qtbot, held, goes_to):
    window.speak("en")
    dialog = begin(window, qtbot)
    key(qtbot, Qt.Key.Key_Space)
    box = dialog.form.editor("kind").box
    qtbot.waitUntil(box.view().isVisible)
    QTest.keyClick(box.view(), Qt.Key.Key_Down)
    marked = box.itemData(box.view().currentIndex().row())
    QTest.keyClick(QApplication.focusWindow(), Qt.Key.Key_Tab, *held)
    qtbot.waitUntil(lambda: not box.view().isVisible())
    assert marked
    assert dialog.draft.kind == marked
    qtbot.waitUntil(lambda: where(dialog) == goes_to)


def test_tab_leaves_every_other_open_list_too(window, qtbot):
    robot = Robot(window)
    robot.open_page("settings")
    box = window.page.lock
    box.setFocus()
    key(qtbot, Qt.Key.Key_Space)
    qtbot.waitUntil(box.view().isVisible)
    QTest.keyClick(QApplication.focusWindow(), Qt.Key.Key_Tab)
    qtbot.waitUntil(lambda: not box.view().isVisible())
    qtbot.waitUntil(lambda: QApplication.focusWidget() not in (None, box, box.view()))


def test_control_and_enter_start_from_any_field(window, qtbot):
    dialog = begin(window, qtbot)
    begun = dialog.draft.id
    key(qtbot, Qt.Key.Key_Down, Qt.Key.Key_Return)
    QTest.keyClick(dialog.windowHandle(), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert window.page.panel.opened.activity.id == begun


def test_enter_on_cancel_cancels(window, qtbot):
    dialog = begin(window, qtbot)
    key(qtbot, Qt.Key.Key_Down)
    cancel = next(one for one in dialog.findChildren(QPushButton) if one.text() in ("रद्द करें", "Cancel"))
    cancel.setFocus()
    key(qtbot, Qt.Key.Key_Return)
    assert QApplication.activeModalWidget() is None
    assert not window.page.panel.opened.is_open
