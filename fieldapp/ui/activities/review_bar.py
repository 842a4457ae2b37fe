"""The strip above the roster: how the activity stands, what is asked of its owner, and what can be done."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from fieldapp.domain.finishing import (
    counted_at_approval,
    counts_signatures,
    is_locked,
    open_amendment,
    present_count,
)
from fieldapp.domain.records import Activity, Decision
from fieldapp.domain.text import Text
from fieldapp.services.decisions import Review, Standing
from fieldapp.services.records import Held, SyncState
from fieldapp.sync.arriving import label_of
from fieldapp.ui.activities.actions import OpenActivity
from fieldapp.ui.desk import Desk
from fieldapp.ui.records.asked_bar import RIGHT_KEY, TAKE_KEY, another_stands, answer_words, correction_words
from fieldapp.ui.widgets.parts_of_a_page import plain_label

if TYPE_CHECKING:
    from fieldapp.sync.refused_records import RefusedRecord


class _Strip(QFrame):
    """A sentence and the verbs that belong to it."""

    def __init__(self, look: str, *buttons: QPushButton) -> None:
        super().__init__()
        self.said = plain_label()
        self.wear(look)
        self.said.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 3, 6, 3)
        row.setSpacing(6)
        row.addWidget(self.said, 1)
        for one in buttons:
            row.addWidget(one)

    def wear(self, look: str) -> None:
        """Look like a banner of theme.py."""
        if self.property("look") != look:
            self.setProperty("look", look)
            for widget in (self, self.said):
                widget.style().unpolish(widget)
                widget.style().polish(widget)


class ReviewBar(QWidget):
    """verbs: what Ctrl+K offers of it; an action is enabled while its button shows."""

    def __init__(self, desk: Desk, opened: OpenActivity, do: "dict[str, Callable[[], object]]") -> None:
        """do: what the verbs call, by name."""
        super().__init__()
        self._desk, self._opened = desk, opened
        self._buttons: dict[str, QPushButton] = {}
        self.verbs = [self._verb(name, words, key, do[name]) for name, words, key in _VERBS]
        self._state = _Strip("banner-done", *(self._buttons[name] for name in _ABOUT_STATE))
        self._asked = _Strip("banner-hint", *(self._buttons[name] for name in _ABOUT_ASKED))
        self._refused = _Strip("banner-hint")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._state)
        layout.addWidget(self._refused)
        layout.addWidget(self._asked)
        desk.words.changed.connect(self.show_standing)

    def focus_summary(self) -> None:
        """Put the focus on the button that prints the summary."""
        self._buttons["summary"].setFocus()

    @property
    def path(self) -> str:
        """The cell or field that head office speaks of, for whoever writes the activity; '' for none."""
        if not self._opened.is_open or not self._opened.owned:
            return ""
        asked = self._opened.standing.asked
        return asked[0].record.field_path if asked else next((one.path for one in self._not_taken()), "")

    def show_standing(self) -> None:
        """Say how the open activity stands."""
        if not self._opened.is_open:
            return
        activity, standing = self._opened.activity, self._opened.standing
        say, both = self._desk.words.render, self._desk.words.language.both
        state, asked = _state_words(activity, standing), self._asked_words(standing)
        self._state.said.setText(say(state) if state else "")
        self._state.setVisible(state is not None)
        waiting = standing.review is Review.RETURNED or open_amendment(activity) is not None
        self._state.wear("banner-hint" if waiting else "banner-done")
        self._asked.said.setText((both if standing.asked else say)(asked) if asked else "")
        self._asked.setVisible(asked is not None)
        refused = list(self._refused_words(standing))
        self._refused.said.setText("\n".join(map(both, refused)))
        self._refused.setVisible(bool(refused))
        may = self._may(activity, standing)
        for (name, words, key), verb in zip(_VERBS, self.verbs, strict=True):
            verb.setEnabled(name in may)
            verb.setText(say(words))
            self._buttons[name].setVisible(name in may)
            self._buttons[name].setText(f"{say(words)} {key}" if key else say(words))

    def _may(self, activity: Activity, standing: Standing) -> set[str]:
        """The verbs there are now, for whoever is at the window."""
        owned = self._opened.owned
        decides = self._desk.actor.decides
        locked = is_locked(activity)
        may = {
            "summary": locked,
            "approve": locked and decides and standing.review is not Review.APPROVED,
            "send_back": locked and decides and standing.review is not Review.RETURNED,
            "cancel_amendment": owned and open_amendment(activity) is not None,
            "take_suggestion": owned and bool(standing.asked) and bool(standing.asked[0].record.suggestion),
            "was_right": owned and bool(standing.asked),
            "accept": decides and bool(standing.answers) and not standing.asked,
        }
        return {name for name, there in may.items() if there}

    def _asked_words(self, standing: Standing) -> Text | None:
        if standing.asked:
            asked = standing.asked[0].record
            return correction_words(words_of_path(self._opened.activity, asked.field_path), asked)
        if standing.answers and self._desk.actor.decides:
            answer = standing.answers[0].record
            return answer_words(words_of_path(self._opened.activity, answer.field_path), answer)
        return None

    def _refused_words(self, standing: Standing) -> Iterator[Text]:
        """Why head office did not take it as it stands here, and that another version stands there."""
        if not self._opened.owned:
            return
        for one in self._not_taken():
            field, why = words_of_path(self._opened.activity, one.path), one.said[0]
            yield Text("{field}: {reason}", field=field, reason=why) if one.path else why
        if standing.stands is not None:
            yield another_stands(standing.stands.record)

    def _not_taken(self) -> "list[RefusedRecord]":
        exchange, held = self._desk.exchange, self._opened.held
        if exchange is None or held is None or held.state != SyncState.ATTENTION:
            return []
        return [one for one in exchange.history.refused(self._desk.actor) if one.id == held.record.id]

    def _verb(self, name: str, words: Text, key: str, call: Callable[[], object]) -> QAction:
        verb = QAction(self)
        verb.setShortcut(QKeySequence(key))
        verb.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self._desk.words.say(verb.setText, words)
        verb.triggered.connect(lambda _checked=False: call())
        made = QPushButton()
        made.setAutoDefault(False)
        made.clicked.connect(verb.trigger)
        self._buttons[name] = made
        return verb


_VERBS: tuple[tuple[str, Text, str], ...] = (
    ("summary", Text("Summary"), ""),
    ("approve", Text("Approve"), ""),
    ("send_back", Text("Return"), ""),
    ("cancel_amendment", Text("Cancel the amendment"), ""),
    ("take_suggestion", Text("Take the suggestion"), TAKE_KEY),
    ("was_right", Text("It was right"), RIGHT_KEY),
    ("accept", Text("Accept"), ""),
)
REVIEW_KEYS = [(key, words) for _, words, key in _VERBS if key]
"""What there is by key, for `?`."""

_ABOUT_STATE = ("cancel_amendment", "summary", "send_back", "approve")
_ABOUT_ASKED = ("take_suggestion", "was_right", "accept")


def _state_words(activity: Activity, standing: Standing) -> Text | None:
    """What stands above the roster; None for an activity of which there is nothing to say yet."""
    amended = open_amendment(activity)
    if standing.review is Review.RETURNED and standing.said:
        return _returned_words(activity, standing.said)
    if amended is not None:
        return Text("Amendment {n} is open: {reason}", n=amended.number, reason=amended.reason)
    if standing.review is Review.APPROVED and standing.said:
        return _approved_words(activity, standing.said)
    if standing.review is Review.FINISHED:
        return Text("Finished and locked. It waits for approval.")
    return None


def _returned_words(activity: Activity, said: Held[Decision]) -> Text:
    reason = said.record.reason
    if said.record.field_path:
        field = words_of_path(activity, said.record.field_path)
        return Text("Returned by {by}: {field}: {reason}", by=said.by, field=field, reason=reason)
    return Text("Returned by {by}: {reason}", by=said.by, reason=reason)


def _approved_words(activity: Activity, said: Held[Decision]) -> Text:
    decision, present = said.record, present_count(activity)
    if not counts_signatures(activity):
        return Text("Approved by {by}.", by=said.by)
    count = counted_at_approval(decision)
    if decision.counted == present:
        return Text("Approved by {by}, {count}.", by=said.by, count=count)
    return Text(
        "Approved by {by}, {count}, {present} marked present: {reason}",
        by=said.by,
        count=count,
        present=present,
        reason=decision.reason,
    )


def words_of_path(activity: Activity, path: str) -> Text:
    """A field as people call it, with the printed serial of the row where it stands in one."""
    if not path:
        return Text("The whole record")
    label, steps = label_of("activity", path), path.split("/")
    order = [str(row.row) for row in activity.in_order()]
    if steps[0] == "rows" and len(steps) > 1 and steps[1] in order:
        return Text("Row {n}: {what}", n=order.index(steps[1]) + 1, what=label)
    return label
