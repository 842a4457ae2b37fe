"""A receipt by telephone: 20 digits that head office reads out when nothing can travel back.

    123 4  567 8  ...   five groups of three digits and one that checks them
    batch number (3), then 12 digits of HMAC-SHA256 over node, log number and chain

The key is the one that both sides can make from the keys they exchanged at enrolment (NodeKeys.shared_key). A
code says what a receipt's checkpoint says: head office holds everything up to there. What became of single
records only a receipt file says.
"""

import hashlib
import hmac
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.domain.actor import Actor, Duty
from fieldapp.domain.check_digits import verhoeff_digit
from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.identifiers import fold_digits
from fieldapp.domain.text import Text
from fieldapp.storage import journal, log, state
from fieldapp.storage.database import Database, instant, stamp
from fieldapp.storage.home import Home
from fieldapp.storage.tables import IMPORTED, batches, inbox_files, nodes, refused
from fieldapp.sync import checkpoints
from fieldapp.sync.batches import BatchState
from fieldapp.sync.batches_received import cover_batches
from fieldapp.sync.keys import NodeKeys
from fieldapp.sync.office import key_list, signing_keys
from fieldapp.sync.revocation import TRUSTED
from fieldapp.sync.sync_file import Kind

GROUPS, GROUP = 5, 4
_BATCHES, _MAC = 1000, 10**12
_PURPOSE = "fieldapp-receipt-code-1"
_OFFERED = 5

WRONG_CODES = "receipt_code_wrong"
"""How many wrong codes were entered since a receipt came."""

_WRONG_AT = "receipt_code_wrong_at"
FREE_TRIES, MOST_TRIES = 3, 20
"""Wrong codes that cost no wait; and how many there may be before only a receipt file helps.

The wait goes by the clock, which may be set; the number of tries does not.
"""

_FIRST_WAIT, _LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class CodeMade:
    """A code to read out. letter: of the computer; refused: records of it that head office did not take."""

    code: str
    batch: int
    letter: str
    node: str
    refused: int


@dataclass(frozen=True, slots=True)
class CodeTaken:
    """What a code receipted: the batch it was made for, and the base before and after."""

    batch: int
    base_before: int
    base: int


