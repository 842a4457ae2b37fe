"""Who may let others in."""

import pytest

from fieldapp.domain.actor import Actor, Duty
from fieldapp.domain.errors import EnvironmentProblem, InvalidInput, NotAllowed
from fieldapp.homes import new_centre, open_home
from fieldapp.storage.home import PRACTICE_PASSPHRASE, open_login
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


@pytest.mark.parametrize(
    "login",
    ["", " ", "ri\nta", "ri\tta", "rita\u202eatir", "ri\u200bta", "ri\x00ta", "ri\ud800ta", "r" * 65],
)
def test_a_user_name_is_short_and_can_be_seen(centre_home, login):
    users, lead = centre_home.services.users, Actor("supervisor", Duty.SUPERVISOR)
    before = users.all(lead)
    with pytest.raises(InvalidInput) as refused:
        users.add(lead, login, Duty.OPERATOR, "")
    assert refused.value.code == "login"
    assert users.all(lead) == before


def test_a_user_name_is_one_however_it_is_written(centre_home):
    users, lead = centre_home.services.users, Actor("supervisor", Duty.SUPERVISOR)
    assert users.add(lead, " Rita Devi ", Duty.OPERATOR, "").login == "Rita Devi"
    for same in ("rita devi", "RITA DEVI", "Rita Devi  "):
        with pytest.raises(InvalidInput) as refused:
            users.add(lead, same, Duty.OPERATOR, "")
        assert refused.value.code == "login"
    users.add(lead, "r" * 64, Duty.OPERATOR, "")
    users.add(lead, "\u095eरीदा", Duty.OPERATOR, "")
    with pytest.raises(InvalidInput):
        users.add(lead, "\u092b\u093cरीदा", Duty.OPERATOR, "")
    assert open_login(centre_home.home, " Rita Devi", PRACTICE_PASSPHRASE)[0].login == "Rita Devi"


def test_a_home_that_was_closed_is_not_opened_again_by_a_late_look(centre_home):
    centre_home.close()
    with pytest.raises(EnvironmentProblem) as refused:
        centre_home.services.people.page(centre_home.actor)
    assert refused.value.code == "closed"
