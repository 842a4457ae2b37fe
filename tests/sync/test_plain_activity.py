"""What is taken at first sight is just what a close look would take, and gives the same rows."""

import random

import msgspec
import pytest

from fieldapp.domain import canonical, rules
from fieldapp.domain.fields import Kind, build, fields, flatten
from fieldapp.domain.plain_activity import RULES_KEPT
from fieldapp.domain.records import RECORD_TYPES, Activity
from fieldapp.domain.rules import Setting
from fieldapp.storage.figures import figures_of
from fieldapp.storage.plain_rows import spread_plain
from fieldapp.storage.rows import spread
from fieldapp.storage.tables import record_table
from fieldapp.sync.arriving import Judge, Outcome, Sender
from fieldapp.sync.sync_file import Columns, record_line
from fieldapp.sync.sync_file_lines import read_bytes, read_line
from tests.bench.model import session
from tests.sync.test_arriving import NODE, STRANGE, strange_fields

ROWS = {
    "rows",
    "tries",
    "partners",
    "agenda",
    "head_counts",
    "dignitaries",
    "media",
    "documents",
    "sheets",
    "values",
}
NUMBERS = [
    *(
        "701412345678",
        "999941057058",
        "9999 4105 7058",
        "९९९९४१०५७०५८",
        "4111-1111-1111-1111",
        "701312345678",
    ),
    *("801412345678", "7014123456789", "12345678901", "5123456789", "9123456789", "९१२३४५६७८९"),
]


def content_of(chance):
    """The plain form of a session of some people, with strange values here and there."""
    found = flatten(session(chance.randrange(1000), people=chance.randrange(4)))
    while chance.random() < 0.6:
        held = found
        if type(found.get("rows")) is list and found["rows"] and chance.random() < 0.7:
            held = chance.choice(found["rows"])
            if chance.random() < 0.4 and type(held) is dict and type(held.get("tries")) is list:
                held = chance.choice(held["tries"] or [{}])
        if type(held) is not dict:
            continue
        name = chance.choice(list(held) or ["remarks"])
        what = chance.random()
        if what < 0.2:
            held.pop(name, None)
        elif what < 0.4:
            held |= {name: chance.choice(NUMBERS)}
        elif what < 0.5:
            held |= {"remarks": chance.choice(["सब ठीक", "a, b", '"so"', "‘तब’ – ₹5", "x" * 301, *NUMBERS])}
        elif what < 0.6:
            held |= {"last_row": chance.choice([1, 10**9, 10**9 + 1, True, "1"])}
        elif what < 0.7 and type(found.get("rows")) is list:
            found["rows"] = chance.choice([found["rows"][::-1], found["rows"] * 2, found["rows"][:1]])
        else:
            held |= {name: chance.choice(STRANGE)}
    return found | (strange_fields(Activity, chance) if chance.random() < 0.3 else {})


def columns_of(content, chance):
    """The columns of a file, as its sender found them, in any order; some lists may travel as objects."""
    named = {}

    def look(held):
        for name, value in held.items():
            if name in ROWS and type(value) is list and all(type(one) is dict for one in value):
                named.setdefault(name, {})
                for one in value:
                    named[name] |= dict.fromkeys(one)
                    look(one)

    look(content)
    return Columns(
        {
            name: chance.sample(list(names), len(names))
            for name, names in named.items()
            if chance.random() < 0.9
        }
    )


def line_of(content, chance, columns):
    body = canonical.encode(
        {
            "t": "activity",
            "op": "put",
            "id": chance.randbytes(16).hex(),
            "owner": NODE,
            "anc": [],
            "f": content,
        }
    )
    rev = canonical.revision_of(body)
    return record_line(body, rev, columns, schema=1, n=7, by="operator", at="2026-11-20T10:00:00Z")


def filled(lots):
    """The rows of lots with every column of their tables after centre and id, as they lie there."""
    found = {}
    for table, lot in lots.tables.items():
        columns = list(record_table(table).columns)[2:]
        empty = {
            one.name: one.server_default and one.type.python_type(one.server_default.arg) for one in columns
        }
        found[table] = [
            tuple((empty | dict(zip(lot.columns, row[2:], strict=True))).values())
            for row in lot.rows(1, ["its key"])
        ]
    return found


@pytest.mark.parametrize("demo", [True, False])
def test_what_is_plain_would_be_taken_after_a_close_look_and_lies_in_the_same_rows(exchange, demo):
    setting, plain_ones, refused = Setting(demo=demo), 0, 0
    with exchange.hq.home.database.reading() as tx:
        for seed in range(500):
            chance = random.Random(seed)
            try:
                content = canonical.decode(canonical.encode(content_of(chance)))
                columns = columns_of(content, chance)
                sent = line_of(content, chance, columns)
            except (canonical.NotCanonical, ValueError):
                continue
            line = read_bytes(sent, columns, records_only=True)
            judge = Judge(tx, Sender(NODE, 1), setting)
            close = Judge(tx, Sender(NODE, 1), setting)
            seen, looked = judge.judge([line])[0], close.judge([msgspec.structs.replace(line, plain=None)])[0]
            assert (seen.outcome, seen.code, seen.path) == (looked.outcome, looked.code, looked.path), content
            refused += looked.outcome is Outcome.REFUSED
            if line.plain is not None:
                plain_ones += 1
                record = build(Activity, content, id=line.id)
                assert filled(spread_plain([line.plain])) == spread(record)
                assert figures_of(line.plain) == figures_of(record)
    assert plain_ones > 90
    assert refused > 90


