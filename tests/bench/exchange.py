"""Export and import of sessions of forty, against reading and inserting the same rows by hand.

The same rows are the 121 of a session in its three tables, with their keys and indexes, and nothing else. An
import writes more: the sealed body, head, place in the directory, figures, a note of what the file carried, a
mark for the search index, and the file itself. All of that, reading and every check is on our side only. In
the lines about one import ten times as many are there already on both sides, and as files came before, the
process that reads runs.
"""

import os
import shutil
import statistics
from collections.abc import Iterator
from pathlib import Path

from fieldapp.homes import new_centre, new_hq
from fieldapp.sync.arrived import FileState
from tests.bench.floor import TABLES, RawDatabase, ServerTables, rows_of
from tests.bench.measure import Line, in_turns, peak_memory
from tests.bench.model import session
from tests.bench.peers import ABSENT, WHERE, Geodiff, plain
from tests.postgres import server
from tests.sync.exchange import CENTRE, Exchange, Side, enrol, make_template

SESSIONS = int(os.environ.get("FIELDAPP_BENCH_SESSIONS", "1000"))
HELD = 10 * SESSIONS
"""So many are there already when the others come, on both sides."""
FILES = SESSIONS * 9 // 10
ROUNDS = 5
ONE_SESSION = 10_500
"""A file that may have no more bytes than that holds one session."""
KEY = bytes(32)

Rows = dict[str, list[tuple]]


def lines(folder: Path) -> Iterator[Line]:
    """Both directions, with peak memory beside the time."""
    (folder / "homes").mkdir()
    exchange = Exchange.copied(make_template(folder / "homes"), folder / "exchange")
    centre = exchange.centre
    raw, empty = RawDatabase(folder / "raw", KEY), RawDatabase(folder / "empty", None)
    some, all_ = RawDatabase(folder / "some", None), RawDatabase(folder / "all", None)
    for first in range(0, HELD, SESSIONS):
        rows = recorded(centre, first)
        for database in (raw, some, all_):
            database.fill(rows)
    written: list[Path] = []

    def export(_: int) -> None:
        written[:] = [part.path for part in centre.outbox.make(centre.actor, full=True).parts]

    memory = peak_memory(lambda: export(0))
    yield Line("memory of the first export over the baseline", memory, 64, "the goal in MiB", "<= 1.0", "MB")
    mine, theirs = in_turns(export, lambda _: raw.read_all(), ROUNDS)
    yield Line(f"export {HELD} sessions", mine, theirs, "raw reads, same cipher", "<= 2.0", "s")
    size = sum(path.stat().st_size for path in written) / HELD / 1000
    exchange.deliver(*written)
    centre.receipts.apply(centre.actor, exchange.answer())
    new = recorded(centre, HELD)
    all_.fill(new)
    raw.raw.close()
    for database in (empty, some, all_):
        plain(database)
    peer = [Geodiff(folder / "empty", folder / "some").run() for _ in range(ROUNDS)] if WHERE else []
    yield beside("the same export", mine, [made for made, _ in peer])
    yield Line("a session of 40 in the file", size, 3.7, "the goal in KB", "<= 1.0", "KB")
    once, twice = ([part.path for part in centre.outbox.make(centre.actor).parts] for _ in range(2))
    many = [part.path for part in centre.outbox.make(centre.actor, limit=ONE_SESSION).parts[:FILES]]
    exchange.close()
    peer = [Geodiff(folder / "some", folder / "all").run() for _ in range(ROUNDS)] if WHERE else []
    yield from imported(folder, written, once, twice, new, [applied for _, applied in peer])
    yield from many_files(folder, many)
    yield on_a_server(folder)


def recorded(centre: Side, first: int) -> Rows:
    """The centre records sessions; their rows as raw tables take them."""
    together: Rows = {name: [] for name in TABLES}
    for seed in range(first, first + SESSIONS):
        one = session(seed)
        centre.services.activities.save(centre.actor, one)
        for name, rows in rows_of(one).items():
            together[name] += rows
    return together


def beside(what: str, ours: float, theirs: list[float]) -> Line:
    """What the peer took for the same rows, in files of its own without cipher, checks and signature."""
    floor = statistics.median(theirs) if theirs else 0.0
    return Line(what, ours, floor, "pygeodiff, plain file" if theirs else ABSENT, "< 1.0", "s")


