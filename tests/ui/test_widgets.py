"""The small widgets by themselves: what they take, what they give, what they never do."""

from datetime import date, time
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QPixmap, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget

from fieldapp.domain import codes
from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.fields import Field, Kind, Paise, Ratio, field, fields
from fieldapp.domain.records import Establishment, PaymentTry, RosterRow
from fieldapp.domain.text import Text
from fieldapp.language import Language
from fieldapp.ui import theme
from fieldapp.ui.battery import percent_on_battery
from fieldapp.ui.forms import EDITORS
from fieldapp.ui.theme import Theme
from fieldapp.ui.widgets.code_edit import CodeEditor
from fieldapp.ui.widgets.editor import FieldEditor, Surroundings
from fieldapp.ui.widgets.flow import FlowRow
from fieldapp.ui.widgets.icons import picture
from fieldapp.ui.widgets.lines import MoneyEditor
from fieldapp.ui.widgets.name_edit import transliterate
from fieldapp.ui.widgets.parts_of_a_page import RowButton, TwoColumns, big_button, empty_state
from fieldapp.ui.widgets.place_book import PlaceBook
from fieldapp.ui.widgets.plain import LineEdit
from fieldapp.ui.words import Words
from tests.robots.robot import type_words


@pytest.fixture
def words(qapp) -> Words:
    theme.apply(qapp, Theme())
    return Words(Language.named("en"))


@pytest.fixture
def make(words: Words, qtbot):
    """Makes the editor of a field, shown and with the focus."""

    def editor(one: Field) -> FieldEditor:
        around = Surroundings(
            words, PlaceBook.of(words, None), lambda inner: EDITORS[inner.kind](inner, around)
        )
        made = EDITORS[one.kind](one, around)
        qtbot.addWidget(made)
        with qtbot.waitExposed(made):
            made.show()
        made.inputs()[0].setFocus()
        return made

    return editor


def typed(editor: FieldEditor, letters: str) -> Any:
    type_words(editor.inputs()[0], letters)
    return editor.value()


MONEY = field(PaymentTry, "amount_paise")
DATE = Field("Date", name="day", kind=Kind.DATE, empty=None)
TIME = Field("Time", name="at", kind=Kind.TIME, empty=None)
WHOLE = Field("Age", name="age", kind=Kind.WHOLE, empty=0, most=120)


@pytest.mark.parametrize(
    ("letters", "paise"),
    [("1", 100), ("1.5", 150), ("1.50", 150), ("₹64", 6400), ("१", 100), ("1,200", 120_000), ("", 0)],
)
def test_rupees_are_typed_and_paise_are_kept(make, letters: str, paise: int):
    assert typed(make(MONEY), letters) == Paise(paise)


@pytest.mark.parametrize("letters", ["one", "1.505", "1.5.0", "-1"])
def test_what_is_no_amount_is_refused(make, letters: str):
    editor = make(MONEY)
    assert isinstance(editor, MoneyEditor)
    with pytest.raises(InvalidInput):
        typed(editor, letters)


@pytest.mark.parametrize(
    ("one", "letters", "value"),
    [
        (DATE, "14-1-2017", date(2017, 1, 14)),
        (DATE, "१४/०१/२०१७", date(2017, 1, 14)),
        (DATE, "", None),
        (TIME, "9:05 pm", time(21, 5)),
        (TIME, "", None),
        (WHOLE, "46", 46),
        (WHOLE, "४६", 46),
        (WHOLE, "", 0),
    ],
)
def test_lines_read_what_people_type(make, one: Field, letters: str, value):
    assert typed(make(one), letters) == value


@pytest.mark.parametrize(
    ("one", "letters"),
    [(DATE, "14-01-17"), (DATE, "29-02-2017"), (TIME, "25:00"), (WHOLE, "121"), (WHOLE, "many")],
)
def test_lines_refuse_what_they_cannot_read(make, one: Field, letters: str):
    with pytest.raises(InvalidInput):
        typed(make(one), letters)


