"""What papers are made from: the same for the window and the command line."""

import threading
from datetime import UTC, date, datetime

import pytest
from msgspec.structs import replace
from sqlalchemy import event

from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.fields import Name, PlaceRef
from fieldapp.domain.records import Establishment
from fieldapp.language import Language
from fieldapp.papers import Papers
from fieldapp.services.typed_places import known_places
from fieldapp.storage.gazetteer import gazetteer
from tests.reports.papers import pdfium_text
from tests.sync.conftest import exchange, template  # noqa: F401
from tests.sync.exchange import CENTRE, CSC_ID

NOW = datetime(2018, 12, 1, 6, 0, tzinfo=UTC)


@pytest.fixture
def papers(centre_home) -> Papers:
    places = known_places(centre_home.services.places, centre_home.actor)
    return Papers(centre_home.services, centre_home.actor, places, lambda: NOW, practice=True)


def mela(home, day: date, key: str) -> None:
    home.services.activities.start(home.actor, "MELA", day, PlaceRef(key, "x"), state="HELD")


def test_a_place_stands_with_those_it_lies_in_up_to_its_state(papers):
    named = papers.places_of(PlaceRef("block:322/3069", "कसमार"))
    assert [level for level, _ in named] == ["BLOCK", "DISTRICT", "STATE"]
    assert named[0][1] == Name("कसमार", "Kasmar")


def test_a_village_of_which_only_words_are_known_stands_before_its_block(papers):
    named = papers.places_of(PlaceRef("block:322/3069", "टांगटोना"))
    assert [name.hi for _, name in named][:2] == ["टांगटोना", "कसमार"]
    assert papers.places_of(PlaceRef("", "टांगटोना")) == ()


def test_a_city_has_its_official_name_and_says_whether_it_is_in_a_union_territory(papers):
    assert papers.city_of(PlaceRef("ulb:251471", "थाइन")) == (Name("ठाणे", "Thane"), False)
    assert papers.city_of(PlaceRef("ulb:251271", "")) == (Name("दीव", "Diu"), True)
    assert papers.city_of(PlaceRef("", "थाइन")) == (Name("थाइन", "थाइन"), False)


def test_a_report_begins_with_the_oldest_and_of_one_day_with_the_first_number(centre_home, papers):
    for day, key in ((2, "ulb:251530"), (1, "ulb:251577"), (1, "ulb:251442")):
        mela(centre_home, date(2018, 9, day), key)
    table = papers.report("melas", ".csv", Language.named("en")).decode("utf-8-sig").splitlines()
    assert [line.split(",")[1] for line in table[1:]] == ["Solapur", "Nashik", "Pune"]


def test_a_report_of_some_days_and_a_place_leaves_out_the_rest(centre_home, papers):
    for day, key in ((1, "ulb:251530"), (20, "ulb:251577"), (20, "ulb:251271")):
        mela(centre_home, date(2018, 9, day), key)
    content = papers.report(
        "melas", ".csv", Language.named("en"), start=date(2018, 9, 10), place="state:27"
    ).decode("utf-8-sig")
    assert [line.split(",")[1] for line in content.splitlines()[1:]] == ["Solapur"]


@pytest.mark.parametrize(
    ("name", "suffix", "code"), [("ghosts", ".pdf", "no_such_report"), ("melas", ".doc", "no_such_format")]
)
def test_what_there_is_not_is_refused_in_words(papers, name, suffix, code):
    with pytest.raises(InvalidInput) as caught:
        papers.report(name, suffix, Language.named("hi"))
    assert caught.value.code == code


def test_papers_of_a_copy_name_the_centre_it_came_from(exchange):  # noqa: F811
    begun = exchange.centre.start()
    exchange.deliver(*exchange.send())
    hq = exchange.hq
    made = Papers(hq.services, hq.actor, gazetteer(), lambda: NOW, practice=True)
    activity = hq.services.activities.get(hq.actor, begun).record
    for paper in (made.attendance(activity, "FINAL"), made.finish_summary(activity.id)):
        said = pdfium_text(paper)[0]
        assert f"{CSC_ID}/{activity.printed_number}" in said
        assert CENTRE.name_en in said
        assert "Head office" not in said


def test_an_import_in_the_middle_of_a_report_is_in_it_as_a_whole_or_not_at_all(exchange):  # noqa: F811
    """Pages of a list follow each other; between two of them another officer's import is finished."""
    hq, centre = exchange.hq, exchange.centre
    service = centre.services.establishments
    fresh = [Establishment(id=service.new_id(), name=Name(f"दुकान {n}", f"Shop {n}")) for n in range(201)]
    service.save_all(centre.actor, fresh)
    exchange.deliver(*exchange.send())
    for one in fresh:
        service.save(centre.actor, replace(one, notes="meanwhile"), 1)
    (second,) = exchange.send()
    made = Papers(hq.services, hq.actor, gazetteer(), lambda: NOW, practice=True)
    imported = []

    def another_officer(_connection, _cursor, statement, *_rest):
        if not imported and "FROM establishment" in statement:
            imported.append(True)
            officer = threading.Thread(target=exchange.deliver, args=(second,))
            officer.start()
            officer.join()

    event.listen(hq.home.database.engine, "after_cursor_execute", another_officer)

    def said():
        table = made.report("establishments", ".csv", Language.named("en")).decode("utf-8-sig")
        return [("meanwhile" in line, "Shop" in line) for line in table.splitlines()[1:]]

    assert said() == [(False, True)] * 201
    assert imported
    assert said() == [(True, True)] * 201
