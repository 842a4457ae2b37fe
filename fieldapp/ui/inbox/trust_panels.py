"""What is asked about a computer that is trusted no longer, or again: which one, up to where, and why."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox

from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.text import Text
from fieldapp.sync.registry import NodeShown
from fieldapp.ui.inbox.dialog import Panel
from fieldapp.ui.widgets.parts_of_a_page import plain_label, said_label
from fieldapp.ui.widgets.plain import LineEdit
from fieldapp.ui.words import Words

_LEAST_TYPED = 4


@dataclass(frozen=True, slots=True)
class Ending:
    """A computer, and the numbers of its log at which trust in it can end, the highest first."""

    node: NodeShown
    ends: tuple[int, ...] = ()


class TrustPanel(Panel):
    """Shows computers of a centre and asks which of them is meant, by the last four of its fingerprint.

    asked: the node id (hex), the number at which trust ends (-1: not asked), and the reason.
    """

    asked = Signal(str, int, str)

    def __init__(self, words: Words, title: Text, verb: Text, about: Text, *, ends: bool) -> None:
        super().__init__(words, title, verb)
        self._nodes: dict[str, Ending] = {}
        self._shown: Ending | None = None
        self.computers = plain_label("figure")
        self.typed, self.reason, self.upto = LineEdit(), LineEdit(), QComboBox()
        self.rows.addWidget(self.computers)
        self.rows.addWidget(said_label(words, about))
        self.add(Text("Last four of its fingerprint"), self.typed, self.typed)
        if ends:
            self.add(Text("What counts"), self.upto, self.upto)
        self.add(Text("Reason"), self.reason, self.reason)
        for line in (self.typed, self.reason):
            line.returnPressed.connect(self._ask)
        self.typed.textChanged.connect(lambda _text: self._offer())
        self.go.clicked.connect(self._ask)

    def begin(self, nodes: Sequence[Ending]) -> None:
        """Ask about these computers."""
        self._nodes = {"".join(one.node.fingerprint.split()): one for one in nodes}
        self.computers.setText(
            "\n".join(f"{one.node.letter or 'Z'}: {one.node.fingerprint}" for one in nodes)
        )
        self._shown = None
        self.typed.clear()
        self.reason.clear()
        self._offer()
        self.refuse(None)
        self.typed.setFocus()

    def say(self) -> None:
        super().say()
        self._show_ends()

    def _meant(self) -> Ending | None:
        """The computer whose fingerprint ends as typed; the only one while nothing is."""
        typed = "".join(self.typed.text().split()).casefold()
        found = [one for said, one in self._nodes.items() if said.endswith(typed)]
        return found[0] if len(found) == 1 and (typed or len(self._nodes) == 1) else None

    def _offer(self) -> None:
        """The numbers at which trust in that computer can end."""
        meant = self._meant()
        if meant is not None and meant is not self._shown:
            self._shown = meant
            self.upto.clear()
            for n in meant.ends:
                self.upto.addItem("", n)
            self._show_ends()

    def _show_ends(self) -> None:
        for at in range(self.upto.count()):
            self.upto.setItemText(at, self.words.render(_ends_at(self.upto.itemData(at), first=at == 0)))

    def _ask(self) -> None:
        meant = self._meant()
        if meant is None or len("".join(self.typed.text().split())) < _LEAST_TYPED:
            self.refuse(
                InvalidInput(
                    Text("This is the fingerprint of none of these computers."),
                    Text("Nothing was changed. Type its last four."),
                    "fingerprint",
                )
            )
            self.typed.setFocus()
            return
        self.refuse(None)
        upto = self.upto.currentData()
        self.asked.emit(meant.node.node, -1 if upto is None else upto, self.reason.text().strip())


def _ends_at(n: int, *, first: bool) -> Text:
    if n == 0:
        return Text("Nothing of it")
    return Text("All that is imported, up to number {n}", n=n) if first else Text("Up to number {n}", n=n)
