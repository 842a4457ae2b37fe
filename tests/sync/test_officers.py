"""Several officers on one server: two processes that import the same folder, and what a query touches."""

import json
import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest
import sqlalchemy as sa

from fieldapp.domain.fields import Name
from fieldapp.homes import new_centre, new_hq
from fieldapp.storage import journal, sealing
from fieldapp.storage.queries import Query, page
from fieldapp.storage.records import SyncState, Typed
from fieldapp.storage.state import HQ_CENTRE
from fieldapp.storage.tables import inbox_files, nodes, revisions
from fieldapp.sync.arrived import FileState
from fieldapp.sync.receipts import Receipts
from tests.bench.model import session
from tests.sync.exchange import CENTRE, CSC_ID, KASMAR, Side
from tests.sync.test_undoing import received

OFFICER = """
import json, sys
from pathlib import Path
from tests.sync.exchange import Side

side = Side.opened(Path(sys.argv[1]))
print("open", flush=True)
sys.stdin.readline()
done = side.inbox.import_all(side.actor, [Path(sys.argv[2])])
print(json.dumps(done.counts.total))
side.home.close()
"""
FILES = 8
CENTRE_NUMBER = 1
"""The home-local number of the first centre that is registered."""


@pytest.fixture
def folders(tmp_path_factory, databases):
    root = tmp_path_factory.mktemp("officers")
    (root / "stick").mkdir()
    url = databases()
    hq = Side(new_hq(root / "hq", practice=True, database_url=url))
    centre = Side(new_centre(root / "centre", CENTRE, practice=True))
    known = hq.enrolment.register_centre(hq.actor, CSC_ID, Name(CENTRE.name_hi, CENTRE.name_en), KASMAR.key)
    assert known.number == CENTRE_NUMBER
    pack = hq.enrolment.make_pack(hq.actor, known.number, root)
    centre.enrolment.take_pack(centre.actor, pack.path, pack.words)
    for seed in range(FILES):
        centre.services.activities.save(centre.actor, session(seed, people=12))
        centre.outbox.make(centre.actor, target=root / "stick", full=True)
    yield root, hq, centre
    hq.home.close()
    centre.home.close()


