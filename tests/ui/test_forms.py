"""Forms on a real home: a field is saved when it is left, problems stand under it, the focus stays."""

from dataclasses import dataclass, field
from datetime import date, time
from itertools import product
from typing import Any

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QListWidget, QPushButton

from fieldapp.domain.codes import ActivityKind, Section
from fieldapp.domain.errors import FieldAppError
from fieldapp.domain.fields import Kind, Name, PlaceRef, Ratio, fields
from fieldapp.domain.records import (
    RECORD_TYPES,
    ActionPoint,
    Activity,
    Dignitary,
    Observation,
    Partner,
    Person,
    RoleSpan,
    Target,
)
from fieldapp.domain.text import Text
from fieldapp.language import Language
from fieldapp.storage.gazetteer import gazetteer
from fieldapp.ui import theme
from fieldapp.ui.desk import Desk
from fieldapp.ui.forms import EDITORS, Form
from fieldapp.ui.main_window import MainWindow
from fieldapp.ui.theme import Theme
from fieldapp.ui.widgets.lines import TextEditor
from fieldapp.ui.widgets.name_edit import NameEditor
from fieldapp.ui.widgets.parts_edit import HeadCountsEditor, PartsEditor
from fieldapp.ui.widgets.place_edit import PlaceEditor
from fieldapp.ui.widgets.place_line import PlaceLine
from fieldapp.ui.words import Words
from tests.robots.robot import Robot, cut_words, type_words
from tests.ui.conftest import PRACTICE

DAY = date(2017, 1, 14)


@dataclass
class Work:
    """A form in the window, connected as a page connects it: saves what is left, shows what is held."""

    window: MainWindow
    form: Form
    service: Any
    record_id: str
    edited: list[tuple[str, Any]] = field(default_factory=list)

    @property
    def desk(self) -> Desk:
        assert self.window.desk is not None
        return self.window.desk

    @property
    def robot(self) -> Robot:
        return Robot(self.window)

    @property
    def stored(self) -> Any:
        return self.service.get(self.desk.actor, self.record_id).record

    def save(self, name: str, value: Any) -> None:
        self.edited.append((name, value))
        held = self.service.get(self.desk.actor, self.record_id)
        try:
            saved = self.service.save(self.desk.actor, replace(held.record, **{name: value}), held.version)
        except FieldAppError as error:
            self.form.refuse(name, error)
            return
        self.desk.saved(saved, Text(self.form.row(name).one.label))
        self.show()

    def show(self) -> None:
        record = self.stored
        self.form.set_record(record, getattr(record, "kind", ""))
        self.form.show_problems(self.service.problems(record))


def at_work(window: MainWindow, record, service, **given) -> Work:
    desk = window.desk
    assert desk is not None
    if isinstance(record, Activity):
        held = service.start(desk.actor, record.kind, record.start_date).held
    else:
        held = service.save(desk.actor, replace(record, id=service.new_id())).held
    desk.gazetteer = gazetteer()
    form = Form(type(record), desk.words, desk.places, desk.refs, **given)
    work = Work(window, form, service, held.record.id)
    form.edited.connect(work.save)
    desk.hub.changed.connect(lambda _touched: work.show())
    window.frame.pages.addWidget(form)
    window.frame.pages.setCurrentWidget(form)
    work.show()
    return work


@pytest.fixture
def activity(window: MainWindow) -> Work:
    assert window.desk is not None
    record = Activity(id="", kind="CHAI_SAMOSA", start_date=DAY)
    return at_work(window, record, window.desk.services.activities)


@pytest.fixture
def person(window: MainWindow) -> Work:
    assert window.desk is not None
    record = Person(id="", name=Name("मीना सोरेन", "Mina Soren"))
    return at_work(window, record, window.desk.services.people)


# ------------------------------------------------------------ built from the fields


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("word", RECORD_TYPES)
def test_every_field_a_person_may_type_has_its_row_and_no_other(word: str):
    form = Form(RECORD_TYPES[word], Words(Language.named("en")))
    for one in fields(RECORD_TYPES[word]):
        wanted = one.by_hand and one.kind is not Kind.REF and one.section is not Section.ROSTER
        if wanted:
            assert form.row(one.name).label.text() == one.label
        else:
            with pytest.raises(KeyError):
                form.row(one.name)
    form.deleteLater()


