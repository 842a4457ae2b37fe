"""Nothing is cut: every page and every form, in both languages, at 100 to 200 % of the text size."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QApplication,
    QLabel,
    QPushButton,
    QWidget,
)

from fieldapp.domain.codes import ActivityKind
from fieldapp.domain.fields import PlaceRef
from fieldapp.domain.records import Activity
from fieldapp.ui import theme
from fieldapp.ui.forms import Form
from fieldapp.ui.main_window import MainWindow
from fieldapp.ui.pages import pages
from fieldapp.ui.records.page import RecordsPage
from fieldapp.ui.theme import Theme

PAGES = [entry.name for entry in pages(is_hq=False)]
RECORD_PAGES = ("people", "plan", "adoption")


def settled(window: MainWindow) -> None:
    """Let everything come to lie where it will, and what was thrown away be gone."""
    for _ in range(3):
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QApplication.processEvents()
    window.grab()


def cut(root: QWidget) -> list[str]:
    """Words on labels and buttons that have less room than they need, or lie outside what holds them."""
    return [f"{type(one).__name__} {one.text()}" for one in said(root) if is_short(one) or is_outside(one)]


def said(root: QWidget) -> Iterator[QLabel | QAbstractButton]:
    for widget in root.findChildren(QWidget):
        shown = widget.isVisible() and isinstance(widget, QLabel | QAbstractButton)
        if shown and widget.text() and not widget.objectName().startswith("qt_"):
            yield widget


def is_short(one: QLabel | QAbstractButton) -> bool:
    if one.findChildren(QLabel):
        return False  # a button whose words are labels that wrap
    if isinstance(one, QPushButton):
        return one.sizeHint().width() > one.width() + 1 or one.sizeHint().height() > one.height() + 1
    room = one.contentsRect()
    wraps = isinstance(one, QLabel) and one.wordWrap()
    flags = Qt.TextFlag.TextWordWrap if wraps else Qt.TextFlag.TextSingleLine
    need = one.fontMetrics().boundingRect(QRect(0, 0, room.width(), 100_000), flags, one.text())
    return need.width() > room.width() + 1 or (wraps and need.height() > room.height() + 1)


def is_outside(one: QWidget) -> bool:
    """Whether it lies beyond what holds it, where nobody can scroll."""
    inside, above = one, one.parentWidget()
    while above is not None and not isinstance(inside, QAbstractScrollArea):
        scrolls = isinstance(above.parentWidget(), QAbstractScrollArea)
        if scrolls or inside.isWindow():
            return False
        if not above.rect().adjusted(-1, -1, 1, 1).contains(inside.geometry()):
            return True
        inside, above = above, above.parentWidget()
    return False


def unfold(form: Form) -> None:
    for heading in form.findChildren(QPushButton):
        if heading.property("look") == "heading":
            heading.setChecked(True)


@pytest.fixture
def usual_look(qapp: QApplication) -> Iterator[None]:
    """Puts the usual look back when the window is gone: dressing all its pages again takes seconds."""
    yield
    theme.apply(qapp, Theme())


@pytest.fixture(params=[("hi", 100), ("en", 100), ("hi", 150), ("hi", 200), ("en", 200)], ids=str)
def dressed(request: pytest.FixtureRequest, usual_look: None, window: MainWindow) -> MainWindow:
    """The window as small as it gets, in a language and at a text size; Hindi takes the more room."""
    del usual_look  # asked for before the window, so that it comes after it
    language, scale = request.param
    window.resize(1093, 580)
    window.put_on(Theme(scale=scale, practice=True))
    window.speak(language)
    return window


def test_no_page_cuts_a_word(dressed: MainWindow):
    found = {}
    for name in PAGES:
        dressed.open_page(name)
        settled(dressed)
        found[name] = cut(dressed)
    assert {name: words for name, words in found.items() if words} == {}


def test_no_form_of_a_record_cuts_a_word(dressed: MainWindow):
    found = {}
    for name in RECORD_PAGES:
        dressed.open_page(name)
        page = dressed.page
        assert isinstance(page, RecordsPage)
        for at, tab in enumerate(page.tabs):
            page._bar.setCurrentIndex(at)
            page.begin_new()
            unfold(tab.panel.form)
            settled(dressed)
            found[tab.view.word] = cut(dressed)
            page.back()
    assert {name: words for name, words in found.items() if words} == {}


def test_no_activity_cuts_a_word(dressed: MainWindow):
    assert dressed.desk is not None
    found = {}
    for kind in (ActivityKind.CHAI_SAMOSA, ActivityKind.MELA):
        services, actor = dressed.desk.services.activities, dressed.desk.actor
        started = services.start(actor, str(kind), None, PlaceRef("block:322/3069", "कसमार"))
        dressed.open_page("activities", started.held.record.id)
        panel = dressed.page.panel  # type: ignore[union-attr]
        for details in (False, True):
            panel.show_details(on=details)
            unfold(panel.form)
            settled(dressed)
            found[kind, details] = cut(dressed)
    assert isinstance(panel.opened.activity, Activity)
    assert {name: words for name, words in found.items() if words} == {}
