"""Trust that ends at a checkpoint: what lies under it is taken whenever it comes, what lies beyond waits."""

from datetime import timedelta
from itertools import pairwise, permutations

import pytest
import sqlalchemy as sa

from fieldapp.domain.actor import Actor, Duty
from fieldapp.domain.errors import InvalidInput, NotAllowed, SyncFileRefused
from fieldapp.domain.results import RESULTS
from fieldapp.services.records import Query
from fieldapp.storage.tables import activity_log, nodes
from fieldapp.sync.inbox import Counts, FileState
from fieldapp.sync.sync_file import START, Checkpoint
from tests.sync.exchange import KASMAR, Exchange, Side, body_of, hand_made, line_of

ACTIVITY = {"kind": "CHAI_SAMOSA", "number": 1, "state": "PLANNED", "place_key": KASMAR.key}


def point(n: int, line: str = "c") -> Checkpoint:
    """A place in the centre's log; another line is that of a copy."""
    return Checkpoint(n=n, chain=f"{n:02x}{ord(line):02x}" * 8)


def stretch(
    exchange: Exchange, base: Checkpoint, to: Checkpoint, lines: list[bytes] | None = None, name: str = ""
):
    """A file of the centre from one place of its log to another, with a session of its own."""
    if lines is None:
        lines = [session(exchange, base.n + 1)]
    name = name or f"{base.n}-{to.n}-{to.chain[:6]}.fieldsync"
    return hand_made(exchange, lines, target=name, base=base, to=to)


def session(exchange: Exchange, number: int) -> bytes:
    return line_of(*body_of(exchange.centre.home.keys.key_id, {**ACTIVITY, "number": number}))


@pytest.fixture
def node(exchange):
    """The centre's node, known by a first file that carries nothing."""
    exchange.centre.start()
    exchange.deliver(*exchange.send())
    exchange.hq.inbox.undo(
        exchange.hq.actor, exchange.hq.inbox.files(exchange.hq.actor)[0].sha256, "to begin"
    )
    return exchange.centre.home.keys.key_id


def states(exchange: Exchange) -> dict[str, str]:
    """What stands beside each file that was made by hand."""
    files = exchange.hq.inbox.files(exchange.hq.actor)
    return {one.name: one.code or str(one.state) for one in files if one.state is not FileState.WITHDRAWN}


def take(exchange: Exchange, *paths):
    return exchange.hq.inbox.import_all(exchange.hq.actor, paths)


def revoke(exchange: Exchange, node: str, n: int | None = None, reason: str = "lost"):
    return exchange.hq.enrolment.revoke(exchange.hq.actor, node, n, reason)


# ---------------------------------------------------------------- what is taken and what waits


def test_a_file_that_was_late_is_taken_and_one_from_beyond_waits(exchange, node):
    first = stretch(exchange, START, point(1))
    second = stretch(exchange, point(1), point(2))
    third = stretch(exchange, point(2), point(3))
    take(exchange, second)
    assert revoke(exchange, node).n == 2
    late = take(exchange, first, third)
    assert [one.state for one in late.files] == [FileState.IMPORTED, FileState.QUARANTINE]
    assert late.counts == Counts(new=1)
    assert late.files[1].code == "revoked_sender"
    assert late.files[1].said[0].msgid == RESULTS["revoked_sender"].title.msgid


def test_a_number_alone_takes_nobody_in(exchange, node):
    take(exchange, stretch(exchange, point(1), point(2)))
    revoke(exchange, node)
    other_line = stretch(exchange, START, point(1, "x"))
    chosen = hand_made(
        exchange, [session(exchange, 9)], target="part.fieldsync", base=START, to=START, caps=("chosen",)
    )
    found = take(exchange, other_line, chosen)
    assert [one.code for one in found.files] == ["revoked_sender"] * 2


def test_files_that_lead_to_the_checkpoint_are_taken_in_whatever_order_they_come(exchange, node):
    ends = [START, point(1), point(2), point(3)]
    files = [stretch(exchange, base, to) for base, to in pairwise(ends)]
    take(exchange, files[2])
    revoke(exchange, node)
    take(exchange, files[0])
    assert states(exchange)[files[0].name] == "revoked_sender"
    take(exchange, files[1])
    take(exchange)
    assert set(states(exchange).values()) == {"IMPORTED"}
    assert exchange.hq.services.activities.page(exchange.hq.actor, Query()).total == 3


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_every_order_comes_to_the_same(exchange, node, order):
    ends = [START, point(1), point(2), point(3), point(4)]
    files = [stretch(exchange, base, to) for base, to in pairwise(ends)]
    take(exchange, files[3])
    revoke(exchange, node)
    for at in order:
        take(exchange, files[at])
    take(exchange)
    take(exchange)
    assert set(states(exchange).values()) == {"IMPORTED"}