def test_a_form_that_goes_takes_the_rows_with_it_that_its_kind_does_not_show(qapp: QApplication):
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    before = len(qapp.allWidgets())
    form = Form(Activity, Words(Language.named("en")))
    form.set_record(Activity(id="", kind="CHAI_SAMOSA"), "CHAI_SAMOSA")
    form.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert len(qapp.allWidgets()) == before


def test_every_kind_has_an_editor():
    assert set(EDITORS) == set(Kind)


@pytest.mark.parametrize("kind", list(ActivityKind))
def test_the_kind_of_activity_decides_which_fields_there_are(activity: Work, kind: ActivityKind):
    activity.form.set_record(replace(activity.stored, kind=str(kind)), str(kind))
    for one in fields(Activity):
        if one.by_hand and one.kind is not Kind.REF and one.section is not Section.ROSTER:
            editor = activity.form.editor(one.name)
            assert editor.isHidden() is not one.shows_for(kind), one.name


def test_changing_the_kind_changes_the_fields_at_once(activity: Work):
    robot = activity.robot
    assert activity.form.editor("stalls").isHidden()
    robot.choose("Type of programme", "Digital payment mela")
    assert activity.stored.kind == "MELA"
    assert not activity.form.editor("stalls").isHidden()


def test_labels_are_buddies_and_are_read_out(activity: Work):
    row = activity.form.row("campaign")
    assert row.label.buddy() is row.editor.inputs()[0]
    assert row.editor.inputs()[0].accessibleName() == "Campaign"
    assert row.label.toolTip() == "अभियान"
    activity.robot.press("Ctrl+Shift+L")
    assert row.label.text() == "अभियान"
    assert row.editor.inputs()[0].accessibleName() == "अभियान"
    assert row.label.toolTip() == "Campaign"


def test_sections_fold_and_open_when_a_problem_is_in_them(activity: Work):
    headings = [one for one in activity.form.findChildren(QPushButton) if one.property("look") == "heading"]
    outcome = next(one for one in headings if one.text() == "Outcome")
    assert not outcome.isChecked()
    assert activity.form.focus_path("notes")
    assert outcome.isChecked()
    assert activity.form.editor("notes").has_focus()
    QTest.keyClick(outcome, Qt.Key.Key_Space)
    assert not activity.form.editor("notes").isVisible()


def test_a_page_may_give_its_own_editor_for_a_field(window: MainWindow):
    class Shouted(TextEditor):
        def value(self) -> str:
            return super().value().upper()

    assert window.desk is not None
    record = Activity(id="", kind="MELA", start_date=DAY)
    work = at_work(window, record, window.desk.services.activities, overrides={"campaign": Shouted})
    work.robot.type_into("Campaign", "cashless")
    work.robot.press("Tab")
    assert work.stored.campaign == "CASHLESS"


# ------------------------------------------------------------ a field is saved when it is left


def test_nothing_is_saved_while_a_field_is_being_typed_in(activity: Work):
    activity.robot.type_into("Campaign", "Cashless")
    assert activity.edited == []
    activity.robot.press("Tab")
    assert activity.stored.campaign == "Cashless"


def test_leaving_a_field_as_it_was_saves_nothing(activity: Work):
    activity.robot.type_into("Campaign", "")
    activity.robot.press("Tab")
    assert activity.edited == []


def test_enter_saves_and_goes_to_the_next_field(activity: Work):
    robot = activity.robot
    robot.type_into("Date", "15-01-2017")
    robot.press("Enter")
    assert activity.stored.start_date == date(2017, 1, 15)
    assert activity.form.editor("end_date").has_focus()
    robot.type("16-01-2017")
    robot.press("Enter")
    assert activity.stored.end_date == date(2017, 1, 16)
    assert activity.form.editor("start_time").has_focus()


def test_enter_goes_through_every_field_of_the_form(person: Work):
    """No field is a trap: Enter (Ctrl+Enter in a box of several lines) always goes on."""
    robot = person.robot
    visited = set()
    person.form.focus_first()
    for _ in range(60):
        focused = robot.focused()
        visited |= {name for name, row in person.form._rows.items() if focused in row.editor.inputs()}
        robot.press("Ctrl+Enter" if person.form.editor("notes").has_focus() else "Enter")
    assert {
        "name",
        "relation",
        "gender",
        "birth_year",
        "category",
        "pwd",
        "village",
        "mobile",
        "notes",
    } <= visited


