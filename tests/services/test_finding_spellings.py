"""Names as clerks of several states write them, in a home full of others: whom typing one way finds.

A line of spellings.txt is one person's name in several ways; the lines were written before the rules that
find them, and the last of the three lists was not looked at while they were made.
"""

import random
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fieldapp.domain.actor import Actor
from fieldapp.domain.fields import Name
from fieldapp.domain.records import Person
from fieldapp.homes import new_centre
from fieldapp.services.records import Query
from fieldapp.storage.records import Typed, put
from tests.conftest import CENTRE

HERE = Path(__file__).parent
LISTS = [part.splitlines() for part in (HERE / "spellings.txt").read_text("utf-8").strip().split("\n\n")]
GROUPS = [[line.split("|") for line in lines] for lines in LISTS]
OTHERS = [tuple(line.split("|")) for line in (HERE / "different_names.txt").read_text("utf-8").splitlines()]
FAMILY = 35  # the last of them are family names
PEOPLE = 1500
TYPED = 200
ACTOR = Actor("ravi", "OFFICER")
AT = datetime(2017, 1, 14, 5, 30, tzinfo=UTC)
FIRST_OTHER = 100_000


@pytest.fixture(scope="module")
def search(tmp_path_factory):
    """A home where every spelling of every list is a person of their own, and fifteen hundred others are."""
    made = new_centre(tmp_path_factory.mktemp("home") / "centre", CENTRE, practice=True)
    chance = random.Random(2017)
    spellings = [(number, name) for number, name in enumerate(names_of(*GROUPS), 1)]
    others = [
        (
            FIRST_OTHER + n,
            f"{chance.choice(OTHERS[:-FAMILY])[n % 2]} {chance.choice(OTHERS[-FAMILY:])[n % 2]}",
        )
        for n in range(PEOPLE)
    ]
    with made.database.transaction() as tx:
        for n, name in (*spellings, *others):
            person = Person(id=f"{n:032x}", name=Name("", name) if name.isascii() else Name(name))
            put(tx, person, ACTOR, Typed(made.keys.key_id, 1, AT))
    yield made.services.search
    made.close()


def names_of(*lists):
    return [name for groups in lists for group in groups for name in group]


def numbers(page):
    return {int(held.record.id, 16) for held in page.items}


@pytest.mark.parametrize("which", range(len(LISTS)))
def test_nearly_every_spelling_of_a_name_is_listed_under_every_other(search, which):
    first = 1 + len(names_of(*GROUPS[:which]))
    asked = found = strangers = searches = 0
    for group in GROUPS[which]:
        own = set(range(first, first + len(group)))
        first += len(group)
        for itself, typed in zip(sorted(own), group, strict=True):
            listed = numbers(search.people_page(ACTOR, Query(text=typed), limit=200))
            asked += len(own) - 1
            found += len(own & listed - {itself})
            strangers += len({n for n in listed if n >= FIRST_OTHER})
            searches += 1
    assert found / asked >= 0.95
    assert strangers / searches <= 1


def test_a_whole_name_finds_few_who_are_called_something_else(search):
    chance = random.Random(7)
    wrong = 0
    for _ in range(TYPED):
        given, family = chance.choice(OTHERS[:-FAMILY]), chance.choice(OTHERS[-FAMILY:])
        listed = search.people_page(ACTOR, Query(text=f"{given[0]} {family[0]}"), limit=200).items
        right = {f"{given[script]} {family[script]}" for script in (0, 1)}
        wrong += sum(not right & {held.record.name.hi, held.record.name.en} for held in listed)
    assert wrong / TYPED <= 1
