"""Doing here what decisions about erasing people say: those that came in a file, and those still to be done.

A head office passes on what it heard: to every computer that may hold something of these people, the one that
decided it too, for that may be put back to an old copy.
"""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy.engine import Connection

from fieldapp.domain.actor import Actor
from fieldapp.storage import emptying, erasing, letting_go, state
from fieldapp.storage.blobs import BlobStore
from fieldapp.storage.database import Database, stamp
from fieldapp.storage.emptying import Emptied
from fieldapp.storage.erasing import People
from fieldapp.storage.home import Home
from fieldapp.storage.letting_go import LetGo
from fieldapp.storage.records import Typed
from fieldapp.sync.kept_files import destroy_old
from fieldapp.sync.sealed_copies import KEPT_DAYS, SealedCopies
from fieldapp.sync.sync_file_place import SUFFIX

_MOST_REWRITTEN = 256 << 20
"""A larger database is not written anew: it may take minutes. What was erased is overwritten in time."""


class Erasures:
    """The people who are erased, at one home."""

    def __init__(self, database: Database, home: Home, blobs: BlobStore) -> None:
        self._database = database
        self._home = home
        self._blobs = blobs
        self._sealed = SealedCopies(database, home)

    def heed(
        self, tx: Connection, actor: Actor, gone: LetGo | None = None, also: People | None = None
    ) -> Emptied:
        """Empty what decisions say, within the caller's transaction; `settle` it when that has ended.

        gone: what was let go of in it before. also: as in `emptying.heed`.
        """
        gone = gone or LetGo()
        # Head office keeps what it was sent until the owner seals it emptied: it alone can give it back.
        copies = not self._home.is_hq or bool(self._home.scope)
        done = emptying.heed(
            tx, actor, self._origin(tx), self.keep, copies=copies, words=gone.words, also=also
        )
        return replace(done, gone=done.gone | gone)

    def keep(self, tx: Connection, record_id: str, content: bytes) -> None:
        """Lock bytes as `SealedCopies.keep`."""
        self._sealed.keep(tx, record_id, content)

    def settle(self, done: Emptied) -> None:
        """Note beside the database who is erased. Their photographs go, and the files made here before: what
        no receipt covers goes again with the next one, without them.
        """
        self._sealed.note(done.people)
        for picture in done.gone.pictures:
            self._blobs.remove(picture)
        if done.touched.records:
            for file in self._home.outbox.glob(f"*{SUFFIX}"):
                file.unlink(missing_ok=True)

    def catch_up(self, actor: Actor) -> None:
        """At a start: what an open amendment held up, and what a database that was put back says again; and
        the bytes of files whose year is over.

        Raises EnvironmentProblem; it is tried again at the next start.
        """
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
        if self._home.is_hq and not self._home.scope and (named := erasing.asked(tx)):
            people = erasing.everybody(tx, named, state.node(tx))
            erasing.decide(tx, actor, self._origin(tx), iter(self._database.new_id, ""), people)

    def _origin(self, tx: Connection) -> Typed:
        return Typed(*state.identity(tx), self._database.clock())
