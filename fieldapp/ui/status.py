"""The status line that never goes away, and the line of a task that takes longer than a second."""

from dataclasses import dataclass
from datetime import date, datetime

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from fieldapp.domain.text import Text
from fieldapp.language import Language
from fieldapp.ui.tasks import Task, TaskRunner
from fieldapp.ui.theme import current
from fieldapp.ui.widgets.icons import picture
from fieldapp.ui.widgets.word_button import WordButton
from fieldapp.ui.words import Words

AMBER_DAYS = 7
RED_DAYS = 14
_SHOW_TASK_AFTER_MS = 1000


@dataclass(frozen=True)
class SyncAge:
    """Where the centre's work is. not_packed, attention: numbers of records; batch: the newest, 0 for none.

    days: since when something waits for head office, 0 when everything has been received.
    """

    not_packed: int = 0
    attention: int = 0
    batch: int = 0
    batch_since: date | None = None
    last_receipt: date | None = None
    days: int = 0

    @property
    def age(self) -> str:
        """'' while all is well, 'amber' from seven days, 'red' from fourteen."""
        if self.days >= RED_DAYS:
            return "red"
        return "amber" if self.days >= AMBER_DAYS else ""

    def parts(self) -> list[Text]:
        """What is said of it, piece by piece."""
        said = [
            Text("{n} not packed", n=self.not_packed) if self.not_packed else Text("Everything is packed")
        ]
        if self.batch and self.batch_since:
            said.append(Text("batch {n} on its way since {day}", n=self.batch, day=self.batch_since))
        if self.last_receipt:
            said.append(Text("last receipt {day}", day=self.last_receipt))
        if self.attention:
            said.append(Text("{n} need your attention", n=self.attention))
        if self.age == "red":
            said.append(
                Text(
                    "if this computer fails, the work of {days} days is lost: make a sync file",
                    days=self.days,
                )
            )
        elif self.age == "amber":
            said.append(Text("waiting for {days} days", days=self.days))
        return said


class StatusLine(QFrame):
    """saved time · where the work is · battery. sync_asked: the sync part was pressed."""

    sync_asked = Signal()

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "statusline")
        self._words = words
        self._saved: datetime | None = None
        self._age: SyncAge | None = None
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
        self._saved = at
        self.refresh()

    def show_sync(self, age: SyncAge) -> None:
        """Say where the work is; coloured by how long it has waited."""
        self._age = age
        self.refresh()

    def show_battery(self, percent: int | None) -> None:
        """Say how full the battery is while the computer runs on it; None on mains."""
        text = "" if percent is None else Text("On battery: {percent} %", percent=percent)
        self._words.say(self.battery.setText, text)

    def refresh(self) -> None:
        """Words and sizes as they are now."""
        self.setMinimumHeight(current().px(28))
        said = (
            Text("Saved {time}", time=Language.clock(self._words.language, self._saved))
            if self._saved
            else Text("Every field is saved when you leave it")
        )
        self.saved.setText(self._words.language.both(said) if self._saved else self._words.render(said))
        self.saved.setProperty("look", "good" if self._saved else "muted")
        self.saved.style().unpolish(self.saved)
        self.saved.style().polish(self.saved)
        if self._age is None:
            return
        self.sync.setText(" · ".join(map(self._words.render, self._age.parts())))
        self.sync.setToolTip(" · ".join(filter(None, map(self._words.other, self._age.parts()))))
        self.sync.setProperty("age", self._age.age)
        colours = current().colours
        tint = {"red": colours.red, "amber": colours.amber}.get(self._age.age, colours.muted)
        sign = "alert" if self._age.age else "sync"
        self.sync.set_sign(picture(sign, tint, current().px(14), self.devicePixelRatioF()))
        self.sync.style().unpolish(self.sync)
        self.sync.style().polish(self.sync)
        self.sync.show()


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
