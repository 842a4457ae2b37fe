"""What may lie over the page: a paper to look at and print, or the report of a bug."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from fieldapp.domain.text import Text
from fieldapp.ui.frame import Frame

if TYPE_CHECKING:
    from fieldapp.ui.desk import Desk
    from fieldapp.ui.preview import Paper, Preview


class OverPage(QObject):
    """uncovered: what lay there is gone, and the page below is to be shown again."""

    uncovered = Signal()

    def __init__(self, frame: Frame, parent: QObject) -> None:
        super().__init__(parent)
        self._frame = frame
        self._before_bug: QWidget | None = None
        self.preview: Preview | None = None
        frame.bug_left.connect(self.close)

    @property
    def title(self) -> Text | None:
        """What stands above the paper, None while there is none."""
        return self.preview.paper.title if self.preview is not None and self.preview.paper else None

    def show_paper(self, desk: "Desk", paper: "Paper") -> None:
        """Show a paper instead of the page."""
        from fieldapp.ui.preview import Preview

        self.put_away()
        self.preview = Preview(desk)
        self.preview.closed.connect(self.close)
        self._frame.pages.addWidget(self.preview)
        self._frame.pages.setCurrentWidget(self.preview)
        self.preview.show_paper(paper)
        self.preview.setFocus()

    def show_bug(self, error: BaseException) -> None:
        """Show the report of a bug; before anybody is in, it is uncovered so that they can see it."""
        frame = self._frame
        frame.bug.put(error)
        frame.pages.setCurrentWidget(frame.bug)
        if not frame.at_work and not frame.rail.isEnabled():
            self._before_bug = frame.layers.currentWidget()
            frame.layers.setCurrentWidget(frame.work)
        frame.bug.setFocus()

    def close(self) -> bool:
        """Go back to the page. False when nothing lies over it."""
        frame = self._frame
        bug = frame.pages.currentWidget() is frame.bug
        if not bug and self.preview is None:
            return False
        if bug and not frame.rail.isEnabled():
            frame.pages.setCurrentIndex(0)
        if bug and self._before_bug is not None:
            frame.layers.setCurrentWidget(self._before_bug)
            self._before_bug = None
        if not bug:
            self.put_away()
        self.uncovered.emit()
        return True

    def put_away(self) -> None:
        """Take the paper away, for another page or for good."""
        preview, self.preview = self.preview, None
        if preview is not None:
            preview.put_away()
            self._frame.pages.removeWidget(preview)
            preview.deleteLater()
