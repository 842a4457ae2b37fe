"""The funnel above the roster: how many were expected, came, paid once, paid twice, have a certificate."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from fieldapp.domain.records import Activity
from fieldapp.domain.text import Text
from fieldapp.storage.figures import figures_of
from fieldapp.ui.activities.columns import columns_for
from fieldapp.ui.theme import current
from fieldapp.ui.words import Words


@dataclass(frozen=True)
class Stage:
    """One figure of the funnel; share of the widest, 0 to 1."""

    label: Text
    count: int
    share: float


def stages_of(activity: Activity, figures: tuple[int, ...] = ()) -> tuple[Stage, ...]:
    """The stages an activity of this kind has. Struck rows count nowhere; the rule is figures_of's.

    figures: those of the activity, where they have been counted already.
    """
    figures = figures or figures_of(activity)
    people, present, men, women, first, completed, _, _, certificates, _ = figures
    expected = activity.expected or people
    counts = [(Text("Expected"), expected), (Text("Present"), present)]
    if takes_payments(activity):
        counts += [
            (Text("First payment"), first),
            (Text("Second payment"), completed),
            (Text("Certificate"), certificates),
        ]
    else:
        counts += [(Text("Women"), women), (Text("Men"), men)]
    widest = max(1, *(count for _, count in counts))
    return tuple(Stage(label, count, count / widest) for label, count in counts)


def takes_payments(activity: Activity) -> bool:
    """Whether people make practice payments at an activity of this kind."""
    return any(column.path == "tries" for column in columns_for(activity.kind, 1))


class Funnel(QWidget):
    """Thin bars, one a stage, and the rupees at the end."""

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._stages: tuple[Stage, ...] = ()
        self._rupees = ""
        self._in_a_line = 1
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        words.changed.connect(self._say)

    def show_activity(self, activity: Activity) -> None:
        """Show an activity's figures."""
        figures = figures_of(activity)
        self._stages = stages_of(activity, figures)
        self._rupees = self._words.language.rupees(figures[-1]) if takes_payments(activity) else ""
        self._say()

    @property
    def figures(self) -> dict[str, int]:
        """The figures on show, by their English names."""
        return {stage.label.msgid: stage.count for stage in self._stages}

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _say(self) -> None:
        spoken = [f"{self._words.render(stage.label)} {stage.count}" for stage in self._stages]
        self.setAccessibleName(", ".join(filter(None, [*spoken, self._rupees])))
        self._fit()
        self.update()

    def _fit(self) -> None:
        """As many stages in a line as there is room for their words, and as high as the lines need."""
        theme, small = current(), QFont(self.font())
        small.setPixelSize(theme.px(12))
        words = (self._words.render(stage.label) for stage in self._stages)
        widest = max((QFontMetrics(small).horizontalAdvance(one) for one in words), default=0)
        room = (self.width() - self._sum_width()) // (widest + theme.px(62))
        self._in_a_line = max(1, min(len(self._stages), room))
        lines = -(-len(self._stages) // self._in_a_line)
        self.setFixedHeight(theme.px(4 + 36 * max(1, lines)))

    def _sum_width(self) -> int:
        return QFontMetrics(self._bold()).horizontalAdvance(self._rupees) + current().px(28)

    def _bold(self) -> QFont:
        bold = QFont(self.font())
        bold.setBold(True)
        bold.setPixelSize(current().px(15))
        return bold

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(theme.colours.line))
        painter.setBrush(QColor(theme.colours.card))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), theme.px(6), theme.px(6))
        bold, sum_width = self._bold(), self._sum_width() if self._rupees else 0
        if self._rupees:
            painter.setFont(bold)
            right = QRectF(self.width() - sum_width, 0, sum_width - theme.px(12), self.height())
            painter.setPen(QColor(theme.colours.text))
            painter.drawText(right, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._rupees)
        width = (self.width() - sum_width - theme.px(12)) / self._in_a_line
        for at, stage in enumerate(self._stages):
            line, place = divmod(at, self._in_a_line)
            corner = QPointF(theme.px(12) + place * width, line * theme.px(36))
            self._paint_stage(painter, stage, corner, width - theme.px(18), bold, muted=at == 0)

    def _paint_stage(
        self, painter: QPainter, stage: Stage, corner: QPointF, width: float, bold: QFont, *, muted: bool
    ) -> None:
        theme = current()
        words = QRectF(corner.x(), corner.y() + theme.px(3), width, theme.px(22))
        painter.setFont(bold)
        painter.setPen(QColor(theme.colours.text))
        painter.drawText(words, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(stage.count))
        small = QFont(self.font())
        small.setPixelSize(theme.px(12))
        painter.setFont(small)
        painter.setPen(QColor(theme.colours.muted))
        label = self._words.render(stage.label)
        painter.drawText(words, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, label)
        painter.setPen(Qt.PenStyle.NoPen)
        bar = QRectF(corner.x(), corner.y() + theme.px(29), width, theme.px(4))
        painter.setBrush(QColor(theme.colours.line))
        painter.drawRoundedRect(bar, 2, 2)
        painter.setBrush(QColor(theme.colours.muted if muted else theme.colours.accent))
        bar.setWidth(width * stage.share)
        painter.drawRoundedRect(bar, 2, 2)
