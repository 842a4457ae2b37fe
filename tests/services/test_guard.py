"""The number guard stands in every home, whatever centres the home knows."""

import pytest

from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.identifiers import find_forbidden_number
from fieldapp.domain.records import Person
from tests.sync.exchange import Exchange, make_template

AADHAAR = "9999 4105 7058"


@pytest.fixture
def exchange(tmp_path):
    (tmp_path / "homes").mkdir()
    found = Exchange.copied(make_template(tmp_path / "homes"), tmp_path / "exchange")
    yield found
    found.close()


@pytest.mark.parametrize("side", ["hq", "centre"])
def test_head_office_and_a_centre_with_its_pack_refuse_an_aadhaar_number(exchange, side):
    home = getattr(exchange, side)
    with pytest.raises(InvalidInput) as refused:
        home.services.people.save(home.actor, Person(id="01" * 16, notes=f"Aadhaar {AADHAAR}"))
    assert refused.value.code == "forbidden_number"


def test_an_office_without_a_centre_id_allows_no_number():
    assert find_forbidden_number(f"Aadhaar {AADHAAR}", allowed=frozenset({""})) is not None
