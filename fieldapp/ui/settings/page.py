"""Settings: the language, the look, whose home this is, when it locks, and who may log in."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from fieldapp.domain.actor import Duty
from fieldapp.domain.errors import FieldAppError
from fieldapp.domain.text import Text
from fieldapp.ui.desk import Desk
from fieldapp.ui.page import Page
from fieldapp.ui.settings.logins import AddLogin
from fieldapp.ui.theme import SCALES, current
from fieldapp.ui.widgets.chip_button import ChipButton
from fieldapp.ui.widgets.parts_of_a_page import Card, TwoColumns, plain_label, said_label, section_heading

LOCK_AFTER = "lock_after_minutes"
"""The name under which a home keeps after how many minutes without a key its window locks."""

LOCK_AFTER_AT_FIRST = 15
_MINUTES = (5, 10, 15, 30, 60, 0)


class SettingsPage(Page):
    """What is chosen here holds at once; there is nothing to confirm."""

    title = Text("Settings")
    help_name = "settings"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._languages = self._choices({"hi": "हिंदी", "en": "English"}, desk.hub.language_wanted.emit)
        self._looks = self._choices({"light": Text("Light"), "dark": Text("Dark")}, self._choose_look)
        self.size_box, self.lock = QComboBox(), QComboBox()
        for scale in SCALES:
            self.size_box.addItem(f"{scale} %", scale)
        self.size_box.activated.connect(self._choose_size)
        self.lock.activated.connect(self._choose_lock)
        self._facts, self._logins = plain_label(), plain_label()
        self._practice = said_label(
            desk.words,
            Text("This is a practice home: its people are invented, and no head office takes its files."),
            "hint",
        )
        self._adding = AddLogin(desk, self._show_logins)
        sheet = TwoColumns()
        self._lay_out_look(sheet)
        self._lay_out_home(sheet)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(sheet)

    def reload(self) -> None:
        self._show_choices()
        try:
            self._show_centre()
            self._show_lock()
            self._show_logins()
        except FieldAppError as error:
            self.desk.messages.show(error)

    def retranslate(self) -> None:
        self._adding.retranslate()
        self.reload()

    # ------------------------------------------------------------ how it is laid out

    def _lay_out_look(self, sheet: TwoColumns) -> None:
        words = self.desk.words
        look, keys = Card(), Card()
        form = QFormLayout()
        form.setVerticalSpacing(10)
        form.addRow(said_label(words, Text("Language"), "muted"), _in_a_row(self._languages))
        form.addRow(said_label(words, Text("Look"), "muted"), _in_a_row(self._looks))
        form.addRow(self._labelled(Text("Text size"), self.size_box), self.size_box)
        form.addRow(self._labelled(Text("Lock after"), self.lock), self.lock)
        look.body.addLayout(form)
        for text in (
            Text("Ctrl+Shift+L changes the language on any page."),
            Text("F1 gives help, ? shows the keys of a page."),
        ):
            keys.body.addWidget(said_label(words, text, "muted"))
        sheet.add(sheet.left, section_heading(words, Text("Language and look")), look, keys)
        sheet.left.addStretch(1)

    def _lay_out_home(self, sheet: TwoColumns) -> None:
        words = self.desk.words
        facts, logins = Card(), Card()
        facts.body.addWidget(self._facts)
        facts.body.addWidget(self._practice)
        logins.body.addWidget(self._logins)
        logins.body.addWidget(self._adding)
        sheet.add(sheet.right, section_heading(words, Text("This home")), facts)
        sheet.add(sheet.right, section_heading(words, Text("People who log in")), logins)
        sheet.right.addStretch(1)

    def _labelled(self, text: Text, field: QWidget) -> QLabel:
        label = said_label(self.desk.words, text, "muted")
        label.setBuddy(field)
        self.say(field.setAccessibleName, text)
        return label

    def _choices(self, choices: Mapping[str, Text | str], choose: Callable[[str], object]) -> QButtonGroup:
        group = QButtonGroup(self)
        for value, text in choices.items():
            one = ChipButton()
            one.setProperty("value", value)
            self.say(one.setText, text)
            group.addButton(one)
        group.buttonClicked.connect(lambda chosen: choose(chosen.property("value")))
        return group

    # ------------------------------------------------------------ what is shown

    def _show_choices(self) -> None:
        theme = current()
        for group, value in (
            (self._languages, self.desk.language.code),
            (self._looks, "dark" if theme.dark else "light"),
        ):
            for one in group.buttons():
                one.setChecked(one.property("value") == value)
        self.size_box.setCurrentIndex(max(0, self.size_box.findData(theme.scale)))

    def _show_centre(self) -> None:
        desk = self.desk
        centre = desk.services.settings.own_centre()
        both = " / ".join(filter(None, (centre.name_hi, centre.name_en)))
        facts: list[Text | str] = [both]
        if centre.csc_id:
            facts.append(Text("Centre ID {number}", number=_in_fours(centre.csc_id)))
        place = desk.gazetteer.get(centre.place_key) if desk.gazetteer is not None else None
        if place is not None:
            facts.append(place.name_hi if desk.words.hindi and place.name_hi else place.name_en)
        self._facts.setText("\n".join(desk.words.render(fact) for fact in facts if fact))
        self._practice.setVisible(desk.office.practice)

    def _show_lock(self) -> None:
        kept = int(self.desk.services.settings.read(LOCK_AFTER, str(LOCK_AFTER_AT_FIRST)))
        self.lock.clear()
        for minutes in _MINUTES:
            text = Text("{n} minutes without a key", n=minutes) if minutes else Text("Never by itself")
            self.lock.addItem(self.desk.words.render(text), minutes)
        self.lock.setCurrentIndex(max(0, self.lock.findData(kept)))

    def _show_logins(self) -> None:
        desk = self.desk
        known = desk.services.users.all(desk.actor)
        lines = [f"{login} · {desk.words.render(Duty.words(duty))}" for login, duty in sorted(known.items())]
        self._logins.setText("\n".join(lines))
        self._adding.setVisible(desk.actor.decides)

    # ------------------------------------------------------------ what is chosen

    def _choose_look(self, value: str) -> None:
        self.desk.hub.look_wanted.emit(replace(current(), dark=value == "dark"))

    def _choose_size(self, _index: int) -> None:
        self.desk.hub.look_wanted.emit(replace(current(), scale=self.size_box.currentData()))

    def _choose_lock(self, _index: int) -> None:
        minutes: int = self.lock.currentData()
        try:
            self.desk.services.settings.write(self.desk.actor, LOCK_AFTER, str(minutes))
        except FieldAppError as error:
            self.desk.messages.show(error)
            return
        self.desk.hub.lock_after.emit(minutes)
        self.desk.hub.saved.emit(self.desk.clock())


def _in_a_row(group: QButtonGroup) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(4)
    for one in group.buttons():
        row.addWidget(one)
    row.addStretch(1)
    return row


def _in_fours(number: str) -> str:
    return " ".join(number[at : at + 4] for at in range(0, len(number), 4))
