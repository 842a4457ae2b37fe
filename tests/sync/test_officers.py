"""Several officers on one server: two processes that import the same folder, and what a query touches."""

import json
import shutil
import subprocess
import sys
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from threading import Barrier
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from fieldapp.domain.errors import EnvironmentProblem, InvalidInput
from fieldapp.domain.fields import Name
from fieldapp.domain.text import Text
from fieldapp.homes import join_hq, new_centre, new_hq
from fieldapp.storage import journal, log, sealing, state
from fieldapp.storage.database import open_postgresql
from fieldapp.storage.queries import Query, page
from fieldapp.storage.records import SyncState, Typed
from fieldapp.storage.state import HQ_CENTRE
from fieldapp.storage.tables import inbox_files, nodes, revisions, seals
from fieldapp.sync.arrived import FileState
from fieldapp.sync.joining import invite
from fieldapp.sync.receipts import Receipts
from fieldapp.sync.undoing import OfficeInbox
from tests.bench.model import session
from tests.postgres import new_database
from tests.sync.exchange import CENTRE, CSC_ID, KASMAR, Side, body_of, hand_made, line_of
from tests.sync.test_undoing import hash_of, received

OFFICER = """
import json, sys
from pathlib import Path
from fieldapp.homes import open_home
from tests.sync.exchange import Side
from tests.sync.test_officers import sealed

for line in sys.stdin:
    home, login, verb, *given = json.loads(line)
    side = Side(open_home(Path(home), login=login))
    print("open", flush=True)
    sys.stdin.readline()
    if verb == "import":
        done = side.inbox.import_all(side.actor, [Path(one) for one in given]).counts.total
    elif verb == "seal":
        done = [sealed(side) for _ in range(int(*given))]
    else:
        done = [side.inbox.undo(side.actor, one, "another centre's list").revisions for one in given]
    side.home.close()
    print(json.dumps(done), flush=True)
"""
FILES, EACH = 4, 20
OTHER_CSC_ID = "100000000023"
CENTRE_NUMBER = 1
"""The home-local number of the first centre that is registered."""


