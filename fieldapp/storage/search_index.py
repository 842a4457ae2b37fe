"""What names, numbers and places are found by: for each token the records and roster rows that have it.

A posting is (token, day, record, row). They are clustered in that order and days and record numbers count
down, so that the newest of a million people called Devi are read off without sorting anything. Row 0 is a
record itself, any other a named row of an activity's roster. Both engines keep it alike.

Upkeep comes after the commit: whoever writes a record leaves a mark in the same transaction (`mark`), and
`catch_up` works the marks off, a few at once after saves and in slices after an import. An index that
was made in another way than the program's (`MADE_AS`) is made again so, and searched meanwhile.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy.engine import Connection

from fieldapp.domain.names import skeleton
from fieldapp.storage import findings, state
from fieldapp.storage.database import SLICE, slices
from fieldapp.storage.search_words import (
    ALIKE,
    MADE_AS,
    SCOPES,
    Entry,
    Heading,
    Words,
    ask,
    beginnings,
    entries,
    place_of_value,
    scope_of,
)

_MADE = "search_made_as"
_INSERT_WORD = "INSERT INTO search_words (n, word, least) VALUES ({0}, {0}, {0})"
_Posting = tuple[str, int, int, int]
"""The word with its letter, day, record number, row."""


def mark(tx: Connection, ids: Iterable[bytes], *, late: bool = False) -> None:
    """Note in the caller's transaction that these records have changed. late: they came in a file."""
    _many(
        tx,
        "INSERT INTO search_waiting (late, id) VALUES ({0}, {0}) "
        "ON CONFLICT (late, id) DO UPDATE SET late = excluded.late",
        [(int(late), key) for key in ids],
    )


def is_behind(tx: Connection, *, late: bool, besides: str = "") -> bool:
    """Whether records wait for being indexed: those that came in files, or those that were saved here.

    besides: the id of one that does not matter.
    """
    sql = "SELECT 1 FROM search_waiting WHERE late = {0} AND id <> {0} LIMIT 1"
    return bool(ask(tx, sql, (int(late), bytes.fromhex(besides))))


def is_old(tx: Connection) -> bool:
    """Whether the index was made by a program that made it in another way."""
    return state.read(tx, _MADE) != str(MADE_AS)


def make_again(tx: Connection) -> None:
    """Let every record wait for being indexed; tokens are led to by their skeletons of today."""
    _one_writer(tx)
    tx.exec_driver_sql("DELETE FROM search_words WHERE n < 0")
    words = [(n, bytes(word), least) for n, word, least in ask(tx, "SELECT n, word, least FROM search_words")]
    _many(tx, _INSERT_WORD, [(-n, bones, least) for n, word, least in words if (bones := _alike(word))])
    tx.exec_driver_sql(
        "INSERT INTO search_waiting (late, id) SELECT 1, id FROM record_directory WHERE true "
        "ON CONFLICT DO NOTHING"
    )
    state.write(tx, _MADE, str(MADE_AS))


def _one_writer(tx: Connection) -> None:
    if tx.dialect.name == "postgresql":
        tx.exec_driver_sql("LOCK TABLE search_words IN SHARE ROW EXCLUSIVE MODE")


def catch_up(tx: Connection, most: int = 0) -> bool:
    """Index what was saved here, and of what came in files up to `most` records. True when more waits."""
    _one_writer(tx)
    while own := _waiting(tx, 0, SLICE):
        _refresh(tx, own)
    if late := _waiting(tx, 1, most):
        _refresh(tx, late)
    return is_behind(tx, late=True)


def _waiting(tx: Connection, late: int, most: int) -> list[bytes]:
    """Takes the marks away; the rows are locked on PostgreSQL, so that a mark made meanwhile waits."""
    if not most:
        return []
    lock = "FOR UPDATE" if tx.dialect.name == "postgresql" else ""
    sql = f"SELECT late, id FROM search_waiting WHERE late = {late} LIMIT {most} {lock}"  # noqa: S608 - numbers
    rows = ask(tx, sql)
    _many(tx, "DELETE FROM search_waiting WHERE late = {0} AND id = {0}", rows)
    return [bytes(key) for _, key in rows]


