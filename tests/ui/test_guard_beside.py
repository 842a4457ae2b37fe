"""Forbidden numbers brought to what takes words and is no field of a record: filters, dialogs, captions."""

from dataclasses import replace
from io import BytesIO
from itertools import cycle
from zipfile import ZipFile

import pytest
from pypdfium2 import PdfDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from fieldapp.domain.actor import Actor
from fieldapp.domain.fields import Name
from fieldapp.domain.identifiers import find_forbidden_number
from fieldapp.domain.records import ONE_RUPEE, PaymentTry, Person
from fieldapp.domain.text import Text
from fieldapp.language import Language
from fieldapp.papers import Papers
from fieldapp.services.typed_places import known_places
from fieldapp.ui.records.pick import PickDialog
from tests.guard import AADHAAR, CARD, DRESSES, laid_open, numbers_in
from tests.pictures import photograph
from tests.robots.guard import GuardRobot, read, undo_all
from tests.robots.robot import Robot
from tests.robots.roster import RosterRobot, person, start

SUPERVISOR = Actor("supervisor", "SUPERVISOR")
FORMS = tuple(dress(AADHAAR[at % len(AADHAAR)]) for at, dress in enumerate(DRESSES.values()))
"""A number in each of its written forms."""


def paid(slot: int) -> PaymentTry:
    return PaymentTry(slot=slot, mode="CARD", amount_paise=ONE_RUPEE, result="OK")


def nothing_stays(line: QLineEdit) -> bool:
    """Whether no number stands in a line, nor comes back by undoing, at any step."""
    return not numbers_in(read(line)) and not numbers_in(undo_all(line))


@pytest.fixture
def robot(window) -> Robot:
    assert QTest.qWaitForWindowActive(window)
    return Robot(window)


@pytest.mark.parametrize("text", FORMS, ids=DRESSES)
@pytest.mark.parametrize("page", ["activities", "people"])
def test_no_filter_with_a_number_is_kept(robot, home, page, text):
    robot.open_page(page)
    current = robot.window.page
    listing = current.listing if page == "activities" else current.tab.listing
    listing.search.setFocus()
    robot.type(text)
    robot.press("Enter")
    listing.filters.keep()
    assert listing.filters.states == []
    assert "This number has not been saved." in robot.read_message()
    assert numbers_in(laid_open(home)) == []


@pytest.mark.parametrize("text", FORMS, ids=DRESSES)
def test_what_was_looked_for_everywhere_is_gone_when_it_is_looked_for_again(robot, home, text):
    line = robot.window.frame.go_to.line
    robot.press("Ctrl+K")
    robot.type(text)
    robot.press("Esc")
    robot.press("Ctrl+K")
    assert nothing_stays(line)
    assert numbers_in(laid_open(home)) == []


SAID = "Do not enter an Aadhaar number."


@pytest.mark.parametrize("leaving", ["Enter", "Down", "Tab", "Esc"])
def test_a_number_leaves_the_search_line_of_a_list_and_it_is_said_why(robot, leaving):
    robot.open_page("people")
    listing = robot.window.page.tab.listing
    for text in FORMS:
        listing.search.setFocus()
        robot.type(text)
        robot.press(leaving)
        assert nothing_stays(listing.search), text
        assert SAID in robot.read_message() or leaving == "Esc"
        robot.window.messages.clear()


@pytest.mark.parametrize("key", ["Enter", "Tab"])
def test_a_number_leaves_the_line_of_ctrl_k_and_it_is_said_why(robot, key):
    for text in FORMS:
        robot.press("Ctrl+K")
        robot.type(text)
        robot.press(key)
        assert nothing_stays(robot.window.frame.go_to.line), text
        assert SAID in robot.read_message()
        robot.window.frame.go_to.put_away()
        robot.window.messages.clear()


def test_a_number_leaves_the_line_that_finds_in_a_sheet(begin):
    robot = begin(finished=False)
    line = robot.panel.roster.line
    for text in FORMS:
        robot.press("Ctrl+F")
        robot.type(text)
        robot.press("Enter")
        assert nothing_stays(line.field), text
        assert SAID in line._found.text()
        robot.type(text)
        robot.press("Esc")
        assert nothing_stays(line.field), text


def test_a_number_leaves_the_line_one_picks_a_person_by(robot):
    window = robot.window
    dialog = PickDialog.ask(window.desk.words, Text("Who is it?"), "", lambda _typed: (), print, window)
    for text in FORMS:
        robot.type(text)
        robot.press("Enter")
        assert nothing_stays(dialog.line), text
        assert SAID in robot.read_window()
    dialog.reject()


def test_receipt_numbers_and_registered_centres_can_be_looked_for(robot, home):
    """Two numbers with the check digit of an Aadhaar number: one names a day, one is a centre's."""
    receipt = next(n for n in (f"7014{tail:08}" for tail in range(10)) if find_forbidden_number(n))
    csc = next(n for n in (f"9999{tail:08}" for tail in range(10)) if find_forbidden_number(n))
    robot.open_page("people")
    listing = robot.window.page.tab.listing
    listing.search.allowed = lambda: frozenset({csc})
    for number in (receipt, csc):
        listing.search.setFocus()
        listing.search.selectAll()
        robot.type(number)
        robot.press("Enter")
        assert listing.query.text == listing.search.text() == number
    assert robot.read_message() == ""
    assert numbers_in(laid_open(home)) == []


