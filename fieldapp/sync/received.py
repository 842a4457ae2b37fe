"""What became of files that were brought to a centre, as people are told it (taking them: sync.receiving)."""

from dataclasses import dataclass
from pathlib import Path

from fieldapp.domain.codes import Code
from fieldapp.domain.text import Text
from fieldapp.sync.arriving import Counts
from fieldapp.sync.given_back import TakenBack
from fieldapp.sync.pack import Shown
from fieldapp.sync.refused_records import RefusedRecord

GAP_AT_THE_BLOCK = (
    Text("The block office lacks files that were made before."),
    Text("The next sync file carries them again. Make one now."),
)
"""What is said of a receipt with `gap`, and what to do."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a receipt changed here.

    base_before, base: log numbers up to which head office has everything; received: own records it has now,
    as they stand here; office: its own records that came along; foreign: it holds checkpoints that this
    computer did not make; full_asked: it asks for a full file; again: this receipt was taken before;
    pictures_asked: photographs it lacks, which go again with the next sync file; older_keys: its list of
    keys is older than the one held here, and was left alone; erased: people of whom all that
    names them was taken out of this home, as was decided; of_block: a block office wrote it, and it moves
    nothing; gap: that office lacks files, which the next sync file carries again; waited: at a block office,
    how many files that had waited for it are imported now.
    """

    number: int
    base_before: int
    base: int
    received: int
    refused: tuple[RefusedRecord, ...]
    office: Counts
    foreign: bool
    full_asked: bool
    again: bool
    pictures_asked: int = 0
    older_keys: bool = False
    erased: int = 0
    of_block: bool = False
    gap: bool = False
    waited: int = 0

    @property
    def notes(self) -> tuple[str, ...]:
        """Result codes worth saying."""
        found = (
            ("foreign_checkpoint", self.foreign),
            ("totals_differ", self.full_asked),
            ("old_key_list", self.older_keys),
        )
        return tuple(code for code, is_so in found if is_so)


class ReceivedState(Code):
    """What a file turned out to be, at a centre."""

    TAKEN = "TAKEN", "Receipt taken"
    GIVEN_BACK = "GIVEN_BACK", "Records given back"
    PACK = "PACK", "Pack of head office: its six words are needed"
    OTHERS = "OTHERS", "For another computer"
    REFUSED = "REFUSED", "Refused"


@dataclass(frozen=True, slots=True)
class Received:
    """A file that was brought to a centre and what became of it. name: of it, and of what it lay in.

    carried: it is another's, signed by our office, and kept here to be passed on.
    """

    path: Path
    state: ReceivedState
    code: str = ""
    said: tuple[Text, Text] | None = None
    taken: Taken | None = None
    pack: Shown | None = None
    given_back: TakenBack | None = None
    name: str = ""
    sha256: str = ""
    carried: bool = False
