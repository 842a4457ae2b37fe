"""Places typed at home are found beside the shipped ones."""

from fieldapp.domain.codes import Level
from fieldapp.domain.fields import Name, PlaceRef
from fieldapp.domain.records import Place
from fieldapp.services.typed_places import known_places


def typed(home, **given) -> str:
    """Save a place; gives its key."""
    place = Place(id=home.services.places.new_id(), **given)
    home.services.places.save(home.actor, place)
    return f"place:{place.id}"


def test_a_typed_panchayat_is_found_in_both_scripts_under_its_block(centre_home):
    kasmar = PlaceRef("block:322/3069", "कसमार")
    key = typed(centre_home, level="GP", parent=kasmar, name=Name("पोंडा", "Ponda"), aliases="Pondaa; Ponra")
    places = known_places(centre_home.services.places, centre_home.actor)
    for words in ("पोंडा", "ponda", "Ponra"):
        assert [place.key for place in places.find(words, [Level.GP], "block:322/3069")] == [key]
    assert [place.key for place in places.ancestors(key)][:2] == ["block:322/3069", "district:322"]


def test_all_typed_places_are_read_however_many_there_are(centre_home):
    keys = {typed(centre_home, level="HAMLET", name=Name("", f"Hamlet {n}")) for n in range(230)}
    places = known_places(centre_home.services.places, centre_home.actor)
    assert all(key in places for key in keys)


def test_a_draft_without_a_level_is_no_place_yet(centre_home):
    key = typed(centre_home, name=Name("", "Somewhere"))
    assert key not in known_places(centre_home.services.places, centre_home.actor)
