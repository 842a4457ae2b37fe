"""Looking at an arriving line by itself: whether it reads back as it was sent and breaks no rule.

No database is asked, so whoever reads the file can do it.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cache, lru_cache
from itertools import islice
from typing import Any

import msgspec

from fieldapp.domain import canonical
from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.fields import Kind, build, columns, fields, flatten, part_type, parts, unknown
from fieldapp.domain.identifiers import find_forbidden_number, refuse_forbidden_number
from fieldapp.domain.plain_activity import PlainActivity
from fieldapp.domain.records import RECORD_TYPES
from fieldapp.domain.records import Record as OneRecord
from fieldapp.domain.rules import Setting, refusal
from fieldapp.storage.plain_rows import Lot, Lots, spread_plain
from fieldapp.storage.readied import readied
from fieldapp.sync.sync_file_lines import Record

HEX_ID = re.compile(r"[0-9a-f]{32}\Z")


class Fault(Exception):
    """Why a record is refused: a code of domain.results, and the path of a field."""

    def __init__(self, code: str, path: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.path = path


def look(line: Record, setting: Setting) -> None:
    """Raises Fault for a record that may not be taken, whatever is held. Of a known type; no erasure."""
    if line.looked:
        if line.fault:
            raise Fault(line.fault, line.path)
    elif not _is_plainly_fine(line, setting):
        record = _read(line)
        _check_other_words(line, setting)
        if record is not None:
            _check_rules(record, setting)


class Looked(msgspec.Struct, array_like=True):
    """Lines that were looked at together, and by table the rows of those that are plainly in order."""

    records: list[Record]
    tables: dict[str, Lot]

    def whole(self) -> list[Record]:
        """The lines, each with its place among the rows."""
        plain = [one.ready for one in self.records if one.ready is not None and one.ready.figures]
        lots = Lots(len(plain), self.tables)
        for at, ready in enumerate(plain):
            ready.lots, ready.at = lots, at
        return self.records


def _looked_at(part: Iterable[Record], setting: Setting) -> Looked:
    records, plain = list[Record](), list[PlainActivity]()
    for line in part:
        records.append(_looked_at_one(line, setting))
        ready = records[-1].ready
        if ready is not None and ready.figures:
            plain.append(line.plain)
    return Looked(records, spread_plain(plain).tables)


def _looked_at_one(line: Record, setting: Setting) -> Record:
    fault, path = "", ""
    if line.problem or line.looked or line.t not in RECORD_TYPES:
        return line
    try:
        look(line, setting)
    except Fault as found:
        fault, path = found.code, found.path
    ready = None if fault else readied(line.body, line.plain)
    body = line.body if ready is None else b""
    return msgspec.structs.replace(
        line, plain=None, looked=True, fault=fault, path=path, ready=ready, body=body
    )


def _is_plainly_fine(line: Record, setting: Setting) -> bool:
    """Whether a plain activity is in order for this home too: only practice homes have mobiles with 5."""
    if line.plain is None or find_forbidden_number(line.by) or not _is_instant(line.at):
        return False
    return setting.demo or not any((row.mobile or "").startswith("5") for row in line.plain.rows)


@lru_cache(maxsize=1000)
def _is_instant(text: str) -> bool:
    try:
        return not text or bool(datetime.fromisoformat(text))
    except ValueError:
        return False


def _read(line: Record) -> OneRecord | None:
    """The record of a line, None for a tombstone. Raises Fault unless it reads back just as it was sent."""
    content = line.fields()
    try:
        if line.at:
            datetime.fromisoformat(line.at)
        if line.op == "del":
            if not isinstance(content.get("reason", ""), str):
                raise Fault("bad_record")
            return None
        record_type = RECORD_TYPES[line.t]
        record = build(record_type, content, id=line.id)
        flat = canonical.raw(flatten(record))
        same = flat == canonical.raw(content) or flat == canonical.raw(_known_only(record_type, content))
    except (ValueError, TypeError, AttributeError) as error:
        raise Fault("bad_record") from error
    if not same or not _storable(record):
        raise Fault("bad_record")
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
        if kind is Kind.REF and not HEX_ID.match(value):
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
            raise Fault(error.code) from error


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
        raise Fault("forbidden_number" if first.code == "forbidden_number" else "field_rule", first.path)


_FEWEST, _MOST_LINES, _MOST_BYTES = 10, 100, 4 << 20
_AT_ONCE = 25
"""So many lines are looked at together: what becomes of them stays near the processor until it is sent, and
of four times as many takes a quarter longer.
"""


def slices(lines: Iterable[Record]) -> Iterator[list[Record]]:
    """The lines, so many at a time that they take little memory."""
    lines = iter(lines)
    for number in _numbers():
        part = [*_some(lines, number, _MOST_BYTES)]
        if not part:
            return
        yield part


def looked_at(lines: Iterable[Record], setting: Setting) -> Iterator[list[Looked]]:
    """What a look at each line found, and what is stored of it; of records alone, a slice at a time."""
    lines = iter(lines)
    for number in _numbers():
        parts, left, room = list[Looked](), number, _MOST_BYTES
        while left and room >= 0 and (part := [*_some(lines, min(left, _AT_ONCE), room)]):
            parts.append(_looked_at(part, setting))
            left -= len(part)
            room -= sum(line.size for line in part)
        if not parts:
            return
        yield parts


def _numbers() -> Iterator[int]:
    """How many lines each slice has.

    The first has few, so that whoever waits for it begins early; each next one has a fifth more, which is
    read in no more time than the one before it is written in.
    """
    number = _FEWEST
    while True:
        yield number
        number = min(number + number // 5, _MOST_LINES)


def _some(lines: Iterator[Record], number: int, room: int) -> Iterator[Record]:
    """The next lines, at most so many, and none after they are larger together than there is room."""
    for line in islice(lines, number):
        yield line
        room -= line.size
        if room < 0:
            return