@pytest.mark.parametrize(
    ("one", "value", "shown"),
    [
        (MONEY, Paise(6400), "₹64"),
        (DATE, date(2017, 1, 4), "04-01-2017"),
        (TIME, time(9, 5), "09:05"),
        (WHOLE, 0, ""),
    ],
)
def test_lines_show_what_they_would_read_again(make, one: Field, value, shown: str):
    editor = make(one)
    editor.show_value(value)
    assert editor.inputs()[0].text() == shown
    assert editor.value() == value


@pytest.mark.parametrize(
    "kind", [Kind.TEXT, Kind.NAME, Kind.CODE, Kind.CODES, Kind.FRACTION, Kind.YES_NO, Kind.PLACE]
)
def test_an_editor_that_shows_nothing_gives_the_empty_value(make, kind: Kind):
    empty: dict[Kind, Any] = {Kind.CODES: (), Kind.FRACTION: Ratio(), Kind.YES_NO: False}
    one = next(
        one
        for one in (*fields(RosterRow), *fields(Establishment), Field("x", kind=Kind.FRACTION, empty=Ratio()))
        if one.kind is kind
    )
    editor = make(one)
    editor.show_value(one.empty)
    assert editor.value() == empty.get(kind, one.empty)


@pytest.mark.parametrize("one", [codes.Gender, codes.Category, codes.PaymentMode, codes.Consent, codes.Mark])
def test_every_code_with_a_key_is_chosen_by_that_key(make, one):
    for code in one:
        editor = make(Field("x", codes=one, kind=Kind.CODE))
        QTest.keyClicks(editor.inputs()[0], code.key.lower())
        assert editor.value() == code


KIND_OF_ACTIVITY = Field("x", codes=codes.ActivityKind, kind=Kind.CODE)


@pytest.mark.parametrize("language", ["hi", "en"])
@pytest.mark.parametrize(
    ("letters", "code"),
    [
        ("mela", codes.ActivityKind.MELA),
        ("dig", codes.ActivityKind.MELA),
        ("ch", codes.ActivityKind.CHAI_SAMOSA),
        ("ccc", codes.ActivityKind.WALK),
        ("REV", codes.ActivityKind.REVIEW),
        ("trainer_", codes.ActivityKind.TRAINER_TRAINING),
        ("मेला", codes.ActivityKind.MELA),
        ("चाय", codes.ActivityKind.CHAI_SAMOSA),
    ],
)
def test_a_code_is_found_by_letters_of_either_language(make, words, language, letters, code):
    words.speak(language)
    assert typed(make(KIND_OF_ACTIVITY), letters) == code


@pytest.mark.parametrize("letters", ["melx", "xx", "7"])
def test_letters_that_begin_no_code_leave_the_last_one_found(make, letters):
    editor = make(KIND_OF_ACTIVITY)
    editor.show_value(codes.ActivityKind.MELA)
    assert typed(editor, letters) == codes.ActivityKind.MELA


def test_letters_find_a_code_in_its_open_list_too(make, words):
    words.speak("hi")
    editor = make(KIND_OF_ACTIVITY)
    assert isinstance(editor, CodeEditor)
    editor.box.showPopup()
    QTest.keyClicks(editor.box.view(), "camp")
    QTest.keyClick(editor.box.view(), Qt.Key.Key_Return)
    assert editor.value() == codes.ActivityKind.CAMP


def test_codes_are_said_in_another_language_and_stay_chosen(make, words: Words):
    editor = make(Field("x", codes=codes.Gender, kind=Kind.CODE))
    assert isinstance(editor, CodeEditor)
    editor.show_value("F")
    words.speak("hi")
    editor.say()
    assert editor.value() == "F"
    assert editor.box.currentText().startswith("महिला")


def test_common_names_are_spelt_as_people_spell_them():
    assert [transliterate()(word) for word in ("Rajesh", "sunita", "Mahato", "SOREN")] == [
        "राजेश",
        "सुनीता",
        "महतो",
        "सोरेन",
    ]