def test_two_officers_who_import_one_folder_take_each_file_once(folders):
    root, hq, centre = folders
    for home in ("first", "second"):
        shutil.copytree(root / "hq", root / home, ignore=shutil.ignore_patterns("ballast"))
    officers = [
        subprocess.Popen(
            [sys.executable, "-c", OFFICER, str(root / home), str(root / "stick")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for home in ("first", "second")
    ]
    for one in officers:
        assert one.stdout.readline() == "open\n"
    for one in officers:
        one.stdin.write("go\n")
        one.stdin.flush()
    said = [one.communicate(timeout=100)[0] for one in officers]
    assert [one.returncode for one in officers] == [0, 0]
    with hq.home.database.reading() as tx:
        files = tx.execute(sa.select(inbox_files.c.state, inbox_files.c.counts)).fetchall()
    assert [row.state for row in files] == ["IMPORTED"] * FILES
    taken = [sum(json.loads(row.counts).values()) for row in files]
    assert sum(map(json.loads, said)) == sum(taken) == FILES * (FILES + 1) // 2
    assert sum(json.loads(row.counts).get("new", 0) for row in files) == FILES
    assert hq.state_hash() == centre.state_hash()
    assert hq.count(sa.select(sa.func.count()).select_from(revisions)) == FILES


class Slow(Receipts):
    """An officer whose receipt is overtaken by another's while it is being written."""

    other: Side
    folder: Path

    def _draft(self, *given):
        drafted = super()._draft(*given)
        self.other.receipts.make(self.other.actor, self.folder)
        return drafted


def test_of_two_officers_who_answer_at_once_one_writes_the_receipt(folders):
    root, hq, centre = folders
    hq.inbox.import_all(hq.actor, [root / "stick"])
    slow = Slow(hq.home.database, hq.home.home, hq.home.keys, hq.blobs)
    slow.other, slow.folder = hq, root / "others"
    for name in ("mine", "others"):
        (root / name).mkdir()
    assert slow.make(hq.actor, root / "mine") == ()
    assert list((root / "mine").iterdir()) == []
    (path,) = (root / "others").iterdir()
    assert hq.count(sa.select(nodes.c.receipt_due)) == 0
    assert centre.receipts.apply(centre.actor, path).received == FILES


def test_a_head_office_on_a_server_says_that_nothing_of_its_own_waits(folders):
    _, hq, _ = folders
    hq.plan(amount=9)
    with hq.home.database.transaction() as tx:
        sealing.seal(tx, Typed(hq.node.hex(), HQ_CENTRE, hq.clock()))
    assert hq.services.overview.sync(hq.actor).not_packed == 0
    assert hq.outbox.preview(hq.actor).not_packed == 0
    with hq.home.database.reading() as tx:
        assert page(tx, "target", Query(sync_state=SyncState.PACKED)).total == 1
        assert page(tx, "target", Query(sync_state=SyncState.NOT_PACKED)).total == 0


def test_an_import_that_is_undone_on_a_server_leaves_what_stood_before(folders):
    root, hq, centre = folders
    *first, last = sorted((root / "stick").glob("*.fieldsync"))
    hq.inbox.import_all(hq.actor, first)
    before = received(hq)
    brought = hq.inbox.import_all(hq.actor, [last])
    (file,) = brought.files
    assert brought.counts.new == 1
    assert received(hq) != before
    undone = hq.inbox.undo(hq.actor, file.sha256, "दूसरे केंद्र की फ़ाइल")
    assert (undone.revisions, undone.records) == (1, 1)
    assert received(hq) == before
    assert hq.inbox.offer_again(hq.actor, file.sha256).state is FileState.READY
    assert hq.inbox.import_all(hq.actor).counts.new == 1
    assert centre.count(sa.select(sa.func.count()).select_from(revisions)) == len(received(hq)["leaves"])


def asked_by(database, work):
    """The statements that some work asks the server, with their values."""
    said = []

    def note(_connection, _cursor, statement, parameters, _context, _many):
        said.append((statement, parameters))

    sa.event.listen(database.engine, "before_cursor_execute", note)
    try:
        with database.reading() as tx:
            work(tx)
    finally:
        sa.event.remove(database.engine, "before_cursor_execute", note)
    return [one for one in said if one[0].startswith("SELECT")]


def partitions(tx, statement, parameters):
    """The partitions that a statement looked into, by table."""
    plan = tx.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", parameters).scalar_one()
    found, pending = defaultdict(set), [plan[0]["Plan"]]
    while pending:
        node = pending.pop()
        pending += node.get("Plans", [])
        table, _, number = node.get("Relation Name", "").rpartition("_p")
        if number.isdecimal() and node["Actual Loops"]:
            found[table].add(number)
    return found


HOT = {
    "a page of a centre's list": lambda tx: page(tx, "activity", Query(centre=CENTRE_NUMBER)),
    "the rows of a record": lambda tx: tx.exec_driver_sql(
        "SELECT * FROM activity_rows WHERE centre = %s AND id = %s", (CENTRE_NUMBER, bytes(16))
    ),
    "a sealed revision": lambda tx: journal.find(tx, CENTRE_NUMBER, bytes(16), bytes(16)),
}


def test_what_is_asked_of_one_centre_looks_into_one_partition_of_a_table(folders):
    root, hq, _ = folders
    hq.inbox.import_all(hq.actor, [root / "stick"])
    for what, work in HOT.items():
        asked, met = asked_by(hq.home.database, work), 0
        with hq.home.database.reading() as tx:
            for statement, parameters in asked:
                for table, numbers in partitions(tx, statement, parameters).items():
                    met += 1
                    assert len(numbers) == 1, (what, table, statement)
        assert met, what
