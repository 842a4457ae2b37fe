"""The page Reports: what is chosen on the left is shown on the right, as it will be printed."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from fieldapp.domain.errors import FieldAppError, InvalidInput
from fieldapp.domain.text import Text
from fieldapp.language import Language
from fieldapp.ui.choosers import ask_where
from fieldapp.ui.desk import Desk
from fieldapp.ui.page import Page
from fieldapp.ui.preview import KEYS, Paper, Preview, papers, save_file
from fieldapp.ui.reports.choices import Choices, Offered, Wanted
from fieldapp.ui.theme import current

_CHOICES_WIDTH = 248


class ReportsPage(Page):
    """A report is made anew whenever something else is chosen or a record it is made from was changed."""

    title = Text("Reports")
    help_name = "reports"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        today = desk.today
        self.choices = Choices(desk.words, desk.gazetteer, today)
        self.workbook, self.table = QPushButton("XLSX"), QPushButton("CSV")
        for widget, text in (
            (self.workbook, Text("Save as workbook (XLSX)")),
            (self.table, Text("Save as table (CSV)")),
        ):
            self.say(widget.setAccessibleName, text)
            self.say(widget.setToolTip, text)
        self.preview = Preview(desk, keys_at=self, more=(self.workbook, self.table))
        self.choices.changed.connect(self.show_report)
        self.choices.refused.connect(self._refuse)
        self.workbook.clicked.connect(lambda _checked: self._ask_where(".xlsx"))
        self.table.clicked.connect(lambda _checked: self._ask_where(".csv"))
        self._lay_out()
        self._verbs = [
            self._verb(Text("Print"), self.preview.print.click),
            self._verb(Text("Save as PDF"), self.preview.save.click),
            self._verb(Text("Save as workbook (XLSX)"), self.workbook.click),
            self._verb(Text("Save as table (CSV)"), self.table.click),
        ]

    def reload(self) -> None:
        """Offer the reports there are, and show the one that is chosen as the records stand now."""
        from fieldapp.reports.catalogue import REPORTS  # late: the window starts without it

        if not self.shows:
            self.shows = tuple({one.reads for one in REPORTS.values()})
            self.choices.offer(
                [
                    Offered(one.name, one.title, one.by_period, one.by_place, one.personal)
                    for one in REPORTS.values()
                ]
            )
        else:
            self.show_report()

    def retranslate(self) -> None:
        self.choices.say()

    def keys(self) -> list[tuple[str, Text]]:
        return KEYS

    def verbs(self) -> list[QAction]:
        return self._verbs

    def show_report(self) -> None:
        """Make the report that is chosen and show it."""
        wanted = self._wanted()
        if wanted is not None:
            title, name = wanted.report.title, self._file_name(wanted, ".pdf")
            self.preview.show_paper(Paper(title, lambda: self._make(wanted, ".pdf"), name))

    def _wanted(self) -> Wanted | None:
        try:
            return self.choices.wanted()
        except InvalidInput as error:
            self._refuse(error)
            return None

    def _refuse(self, error: FieldAppError) -> None:
        self.preview.put_away()
        self.preview.say(error.title)
        self.desk.messages.show(error)

    def _make(self, wanted: Wanted, suffix: str) -> bytes:
        """Runs in the worker."""
        return papers(self.desk).report(
            wanted.report.name,
            suffix,
            Language.named(wanted.language),
            start=wanted.start,
            end=wanted.end,
            place=wanted.place,
            light=wanted.light,
        )

    def _ask_where(self, suffix: str) -> None:
        wanted = self._wanted()
        if wanted is not None:
            name = self._file_name(wanted, suffix)
            ask_where(
                self,
                self.desk.words,
                wanted.report.title,
                name,
                lambda path: self._save(wanted, suffix, path),
            )

    def _save(self, wanted: Wanted, suffix: str, path: Path) -> None:
        task = self.desk.tasks.submit(lambda _progress: self._make(wanted, suffix), wanted.report.title)
        task.finished.connect(lambda content: save_file(self.desk, path, content))

    def _file_name(self, wanted: Wanted, suffix: str) -> str:
        day = self.desk.today
        return f"{wanted.report.name}-{day.isoformat()}-{wanted.language}{suffix}"

    def _lay_out(self) -> None:
        sheet = QWidget()
        sheet.setProperty("look", "sheet")
        left = QVBoxLayout(sheet)
        left.setContentsMargins(0, 0, 6, 0)
        left.setSpacing(8)
        left.addWidget(self.choices)
        left.addStretch(1)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setFixedWidth(current().px(_CHOICES_WIDTH))
        scroll.setWidget(sheet)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(scroll)
        row.addWidget(self.preview, 1)

    def _verb(self, text: Text, do: Callable[[], object]) -> QAction:
        verb = QAction(self)
        self.say(verb.setText, text)
        verb.triggered.connect(lambda _checked: do())
        return verb