class ReceiptCodes:
    """Made at head office, entered at a centre."""

    def __init__(self, database: Database, home: Home, keys: NodeKeys) -> None:
        self._database = database
        self._home = home
        self._keys = keys

    # ------------------------------------------------------------ head office

    def make(self, actor: Actor, centre: int, batch: int | None = None) -> tuple[CodeMade, ...]:
        """The codes that can be read out to a centre: of each trusted computer the newest batches it holds.

        centre: home-local number; batch: only of that one. Batches after a gap have none: only what head
        office holds without one can be confirmed. Raises InvalidInput 'not_an_office', or 'no_code' when
        there is nothing to confirm.
        """
        actor.must_be(Duty.OFFICER)
        if not self._home.is_hq or self._home.scope:
            raise InvalidInput(
                Text("Only a head office gives receipt codes."),
                Text("A centre enters them. A block office carries receipts."),
                "not_an_office",
            )
        with self._database.transaction() as tx:
            rows = tx.execute(
                sa.select(nodes)
                .where(nodes.c.centre == centre, nodes.c.state == TRUSTED)
                .order_by(nodes.c.letter)
            ).fetchall()
            found = tuple(code for row in rows for code in self._codes(tx, row, batch))
            for one in found[:1]:
                log.note(tx, self._database.clock(), actor.login, "make_receipt_code", what=one.node)
        if not found:
            raise InvalidInput(
                Text("There is nothing that a code could confirm."),
                Text(
                    "Import the files of the centre first. What follows a gap waits until the gap is closed."
                ),
                "no_code",
            )
        return found

    def _codes(self, tx: Connection, row: Any, batch: int | None) -> Iterator[CodeMade]:
        node = bytes(row.node)
        known = checkpoints.valid(tx, [node])[node]
        own = (inbox_files.c.key == row.key) & (inbox_files.c.state == IMPORTED)
        files = tx.execute(
            sa.select(inbox_files.c.batch, inbox_files.c.to_n, inbox_files.c.to_chain)
            .where(own, inbox_files.c.kind == int(Kind.BATCH), inbox_files.c.to_n > 0)
            .order_by(inbox_files.c.to_n.desc(), inbox_files.c.sha256)
        ).fetchall()
        not_taken = tx.execute(
            sa.select(sa.func.count()).select_from(refused).where(refused.c.node == node)
        ).scalar()
        known_by = signing_keys(tx, self._keys, bytes(row.key))
        key = known_by.shared_key(row.age_recipient, _PURPOSE)
        newest: dict[int, str] = {}
        for one in files:
            if (one.to_n, bytes(one.to_chain)) in known and one.batch not in newest:
                newest[one.batch] = code_of(key, one.batch, node, one.to_n, bytes(one.to_chain))
        for number, code in list(newest.items())[:_OFFERED] if batch is None else newest.items():
            if batch in (None, number):
                yield CodeMade(code, number, row.letter or "Z", node.hex(), not_taken or 0)

    # ------------------------------------------------------------ centre

    def enter(self, actor: Actor, typed: str) -> CodeTaken:
        """Take a code as it was heard: its batch, and all before it, are received.

        Raises InvalidInput: 'code_digits' (a group was misheard; that is no wrong try), 'code_wait',
        'code_locked', 'code_wrong' (another batch's or another centre's), 'code_old' (of an older line, or
        already confirmed), 'not_a_centre'. Nothing has changed then.
        """
        actor.must_be_known()
        if self._home.is_hq:
            raise InvalidInput(
                Text("A receipt code is entered at the centre."),
                Text("Open the home of the centre."),
                "not_a_centre",
            )
        digits, now = _payload(typed), self._database.clock()
        with self._database.transaction() as tx:
            found = _waiting(tx, now) or self._try(tx, actor, digits, now)
        if isinstance(found, InvalidInput):
            raise found
        return found

    def _try(self, tx: Connection, actor: Actor, digits: str, now: datetime) -> CodeTaken | InvalidInput:
        number = int(digits[:3])
        row = self._match(tx, number, digits[3:])
        if row is not None:
            return self._take(tx, actor, row)
        state.write(tx, WRONG_CODES, str(int(state.read(tx, WRONG_CODES, "0")) + 1))
        state.write(tx, _WRONG_AT, stamp(now))
        return InvalidInput(
            Text("This code does not fit batch {n} of this computer.", n=f"{number:03}"),
            Text(
                "Nothing was changed. Ask head office for centre, letter and batch, and hear the code again."
            ),
            "code_wrong",
        )

    def _match(self, tx: Connection, number: int, mac: str) -> Any | None:
        """The part of a batch that a code was made for."""
        offices, node = key_list(tx), state.node(tx)
        rows = tx.execute(
            sa.select(batches)
            .where(batches.c.number % _BATCHES == number, batches.c.to_n > 0)
            .where(batches.c.state != BatchState.MAKING)
            .order_by(batches.c.number.desc(), batches.c.part.desc())
        ).fetchall()
        for key in offices.keys if offices else ():
            shared = self._keys.shared_key(key.age, _PURPOSE)
            for row in rows:
                if hmac.compare_digest(_mac(shared, node, row.to_n, bytes(row.to_chain)), mac):
                    return row
        return None

    def _take(self, tx: Connection, actor: Actor, row: Any) -> CodeTaken | InvalidInput:
        """Move the base as a receipt with that one checkpoint would, but never down."""
        before = state.base(tx)
        if row.to_n < before or journal.link(tx, state.node(tx), row.to_n) != bytes(row.to_chain):
            return InvalidInput(
                Text("This code is older than what head office has confirmed already."),
                Text("Nothing was changed, and nothing need be done."),
                "code_old",
            )
        now = self._database.clock()
        state.write(tx, "base", str(row.to_n))
        cover_batches(tx, stamp(now), named=row.number)
        state.write(tx, WRONG_CODES, "0")
        log.note(tx, now, actor.login, "take_receipt_code", what=str(row.number))
        return CodeTaken(row.number, before, row.to_n)


