"""Today: the sessions of the day and the week, what needs attention, and the way to a new session."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fieldapp.domain.codes import ActivityKind, ActivityState
from fieldapp.domain.errors import FieldAppError
from fieldapp.domain.records import Activity
from fieldapp.domain.text import Text
from fieldapp.ui.desk import Desk
from fieldapp.ui.page import Page
from fieldapp.ui.programme import programme_lines
from fieldapp.ui.theme import current
from fieldapp.ui.today.asked import asked_row, not_taken_rows
from fieldapp.ui.today.waiting import waiting_in
from fieldapp.ui.widgets.icons import picture
from fieldapp.ui.widgets.parts_of_a_page import (
    Card,
    RowButton,
    TwoColumns,
    big_button,
    empty_state,
    plain_label,
    section_heading,
    verb,
)

if TYPE_CHECKING:
    from fieldapp.services.overview import SyncFigures, Today
    from fieldapp.services.records import ActivityFigures, Held

WEEKDAYS = (
    Text("Monday"),
    Text("Tuesday"),
    Text("Wednesday"),
    Text("Thursday"),
    Text("Friday"),
    Text("Saturday"),
    Text("Sunday"),
)


class TodayPage(Page):
    """new_activity: the big button was pressed; the frame goes on to the page Activities."""

    title = Text("Today")
    help_name = "today"
    shows = ("activity", "decision", "person", "establishment", "observation", "target", "action_point")

    new_activity = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._day = plain_label("section")
        self.new = big_button(desk.words, Text("New session"))
        self.new.clicked.connect(self.new_activity)
        self.new_activity.connect(lambda: self.asks_new.emit("activities"))
        self._begin = verb(desk.words, self, Text("New session"), "Ctrl+N", self.new.click)
        self._today, self._week, self._attention, self._approvals = Card(), Card(), Card(), Card()
        self._approvals_heading = section_heading(desk.words, Text("Waiting for approval"))
        head = QHBoxLayout()
        head.addWidget(self._day, 1)
        head.addWidget(self.new)
        sheet = TwoColumns(3, 2)
        sheet.body.insertLayout(0, head)
        for text, card in ((Text("Today"), self._today), (Text("This week"), self._week)):
            sheet.add(sheet.left, section_heading(desk.words, text), card)
        sheet.add(sheet.right, self._approvals_heading, self._approvals)
        sheet.add(sheet.right, section_heading(desk.words, Text("Needs attention")), self._attention)
        sheet.left.addStretch(1)
        sheet.right.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(sheet)
        self.setFocusProxy(self.new)

    def reload(self) -> None:
        desk = self.desk
        try:
            today = desk.services.overview.today(desk.actor)
            sync = desk.services.overview.sync(desk.actor)
        except FieldAppError as error:
            desk.messages.show(error)
            return
        self._say_day(today)
        self._fill(self._today, list(today.today.items), today.today.figures, Text("No session today."))
        self._fill(
            self._week,
            list(reversed(today.week.items)),
            today.week.figures,
            Text("Nothing planned this week."),
        )
        self._fill_attention(today, sync)
        self._fill_approvals(today)
        desk.hub.waiting.emit("today", waiting_in(today))

    def retranslate(self) -> None:
        self.reload()

    def keys(self) -> list[tuple[str, Text]]:
        return [("Ctrl+N", Text("New session")), ("Tab", Text("Next session"))]

    def verbs(self) -> list[QAction]:
        return [self._begin]

    def _say_day(self, today: "Today") -> None:
        weekday = self.desk.words.render(WEEKDAYS[today.day.weekday()])
        self._day.setText(f"{weekday} {self.desk.language.date(today.day)}")

    def _fill(
        self,
        card: Card,
        sessions: "list[Held[Activity]]",
        figures: "dict[str, ActivityFigures]",
        nothing: Text,
    ) -> None:
        _empty(card)
        for held in sessions:
            card.body.addWidget(self._row(held.record, figures.get(held.record.id)))
        if not sessions:
            card.body.addWidget(empty_state(self.desk.words, nothing))

    def _row(self, activity: Activity, figures: "ActivityFigures | None") -> RowButton:
        words = self.desk.words
        title = activity.title.shown(words.hindi) or words.render(ActivityKind.words(activity.kind))
        where = activity.venue.shown(words.hindi) or words.place(activity.place)
        details = [activity.printed_number]
        if activity.start_date:
            details.append(words.language.date(activity.start_date))
        if activity.start_time:
            details.append(f"{activity.start_time:%H:%M}")
        details.append(words.render(ActivityState.words(activity.state)))
        came = (figures.present if figures is not None else 0) or activity.footfall
        if came:
            details.append(words.render(Text("{n} present", n=came)))
        elif activity.expected:
            details.append(words.render(Text("{n} expected", n=activity.expected)))
        row = RowButton()
        row.put(" · ".join(filter(None, (title, where))), " · ".join(details))
        row.clicked.connect(lambda: self.asks_for.emit("activities", activity.id))
        return row

    def _fill_attention(self, today: "Today", sync: "SyncFigures") -> None:
        card, words = self._attention, self.desk.words
        _empty(card)
        for asked in today.asked:
            card.body.addWidget(self._signed(asked_row(self.desk, asked, self.asks_for.emit), "stop"))
        for row in not_taken_rows(self.desk, self.asks_for.emit):
            card.body.addWidget(self._signed(row, "stop"))
        for held in today.unfinished:
            card.body.addWidget(self._signed(self._row(held.record, None), "alert"))
        if sync.not_packed and not self.desk.office.is_hq:
            row = RowButton()
            packed = Text("{n} records are not packed yet", n=sync.not_packed)
            row.put(words.render(packed), words.render(Text("Make a sync file")))
            row.clicked.connect(lambda: self.asks_for.emit("sync", ""))
            card.body.addWidget(row)
        programme = self.desk.services.settings.programme()
        if programme.ended(today.day) and not self.desk.office.is_hq:
            ended, *who = programme_lines(programme, today.day, hindi=words.hindi)
            row = RowButton()
            row.put(words.render(ended), " ".join(map(words.render, who)))
            row.clicked.connect(lambda: self.asks_for.emit("sync", ""))
            card.body.addWidget(self._signed(row, "hint"))
        if not card.body.count():
            card.body.addWidget(empty_state(words, Text("Everything is in order.")))

    def _fill_approvals(self, today: "Today") -> None:
        """Finished sessions that wait for this login's approval; nothing at all for who does not approve."""
        _empty(self._approvals)
        for widget in (self._approvals, self._approvals_heading):
            widget.setVisible(bool(today.approvals))
        for held in today.approvals:
            self._approvals.body.addWidget(self._row(held.record, None))

    def _signed(self, row: RowButton, sign: str) -> RowButton:
        colours = current().colours
        tint = colours.red if sign == "stop" else colours.amber
        row.set_sign(picture(sign, tint, current().px(16), self.devicePixelRatioF()))
        return row


def _empty(card: Card) -> None:
    while (item := card.body.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
