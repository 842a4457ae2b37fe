"""The dialog that finishes an activity: the paper is counted before any number of the roster shows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from PySide6.QtCore import Signal
from PySide6.QtGui import QIntValidator, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from fieldapp.domain.codes import FailureReason
from fieldapp.domain.errors import FieldAppError
from fieldapp.domain.identifiers import fold_digits
from fieldapp.domain.text import Text
from fieldapp.ui.activities.asking import AskingDialog
from fieldapp.ui.theme import current
from fieldapp.ui.widgets.chip_button import ChipButton
from fieldapp.ui.widgets.parts_of_a_page import plain_label
from fieldapp.ui.widgets.plain import LineEdit
from fieldapp.ui.words import Words

MOST_SIGNATURES = 9999


@dataclass(frozen=True)
class FinishDraft:
    """present and open_payments are what the roster says; the rest is answered."""

    present: int
    open_payments: int
    signatures: int | None = None
    count_reason: str = ""
    open_reason: str = ""

    @property
    def differs(self) -> bool:
        """Whether a count was given that is not the roster's."""
        return self.signatures is not None and self.signatures != self.present

    @property
    def complete(self) -> bool:
        """Whether nothing is left to ask."""
        return (
            self.signatures is not None
            and (not self.differs or bool(self.count_reason.strip()))
            and (not self.open_payments or bool(self.open_reason))
        )