def _waiting(tx: Connection, now: datetime) -> InvalidInput | None:
    """Why no code can be tried now; None when one can."""
    wrong, since = int(state.read(tx, WRONG_CODES, "0")), state.read(tx, _WRONG_AT)
    if wrong >= MOST_TRIES:
        return InvalidInput(
            Text("Too many wrong codes were entered."),
            Text(
                "Your records are safe. Ask head office for the receipt as a file; after it codes work again."
            ),
            "code_locked",
        )
    if wrong < FREE_TRIES:
        return None
    if now < instant(since):  # the clock was set back: the wait begins anew, and ends
        state.write(tx, _WRONG_AT, stamp(now))
    wait = min(_FIRST_WAIT * 2 ** (wrong - FREE_TRIES), _LONGEST_WAIT)
    left = wait - max(now - instant(since), timedelta())
    if left <= timedelta():
        return None
    minutes, seconds = -(-left // timedelta(minutes=1)), left.seconds + 1
    return InvalidInput(
        Text("After a wrong code the next try must wait."),
        Text("Try again in {n} minutes. Hear the code once more meanwhile.", n=minutes)
        if left > timedelta(minutes=2)
        else Text("Try again in {n} seconds. Hear the code once more meanwhile.", n=seconds),
        "code_wait",
    )


# ---------------------------------------------------------------- the digits


def code_of(key: bytes, batch: int, node: bytes, n: int, chain: bytes) -> str:
    """The code in five groups: '1234 5678 …'. key: 32 bytes; n, chain: the checkpoint it confirms."""
    digits = f"{batch % _BATCHES:03}{_mac(key, node, n, chain)}"
    return " ".join(_checked(at, digits[3 * at : 3 * at + 3]) for at in range(GROUPS))


def _mac(key: bytes, node: bytes, n: int, chain: bytes) -> str:
    message = _PURPOSE.encode() + b"\0" + node + n.to_bytes(8, "big") + chain
    return f"{int.from_bytes(hmac.digest(key, message, hashlib.sha256)) % _MAC:012}"


def _checked(at: int, three: str) -> str:
    """Three digits and the one that checks them, in their place: two groups that changed places are found."""
    return three + verhoeff_digit(f"{at + 1}{three}")


def spread(typed: str) -> tuple[str, ...]:
    """What was typed so far in groups of four digits, in any script, whatever stands between them."""
    digits = re.sub(r"[^0-9]", "", fold_digits(typed))
    return tuple(digits[at : at + GROUP] for at in range(0, len(digits), GROUP))


def wrong_group(typed: str) -> int:
    """The first complete group, from 1, whose last digit does not check it; 0 when there is none."""
    for at, group in enumerate(spread(typed)):
        if len(group) == GROUP and _checked(at, group[:3]) != group:
            return at + 1
    return 0


def is_complete(typed: str) -> bool:
    """Whether all 20 digits stand there."""
    return len("".join(spread(typed))) == GROUPS * GROUP


def _payload(typed: str) -> str:
    if wrong := wrong_group(typed):
        raise InvalidInput(
            Text("Group {n} was misheard.", n=wrong),
            Text("Ask for these four digits once more."),
            "code_digits",
        )
    if not is_complete(typed):
        raise InvalidInput(
            Text("The code has 20 digits."),
            Text("Type all five groups as head office reads them out."),
            "code_digits",
        )
    return "".join(group[:3] for group in spread(typed))
