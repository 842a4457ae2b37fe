"""What is said about the cells of a roster: by the rules, and what could not be kept there. No Qt."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.records import RosterRow
from fieldapp.domain.rules import Problem

Place = tuple[int, str]
"""A row's number (0: the one that waits) and the key of a column; the key is '' where no column is meant."""


@dataclass(frozen=True)
class Refusal:
    """What was typed in a cell and could not be kept, and why; the words stay until they are corrected."""

    text: str
    error: InvalidInput


def by_place(
    problems: Iterable[Problem], rows: Mapping[int, RosterRow], keys: frozenset[str]
) -> dict[Place, list[Problem]]:
    """Problems of rows (paths 'rows/12/age') by the cell they are shown in.

    rows: by number; keys: those of the columns there are. Problems of the activity itself are left out.
    """
    found: dict[Place, list[Problem]] = {}
    for problem in problems:
        number, key = place_of(problem.path, rows)
        if number:
            found.setdefault((number, key if key in keys else ""), []).append(problem)
    return found


def place_of(path: str, rows: Mapping[int, RosterRow]) -> Place:
    """The cell a path belongs to: its field, or the payment of a try; (0, '') when it is no row's."""
    parts = path.split("/")
    if parts[0] != "rows" or len(parts) < 3:
        return 0, ""
    row = int(parts[1])
    if parts[2] != "tries" or len(parts) < 4:
        return row, parts[2]
    tries, n = rows[row].tries if row in rows else (), int(parts[3]) - 1
    return row, f"tries:{tries[n].slot}" if n < len(tries) else ""


def next_place(wrong: Iterable[tuple[int, int]], index: int, column: int) -> tuple[int, int] | None:
    """The first of these cells behind one cell, beginning again at the top; None when there are none."""
    first = later = None
    for cell in wrong:
        if first is None or cell < first:
            first = cell
        if cell > (index, column) and (later is None or cell < later):
            later = cell
    return later or first
