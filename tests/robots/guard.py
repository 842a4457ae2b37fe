"""Types and pastes forbidden numbers into everything of the real window that takes words."""

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from fieldapp.domain.codes import ActivityKind
from fieldapp.ui.forms import Form
from tests.guard import numbers_in
from tests.robots.robot import Robot, words
from tests.robots.roster import RosterRobot, person, start

PAGES = ("people", "plan", "adoption")


class GuardRobot(Robot):
    """tried: how many fields a number was put into."""

    tried = 0

    def offer(self, widget: QWidget, text: str, *, paste: bool) -> None:
        """Put a text into a field as a person would, and leave it."""
        widget.setFocus()
        assert self.focused() is widget, "nobody can be in this field"
        widget.selectAll()
        if paste:
            QGuiApplication.clipboard().setText(text)
            QTest.keyClick(widget, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
        else:
            self.type(text)
        self.press("Tab")
        self.tried += 1

    def try_form(self, form: Form, texts: Iterator[str], *, paste: bool) -> None:
        """Every line and box of a form, each with the next text."""
        for path in list(lines_of(form)):
            if not form.focus_path(path):
                continue
            widget = lines_of(form)[path]
            text = next(texts)
            self.offer(widget, text, paste=paste)
            left = lines_of(form)
            assert numbers_in("\n".join(map(read, left.values()))) == [], (path, text)
            assert numbers_in("\n".join(map(undo_all, left.values()))) == [], (path, text, "undone")
            assert numbers_in("\n".join(words(self.window))) == [], (path, text, "said")

    def try_records(self, texts: Iterator[str], *, paste: bool) -> None:
        """A new record of every kind that somebody begins on a page of its own."""
        for name in PAGES:
            self.open_page(name)
            page = self.window.page
            for at, tab in enumerate(page.tabs):
                if tab.view.read_only:
                    continue
                page._bar.setCurrentIndex(at)
                tab.begin()
                self.try_form(tab.panel.form, texts, paste=paste)
                tab.back()

    def try_activity(self, home, kind: ActivityKind, texts: Iterator[str], *, paste: bool) -> None:
        """The own fields of an activity, the cells of its roster, and the dialog of a row."""
        robot = RosterRobot(self.window, home, start(home, str(kind), person(1)))
        roster = robot.grid.roster
        for at, column in enumerate(roster.columns):
            text = next(texts)
            robot.grid.setFocus()
            robot.grid.go(0, at)
            if paste:
                QGuiApplication.clipboard().setText(text)
                robot.keys((Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier), Qt.Key.Key_Tab)
            else:
                robot.keys(text, Qt.Key.Key_Tab)
            self.tried += 1
            assert numbers_in(roster.drawn(0, at).text) == [], (column.path, text)
            assert numbers_in("\n".join(words(self.window))) == [], (column.path, text)
            robot.keys(Qt.Key.Key_Escape)
        robot.panel.row_person.show_row(robot.row().row)
        dialog = self.dialog()
        for path, widget in lines_of(dialog.form).items():
            text = next(texts)
            self.offer(widget, text, paste=paste)
            if self.dialog() is None:
                robot.panel.row_person.show_row(robot.row().row)
            assert numbers_in("\n".join(words(self.window))) == [], (path, text)
        dialog.close()
        self.window.activateWindow()
        assert QTest.qWaitForWindowActive(self.window)
        robot.panel.show_details(on=True)
        self.try_form(robot.panel.form, texts, paste=paste)


def lines_of(form: Form) -> dict[str, QWidget]:
    """The lines and boxes of a form by their paths."""
    found = {}
    for name, row in form._rows.items():
        for inside, widget in row.editor.by_path().items():
            if isinstance(widget, QLineEdit | QPlainTextEdit) and not widget.isReadOnly():
                found["/".join(filter(None, (name, inside)))] = widget
    return found


def read(widget: QWidget) -> str:
    return widget.text() if isinstance(widget, QLineEdit) else widget.toPlainText()


def undo_all(widget: QWidget) -> str:
    """Undo whatever can be undone in a line or box; gives all that stood there on the way."""
    stack = widget if isinstance(widget, QLineEdit) else widget.document()
    stood = [read(widget)]
    while stack.isUndoAvailable():
        widget.undo()
        stood.append(read(widget))
    return "\n".join(stood)
