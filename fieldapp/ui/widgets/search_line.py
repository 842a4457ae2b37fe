"""The line to look for something with."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QWidget

from fieldapp.domain.identifiers import find_forbidden_number
from fieldapp.ui.widgets.plain import LineEdit


class SearchLine(LineEdit):
    """A number that must not be kept does not stay in it either; receipt numbers may be looked for.

    refused: why a number was taken out, a Text. allowed: gives the registered centre IDs, which may stand.
    """

    refused = Signal(object)

    def __init__(self, words: str = "", parent: QWidget | None = None) -> None:
        super().__init__(words, parent)
        self.allowed: Callable[[], frozenset[str]] = frozenset

    def settle(self) -> bool:
        """Take a forbidden number out, with what could be undone. True when one stood here.

        Asked when the line is used or left, for a longer receipt number may begin like such a number.
        """
        found = find_forbidden_number(self.text(), field="reference")
        if found is not None:  # only then are the centres read
            found = find_forbidden_number(self.text(), allowed=self.allowed(), field="reference")
        if found is None or found.severity != "refuse":
            return False
        self.begin_anew()
        self.refused.emit(found.message)
        return True

    def begin_anew(self) -> None:
        """Empty it so that nothing of what was typed can be brought back; `clear` could be undone."""
        self.setText("")

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.settle()
