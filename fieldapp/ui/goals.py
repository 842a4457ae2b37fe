"""What Ctrl+K offers besides records: pages, what the open page can do, undo, and the window's keys."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from fieldapp.domain.text import Text
from fieldapp.ui.go_to import Goal

if TYPE_CHECKING:
    from fieldapp.ui.main_window import MainWindow


def goals(window: "MainWindow") -> Iterator[Goal]:
    """What one can go to from here, the nearest first."""
    words = window.words

    def goal(name: Text, key: str, do: Callable[[], object]) -> Goal:
        return Goal(words.render(name), key, do, words.other(name))

    for number, entry in enumerate(window.pages.entries, 1):
        yield goal(entry.title, f"Ctrl+{number}", partial(window.open_page, entry.name))
    for verb in window.page.verbs() if window.page is not None else ():
        if verb.isEnabled():
            name, also = verb.text().replace("&", ""), words.other_of(verb.setText)
            yield Goal(name, verb.shortcut().toString(), verb.trigger, also)
    take_list = Text("Take in a list…")
    if window.page is None or all(verb.text() != words.render(take_list) for verb in window.page.verbs()):
        yield goal(take_list, "", window.take_list)
    for label, word, do, key in (
        (window.undo.undo_label, Text("Undo"), window.undo_last, "Ctrl+Z"),
        (window.undo.redo_label, Text("Redo"), window.redo_last, "Ctrl+Y"),
    ):
        if label is not None:
            yield goal(Text("{verb}: {what}", verb=word, what=label), key, do)
    yield goal(Text("Hindi or English"), "Ctrl+Shift+L", window.switch_language)
    yield goal(Text("Change person"), "", window.doors.change_person)
    yield goal(Text("Lock"), "Ctrl+L", window.doors.lock)
    yield goal(Text("Help"), "F1", window.show_help)
    yield goal(Text("Keys of this page"), "?", window.show_keys)