# ---------------------------------------------------------------- writing


class _Kept(NamedTuple):
    """An entry as it is kept: of record number n, its row."""

    n: int
    row: int
    day: int
    mark: int
    words: bytes

    def listed(self) -> list[str]:
        return bytes(self.words).decode().split("\n")


def _refresh(tx: Connection, ids: Sequence[bytes]) -> None:
    """Bring the entries and postings of these records to what the records say now."""
    for part in slices(ids):
        heads = _headings(tx, part)
        gone = _gone(tx, set(part) - {head.id for head in heads})
        if not heads and not gone:
            continue
        numbers = _numbered(tx, heads) if heads else {}
        change = _Change(tx)
        kept = _kept(tx, [*numbers.values(), *(n for n, _ in gone)])
        for head in heads:
            n = numbers[head.id]
            change.compare(head.type, n, entries(tx, head), kept[n])
        for n, word in gone:
            change.compare(word, n, {}, kept[n])
        change.write()
        findings.refresh(tx, numbers, heads, [n for n, _ in gone])


def _headings(tx: Connection, ids: Sequence[bytes]) -> list[Heading]:
    sql = (
        "SELECT d.id, d.centre, d.type, h.deleted, h.at FROM record_directory d "
        "JOIN record_heads h ON h.centre = d.centre AND h.id = d.id WHERE d.id IN "
    )
    rows = ask(tx, sql + _places(ids), ids)
    return [Heading(bytes(key), *rest) for key, *rest in rows if rest[1] in SCOPES]


def _gone(tx: Connection, ids: Collection[bytes]) -> list[tuple[int, str]]:
    """(number, type) of indexed records that are here no more: the import that brought them was withdrawn."""
    if not ids:
        return []
    rows = ask(tx, f"SELECT n, type FROM search_records WHERE id IN {_places(ids)}", tuple(ids))  # noqa: S608 - places only
    return [(n, word) for n, word in rows]


def _numbered(tx: Connection, heads: Sequence[Heading]) -> dict[bytes, int]:
    """The numbers of records in the index; new ones get theirs, counted down."""
    ids = [head.id for head in heads]
    found = {
        bytes(key): n
        for n, key in ask(tx, f"SELECT n, id FROM search_records WHERE id IN {_places(ids)}", ids)  # noqa: S608
    }
    new = [head for head in heads if head.id not in found]
    if new:
        ((first,),) = ask(tx, "SELECT coalesce(min(n), 0) FROM search_records")
        rows = [(first - at, head.id, head.centre, head.type) for at, head in enumerate(new, 1)]
        _many(tx, "INSERT INTO search_records (n, id, centre, type) VALUES ({0}, {0}, {0}, {0})", rows)
        found |= {row[1]: row[0] for row in rows}
    return found


def _kept(tx: Connection, numbers: Collection[int]) -> dict[int, dict[int, _Kept]]:
    """The entries that are kept, by record number and row."""
    found: dict[int, dict[int, _Kept]] = {n: {} for n in numbers}
    sql = 'SELECT record, "row", day, mark, words FROM search_entries WHERE record IN '
    for row in ask(tx, sql + _places(numbers), tuple(numbers)):
        found[row[0]][row[1]] = _Kept(*row)
    return found


