"""What follows from running on the battery: it is said, and when it is nearly empty nothing new is begun."""

from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from fieldapp.domain.text import Text
from fieldapp.ui.drafts import Drafts
from fieldapp.ui.messages import Messages, Tone
from fieldapp.ui.status import StatusLine
from fieldapp.ui.tasks import TaskRunner

NEARLY_EMPTY = 10
"""From this percentage on, work in the background waits for the charger (feature A18)."""

_LOOK_EVERY_MS = 30_000


class Power(QObject):
    """Looks at the battery every half minute while somebody works."""

    def __init__(
        self,
        supplies: Path | None,
        status: StatusLine,
        tasks: TaskRunner,
        drafts: Drafts,
        messages: Messages,
        parent: QObject,
    ) -> None:
        """supplies: the folder in which Linux lists its power supplies, None for the computer's own."""
        super().__init__(parent)
        self._supplies = supplies
        self._status, self._tasks, self._drafts, self._messages = status, tasks, drafts, messages
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)

    def look(self) -> None:
        """Look now, and from now on."""
        from fieldapp.ui.battery import SUPPLIES, percent_on_battery

        self._timer.start()
        percent = percent_on_battery(self._supplies or SUPPLIES)
        self._status.show_battery(percent)
        low = percent is not None and percent <= NEARLY_EMPTY
        if low and not self._tasks.paused:
            self._drafts.flush()
            self._tasks.pause()
            self._messages.tell(
                Text("The battery is at {percent} %: connect the charger.", percent=percent),
                Text("Everything typed is kept. Work in the background waits until then."),
                Tone.HINT,
            )
        elif self._tasks.paused and not low:
            self._tasks.go_on()
            self._messages.tell(Text("Work in the background goes on."))
