"""Where the parts of the window hear of each other without knowing each other."""

from PySide6.QtCore import QObject, Signal


class Hub(QObject):
    """changed: a Touched, after every service call that changed something, and after an import.

    retraced: (type, id, path) of the record that undo or redo has just changed, and where; '' for all of it.
    saved: the aware time of a save by the person at this window, for the status line.
    waiting: the name of a page and how many things wait there, for the rail.
    list_wanted: somebody wants to take in a list: the word of its kind ('' for any) and its Path, or None.
    files_chosen: files and folders that are to be taken where they belong, as if they had been dropped.
    part_wanted: somebody wants a sync file of these sessions alone: their ids.
    preview: a preview.Paper to look at and print, for the window.
    language_wanted ('hi', 'en') and look_wanted (a Theme): somebody chose so on the page Settings.
    lock_after: after how many minutes without a key the window is to be locked, 0 for never.
    """

    changed = Signal(object)
    retraced = Signal(str, str, str)
    saved = Signal(object)
    waiting = Signal(str, int)
    language_wanted = Signal(str)
    look_wanted = Signal(object)
    lock_after = Signal(int)
    list_wanted = Signal(str, object)
    files_chosen = Signal(list)
    part_wanted = Signal(object)
    preview = Signal(object)
