"""Asks which computer of a centre goes on with the work of which other one."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox

from fieldapp.domain.text import Text
from fieldapp.sync.continuing import Claim
from fieldapp.sync.registry import NodeShown
from fieldapp.sync.revocation import TRUSTED
from fieldapp.ui.inbox.dialog import Panel
from fieldapp.ui.widgets.flow import FlowRow
from fieldapp.ui.widgets.parts_of_a_page import button, plain_label, said_label
from fieldapp.ui.words import Words


class ReplacePanel(Panel):
    """Two computers of a centre: the new one, and the one that it replaces.

    asked: their node ids (hex). records_asked: the new one is to get the centre's records.
    """

    asked = Signal(str, str)
    records_asked = Signal(str)

    def __init__(self, words: Words) -> None:
        super().__init__(words, Text("A computer in place of another"), Text("Confirm"))
        self._nodes: dict[str, NodeShown] = {}
        self._claims: Mapping[str, Claim] = {}
        self.new, self.old = QComboBox(), QComboBox()
        self.standing = plain_label()
        self.records = button(words, Text("Give its records back…"))
        self.rows.addWidget(
            said_label(
                words,
                Text("Ring the centre first. What the old computer sends later waits until you decide."),
            )
        )
        self.add(Text("New computer"), self.new, self.new)
        self.add(Text("It goes on from"), self.old, self.old)
        self.rows.addWidget(self.standing)
        self.rows.addWidget(FlowRow(self.records))
        self.new.currentIndexChanged.connect(lambda _at: self._offer())
        self.go.clicked.connect(self._ask)
        self.records.clicked.connect(lambda: self.records_asked.emit(self.new.currentData()))

    def begin(self, nodes: Sequence[NodeShown], claims: Mapping[str, Claim]) -> None:
        """Ask about these computers; first comes one that waits to be confirmed. claims: by node."""
        self._nodes, self._claims = {one.node: one for one in nodes}, claims
        self.refuse(None)
        trusted = [one.node for one in nodes if one.state == TRUSTED]
        trusted.sort(key=lambda node: node not in claims or claims[node].confirmed)
        self.new.clear()
        for node in trusted:
            self.new.addItem(self._called(node), node)
        self._offer()
        self.new.setFocus()

    def say(self) -> None:
        super().say()
        for box in (self.new, self.old):
            for at in range(box.count()):
                box.setItemText(at, self._called(box.itemData(at)))
        claim = self._claims.get(self.new.currentData() or "")
        if claim is None:
            said = Text("It does not say itself from which computer it goes on.")
        elif claim.confirmed:
            said = Text("This is confirmed.")
        else:
            said = Text("It says itself that it goes on from that one.")
        self.standing.setText(self.words.render(said))

    # ------------------------------------------------------------ the steps

    def _offer(self) -> None:
        """The computers that the chosen one may replace; what it says itself comes first, or alone."""
        node = self.new.currentData() or ""
        claim = self._claims.get(node)
        others = [one for one in self._nodes if one != node]
        if claim is not None:
            others = [claim.before, *(one for one in others if one != claim.before)]
        if claim is not None and (claim.confirmed or claim.before in self._nodes):
            others = others[:1]
        self.old.clear()
        for one in others:
            self.old.addItem(self._called(one), one)
        self.go.setEnabled(bool(others) and not (claim is not None and claim.confirmed))
        self.records.setEnabled(bool(node))
        self.say()

    def _called(self, node: str) -> str:
        known = self._nodes.get(node)
        if known is None:
            return self.words.render(Text("a computer that never sent anything"))
        return f"{known.letter or 'Z'} · {known.fingerprint}"

    def _ask(self) -> None:
        self.asked.emit(self.new.currentData(), self.old.currentData())
