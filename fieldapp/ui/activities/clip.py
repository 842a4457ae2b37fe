"""What goes to the clipboard and comes from it: one cell as its words, several as a table."""

from PySide6.QtCore import QItemSelectionModel
from PySide6.QtWidgets import QApplication

from fieldapp.ui.activities.model import RosterModel


def clipboard_words() -> str:
    """The text on the clipboard, without blank lines at its ends; '' when there is none."""
    return QApplication.clipboard().text().strip("\r\n")


def is_table(words: str) -> bool:
    """Whether this is more than one cell: several lines or columns."""
    return "\n" in words or "\t" in words


def copy_cells(roster: RosterModel, chosen: QItemSelectionModel) -> None:
    """Put the chosen cells on the clipboard as a spreadsheet wants them: tabs between, a line a row."""
    cells = sorted((index.row(), index.column()) for index in chosen.selectedIndexes())
    rows: dict[int, list[str]] = {}
    for row, column in cells:
        rows.setdefault(row, []).append(roster.copied(row, column))
    QApplication.clipboard().setText("\n".join("\t".join(words) for words in rows.values()))