def test_devanagari_digits_are_taken_and_shown_as_latin_ones(activity: Work):
    robot = activity.robot
    robot.type_into("Date", "१५-०१-२०१७")
    robot.press("Tab")
    assert activity.stored.start_date == date(2017, 1, 15)
    robot.type_into("Expected participants", "१,२००")
    robot.press("Tab")
    assert activity.stored.expected == 1200
    line = activity.form.editor("expected").inputs()[0]
    assert line.text() == "1,200"  # type: ignore[attr-defined]


def test_times_are_taken_in_any_usual_form(activity: Work):
    activity.robot.type_into("Start time", "1030")
    activity.robot.press("Tab")
    assert activity.stored.start_time == time(10, 30)


def test_words_that_are_no_date_stay_and_are_said_to_be_wrong_in_both_languages(activity: Work):
    robot = activity.robot
    robot.type_into("Date", "31-02-2017")
    robot.press("Tab")
    row = activity.form.row("start_date")
    assert activity.stored.start_date == DAY
    assert "This date does not exist." in row.problem.text()
    assert "यह तिथि मान्य नहीं है।" in row.problem.text()
    assert row.problem.isVisible()
    assert row.editor.inputs()[0].property("problem") == "hard"
    assert row.editor.inputs()[0].text() == "31-02-2017"  # type: ignore[attr-defined]
    robot.type_into("Date", "28-02-2017")
    robot.press("Tab")
    assert activity.stored.start_date == date(2017, 2, 28)
    assert not row.problem.isVisible()
    assert row.editor.inputs()[0].property("problem") == ""


def test_a_number_over_the_fields_most_is_refused(person: Work):
    person.robot.type_into("Year of birth", "2101")
    person.robot.press("Tab")
    assert "too large" in person.form.row("birth_year").problem.text()
    assert person.stored.birth_year == 0


def test_a_forbidden_number_is_taken_out_of_the_field_and_of_its_undo(person: Work):
    robot = person.robot
    line = robot.type_into("Occupation", "9999 4105 7058")
    robot.press("Tab")
    assert line.text() == ""
    assert not line.isUndoAvailable()
    assert "Aadhaar" in person.form.row("occupation").problem.text()
    assert person.stored.occupation == ""


def test_a_saved_field_has_no_typing_left_to_undo_so_ctrl_z_undoes_the_save(activity: Work):
    robot = activity.robot
    line = robot.type_into("Campaign", "Cashless")
    robot.press("Tab")
    line.setFocus()
    robot.press("Ctrl+Z")
    assert activity.stored.campaign == ""
    assert line.text() == ""


# ------------------------------------------------------------ reading again


def test_focus_and_cursor_stay_when_the_record_is_read_again(activity: Work):
    robot = activity.robot
    line = robot.type_into("Campaign", "Cashless Bokaro")
    robot.press("Tab")
    line.setFocus()
    line.setCursorPosition(4)
    activity.show()
    assert line.hasFocus()
    assert line.cursorPosition() == 4


def test_what_is_being_typed_stays_when_another_field_is_changed_elsewhere(activity: Work):
    line = activity.robot.type_into("Campaign", "Half a wo")
    held = activity.service.get(activity.desk.actor, activity.record_id)
    saved = activity.service.save(activity.desk.actor, replace(held.record, expected=40), held.version)
    activity.desk.saved(saved, Text("Expected participants"))
    assert line.text() == "Half a wo"
    assert line.cursorPosition() == 9
    assert activity.form.editor("expected").value() == 40
    activity.robot.press("Tab")
    assert activity.stored.campaign == "Half a wo"
    assert activity.stored.expected == 40


def test_commit_takes_what_stands_in_the_field_with_the_focus(activity: Work):
    activity.robot.type_into("Campaign", "Cashless")
    activity.form.commit()
    assert activity.stored.campaign == "Cashless"


def test_locking_saves_what_stands_in_the_field(activity: Work):
    activity.robot.type_into("Campaign", "Cashless")
    activity.robot.open_page("settings")
    assert activity.stored.campaign == "Cashless"


# ------------------------------------------------------------ problems


