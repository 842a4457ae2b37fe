"""What stands in lists is not cut: headings of columns, entries to tick, in both languages and sizes."""

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QStyle

from fieldapp.ui import theme
from fieldapp.ui.records.list_panel import RecordList
from fieldapp.ui.theme import Theme
from tests.ui.conftest import PRACTICE

_ANY_HEIGHT = 10_000


@pytest.fixture(params=[("en", 100), ("en", 200), ("hi", 200)], ids=str)
def dressed(request, qapp, window):
    """The window as small as it gets, in a language and at a text size."""
    language, scale = request.param
    window.resize(1093, 580)
    window.put_on(Theme(scale=scale, practice=True))
    window.speak(language)
    yield window
    theme.apply(qapp, PRACTICE)


def cut_headings(listed: RecordList) -> list[str]:
    """Headings that do not fit into their section, in as many lines as they take."""
    header, model = listed.horizontalHeader(), listed.model()
    short = []
    for at in range(model.columnCount()):
        words = str(model.headerData(at, Qt.Orientation.Horizontal))
        room = QRect(0, 0, header.sectionSize(at) - 8, _ANY_HEIGHT)
        need = header.fontMetrics().boundingRect(room, Qt.TextFlag.TextWordWrap, words)
        if not header.isSectionHidden(at) and (
            need.width() > room.width() or need.height() > header.height()
        ):
            short.append(words)
    return short


def test_no_list_cuts_a_heading(dressed):
    short = []
    for name in ("activities", "people", "plan", "adoption"):
        dressed.open_page(name)
        dressed.grab()
        for listed in dressed.page.findChildren(RecordList):
            short += [f"{name} {words}" for words in cut_headings(listed)]
    assert short == []


def test_no_list_to_tick_cuts_an_entry(dressed):
    services, actor = dressed.desk.services.activities, dressed.desk.actor
    dressed.open_page("activities", services.start(actor, "MELA", None).held.record.id)
    panel = dressed.page.panel
    panel.show_details(on=True)
    dressed.grab()
    ticks = panel.form.editor("audience").list
    box = ticks.style().pixelMetric(QStyle.PixelMetric.PM_IndicatorWidth) + 8
    short = []
    for at in range(ticks.count()):
        place = ticks.visualItemRect(ticks.item(at))
        words = ticks.item(at).text()
        room = QRect(0, 0, place.width() - box, _ANY_HEIGHT)
        need = ticks.fontMetrics().boundingRect(room, Qt.TextFlag.TextWordWrap, words)
        if place.width() > ticks.viewport().width() or need.height() > place.height():
            short.append(words)
    assert short == []
