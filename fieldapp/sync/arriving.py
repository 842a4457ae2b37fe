"""What an arriving record would do: one of six outcomes, judged alike for the preview and for the import.

A record is compared by the names of revisions alone: known, an ancestor of what is held, a descendant of it,
or neither. No clock, number or name of a person or file is looked at.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import msgspec
from sqlalchemy.engine import Connection

from fieldapp.domain import canonical
from fieldapp.domain.codes import Code
from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.fields import Kind, build, columns, fields, flatten, part_type, parts, unknown
from fieldapp.domain.identifiers import find_forbidden_number, refuse_forbidden_number
from fieldapp.domain.records import RECORD_TYPES
from fieldapp.domain.records import Record as OneRecord
from fieldapp.domain.results import RESULTS
from fieldapp.domain.rules import Setting, refusal
from fieldapp.domain.text import Text
from fieldapp.storage import journal
from fieldapp.storage.database import instant
from fieldapp.sync.sync_file import Record

_HEX_ID = re.compile(r"[0-9a-f]{32}\Z")


class Outcome(Code):
    """What becomes of an arriving record."""

    NEW = "NEW", "New"
    CHANGED = "CHANGED", "Changed"
    SAME = "SAME", "Same as here"
    REPEAT = "REPEAT", "Older than here"
    CHECK = "CHECK", "Please check: two versions"
    REFUSED = "REFUSED", "Refused"


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """How many records had each outcome; their sum is the number of records in the file."""

    new: int = 0
    changed: int = 0
    same: int = 0
    repeat: int = 0
    check: int = 0
    refused: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return sum(msgspec.structs.astuple(self))

    def __add__(self, other: "Counts") -> "Counts":
        ours, theirs = msgspec.structs.asdict(self), msgspec.structs.asdict(other)
        return Counts(**{name: ours[name] + theirs[name] for name in ours})

    def and_one(self, outcome: Outcome) -> "Counts":
        """With one more of that outcome."""
        name = outcome.lower()
        return msgspec.structs.replace(self, **{name: getattr(self, name) + 1})

    def instead(self, before: Outcome, now: Outcome) -> "Counts":
        """With one that had an outcome having another."""
        name = before.lower()
        return msgspec.structs.replace(self, **{name: getattr(self, name) - 1}).and_one(now)


@dataclass(frozen=True, slots=True)
class Sender:
    """Whose records a file may hold. centre: the home-local number under which they are kept."""

    node: str
    centre: int


@dataclass(frozen=True, slots=True)
class Judged:
    """A line of a file and what becomes of it. code: of domain.results, '' when all is well.

    path: the field a rule speaks of, as in `rules.Problem`.
    """

    line: Record
    outcome: Outcome
    code: str = ""
    path: str = ""

    @property
    def kept(self) -> bool:
        """Whether its revision is put beside what is held; a superseded one that breaks a rule is not."""
        stale = self.outcome is Outcome.REPEAT and bool(self.code)
        return not stale and self.outcome not in (Outcome.SAME, Outcome.REFUSED)

    @property
    def settles(self) -> bool:
        """Whether it takes the place of whatever was refused of this record before."""
        return self.outcome not in (Outcome.SAME, Outcome.REPEAT)

    @property
    def said(self) -> tuple[Text, Text] | None:
        """Title and advice of its code, None when there is none."""
        if not self.code:
            return None
        return RESULTS[self.code].said(type=self.line.t, field=label_of(self.line.t, self.path))


class _Fault(Exception):
    """Why a record is refused: a code of domain.results, and the path of a field."""

    def __init__(self, code: str, path: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.path = path


class Judge:
    """Judges the records of one file, in their order."""

    def __init__(self, tx: Connection, sender: Sender, setting: Setting) -> None:
        self._tx = tx
        self._sender = sender
        self._setting = setting
        self._seen: set[str] = set()

    def judge(self, lines: Sequence[Record]) -> list[Judged]:
        """The outcomes of some of the file's lines; give it slices."""
        held = journal.known(self._tx, {line.id for line in lines if _HEX_ID.match(line.id)})
        return [self._one(line, held.get(line.id)) for line in lines]

    def _one(self, line: Record, held: journal.Known | None) -> Judged:
        if line.id in self._seen:  # a file has each record once, as it then stood
            return Judged(msgspec.structs.replace(line, rev=""), Outcome.REFUSED, "bad_record")
        self._seen.add(line.id)
        superseded = False
        try:
            self._check_place(line, held)
            if held and line.rev in held.revs:
                return Judged(line, Outcome.SAME)
            superseded = held is not None and line.rev in held.older
            if not _is_plainly_fine(line, self._setting):
                self._look_closely(line)
        except _Fault as fault:
            outcome = Outcome.REPEAT if superseded else Outcome.REFUSED
            return Judged(line, outcome, fault.code, fault.path)
        if superseded:
            return Judged(line, Outcome.REPEAT)
        if held is None:
            return Judged(line, Outcome.NEW)
        if held.leaves.keys() <= set(line.anc):
            return Judged(line, Outcome.CHANGED)
        return Judged(line, Outcome.CHECK, "fork")

    def _look_closely(self, line: Record) -> None:
        record = _read(line)
        _check_other_words(line, self._setting)
        if record is not None:
            _check_rules(record, self._setting)

    def _check_place(self, line: Record, held: journal.Known | None) -> None:
        """Whether the sender may send this at all."""
        if line.problem:
            raise _Fault(line.problem)
        if line.t not in RECORD_TYPES or line.op == "erase":
            raise _Fault("unknown_type")
        if line.owner != self._sender.node or (held and held.owner != line.owner):
            raise _Fault("not_owner")
        if held and held.centre != self._sender.centre:
            raise _Fault("out_of_scope")
        if held and held.type != line.t:
            raise _Fault("bad_record")


