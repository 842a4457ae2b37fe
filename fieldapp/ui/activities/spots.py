"""Where somebody is on the page Activities, and the way back there: list, roster, details, or a dialog."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication, QLineEdit

from fieldapp.domain.errors import FieldAppError, InvalidInput
from fieldapp.ui.activities.asking import AskDialog
from fieldapp.ui.activities.dialog import NewActivityDialog, RowDialog
from fieldapp.ui.activities.finish_dialog import FinishDialog
from fieldapp.ui.forms import Form
from fieldapp.ui.page import Spot
from fieldapp.ui.widgets.code_edit import CodeEditor

if TYPE_CHECKING:
    from fieldapp.ui.activities.page import ActivitiesPage

_LIST, _NEW, _ROSTER, _DETAILS, _ROW, _ASKED = "", "new", "roster", "details", "row", "asked/"
_WORD = "activity"


def spot_of(page: "ActivitiesPage") -> Spot:
    """Where somebody is, and the words not saved there."""
    dialog = QApplication.activeModalWidget()
    if isinstance(dialog, NewActivityDialog):
        return Spot(_WORD, dialog.draft.id, _NEW, dialog.form.place(), dict(_standing(dialog.form)))
    if page.on_list or not page.panel.opened.is_open:
        return Spot(_WORD)
    activity = page.panel.opened.activity.id
    if isinstance(dialog, RowDialog):
        begins = f"rows/{dialog.row.row}/"
        typed = {begins + path: words for path, words in dialog.form.unsaved().items()}
        return Spot(_WORD, activity, _ROW, begins + dialog.form.place(), typed)
    if isinstance(dialog, AskDialog | FinishDialog) and dialog.objectName():
        return Spot(_WORD, activity, _ASKED + dialog.objectName(), "", dialog.typed())
    if not page.panel.on_roster:
        form = page.panel.form
        return Spot(_WORD, activity, _DETAILS, form.place(), form.unsaved())
    grid = page.panel.roster.grid
    typed, typing = grid.refused(), grid.typing()
    if typing:
        typed.pop(typing[0], None)
        typed |= [typing]
    return Spot(_WORD, activity, _ROSTER, grid.place(), typed)


def resume(page: "ActivitiesPage", spot: Spot) -> Mapping[str, str]:
    """Back to a spot, with its words; gives those that could not be put back."""
    if spot.view == _LIST or not spot.record:
        return spot.typed
    if spot.view == _NEW:
        return _begin_again(page, spot)
    try:
        page.panel.open(spot.record)
    except FieldAppError:
        return spot.typed
    if page.panel.opened.is_gone:
        return spot.typed
    page.open_record(spot.record)
    if spot.view == _ROSTER:
        return _into_grid(page, spot)
    if spot.view == _ROW:
        return _into_row(page, spot)
    if spot.view.startswith(_ASKED):
        return _ask_again(page, spot)
    page.panel.show_details(on=True)
    return page.panel.form.put_back(spot.typed, spot.path) if page.panel.opened.editable else spot.typed


def show_change(page: "ActivitiesPage", record_id: str, path: str) -> None:
    """Show the cell or field that undo has just changed."""
    resume(page, Spot(_WORD, record_id, _ROSTER if path.startswith("rows") else _DETAILS, path))


def _begin_again(page: "ActivitiesPage", spot: Spot) -> Mapping[str, str]:
    """Ask again for a new activity; what was started just before the power went is opened instead."""
    try:
        page.desk.services.activities.get(page.desk.actor, spot.record)
    except InvalidInput:
        pass
    else:
        page.open_record(spot.record)
        return {}
    page.begin_new(spot.record)
    dialog = QApplication.activeModalWidget()
    if not isinstance(dialog, NewActivityDialog):
        return spot.typed
    for path, words in spot.typed.items():
        editor = dialog.form.editor(path.partition("/")[0])
        if isinstance(editor, CodeEditor):
            editor.show_value(words)
        else:
            dialog.form.resume(path, words)
        if path != spot.path:
            editor.left.emit()
    return {}


def _into_grid(page: "ActivitiesPage", spot: Spot) -> Mapping[str, str]:
    """What was refused is refused again as the cursor goes on, and stands in red as before."""
    grid = page.panel.roster.grid
    for path, words in spot.typed.items():
        grid.resume(path, words)
    if spot.path not in spot.typed and spot.path.count("/") >= 2:
        grid.resume(spot.path, None)
    there = grid.refused() | dict([typing] if (typing := grid.typing()) else ())
    return {path: words for path, words in spot.typed.items() if path not in there}


def _into_row(page: "ActivitiesPage", spot: Spot) -> Mapping[str, str]:
    _, number, path = spot.path.split("/", 2)
    page.panel.roster.more_asked.emit(int(number))
    dialog = QApplication.activeModalWidget()
    if not isinstance(dialog, RowDialog) or not page.panel.opened.editable:
        return spot.typed
    begins = f"rows/{number}/"
    typed = {at.removeprefix(begins): words for at, words in spot.typed.items()}
    return {begins + at: words for at, words in dialog.form.put_back(typed, path).items()}


def _ask_again(page: "ActivitiesPage", spot: Spot) -> Mapping[str, str]:
    ask = page.panel.closing.asking().get(spot.view.removeprefix(_ASKED))
    if ask is None or not spot.typed:
        return spot.typed
    ask()
    dialog = QApplication.activeModalWidget()
    if not isinstance(dialog, AskDialog | FinishDialog):
        return spot.typed
    dialog.take_up(spot.typed)
    return {}


def _standing(form: Form) -> Iterator[tuple[str, str]]:
    """What stands in each field of a form of which nothing is kept before its button is pressed."""
    found = {}
    for name in NewActivityDialog.ASKED:
        editor = form.editor(name)
        if isinstance(editor, CodeEditor):
            found[name] = editor.value()
        for inside, widget in editor.by_path().items():
            if isinstance(widget, QLineEdit):
                found["/".join(filter(None, (name, inside)))] = widget.text()
    here = form.place()
    for path, words in sorted(found.items(), key=lambda one: one[0] == here):
        if words or path == here:
            yield path, words
