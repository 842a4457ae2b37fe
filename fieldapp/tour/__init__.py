"""The whole journey through the real window, off screen: `fieldapp tour --out DIR`.

    stage.py    one window on one home, with hands that press keys and eyes that keep pictures
    roster.py   a roster typed by keys, cell by cell
    journey.py  who does what: head office, two centres, and back
    proof.py    whether head office then has what the centre has, field by field

Nothing is played by a double: the same window, services, files and papers as everybody's. All homes are for
practice.
"""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.text import Text
from fieldapp.language import Language
from fieldapp.tour.proof import Proof

__all__ = ["Proof", "play"]

ACCOUNT = "tour.txt"
"""What was done, a sentence a line in both languages; by it a folder is known as that of a journey."""

_FOLDERS = ("screens", "pdf", "sync", "homes", "settings")


def play(out: Path, say: Callable[[Text], None]) -> Proof:
    """Play the journey into `out` (screens, pdf, sync, homes); `say` is told each step as a sentence.

    An earlier journey in the same folder makes room. Raises InvalidInput when the folder holds something else
    under these names, and whatever goes wrong on the way.
    """
    _make_room(out)

    def tell(text: Text) -> None:
        with (out / ACCOUNT).open("a", encoding="utf-8") as account:
            account.write(Language.named("hi").both(text, "\n") + "\n")
        say(text)

    os.environ["QT_QPA_PLATFORM"] = "offscreen"  # read once, at the first import of Qt
    from fieldapp.tour.journey import Journey

    return Journey(out, tell).play()


def _make_room(out: Path) -> None:
    taken = [out / name for name in _FOLDERS if (out / name).exists()]
    if taken and not (out / ACCOUNT).is_file():
        raise InvalidInput(
            Text("In this folder there is already something called {name}.", name=taken[0].name),
            Text("Nothing was changed. Name an empty folder."),
            "not_empty",
        )
    for folder in taken:
        shutil.rmtree(folder)
    for name in _FOLDERS:
        (out / name).mkdir(parents=True)
    (out / ACCOUNT).write_text("", "utf-8")
