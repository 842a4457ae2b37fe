"""The status line that never goes away, and the line of a task that takes longer than a second."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from fieldapp.domain.errors import FieldAppError
from fieldapp.domain.text import Text
from fieldapp.domain.touched import Touched
from fieldapp.language import INDIA
from fieldapp.ui.tasks import Task, TaskRunner
from fieldapp.ui.theme import current
from fieldapp.ui.widgets.icons import picture
from fieldapp.ui.widgets.word_button import WordButton
from fieldapp.ui.words import Words

if TYPE_CHECKING:
    from fieldapp.services.overview import SyncFigures
    from fieldapp.ui.desk import Desk

AMBER_DAYS = 7
RED_DAYS = 14
_SHOW_TASK_AFTER_MS = 1000
_COUNT_AFTER_MS = 300


def age(days: int) -> str:
    """How work that has waited so many days for a receipt is coloured: '', 'amber' or 'red'."""
    if days >= RED_DAYS:
        return "red"
    return "amber" if days >= AMBER_DAYS else ""


def where_it_is(figures: "SyncFigures", now: datetime) -> list[Text]:
    """What the status line says of the home's own records, piece by piece."""
    days = figures.days_waiting(now)
    said = [Text("{n} not packed", n=figures.not_packed) if figures.not_packed else Text("everything packed")]
    if figures.batch_number and figures.batch_at is not None:
        day = figures.batch_at.astimezone(INDIA).date()
        said.append(_batch(figures.batch_state, figures.batch_number, day))
    if figures.receipt_at is not None:
        received = figures.receipt_at.astimezone(INDIA).date()
        ago = (now.astimezone(INDIA).date() - received).days
        said.append(Text("last receipt {day} ({n} days)", day=received, n=ago))
    if figures.attention:
        said.append(Text("{n} need your attention", n=figures.attention))
    if age(days) == "red":
        said.append(Text("if this computer fails, the work of {n} days is lost: make a sync file", n=days))
    elif age(days) == "amber":
        said.append(Text("not received for {n} days", n=days))
    return said


def _batch(state: str, number: int, day: date) -> Text:
    words: dict[str, Text] = {
        "MAKING": Text("batch {n} being made", n=number),
        "MADE": Text("batch {n} made {day}, still on this computer", n=number, day=day),
        "ON_STICK": Text("batch {n} on the stick since {day}", n=number, day=day),
        "HANDED_OVER": Text("batch {n} handed over {day}", n=number, day=day),
        "RECEIVED": Text("batch {n} received {day}", n=number, day=day),
        "LOST": Text("batch {n} lost, reported {day}", n=number, day=day),
        "REPLACED": Text("batch {n} replaced by the next sync file", n=number),
        "WITHDRAWN": Text("batch {n} withdrawn {day}", n=number, day=day),
    }
    return words.get(state) or Text("batch {n} needs your attention", n=number)