def test_what_the_rules_say_stands_under_the_field(activity: Work):
    robot = activity.robot
    robot.type_into("Start time", "12:00")
    robot.press("Tab")
    robot.type_into("End time", "10:00")
    robot.press("Tab")
    row = activity.form.row("end_time")
    assert row.problem.isVisible()
    assert "End time 10:00 must be after start time 12:00." in row.problem.text()
    assert row.editor.inputs()[0].property("problem") == "soft"
    robot.type_into("End time", "13:00")
    robot.press("Tab")
    assert not row.problem.isVisible()


def test_a_hard_problem_is_red_and_nothing_is_saved(activity: Work):
    robot = activity.robot
    robot.type_into("Last day", "13-01-2017")
    robot.press("Tab")
    row = activity.form.row("end_date")
    assert activity.stored.end_date is None
    assert row.editor.inputs()[0].property("problem") == "hard"
    assert row.problem.isVisible()


def test_a_path_leads_to_the_field_and_to_the_cell(activity: Work):
    activity.save("partners", (Partner(organisation="SBI"), Partner(organisation="Jio")))
    assert activity.form.focus_path("partners/2/contact")
    focused = activity.robot.focused()
    assert focused is not None
    assert focused.accessibleName() == "Contact person, row 2"
    assert not activity.form.focus_path("rows/3/age")


# ------------------------------------------------------------ kinds


def test_one_key_chooses_a_code(person: Work):
    person.form.focus_path("gender")
    person.robot.type("f")
    assert person.stored.gender == "F"
    person.robot.press("Backspace")
    assert person.stored.gender == ""


def test_a_code_of_a_newer_program_is_kept_and_shown(person: Work):
    person.form.set_record(replace(person.stored, gender="X9"))
    assert person.form.editor("gender").value() == "X9"
    assert "Other (X9)" in person.robot.read_page()


