"""Where files go that fell on the window, or that a page was given and are not for it."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject

from fieldapp.domain.text import Text
from fieldapp.ui.desk import Desk
from fieldapp.ui.main_window import MainWindow

_LIST_ENDINGS = frozenset({".csv", ".tsv", ".xlsx", ".xlsm", ".jsonl"})


class Dropped(QObject):
    """A list is looked into; sync files go to the pages that exchange them."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        window.file_dropped.connect(self._take)
        window.hub.files_chosen.connect(self._take)

    def _take(self, files: list[Path]) -> None:
        desk = self._window.desk
        if desk is None:
            return
        lists = [path for path in files if path.suffix.casefold() in _LIST_ENDINGS]
        others = [path for path in files if path not in lists]
        if others and desk.office.is_block:
            task = desk.tasks.submit(lambda _progress: _parted(others), Text("Reading files…"))
            task.finished.connect(partial(self._hand_on, desk))
        elif others:
            self._hand_on(desk, {"inbox" if desk.office.is_hq else "sync": others})
        if lists:
            self._window.take_list(path=lists[0])

    def _hand_on(self, desk: Desk, files: dict[str, list[Path]]) -> None:
        """Files to the pages that take them, by the names of these, while who let them fall is at work."""
        if self._window.desk is not desk or not self._window.frame.at_work:
            return
        for name, part in files.items():
            self._window.open_page(name)
            if self._window.page is not None:
                self._window.page.take_files(part)


def _parted(files: list[Path]) -> dict[str, list[Path]]:
    """At a block office what comes down goes to Sync, all else to the inbox, which says so of nothing too."""
    from fieldapp.sync.relay import parted

    down, up = parted(files)
    return {name: part for name, part in (("inbox", up), ("sync", down)) if part} or {"inbox": files}