def test_once_all_is_here_a_file_may_bring_nothing_that_was_never_heard_of(exchange, node):
    line = session(exchange, 1)
    take(exchange, stretch(exchange, START, point(1), [line]))
    revoke(exchange, node)
    forged = stretch(exchange, START, point(1), [session(exchange, 2)], "forged.fieldsync")
    again = stretch(exchange, START, point(1), [line], "again.fieldsync")
    found = take(exchange, forged, again)
    assert [(one.state, one.code) for one in found.files] == [
        (FileState.QUARANTINE, "not_in_log"),
        (FileState.IMPORTED, ""),
    ]
    assert found.counts == Counts(same=1)
    assert found.files[0].said[0].msgid == RESULTS["not_in_log"].title.msgid


def test_an_older_version_that_was_on_its_way_is_known_by_the_newer_one(exchange):
    record = exchange.centre.start()
    (late,) = exchange.send()
    late = late.rename(exchange.stick / "late.fieldsync")
    exchange.centre.edit(record, notes="later")
    take(exchange, *exchange.send())
    revoke(exchange, exchange.centre.home.keys.key_id)
    found = take(exchange, late)
    assert found.counts == Counts(repeat=1)
    assert exchange.hq.notes(record) == "later"


def test_what_is_imported_stays_readable_and_what_was_ready_waits(exchange, node):
    (first, second) = (stretch(exchange, START, point(1)), stretch(exchange, point(1), point(2)))
    take(exchange, first)
    exchange.hq.inbox.read(exchange.hq.actor, [second])
    revoke(exchange, node)
    assert states(exchange) == {first.name: "IMPORTED", second.name: "revoked_sender"}
    (kept,) = exchange.hq.inbox.files(exchange.hq.actor, FileState.IMPORTED)
    assert exchange.hq.inbox.preview(exchange.hq.actor, kept.sha256).counts == Counts(new=1)


def test_what_is_imported_from_beyond_can_still_be_looked_at(exchange, node):
    take(exchange, stretch(exchange, START, point(1)), stretch(exchange, point(1), point(2)))
    revoke(exchange, node, 0)
    for file in exchange.hq.inbox.files(exchange.hq.actor, FileState.IMPORTED):
        assert exchange.hq.inbox.preview(exchange.hq.actor, file.sha256).counts == Counts(new=1)


def test_the_clock_of_nobody_decides(exchange, node):
    took = exchange.hq.home.database.clock
    first = stretch(exchange, point(1), point(2))
    take(exchange, first)
    exchange.hq.home.database.clock = lambda: took() - timedelta(days=4000)
    revoke(exchange, node)
    exchange.hq.home.database.clock = lambda: took() + timedelta(days=4000)
    found = take(exchange, stretch(exchange, START, point(1)), stretch(exchange, point(2), point(3)))
    assert [one.state for one in found.files] == [FileState.IMPORTED, FileState.QUARANTINE]


def test_a_revoked_computer_gets_no_receipt(exchange, node):
    take(exchange, stretch(exchange, START, point(1)))
    revoke(exchange, node)
    assert exchange.hq.receipts.make(exchange.hq.actor, exchange.stick) == ()


# ---------------------------------------------------------------- where trust ends


def test_trust_ends_where_an_imported_file_ends_and_nowhere_else(exchange, node):
    take(exchange, stretch(exchange, START, point(3)), stretch(exchange, point(3), point(7)))
    assert exchange.hq.enrolment.ends(exchange.hq.actor, node) == (7, 3, 0)
    with pytest.raises(InvalidInput) as refusal:
        revoke(exchange, node, 5)
    assert refusal.value.code == "no_checkpoint"
    assert refusal.value.advice.args["numbers"] == "7, 3, 0"
    done = revoke(exchange, node, 3)
    assert (done.n, done.beyond) == (3, 1)
    assert take(exchange, stretch(exchange, START, point(5))).files[0].code == "revoked_sender"
    assert revoke(exchange, node, 0).beyond == 2
    assert revoke(exchange, node).beyond == 0


