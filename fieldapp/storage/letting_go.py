"""Letting go of what stood in a record before something of it was erased, and of all that is kept beside it.

Whoever takes in a revision that says so lets go of what it follows: of the bodies, whose names stay, of the
values in the journal, of words that were being typed, of the index, and of what was found out about them.
"""

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.domain.fields import Name, build
from fieldapp.domain.records import RECORD_TYPES, Activity, Person, Record, RosterRow
from fieldapp.storage import journal, log, login_state, search_index, search_words, state, tables
from fieldapp.storage.blob_names import among
from fieldapp.storage.database import RECENT
from fieldapp.storage.journal import Known, Revision
from fieldapp.storage.tables import changes, findings

_LEFT_OFF = "left_off"
"""The name under which services.left_off keeps what somebody was typing."""

REWRITE = "rewrite_due"
"""Set while the file of the database is still to be written anew, since something was erased."""

SHORTEST_WORDS = 4
"""Shorter names are common words too."""

EVERYTHING = re.compile("")

_OF_A_WORD = r"[\w\u0900-\u0963]"
"""Letters and digits, and the vowel signs of Devanagari, which are none of them to `re`."""


def spoken(words: Iterable[str]) -> re.Pattern[str]:
    """What finds these words in a text: a name where it is not part of a longer word, a number anywhere.

    It may be a text within JSON, where an 'n' before a name can be the end of a line.
    """
    begins, ends = rf"(?:(?<!{_OF_A_WORD})|(?<=\\[nrt]))", rf"(?!{_OF_A_WORD})"
    longest_first = sorted(words, key=len, reverse=True)
    found = [re.escape(one) if one.isdigit() else f"{begins}{re.escape(one)}{ends}" for one in longest_first]
    return re.compile("|".join(found) or "(?!)")


NOBODY = spoken(())


@dataclass(frozen=True, slots=True)
class LetGo:
    """What is kept here no more. records: their ids; words: names and numbers; pictures: their SHA-256."""

    records: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    pictures: frozenset[str] = frozenset()

    def __or__(self, other: "LetGo") -> "LetGo":
        return LetGo(self.records | other.records, self.words | other.words, self.pictures | other.pictures)


NOTHING = LetGo()


# ---------------------------------------------------------------- what came from elsewhere


def of_arrived(
    tx: Connection, arrived: Mapping[str, Sequence[Revision]], known: Mapping[str, Known], at: datetime
) -> LetGo:
    """Let go of what was before in those records of which something is erased.

    arrived: what came, by id; known: what was held before of those that were here.
    """
    found = NOTHING
    before = journal.let_go_among(tx, known)
    for record_id, new in arrived.items():
        emptied = next((one for one in new if one.erases), None)
        erased = record_id in before or emptied is not None
        if erased:
            forget_changes(tx, record_id, EVERYTHING)
        if emptied is not None and record_id not in known and len(new) == 1:
            # Nothing was held of it; what was refused of it, or waits, may say what it said before.
            log.note(tx, at, emptied.login, "erase", emptied.type, bytes.fromhex(record_id))
        if erased or (record_id in known and _came_late(new, known[record_id])):
            found |= of_record(tx, record_id, at)
    if found.records:
        around(tx, found)
    return found


def noted() -> sa.Select[tuple[bytes, str]]:
    """Each record (raw id) of which something was erased here, with when that was first (a stamp): as the
    activity log says, of what was let go of and of what came erased. `journal.let_go_among` asks the bodies.
    """
    line = tables.activity_log.c
    said = sa.select(line.id, sa.func.min(line.at).label("at"))
    return said.where(tables.ERASED, line.id.is_not(None)).group_by(line.id)


def _came_late(new: Sequence[Revision], known: Known) -> bool:
    """Whether some of it comes after what follows it, or beside it: what was held may be what erases it."""
    followed = {rev for one in new for rev in one.ancestors}
    return any(one.rev in known.older for one in new) or not known.leaves.keys() <= followed


