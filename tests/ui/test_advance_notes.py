"""An advance note in the window of an office: typed or pasted, and what it says."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication

from fieldapp.domain.text import Text
from fieldapp.sync.advance_note import AdvanceNotes
from fieldapp.ui.inbox.note_panel import NotePanel
from tests.robots.robot import Robot, cut_words
from tests.sync.exchange import CSC_ID, Exchange, Side
from tests.ui.test_block_office import open_at, played  # noqa: F401
from tests.ui.test_centres import at_centres  # noqa: F401
from tests.ui.test_inbox_page import InboxRobot, exchange, inbox, robot, sent, template  # noqa: F401


def written(side: Side, number: int) -> str:
    return AdvanceNotes(side.home.database, side.home.home, side.home.keys).write(side.actor, number)


def answer(at: Robot) -> list[str]:
    """The line in which the office says what it thinks of a note, and what the note says."""
    panel = at.window.page.findChild(NotePanel)
    said = (panel.told, panel.lines, panel.problem)
    return [line for label in said if label.isVisible() for line in label.text().split("\n")]


def test_a_note_that_is_pasted_says_what_is_on_its_way_and_later_that_it_has_come(
    at_centres: InboxRobot,  # noqa: F811
    exchange: Exchange,  # noqa: F811
):
    exchange.centre.start()
    (path,) = exchange.send()
    QGuiApplication.clipboard().setText(written(exchange.centre, 2).replace(" BATCH", "\nBATCH") + "\n")
    at_centres.press("Ctrl+Tab")
    at_centres.press("Ctrl+T")
    assert at_centres.page.centres.isVisible()
    at_centres.press("Ctrl+V")
    at_centres.press("Return")
    told = [
        "The note is genuine.",
        f"Pragya Kendra Kasmar · {CSC_ID}-A",
        "Batch 2",
        "Files 1 · records 3 · sessions 3 · photographs 0",
    ]
    assert answer(at_centres) == [*told, "Nothing of this batch has come yet."]
    exchange.hq.inbox.read(exchange.hq.actor, [path])
    at_centres.press("Return")
    assert answer(at_centres)[-1] == "Files that are here, not imported yet: 1"
    exchange.deliver(path)
    at_centres.press("Return")
    assert answer(at_centres) == [*told, "This batch has come and is imported."]
    at_centres.press("Escape")  # puts away what was said of the import
    at_centres.press("Escape")
    assert not at_centres.page.centres.asking
    assert at_centres.focused() is at_centres.page.centres.table


def test_a_note_that_was_misheard_is_refused_in_both_languages_until_it_is_typed_anew(
    at_centres: InboxRobot,  # noqa: F811
    exchange: Exchange,  # noqa: F811
):
    note = written(exchange.centre, 1)
    at_centres.press("Ctrl+T")
    at_centres.type(note.replace("RECORDS 2", "RECORDS 3").lower())
    at_centres.press("Return")
    english, hindi = answer(at_centres)
    assert english.startswith("The check of this note is not right.")
    assert hindi.startswith("इस सूचना के जाँच अंक सही नहीं हैं।")
    assert at_centres.focused().text() == note.replace("RECORDS 2", "RECORDS 3").lower(), "to be corrected"
    at_centres.press("Ctrl+A")
    at_centres.type("fieldapp")
    assert answer(at_centres) == []
    at_centres.press("Return")
    assert answer(at_centres)[0].startswith("This is no advance note.")
    at_centres.press("Ctrl+A")
    at_centres.type(note)
    at_centres.press("Return")
    assert answer(at_centres)[0] == "The note is genuine."
    at_centres.type(note.replace(CSC_ID, "100000000023"))
    assert answer(at_centres) == []
    at_centres.press("Return")
    assert answer(at_centres)[0].startswith("No computer of the centre 100000000023 is enrolled here.")


def test_a_note_can_be_checked_while_files_are_imported(
    at_centres: InboxRobot,  # noqa: F811
    exchange: Exchange,  # noqa: F811
):
    at_centres.window.tasks.pause()
    at_centres.page.import_ready()
    at_centres.press("Ctrl+T")
    at_centres.type(written(exchange.centre, 1))
    at_centres.press("Return")
    assert answer(at_centres)[0] == "The note is genuine."
    at_centres.window.tasks.go_on()
    at_centres.settle()


@pytest.mark.parametrize("language", ["hi", "en"])
def test_a_block_office_checks_the_notes_of_its_centres(played, make_window, qtbot, language: str):  # noqa: F811
    played.centre.start()
    batch = played.centre.outbox.make(played.centre.actor)
    note = written(played.centre, batch.number)
    window = open_at(make_window, played.block, language)
    hands = InboxRobot(window, qtbot)
    hands.open_page("inbox")
    hands.settle()
    assert dict(window.page.keys())["Ctrl+T"] == Text("Advance note…")
    hands.press("Ctrl+T")
    hands.type(note)
    hands.press("Return")
    assert f"{CSC_ID}-A" in answer(hands)[1]
    hands.type(note.rpartition(", ")[0])
    hands.press("Return")
    assert any(line.startswith("Only head office can check this note") for line in answer(hands))


@pytest.mark.parametrize("language", ["hi", "en"])
def test_what_is_asked_and_answered_is_not_cut_at_the_smallest_window(
    inbox: Callable[..., InboxRobot],  # noqa: F811
    exchange: Exchange,  # noqa: F811
    sent: Path,  # noqa: F811
    language: str,
):
    at = inbox(language)
    at.window.resize(1093, 560)
    at.bring(sent)
    at.press("Ctrl+I")
    at.settle()
    at.press("Ctrl+T")
    for note in (written(exchange.centre, 1), "FIELDAPP"):
        at.type(note)
        at.press("Return")
        assert answer(at)
        assert list(cut_words(at.page)) == []
