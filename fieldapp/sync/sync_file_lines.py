"""The lines of a sync file's content: records, blobs and sections, written and read.

A record travels whole, on one line. Its child lists (roster rows, and the tries within a row) travel as
arrays in the order of the columns that the manifest names once; its revision is over the rows as objects.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from fieldapp.domain import canonical
from fieldapp.domain.plain_activity import PlainActivity, plain_activity
from fieldapp.domain.upcasting import is_needed, upcast
from fieldapp.storage.readied import Readied, body_in
from fieldapp.sync.container import MAX_ANCESTORS, Count, FromOne, Hex64, HexId, Name

_Instant = Annotated[str, Meta(pattern=r"^([0-9]{4}(-[0-9]{2}){2}T[0-9]{2}(:[0-9]{2}){2}Z)?\Z")]


class _Envelope(msgspec.Struct, kw_only=True):
    t: Name
    op: Literal["put", "del", "erase"]
    id: HexId
    owner: HexId
    anc: Annotated[list[HexId], Meta(max_length=MAX_ANCESTORS)] = []
    f: dict[str, Any] = {}
    x: dict[str, Any] = {}
    rev: HexId
    schema: FromOne
    by: Annotated[str, Meta(max_length=100)] = ""
    at: _Instant = ""
    q: bool = False
    n: Count = 0


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """One record as it arrived.

    body: the sealed body {t, op, id, owner, anc, f, x}, canonical, rows as objects; its hash is `rev`.
    anc: sealed ancestors, newest first. schema: of the body. by: login name; at: instant; q: the clock was
    in doubt; n: number in its home's log. plain: an activity that is plainly in order as such
    (domain.plain_activity), else None. problem: '' or the result code of a record that cannot be taken;
    then the other fields hold what could be made of it. looked: whether it was looked at already
    (sync.looking), and then fault and path say why it may not be taken, and ready what is stored of it: the
    body too, which then is not there itself. size: of the body in bytes.

    line: the name of the line it came on (`Columns.line_name`). again: that very line was taken before, and
    only type, id, owner, op, rev and n were read this time.
    """

    t: str
    id: str
    owner: str = ""
    op: str = ""
    rev: str = ""
    anc: tuple[str, ...] = ()
    schema: int = 0
    by: str = ""
    at: str = ""
    q: bool = False
    n: int = 0
    body: bytes = b""
    size: int = 0
    plain: PlainActivity | None = None
    problem: str = ""
    looked: bool = False
    fault: str = ""
    path: str = ""
    ready: Readied | None = None
    line: bytes = b""
    again: bool = False

    def fields(self) -> dict[str, Any]:
        """`f` of the body, rows as objects; of a record, in today's words."""
        found: dict[str, Any] = canonical.decode(body_in(self.body, self.ready)).get("f", {})
        return found if self.op == "del" else upcast(self.t, found, self.schema)


