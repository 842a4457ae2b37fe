"""What a home remembers for a login."""

import pytest

from fieldapp.domain.actor import Actor, Duty
from fieldapp.homes import new_centre
from fieldapp.storage.state import Centre

ONE, OTHER = Actor("sunita", Duty.OPERATOR), Actor("ravi", Duty.OPERATOR)


@pytest.fixture
def remembered(tmp_path):
    home = new_centre(tmp_path / "home", Centre(0, "100000000015", "कसमार", "Kasmar", ""), practice=True)
    yield home.services.remembered
    home.close()


def test_what_is_kept_for_one_login_is_not_the_other_ones(remembered):
    remembered.write(ONE, "filters", "मेला")
    assert (remembered.read(ONE, "filters"), remembered.read(OTHER, "filters")) == ("मेला", "")


def test_the_last_value_counts_and_an_empty_one_forgets(remembered):
    remembered.write(ONE, "filters", "1")
    remembered.write(ONE, "filters", "2")
    assert remembered.read(ONE, "filters") == "2"
    remembered.write(ONE, "filters", "")
    assert remembered.read(ONE, "filters") == ""