@pytest.mark.usefixtures("qtbot")
def test_the_wheel_changes_no_code(person: Work):
    box = person.form.editor("gender").inputs()[0]
    event = QWheelEvent(
        QPointF(5, 5), QPointF(5, 5), QPoint(0, -120), QPoint(0, -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(box, event)
    assert person.form.editor("gender").value() == ""
    assert not event.isAccepted()


def test_codes_are_ticked_with_space(activity: Work):
    activity.form.focus_path("audience")
    activity.robot.press("Space")
    activity.robot.press("Down")
    activity.robot.press("Down")
    activity.robot.press("Space")
    assert activity.stored.audience == ("SMART_CITY_CEO", "MUNICIPAL_STAFF")


def test_yes_and_no(person: Work):
    person.form.focus_path("pwd")
    person.robot.press("Space")
    assert person.stored.pwd is True


def test_latin_letters_become_devanagari_and_both_are_kept(person: Work):
    person.form.focus_path("name")
    line = person.robot.focused()
    line.clear()
    person.robot.press("Tab")
    person.robot.focused().clear()
    person.robot.press("Shift+Tab")
    person.robot.type("sunita devi")
    person.robot.press("Tab")
    assert person.stored.name == Name("सुनीता देवी", "Sunita Devi")


def test_words_of_the_field_come_out_as_they_are_spelt_and_go_back(activity: Work):
    activity.form.focus_path("venue")
    activity.robot.type("mahila gram-panchayat ")
    line = activity.robot.focused()
    assert line.text() == "महिला ग्राम-पंचायत "
    activity.robot.press("Backspace")
    assert line.text() == "महिला gram-panchayat"
    activity.robot.type(" chay samosa dukan")
    activity.robot.press("Tab")
    assert activity.stored.venue.hi == "महिला gram-panchayat चाय समोसा दुकान"


def test_backspace_at_once_gives_the_letters_back(person: Work):
    person.form.focus_path("relation")
    person.robot.type("ram ")
    line = person.robot.focused()
    assert line.text() != "ram "
    person.robot.press("Backspace")
    assert line.text() == "ram"
    editor = person.form.editor("relation")
    assert isinstance(editor, NameEditor)
    assert editor.english.text() == ""


def village(work: Work) -> PlaceLine:
    editor = work.form.editor("village")
    assert isinstance(editor, PlaceEditor)
    return editor.line


def test_letters_given_back_stay_latin_when_the_field_is_left(activity: Work):
    activity.form.focus_path("venue")
    activity.robot.type("SBI ")
    activity.robot.press("Backspace")
    activity.robot.type(" devi")
    activity.robot.press("Tab")
    assert activity.stored.venue.hi == "SBI देवी"


def test_a_place_is_offered_in_either_script_and_taken(person: Work):
    person.form.focus_path("village")
    person.robot.type("कसम")
    assert village(person).list.offered[:2] == [
        "Kasmar · Block · Bokaro, Jharkhand",
        "Kasmanda · Block · Sitapur, Uttar Pradesh",
    ]
    person.robot.press("Down")
    person.robot.press("Enter")
    assert person.stored.village == PlaceRef("block:322/3069", "Kasmar")
    assert not village(person).hasFocus()


@pytest.mark.parametrize("key", ["Enter", "Tab", "Shift+Tab"])
def test_the_place_that_was_chosen_among_namesakes_is_the_one_that_is_kept(person: Work, key: str):
    person.form.focus_path("village")
    person.robot.type("Peterwar")
    person.robot.press("Down")
    person.robot.press("Down")
    person.robot.press(key)
    assert person.stored.village == PlaceRef("subdistrict:2592", "Peterwar")
    person.form.focus_path("village")
    person.robot.press("Enter")
    assert person.stored.village == PlaceRef("subdistrict:2592", "Peterwar")


@pytest.mark.parametrize("words", ["Petarwar", "Peterwar", "पेटरवार"])
def test_a_place_typed_to_its_end_is_meant_without_choosing(person: Work, words: str):
    person.robot.type_into("Village", words)
    person.robot.press("Enter")
    assert person.stored.village == PlaceRef("block:322/3071", words)


def test_escape_closes_the_offers_and_leaves_the_words(person: Work):
    person.form.focus_path("village")
    person.robot.type("Kasm")
    person.robot.press("Down")
    person.robot.press("Esc")
    assert village(person).list.offered == []
    person.robot.press("Tab")
    assert person.stored.village == PlaceRef("", "Kasm")


def test_a_click_on_an_offer_takes_it(person: Work):
    person.form.focus_path("village")
    person.robot.type("Kasm")
    offers = next(one for one in person.window.findChildren(QListWidget) if one.isVisible())
    spot = offers.visualItemRect(offers.item(0)).center()
    QTest.mouseClick(offers.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert person.stored.village == PlaceRef("block:322/3069", "Kasmar")


def test_words_that_are_no_known_place_stay_words(person: Work):
    person.robot.type_into("Village", "ऊपर टोला")
    person.robot.press("Tab")
    assert person.stored.village == PlaceRef("", "ऊपर टोला")


def test_a_place_keeps_its_words_when_it_is_read_again(person: Work):
    person.form.set_record(replace(person.stored, village=PlaceRef("block:322/3069", "पुराना नाम")))
    assert person.form.editor("village").value() == PlaceRef("block:322/3069", "पुराना नाम")


def test_a_fraction_is_two_numbers(window: MainWindow):
    assert window.desk is not None
    record = Observation(id="", indicator="SMARTPHONE")
    work = at_work(window, record, window.desk.services.observations)
    work.robot.type_into("Counted, of all: how many", "312")
    work.robot.press("Enter")
    work.robot.type("480")
    work.robot.press("Enter")
    assert work.stored.share == Ratio(312, 480)


def test_text_is_shown_literally(person: Work):
    person.robot.type_into("Occupation", "<b>दुकानदार</b> & {x} %s")
    person.robot.press("Tab")
    assert person.stored.occupation == "<b>दुकानदार</b> & {x} %s"
    assert person.form.editor("occupation").inputs()[0].text() == "<b>दुकानदार</b> & {x} %s"


# ------------------------------------------------------------ parts


def partners(work: Work) -> PartsEditor:
    editor = work.form.editor("partners")
    assert isinstance(editor, PartsEditor)
    return editor


def test_typing_in_the_empty_row_adds_a_part_and_a_new_empty_row(activity: Work):
    activity.form.focus_path("partners")
    activity.robot.type("State Bank of India")
    activity.robot.press("Enter")
    assert activity.stored.partners == (Partner(organisation="State Bank of India"),)
    assert activity.robot.focused().accessibleName() == "Kind of organisation, row 1"
    activity.form.focus_path("partners/2/organisation")
    activity.robot.type("Jio")
    activity.robot.press("Enter")
    assert [one.organisation for one in activity.stored.partners] == ["State Bank of India", "Jio"]


def test_a_row_of_parts_is_removed_by_its_button_and_undone_by_ctrl_z(activity: Work):
    activity.save("partners", (Partner(organisation="SBI"), Partner(organisation="Jio")))
    activity.form.focus_path("partners")
    activity.robot.press_button("Remove row 1")
    assert [one.organisation for one in activity.stored.partners] == ["Jio"]
    activity.robot.press("Ctrl+Z")
    assert [one.organisation for one in activity.stored.partners] == ["SBI", "Jio"]


def test_enter_goes_through_the_cells_and_on_to_the_next_row(activity: Work):
    robot, visited = activity.robot, []
    activity.form.focus_path("partners")
    robot.type("SBI")
    for _ in range(5):
        visited.append(robot.focused().accessibleName())
        robot.press("Enter")
    assert visited == [
        "Organisation, row 1",
        "Kind of organisation, row 1",
        "Part taken, row 1",
        "Contact person, row 1",
        "Organisation, row 2",
    ]


def test_ctrl_delete_takes_out_the_row_one_is_in(activity: Work):
    activity.save("partners", (Partner(organisation="SBI"), Partner(organisation="Jio")))
    activity.form.focus_path("partners/2/contact")
    activity.robot.press("Ctrl+Del")
    assert activity.stored.partners == (Partner(organisation="SBI"),)


def test_a_cell_that_cannot_be_read_is_red_and_the_rest_is_not_lost(activity: Work):
    activity.form.focus_path("agenda/1/topic")
    activity.robot.type("UPI")
    activity.robot.press("Enter")
    activity.form.focus_path("agenda/1/minutes")
    activity.robot.type("soon")
    activity.robot.press("Tab")
    row = activity.form.row("agenda")
    assert "This is not a whole number: soon" in row.problem.text()
    assert activity.stored.agenda[0].topic == "UPI"
    activity.form.focus_path("agenda/1/minutes")
    line = activity.robot.focused()
    line.selectAll()
    activity.robot.type("20")
    activity.robot.press("Tab")
    assert activity.stored.agenda[0].minutes == 20
    assert not row.problem.isVisible()


def test_typing_in_one_cell_survives_a_save_of_another(activity: Work):
    activity.save("partners", (Partner(organisation="SBI"),))
    activity.form.focus_path("partners/1/contact")
    activity.robot.type("Ri")
    held = activity.service.get(activity.desk.actor, activity.record_id)
    changed = replace(held.record, partners=(Partner(organisation="State Bank"),))
    saved = activity.service.save(activity.desk.actor, changed, held.version)
    activity.desk.saved(saved, Text("In coordination with"))
    assert activity.robot.focused().text() == "Ri"
    activity.robot.press("Tab")
    assert activity.stored.partners == (Partner(organisation="State Bank", contact="Ri"),)


# ------------------------------------------------------------ how it looks


def test_no_label_of_the_form_is_cut(activity: Work, qapp):
    form = Form(Activity, activity.desk.words)
    activity.window.frame.pages.addWidget(form)
    activity.window.frame.pages.setCurrentWidget(form)
    found = {}
    for scale in (100, 150, 200):
        theme.apply(qapp, Theme(scale=scale, practice=True))
        for language, kind in product(("hi", "en"), ("CHAI_SAMOSA", "MELA")):
            activity.window.speak(language)
            form.set_record(replace(activity.stored, kind=kind), kind)
            for heading in form.findChildren(QPushButton):
                if heading.property("look") == "heading":
                    heading.setChecked(True)
            QApplication.processEvents()
            found[scale, language, kind] = cut_words(form)
    theme.apply(qapp, PRACTICE)
    assert {look: words for look, words in found.items() if words} == {}


@pytest.mark.usefixtures("qapp")
def test_short_fields_share_a_line_where_there_is_room(activity: Work):
    first, second = activity.form.editor("start_date"), activity.form.editor("end_date")
    activity.robot.read_page()
    assert (
        first.mapTo(activity.form, first.rect().topLeft()).y()
        == second.mapTo(activity.form, second.rect().topLeft()).y()
    )
    activity.form.setMaximumWidth(500)
    activity.robot.read_page()
    activity.window.grab()
    assert (
        first.mapTo(activity.form, first.rect().topLeft()).y()
        < second.mapTo(activity.form, second.rect().topLeft()).y()
    )


def test_no_label_understands_markup(activity: Work):
    activity.robot.read_page()
    risky = [
        label.text() for label in activity.form.findChildren(QLabel) if label.textFormat().name == "RichText"
    ]
    assert risky == []


def test_typing_devanagari_by_keys_reaches_the_line(activity: Work):
    line = activity.robot.type_into("Campaign", "")
    type_words(line, "चाय")
    assert line.text() == "चाय"


# ------------------------------------------------------------ what is being typed, for a draft


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("campaign", "Half a wo"),
        ("venue/en", "Pancha"),
        ("partners/1/contact", "Ri"),
        ("start_date", "15-0"),
        ("notes", "one\ntwo"),
        ("dignitaries/1/name/en", "A. Bi"),
    ],
)
def test_what_is_being_typed_can_be_told_and_put_back(activity: Work, path: str, words: str):
    assert activity.form.resume(path, words)
    assert (activity.form.place(), activity.form.typing()) == (path, (path, words))
    assert activity.edited == []
    activity.form.focus_path("expected")
    activity.form.set_record(replace(activity.stored, id="f" * 32))
    assert activity.form.resume(path, None)
    assert activity.form.place() == path


def test_what_is_saved_is_not_being_typed(activity: Work):
    assert activity.form.typing() is None
    activity.robot.type_into("Campaign", "Cashless")
    activity.robot.press("Tab")
    activity.form.focus_path("campaign")
    assert (activity.form.place(), activity.form.typing()) == ("campaign", None)


def test_words_taken_up_again_are_saved_when_the_field_is_left(activity: Work):
    activity.form.resume("venue/hi", "पंचायत भवन")
    activity.robot.press("Tab")
    assert activity.stored.venue.hi == "पंचायत भवन"


def test_a_place_the_form_no_longer_has_is_not_resumed(activity: Work):
    assert not activity.form.resume("stalls", "3")
    assert not activity.form.resume("rows/3/age", "3")


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("language", ["hi", "en"])
@pytest.mark.parametrize("word", RECORD_TYPES)
def test_no_two_fields_of_a_form_are_read_out_alike(word: str, language: str):
    form = Form(RECORD_TYPES[word], Words(Language.named(language)))
    inputs = [widget for row in form._rows.values() for widget in row.editor.inputs()]
    heard = [(widget.accessibleName(), widget.accessibleDescription()) for widget in inputs]
    form.deleteLater()
    assert all(name for name, _ in heard)
    assert len(set(heard)) == len(heard)


# ------------------------------------------------------------ other records


def test_who_trained_somebody_is_picked_by_a_few_letters(person: Work):
    people = person.service
    name, roles = Name("सुनीता देवी", "Sunita Devi"), (RoleSpan(role="MASTER_TRAINER"),)
    trainer = people.save(person.desk.actor, Person(id=people.new_id(), name=name, roles=roles)).held.record
    person.form.focus_path("roles/1/role")
    person.robot.type("b")
    person.robot.press("Enter")
    person.form.focus_path("roles/1/trained_by")
    person.robot.type("suni")
    person.robot.press("Down")
    person.robot.press("Enter")
    assert person.stored.roles[0].trained_by == trainer.id
    person.form.focus_path("roles/1/trained_by")
    assert person.robot.focused().text() == "Sunita Devi"
    person.robot.press("End")
    person.robot.type("x")
    person.robot.press("Tab")
    assert "Nothing has been chosen for: Sunita Devix" in person.form.row("roles").problem.text()
    assert person.stored.roles[0].trained_by == trainer.id


def test_the_target_of_an_activity_is_picked_and_emptied(activity: Work):
    targets = activity.desk.services.targets
    target = targets.save(
        activity.desk.actor, Target(id=targets.new_id(), title=Name("", "Ten melas in Kasmar"), amount=10)
    ).held.record
    activity.robot.type_into("Target it belongs to", "mela")
    activity.robot.press("Down")
    activity.robot.press("Tab")
    assert activity.stored.target == target.id
    activity.robot.type_into("Target it belongs to", "")
    activity.robot.press("Tab")
    assert activity.stored.target == ""


def test_what_was_picked_is_named_in_the_language_that_is_spoken_now_and_typing_stays(activity: Work):
    targets = activity.desk.services.targets
    target = Target(id=targets.new_id(), title=Name("नौ शहर", "Nine cities"), amount=9)
    targets.save(activity.desk.actor, target)
    activity.save("target", target.id)
    line = activity.form.editor("target").inputs()[0]
    assert "Nine cities" in line.text()
    activity.robot.window.speak("hi")
    assert "नौ शहर" in line.text()
    line.setFocus()
    activity.robot.press("End")
    activity.robot.type("x")
    activity.robot.window.speak("en")
    assert "नौ शहर" in line.text()
    assert line.text().endswith("x")


def test_a_target_that_is_called_like_its_kind_is_named_once(activity: Work):
    targets = activity.desk.services.targets
    named = Name("", "Chai-Samosa training")
    target = Target(id=targets.new_id(), activity_kind="CHAI_SAMOSA", title=named, amount=10)
    targets.save(activity.desk.actor, target)
    activity.save("target", target.id)
    assert activity.form.editor("target").inputs()[0].text().count("Chai-Samosa training") == 1


def test_an_action_point_names_the_review_it_was_opened_in_and_no_other_activity(window: MainWindow):
    assert window.desk is not None
    activities = window.desk.services.activities
    activities.start(window.desk.actor, "MELA", DAY)
    review = activities.start(window.desk.actor, "REVIEW", DAY).held.record
    work = at_work(window, ActionPoint(id="", gap="x"), window.desk.services.action_points)
    work.robot.type_into("Opened in review", "14-01")
    work.robot.press("Down")
    work.robot.press("Down")
    work.robot.press("Enter")
    assert work.stored.opened_in == review.id


# ------------------------------------------------------------ what is to be corrected


def test_f10_walks_through_what_is_to_be_corrected_and_round_again(activity: Work):
    activity.save("start_time", time(12, 0))
    activity.save("end_time", time(10, 0))
    gone_too_early = Dignitary(came=time(12), left=time(11))
    activity.save("dignitaries", (gone_too_early, gone_too_early))
    assert activity.form.to_correct() == ["end_time", "dignitaries/1/left", "dignitaries/2/left"]
    activity.form.focus_first()
    places = []
    for _ in range(4):
        activity.robot.press("F10")
        places.append(activity.form.place())
    assert places == ["end_time", "dignitaries/1/left", "dignitaries/2/left", "end_time"]


def test_f10_goes_to_the_red_cell_of_a_table_and_typing_replaces_what_stands_there(activity: Work):
    activity.save("kind", "MELA")
    activity.form.focus_path("head_counts/1/men")
    for words in ("12", "many", "3"):
        activity.robot.type(words)
        activity.robot.press("Tab")
    assert activity.form.to_correct() == ["head_counts/1/women"]
    activity.form.focus_first()
    activity.robot.press("F10")
    assert activity.form.place() == "head_counts/1/women"
    activity.robot.type("30")
    activity.robot.press("Tab")
    assert activity.form.to_correct() == []
    assert [one.women for one in activity.stored.head_counts] == [30]


def test_tab_goes_through_the_form_as_one_reads_it_and_stops_at_what_is_folded(activity: Work):
    activity.save("kind", "MELA")
    activity.form.focus_path("organiser/en")
    read = []
    for _ in range(5):
        activity.robot.press("Tab")
        focused = activity.robot.focused()
        assert focused is not None
        read.append(focused.text())
    assert read == [
        "Partners",
        "Programme",
        "Participant groups",
        "Senior officers present",
        "Media coverage",
    ]


def test_head_counts_are_added_up_while_they_are_typed(activity: Work):
    activity.save("kind", "MELA")
    activity.form.focus_path("head_counts/1/men")
    activity.robot.type("12")
    activity.robot.press("Tab")
    activity.robot.type("30")
    activity.robot.press("Tab")
    editor = activity.form.editor("head_counts")
    assert isinstance(editor, HeadCountsEditor)
    assert editor.total.text() == "Total 42: men 12, women 30, others 0, not stated 0"
    activity.robot.press("Ctrl+Shift+L")
    assert "42" in editor.total.text()


def test_a_name_in_one_line_is_written_in_devanagari_while_hindi_is_spoken(person: Work):
    person.window.speak("hi")
    person.form.focus_path("guardian")
    person.robot.type("sunita devi")
    person.robot.press("Tab")
    assert person.stored.guardian == "सुनीता देवी"
    person.window.speak("en")
    person.form.focus_path("guardian")
    person.robot.focused().clear()
    person.robot.type("Sunita Devi")
    person.robot.press("Tab")
    assert person.stored.guardian == "Sunita Devi"
