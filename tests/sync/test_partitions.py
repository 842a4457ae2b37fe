"""What is done for one centre looks into its own partition of a table, on a server with several centres.

The statements are those that the program sends, asked about at the moment it sends them.
"""

from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from fieldapp.domain.fields import Name
from fieldapp.domain.records import Target
from fieldapp.homes import new_centre, new_hq
from fieldapp.storage.queries import Query
from fieldapp.storage.state import Centre
from tests.sync.exchange import KASMAR, Side
from tests.sync.hostile import RECORDS, Hand
from tests.sync.test_pictures import attach
from tests.sync.two_centres import SUNITA, held, person

CENTRE_NUMBER = 1
CSC_IDS = ("100000000015", "100000000023")
MANY = 300
"""Records of a centre: with fewer, looking through everything is what a server rightly does."""


class Office:
    """A head office on a server, to which two centres have sent; and the first of them."""

    def __init__(self, root, url: str) -> None:
        self.root = root
        self.hq = Side(new_hq(root / "hq", practice=True, database_url=url))
        self.centres = [self.joined(csc_id) for csc_id in CSC_IDS]
        self.centre = self.centres[0]
        for side in self.centres:
            targets = side.services.targets
            ids = [targets.new_id() for _ in range(MANY)]
            targets.save_all(side.actor, [Target(id=one, title=Name("नौ शहर", "Nine cities")) for one in ids])
            self.send(side)
        self.hq.receipts.make(self.hq.actor, root)
        self.index()
        with self.hq.home.database.transaction() as tx:
            tx.exec_driver_sql("ANALYZE")

    def joined(self, csc_id: str) -> Side:
        centre = Centre(0, csc_id, "केंद्र", f"Centre {csc_id[-2:]}", KASMAR.key)
        side = Side(new_centre(self.root / csc_id, centre, practice=True))
        name = Name(centre.name_hi, centre.name_en)
        known = self.hq.enrolment.register_centre(self.hq.actor, csc_id, name, KASMAR.key)
        pack = self.hq.enrolment.make_pack(self.hq.actor, known.number, self.root)
        side.enrolment.take_pack(side.actor, pack.path, pack.words)
        return side

    def send(self, side: Side):
        """A session with photographs, and what changed since, as imported files."""
        held(side, person(1), person(2, name=Name("गीता देवी", "Gita Devi")))
        attach(side, 1)
        return self.hq.inbox.import_all(self.hq.actor, self.made(side))

    def made(self, side: Side):
        return [one.path for one in side.outbox.make(side.actor).parts]

    def index(self) -> None:
        while self.hq.services.search.index_more():
            pass

    def own_partition(self) -> str:
        """The number of the centre's partition, which is the same in all tables."""
        sql = "SELECT DISTINCT right(tableoid::regclass::text, 2) FROM record_heads WHERE centre = %s"
        with self.hq.home.database.reading() as tx:
            return tx.exec_driver_sql(sql, (CENTRE_NUMBER,)).scalar_one()


@pytest.fixture(scope="module")
def office(tmp_path_factory, databases):
    found = Office(tmp_path_factory.mktemp("office"), databases())
    yield found
    for side in (found.hq, *found.centres):
        side.home.close()


@contextmanager
def looked_into(database):
    """(statement, table, number) of each partition that a statement looks into meanwhile.

    What only reads is run for that, so that it shows which parts of its plan are never reached.
    """
    found = []

    def look(_connection, cursor, statement, parameters, _context, many):
        word = statement.split(maxsplit=1)[0]
        if word not in ("SELECT", "INSERT", "UPDATE", "DELETE"):
            return
        run = word == "SELECT" and "FOR UPDATE" not in statement
        explain = f"EXPLAIN (ANALYZE {run}, FORMAT JSON) {statement}"
        given = parameters[0] if many else parameters
        (plan,) = cursor.connection.execute(explain, given).fetchone()
        pending = [plan[0]["Plan"]]
        while pending:
            node = pending.pop()
            pending += node.get("Plans", [])
            table, _, number = node.get("Relation Name", "").rpartition("_p")
            if number.isdecimal() and node.get("Actual Loops", 1):
                found.append((statement, table, number))

    sa.event.listen(database.engine, "before_cursor_execute", look)
    try:
        yield found
    finally:
        sa.event.remove(database.engine, "before_cursor_execute", look)


def an_import(office: Office):
    """Files are read and taken: what is new, changed and refused, and photographs."""
    side, hq = office.centre, office.hq
    changed = side.services.activities.page(side.actor).items[0]
    side.edit(changed.record.id, notes="changed")
    held(side, person(1))
    attach(side, 2)
    hand = Hand(office)
    strange = office.root / "strange.fieldsync"
    refused = [one.make(hand) for one in RECORDS if one.code == "field_rule"]
    strange.write_bytes(hand.file(hand.content(*refused)))
    paths = [*office.made(side), strange]

    def work():
        done = hq.inbox.import_all(hq.actor, paths).counts
        assert min(done.new, done.changed, done.refused) > 0

    return work, {"revisions", "record_heads", "refused"}


def a_receipt(office: Office):
    """One of those that are due, with records that were refused and photographs that are asked for."""
    office.send(office.centre)
    receipts = office.hq.receipts
    due, down = receipts._due(office.hq.actor)
    row, centre = next(one for one in due if one[1].number == CENTRE_NUMBER)

    def work():
        assert receipts._write(office.hq.actor, office.root, row, centre, down) is not None

    return work, {"refused", "action_point_attachments"}


def a_search(office: Office):
    """Somebody's name within the centre."""
    hq, asked = office.hq, Query(centre=CENTRE_NUMBER, text=SUNITA["name"].en)
    office.index()

    def work():
        assert hq.services.activities.page(hq.actor, asked).items

    return work, {"record_heads", "activity"}


@pytest.mark.parametrize("doing", [an_import, a_receipt, a_search])
def test_what_is_done_for_one_centre_looks_into_its_own_partition_only(office, doing):
    work, expected = doing(office)
    own = office.own_partition()
    with looked_into(office.hq.home.database) as found:
        work()
    assert [one for one in found if one[2] != own] == []
    assert {table for _, table, _ in found} >= expected


def test_what_is_asked_of_all_centres_looks_into_other_partitions_too(office):
    with looked_into(office.hq.home.database) as found:
        office.hq.services.targets.page(office.hq.actor, Query())
    assert {number for _, _, number in found} > {office.own_partition()}
