"""Going over everything a home holds, and the state hash by which two homes are compared."""

from dataclasses import dataclass

from fieldapp.domain.actor import Actor
from fieldapp.storage import integrity, journal, log
from fieldapp.storage.database import Database
from fieldapp.storage.integrity import Counts


@dataclass(frozen=True, slots=True)
class Checked:
    """What going over a home found; every tuple is empty when all is well.

    pages: the engine's own words. altered_revisions, altered_rows: record ids. broken_links: (node, log
    number). broken_log: line numbers of the activity log. state_hash: 64 hex over what is sealed.
    """

    counts: Counts
    pages: tuple[str, ...]
    altered_revisions: tuple[str, ...]
    altered_rows: tuple[str, ...]
    broken_links: tuple[tuple[str, int], ...]
    broken_log: tuple[int, ...]
    state_hash: str

    @property
    def well(self) -> bool:
        """Whether nothing wrong was found."""
        found = (
            self.pages,
            self.altered_revisions,
            self.altered_rows,
            self.broken_links,
            self.broken_log,
        )
        return not any(found)


def check_home(database: Database, actor: Actor) -> Checked:
    """Go over pages, content hashes, rows, chains and the activity log; nothing is changed."""
    actor.must_be_known()
    with database.reading() as tx:
        return Checked(
            counts=integrity.counts(tx),
            pages=tuple(integrity.broken_pages(tx)),
            altered_revisions=tuple(dict.fromkeys(integrity.altered_revisions(tx))),
            altered_rows=tuple(integrity.altered_rows(tx)),
            broken_links=tuple(integrity.broken_links(tx)),
            broken_log=tuple(log.breaks(tx)),
            state_hash=journal.state_hash(tx),
        )
