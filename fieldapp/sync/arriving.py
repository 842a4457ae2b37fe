"""What an arriving record would do: one of six outcomes, judged alike for the preview and for the import.

A record is compared by the names of revisions alone: known, an ancestor of what is held, a descendant of it,
or neither. No clock, number or name of a person or file is looked at.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy.engine import Connection

from fieldapp.domain.codes import Code
from fieldapp.domain.fields import build, columns, fields
from fieldapp.domain.records import RECORD_TYPES
from fieldapp.domain.records import Record as OneRecord
from fieldapp.domain.results import RESULTS
from fieldapp.domain.rules import Setting
from fieldapp.domain.text import Text
from fieldapp.storage import journal, state
from fieldapp.storage.home import Home
from fieldapp.storage.readied import spread_out
from fieldapp.storage.records import moved_on
from fieldapp.sync.lineage import Line
from fieldapp.sync.looking import HEX_ID, Fault, look
from fieldapp.sync.sync_file import Record


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
    """Whose records a file may hold. centre: the home-local number under which they are kept.

    line: of a home that goes on from others, or from which others go on (sync.lineage). let_in: its file came
    late and was let in by a decision.
    """

    node: str
    centre: int
    line: Line | None = None
    let_in: bool = False

    @property
    def sealed_by(self) -> frozenset[str]:
        """The nodes whose seals it may send: its own, and of those it goes on from."""
        return frozenset((self.node, *(self.line.before if self.line else ())))

    @property
    def owners(self) -> frozenset[str]:
        """To whom the records it sends may belong here."""
        return self.line.nodes if self.line else frozenset((self.node,))

    @property
    def heir(self) -> str:
        """To whom they belong from now on."""
        return self.line.heir if self.line else self.node


@dataclass(frozen=True, slots=True)
class Judged:
    """A line of a file and what becomes of it. code: of domain.results, '' when all is well.

    path: the field a rule speaks of, as in `rules.Problem`. held: of one that is kept, what was held of its
    record before.
    """

    line: Record
    outcome: Outcome
    code: str = ""
    path: str = ""
    held: journal.Known | None = None

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


def setting_here(tx: Connection, home: Home) -> Setting:
    """What the rules need to know of this home."""
    return Setting(demo=home.practice, centre_ids=state.centre_ids(tx))


class Judge:
    """Judges the records of one file, in their order."""

    def __init__(self, tx: Connection, sender: Sender, setting: Setting) -> None:
        self._tx = tx
        self._sender = sender
        self._sealed_by, self._owners = sender.sealed_by, sender.owners
        self._setting = setting
        self._seen: set[str] = set()

    def judge(self, lines: Sequence[Record]) -> list[Judged]:
        """The outcomes of some of the file's lines; give it slices."""
        held = journal.known(self._tx, {line.id for line in lines if HEX_ID.match(line.id)})
        return [self._one(line, held.get(line.id)) for line in lines]

    def _one(self, line: Record, held: journal.Known | None) -> Judged:
        if line.id in self._seen:  # a file has each record once, as it then stood
            twice = msgspec.structs.replace(line, rev="")
            return Judged(twice, Outcome.REFUSED, line.problem or "bad_record")
        self._seen.add(line.id)
        superseded = False
        try:
            self._check_place(line, held)
            if held and line.rev in held.revs:
                return Judged(line, Outcome.SAME)
            if line.again:  # only what is held is known again, and who undoes a file waits for us
                raise moved_on()
            superseded = held is not None and line.rev in held.older
            look(line, self._setting)
        except Fault as fault:
            outcome = Outcome.REPEAT if superseded else Outcome.REFUSED
            return Judged(line, outcome, fault.code, fault.path)
        if superseded:
            return Judged(line, Outcome.REPEAT, held=held)
        if held is None:
            return Judged(line, Outcome.NEW)
        if held.leaves.keys() <= set(line.anc):
            if self._sender.let_in:
                return Judged(line, Outcome.CHECK, "newer_in_replaced", held=held)
            return Judged(line, Outcome.CHANGED, held=held)
        return Judged(line, Outcome.CHECK, "fork", held=held)

    def _check_place(self, line: Record, held: journal.Known | None) -> None:
        """Whether the sender may send this at all."""
        check_known(line)
        if line.owner not in self._sealed_by or (held and held.owner not in self._owners):
            raise Fault("not_owner")
        check_same(line, held, self._sender.centre)


def check_known(line: Record) -> None:
    """Raise a fault for a line that is no record that is known here."""
    if line.problem:
        raise Fault(line.problem)
    if line.t not in RECORD_TYPES:
        raise Fault("unknown_type")


def check_same(line: Record, held: journal.Known | None, centre: int) -> None:
    """Raise a fault for a line that cannot be another version of what is held under its id."""
    if held and held.centre != centre:
        raise Fault("out_of_scope")
    if held and held.type != line.t:
        raise Fault("bad_record")


def revision_of(line: Record, sender: Sender) -> journal.Revision:
    """The line as the journal keeps it; a record that is new here belongs to the sender's heir."""
    return journal.Revision(
        type=line.t,
        id=line.id,
        centre=sender.centre,
        owner=sender.heir,
        rev=line.rev,
        ancestors=line.anc,
        op=line.op,
        body=line.body,
        schema=line.schema,
        login=line.by,
        at=line.at,
        ready=line.ready or spread_out(line.body, line.plain),
    )


def head_of(judged: Judged) -> OneRecord | None:
    """The record without its parts, for a list; None for a tombstone and for what may not be shown."""
    line = judged.line
    shown = judged.code in ("", "fork", "newer_in_replaced", "field_rule")
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