@pytest.fixture
def begin(window, home):
    """Gives a robot at a session of two people. finished: it is; else it can be."""

    def at(*, finished: bool) -> RosterRobot:
        rows = [person(n, present=1, age=30 + n, tries=(paid(1), paid(2))) for n in (1, 2)]
        record_id = start(home, "CHAI_SAMOSA", *rows, trainer_name=Name("मीना", "Meena"))
        if finished:
            held = home.services.activities.get(home.actor, record_id)
            home.services.activities.finish(home.actor, record_id, held.version, 2)
        return RosterRobot(window, home, record_id)

    return at


@pytest.mark.parametrize("verb", ["amend", "send_back"])
def test_no_reason_holds_a_number(begin, home, verb):
    robot = begin(finished=True)
    robot.window.desk.actor = SUPERVISOR if verb == "send_back" else home.actor
    getattr(robot.panel.closing, verb)()
    for text in (*FORMS, *(dress(CARD) for dress in DRESSES.values())):
        dialog = robot.dialog()
        line = dialog.lines["reason"]
        line.setFocus()
        robot.type(text)
        robot.press("Enter")
        assert robot.dialog() is dialog
        assert nothing_stays(line), text
        assert numbers_in(robot.read_window()) == []
    assert numbers_in(laid_open(home)) == []


def test_a_number_goes_whatever_else_is_wrong(begin, home):
    """The count is none, so nobody has looked at the reason yet."""
    robot = begin(finished=True)
    robot.window.desk.actor = SUPERVISOR
    robot.panel.closing.approve()
    dialog = robot.dialog()
    dialog.lines["reason"].show()
    for text in (CARD, *FORMS[1:3]):
        dialog.lines["counted"].setText("two")
        dialog.lines["reason"].setFocus()
        robot.type(text)
        robot.press("Enter")
        assert robot.dialog() is dialog
        assert nothing_stays(dialog.lines["reason"]), text
    assert numbers_in(laid_open(home)) == []


def test_a_registered_centre_may_be_named_in_a_reason(begin, home):
    robot = begin(finished=True)
    csc = next(n for n in (f"9999{tail:08}" for tail in range(10)) if find_forbidden_number(n))
    setting = home.services.activities.setting
    home.services.activities.setting = replace(setting, centre_ids=frozenset({csc}))
    robot.panel.closing.amend()
    robot.dialog().lines["reason"].setFocus()
    robot.type(f"held at {csc}")
    robot.press("Enter")
    assert robot.dialog() is None
    assert robot.activity().state != "FINISHED"


def test_the_reason_why_counts_differ_holds_no_number(begin, home):
    robot = begin(finished=False)
    robot.panel.closing.finish()
    dialog = robot.dialog()
    dialog.count.setFocus()
    robot.type("3")
    robot.press("Enter")
    for text in FORMS:
        dialog.reason.setFocus()
        robot.type(text)
        robot.press("Enter")
        assert robot.dialog() is dialog, "what was counted and said is gone with the dialog"
        assert nothing_stays(dialog.reason), text
        assert dialog.count.text() == "3"
    dialog.reason.setFocus()
    robot.type("one signed twice")
    robot.press("Enter")
    assert robot.activity().state == "FINISHED"
    assert numbers_in(laid_open(home)) == []


def test_no_caption_holds_a_number(window, home):
    assert QTest.qWaitForWindowActive(window)
    kept = home.services.attachments.keep(home.actor, photograph())
    record_id = start(home, attachments=(kept,))
    window.open_page("activities", record_id)
    panel = window.page.panel
    panel.show_details(on=True)
    robot = Robot(window)
    for text in FORMS:
        panel.form.focus_path("attachments/1/caption")
        robot.type(text)
        robot.press("Tab")
        caption = panel.form.editor("attachments").tiles[0].caption
        assert nothing_stays(caption), text
    assert home.services.activities.get(home.actor, record_id).record.attachments == (kept,)
    assert numbers_in(laid_open(home)) == []


def test_no_login_is_named_with_a_number(robot, home, qtbot):
    robot.window.desk.actor = SUPERVISOR
    robot.open_page("settings")
    adding = robot.window.page._adding
    for text in FORMS:
        adding.name.setFocus()
        adding.name.selectAll()
        robot.type(text)
        for line in (adding.passphrase, adding.again):
            line.setText("a long passphrase")
        adding.add.click()
        qtbot.waitUntil(lambda: not robot.window.tasks.busy)
        assert nothing_stays(adding.name), text
    assert numbers_in(laid_open(home)) == []


def test_no_paper_and_no_table_of_a_home_where_a_number_was_tried_has_it(robot, home):
    service = home.services.people
    kept = service.save(home.actor, Person(id=service.new_id(), name=Name("मीना", "Meena"))).held.record
    robot.window.open_page("people", kept.id)
    GuardRobot(robot.window).try_form(robot.window.page.tab.panel.form, cycle(FORMS), paste=True)
    places = known_places(home.services.places, home.actor)
    papers = Papers(home.services, home.actor, places, home.database.clock, practice=True)
    pdf, table, book = (
        papers.report("people", suffix, Language.named("en")) for suffix in (".pdf", ".csv", ".xlsx")
    )
    with PdfDocument(pdf) as document:
        printed = "\n".join(page.get_textpage().get_text_range() for page in document)
    with ZipFile(BytesIO(book)) as parts:
        cells = "\n".join(parts.read(name).decode("latin-1") for name in parts.namelist())
    for opened in (printed, table.decode("utf-8-sig"), cells):
        assert "Meena" in opened
        assert numbers_in(opened) == []
