"""Filters that are kept: the states of a list's search line and chips, by what they say."""

from collections.abc import Callable, Iterable, Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QPushButton

from fieldapp.domain.text import Text
from fieldapp.ui.words import Words

State = dict[str, str]


class SavedFilters(QPushButton):
    """A menu of what was kept. changed: another set of them is to be remembered."""

    changed = Signal()

    def __init__(
        self,
        words: Words,
        state: Callable[[], State],
        take: Callable[[Mapping[str, str]], None],
        say: Callable[[Mapping[str, str]], str],
    ) -> None:
        """state gives the filter as it stands, take puts one on, say puts one in words."""
        super().__init__()
        self._words, self._state, self._take, self._say = words, state, take, say
        self.states: list[State] = []
        self.setProperty("look", "chip")
        self.setAutoDefault(False)
        words.say(self.setText, Text("Filters"))
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._offer)
        self.setMenu(self._menu)

    def fill(self, states: Iterable[Mapping[str, str]]) -> None:
        """Take back what was kept at another time."""
        self.states = [dict(state) for state in states]

    def keep(self) -> None:
        """Keep the filter as it stands."""
        state = self._state()
        if state and state not in self.states:
            self.states.append(state)
            self.changed.emit()

    def forget(self) -> None:
        """Keep the filter that stands no longer."""
        self.states = [one for one in self.states if one != self._state()]
        self.changed.emit()

    def put_on(self, state: Mapping[str, str]) -> None:
        """Put on one that was kept, or with an empty one none."""
        self._take(state)

    def _offer(self) -> None:
        self._menu.clear()
        now, render = self._state(), self._words.render
        for state in self.states:
            action = self._menu.addAction(self._say(state))
            action.setCheckable(True)
            action.setChecked(state == now)
            action.triggered.connect(lambda _checked=False, state=state: self.put_on(state))
        self._menu.addSeparator()
        keep = self._menu.addAction(render(Text("Keep this filter")), self.keep)
        keep.setEnabled(bool(now) and now not in self.states)
        self._menu.addAction(render(Text("Forget this filter")), self.forget).setEnabled(now in self.states)
        self._menu.addAction(render(Text("No filter")), lambda: self.put_on({})).setEnabled(bool(now))
