"""Nothing is cut: every page and every form, in both languages, at 100 to 200 % of the text size."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QEventLoop, QRect, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QApplication,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from fieldapp.domain.codes import ActivityKind
from fieldapp.domain.fields import PlaceRef
from fieldapp.domain.records import RECORD_TYPES, Person
from fieldapp.homes import OpenHome
from fieldapp.ui import theme
from fieldapp.ui.forms import Form
from fieldapp.ui.main_window import MainWindow
from fieldapp.ui.pages import pages
from fieldapp.ui.records.page import RecordsPage
from fieldapp.ui.theme import Theme
from tests.robots.robot import Robot
from tests.ui.conftest import PRACTICE

PAGES = [entry.name for entry in pages(is_hq=False)]
RECORD_PAGES = ("people", "plan", "adoption")


def settled(window: MainWindow) -> None:
    """Let everything be made and come to lie where it will, and what was thrown away be gone."""
    while window.desk is not None and window.desk.tasks.busy:
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
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
    theme.apply(qapp, PRACTICE)


LANGUAGES = {100: ("hi", "en"), 150: ("hi",), 200: ("hi", "en")}


@pytest.fixture(params=LANGUAGES, ids=str)
def dressed(request: pytest.FixtureRequest, usual_look: None, window: MainWindow) -> MainWindow:
    """The window as small as it gets, at a text size; Hindi takes the more room."""
    del usual_look  # asked for before the window, so that it comes after it
    window.resize(1093, 580)
    window.put_on(Theme(scale=request.param, practice=True))
    return window


def test_no_page_and_no_form_cuts_a_word(dressed: MainWindow):
    found = {}
    for language in LANGUAGES[theme.current().scale]:
        dressed.speak(language)
        for name, cut_there in (*pages_cut(dressed), *forms_cut(dressed), *activities_cut(dressed)):
            found[language, name] = cut_there
    assert {name: words for name, words in found.items() if words} == {}
    assert {word for _, word in found} >= set(RECORD_TYPES)


def pages_cut(window: MainWindow) -> Iterator[tuple[str, list[str]]]:
    """Every page of a centre, and what it cuts."""
    for name in PAGES:
        window.open_page(name)
        settled(window)
        yield f"page {name}", cut(window)


def forms_cut(window: MainWindow) -> Iterator[tuple[str, list[str]]]:
    """The form of every record type but activities, with nothing in it, and what it cuts."""
    for name in RECORD_PAGES:
        window.open_page(name)
        page = window.page
        assert isinstance(page, RecordsPage)
        for at, tab in enumerate(page.tabs):
            page._bar.setCurrentIndex(at)
            tab.panel.begin(RECORD_TYPES[tab.view.word](id="0a" * 16))  # a decision is begun nowhere
            tab._show_panel()
            unfold(tab.panel.form)
            settled(window)
            yield tab.view.word, cut(window)
            page.back()


def activities_cut(window: MainWindow) -> Iterator[tuple[str, list[str]]]:
    """The roster and the details of an activity with most fields and of one with few, and what they cut."""
    assert window.desk is not None
    for kind in (ActivityKind.CHAI_SAMOSA, ActivityKind.MELA):
        services, actor = window.desk.services.activities, window.desk.actor
        started = services.start(actor, str(kind), None, PlaceRef("block:322/3069", "कसमार"))
        window.open_page("activities", started.held.record.id)
        panel = window.page.panel  # type: ignore[union-attr]
        for details in (False, True):
            panel.show_details(on=details)
            unfold(panel.form)
            settled(window)
            yield "activity" if details else f"roster of {kind}", cut(window)
        assert panel.opened.activity.kind == kind


def test_what_stands_in_short_fields_has_room_in_another_text_size_too(
    usual_look: None, robot: Robot, home: OpenHome
):
    del usual_look
    window = robot.window
    window.resize(1093, 580)
    window.speak("hi")
    person = Person(id="0a" * 16, mobile="5123456789", birth_year=1986, gender="MALE", notes="क\nख\nग")
    home.services.people.save(home.actor, person)
    window.open_page("people", person.id)
    form = window.page.tab.panel.form  # type: ignore[union-attr]
    for scale in (100, 200, 150, 100):
        window.put_on(Theme(scale=scale, practice=True))
        settled(window)
        for name in ("mobile", "birth_year"):
            line = form.editor(name).inputs()[0]
            assert isinstance(line, QLineEdit)
            assert line.fontMetrics().horizontalAdvance(line.text()) < line.width() - theme.current().px(10)
        box = form.editor("notes").inputs()[0]
        assert box.height() >= 3 * box.fontMetrics().lineSpacing()
        assert form.editor("gender").inputs()[0].width() > theme.current().px(100)
        assert form.horizontalScrollBar().maximum() == 0
    assert form.editor("birth_year").inputs()[0].text() == "1986"


def test_a_dialog_is_no_larger_than_the_window_it_comes_over(usual_look: None, robot: Robot):
    del usual_look
    window = robot.window
    window.resize(1093, 580)
    window.put_on(Theme(scale=200, practice=True))
    window.open_page("activities")
    window.page.begin_new()  # type: ignore[union-attr]
    dialog = robot.dialog()
    assert dialog is not None
    settled(window)
    assert dialog.width() < window.width()
    assert dialog.height() < window.height()
    assert cut(dialog) == []


def test_the_open_page_is_seen_in_the_rail_with_large_letters_too(usual_look: None, robot: Robot):
    del usual_look
    window = robot.window
    window.resize(1093, 580)
    window.put_on(Theme(scale=200, practice=True))
    for name in ("settings", "today"):
        window.open_page(name)
        settled(window)
        button = window.frame.rail.button(name)
        assert button.visibleRegion().boundingRect() == button.rect()