class FinishDialog(AskingDialog):
    """Signatures counted on paper first, before any number of the roster shows; then what is still open.

    counted: whether a count stands there now, so that the roster may be seen.
    """

    counted = Signal(bool)

    def __init__(
        self, words: Words, draft: FinishDraft, take: Callable[[FinishDraft], object], parent: QWidget
    ) -> None:
        super().__init__(words, Text("Finish"), parent)
        self._take = take
        self.draft = draft
        self.count = LineEdit()
        self.count.setValidator(QIntValidator(0, MOST_SIGNATURES, self))
        self.count.setMaximumWidth(current().px(110))
        self.reason = LineEdit()
        self.reason.setMaxLength(300)
        self._differs = plain_label("hint")
        self._again = QPushButton()
        self._reasons = [_ReasonButton(words, one) for one in FailureReason]
        self._done, self._cancel = QPushButton(), QPushButton()
        self._lay_out()
        self._connect()
        self._show()

    @classmethod
    def ask(
        cls, words: Words, draft: FinishDraft, take: Callable[[FinishDraft], object], parent: QWidget
    ) -> "FinishDialog":
        """Open it over `parent`; `take` gets the completed draft, or nothing is called."""
        dialog = cls(words, draft, take, parent)
        dialog.open()
        dialog.count.setFocus()
        return dialog

    def _lay_out(self) -> None:
        say = self._words.say
        question = plain_label("section")
        question.setBuddy(self.count)
        say(question.setText, Text("Count the signatures and thumb impressions on the paper. How many?"))
        say(self.count.setAccessibleName, Text("Signatures counted on paper"))
        say(self._again.setText, Text("Count again"))
        say(self.reason.setPlaceholderText, Text("Reason why the counts differ"))
        say(self.reason.setAccessibleName, Text("Reason why the counts differ"))
        say(self._done.setText, Text("Finish"))
        say(self._cancel.setText, Text("Back to the roster"))
        self._done.setProperty("look", "primary")
        self._done.setDefault(True)
        counting = QHBoxLayout()
        counting.addWidget(self.count)
        counting.addWidget(self._again)
        counting.addStretch(1)
        self._differing, self._open = QWidget(), QWidget()
        below = QVBoxLayout(self._differing)
        below.setContentsMargins(0, 0, 0, 0)
        below.addWidget(self._differs)
        below.addWidget(self.reason)
        self._lay_out_reasons(QVBoxLayout(self._open))
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self._cancel)
        buttons.addWidget(self._done)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setSpacing(10)
        layout.addWidget(question)
        layout.addLayout(counting)
        layout.addWidget(self._differing)
        layout.addWidget(self._open)
        layout.addWidget(self.wrong)
        layout.addStretch(1)
        layout.addLayout(buttons)

    def _lay_out_reasons(self, layout: QVBoxLayout) -> None:
        layout.setContentsMargins(0, 0, 0, 0)
        label = plain_label("")
        self._words.say(
            label.setText,
            Text(
                "{n} who were present have not completed two payments. One reason for all of them:",
                n=self.draft.open_payments,
            ),
        )
        layout.addWidget(label)
        for first in range(0, len(self._reasons), 3):
            row = QHBoxLayout()
            for button in self._reasons[first : first + 3]:
                row.addWidget(button)
            row.addStretch(1)
            layout.addLayout(row)

    def _connect(self) -> None:
        self.count.returnPressed.connect(self._take_count)
        self.reason.textChanged.connect(self._take_reason)
        self._again.clicked.connect(self._count_again)
        self._cancel.clicked.connect(self.reject)
        self._done.clicked.connect(self._finish)
        for button in self._reasons:
            button.clicked.connect(lambda _on, one=button.reason: self._take_open_reason(one))

    def _take_count(self) -> None:
        typed = fold_digits(self.count.text())
        if not typed.isdecimal() or self.draft.signatures is not None:
            return
        self.draft = replace(self.draft, signatures=int(typed))
        self._show()
        if self.draft.differs:
            self.reason.setFocus()
        elif self.draft.open_payments:
            self._reasons[0].setFocus()
        else:
            self._done.setFocus()

    def _count_again(self) -> None:
        self.draft = replace(self.draft, signatures=None, count_reason="")
        self.count.clear()
        self.reason.clear()
        self._show()
        self.count.setFocus()

    def _take_reason(self, typed: str) -> None:
        self.draft = replace(self.draft, count_reason=typed.strip())
        self._done.setEnabled(self.draft.complete)

    def _take_open_reason(self, reason: FailureReason) -> None:
        self.draft = replace(self.draft, open_reason=str(reason))
        self._show()
        self._done.setFocus()

    def _finish(self) -> None:
        if self.draft.signatures is None:
            self._take_count()
        if self.draft.complete:
            self._give(lambda: self._take(self.draft))

    def _refuse(self, error: FieldAppError) -> None:
        if error.code == "forbidden_number":
            self.reason.setText("")  # and what could be undone in it
            self.reason.setFocus()
        super()._refuse(error)

    def typed(self) -> dict[str, str]:
        """What stands here unsaved, by the fields of the activity it is meant for."""
        found = {
            "signatures_counted": self.count.text(),
            "open_reason": self.draft.open_reason,
            "count_reason": self.reason.text(),
        }
        return {path: words for path, words in found.items() if words}

    def take_up(self, typed: Mapping[str, str]) -> None:
        """Put back what `typed` gave, after a power cut."""
        self.count.setText(typed.get("signatures_counted", ""))
        if len(typed) > 1:
            self._take_count()
        if reason := typed.get("open_reason"):
            self._take_open_reason(FailureReason(reason))
        self.reason.setText(typed.get("count_reason", ""))

    def _show(self) -> None:
        draft = self.draft
        counted = draft.signatures is not None
        self.count.setReadOnly(counted)
        self._again.setVisible(draft.differs)
        self._differing.setVisible(draft.differs)
        self._open.setVisible(counted and draft.open_payments > 0)
        if draft.differs:
            self._words.say(
                self._differs.setText,
                Text(
                    "You counted {counted}; on the screen {present} are marked present.",
                    counted=draft.signatures,
                    present=draft.present,
                ),
            )
        for button in self._reasons:
            button.setChecked(button.reason == draft.open_reason)
        self._done.setEnabled(not counted or draft.complete)
        self.counted.emit(counted)
        self.adjustSize()


class _ReasonButton(ChipButton):
    """One reason with its key."""

    def __init__(self, words: Words, reason: FailureReason) -> None:
        super().__init__()
        self.reason = reason
        words.say(self.setText, Text("{key}  {words}", key=reason.key, words=Text(reason.label)))
        shortcut = QShortcut(QKeySequence(reason.key), self)
        shortcut.activated.connect(self.click)
