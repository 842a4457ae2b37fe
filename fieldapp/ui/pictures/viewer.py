"""One photograph as large as the window allows; the arrow keys lead to the others."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QPixmap, QResizeEvent, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from fieldapp.domain.errors import FieldAppError
from fieldapp.domain.records import Attachment
from fieldapp.domain.text import Text
from fieldapp.ui.pictures.images import image_of
from fieldapp.ui.widgets.parts_of_a_page import button, plain_label
from fieldapp.ui.words import Words

_LONGEST = 1600


class PictureDialog(QDialog):
    """read: the content of a picture by its hash; what it raises is said in the picture's place."""

    def __init__(
        self,
        words: Words,
        parts: Sequence[Attachment],
        at: int,
        read: Callable[[str], bytes],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._words, self._parts, self._read = words, parts, read
        self.at = at
        self._whole = QPixmap()
        self.picture = QLabel()
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.picture.setMinimumSize(80, 80)
        self.picture.setWordWrap(True)
        self.caption = plain_label()
        self.back, self.on = button(words, Text("Previous")), button(words, Text("Next"))
        self.close_button = button(words, Text("Close"))
        row = QHBoxLayout()
        row.addWidget(self.caption, 1)
        for one, call in (
            (self.back, lambda: self.turn(-1)),
            (self.on, lambda: self.turn(1)),
            (self.close_button, self.accept),
        ):
            one.clicked.connect(call)
            row.addWidget(one)
        layout = QVBoxLayout(self)
        layout.addWidget(self.picture, 1)
        layout.addLayout(row)
        for key, by in (("Left", -1), ("PgUp", -1), ("Right", 1), ("PgDown", 1)):
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.activated.connect(partial(self.turn, by))
        around = parent.window().size()
        self.resize(round(around.width() * 0.9), round(around.height() * 0.9))
        self.turn(0)
        self.close_button.setFocus()

    def turn(self, by: int) -> None:
        """To the next picture, or the one before; nothing happens at the ends."""
        self.at = min(max(self.at + by, 0), len(self._parts) - 1)
        part = self._parts[self.at]
        self.back.setEnabled(self.at > 0)
        self.on.setEnabled(self.at + 1 < len(self._parts))
        title = Text("Picture {n} of {total}", n=self.at + 1, total=len(self._parts))
        self._words.say(self.setWindowTitle, title)
        self.caption.setText(part.caption or self._words.render(title))
        try:
            self._whole = QPixmap.fromImage(image_of(self._read(part.sha256), _LONGEST))
        except FieldAppError as error:
            self._whole = QPixmap()
            both = self._words.language.both
            self.picture.setText(f"{both(error.title)}\n{both(error.advice)}")
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        if self._whole.isNull():
            return
        room = self.picture.size()
        keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        fits = self._whole.width() <= room.width() and self._whole.height() <= room.height()
        self.picture.setPixmap(self._whole if fits else self._whole.scaled(room, keep, smooth))
