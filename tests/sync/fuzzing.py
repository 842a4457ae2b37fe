"""Random damage to what stands inside a sync file, given to each parser by itself.

A parser takes it or refuses it; whatever else it raises is a fault. Half of the damage is done to bytes, half
to values that are then spelt as they must be, so that it gets behind the check of the spelling.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from typing import Any, NamedTuple

import msgspec

from fieldapp.domain import canonical
from fieldapp.domain.errors import SyncFileRefused
from fieldapp.domain.fields import flatten
from fieldapp.domain.records import RECORD_TYPES
from fieldapp.domain.rules import Setting
from fieldapp.sync.container import Header, Manifest, Prefix
from fieldapp.sync.looking import looked_at
from fieldapp.sync.office import KeyList, OfficeKey
from fieldapp.sync.receipt_lines import (
    FileLine,
    MissingLine,
    ReceiptLine,
    RefusedLine,
    lines_of,
    section,
)
from fieldapp.sync.sync_file import Columns, Record
from fieldapp.sync.sync_file_lines import read_bytes
from fieldapp.sync.sync_file_read import columns_of, read_lines
from tests.examples import sensible
from tests.sync import samples

REFUSALS = (SyncFileRefused, canonical.NotCanonical)
_SETTING = Setting(demo=True)
_ODD = (
    None, True, False, 0, -1, 1, 2**31, 2**53 - 1, 2**53, -(2**63), 10**30, 1.5, "", " ", "0", "x" * 70,
    "9" * 400, "५०१२३४५६७८", "\u202e", "\x00", "\ud800", "क्‍ष", "a" * 32, "0" * 32, "f" * 64, "../../x",
    "2026-02-30", "2026-11-20T10:00:00Z", "<img src=x>", "'); DROP TABLE", [], [[]], {}, {"": 1}, [None] * 3,
    {"row": 1}, [{"row": 1}, {"row": 1}], [[1, 2], [3]], "put", "del", "erase", "blob", "activity",
)  # fmt: skip
"""What may stand where something else was meant."""

_BYTES = (
    b"", b"\x00", b"\xff", b'"', b"\\", b"\\u0000", b"{", b"}", b"[", b"]", b",", b":", b"-", b"1e999",
)  # fmt: skip


class Target(NamedTuple):
    """A parser, and proper inputs of it as bytes or as values that it is given canonically spelt."""

    name: str
    parse: Callable[[bytes], object]
    samples: Sequence[bytes]
    values: Sequence[Any] = ()


def check(seed: int, count: int) -> Counter[str]:
    """So many damaged inputs; what became of them. Raises AssertionError with the input that did something
    else than be taken or refused.
    """
    chance, found = random.Random(seed), Counter[str]()
    for _ in range(count):
        target = chance.choice(TARGETS)
        source = _damaged(target, chance)
        if source is None:
            continue
        try:
            target.parse(source)
            found[f"{target.name} taken"] += 1
        except REFUSALS:
            found[f"{target.name} refused"] += 1
        except Exception as error:
            raise AssertionError(f"{target.name}: {error!r} for {source!r}") from error
    return found


# ---------------------------------------------------------------- damage


def _damaged(target: Target, chance: random.Random) -> bytes | None:
    """An input with up to four faults; None where a value cannot even be spelt."""
    if target.values and chance.random() < 0.5:
        value = msgspec.json.decode(msgspec.json.encode(chance.choice(target.values)))
        for _ in range(chance.randint(1, 4)):
            _spoil(value, chance)
        try:
            return canonical.encode_line(value)
        except (*REFUSALS, TypeError, ValueError):
            return None
    source = bytearray(chance.choice(target.samples))
    for _ in range(chance.randint(1, 4)):
        _scratch(source, target, chance)
    return bytes(source)


def _scratch(source: bytearray, target: Target, chance: random.Random) -> None:
    at, end = sorted(chance.randrange(len(source) + 1) for _ in range(2))
    end = min(end, at + chance.choice((1, 2, 8, 64)))
    match chance.randrange(6):
        case 0 if source:
            source[at % len(source)] ^= 1 << chance.randrange(8)
        case 1:
            del source[at:end]
        case 2:
            source[at:at] = source[at:end]
        case 3:
            source[at:end] = chance.choice(_BYTES)
        case 4:
            other = chance.choice(target.samples)
            start = chance.randrange(len(other))
            source[at:end] = other[start : start + 64]
        case _:
            source[at:end] = chance.randbytes(end - at)


def _spoil(value: Any, chance: random.Random) -> None:
    """Change something somewhere in a value of dicts and lists."""
    places = list(_places(value))
    if not places:
        return
    holder, key = chance.choice(places)
    match chance.randrange(5):
        case 0:
            del holder[key]
        case 1 if isinstance(holder, list):
            holder.insert(key, deepcopy(holder[key]))
        case 1:
            holder[chance.choice(("x", "t", "Ü", "of_tomorrow", "row"))] = deepcopy(holder[key])
        case 2:
            holder[key] = [holder[key]]
        case _:
            holder[key] = deepcopy(chance.choice(_ODD))


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(value, dict):
        members = list(value.items())
    else:
        members = list(enumerate(value)) if isinstance(value, list) else []
    for key, member in members:
        yield value, key
        yield from _places(member)


# ---------------------------------------------------------------- the parsers

_COLUMNS, _NO_COLUMNS = Columns(samples.COLUMNS), Columns({})
_AT = "2026-11-20T10:00:00Z"


def _line(source: bytes) -> None:
    line = read_bytes(source, _COLUMNS, records_only=False)
    if isinstance(line, Record):
        _look(line)


def _sealed_anew(source: bytes) -> None:
    """The body of a record of an enrolled centre: named as it must be, whatever it holds."""
    members = canonical.decode(source)
    if isinstance(members, dict):
        rest = {"rev": canonical.revision_of(source), "schema": 1, "n": 1, "by": "operator", "at": _AT}
        line = read_bytes(canonical.encode({**rest, **members}), _NO_COLUMNS, records_only=True)
        if isinstance(line, Record) and _look(line).ready is not None:
            assert not line.problem


def _look(line: Record) -> Record:
    ((part,),) = looked_at([line], _SETTING)
    return part.records[0]


def _receipt(source: bytes) -> None:
    members = canonical.decode(source)
    if isinstance(members, dict) and "t" in members:
        for word, kind in _RECEIPT_LINES.items():
            lines_of([(2, members)], word, kind)


def _manifest(source: bytes) -> None:
    columns_of(Manifest.converted(canonical.decode(source)))


def _keys(source: bytes) -> None:
    said = canonical.decode(source)
    try:
        offered = msgspec.convert(said, KeyList)
    except msgspec.ValidationError:
        return  # whoever reads the line says which it is
    offered.check(said, None)


def _frame(source: bytes) -> None:
    for line in read_lines(source, _CONTENT, records_only=True):
        assert isinstance(line, Record)


_RECEIPT_LINES = {"receipt": ReceiptLine, "file": FileLine, "refused": RefusedLine, "missing": MissingLine}
_LINES = [samples.record_line(n) for n in (1, 2)]
_CONTENT = samples.manifest(_LINES)
_POINT = {"n": 3, "chain": "ab" * 16}
_SECTIONS = [
    section("receipt", ReceiptLine(node=samples.NODE, checkpoints=(), full=True, at=_AT)),
    canonical.encode({"t": "receipt", "node": samples.NODE, "checkpoints": [_POINT], "given": [_POINT]}),
    section("file", FileLine(sha256="ab" * 32, batch=3, part=1, of=1, state="IMPORTED")),
    section("refused", RefusedLine(type="activity", id="a" * 32, revision="b" * 32, code="field_rule")),
    section("missing", MissingLine(pictures=("cd" * 32,))),
]
_HEADERS = [canonical.encode(samples.cover()), samples.header().encoded()]
_MANIFESTS = [canonical.encode(samples.first_line(2)), _CONTENT.encoded()]
_KEY_LIST = KeyList(
    number=1,
    root=samples.HQ.public.sign,
    reserve=samples.RESERVE.public.age,
    keys=(OfficeKey(node=samples.HQ_NODE, sign=samples.HQ.public.sign, age=samples.HQ.public.age),),
)
_KEY_LISTS = [canonical.encode({"t": "keys", **_KEY_LIST.members(samples.HQ)})]
_BODIES = [
    canonical.encode(
        {"t": word, "op": "put", "id": "a" * 32, "owner": samples.NODE, "f": flatten(sensible(word))}
    )
    for word in RECORD_TYPES
]


def _values(encoded: Sequence[bytes]) -> list[Any]:
    return [msgspec.json.decode(one) for one in encoded]


TARGETS = (
    Target("prefix", Prefix.unpack, [samples.forge(), samples.forge(kind=4)]),
    Target("header", Header.decoded, _HEADERS, _values(_HEADERS)),
    Target("manifest", _manifest, _MANIFESTS, _values(_MANIFESTS)),
    Target("canonical", canonical.decode, [*_HEADERS, *_SECTIONS], _values(_SECTIONS)),
    Target("line form", canonical.decode_line, _LINES, _values(_LINES)),
    Target("line", _line, _LINES, _values(_LINES)),
    Target("record", _sealed_anew, _BODIES, _values(_BODIES)),
    Target("receipt", _receipt, _SECTIONS, _values(_SECTIONS)),
    Target("keys", _keys, _KEY_LISTS, _values(_KEY_LISTS)),
    Target("frame", _frame, [samples.frame(samples.plain(*_LINES))]),
)