class _Change:
    """What is to be written for some records, gathered and carried out with one statement a table."""

    def __init__(self, tx: Connection) -> None:
        self._tx = tx
        self._gone: list[tuple[int, int]] = []
        self._come: list[_Kept] = []
        self._least: Words = {}
        self._unpost: list[_Posting] = []
        self._post: list[_Posting] = []

    def compare(self, word: str, n: int, new: dict[int, Entry], kept: dict[int, _Kept]) -> None:
        """Note what turns the kept entries of record number n into the new ones."""
        for row in kept.keys() - new.keys():
            self._gone.append((n, row))
            self._unpost += _postings(word, kept[row], beginnings(kept[row].listed()))
        for row, entry in new.items():
            before, mark = kept.get(row), entry.mark()
            if before is not None and (before.day, before.mark) == (entry.day, mark):
                continue
            words = entry.words()
            after = _Kept(n, row, entry.day, mark, "\n".join(words).encode())
            now, old = beginnings(words), set[str]()
            if before is not None:
                self._gone.append((n, row))
                old = beginnings(before.listed())
                stays = old & now if before.day == after.day else set()
                self._unpost += _postings(word, before, old - stays)
                now -= stays
            self._come.append(after)
            self._post += _postings(word, after, now)
            scope = scope_of(word, row)
            self._least |= {scope + one: least for one, least in words.items() if least}

    def write(self) -> None:
        """Carry everything out."""
        tx = self._tx
        numbers = self._numbers_of_words()
        _many(tx, 'DELETE FROM search_entries WHERE record = {0} AND "row" = {0}', self._gone)
        _many(
            tx,
            'INSERT INTO search_entries (record, "row", day, mark, words) VALUES ({0}, {0}, {0}, {0}, {0})',
            self._come,
        )
        gone = [(numbers[word], *rest) for word, *rest in self._unpost if word in numbers]
        _many(
            tx,
            'DELETE FROM search_postings WHERE word = {0} AND day = {0} AND record = {0} AND "row" = {0}',
            gone,
        )
        come = sorted((numbers[word], *rest) for word, *rest in self._post)
        _many(
            tx,
            'INSERT INTO search_postings (word, day, record, "row") VALUES ({0}, {0}, {0}, {0})',
            come,
        )
        _forget_words(tx, {n for n, *_ in gone})

    def _numbers_of_words(self) -> dict[str, int]:
        """The numbers of all words that are needed; new ones get theirs."""
        wanted = list({posting[0] for posting in (*self._post, *self._unpost)})
        found: dict[str, int] = {}
        for part in slices([word.encode() for word in wanted]):
            sql = f"SELECT word, n FROM search_words WHERE word IN {_places(part)}"  # noqa: S608 - places only
            found.update({bytes(word).decode(): n for word, n in ask(self._tx, sql, part)})
        new = [word for word in wanted if word not in found]
        if new:
            ((last,),) = ask(self._tx, "SELECT coalesce(max(n), 0) FROM search_words")
            added = [(n, word.encode(), self._least.get(word, 0)) for n, word in enumerate(new, last + 1)]
            added += [(-n, bones, least) for n, word, least in added if (bones := _alike(word))]
            _many(self._tx, _INSERT_WORD, added)
            found |= {word: n for n, word in enumerate(new, last + 1)}
        return found


def _forget_words(tx: Connection, numbers: Collection[int]) -> None:
    """Let go of those of the words that nothing is found by any more, and of what led to them."""
    for part in slices(sorted(numbers)):
        sql = (
            f"SELECT n FROM search_words WHERE n IN {_places(part)} "  # noqa: S608 - places only
            "AND NOT EXISTS (SELECT 1 FROM search_postings WHERE search_postings.word = search_words.n)"
        )
        unused = [(n,) for (one,) in ask(tx, sql, part) for n in (one, -one)]
        _many(tx, "DELETE FROM search_words WHERE n = {0}", unused)


def _alike(word: bytes) -> bytes:
    """The word that leads to a token by its skeleton: it stands for the token's number, negative."""
    scope, mark, token = word[:1], word[1:2], word[2:]
    bones = skeleton(token.decode()) if mark == b"." else ""
    return scope + f"{ALIKE}{bones} ".encode() + mark + token if bones else b""


def _postings(word: str, kept: _Kept, words: Iterable[str]) -> list[_Posting]:
    scope = scope_of(word, kept.row)
    return [(scope + one, kept.day, kept.n, kept.row) for one in words]


def _many(tx: Connection, sql: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """One statement for many rows, past the toolkit, which takes twice as long; {0} is a value."""
    if rows:
        cursor = tx.connection.cursor()
        cursor.executemany(sql.format(place_of_value(tx)), rows)
        cursor.close()


def _places(values: Collection[Any]) -> str:
    """A list of values to come."""
    return f"({', '.join(['{0}'] * len(values))})"
