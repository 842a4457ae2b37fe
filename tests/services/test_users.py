"""Who may let others in."""

import pytest

from fieldapp.domain.actor import Duty
from fieldapp.domain.errors import EnvironmentProblem, NotAllowed
from fieldapp.homes import new_centre, open_home
from fieldapp.storage.state import Centre


def test_an_operator_lets_the_first_supervisor_in_and_nobody_after_that(tmp_path):
    centre = Centre(0, "100000000015", "कसमार", "Kasmar", "block:322/3069")
    home = new_centre(tmp_path / "home", centre, passphrase="कसमार का समोसा")
    home.services.users.add(home.actor, "meena", Duty.SUPERVISOR, "चाय और समोसा")
    with pytest.raises(NotAllowed):
        home.services.users.add(home.actor, "ravi", Duty.OPERATOR, "तीसरा पासफ़्रेज़")
    home.close()
    again = open_home(tmp_path / "home", login="meena", passphrase="चाय और समोसा")
    again.services.users.add(again.actor, "ravi", Duty.OPERATOR, "तीसरा पासफ़्रेज़")
    assert set(again.services.users.all(again.actor)) == {"operator", "meena", "ravi"}
    again.close()


def test_a_home_that_was_closed_is_not_opened_again_by_a_late_look(centre_home):
    centre_home.close()
    with pytest.raises(EnvironmentProblem) as refused:
        centre_home.services.people.page(centre_home.actor)
    assert refused.value.code == "closed"
