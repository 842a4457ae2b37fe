import csv
import io
from datetime import date

import pytest

from fieldapp.commands.papers import papers_of
from fieldapp.domain.fields import Name, PlaceRef
from fieldapp.domain.records import ActionPoint, Person
from fieldapp.language import Language

ENGLISH = Language.named("en")
KASMAR, NASHIK = PlaceRef("block:322/3069", "कसमार"), PlaceRef("district:487", "नाशिक")


@pytest.fixture
def keep(centre_home):
    """Keeps a record in the home of a centre."""

    def save(record_type, word, **given):
        service = centre_home.services.for_type(word)
        service.save(centre_home.actor, record_type(id=service.new_id(), **given))

    return save


def lines(home, name, **asked):
    content = papers_of(home).report(name, ".csv", ENGLISH, **asked)
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_people_are_found_by_the_place_of_their_village_in_the_order_they_were_noted(centre_home, keep):
    for n, village in enumerate((KASMAR, NASHIK, KASMAR)):
        keep(Person, "person", name=Name("", f"Meena {n}"), village=village)
    said = [one["Name (in English)"] for one in lines(centre_home, "people", place="state:20")]
    assert said == ["Meena 0", "Meena 2"]


def test_a_period_is_of_the_day_a_register_goes_by_oldest_first(centre_home, keep):
    for day in (20, 5, 12):
        keep(ActionPoint, "action_point", gap=f"gap {day}", due_date=date(2026, 11, day))
    found = lines(centre_home, "action-points", start=date(2026, 11, 10), end=date(2026, 11, 30))
    assert [one["Gap identified"] for one in found] == ["gap 12", "gap 20"]


def test_a_light_report_names_nobody(centre_home, keep):
    keep(Person, "person", name=Name("मीना", "Meena"), mobile="5000000021", gender="F")
    (whole,), (light,) = lines(centre_home, "people"), lines(centre_home, "people", light=True)
    assert whole["Name (in English)"] == "Meena"
    assert light["Gender"] == "Female"
    assert not {"Meena", "मीना", "'5000000021"} & set(light.values())