class Offices:
    """Head offices that hold what came first, as many as are asked for."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._name = folder, name
        self._open: dict[int, Side] = {}

    def __getitem__(self, n: int) -> Side:
        if n not in self._open:
            shutil.copytree(self._folder / "exchange" / "hq", self._folder / f"{self._name}{n}")
            self._open[n] = Side.opened(self._folder / f"{self._name}{n}")
        return self._open[n]

    def close(self) -> None:
        for side in self._open.values():
            side.home.close()


def imported(
    folder: Path, before: list[Path], once: list[Path], twice: list[Path], together: Rows, peer: list[float]
) -> Iterator[Line]:
    """Files into a head office, once more, and the same records in others. before: what it holds already."""
    offices, raws = Offices(folder, "hq"), []
    for n in range(ROUNDS):
        shutil.copy(folder / "raw", folder / f"raw{n}")
        raws.append(RawDatabase(folder / f"raw{n}", KEY))
    for n in range(ROUNDS + 1):
        offices[n].inbox.import_all(offices[n].actor, before)
    os.sync()  # else whoever commits first waits for the copies
    mine, theirs = in_turns(
        lambda n: offices[n].inbox.import_all(offices[n].actor, once),
        lambda n: raws[n].insert(together),
        ROUNDS,
    )
    last = offices[ROUNDS]
    memory = peak_memory(lambda: last.inbox.import_all(last.actor, once))
    name = "raw inserts, same cipher"
    yield Line(f"import {SESSIONS} new sessions, all checks", mine, theirs, name, "<= 1.2", "s", memory)
    yield beside("the same import", mine, peer)
    for what, paths in (("the same file again", once), ("the same records in another file", twice)):
        again, _ = in_turns(
            lambda n, paths=paths: offices[n].inbox.import_all(offices[n].actor, paths),
            lambda _: None,
            ROUNDS,
        )
        yield Line(what, again, theirs, name, "<= 0.15", "s")
    offices.close()


def many_files(folder: Path, paths: list[Path]) -> Iterator[Line]:
    """A file a session: read in, previewed and imported, against opening and checking them alone."""
    offices = Offices(folder, "many")
    for n in range(ROUNDS + 1):
        assert offices[n]

    def opened(n: int) -> None:
        for path in paths:
            for _ in offices[n].inbox._examiner.open(path.read_bytes()).lines():
                pass

    def taken(n: int) -> None:
        side = offices[n]
        for file in side.inbox.read(side.actor, paths):
            if file.state is FileState.READY:
                side.inbox.preview(side.actor, file.sha256)
        assert side.inbox.import_all(side.actor).counts.new == len(paths)

    mine, theirs = in_turns(taken, opened, ROUNDS)
    memory = peak_memory(lambda: taken(ROUNDS))
    what = f"{len(paths)} files of one session, with preview"
    yield Line(what, mine, theirs, "opening them alone", "<= 15", "s", memory)
    offices.close()


def on_a_server(folder: Path) -> Line:
    """Import into PostgreSQL; every round other sessions."""
    root = folder / "server"
    root.mkdir()
    with server() as url:
        hq = Side(new_hq(root / "hq", practice=True, database_url=url))
        centre = Side(new_centre(root / "centre", CENTRE, practice=True))
        enrol(hq, centre, root)
        tables, batches, rows = ServerTables(url), list[list[Path]](), list[dict[str, list[tuple]]]()
        for n in range(ROUNDS):
            sessions = [session(seed) for seed in range(n * SESSIONS, (n + 1) * SESSIONS)]
            for one in sessions:
                centre.services.activities.save(centre.actor, one)
            only = [one.id for one in sessions]
            made = centre.outbox.make(centre.actor, only=only)
            batches.append([part.path for part in made.parts])
            spread = [rows_of(one) for one in sessions]
            rows.append({name: [row for one in spread for row in one[name]] for name in TABLES})
        mine, theirs = in_turns(
            lambda n: hq.inbox.import_all(hq.actor, batches[n]), lambda n: tables.copy(rows[n]), ROUNDS
        )
        hq.home.close()
        centre.home.close()
        tables.close()
    return Line(f"import {SESSIONS} sessions, PostgreSQL", mine, theirs, "binary COPY", "<= 1.9", "s")
