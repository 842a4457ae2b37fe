"""Files imported into an empty head office in another order, some of them again: the same state."""

import random
import shutil

import sqlalchemy as sa

from fieldapp.domain import canonical
from fieldapp.storage import journal, state
from fieldapp.storage.tables import continuations, inbox_files, nodes, record_directory
from fieldapp.sync import file_bytes
from tests.sync.exchange import Side

Leaves = dict[str, list[str]]


def leaves(side: Side) -> Leaves:
    """The leaves of what a head office was sent, by record id."""
    with side.home.database.reading() as tx:
        own = tx.execute(
            sa.select(record_directory.c.id).where(record_directory.c.owner == state.node(tx))
        ).scalars()
        mine = {bytes(one).hex() for one in own}
        return {key: revs for key, revs in journal.all_leaves(tx) if key not in mine}


def hash_of(found: Leaves) -> str:
    """Their state hash."""
    return canonical.state_hash(sorted(found.items()))


def files_in(office: Side) -> list[bytes]:
    """The files that are imported, by who made them and when: hashes are others in each life."""
    imported = inbox_files.c.state == "IMPORTED"
    turn = (inbox_files.c.key, inbox_files.c.batch, inbox_files.c.part, inbox_files.c.to_n)
    with office.home.database.reading() as tx:
        rows = tx.execute(sa.select(inbox_files).where(imported).order_by(*turn, inbox_files.c.sha256))
        return [file_bytes.kept(tx, bytes(row.sha256).hex()) for row in rows]


def shuffled(contents: list[bytes], seed: int, repeats: int = 0) -> list[bytes]:
    """In a random order; that many of them come twice."""
    chance = random.Random(seed)
    order = [*contents, *chance.choices(contents, k=repeats)] if contents else []
    chance.shuffle(order)
    return order


class OtherOffices:
    """Empty head offices that trust the same computers as one that is at work.

    A file that was taken out there again may be the one by which a computer was enrolled.
    """

    def __init__(self, office: Side, template, root) -> None:
        """template: the home of the office as it was before anything came."""
        with office.home.database.reading() as tx:
            self._known = [
                (table, [dict(row._mapping) for row in tx.execute(sa.select(table))])
                for table in (nodes, continuations)
            ]
        self._empty, self._root = root / "empty office", root
        shutil.copytree(template, self._empty)
        shutil.copytree(office.folder / "keys", self._empty / "keys", dirs_exist_ok=True)

    def import_all(self, contents: list[bytes], *, one_by_one: bool = False) -> Leaves:
        """What such an office holds when these files came in this order. Late ones are let in at the end."""
        folder, paths = self._root / "another office", []
        shutil.copytree(self._empty, folder)
        for n, content in enumerate(contents):
            paths.append(folder / "inbox" / f"{n}")
            paths[-1].write_bytes(content)
        other = Side.opened(folder)
        try:
            with other.home.database.transaction() as tx:
                for table, rows in self._known:
                    tx.execute(table.delete())
                    if rows:
                        tx.execute(table.insert(), rows)
            for part in [[path] for path in paths] if one_by_one else [paths]:
                other.inbox.import_all(other.actor, part)
            for file in other.inbox.files(other.actor):
                if file.code == "replaced_sender":
                    other.inbox.let_in(other.actor, file.sha256, "test")
            other.inbox.import_all(other.actor)
            return leaves(other)
        finally:
            other.home.close()
            shutil.rmtree(folder)