class StatusLine(QFrame):
    """saved time · where the work is · battery. sync_asked: the sync part was pressed."""

    sync_asked = Signal()

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "statusline")
        self._words = words
        self._saved: datetime | None = None
        self._pieces: list[Text] = []
        self._age = ""
        self.saved = QLabel()
        self.sync = WordButton()
        self.sync.setProperty("look", "status")
        self.sync.clicked.connect(self.sync_asked)
        self.sync.hide()
        self.battery = QLabel()
        self.battery.setProperty("look", "muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 2, 12, 2)
        row.setSpacing(16)
        row.addWidget(self.saved)
        row.addWidget(self.sync, 1)
        row.addWidget(self.battery)
        words.changed.connect(self.refresh)
        self.refresh()

    def show_saved(self, at: datetime) -> None:
        """Say that everything typed until then is on the disk. at: aware time."""
        first, self._saved = self._saved is None, at
        self._say_saved()
        if first:
            self._dress_saved()

    def show_sync(self, pieces: list[Text], age: str) -> None:
        """Say where the work is; age: '', 'amber' or 'red', by how long it has waited."""
        self._pieces, self._age = pieces, age
        self.refresh()

    def show_battery(self, percent: int | None) -> None:
        """Say how full the battery is while the computer runs on it; None on mains."""
        text = "" if percent is None else Text("On battery: {percent} %", percent=percent)
        self._words.say(self.battery.setText, text)

    def refresh(self) -> None:
        """Words and sizes as they are now."""
        self.setMinimumHeight(current().px(28))
        self._say_saved()
        self._dress_saved()
        self.sync.setVisible(bool(self._pieces))
        self.sync.setText(" · ".join(map(self._words.render, self._pieces)))
        self.sync.setToolTip(" · ".join(filter(None, map(self._words.other, self._pieces))))
        colours = current().colours
        tint = {"red": colours.red, "amber": colours.amber}.get(self._age, colours.muted)
        sign = "alert" if self._age else "sync"
        self.sync.set_sign(picture(sign, tint, current().px(14), self.devicePixelRatioF()))
        if self.sync.property("age") != self._age:
            self.sync.setProperty("age", self._age)
            for widget in (self.sync, *self.sync.findChildren(QLabel)):
                widget.style().unpolish(widget)
                widget.style().polish(widget)

    def _say_saved(self) -> None:
        language = self._words.language
        if self._saved is None:
            self.saved.setText(language.render(Text("Every field is saved when you leave it")))
        else:
            self.saved.setText(f"{language.both(Text('Saved'))} {language.clock(self._saved)}")

    def _dress_saved(self) -> None:
        self.saved.setProperty("look", "good" if self._saved else "muted")
        self.saved.style().unpolish(self.saved)
        self.saved.style().polish(self.saved)


class SyncWatch(QObject):
    """Counts anew where the work is, shortly after something has changed, for status line and rail."""

    def __init__(self, desk: "Desk", status: StatusLine, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._status = status
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(_COUNT_AFTER_MS)
        self._wait.timeout.connect(self.count)
        desk.hub.changed.connect(self._later)

    def count(self) -> None:
        """Count now."""
        desk = self._desk
        try:
            figures = desk.services.overview.sync(desk.actor)
        except FieldAppError as error:
            desk.messages.show(error)
            return
        now = desk.clock()
        self._status.show_sync(where_it_is(figures, now), age(figures.days_waiting(now)))
        desk.hub.waiting.emit("sync", figures.not_packed)

    def _later(self, _touched: Touched) -> None:
        self._wait.start()


class TaskLine(QFrame):
    """What runs in the background, with time left and Cancel; comes only when it takes over a second."""

    def __init__(self, words: Words, tasks: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "banner-done")
        self._words = words
        self._task: Task | None = None
        self._label, self._left = QLabel(), QLabel()
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._cancel = QPushButton()
        words.say(self._cancel.setText, Text("Cancel"))
        self._cancel.clicked.connect(self._stop)
        self._cancel.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # it goes away, and where the focus was stays
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 6, 4)
        row.setSpacing(12)
        row.addWidget(self._label)
        row.addWidget(self._bar, 1)
        row.addWidget(self._left)
        row.addWidget(self._cancel)
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(_SHOW_TASK_AFTER_MS)
        self._wait.timeout.connect(self.show)
        tasks.started.connect(self._begin)
        tasks.ended.connect(self._end)
        self.hide()

    def _begin(self, task: Task) -> None:
        self._task = task
        self._bar.setRange(0, 0)
        self._left.clear()
        self._cancel.setEnabled(True)
        self._words.say(self._label.setText, task.label)
        self._bar.setAccessibleName(self._label.text())
        task.progress.connect(self._advance)
        self._wait.start()

    def _advance(self, done: int, total: int, left: float) -> None:
        self._bar.setRange(0, 1000)
        self._bar.setValue(1000 * done // total)
        self._left.setText(self._words.render(time_left(left)))

    def _end(self, _task: Task) -> None:
        self._task = None
        self._wait.stop()
        self.hide()

    def _stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._cancel.setEnabled(False)
            self._words.say(self._left.setText, Text("Stopping…"))


def time_left(seconds: float) -> Text:
    """How long it still takes, in words; nothing while nobody knows (negative)."""
    if seconds < 0:
        return Text("")
    if seconds < 60:
        return Text("about {n} s left", n=max(1, round(seconds)))
    return Text("about {n} min left", n=round(seconds / 60))
