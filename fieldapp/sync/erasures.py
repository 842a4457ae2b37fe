"""Doing here what decisions about erasing people say: those that came in a file, and those still to be done.

A head office passes on what it heard: to every computer that may hold something of these people, the one that
decided it too, for that may be put back to an old copy.
"""

import json
from collections.abc import Collection
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy.engine import Connection

from fieldapp.domain.actor import Actor
from fieldapp.domain.errors import EnvironmentProblem
from fieldapp.storage import emptying, erasing, letting_go, state
from fieldapp.storage.blobs import BlobStore
from fieldapp.storage.database import Database, stamp
from fieldapp.storage.emptying import Emptied
from fieldapp.storage.erasing import People
from fieldapp.storage.home import Home
from fieldapp.storage.letting_go import LetGo
from fieldapp.storage.records import Typed
from fieldapp.sync.batches import let_go_of_files
from fieldapp.sync.kept_files import destroy_old
from fieldapp.sync.sealed_copies import KEPT_DAYS, SealedCopies
from fieldapp.sync.sync_file_place import SUFFIX

_MOST_REWRITTEN = 64 << 20
"""A larger database is not written anew: all of it lies in memory meanwhile (`Database.rewrite`), and a start
is to fit on a laptop of 4 GB. SQLCipher overwrites there what is deleted; of a row that it moved before a
copy may stay in the gap of a page until that is used again.
"""

_OUTBOX = "outbox_erased"
"""The setting that lists the files made here before somebody was erased, until they are gone."""


class Erasures:
    """The people who are erased, at one home."""

    def __init__(self, database: Database, home: Home, blobs: BlobStore) -> None:
        self._database = database
        self._home = home
        self._blobs = blobs
        self._sealed = SealedCopies(database, home)

    def heed(
        self,
        tx: Connection,
        actor: Actor,
        gone: LetGo | None = None,
        also: People | None = None,
        arrived: Collection[str] | None = None,
    ) -> Emptied:
        """Empty what decisions say, within the caller's transaction; `settle` it when that has ended.

        gone: what was let go of in it before. also, arrived: as in `emptying.heed`.
        """
        gone = gone or LetGo()
        # Head office keeps what it was sent until the owner seals it emptied: it alone can give it back.
        copies = self._home.has_office_above
        done = emptying.heed(
            tx,
            actor,
            self._origin(tx),
            self.keep,
            copies=copies,
            words=gone.words,
            also=also,
            arrived=None if gone.records else arrived,
        )
        return replace(done, gone=done.gone | gone)

    def keep(self, tx: Connection, record_id: str, content: bytes) -> None:
        """Lock bytes of own records as `SealedCopies.keep`. The files in which these may have been are to go:
        what no receipt covers goes again with the next one, without them.
        """
        self._sealed.keep(tx, record_id, content)
        let_go_of_files(tx, stamp(self._database.clock()))
        state.write(tx, _OUTBOX, json.dumps([one.name for one in self._home.outbox.glob(f"*{SUFFIX}")]))

    def settle(self, done: Emptied) -> None:
        """Note beside the database who is erased. Their photographs go, and the files made here before.

        It is kept already that they are erased: what the disk refuses now is done at the next start.
        """
        with suppress(OSError, EnvironmentProblem):
            for picture in done.gone.pictures:
                self._blobs.remove(picture)
            if done.touched.records:
                self._clear_outbox()
        with suppress(OSError):
            self._sealed.note(done.people)

    def _clear_outbox(self) -> None:
        """Take away the files that were made before somebody was erased, and none that was made since."""
        with self._database.reading() as tx:
            names = json.loads(state.read(tx, _OUTBOX, "[]"))
        left = [name for name in names if not _is_removed(self._home.outbox / name)]
        if left != names:
            with self._database.transaction() as tx:
                state.write(tx, _OUTBOX, json.dumps(left))

    def catch_up(self, actor: Actor) -> None:
        """At a start: what an open amendment held up, and what a database that was put back says again; and
        the bytes of files whose year is over.

        Raises OSError, EnvironmentProblem, and InvalidInput 'no_pack'; it is tried again at the next start.
        """
        self._clear_outbox()
        noted = self._sealed.people()
        with self._database.reading() as tx:
            is_due = bool(noted or erasing.asked(tx))
        if is_due:
            with self._database.transaction() as tx:
                done = self.heed(tx, actor, also=noted)
                if self._home.is_hq:
                    self._end_the_year(tx)
            self.settle(done)
        self._rewrite()

    def _end_the_year(self, tx: Connection) -> None:
        """At an office: destroy what was kept until the day that was said. Of whom no owner has heard in all
        that time, the copies are emptied here.
        """
        destroy_old(tx, self._database.today())
        limit = stamp(self._database.clock() - timedelta(days=KEPT_DAYS + 1))
        old = erasing.decided_by(tx, state.node(tx), limit)
        waited = {one: session for one, session in erasing.asked(tx).items() if one in old}
        emptying.empty_copies(tx, self._origin(tx), waited)

    def _rewrite(self) -> None:
        """Write a database of usual size anew where something was erased: nothing stays between its pages."""
        with self._database.reading() as tx:
            is_due = bool(state.read(tx, letting_go.REWRITE))
        path = self._home.database_path
        if is_due and path.is_file() and path.stat().st_size <= _MOST_REWRITTEN:
            self._database.rewrite()
            with self._database.transaction() as tx:
                state.write(tx, letting_go.REWRITE, "")

    def pass_on(self, tx: Connection, actor: Actor) -> None:
        """Decide at head office what a centre has decided about its people, for all their ids known here.

        Only this office's own word makes two people one for that: no centre can have another's erased.
        """
        if not self._home.has_office_above and (named := erasing.asked(tx)):
            node = state.node(tx)
            people = erasing.everybody(tx, named, node, placed=erasing.decided_by(tx, node))
            erasing.decide(tx, actor, self._origin(tx), iter(self._database.new_id, ""), people)

    def _origin(self, tx: Connection) -> Typed:
        return Typed(*state.identity(tx), self._database.clock())


def _is_removed(path: Path) -> bool:
    """Take a file away; whether that could be done."""
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return False
    return True
