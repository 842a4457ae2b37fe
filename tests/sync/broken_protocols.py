"""The exchange with one fault planted in it, twenty-five ways: what the state machine has to find.

Each fault is a plausible shortcut; `planted` puts it in for as long as a `with` block lasts.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from fieldapp.domain import canonical
from fieldapp.storage import journal, sealing, state, taking_in, taking_over
from fieldapp.storage.tables import inbox_files, record_directory, record_heads, revisions, seals
from fieldapp.sync import (
    arriving,
    block_offices,
    checkpoints,
    examiner,
    inbox,
    outbox,
    previews,
    receipts,
    receiving,
    relay,
    undoing,
)
from fieldapp.sync.arriving import Judged, Outcome
from fieldapp.sync.container import PREFIX_LENGTH, SIGNED_LENGTH, Prefix, signed_message
from fieldapp.sync.keys import NodeKeys

Change = tuple[Any, str, Callable[[Any], Any]]
"""Where a fault stands: an owner, the name of one of its functions, and what makes the faulty one of it."""


def _skip_what_looks_old() -> Iterator[Change]:
    seen: dict[tuple[str, str], int] = {}

    def make(judge):
        def one(self, line, held):
            place = self._tx.exec_driver_sql("PRAGMA database_list").first()[2], line.owner
            if line.n <= seen.get(place, 0):
                return Judged(line, Outcome.SAME)
            seen[place] = line.n
            return judge(self, line, held)

        return one

    yield arriving.Judge, "_one", make


def _trust_the_number_alone() -> Iterator[Change]:
    def make(_closure):
        def by_number(stretches):
            stretches, reached = list(stretches), {checkpoints.START}
            while True:
                numbers = {n for n, _ in reached}
                further = {to for base, to in stretches if base[0] in numbers} - reached
                if not further:
                    return reached
                reached |= further

        return by_number

    yield checkpoints, "closure", make


def _ignore_a_gap() -> Iterator[Change]:
    def make(_closure):
        return lambda stretches: {checkpoints.START, *(to for _, to in stretches)}

    yield checkpoints, "closure", make


def _move_the_base_on_export() -> Iterator[Change]:
    def make(begin):
        def begin_and_move(self, *given):
            plan = begin(self, *given)
            with self._database.transaction() as tx:
                state.write(tx, "base", str(plan.checkpoints[-1].n))
            return plan

        return begin_and_move

    yield outbox.Outbox, "_begin", make


def _order_by_clock() -> Iterator[Change]:
    def make(judge):
        def one(self, line, held):
            if held is not None:
                own = (revisions.c.centre == held.centre) & (revisions.c.id == bytes.fromhex(line.id))
                newest = self._tx.execute(sa.select(sa.func.max(revisions.c.at)).where(own)).scalar()
                if newest >= line.at:
                    return Judged(line, Outcome.SAME)
            return judge(self, line, held)

        return one

    yield arriving.Judge, "_one", make


def _last_writer_wins() -> Iterator[Change]:
    def make(leaves_of):
        def last(all_revs):
            leaves = leaves_of(all_revs)
            return {[rev for rev in all_revs if rev in leaves][-1]}

        return last

    yield taking_in, "leaves_of", make


def _drop_unknown_fields() -> Iterator[Change]:
    def make(show):
        def without(tx, writer, chosen, *rest):
            body = canonical.decode(chosen.body)
            body.pop("x", None)
            return show(tx, writer, replace(chosen, body=canonical.encode(body)), *rest)

        return without

    yield taking_in, "show", make


def _let_tombstones_expire() -> Iterator[Change]:
    def make(apply):
        def then_forget(self, *given, **named):
            applied = apply(self, *given, **named)
            with self._database.transaction() as tx:
                rows = sa.select(record_heads.c.id).where(record_heads.c.deleted == 1)
                keys = [bytes(row.id) for row in tx.execute(rows)]
                for table in (revisions, record_heads, record_directory):
                    tx.execute(table.delete().where(table.c.id.in_(keys)))
            return applied

        return then_forget

    yield inbox.Inbox, "_apply", make


def _hash_without_the_type() -> Iterator[Change]:
    def make(revision_of):
        def typeless(body):
            members = canonical.decode(body)
            members.pop("t")
            return revision_of(canonical.encode(members))

        return typeless

    yield canonical, "revision_of", make


def _believe_receipts_without_the_chain() -> Iterator[Change]:
    def make(_move):
        def move(_self, tx, said):
            top = journal.checkpoint(tx, state.node(tx))[0]
            believed = [one.n for one in said.checkpoints if one.n <= top]
            state.write(tx, "base", str(max(believed, default=0)))
            return False

        return move

    yield receiving.Receiving, "_move_base", make


def _cut_ancestors_at_the_receipt() -> Iterator[Change]:
    def make(seal_one):
        def cut(tx, head, node, end, **given):
            base, find = state.base(tx), journal.find
            numbers = {
                bytes(row.rev).hex(): row.n for row in tx.execute(seals.select().where(seals.c.node == node))
            }

            def shortened(*where):
                found = find(*where)
                line = (found.rev, *found.ancestors)
                end = next((at for at, rev in enumerate(line) if numbers.get(rev, 0) <= base), len(line))
                return replace(found, ancestors=line[1 : end + 1])

            with _exchanged(journal, "find", lambda _find: shortened):
                return seal_one(tx, head, node, end, **given)

        return cut

    yield sealing, "_seal_one", make


def _leave_out_what_a_later_part_has_newer() -> Iterator[Change]:
    def make(portions):
        def slimmer(entries, *given):
            found, later = [], set()
            for part in reversed(portions(entries, *given)):
                kept = tuple(entry for entry in part.seals if entry.id not in later)
                later |= {entry.id for entry in part.seals}
                found.insert(0, part._replace(seals=kept))
            return found

        return slimmer

    yield outbox, "portions", make


def _forget_forks_of_a_clone() -> Iterator[Change]:
    def make(judge):
        def one(self, line, held):
            found = judge(self, line, held)
            return replace(found, outcome=Outcome.SAME, code="") if found.outcome is Outcome.CHECK else found

        return one

    yield arriving.Judge, "_one", make


def _give_back_to_the_old_owner() -> Iterator[Change]:
    yield taking_over, "own", lambda _own: lambda _tx, _ids, _node: None


def _take_late_files_of_a_replaced_computer() -> Iterator[Change]:
    for module in (examiner, previews):
        yield module, "was_let_in", lambda _let_in: lambda _tx, _sha256: True


def _number_on_under_the_old_letter() -> Iterator[Change]:
    yield taking_over, "_unused_letter", lambda _letter: lambda tx, _node: state.read(tx, "letter", "Z")


def _count_what_was_given_back_for_ever() -> Iterator[Change]:
    yield undoing, "_forget_given_back", lambda _forget: lambda _tx, _node: None


def _take_the_old_receipts_along() -> Iterator[Change]:
    def make(begin):
        def begin_with_its_base(tx, *given):
            base = state.read(tx, "base", "0")
            begin(tx, *given)
            state.write(tx, "base", base)

        return begin_with_its_base

    yield taking_over, "begin_anew", make


def _let_a_block_office_move_the_base() -> Iterator[Change]:
    yield receiving, "_is_head_office", lambda _is: lambda _tx, _key: True


def _carry_only_what_could_be_read() -> Iterator[Change]:
    def make(waiting):
        def readable(self, actor):
            with self._database.reading() as tx:
                taken = sa.select(inbox_files.c.sha256).where(inbox_files.c.state == "IMPORTED")
                read = {bytes(one).hex() for one in tx.execute(taken).scalars()}
            return tuple(one for one in waiting(self, actor) if one.sha256 in read)

        return readable

    yield relay.Relay, "waiting", make


def _sign_anew_what_is_carried() -> Iterator[Change]:
    def make(content_of):
        def signed_anew(self, sha256):
            content, keys = content_of(self, sha256), NodeKeys.generate()
            prefix = Prefix.unpack(content)
            end = PREFIX_LENGTH + prefix.header_length
            own = prefix._replace(key=keys.key_id)
            message = signed_message(prefix.kind, own.pack()[:SIGNED_LENGTH], content[PREFIX_LENGTH:end])
            return own._replace(signature=keys.sign(message)).pack() + content[PREFIX_LENGTH:]

        return signed_anew

    yield relay.Relay, "_content", make


def _let_go_of_what_lies_on_a_stick() -> Iterator[Change]:
    gone: set[str] = set()

    def make(forward):
        def forward_once(self, *given):
            done = forward(self, *given)
            gone.update(one.sha256 for one in done.files)
            return done

        return forward_once

    def shorter(waiting):
        return lambda self, actor: tuple(one for one in waiting(self, actor) if one.sha256 not in gone)

    yield relay.Relay, "forward", make
    yield relay.Relay, "waiting", shorter


def _leave_a_block_office_its_gap() -> Iterator[Change]:
    yield outbox, "next_base", lambda _next: state.base


def _tell_a_block_office_of_no_successor() -> Iterator[Change]:
    yield block_offices, "follow", lambda _follow: lambda *_: None


def _answer_only_those_who_sent() -> Iterator[Change]:
    yield receipts, "is_due", lambda _is_due: lambda row, _now: row.receipt_due > 0


PROTOCOLS: dict[str, Callable[[], Iterator[Change]]] = {
    make.__name__.strip("_").replace("_", " "): make
    for make in (
        _skip_what_looks_old,
        _trust_the_number_alone,
        _ignore_a_gap,
        _move_the_base_on_export,
        _order_by_clock,
        _last_writer_wins,
        _drop_unknown_fields,
        _let_tombstones_expire,
        _hash_without_the_type,
        _believe_receipts_without_the_chain,
        _cut_ancestors_at_the_receipt,
        _leave_out_what_a_later_part_has_newer,
        _forget_forks_of_a_clone,
        _give_back_to_the_old_owner,
        _take_late_files_of_a_replaced_computer,
        _number_on_under_the_old_letter,
        _count_what_was_given_back_for_ever,
        _take_the_old_receipts_along,
        _let_a_block_office_move_the_base,
        _carry_only_what_could_be_read,
        _sign_anew_what_is_carried,
        _let_go_of_what_lies_on_a_stick,
        _leave_a_block_office_its_gap,
        _tell_a_block_office_of_no_successor,
        _answer_only_those_who_sent,
    )
}


@contextmanager
def planted(name: str) -> Iterator[None]:
    """The exchange with that fault in it."""
    with ExitStack() as stack:
        for where in PROTOCOLS[name]():
            stack.enter_context(_exchanged(*where))
        yield


@contextmanager
def _exchanged(owner: Any, name: str, make: Callable[[Any], Any]) -> Iterator[None]:
    before = getattr(owner, name)
    setattr(owner, name, make(before))
    try:
        yield
    finally:
        setattr(owner, name, before)
