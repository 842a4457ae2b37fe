"""A loaded list is one step of undo: it takes the whole list back, and redo brings the same records back."""

from typing import TYPE_CHECKING, Any

from fieldapp.domain.errors import MovedOn
from fieldapp.domain.text import Text
from fieldapp.domain.touched import Touched
from fieldapp.services.load_history import PastLoad, TakenBack
from fieldapp.services.loading import Fate, LoadingService, LoadResult
from fieldapp.services.records import Saved
from fieldapp.ui.desk import Desk

if TYPE_CHECKING:
    from fieldapp.services.records import RecordService

AT_ONCE = 500
"""A longer list is taken back in its dialog, where that can be watched and stopped."""


def push_undo(desk: Desk, service: LoadingService, result: LoadResult) -> None:
    """Let Ctrl+Z take back what a load made; nothing where it made none, or too much to do at once."""
    made = [row.record_id for row in result.rows if row.fate is Fate.NEW]
    if not made or len(made) > AT_ONCE:
        return
    records: RecordService[Any] = desk.services.for_type(result.kind.type_word)
    went: list[tuple[PastLoad, TakenBack]] = []

    def saved() -> Saved[Any]:
        return Saved(records.get(desk.actor, made[-1]), None, Touched(everything=True))

    def undo(_version: int) -> Saved[Any]:
        load = service.loads.find(result.sha256)
        if load is None:
            raise MovedOn(Text("This list has been taken back already."), Text("Nothing was changed."))
        went.append((load, service.take_back(desk.actor, load)))
        return saved()

    def redo(_version: int) -> Saved[Any]:
        service.put_back(desk.actor, *went[-1])
        return saved()

    desk.undo.push(saved(), Text("List {name} loaded", name=result.name), undo, redo)
