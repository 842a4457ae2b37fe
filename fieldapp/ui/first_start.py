"""Makes the home that somebody chose on the first start, in a worker thread: no widget is touched."""

import tempfile
from pathlib import Path

from fieldapp import homes
from fieldapp.domain.fields import Name
from fieldapp.homes import Exchange, OpenHome
from fieldapp.services.demo import KASMAR, demo
from fieldapp.services.invented import SESSION_SIZE
from fieldapp.storage.gazetteer import gazetteer
from fieldapp.storage.state import OWN_CENTRE, Centre
from fieldapp.ui.welcome_forms import Choice, FromPack, NewCentre, NewOffice, Practice

PRACTICE_OFFICE = "practice-office"
"""Beside a practice centre lies the practice office that its sync files can be tried with."""

_CSC_ID = "100000000015"
_NAME = Name("प्रज्ञा केंद्र कसमार", "Pragya Kendra Kasmar")
_SESSIONS = 12
_SEED = 1


def make(folder: Path, choice: Choice) -> OpenHome:
    """Make the home and log in. Raises FieldAppError when it cannot be made; nothing is left then."""
    match choice:
        case FromPack(pack, words, keeper):
            return homes.new_centre_from_pack(
                folder, pack, words, login=keeper.login, passphrase=keeper.passphrase
            )
        case NewCentre(name, csc_id, place, keeper):
            centre = Centre(OWN_CENTRE, csc_id, name.hi, name.en, place.key)
            return homes.new_centre(folder, centre, login=keeper.login, passphrase=keeper.passphrase)
        case NewOffice(name, place, keeper):
            return homes.new_hq(
                folder,
                name_hi=name.hi or name.en,
                name_en=name.en or name.hi,
                scope=place.key,
                login=keeper.login,
                passphrase=keeper.passphrase,
            )
        case Practice():
            return practice(folder)


def practice(folder: Path) -> OpenHome:
    """The practice centre in that folder, made with invented records and an office of its own if need be."""
    if (folder / "home.toml").exists():
        return homes.open_practice(folder)
    office_folder = folder.parent / PRACTICE_OFFICE
    new = not (office_folder / "home.toml").exists()
    office = homes.new_hq(office_folder, practice=True) if new else homes.open_home(office_folder)
    try:
        home = _practice_centre(folder, office)
    finally:
        office.close()
    demo(home.services, gazetteer(), home.actor, sessions=_SESSIONS, people=SESSION_SIZE, seed=_SEED)
    return home


def _practice_centre(folder: Path, office: OpenHome) -> OpenHome:
    enrolment = Exchange.of(office).enrolment
    known = {one.csc_id: one.number for one in office.services.settings.centres()}
    number = known.get(_CSC_ID) or enrolment.register_centre(office.actor, _CSC_ID, _NAME, KASMAR.key).number
    with tempfile.TemporaryDirectory() as stick:
        made = enrolment.make_pack(office.actor, number, Path(stick))
        return homes.new_centre_from_pack(folder, made.path, made.words, practice=True)
