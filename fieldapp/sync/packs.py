"""Packs: what head office hands a centre's computer so that both know each other from the first file on."""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.domain.actor import Actor
from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.text import Text
from fieldapp.storage import log, sealing, state
from fieldapp.storage.database import stamp
from fieldapp.storage.records import Typed
from fieldapp.storage.state import HQ_CENTRE, Centre
from fieldapp.storage.tables import nodes, packs, record_table
from fieldapp.sync import pack
from fieldapp.sync.block_offices import lines_about_blocks
from fieldapp.sync.downward import IN_PACKS, Downward
from fieldapp.sync.office import office_sections
from fieldapp.sync.office_keys import own_key_list
from fieldapp.sync.pack import Identity
from fieldapp.sync.packing import lines
from fieldapp.sync.progress import Cancelled, Progress, never, silent
from fieldapp.sync.registry import Registry
from fieldapp.sync.sync_file import Columns, Continues, Header, Kind, Placed, file_name
from fieldapp.sync.words import choose, new_lock

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXY"  # Z is what a computer has before its pack
_MOST_OF_RECORDS = 500_000
"""Bytes of records in a pack; the rest comes with the first receipt."""


@dataclass(frozen=True, slots=True)
class PackMade:
    """A pack and the six words to tell by telephone; they are kept nowhere."""

    path: Path
    words: str
    letter: str
    centre: Centre


class Packs(Registry):
    """A head office's side of packs."""

    def make_pack(self, actor: Actor, centre: int, target: Path) -> PackMade:
        """Make the pack of a centre's next computer. target: a file, or a folder that it is put into.

        Raises InvalidInput 'letters' when the letters are used up, and EnvironmentProblem.
        """
        self._must_be_head_office(actor)
        return self._make(actor, centre, target, self._going_down())

    def make_packs(
        self,
        actor: Actor,
        centres: Sequence[int],
        folder: Path,
        progress: Progress = silent,
        cancel: Cancelled = never,
    ) -> tuple[PackMade, ...]:
        """A pack for each of these centres; a cancelled run gives those made. progress: made and in all.

        Raises as `make_pack`; the packs made before are of no use then, for their words are lost.
        """
        self._must_be_head_office(actor)
        down, made = self._going_down(), list[PackMade]()
        for centre in centres:
            if cancel():
                break
            made.append(self._make(actor, centre, folder, down))
            progress(len(made), len(centres))
        return tuple(made)

    def _going_down(self) -> Downward:
        with self._database.transaction() as tx:
            own_key_list(tx, self._home, self._keys, self._data_key)
            node = state.node(tx)
            sealing.seal(tx, Typed(node.hex(), HQ_CENTRE, self._database.clock()))
            return Downward(tx, node, IN_PACKS)

    def _make(self, actor: Actor, centre: int, target: Path, down: Downward) -> PackMade:
        words, lock, secret = choose(), new_lock(practice=self._home.practice), secrets.token_bytes(32)
        with self._database.transaction() as tx:
            known = state.centre(tx, centre)
            letter = next_letter(tx, centre)
            node, now = state.node(tx), stamp(self._database.clock())
            sections = [
                pack.identity_line("pack", self._identity(tx, known, letter)),
                *office_sections(tx),
                *lines_about_blocks(tx, known),
            ]
            tx.execute(packs.insert().values(centre=centre, letter=letter, secret=secret, made_at=now))
            log.note(tx, self._database.clock(), actor.login, "make_pack", what=f"{known.csc_id}-{letter}")
        records = _fitting(lines(self._database, down.for_centre(known), Columns({})))
        name = file_name(f"{known.csc_id}-{letter}-pack", 0, 1, 1, now[:10])
        try:
            header = pack.own_header(self._keys.public, node.hex(), known.csc_id, now)
            content = [*sections, pack.locked_line(words, lock, secret, records)]
            placed = self._write(target / name if target.is_dir() else target, Kind.PACK, header, content)
        except BaseException:
            with self._database.transaction() as tx:
                tx.execute(packs.delete().where(packs.c.centre == centre, packs.c.letter == letter))
            raise
        return PackMade(placed.path, words, letter, known)

    def _identity(self, tx: Connection, centre: Centre, letter: str) -> Identity:
        office = state.centre(tx, HQ_CENTRE)
        return Identity(
            csc_id=centre.csc_id,
            name_hi=centre.name_hi,
            name_en=centre.name_en,
            place_key=centre.place_key,
            letter=letter,
            office_hi=office.name_hi,
            office_en=office.name_en,
        )

    def _write(
        self,
        target: Path,
        kind: Kind,
        header: Header,
        content: list[bytes],
        continues: Continues | None = None,
    ) -> Placed:
        practice = self._home.practice
        return pack.write_open(target, kind, header, content, self._keys, practice, continues)


def next_letter(tx: Connection, centre: int) -> str:
    """A letter that no computer of a centre has, nor any of its numbers. Raises InvalidInput 'letters'."""
    used = {
        letter
        for table in (packs, nodes, record_table("activity"))
        for letter in tx.execute(
            sa.select(table.c.letter).where(table.c.centre == centre).distinct()
        ).scalars()
    }
    letter = next((one for one in _LETTERS if one not in used), "")
    if not letter:
        raise InvalidInput(
            Text("This centre has packs for 25 computers already."),
            Text("Nothing was made; more computers a centre cannot have."),
            "letters",
        )
    return letter


def _fitting(records: Iterator[bytes]) -> list[bytes]:
    found, size = list[bytes](), 0
    for line in records:
        size += len(line)
        if size > _MOST_OF_RECORDS:
            break
        found.append(line)
    return found
