"""A session that was keyed into the practice home by mistake, copied into the real centre's home."""

from datetime import UTC, datetime

import msgspec
import pytest

from fieldapp import homes
from fieldapp.domain.errors import FieldAppError, InvalidInput
from fieldapp.domain.fields import Name
from fieldapp.domain.records import ONE_RUPEE, PaymentTry
from fieldapp.practice_copy import copy_to_real
from fieldapp.services.records import Query
from fieldapp.storage.state import OWN_CENTRE, Centre
from tests.robots.roster import person, start

NOW = datetime(2017, 1, 14, 6, 12, 7, tzinfo=UTC)
PASSPHRASE = "the words of a real centre"


@pytest.fixture
def practice(tmp_path):
    """A practice home with one finished session of two people."""
    home = homes.new_centre(tmp_path / "practice", Centre(OWN_CENTRE, "", "अ", "A", ""), practice=True)
    tries = tuple(PaymentTry(slot=n, mode="CARD", amount_paise=ONE_RUPEE, result="OK") for n in (1, 2))
    rows = [
        person(1, present=1, tries=tries, mobile="5000000021"),
        person(2, present=1, tries=tries, mobile="9876501234"),
    ]
    record_id = start(home, "CHAI_SAMOSA", *rows, trainer_name=Name("मीना", "Meena"))
    held = home.services.activities.get(home.actor, record_id)
    held = home.services.activities.print_sheet(home.actor, record_id, held.version, "EXPECTED").held
    finished = home.services.activities.finish(home.actor, record_id, held.version, 2).held.record
    yield home, finished
    home.close()


@pytest.fixture
def real(tmp_path):
    """The folder of a real centre's home that is closed."""
    centre = Centre(OWN_CENTRE, "100000000015", "प्रज्ञा केंद्र", "Pragya Kendra", "")
    homes.new_centre(tmp_path / "real", centre, passphrase=PASSPHRASE).close()
    return tmp_path / "real"


def test_it_begins_its_life_there_with_a_number_of_its_own_and_says_where_it_is_from(practice, real):
    _, finished = practice
    copied = copy_to_real(
        finished,
        "Copied from practice.",
        real,
        login="operator",
        passphrase=PASSPHRASE,
        clock=lambda: NOW,
    )
    home = homes.open_home(real, passphrase=PASSPHRASE)
    try:
        (held,) = home.services.activities.page(home.actor, Query()).items
        there = home.services.activities.get(home.actor, held.record.id).record
    finally:
        home.close()
    assert there == copied
    assert there.id != finished.id
    assert (there.state, there.sheets, there.signatures_counted) == ("HELD", (), 0)
    assert there.notes == "Copied from practice."
    assert [row.mobile for row in there.rows] == ["", "9876501234"]
    assert [row.tries for row in there.rows] == [row.tries for row in finished.rows]


def test_nothing_is_copied_into_another_practice_home_or_with_a_wrong_passphrase(practice, real):
    home, finished = practice
    given = {"login": "operator", "clock": lambda: NOW}
    with pytest.raises(InvalidInput) as refused:
        copy_to_real(finished, "", home.home.folder, passphrase="", **given)
    assert refused.value.code == "not_a_real_centre"
    with pytest.raises(FieldAppError):
        copy_to_real(finished, "", real, passphrase="wrong words", **given)
    reopened = homes.open_home(real, passphrase=PASSPHRASE)
    try:
        assert reopened.services.activities.page(reopened.actor, Query()).total == 0
    finally:
        reopened.close()


def test_a_forbidden_number_is_not_copied(practice, real):
    _, finished = practice
    named = msgspec.structs.replace(finished, campaign="9999 7165 8847")
    with pytest.raises(InvalidInput) as refused:
        copy_to_real(named, "", real, login="operator", passphrase=PASSPHRASE, clock=lambda: NOW)
    assert refused.value.code == "forbidden_number"
