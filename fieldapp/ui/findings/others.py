"""Those that are exactly like a finding that was just settled: offered in the message, and on one key."""

from collections.abc import Callable

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from fieldapp.domain.errors import FieldAppError
from fieldapp.domain.findings import BY_RULE
from fieldapp.domain.text import Text
from fieldapp.domain.touched import Touched
from fieldapp.services.findings import Finding
from fieldapp.ui.desk import Desk
from fieldapp.ui.messages import NOTHING, Offer

_KEY = "F10"


class Others(QAction):
    """F10: settles the others too, and takes that back; nothing once something else was done."""

    def __init__(self, desk: Desk, page: QWidget) -> None:
        super().__init__(page)
        self._desk = desk
        self._do: Callable[[], None] | None = None
        self.setShortcut(QKeySequence(_KEY))
        self.triggered.connect(self._take)
        self.forget()

    def offer(self, finding: Finding, others: tuple[str, ...], told: Text) -> None:
        """Ask whether the others are to be settled as this one was, and say what makes them alike.

        others: their ids; told: what else is to be said of this one.
        """
        _, rule = BY_RULE[finding.kind]
        asked = Text("{n} more are exactly like it: {rule}.", n=len(others), rule=rule)
        self._tell(asked, told, Text("Settle {n} more", n=len(others)), lambda: self._settle(finding, others))

    def forget(self) -> None:
        """Offer nothing."""
        self._do = None
        self.setEnabled(False)

    def _settle(self, finding: Finding, others: tuple[str, ...]) -> None:
        desk = self._desk
        done = desk.services.findings.settle_alike(desk.actor, finding.id, others)
        desk.hub.changed.emit(Touched(everything=True))
        told = Text("Settled the same way: {n}", n=len(done))
        self._tell(told, NOTHING, Text("Undo"), lambda: self._open_again(done))

    def _open_again(self, done: tuple[str, ...]) -> None:
        desk = self._desk
        desk.services.findings.open_again(desk.actor, *done)
        desk.hub.changed.emit(Touched(everything=True))
        desk.messages.tell(Text("Opened again: {n}", n=len(done)))

    def _tell(self, told: Text, more: Text, verb: Text, do: Callable[[], None]) -> None:
        self._do = do
        self.setEnabled(True)
        self.setText(self._desk.words.render(verb))
        said = Text("{verb} {key}", verb=verb, key=_KEY)
        self._desk.messages.tell(told, more, offer=Offer(said, self._take))

    def _take(self) -> None:
        """Do what is offered, once."""
        do = self._do
        self.forget()
        if do is None:
            return
        try:
            do()
        except FieldAppError as error:
            self._desk.messages.show(error)
