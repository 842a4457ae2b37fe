"""Export and import of sessions of forty, against reading and inserting the same rows by hand."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from tests.bench.floor import TABLES, RawDatabase, rows_of
from tests.bench.measure import Line, in_turns, peak_memory
from tests.bench.model import session
from tests.sync.exchange import Exchange, Side, make_template

SESSIONS = int(os.environ.get("FIELDAPP_BENCH_SESSIONS", "1000"))
ROUNDS = 3


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
    written: list[Path] = []

    def export(_: int) -> None:
        written[:] = [part.path for part in centre.outbox.make(centre.actor, full=True).parts]

    export(0)
    mine, theirs = in_turns(export, lambda _: raw.read_all(), ROUNDS)
    memory = peak_memory(lambda: export(0))
    yield Line(f"export {SESSIONS} sessions", mine, theirs, "raw reads, same cipher", "<= 2.0", "s", memory)
    size = sum(path.stat().st_size for path in written) / SESSIONS / 1000
    yield Line("a session of 40 in the file", size, 3.7, "the goal in KB", "<= 1.0", "KB")
    exchange.close()
    yield from imported(folder, written, together)


def imported(folder: Path, written: list[Path], together: dict[str, list[tuple]]) -> Iterator[Line]:
    """The same files into an empty head office, and once more."""
    offices: dict[int, Side] = {}

    def office(n: int) -> Side:
        if n not in offices:
            shutil.copytree(folder / "homes" / "hq", folder / f"hq{n}")
            offices[n] = Side.opened(folder / f"hq{n}")
        return offices[n]

    raws = {n: RawDatabase(folder / f"raw{n}.db", bytes(32)) for n in range(ROUNDS + 1)}
    for n in raws:
        office(n)
    mine, theirs = in_turns(
        lambda n: office(n).inbox.import_all(office(n).actor, written),
        lambda n: raws[n].insert(together),
        ROUNDS,
    )
    last = office(ROUNDS)
    memory = peak_memory(lambda: last.inbox.import_all(last.actor, written))
    name = "raw inserts, same cipher"
    yield Line(f"import {SESSIONS} new sessions, all checks", mine, theirs, name, "<= 1.2", "s", memory)
    again, _ = in_turns(
        lambda n: office(n).inbox.import_all(office(n).actor, written), lambda _: None, ROUNDS
    )
    yield Line("the same file again", again, theirs, name, "<= 0.15", "s")
    for side in offices.values():
        side.home.close()