@pytest.mark.parametrize(
    ("families", "hindi"),
    [
        ("Hansda Hansdak Hansdah Hasda", "हांसदा हांसदा हांसदा हांसदा"),
        ("Saren Soren Baskey Hembrom Chore Mardi", "सरेन सोरेन बास्के हेम्ब्रम चोड़े मार्डी"),
        ("Purty Birua Bodra Gagrai Laguri Jamuda Deogam", "पूर्ति बिरुआ बोदरा गागराई लागुरी जामुदा देवगम"),
        ("Bage Barla Surin Guria Kandulna Bhengra Dungdung", "बागे बारला सुरीन गुड़िया कंडुलना भेंगरा डुंगडुंग"),
        ("Kachhap Baxla Beck Linda Oram Tigga Ekka", "कच्छप बाखला बेक लिंडा ओराम तिग्गा एक्का"),
        ("Paharia Kharwar Baraik Bhumij Korwa Kharia", "पहाड़िया खरवार बड़ाइक भूमिज कोरवा खड़िया"),
        ("Patra Kumhar Ghatwar Sardar Ghosh Dutta Layek", "पात्रा कुम्हार घटवार सरदार घोष दत्ता लायक"),
    ],
)
def test_family_names_of_the_area_are_spelt_as_people_spell_them(families: str, hindi: str):
    assert " ".join(map(transliterate(), families.split())) == hindi


