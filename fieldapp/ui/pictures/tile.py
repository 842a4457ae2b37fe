"""One photograph in the strip: what it shows, its caption, and the buttons for it."""

from msgspec.structs import replace
from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QImage, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout

from fieldapp.domain.codes import AttachmentKind
from fieldapp.domain.records import Attachment
from fieldapp.domain.text import Text
from fieldapp.ui.theme import current
from fieldapp.ui.widgets.editor import FieldLine
from fieldapp.ui.widgets.icons import icon
from fieldapp.ui.widgets.parts_of_a_page import plain_label
from fieldapp.ui.words import Words

WIDTH, HEIGHT = 176, 112


class _Picture(QPushButton):
    """Enter or Space opens it, Delete takes it away."""

    remove_asked = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete:
            self.remove_asked.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)


class Tile(QFrame):
    """opened, removed: somebody wants that. left: the caption was left."""

    opened = Signal()
    removed = Signal()
    left = Signal()

    def __init__(self, words: Words, part: Attachment, number: int) -> None:
        super().__init__()
        self._words = words
        self.part = part
        self.number = number
        self.has_image = False
        self.missing: Text | None = Text("Opening…")
        side = current().px
        self.picture = _Picture()
        self.picture.setIconSize(QSize(side(WIDTH - 14), side(HEIGHT - 10)))
        self.picture.setFixedSize(side(WIDTH), side(HEIGHT))
        self.caption = FieldLine()
        self.caption.setMaxLength(200)
        self.about = plain_label("small")
        self.about.setWordWrap(False)
        self.remove = QPushButton()
        self.remove.setProperty("look", "flat")
        self.remove.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # by keyboard it is Delete on the picture
        self.remove.setIcon(icon("close", current().colours.muted, side(14)))
        below = QHBoxLayout()
        below.addWidget(self.about, 1)
        below.addWidget(self.remove)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        layout.addWidget(self.picture)
        layout.addWidget(self.caption)
        layout.addLayout(below)
        self.setFixedWidth(side(WIDTH))
        self.picture.clicked.connect(lambda _checked: self.opened.emit())
        self.picture.remove_asked.connect(self.removed)
        self.remove.clicked.connect(lambda _checked: self.removed.emit())
        self.caption.editingFinished.connect(self.left)
        self.put(part)
        self.say()

    @property
    def value(self) -> Attachment:
        """The part with the caption as it stands here."""
        return replace(self.part, caption=self.caption.text().strip())

    def put(self, part: Attachment) -> None:
        """Show this part; the picture stays."""
        self.part = part
        self.caption.put(part.caption)
        self.say()

    def show_image(self, image: QImage) -> None:
        """The picture, small."""
        self.has_image, self.missing = True, None
        self.picture.setIcon(QIcon(QPixmap.fromImage(image)))
        self.say()

    def show_missing(self, words: Text) -> None:
        """There is no picture: say so in its place."""
        self.missing = words
        self.say()

    def _paint_missing(self, words: str) -> None:
        """As a picture, since a button's own words neither wrap nor keep its height."""
        ratio = self.devicePixelRatioF()
        sheet = QPixmap(self.picture.iconSize() * ratio)
        sheet.setDevicePixelRatio(ratio)
        sheet.fill(Qt.GlobalColor.transparent)
        painter = QPainter(sheet)
        painter.setFont(self.picture.font())
        painter.setPen(QColor(current().colours.muted))
        middle = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(QRect(QPoint(0, 0), self.picture.iconSize()), middle, words)
        painter.end()
        self.picture.setIcon(QIcon(sheet))

    def set_editable(self, *, on: bool) -> None:
        """Whether caption and picture may be changed; it can be looked at all the same."""
        self.caption.setReadOnly(not on)
        self.caption.setVisible(on or bool(self.part.caption))
        self.remove.setVisible(on)

    def say(self) -> None:
        """Names and hints in the language spoken now."""
        render = self._words.render
        kind = AttachmentKind.words(self.part.kind) if self.part.kind else Text("Photograph")
        self.about.setText(render(kind))
        name = render(Text("{what} {n}", what=kind, n=self.number))
        self.picture.setAccessibleName(name)
        missing = render(self.missing) if self.missing else ""
        self.picture.setAccessibleDescription(missing or self.caption.text())
        if missing:
            self._paint_missing(missing)
        self.picture.setToolTip(render(Text("Enter opens it, Delete takes it away")))
        self.caption.setPlaceholderText(render(Text("Caption")))
        self.caption.setAccessibleName(render(Text("Caption, {what}", what=name)))
        take_away = render(Text("Take away {what}", what=name))
        self.remove.setAccessibleName(take_away)
        self.remove.setToolTip(take_away)
