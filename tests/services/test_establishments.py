"""An establishment that is known already is hinted at, never refused."""

import pytest

from fieldapp.domain.fields import Name, PlaceRef
from fieldapp.domain.records import Establishment

KASMAR = PlaceRef("block:322/3069", "कसमार")


@pytest.fixture
def codes(centre_home):
    """Gives the codes of what is said about an establishment, one being kept: Sharma's shop at Kasmar."""
    service = centre_home.services.establishments
    kept = Establishment(id=service.new_id(), kind="SHOP", name=Name("शर्मा स्टोर"), place=KASMAR)
    service.save(centre_home.actor, kept)

    def of(**given) -> set[str]:
        other = {"id": service.new_id(), "kind": "SHOP", "name": Name("", "Sharma Store"), "place": KASMAR}
        return {problem.code for problem in service.problems(Establishment(**other | given))}

    of.kept = kept
    return of


def test_the_same_kind_and_name_in_one_place_is_hinted_at_across_scripts(codes):
    assert "known_establishment" in codes()


@pytest.mark.parametrize(
    "given",
    [
        {"kind": "PDS_SHOP"},
        {"name": Name("", "Verma Store")},
        {"name": Name("", "Sharma")},
        {"place": PlaceRef("block:322/3070", "पेटरवार")},
        {"place": PlaceRef()},
    ],
)
def test_another_kind_name_or_place_is_another_one(codes, given):
    assert "known_establishment" not in codes(**given)


def test_no_establishment_is_known_by_itself(codes):
    kept = codes.kept
    assert "known_establishment" not in codes(id=kept.id, name=kept.name)
