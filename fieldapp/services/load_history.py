"""Which lists were loaded into a home: the ids they gave, what is here of them already, and taking them back.

They are kept with the settings of the home, the newest first.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import msgspec

from fieldapp.domain.actor import Actor
from fieldapp.domain.errors import MovedOn
from fieldapp.domain.text import Text
from fieldapp.services.all import Services
from fieldapp.services.derived_ids import derived_id
from fieldapp.services.load_columns import Layout
from fieldapp.services.table_files import TableFile

_HOME_MARK, _LOADS = "load_mark", "loads"
_KEPT = 300
_PORTION = 200
FIRST = 1
"""The version of a record that nobody has saved again."""


class PastLoad(msgspec.Struct, frozen=True):
    """A list that was loaded. last: the number of its last line. times: how often it was taken back.

    mark: of the home, '' in one that never loaded a list. by: the login. fresh: none of it is here yet.
    versions: by line, of records that went and were put back, the version in which they are as loaded.
    """

    sha256: str
    name: str
    type_word: str
    last: int
    by: str
    mark: str
    times: int = 0
    taken_back: bool = False
    fresh: bool = False
    versions: dict[int, int] = {}

    def id_of(self, number: int, times: int | None = None) -> str:
        """The id of the record from the line of that number."""
        again = self.times if times is None else times
        return row_id(f"{self.mark} {self.sha256}" + (f" {again}" if again else ""), number)

    def as_loaded(self, number: int) -> int:
        """The version of the record from the line of that number while nobody has changed it."""
        return self.versions.get(number, FIRST)


@dataclass(frozen=True, slots=True)
class TakenBack:
    """gone: the lines whose records were deleted. stayed: how many had been changed since."""

    gone: tuple[int, ...]
    stayed: int


@dataclass(frozen=True, slots=True)
class Loads:
    """What was loaded into a home."""

    services: Services

    def all(self) -> tuple[PastLoad, ...]:
        """Every load that is remembered, the newest first."""
        kept = self.services.settings.read(_LOADS, "[]")
        return msgspec.json.decode(kept, type=tuple[PastLoad, ...])

    def find(self, sha256: str) -> PastLoad | None:
        """The load of a file, None when there was none or it was taken back."""
        return next((one for one in self.all() if one.sha256 == sha256 and not one.taken_back), None)

    def begin(self, actor: Actor, table: TableFile, layout: Layout, last: int, *, keep: bool) -> PastLoad:
        """The load of a file that begins, or goes on. keep: remember it, so that it can be taken back."""
        before = next((one for one in self.all() if one.sha256 == table.sha256), None)
        load = PastLoad(
            table.sha256,
            table.name,
            layout.kind.type_word,
            last,
            actor.login,
            self._mark(actor, keep=keep),
            before.times if before else 0,
            versions=before.versions if before else {},
        )
        if keep:
            self._remember(actor, load)
        return msgspec.structs.replace(load, fresh=before is None)

    def already(self, actor: Actor, load: PastLoad, numbers: Iterable[int]) -> dict[int, str]:
        """The lines of which the record is here: number -> id.

        One that was deleted by hand counts too and is not made anew; one that went when the list was taken
        back does not.
        """
        if load.fresh:
            return {}
        ids = {
            load.id_of(number, times): (number, times)
            for number in numbers
            for times in range(load.times + 1)
        }
        here = self.services.for_type(load.type_word).standing(actor, ids)
        return {
            ids[record_id][0]: record_id
            for record_id, held in here.items()
            if not held.deleted or ids[record_id][1] == load.times
        }

    def take_back(self, actor: Actor, load: PastLoad, progress: Callable[[int, int], None]) -> TakenBack:
        """Delete what a load made and nobody has changed since."""
        service = self.services.for_type(load.type_word)
        gone: list[int] = []
        stayed = 0
        for start in range(0, load.last + 1, _PORTION):
            progress(start, load.last + 1)
            lines = {load.id_of(n): n for n in range(start, min(start + _PORTION, load.last + 1))}
            alive = [held for held in service.standing(actor, lines).values() if not held.deleted]
            unwanted = [held for held in alive if held.version == load.as_loaded(lines[held.record.id])]
            service.delete_all(actor, unwanted, TAKEN_BACK)
            gone += [lines[held.record.id] for held in unwanted]
            stayed += len(alive) - len(unwanted)
        after = msgspec.structs.replace(load, times=load.times + 1, taken_back=True, versions={})
        self._remember(actor, after)
        return TakenBack(tuple(gone), stayed)

    def put_back(self, actor: Actor, load: PastLoad, taken: TakenBack) -> None:
        """Bring back the very records that `take_back` deleted, but for those that somebody changed since.

        load: as it was given to `take_back`. Raises MovedOn when the list has been loaded anew meanwhile.
        """
        if self.find(load.sha256) is not None:
            raise MovedOn(Text("This list has been loaded again already."), Text("Nothing was changed."))
        service = self.services.for_type(load.type_word)
        lines = {load.id_of(number): number for number in taken.gone}
        gone = [
            held
            for record_id, held in service.standing(actor, lines).items()
            if held.deleted and held.version == load.as_loaded(lines[record_id]) + 1
        ]
        service.restore_all(actor, gone)
        versions = load.versions | {lines[held.record.id]: held.version + 1 for held in gone}
        self._remember(actor, msgspec.structs.replace(load, versions=versions))

    def _remember(self, actor: Actor, load: PastLoad) -> None:
        others = [one for one in self.all() if one.sha256 != load.sha256]
        kept = msgspec.json.encode((load, *others[: _KEPT - 1])).decode()
        self.services.settings.write(actor, _LOADS, kept)

    def _mark(self, actor: Actor, *, keep: bool) -> str:
        """What tells this home's loads from another's; it stays when the home is restored elsewhere."""
        settings = self.services.settings
        mark = settings.read(_HOME_MARK)
        if not mark and keep:
            mark = self.services.places.new_id()
            settings.write(actor, _HOME_MARK, mark)
        return mark


TAKEN_BACK = "LIST_TAKEN_BACK"
"""The reason of the tombstones a list leaves that was taken back."""


def row_id(seed: str, number: int) -> str:
    """The id of the record from a line of a file, whatever the file's name."""
    return derived_id("fieldapp-load-1", seed, number)