def test_a_session_as_it_is_typed_is_plain():
    content, chance = flatten(session(1)), random.Random(1)
    columns = columns_of(content, chance)
    assert read_bytes(line_of(content, chance, columns), columns, records_only=True).plain is not None


def read_both_ways(sent, columns):
    found = []
    for read in (
        lambda: read_bytes(sent, columns, records_only=True),
        lambda: read_line(canonical.decode_line(sent), columns, records_only=True, sent=sent),
    ):
        try:
            found.append(msgspec.structs.replace(read(), plain=None))
        except canonical.NotCanonical as error:
            found.append(error.code)
    return found


def test_a_line_that_is_not_spelt_as_it_must_be_is_refused_as_before():
    content, chance = flatten(session(3, people=2)), random.Random(3)
    columns = columns_of(content, chance)
    sent = line_of(content, chance, columns)
    swaps = [
        *[('"OK"', other) for other in ('""', "null", "0", "false", "[]")],
        *[("]]", ",null]]"), ("]]", ", 1]]"), ("true", "false"), ('"n":7', '"n":0'), ('"n":7', '"n":7.0')],
        *[('"by":"operator"', '"by":""'), ('"by":"operator"', '"By":"operator"'), ("Sunita", "Sun\x01ita")],
        *[
            ("Mahto", "Mah\u202eto"),
            ("Devi", 'De\\"vi'),
            ('"t":', '"q":false,"t":'),
            ('"t":', '"q":true,"t":'),
        ],
        *[('{"at"', '{"anc":[],"at"'), ('"schema":1', '"schema":2'), ('"owner":', '"Owner":')],
        *[('"t":"activity"', f'"t":"activity",{more}') for more in ('"x":{}', '"x":{"a":1}', '"z":1')],
        *[('"letter":"A"', '"letter":""'), ('"number":3', '"number":0'), ('"number":3', '"number": 3')],
    ]
    changed = 0
    for old, new in swaps:
        one = sent.replace(old.encode(), new.encode(), 1)
        changed += one != sent
        ours, exact = read_both_ways(one, columns)
        assert ours == exact, (old, new)
    assert changed > 20


def test_every_hard_rule_is_known_to_what_takes_a_plain_activity():
    rules_there = {rule.code for rule in (*rules.FIELD_RULES, *rules.RECORD_RULES) if rule.hard}
    assert rules_there == RULES_KEPT


def test_the_first_sight_knows_every_kind_of_field_and_every_list_of_an_activity():
    pending, kinds, lists = [(RECORD_TYPES["activity"], "")], set(), []
    while pending:
        part, path = pending.pop()
        for one in fields(part):
            kinds.add(one.kind)
            if one.part:
                pending.append((one.part, f"{path}{one.name}/"))
                lists += [(path + one.name, getattr(one.part, "key_field", ""))] if path else []
    assert Kind.FRACTION not in kinds
    assert {key for _, key in lists} == {""}


def by_hand(named, holder):
    """An object with its named lists as rows, from its values: what packing makes, in the plainest words."""

    def row_of(names, row):
        if not row.keys() <= set(names):
            raise ValueError("a column is not named")
        packed = by_hand(named, row)
        cells = [packed.get(name) for name in names]
        while cells and cells[-1] is None:
            cells.pop()
        return cells

    return {
        name: [row_of(named[name], row) for row in value] if name in named else value
        for name, value in holder.items()
    }


def packed_or_not(pack):
    try:
        return canonical.raw(pack())
    except ValueError:
        return None


def test_a_line_is_made_of_sealed_bytes_just_as_of_their_values():
    made = refused = 0
    for seed in range(300):
        chance = random.Random(seed)
        try:
            content = canonical.decode(canonical.encode(content_of(chance)))
        except canonical.NotCanonical:
            continue
        named = dict(columns_of(content, chance).named)
        if named and seed % 3 == 0:  # a column too few
            short = chance.choice(sorted(named))
            named[short] = named[short][1:]
        columns, sealed = Columns(named), canonical.raw(content)
        ours = packed_or_not(lambda: columns.packed(msgspec.Raw(sealed)))  # noqa: B023
        assert ours == packed_or_not(lambda: by_hand(named, canonical.decode(sealed)))  # noqa: B023
        made, refused = made + (ours is not None), refused + (ours is None)
    assert made > 100
    assert refused > 10