def of_record(tx: Connection, record_id: str, at: datetime, login: str = "") -> LetGo:
    """Let go of every state of a record but its leaves; of a person but of that which says they are erased.

    login: of whoever does it, '' where it was done elsewhere. What is kept beside is left to `around`.
    """
    held = journal.held_of(tx, bytes.fromhex(record_id))
    stays = [one for one, leaf in held if leaf and (one.erases or one.type != "person")]
    unwanted = [one for one, _ in held if one not in stays and not one.dropped]
    if not unwanted or not any(one.erases for one, _ in held):
        return NOTHING
    journal.drop(tx, unwanted)
    who = login or next((one.login for one in stays if one.erases), "")
    log.note(tx, at, who, "erase", held[0][0].type, bytes.fromhex(record_id))
    before = [record for one in unwanted if (record := _record(one)) is not None]
    after = [record for one in stays if (record := _record(one)) is not None]
    pictures = {one for record in before for one in _pictures(record)}
    return LetGo(
        frozenset({record_id}),
        frozenset(words_gone(before, after)),
        frozenset(pictures - among(tx, sorted(pictures))),
    )


def _record(one: Revision) -> Record | None:
    return None if one.op == "del" else build(RECORD_TYPES[one.type], one.fields(), id=one.id)


def _pictures(record: Record) -> list[str]:
    return [one.sha256 for one in getattr(record, "attachments", ())]


def words_gone(before: Iterable[Record], after: Sequence[Record]) -> set[str]:
    """Names and numbers of people that stood there and stand there no more."""
    return {word for record in before for word in _words(record)} - {
        word for record in after for word in _words(record)
    }


def _words(record: Record) -> Iterator[str]:
    if isinstance(record, Person):
        yield from words_of(record)
    if isinstance(record, Activity):
        yield from long_names(record.trainer_name)
        for row in record.rows:
            yield from words_of(row)


def words_of(named: Person | RosterRow) -> Iterator[str]:
    """Name and mobile of somebody, as far as they are long enough to be looked for."""
    yield from long_names(named.name)
    if named.mobile:
        yield named.mobile


def long_names(name: Name) -> Iterator[str]:
    """Both spellings of a name, as far as they are long enough to be looked for."""
    yield from (word for word in (name.hi, name.en) if len(word) >= SHORTEST_WORDS)


# ---------------------------------------------------------------- what is kept beside


def around(tx: Connection, gone: LetGo) -> None:
    """Let go of all that is kept of these records and words beside the records themselves."""
    forget_typing(tx, gone.records, gone.words)
    _forget_notes(tx, gone.words)
    state.write(tx, REWRITE, "1")
    tx.info.get(RECENT, {}).clear()
    search_words.forget()
    search_index.mark(tx, sorted(map(bytes.fromhex, gone.records)))
    search_index.catch_up(tx)


def forget_changes(
    tx: Connection, record_id: str, gone: re.Pattern[str], named: re.Pattern[str] = NOBODY
) -> None:
    """Take the values out of a record's journal: at paths that `gone` fits, and where `named` finds somebody.

    That something was changed there, when and by whom is kept.
    """
    own = changes.c.id == bytes.fromhex(record_id)
    for row in tx.execute(sa.select(changes).where(own)).fetchall():
        what = json.loads(row.what)
        kept = [line if not _names(line, gone, named) else [line[0], None, None] for line in what]
        if kept != what:
            said = json.dumps(kept, ensure_ascii=False, separators=(",", ":"))
            tx.execute(changes.update().where(own, changes.c.version == row.version).values(what=said))


def _names(line: Sequence[Any], gone: re.Pattern[str], named: re.Pattern[str]) -> bool:
    return bool(gone.match(line[0])) or any(named.search(str(value)) for value in line[1:])


def forget_typing(tx: Connection, ids: Collection[str], words: Collection[str]) -> None:
    """Let go of what was being typed in these records by whomever, and take the words out of filters."""
    named = spoken(words)
    for row in tx.execute(sa.select(tables.login_state)).fetchall():
        value = row.value
        if row.name == _LEFT_OFF and (named.search(value) or any(one in value for one in ids)):
            value = ""
        value = named.sub("", value)
        if value != row.value:
            login_state.write(tx, row.login, row.name, value)


def _forget_notes(tx: Connection, words: Collection[str]) -> None:
    """What somebody noted beside a finding, where such a word stands in it."""
    if not words:
        return
    named = spoken(words)
    for row in tx.execute(sa.select(findings.c.id, findings.c.note).where(findings.c.note != "")).fetchall():
        note = without(row.note, named)
        if note != row.note:
            tx.execute(findings.update().where(findings.c.id == row.id).values(note=note))


def without(text: str, named: re.Pattern[str]) -> str:
    """The text with a dash in the place of each word that `spoken` finds."""
    return named.sub("–", text)
