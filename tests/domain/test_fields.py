"""A field is defined once: its flat form, its columns and its empty value all follow from the declaration."""

import re
from datetime import date
from typing import Annotated

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.domain import canonical
from fieldapp.domain.fields import Field, Kind, Name, build, columns, fields, flatten, parts, unknown
from fieldapp.domain.records import RECORD_TYPES, Activity, Part, Person, Record
from tests import examples

PARTS = {one.part for record_type in RECORD_TYPES.values() for one in parts(record_type)}
PARTS |= {one.part for part in PARTS for one in parts(part)}
EVERYTHING = sorted({*RECORD_TYPES.values(), *PARTS}, key=lambda one: one.__name__)


@pytest.mark.parametrize("word", RECORD_TYPES)
@given(seed=st.integers(0, 10**6))
def test_the_plain_form_gives_the_same_record_back(word, seed):
    record = examples.record(word, seed)
    plain = canonical.decode(canonical.encode(flatten(record)))
    assert build(type(record), plain, id=record.id) == record


@pytest.mark.parametrize("word", RECORD_TYPES)
def test_an_empty_record_has_an_empty_plain_form(word):
    assert flatten(RECORD_TYPES[word](id="00" * 16)) == {}


@pytest.mark.parametrize("record_type", EVERYTHING, ids=lambda one: one.__name__)
def test_every_default_is_the_empty_value_of_its_kind(record_type):
    given = {"id": "00" * 16} if issubclass(record_type, Record) else {}
    empty = record_type(**given)
    for one in fields(record_type):
        assert getattr(empty, one.name) == one.empty, one.name


@pytest.mark.parametrize("record_type", EVERYTHING, ids=lambda one: one.__name__)
def test_every_column_has_a_name_that_the_sync_file_allows(record_type):
    names = [column.name for column in columns(record_type)] + [one.name for one in parts(record_type)]
    assert all(re.fullmatch("[a-z0-9_]+", name) for name in names)
    assert len(names) == len(set(names))
    assert not {"centre", "id", "n"} & set(names)


def test_rows_are_sealed_in_the_order_of_their_numbers():
    one, two = examples.row(1), examples.row(2)
    forwards = Activity(id="00" * 16, rows=(one, two))
    backwards = msgspec.structs.replace(forwards, rows=(two, one))
    assert flatten(forwards) == flatten(backwards)


def test_a_name_this_program_does_not_know_is_set_aside():
    plain = {"notes": "x", "blood_group": "O+", "name_hi": "क"}
    assert unknown(Person, plain) == {"blood_group": "O+"}
    assert build(Person, plain, id="00" * 16) == Person(id="00" * 16, notes="x", name=Name("क"))


@pytest.mark.parametrize(
    "plain",
    [
        {"notes": 5},
        {"birth_year": "1990"},
        {"name_hi": ["x"]},
        {"roles": [{"since": "31-02-2017"}]},
        {"roles": ["x"]},
        {"roles": "x"},
    ],
)
def test_a_value_of_another_type_is_refused(plain):
    with pytest.raises((TypeError, ValueError)):
        build(Person, plain, id="00" * 16)


def test_the_type_of_a_field_decides_its_kind():
    class Thrown(Part, frozen=True, kw_only=True):
        colour: Annotated[str, Field("Colour")] = ""
        seen: Annotated[date | None, Field("Seen")] = None

    assert [(one.name, one.kind) for one in fields(Thrown)] == [("colour", Kind.TEXT), ("seen", Kind.DATE)]
