"""Asking for files: Qt's own dialog speaks the language of the window."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QMessageBox,
    QTreeView,
)

from fieldapp.domain.text import Text
from fieldapp.ui.choosers import ask_folder, ask_where
from fieldapp.ui.qt_words import SAID

OURS = {"Choose", "Save", "Cancel", "File name", "Kind of file", "Folder"}


@pytest.fixture
def chooser(robot, tmp_path):
    """Opens the dialog that asks where to save a file; gives the dialog."""
    written: list[Path] = []

    def open_it() -> QFileDialog:
        window = robot.window
        ask_where(window, window.words, Text("Save"), str(tmp_path / "list.csv"), written.append)
        dialog = robot.dialog()
        assert isinstance(dialog, QFileDialog)
        return dialog

    yield open_it
    for dialog in robot.window.findChildren(QFileDialog):
        dialog.close()


def said(dialog: QFileDialog) -> set[str]:
    """Everything the dialog says by itself: buttons, labels, what the pointer shows, headings."""
    found = {label.text() for label in dialog.findChildren(QLabel)}
    for button in dialog.findChildren(QAbstractButton):
        found |= {button.text(), button.toolTip(), button.accessibleName()}
    model = dialog.findChild(QTreeView).model()
    found |= {model.headerData(at, Qt.Orientation.Horizontal) for at in range(model.columnCount())}
    plain = {one.replace("&", "").strip() for one in found if one}
    return {one for one in plain if any(letter.isascii() and letter.isalpha() for letter in one)}


def test_every_word_of_qts_own_file_dialog_is_in_our_catalogue(chooser):
    assert said(chooser()) <= set(SAID) | OURS


def test_what_the_dialog_for_folders_calls_them_is_in_our_catalogue(robot):
    ask_folder(robot.window, robot.window.words, Text("Choose folder"), lambda _folder: None)
    kinds = robot.dialog().findChild(QComboBox, "fileTypeCombo")
    assert kinds.currentText() in SAID
    robot.dialog().close()


def test_the_file_dialog_speaks_hindi_in_a_hindi_window(robot, chooser):
    robot.press("Ctrl+Shift+L")
    dialog = chooser()
    model = dialog.findChild(QTreeView).model()
    assert model.headerData(0, Qt.Orientation.Horizontal) == "नाम"
    assert "Cancel" not in said(dialog)


def test_replacing_a_file_is_asked_in_hindi_too(robot, chooser, tmp_path):
    robot.press("Ctrl+Shift+L")
    (tmp_path / "list.csv").write_text("x")
    dialog = chooser()

    answers: list[set[str]] = []

    def look() -> None:
        (box,) = (one for one in QApplication.topLevelWidgets() if isinstance(one, QMessageBox))
        answers.append({button.text() for button in box.buttons()})
        box.reject()

    QTimer.singleShot(0, look)  # Qt waits for the answer in a loop of its own
    dialog.accept()
    assert answers == [{"हाँ", "नहीं"}]


def test_the_menu_of_a_line_speaks_hindi_in_a_hindi_window(robot):
    robot.press("Ctrl+Shift+L")
    line = QLineEdit(robot.window)
    said = [action.text().partition("\t")[0] for action in line.createStandardContextMenu().actions()]
    assert {"पूर्ववत करें", "कॉपी करें", "चिपकाएँ", "हटाएँ"} <= set(said)