def test_a_checkpoint_that_never_came_here_can_be_chosen_by_its_link(exchange, node):
    with exchange.hq.home.database.transaction() as tx:
        at = (2, bytes.fromhex(point(2).chain))
        assert exchange.hq.enrolment.revoke_at(tx, exchange.hq.actor, node, at).n == 2
    found = take(exchange, stretch(exchange, START, point(2)), stretch(exchange, START, point(1)))
    assert [one.state for one in found.files] == [FileState.IMPORTED, FileState.QUARANTINE]


def test_of_two_ends_with_one_number_the_one_without_a_gap_counts(exchange, node):
    take(exchange, stretch(exchange, point(1, "x"), point(2, "x")), stretch(exchange, START, point(2)))
    revoke(exchange, node)
    with exchange.hq.home.database.reading() as tx:
        assert bytes(tx.execute(sa.select(nodes.c.good_chain)).scalar()).hex() == point(2).chain


# ---------------------------------------------------------------- trusted again


def test_trust_can_be_given_back_and_what_waited_is_looked_at_anew(exchange, node):
    first, second = stretch(exchange, START, point(1)), stretch(exchange, point(1), point(2))
    take(exchange, first)
    revoke(exchange, node)
    take(exchange, second)
    exchange.hq.enrolment.restore(exchange.hq.actor, node, "found again")
    assert states(exchange)[second.name] == "READY"
    assert take(exchange).counts == Counts(new=1)
    assert exchange.hq.receipts.due(exchange.hq.actor) == 1
    with pytest.raises(InvalidInput) as refusal:
        exchange.hq.enrolment.restore(exchange.hq.actor, node)
    assert refusal.value.code == "not_revoked"


def test_who_ended_and_gave_back_trust_is_decided_and_logged(exchange, node):
    revoke(exchange, node, reason="stolen from the bus")
    exchange.hq.enrolment.restore(exchange.hq.actor, node, "found again")
    said = [
        (one.record.kind, one.record.about, one.record.reason)
        for one in exchange.hq.services.decisions.page(exchange.hq.actor, Query()).items
        if one.record.about == node
    ]
    assert sorted(said) == [
        ("TRUST_ENDED", node, "stolen from the bus"),
        ("TRUST_RESTORED", node, "found again"),
    ]
    with exchange.hq.home.database.reading() as tx:
        verbs = tx.execute(sa.select(activity_log.c.verb).where(activity_log.c.note == node)).scalars().all()
    assert verbs == ["enrol", "revoke", "restore_trust"]


def test_a_number_that_must_not_be_kept_is_no_reason(exchange, node):
    with pytest.raises(InvalidInput) as refusal:
        revoke(exchange, node, reason="2341 2341 2346")
    assert refusal.value.code == "forbidden_number"
    assert exchange.hq.enrolment.centres(exchange.hq.actor)[0].nodes[0].state == "trusted"


def test_only_an_officer_who_knows_the_computer_ends_trust(exchange, node):
    for act in (exchange.hq.enrolment.revoke, exchange.hq.enrolment.restore):
        with pytest.raises(InvalidInput) as refusal:
            act(exchange.hq.actor, "ab" * 16)
        assert refusal.value.code == "no_node"
        with pytest.raises(NotAllowed):
            act(Actor("x", Duty.OPERATOR), node)


def test_undoing_beside_a_revoked_computer_takes_no_more_from_beyond(exchange, node):
    """What another file could not bring is judged again, but not from where trust has ended."""
    bad = line_of(*body_of(node, {**ACTIVITY, "notes": "2341 2341 2346"}, record_id="ab" * 16))
    good = line_of(*body_of(node, ACTIVITY, record_id="ab" * 16))
    take(exchange, stretch(exchange, START, point(1), [good]))
    take(exchange, stretch(exchange, point(1), point(2), [bad]))
    revoke(exchange, node, 1)
    files = exchange.hq.inbox.files(exchange.hq.actor, FileState.IMPORTED)
    first = next(one for one in files if one.batch and one.name.startswith("0-1"))
    assert exchange.hq.inbox.undo(exchange.hq.actor, first.sha256, "wrong").records == 1


def test_a_file_that_was_just_revoked_is_not_applied(exchange, node):
    (file,) = exchange.hq.inbox.read(exchange.hq.actor, [stretch(exchange, START, point(1))])
    revoke(exchange, node)
    with pytest.raises(SyncFileRefused, match="withdrawn"):
        exchange.hq.inbox.apply(exchange.hq.actor, file.sha256)


def test_the_side_of_a_centre_revokes_nobody(exchange):
    side: Side = exchange.centre
    with pytest.raises((InvalidInput, NotAllowed)):
        side.enrolment.revoke(side.actor, "ab" * 16)
