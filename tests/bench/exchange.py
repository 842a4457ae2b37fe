"""Export and import of sessions of forty, against reading and inserting the same rows by hand.

The same rows are the 121 of a session in its three tables, with their keys and indexes, and nothing else. An
import writes more: the sealed body, head, place in the directory, figures, a note of what the file carried, a
mark for the search index, and the file itself. All of that, reading and every check is on our side only; so
is starting the process that reads, for nothing was imported before.
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
from tests.bench.peers import ABSENT, WHERE, Geodiff
from tests.postgres import server
from tests.sync.exchange import CENTRE, Exchange, Side, enrol, make_template

SESSIONS = int(os.environ.get("FIELDAPP_BENCH_SESSIONS", "1000"))
FILES = SESSIONS * 9 // 10
ROUNDS = 3
ONE_SESSION = 10_500
"""A file that may have no more bytes than that holds one session."""


def lines(folder: Path) -> Iterator[Line]:
    """Both directions at one size, with peak memory beside the time."""
    (folder / "homes").mkdir()
    template = make_template(folder / "homes")
    exchange = Exchange.copied(template, folder / "exchange")
    centre = exchange.centre
    sessions = [session(seed) for seed in range(SESSIONS)]
    for one in sessions:
        centre.services.activities.save(centre.actor, one)
    raw = RawDatabase(folder / "raw.db", bytes(32))
    ready = [rows_of(one) for one in sessions]
    together = {name: [row for rows in ready for row in rows[name]] for name in TABLES}
    raw.insert(together)
    geodiff = Geodiff(folder / "geodiff", together) if WHERE else None
    peer = [geodiff.run() for _ in range(ROUNDS)] if geodiff else []
    written: list[Path] = []

    def export(_: int) -> None:
        written[:] = [part.path for part in centre.outbox.make(centre.actor, full=True).parts]

    export(0)
    mine, theirs = in_turns(export, lambda _: raw.read_all(), ROUNDS)
    memory = peak_memory(lambda: export(0))
    yield Line(f"export {SESSIONS} sessions", mine, theirs, "raw reads, same cipher", "<= 2.0", "s", memory)
    yield beside("the same export", mine, [made for made, _ in peer])
    size = sum(path.stat().st_size for path in written) / SESSIONS / 1000
    yield Line("a session of 40 in the file", size, 3.7, "the goal in KB", "<= 1.0", "KB")
    twice = [part.path for part in centre.outbox.make(centre.actor, full=True).parts]
    many = centre.outbox.make(centre.actor, full=True, limit=ONE_SESSION).parts[:FILES]
    exchange.close()
    yield from imported(folder, written, twice, together, [applied for _, applied in peer])
    yield from many_files(folder, [part.path for part in many])
    yield on_a_server(folder)


def beside(what: str, ours: float, theirs: list[float]) -> Line:
    """What the peer took for the same rows, in files of its own without cipher, checks and signature."""
    floor = statistics.median(theirs) if theirs else 0.0
    return Line(what, ours, floor, "pygeodiff, plain file" if theirs else ABSENT, "< 1.0", "s")


class Offices:
    """Head offices that have nothing yet, as many as are asked for."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._name = folder, name
        self._open: dict[int, Side] = {}

    def __getitem__(self, n: int) -> Side:
        if n not in self._open:
            shutil.copytree(self._folder / "homes" / "hq", self._folder / f"{self._name}{n}")
            self._open[n] = Side.opened(self._folder / f"{self._name}{n}")
        return self._open[n]

    def close(self) -> None:
        for side in self._open.values():
            side.home.close()


def imported(
    folder: Path,
    written: list[Path],
    twice: list[Path],
    together: dict[str, list[tuple]],
    peer: list[float],
) -> Iterator[Line]:
    """The same files into an empty head office, once more, and the same records in other files."""
    offices = Offices(folder, "hq")
    raws = [RawDatabase(folder / f"raw{n}.db", bytes(32)) for n in range(ROUNDS)]
    for raw in raws:
        raw.raw.execute("PRAGMA cache_size = -65536")  # a head office keeps as many pages
    for n in range(ROUNDS + 1):
        assert offices[n]
    mine, theirs = in_turns(
        lambda n: offices[n].inbox.import_all(offices[n].actor, written),
        lambda n: raws[n].insert(together),
        ROUNDS,
    )
    last = offices[ROUNDS]
    memory = peak_memory(lambda: last.inbox.import_all(last.actor, written))
    name = "raw inserts, same cipher"
    yield Line(f"import {SESSIONS} new sessions, all checks", mine, theirs, name, "<= 1.2", "s", memory)
    yield beside("the same import", mine, peer)
    for what, paths in (("the same file again", written), ("the same records in another file", twice)):
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
