"""The line of buttons below a list that is taken in: only those that lead on from the step one is at."""

from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from fieldapp.domain.text import Text
from fieldapp.services.loading import Fate, LoadResult
from fieldapp.ui.loading.work_bar import WorkBar
from fieldapp.ui.widgets.parts_of_a_page import button
from fieldapp.ui.words import Words


class Foot(QWidget):
    """look, go: to the next step. back: to the one before. take_back: for a list that was loaded."""

    def __init__(self, words: Words, bar: WorkBar) -> None:
        super().__init__()
        self._words = words
        self._bar = bar
        self.back = button(words, Text("Back to the columns"))
        self.look = button(words, Text("What will become of it"), "primary")
        self.go = button(words, Text("Load"), "primary")
        self.take_back = button(words, Text("Take this list back"))
        self.close_button = button(words, Text("Close"))
        self.look.setEnabled(False)
        self._hint = QLabel()
        self._hint.setProperty("look", "small")
        words.say(self._hint.setText, Text("Ctrl+Enter goes on."))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.close_button)
        row.addWidget(self.take_back)
        row.addWidget(bar, 1)
        row.addStretch(1)
        row.addWidget(self._hint)
        for verb in (self.back, self.look, self.go):
            row.addWidget(verb)

    def show_step(self, result: LoadResult | None, *, is_read: bool, on_fates: bool, is_here: bool) -> None:
        """result: what would become of the rows, or became. is_here: the list can be taken back."""
        working = self._bar.busy
        is_loaded = result is not None and not result.dry_run
        some = result.counts[Fate.NEW] if result is not None else 0
        self._bar.setVisible(working)
        self.back.setVisible(on_fates and not is_loaded)
        self.back.setEnabled(not working)
        self.look.setVisible(is_read and not on_fates)
        self.go.setVisible(on_fates and not is_loaded)
        self.go.setEnabled(bool(some) and not working)
        if some:
            self._words.say(self.go.setText, Text("Load {n}", n=self._words.language.number(some)))
        self.take_back.setVisible(on_fates and is_here and not working)
        self._words.say(self.close_button.setText, Text("Stop") if working else Text("Close"))
        self._hint.setVisible(is_read and not is_loaded)

    def next_step(self) -> QPushButton | None:
        """The button that leads on, where it can be pressed."""
        return next((verb for verb in (self.look, self.go) if verb.isVisible() and verb.isEnabled()), None)
