"""Finding, making and opening a home: what runs in a thread of its own while the window stands there.

Nothing heavy is imported before one of these functions runs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fieldapp.domain.places import Gazetteer
    from fieldapp.homes import Exchange, OpenHome
    from fieldapp.ui.desk import Office
    from fieldapp.ui.welcome_forms import Choice


@dataclass(frozen=True, slots=True)
class Opened:
    """A home somebody is logged in to, what it exchanges files with, and the places it knows."""

    home: "OpenHome"
    exchange: "Exchange"
    places: "Gazetteer"


@dataclass(frozen=True, slots=True)
class Found:
    """What the folder of a home says of itself before anybody is let in."""

    practice: bool


class Logins(Sequence[str]):
    """The logins of a home as they are whenever somebody asks: one more may be added while it is open."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _now(self) -> list[str]:
        from fieldapp.storage import home

        return sorted(home.logins(home.read(self._folder)))

    def __len__(self) -> int:
        return len(self._now())

    def __getitem__(self, at: Any) -> Any:
        return self._now()[at]


def look(folder: Path) -> Found | None:
    """What lies in a folder; None where there is no home."""
    from fieldapp.storage import home

    if not home.is_home(folder):
        return None
    return Found(home.read(folder).practice)


def open_home(folder: Path, login: str = "", passphrase: str = "") -> Opened:
    """Open a home; without a login a practice home, for who was there last.

    Raises FieldAppError: held by another window, wrong passphrase, no keys.
    """
    from fieldapp import homes

    if not login:
        return with_places(homes.open_practice(folder))
    return with_places(homes.open_home(folder, login=login, passphrase=passphrase))


def make_home(folder: Path, choice: "Choice") -> Opened:
    """Make the home that was chosen on the first start."""
    from fieldapp.ui.first_start import make

    return with_places(make(folder, choice))


def with_places(home: "OpenHome") -> Opened:
    """An open home with its exchange and places; what a last time left is tidied away."""
    from fieldapp.homes import Exchange

    exchange = Exchange.of(home)
    if home.home.has_office_above:
        exchange.outbox.tidy()
    exchange.receipts.tidy()
    exchange.sealed.tidy()
    home.services.attachments.clear_unnamed()
    return Opened(home, exchange, places_of(home))


def load_the_rest() -> None:
    """Papers and workbooks are large to load: better now than when somebody waits for one."""
    import fieldapp.papers  # noqa: F401


def places_of(home: "OpenHome") -> "Gazetteer":
    """The shipped places and those typed here."""
    from fieldapp.services.typed_places import known_places

    return known_places(home.services.places, home.actor)


def office_of(home: "OpenHome") -> "Office":
    """Whose home it is, as the frame shows it; a pack changes that."""
    from fieldapp.domain.fields import Name
    from fieldapp.ui.desk import Office

    own = home.services.settings.own_centre()
    return Office(
        name=Name(own.name_hi, own.name_en),
        number=own.csc_id,
        practice=home.home.practice,
        is_hq=home.home.is_hq,
        is_block=bool(home.home.scope),
    )


def shipped_places() -> "Gazetteer":
    """The places that come with the program, before there is a home."""
    from fieldapp.storage.gazetteer import gazetteer

    return gazetteer()
