"""Where somebody is on the page Activities, and the way back there: list, roster, details, or a dialog."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication, QLineEdit

from fieldapp.domain.errors import FieldAppError
from fieldapp.ui.activities.asking import AskDialog
from fieldapp.ui.activities.dialog import FinishDialog, NewActivityDialog, RowDialog
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
        return Spot(_WORD, activity, _ROW, begins + dialog.form.place(), _typing(dialog.form, begins))
    if isinstance(dialog, AskDialog | FinishDialog) and dialog.objectName():
        return Spot(_WORD, activity, _ASKED + dialog.objectName(), "", dialog.typed())
    if not page.panel.on_roster:
        form = page.panel.form
        return Spot(_WORD, activity, _DETAILS, form.place(), _typing(form))
    grid = page.panel.roster.grid
    typing = grid.typing()
    return Spot(_WORD, activity, _ROSTER, grid.place(), dict([typing]) if typing else {})


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
    return _into_form(page.panel.form, spot.path, spot.typed) if page.panel.opened.editable else spot.typed


def show_change(page: "ActivitiesPage", record_id: str, path: str) -> None:
    """Show the cell or field that undo has just changed."""
    resume(page, Spot(_WORD, record_id, _ROSTER if path.startswith("rows") else _DETAILS, path))


def _begin_again(page: "ActivitiesPage", spot: Spot) -> Mapping[str, str]:
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
    grid = page.panel.roster.grid
    if not spot.typed and spot.path.count("/") >= 2:
        grid.resume(spot.path, None)
    for path, words in spot.typed.items():
        grid.resume(path, words)
    standing = grid.typing()
    return {} if standing is not None and standing[0] in spot.typed else spot.typed


def _into_row(page: "ActivitiesPage", spot: Spot) -> Mapping[str, str]:
    _, number, path = spot.path.split("/", 2)
    page.panel.roster.more_asked.emit(int(number))
    dialog = QApplication.activeModalWidget()
    if not isinstance(dialog, RowDialog) or not page.panel.opened.editable:
        return spot.typed
    begins = f"rows/{number}/"
    typed = {at.removeprefix(begins): words for at, words in spot.typed.items()}
    return {begins + at: words for at, words in _into_form(dialog.form, path, typed).items()}


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


def _into_form(form: Form, path: str, typed: Mapping[str, str]) -> Mapping[str, str]:
    if not typed:
        form.resume(path, None)
    return {at: words for at, words in typed.items() if not form.resume(at, words)}


def _typing(form: Form, begins: str = "") -> dict[str, str]:
    typing = form.typing()
    return {begins + typing[0]: typing[1]} if typing else {}


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
