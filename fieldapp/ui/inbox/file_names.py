"""Names of files in a narrow column: as much of each as tells it from the others."""

import re
from collections.abc import Iterable
from itertools import groupby, pairwise, takewhile
from pathlib import PurePath

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from fieldapp.sync.sync_file_place import SUFFIX
from fieldapp.ui.theme import current
from fieldapp.ui.widgets.plain_table import Index

_BOUNDARY = re.compile(r"[-_ .]+")
_LONG, _KEPT = 6, 3
"""How much of a piece before or after a place is cut, and how many characters of it stay all the same."""

_LEAST_CUT = 4
"""For how many characters between two places '…' makes room."""


def telling(names: Iterable[str]) -> dict[str, str]:
    """What to show of each name: what tells it from the others; '…' stands for what is cut.

    Shown are the places where a name parts from another of the same ending, each with the piece it lies in;
    so different names are shown differently. A sync file's ending goes without saying, unless there are names
    that have none.
    """
    apart = sorted({(PurePath(name).suffix, name) for name in names})
    unsaid = SUFFIX if all(ending for ending, _name in apart) else None
    found: dict[str, str] = {}
    for ending, group in groupby(apart, key=lambda one: one[0]):
        stems = [name.removesuffix(ending) for _ending, name in group]
        shown_ending = "" if ending == unsaid else ending
        for stem, places in zip(stems, _partings(stems), strict=True):
            found[stem + ending] = _cut(stem, places) + shown_ending
    return found


def _partings(stems: list[str]) -> list[list[int]]:
    """Where each of these sorted, different names parts from others: how many characters it shares with them.

    With a name further away a name shares the least that any two neighbours between them share.
    """
    alike = [_alike(*pair) for pair in pairwise(stems)]
    found: list[set[int]] = [set() for _ in stems]
    for line, shared in ((range(1, len(stems)), alike), (range(len(stems) - 2, -1, -1), alike[::-1])):
        least: list[int] = []
        for at, now in zip(line, shared, strict=True):
            least = [*(one for one in least if one < now), now]
            found[at].update(least)
    return [sorted(places) for places in found]


def _alike(one: str, other: str) -> int:
    """With how many same characters two names begin."""
    return sum(1 for _same in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _cut(stem: str, places: list[int]) -> str:
    """The pieces of a name that hold these places; all of it where there are none."""
    if not places:
        return stem
    shown, end = "", 0
    for place in places:
        begin = max((found.end() for found in _BOUNDARY.finditer(stem, 0, place)), default=0)
        if place - begin >= _LONG:
            begin = place - _KEPT
        if begin - end >= (_LEAST_CUT if end else 1):
            shown, end = shown + "…", begin
        after = _BOUNDARY.search(stem, place + 1)
        last = after.start() if after else len(stem)
        if last - place > _LONG and place != places[-1]:
            last = place + _KEPT
        shown, end = shown + stem[end:last], max(end, last)
    return shown + "…" * (end < len(stem))


_MARGINS = 16
"""What a cell keeps free beside its words."""


class FileNames(QStyledItemDelegate):
    """Paints what is telling of a file's name: where that is too long its end, of a whole name both ends."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._names: list[str] = []
        self._telling: dict[str, str] = {}

    def put(self, names: Iterable[str]) -> None:
        """The names that stand in the column now; the same ones once more cost nothing."""
        put = list(names)
        if put != self._names:
            self._names, self._telling = put, telling(put)

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        super().initStyleOption(option, index)
        short = self._telling.get(option.text, option.text)
        whole = short == option.text
        after = short.partition("…")[2]
        room = option.rect.width() - current().px(_MARGINS)
        if after and option.fontMetrics.horizontalAdvance(short) > room:
            short = f"…{after}"
        option.textElideMode = Qt.TextElideMode.ElideMiddle if whole else Qt.TextElideMode.ElideLeft
        option.text = short