class Blob(msgspec.Struct, frozen=True, kw_only=True):
    """One part of a photograph or document. sha256: of the whole; part: 0 if it is the whole, else from 1."""

    sha256: Hex64
    type: Annotated[str, Meta(max_length=100)]
    part: Count = 0
    content: bytes = b""
    problem: str = ""


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a receipt, request, pack or give-back that is no record: its members, `t` among them."""

    t: str
    members: dict[str, Any]


class Columns:
    """Which child lists travel as rows, and the names of their columns.

    A list belongs to its name wherever it stands: in `f` or as a column of a row. ValueError for names that
    repeat within a list.
    """

    def __init__(self, columns: Mapping[str, Sequence[str]]) -> None:
        self._names = {name: tuple(names) for name, names in columns.items()}
        self._nested = {
            name: [at for at, column in enumerate(names) if column in columns]
            for name, names in self._names.items()
        }
        self._objects = {name: _row_type(names) for name, names in self._names.items()}
        self.named = tuple(sorted(self._names.items()))
        self._begun = hashlib.sha256(repr(self.named).encode())

    def line_name(self, sent: bytes) -> bytes:
        """16 bytes by which a line is known when it comes once more, read by the same columns."""
        digest = self._begun.copy()
        digest.update(sent)
        return digest.digest()[:16]

    def packed(self, f: msgspec.Raw) -> dict[str, Any]:
        """`f` with its lists as rows, from its sealed bytes: what stands in a cell is not even looked at.

        ValueError for a list that is not of objects of these columns.
        """
        found: dict[str, Any] = _MEMBERS_RAW.decode(f)
        for name in found.keys() & self._names.keys():
            try:
                rows = _sealed_rows(name, self.named).decode(found[name])
            except msgspec.ValidationError as error:
                raise ValueError(f"{name} is not a list of objects of its columns") from error
            found[name] = self._cells(name, rows)
        return found

    def _cells(self, name: str, rows: list[Any]) -> list[tuple[Any, ...]]:
        """The rows of a list as arrays, without the absent columns at their ends."""
        names, nested, packed = self._names[name], self._nested[name], []
        for row in rows:
            for at in nested:
                if (inner := getattr(row, f"c{at}")) is not None:
                    setattr(row, f"c{at}", self._cells(names[at], inner))
            cells = msgspec.structs.astuple(row)
            end = len(cells)
            while end and cells[end - 1] is None:
                end -= 1
            packed.append(cells[:end])
        return packed

    def opened(self, f: Mapping[str, Any]) -> dict[str, Any]:
        """`f` with rows made objects that encode as such; ValueError for rows that `packed` never gives."""
        return {name: self._open(name, value) if name in self._names else value for name, value in f.items()}

    def _open(self, name: str, rows: object) -> list[Any]:
        if type(rows) is not list or not {list}.issuperset(map(type, rows)):
            raise ValueError(f"{name} is not a list of rows")
        for at in self._nested[name]:
            for row in rows:
                if at < len(row) and row[at] is not None:
                    row[at] = self._open(self._names[name][at], row[at])
        kind = self._objects[name]
        try:
            return [kind(*row) for row in rows]
        except TypeError as error:
            raise ValueError(f"{name} has a row with too many columns") from error


@lru_cache(maxsize=256)
def _row_type(columns: tuple[str, ...]) -> type[msgspec.Struct]:
    """A row as a value that encodes as an object without its absent columns: four times as fast as a dict.

    msgspec raises a ValueError for a name that is there twice.
    """
    return msgspec.defstruct(
        "Row",
        [(f"c{at}", Any, None) for at in range(len(columns))],
        rename={f"c{at}": name for at, name in enumerate(columns)},
        omit_defaults=True,
        gc=False,
    )


_MEMBERS_RAW = msgspec.json.Decoder(dict[str, msgspec.Raw])


@lru_cache(maxsize=256)
def _sealed_rows(name: str, named: tuple[tuple[str, tuple[str, ...]], ...]) -> "msgspec.json.Decoder[Any]":
    """Reads a list of objects, and the lists in them that travel as rows too; other cells stay bytes."""
    return msgspec.json.Decoder(list[_sealed_type(name, dict(named))])  # type: ignore[misc]


def _sealed_type(name: str, named: Mapping[str, tuple[str, ...]]) -> type[msgspec.Struct]:
    cells = [
        list[_sealed_type(column, named)] if column in named else msgspec.Raw  # type: ignore[misc]
        for column in named[name]
    ]
    return msgspec.defstruct(
        "SealedRow",
        [(f"c{at}", kind, None) for at, kind in enumerate(cells)],
        rename={f"c{at}": column for at, column in enumerate(named[name])},
        forbid_unknown_fields=True,
        gc=False,
    )


def record_line(
    body: bytes, rev: str, columns: Columns, *, schema: int, n: int, by: str, at: str, q: bool = False
) -> bytes:
    """The line of a sealed body whose name is `rev`. ValueError if it has columns that are not named."""
    members: dict[str, Any] = _MEMBERS_RAW.decode(body)
    if "f" in members:
        members["f"] = columns.packed(members["f"])
    envelope = {"rev": rev, "schema": schema, "n": n, "by": by, "at": at, "q": q}
    members.update({name: value for name, value in envelope.items() if value})
    return canonical.raw(members)


def blob_line(sha256: str, media_type: str, content: bytes, part: int = 0) -> bytes:
    """The line of a blob, or of one part of it (from 1); `sha256` is of the whole blob, 64 hex."""
    text = base64.b64encode(content).decode()
    return canonical.encode({"t": "blob", "sha256": sha256, "type": media_type, "part": part, "b64": text})


def read_bytes(
    sent: bytes, columns: Columns, *, records_only: bool, known: Collection[bytes] = ()
) -> Record | Blob | Section:
    """As `read_line`, from the bytes of a line. Raises NotCanonical, also when they are not its line form.

    A record that is plainly in order was looked at in the same pass that made it an activity. known: the
    names of lines whose records were taken; of such a line no more is read than whose it is.
    """
    if known and (name := columns.line_name(sent)) in known and (record := _come_again(sent, name)):
        return record
    line = canonical.decode_spelling(sent)
    plain = _plain(line, sent, columns)
    if plain is not None:
        return _record(line, columns, plain, sent)
    canonical.examine_line(line, sent)
    return read_line(line, columns, records_only=records_only, sent=sent)


_END = re.compile(
    rb'"id":"([0-9a-f]{32})"(?:,"n":([0-9]+))?,"op":"([a-z]+)"'
    rb',"owner":"([0-9a-f]{32})"(?:,"q":true)?,"rev":"([0-9a-f]{32})"'
    rb',"schema":[0-9]+,"t":"([a-z_]+)"(?:,"x":\{\})?\}\Z'
)
_LONGEST_END = 300


def _come_again(sent: bytes, name: bytes) -> Record | None:
    """A line that was taken before; None if it says something here that is unknown as yet, and must be read.

    Its members stand in the order of their names: whose it is comes last.
    """
    end = _END.search(sent, max(0, len(sent) - _LONGEST_END))
    if end is None:
        return None
    record_id, n, op, owner, rev, type_word = (text.decode() for text in end.groups(b"0"))
    return Record(
        t=type_word,
        id=record_id,
        owner=owner,
        op=op,
        rev=rev,
        n=int(n),
        line=name,
        looked=True,
        again=True,
    )


_MEMBERS = frozenset(_Envelope.__struct_fields__)


def _plain(line: Any, sent: bytes, columns: Columns) -> PlainActivity | None:
    """The activity that a line brings; None too for a line that may not be in its line form."""
    if type(line) is not dict or line.get("t") != "activity" or line.get("op") != "put":
        return None
    schema = line.get("schema")
    if type(schema) is not int or is_needed("activity", schema):
        return None
    strange = not line.keys() <= _MEMBERS or not all(value or name == "x" for name, value in line.items())
    if strange or line.get("x") or "f" not in line or not canonical.holds_plain_text(sent):
        return None
    start, end = sent.find(b'"f":{'), sent.rfind(b'},"id":"')
    return plain_activity(line["f"], sent[start + 4 : end + 1], columns.named) if start < end else None


def read_line(
    line: Any, columns: Columns, *, records_only: bool, sent: bytes = b""
) -> Record | Blob | Section:
    """What a decoded line says, which is used up by it. A record or blob that fails carries its problem.

    records_only: whatever is no blob is a record (batches); otherwise a record has a `rev`. sent: its bytes.
    Raises NotCanonical for a line that is none of the three.
    """
    if type(line) is not dict or type(line.get("t")) is not str:
        raise canonical.NotCanonical("bad_json", "a line without a type")
    if line["t"] == "blob":
        return _blob(line)
    if records_only or "rev" in line:
        return _record(line, columns, sent=sent)
    return Section(t=line["t"], members=line)


def _record(
    line: dict[str, Any], columns: Columns, plain: PlainActivity | None = None, sent: bytes = b""
) -> Record:
    try:
        cover = {name: value for name, value in line.items() if plain is None or name != "f"}
        envelope = msgspec.convert(cover, _Envelope)
        body = _body(line, columns, plain is not None)
    except (ValueError, msgspec.ValidationError):
        named = line.get("id")
        return Record(t=line["t"], id=named if type(named) is str else "", problem="bad_record")
    anc = tuple(envelope.anc)
    strange = envelope.rev in anc or len(set(anc)) != len(anc) or not envelope.id.strip("0")
    problem = (
        "bad_record" if strange else "" if canonical.revision_of(body) == envelope.rev else "bad_revision"
    )
    return Record(
        t=envelope.t,
        id=envelope.id,
        owner=envelope.owner,
        op=envelope.op,
        rev=envelope.rev,
        anc=anc,
        schema=envelope.schema,
        by=envelope.by,
        at=envelope.at,
        q=envelope.q,
        n=envelope.n,
        body=body,
        size=len(body),
        plain=plain,
        problem=problem,
        line=columns.line_name(sent) if sent else b"",
    )


def _body(line: dict[str, Any], columns: Columns, is_plain: bool) -> bytes:
    members = {name: value for name, value in line.items() if name in canonical.REVISION_MEMBERS}
    if "f" in members:
        members["f"] = columns.opened(members["f"])
    body = canonical.raw(members)
    if not is_plain and canonical.may_hold_what_is_left_out(body):
        canonical.decode(body)
    return body


def _blob(line: dict[str, Any]) -> Blob:
    problem, content = "", b""
    try:
        content = base64.b64decode(line.pop("b64", ""), validate=True)
        blob = msgspec.convert(line, Blob)
        if blob.part == 0 and hashlib.sha256(content).hexdigest() != blob.sha256:
            problem = "bad_blob"
    except (binascii.Error, TypeError, ValueError, msgspec.ValidationError):
        return Blob(sha256="", type="", problem="bad_blob")
    return msgspec.structs.replace(blob, content=content, problem=problem)