def revision_of(line: Record, centre: int) -> journal.Revision:
    """The line as the journal keeps it."""
    return journal.Revision(
        type=line.t,
        id=line.id,
        centre=centre,
        owner=line.owner,
        rev=line.rev,
        ancestors=line.anc,
        op=line.op,
        body=line.body,
        schema=line.schema,
        login=line.by,
        at=line.at,
        plain=line.plain,
    )


def _is_plainly_fine(line: Record, setting: Setting) -> bool:
    """Whether a plain activity is in order for this home too: only practice homes have mobiles with 5."""
    if line.plain is None or find_forbidden_number(line.by) or not _is_instant(line.at):
        return False
    return setting.demo or not any((row.mobile or "").startswith("5") for row in line.plain.rows)


@lru_cache(maxsize=1000)
def _is_instant(text: str) -> bool:
    try:
        return not text or bool(instant(text))
    except ValueError:
        return False


def _read(line: Record) -> OneRecord | None:
    """The record of a line, None for a tombstone. Raises _Fault unless it reads back just as it was sent."""
    content = line.fields()
    try:
        if line.at:
            instant(line.at)
        if line.op == "del":
            if not isinstance(content.get("reason", ""), str):
                raise _Fault("bad_record")
            return None
        record_type = RECORD_TYPES[line.t]
        record = build(record_type, content, id=line.id)
        flat = canonical.raw(flatten(record))
        same = flat == canonical.raw(content) or flat == canonical.raw(_known_only(record_type, content))
    except (ValueError, TypeError, AttributeError) as error:
        raise _Fault("bad_record") from error
    if not same or not _storable(record):
        raise _Fault("bad_record")
    return record


def _known_only(record_type: type[msgspec.Struct], content: object) -> dict[str, Any]:
    """A plain form without the fields and columns that only a newer program knows."""
    if not isinstance(content, dict):
        raise TypeError("a part is no object")
    known = {column.name: content[column.name] for column in columns(record_type) if column.name in content}
    for one in parts(record_type):
        if one.name in content:
            part = part_type(one)
            known[one.name] = [_known_only(part, item) for item in content[one.name]]
    return known


_DELICATE = (Kind.WHOLE, Kind.MONEY, Kind.FRACTION, Kind.REF, Kind.CODES, Kind.PARTS)


@cache
def _delicate(part: type[msgspec.Struct]) -> tuple[tuple[str, Kind, str], ...]:
    """(name, kind, key of the parts) of the fields whose plain form says less than their columns demand."""
    return tuple(
        (one.name, one.kind, getattr(one.part, "key_field", ""))
        for one in fields(part)
        if one.kind in _DELICATE
    )


def _storable(item: msgspec.Struct) -> bool:
    """Whether numbers are numbers, references ids, codes single words, and parts have keys of their own."""
    for name, kind, key in _delicate(type(item)):
        value = getattr(item, name)
        if not value:
            continue
        if value is True or (kind is Kind.FRACTION and (value.over is True or value.under is True)):
            return False
        if kind is Kind.REF and not _HEX_ID.match(value):
            return False
        if kind is Kind.CODES and any(type(code) is not str or code.split() != [code] for code in value):
            return False
        if kind is Kind.PARTS:
            if key and (len({getattr(one, key) for one in value}) < len(value) or not getattr(value[0], key)):
                return False
            if not all(map(_storable, value)):
                return False
    return True


def _check_other_words(line: Record, setting: Setting) -> None:
    """No forbidden number in words that belong to no field known here: the reason of a tombstone, the login,
    what a newer program wrote.
    """
    strange = line.fields() if line.op == "del" else unknown(RECORD_TYPES[line.t], line.fields())
    for text in (line.by, *_texts_in(strange), *_texts_in(canonical.decode(line.body).get("x", {}))):
        try:
            refuse_forbidden_number(text, allowed=setting.centre_ids)
        except InvalidInput as error:
            raise _Fault(error.code) from error


def _texts_in(value: object) -> Iterator[str]:
    """Every text in plain values, however deep."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from _texts_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts_in(inner)
    elif isinstance(value, str):
        yield value


def _check_rules(record: OneRecord, setting: Setting) -> None:
    first = refusal(record, setting)
    if first:
        raise _Fault("forbidden_number" if first.code == "forbidden_number" else "field_rule", first.path)


def head_of(judged: Judged) -> OneRecord | None:
    """The record without its parts, for a list; None for a tombstone and for what may not be shown."""
    line = judged.line
    shown = judged.code in ("", "fork", "field_rule")
    if not shown or line.op == "del":
        return None
    content, record_type = line.fields(), RECORD_TYPES[line.t]
    names = content.keys() & {column.name for column in columns(record_type)}
    return build(record_type, {name: content[name] for name in names}, id=line.id)


def label_of(type_word: str, path: str) -> Text:
    """The label of the field at a rule's path ('rows/12/age'); for '' and strange paths, of the record."""
    holder: type[msgspec.Struct] | None = RECORD_TYPES.get(type_word)
    label = Text("Record")
    for step in path.split("/"):
        one = next((one for one in fields(holder) if one.name == step), None) if holder else None
        if one:
            label, holder = Text(one.label), one.part
    return label


_MOST_LINES, _MOST_BYTES = 200, 4 << 20


def slices(lines: Iterable[Record]) -> Iterator[list[Record]]:
    """The lines, so many at a time that they take little memory."""
    part: list[Record] = []
    size = 0
    for line in lines:
        part.append(line)
        size += len(line.body)
        if len(part) == _MOST_LINES or size > _MOST_BYTES:
            yield part
            part, size = [], 0
    if part:
        yield part