@pytest.fixture(scope="module")
def officers():
    """Two processes in which an officer each works when told to."""
    with ExitStack() as running:
        yield [
            running.enter_context(
                subprocess.Popen(
                    [sys.executable, "-c", OFFICER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
                )
            )
            for _ in range(2)
        ]


def sealed(side):
    """Where the log of an office ends after another record of its own."""
    side.plan()
    with side.home.database.transaction() as tx:
        return sealing.seal(tx, Typed(side.node.hex(), HQ_CENTRE, side.clock()))[0]


def at_once(officers, *asked):
    """What came of it when each of them does something at the same moment."""
    for one, words in zip(officers, asked, strict=True):
        one.stdin.write(json.dumps([str(word) for word in words]) + "\n")
        one.stdin.flush()
    for one in officers:
        assert one.stdout.readline() == "open\n"
    for one in officers:
        one.stdin.write("go\n")
        one.stdin.flush()
    return [json.loads(one.stdout.readline()) for one in officers]


def enrolled(hq, root, csc_id):
    """A new centre of that head office, which has taken its pack."""
    centre = Side(new_centre(root / csc_id, replace(CENTRE, csc_id=csc_id), practice=True))
    known = hq.enrolment.register_centre(hq.actor, csc_id, Name(CENTRE.name_hi, CENTRE.name_en), KASMAR.key)
    pack = hq.enrolment.make_pack(hq.actor, known.number, root)
    centre.enrolment.take_pack(centre.actor, pack.path, pack.words)
    return centre, known.number


def send(centre, folder, seeds):
    """A file of everything after each new session, so that later ones bring records again."""
    folder.mkdir()
    for seed in seeds:
        centre.services.activities.save(centre.actor, session(seed, people=12))
        centre.outbox.make(centre.actor, target=folder, full=True)


@pytest.fixture
def folders(tmp_path_factory, databases):
    root = tmp_path_factory.mktemp("officers")
    hq = Side(new_hq(root / "hq", practice=True, database_url=databases()))
    centre, number = enrolled(hq, root, CSC_ID)
    assert number == CENTRE_NUMBER
    send(centre, root / "stick", range(FILES))
    yield root, hq, centre
    hq.home.close()
    centre.home.close()


class Office:
    """A head office with two officers and the files of two centres; and a copy with one, before any came."""

    def __init__(self, root, url):
        self.root, self.first = root, root / "first"
        self.hq = Side(new_hq(self.first, practice=True, database_url=url))
        self.sticks = [root / "stick", root / "other"]
        for csc_id, stick, begin in zip((CSC_ID, OTHER_CSC_ID), self.sticks, (0, FILES), strict=True):
            centre, _ = enrolled(self.hq, root, csc_id)
            send(centre, stick, range(begin, begin + FILES))
            centre.home.close()
        opened = self.hq.home
        words = invite(opened.database, opened.home, opened.keys, opened.data_key, opened.actor)
        join_hq(root / "second", database_url=url, words=words, passphrase=str, login="second").close()
        opened.close()
        self.alone = Side.opened(self._copied(url))
        self.hq = Side.opened(self.first)

    def _copied(self, url):
        shutil.copytree(self.first, self.root / "alone")
        said = self.root / "alone" / "home.toml"
        said.write_text(said.read_text().replace(url, new_database(url, url)))
        return said.parent

    def do(self, officers, first, second):
        asked = ((self.first, "officer", *first), (self.root / "second", "second", *second))
        return at_once(officers, *asked)

    def files(self):
        with self.hq.home.database.reading() as tx:
            return tx.execute(sa.select(inbox_files.c.state, inbox_files.c.counts)).fetchall()

    def is_as_of_one(self):
        """What it holds is what one officer would have made, and its log is whole."""
        assert received(self.hq) == received(self.alone)
        assert self.hq.state_hash() == self.alone.state_hash()
        with self.hq.home.database.reading() as tx:
            assert list(log.breaks(tx)) == []

    def close(self):
        self.hq.home.close()
        self.alone.home.close()


@pytest.fixture
def office(tmp_path, databases):
    made = Office(tmp_path, databases())
    yield made
    made.close()


def test_two_officers_who_import_the_files_of_two_centres_in_opposite_order_take_each_once(office, officers):
    said = office.do(officers, ("import", *office.sticks), ("import", *reversed(office.sticks)))
    files = office.files()
    assert [row.state for row in files] == ["IMPORTED"] * 2 * FILES
    taken = [sum(json.loads(row.counts).values()) for row in files]
    assert sum(said) == sum(taken) == FILES * (FILES + 1)
    assert sum(json.loads(row.counts).get("new", 0) for row in files) == 2 * FILES
    office.alone.inbox.import_all(office.alone.actor, office.sticks)
    office.is_as_of_one()


def test_two_officers_who_import_one_folder_take_each_file_once(office, officers):
    stick = office.sticks[0]
    said = office.do(officers, ("import", stick), ("import", stick))
    files = office.files()
    assert [row.state for row in files] == ["IMPORTED"] * FILES
    assert sum(said) == sum(sum(json.loads(row.counts).values()) for row in files) == FILES * (FILES + 1) // 2
    office.alone.inbox.import_all(office.alone.actor, [stick])
    office.is_as_of_one()


def test_two_officers_import_different_folders_at_once(office, officers):
    said = office.do(officers, *(("import", stick) for stick in office.sticks))
    assert said == [FILES * (FILES + 1) // 2] * 2
    office.alone.inbox.import_all(office.alone.actor, office.sticks)
    office.is_as_of_one()


def test_an_officer_undoes_an_import_while_another_imports_what_carries_the_same(office, officers):
    here, late = office.sticks[0], office.root / "late"
    late.mkdir()
    for path in sorted(here.glob("*.fieldsync"))[FILES // 2 :]:
        path.rename(late / path.name)
    office.hq.inbox.import_all(office.hq.actor, [here])
    wrong = max(here.glob("*.fieldsync"))
    office.do(officers, ("undo", hash_of(wrong)), ("import", late, office.sticks[1]))
    wrong.unlink()
    office.alone.inbox.import_all(office.alone.actor, [here, late, office.sticks[1]])
    office.is_as_of_one()


def test_the_log_of_two_officers_who_write_at_once_is_one_chain(databases):
    url = databases()
    one, other = open_postgresql(url), open_postgresql(url)
    with one.transaction() as first:
        log.note(first, one.clock(), "officer", "import")
        with other.transaction() as second:
            log.note(second, other.clock(), "second", "import")
    with one.reading() as tx:
        assert [line.login for line in log.newest(tx, ["import"], (), 9)] == ["officer", "second"]
        assert list(log.breaks(tx)) == []
    one.close()
    other.close()


def test_a_line_of_a_transaction_that_failed_is_in_no_log(databases):
    database = open_postgresql(databases())
    with suppress(InvalidInput), database.transaction() as tx:
        log.note(tx, database.clock(), "officer", "import")
        raise InvalidInput(Text("No"), Text("No"))
    with database.transaction() as tx:
        log.note(tx, database.clock(), "officer", "revoke")
    with database.reading() as tx:
        assert [line.verb for line in log.newest(tx, ["import", "revoke"], (), 9)] == ["revoke"]
    database.close()


def test_two_officers_who_seal_at_once_write_one_log(officers, tmp_path, databases):
    hq = Side(new_hq(tmp_path / "hq", practice=True, database_url=databases()))
    asked = (hq.folder, "officer", "seal", EACH)
    said = at_once(officers, asked, asked)
    assert max(map(max, said)) == hq.count(sa.select(sa.func.count()).select_from(seals)) == 2 * EACH
    with hq.home.database.reading() as tx:
        assert list(log.breaks(tx)) == []
    hq.home.close()


def test_of_two_who_wait_for_each_other_one_is_told_to_try_again(databases):
    url, both = databases(), Barrier(2)

    def write(first, then):
        database = open_postgresql(url)
        try:
            with database.transaction() as tx:
                tx.exec_driver_sql("SET LOCAL deadlock_timeout = 10")
                state.write(tx, first, "")
                both.wait()
                state.write(tx, then, "")
        except EnvironmentProblem as problem:
            return problem.code
        finally:
            database.close()
        return "done"

    with ThreadPoolExecutor(2) as officers:
        said = [officers.submit(write, *names) for names in (("one", "two"), ("two", "one"))]
        assert sorted(one.result() for one in said) == ["busy", "done"]


class Overtaken(OfficeInbox):
    """An officer beside whom another imports a file at the moment when this one takes a file out."""

    other: Side
    late: Path

    def _claim_back(self, *given):
        self.other.inbox.import_all(self.other.actor, [self.late])
        super()._claim_back(*given)


def test_what_came_beside_an_undo_and_was_refused_because_of_that_file_comes_in(folders):
    """The first file has the record as an establishment; the second, where it is an activity, is refused."""
    root, hq, centre = folders
    hq.inbox.import_all(hq.actor, [root / "stick"])
    node, made = centre.home.keys.key_id, SimpleNamespace(centre=centre, hq=hq, stick=root)
    wrong = line_of(*body_of(node, {"name_en": "Shop"}, t="establishment", record_id="ab" * 16))
    right = line_of(*body_of(node, {"kind": "CHAI_SAMOSA"}, record_id="ab" * 16))
    first, second = (hand_made(made, [line], name) for line, name in ((wrong, "first"), (right, "second")))
    assert hq.inbox.import_all(hq.actor, [first]).counts.new == 1
    slow = Overtaken(hq.home.database, hq.home.home, hq.home.keys, hq.blobs)
    slow.other, slow.late = Side.opened(hq.folder), second
    slow.undo(hq.actor, hash_of(first), "another centre's list")
    slow.other.home.close()
    assert hq.services.activities.get(hq.actor, "ab" * 16)
    assert received(hq)["refused"] == []


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
