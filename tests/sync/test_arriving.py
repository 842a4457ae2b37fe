"""Whatever stands in a record: it is refused, or it reads back from the tables just as it was sent."""

import os
import random

import pytest

from fieldapp.domain import canonical
from fieldapp.domain.fields import Kind, build, columns, fields, part_type
from fieldapp.domain.records import RECORD_TYPES
from fieldapp.domain.rules import Setting, check
from fieldapp.storage.rows import gather, spread
from fieldapp.sync.arriving import Counts, Judge, Outcome, Sender, head_of, label_of
from fieldapp.sync.looking import looked_at, slices
from fieldapp.sync.sync_file import Record

NODE = "ab" * 16
STRANGE = [
    *("0001-01-01", "9999-12-31", "2017-01-14", "2017-02-30", "10:30", "24:00", "", "  ", "\u200d", "a\nb"),
    *(
        "x" * 5000,
        "१२३४५६७८९०१२",
        "701412345678",
        "9999 4105 7058",
        "ab" * 16,
        "AB" * 16,
        "0" * 32,
        "block:1/2",
    ),
    *("CHAI_SAMOSA", "OK", "M", "VLE X", 0, 1, 100, -1, 2**53 - 1, True),
    *([], ["A"], [1], {}, {"a": 1}, [{}], [{"row": 1}], [[1, 2]]),
]
INSTANTS = [
    *("", "2017-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2017-13-01T00:00:00Z"),
]


def strange_fields(record_type, chance):
    found = {}
    for one in fields(record_type):
        if chance.random() > 2 / len(fields(record_type)):
            continue
        if one.kind is Kind.PARTS and chance.random() < 0.7:
            key = getattr(one.part, "key_field", "")
            found[one.name] = [
                strange_fields(part_type(one), chance) | ({key: chance.randrange(5)} if key else {})
                for _ in range(chance.randrange(3))
            ]
        else:
            names = [column.name for column in columns(record_type) if column.field is one] or [one.name]
            found |= {name: chance.choice(STRANGE) for name in names}
    return found | ({"of_tomorrow": chance.choice(STRANGE)} if chance.random() < 0.1 else {})


def line(word, content, **given):
    body = {"t": word, "op": "put", "id": os.urandom(16).hex(), "owner": NODE, "anc": [], "f": content}
    encoded = canonical.encode(body)
    rev = canonical.revision_of(encoded)
    return Record(t=word, id=body["id"], owner=NODE, op="put", rev=rev, schema=1, body=encoded, **given)


def judge(exchange, lines):
    with exchange.hq.home.database.reading() as tx:
        return Judge(tx, Sender(NODE, 1), Setting(demo=True)).judge(lines)


@pytest.mark.parametrize("word", RECORD_TYPES)
def test_it_is_refused_or_reads_back(exchange, word):
    chance = random.Random(word)
    lines = [
        line(word, strange_fields(RECORD_TYPES[word], chance), at=chance.choice(INSTANTS)) for _ in range(600)
    ]
    outcomes = {Outcome.NEW: 0, Outcome.REFUSED: 0}
    for judged in judge(exchange, lines):
        outcomes[judged.outcome] += 1
        head_of(judged)
        if judged.outcome is Outcome.REFUSED:
            assert judged.said
            continue
        record = build(RECORD_TYPES[word], judged.line.fields(), id=judged.line.id)
        assert gather(word, record.id, spread(record)) == record
        assert not [one for one in check(record, Setting(demo=True)) if one.hard]
    assert all(outcomes.values())


def test_what_was_refused_by_a_rule_says_which_field():
    assert label_of("activity", "rows/12/tries/1/amount_paise").msgid == "Amount (₹)"
    assert label_of("activity", "notes").msgid == "Notes"
    for strange in ("", "no/such/field", "///"):
        assert label_of("activity", strange).msgid == "Record"
    assert label_of("of_tomorrow", "x").msgid == "Record"


def test_slices_keep_every_line_in_order_and_hold_little():
    lines = [Record(t="activity", id=f"{n:032x}", size=3 << 20 if n == 5 else 10) for n in range(1000)]
    parts = list(slices(lines))
    assert [one for part in parts for one in part] == lines
    assert max(len(part) for part in parts) == 100
    heavy = [Record(t="activity", id=f"{n:032x}", size=1 << 20) for n in range(20)]
    assert max(len(part) for part in slices(heavy)) == 5
    assert list(slices([])) == []


def test_lines_that_were_looked_at_come_as_many_together_as_a_slice_has():
    lines = [
        Record(t="activity", id=f"{n:032x}", problem="bad_record", size=3 << 20 if 300 < n < 340 else 10)
        for n in range(1000)
    ]
    looked = [[len(part.records) for part in parts] for parts in looked_at(lines, Setting(demo=True))]
    assert [sum(numbers) for numbers in looked] == [len(part) for part in slices(lines)]
    assert max(map(max, looked)) == 25


def test_counts_add_up():
    counts = Counts(new=1) + Counts(new=2, check=3)
    assert counts == Counts(new=3, check=3)
    assert counts.total == 6
    assert counts.and_one(Outcome.REFUSED).refused == 1