def test_a_line_gives_ctrl_z_away_when_it_has_nothing_to_take_back(qtbot):
    window, line, undone = QWidget(), LineEdit(), []
    QVBoxLayout(window).addWidget(line)
    QShortcut(QKeySequence("Ctrl+Z"), window).activated.connect(lambda: undone.append(line.text()))
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
        window.activateWindow()
    line.setFocus()
    QTest.keyClicks(line, "a")
    QTest.keyClick(line, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert line.text() == ""
    assert undone == []
    QTest.keyClick(line, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert undone == [""]


@pytest.mark.usefixtures("words")
def test_a_row_button_wraps_its_words_instead_of_cutting_them(qtbot):
    row = RowButton()
    row.put("चाय-समोसा प्रशिक्षण · पंचायत भवन खैराचातर · कसमार · बोकारो", "0042-A · 14-01-2017")
    qtbot.addWidget(row)
    assert row.heightForWidth(160) > row.heightForWidth(900)
    assert row.accessibleName().startswith("चाय-समोसा")
    assert row.accessibleDescription() == "0042-A · 14-01-2017"


@pytest.mark.usefixtures("words")
def test_what_stands_in_one_line_has_its_middles_at_one_height(qtbot):
    small, large, below = QLabel("a"), QLabel("b"), QLabel("c")
    for label, height in ((small, 20), (large, 40), (below, 20)):
        label.setFixedSize(60, height)
    row = FlowRow(small, large, below)
    qtbot.addWidget(row)
    row.resize(140, 10)
    row.show()
    assert [one.y() for one in (small, large, below)] == [10, 0, 46]


@pytest.mark.usefixtures("words")
def test_two_columns_lie_below_each_other_where_there_is_little_width(qtbot):
    sheet, left, right = TwoColumns(), QLabel("left"), QLabel("right")
    sheet.add(sheet.left, left)
    sheet.add(sheet.right, right)
    qtbot.addWidget(sheet)
    sheet.resize(900, 400)
    sheet.grab()
    assert left.geometry().y() == right.geometry().y()
    sheet.resize(500, 400)
    sheet.grab()
    assert left.geometry().y() < right.geometry().y()


def test_empty_states_and_big_buttons_speak_both_languages(words: Words, qtbot):
    said, pressed = empty_state(words, Text("No matching record found.")), big_button(words, Text("Help"))
    qtbot.addWidget(said)
    qtbot.addWidget(pressed)
    words.speak("hi")
    assert said.text() == "कोई मिलता-जुलता अभिलेख नहीं मिला।"
    assert pressed.text() == "सहायता"


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("ratio", [1.0, 1.25, 2.0])
def test_icons_are_drawn_sharp_in_the_wished_colour(ratio: float):
    drawn: QPixmap = picture("check", "#ff0000", 16, ratio)
    assert drawn.width() == round(16 * ratio)
    image = drawn.toImage()
    points = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    solid = [point for point in points if point.alpha() > 100]
    assert solid
    assert all(point.red() > 240 and point.green() < 9 and point.blue() < 9 for point in solid)


def battery(folder: Path, **files: str) -> None:
    folder.mkdir(parents=True)
    for name, words in files.items():
        (folder / name).write_text(words + "\n")


def test_the_battery_counts_only_while_the_computer_runs_on_it(tmp_path: Path):
    battery(tmp_path / "AC", type="Mains", online="0")
    battery(tmp_path / "BAT0", type="Battery", status="Discharging", capacity="71")
    assert percent_on_battery(tmp_path) == 71
    (tmp_path / "BAT0" / "status").write_text("Charging\n")
    assert percent_on_battery(tmp_path) is None


@pytest.mark.parametrize(
    "files", [{}, {"type": "Battery"}, {"type": "Battery", "status": "Discharging", "capacity": "?"}]
)
def test_a_battery_that_says_nothing_is_none(tmp_path: Path, files: dict[str, str]):
    battery(tmp_path / "BAT0", **files)
    assert percent_on_battery(tmp_path) is None
    assert percent_on_battery(tmp_path / "nowhere") is None


# ------------------------------------------------------------ what is pasted


def paste(widget: QWidget, words: str) -> None:
    QGuiApplication.clipboard().setText(words)
    QTest.keyClick(widget, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("सुनीता\u00a0देवी", "सुनीता देवी"),
        ("Sunita\r\nDevi\n", "Sunita Devi"),
        ("\ufeffSunita\tDevi\x00\x07\u200b", "Sunita Devi"),
        ("Sunita\u2028Devi", "Sunita Devi"),
        ("अनन्\u200dत", "अनन्\u200dत"),
        ("\u202eDevi\u202c", "Devi"),
    ],
)
@pytest.mark.usefixtures("words")
def test_a_line_takes_no_breaks_fixed_spaces_or_unseen_characters(qtbot, words: str, kept: str):
    line = LineEdit()
    qtbot.addWidget(line)
    paste(line, words)
    assert line.text() == kept
    assert line.isUndoAvailable()
    line.undo()
    assert line.text() == ""
    line.insert(words)  # as dropping and the menu do
    assert " ".join(line.text().split()) == kept


def test_notes_keep_their_lines_and_nothing_unseen(make):
    editor = make(Field("Notes", lines=3))
    paste(editor.inputs()[0], "one\r\ntwo\u2029three\u00a0four\x07\u200b")
    assert editor.value() == "one\ntwo\nthree four"


def test_notes_say_how_much_room_is_left_only_near_the_end(make):
    editor = make(Field("Notes", lines=3, longest=100))
    assert typed(editor, "x" * 90) == "x" * 90
    assert not editor.left_over.isVisible()
    typed(editor, "x")
    assert editor.left_over.isVisible()
    assert editor.left_over.text() == "9 characters left"


@pytest.mark.parametrize("key", [Qt.Key.Key_U, Qt.Key.Key_E])
def test_a_line_leaves_the_keys_of_a_page_to_it_that_some_systems_delete_or_move_with(qtbot, key):
    line = LineEdit("Ramesh")
    qtbot.addWidget(line)
    event = QKeyEvent(QEvent.Type.ShortcutOverride, key, Qt.KeyboardModifier.ControlModifier)
    event.accept()  # as a line does by itself on X11
    QApplication.sendEvent(line, event)
    assert not event.isAccepted()
