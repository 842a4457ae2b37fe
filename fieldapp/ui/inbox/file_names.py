"""Names of files in a narrow column: as much of each as tells it from the others."""

import re
from collections.abc import Iterable
from itertools import groupby, pairwise, takewhile
from pathlib import PurePath

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from fieldapp.sync.sync_file_place import SUFFIX
from fieldapp.ui.widgets.plain_table import Index

_BOUNDARY = re.compile(r"[-_ .]+")


def telling(names: Iterable[str]) -> dict[str, str]:
    """What to show of each name: whole pieces, different for different names; '…' stands for what is cut.

    What all names of one ending begin with is cut, and what comes once a name is like no other. A sync file's
    ending goes without saying, unless there are names that have none.
    """
    apart = sorted({(PurePath(name).suffix, name) for name in names})
    unsaid = SUFFIX if all(ending for ending, _name in apart) else None
    found: dict[str, str] = {}
    for ending, group in groupby(apart, key=lambda one: one[0]):
        stems = [name.removesuffix(ending) for _ending, name in group]
        shown_ending = "" if ending == unsaid else ending
        for stem, short in zip(stems, _shortened(stems), strict=True):
            found[stem + ending] = short + shown_ending
    return found


def _shortened(stems: list[str]) -> list[str]:
    """What tells each of these different, sorted stems from the others: the most alike are neighbours."""
    if len(stems) == 1:
        return stems
    begin = _boundary_before(stems[0], _alike(stems[0], stems[-1]))
    alike = [_alike(*pair) for pair in pairwise(stems)]
    shown = []
    for stem, before, after in zip(stems, [0, *alike], [*alike, 0], strict=True):
        end = _boundary_after(stem, max(before, after))
        shown.append("…" * (begin > 0) + stem[begin:end] + "…" * (end < len(stem)))
    return shown


def _alike(one: str, other: str) -> int:
    """With how many same characters two names begin."""
    return sum(1 for _same in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _boundary_before(stem: str, at: int) -> int:
    """Where the piece begins that holds the character `at`."""
    return max((found.end() for found in _BOUNDARY.finditer(stem, 0, at)), default=0)


def _boundary_after(stem: str, at: int) -> int:
    """Where the piece ends that holds the character `at`."""
    found = _BOUNDARY.search(stem, at + 1)
    return found.start() if found else len(stem)


class FileNames(QStyledItemDelegate):
    """Paints the telling part of a file's name; where that is too long too, how it begins and ends."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._telling: dict[str, str] = {}

    def put(self, names: Iterable[str]) -> None:
        """The names that stand in the column now."""
        self._telling = telling(names)

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        super().initStyleOption(option, index)
        option.textElideMode = Qt.TextElideMode.ElideMiddle
        option.text = self._telling.get(option.text, option.text)
