"""The keys of the window; what they do has a name in Ctrl+K as well (goals.py)."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QKeySequence, QShortcut

if TYPE_CHECKING:
    from fieldapp.ui.main_window import MainWindow


def make_keys(window: "MainWindow") -> None:
    """Keys that work on every page, and the one that also works before anybody is in."""
    at_work: dict[str, Callable[[], object]] = {
        "Ctrl+K": window.go_to,
        "F1": window.show_help,
        "Ctrl+L": window.doors.lock,
        "Alt+Left": window.go_back,
        "Ctrl+Z": window.undo_last,
        "Ctrl+Y": window.redo_last,
        "Ctrl+Shift+Z": window.redo_last,
    }
    for number in range(1, 10):
        at_work[f"Ctrl+{number}"] = partial(_open_number, window, number)
    for keys, do in at_work.items():
        QShortcut(QKeySequence(keys), window.frame.work).activated.connect(do)
    QShortcut(QKeySequence("Ctrl+Shift+L"), window).activated.connect(window.switch_language)


def _open_number(window: "MainWindow", number: int) -> None:
    if number <= len(window.pages.entries):
        window.open_page(window.pages.entries[number - 1].name)
