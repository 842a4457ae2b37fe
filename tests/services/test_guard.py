"""The number guard stands in every home and at every door: no forbidden number is kept anywhere."""

import random
from datetime import date, timedelta
from functools import cache

import msgspec
import pytest

from fieldapp.domain.actor import Actor, Duty
from fieldapp.domain.check_digits import verhoeff_digit
from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.fields import Kind, Name, PlaceRef, field, part_type
from fieldapp.domain.identifiers import (
    find_forbidden_number,
    mask_forbidden_numbers,
    mobile,
    reference_number,
    refuse_forbidden_number,
)
from fieldapp.domain.records import RECORD_TYPES, Activity, Decision, Person
from fieldapp.domain.rules import Setting, check
from fieldapp.homes import new_centre, new_hq
from fieldapp.language import Language
from fieldapp.services.loading import LoadingService
from fieldapp.storage.gazetteer import gazetteer
from fieldapp.storage.state import Centre
from fieldapp.sync.arrived import FileState
from tests import examples
from tests.guard import AADHAAR, CARD, DRESSES, EVERY, carried, laid_open, numbers_in, printed, texts_of
from tests.pictures import photograph
from tests.sync.exchange import Exchange, body_of, hand_made, line_of, make_template

DAY = date(2017, 1, 14)
SAMPLE_CSC_IDS = ("500100100013", "577298060018")
"""Both public sample centre IDs; each passes the whole Aadhaar test (domain reference, finding 1)."""


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    return make_template(tmp_path_factory.mktemp("homes"))


@pytest.fixture
def exchange(template, tmp_path):
    found = Exchange.copied(template, tmp_path / "exchange")
    yield found
    found.close()


@cache
def _empty(record_type):
    return record_type(**({"id": "01" * 16} if "id" in record_type.__struct_fields__ else {}))


def with_text(item, path, text):
    """The record or part with this text at a path of `texts_of`; a list gets one part."""
    name, *rest = path
    one = field(type(item), name)
    if one.kind is Kind.PARTS:
        part = _empty(part_type(one))
        key = getattr(part, "key_field", "")
        if key:
            part = msgspec.structs.replace(part, **{key: 1})
        value = (with_text(part, rest, text),)
    elif one.kind is Kind.NAME:
        value = Name(**{rest[0]: text})
    elif one.kind is Kind.PLACE:
        value = PlaceRef(**{rest[0]: text})
    else:
        value = (text,) if one.kind is Kind.CODES else text
    return msgspec.structs.replace(item, **{name: value})


PRACTICE = Setting(demo=True)


def hard_codes(record, setting=PRACTICE):
    return {problem.code for problem in check(record, setting) if problem.hard}


# ------------------------------------------------------------ every field


@pytest.mark.parametrize("word", RECORD_TYPES)
def test_every_text_of_every_record_refuses_every_number_in_every_form(word):
    refused = 0
    for place in texts_of(RECORD_TYPES[word]):
        for text in EVERY:
            codes = hard_codes(with_text(_empty(RECORD_TYPES[word]), place.path, text))
            known = "not_a_hash" if place.guard == "hash" else "forbidden_number"
            day_can_be = place.guard == "reference" and 1 <= int(_first(text)[1:4]) <= 366
            assert day_can_be or known in codes, (place, text)
            refused += 1
    assert refused == len(texts_of(RECORD_TYPES[word])) * len(EVERY)


def _first(text):
    return next(number for number in AADHAAR if number in numbers_in(text))


@pytest.mark.parametrize("word", RECORD_TYPES)
def test_every_text_refuses_a_full_card_number(word):
    for place in texts_of(RECORD_TYPES[word]):
        for dress in DRESSES.values():
            codes = hard_codes(with_text(_empty(RECORD_TYPES[word]), place.path, dress(CARD)))
            assert codes & {"forbidden_number", "not_a_hash"}, place


def test_a_whole_example_of_each_record_is_refused_for_no_number():
    for word in RECORD_TYPES:
        for seed in range(20):
            assert "forbidden_number" not in hard_codes(examples.sensible(word, seed))


# ------------------------------------------------------------ what must not be refused


def test_ten_thousand_receipt_numbers_of_the_day_pass():
    begin = f"{DAY.year % 10}{DAY:%j}"
    rng = random.Random(1)
    look_alikes = 0
    for _ in range(10_000):
        rrn = begin + f"{rng.randrange(10**8):08}"
        look_alikes += find_forbidden_number(rrn) is not None
        assert find_forbidden_number(rrn, near_day=DAY, field="reference") is None
    assert look_alikes > 800, (
        "one in ten looks like an Aadhaar number: without the day none of this is a test"
    )


def test_ten_thousand_mobiles_with_the_country_in_front_pass():
    rng = random.Random(2)
    look_alikes = 0
    for _ in range(10_000):
        digits = f"{rng.randrange(6 * 10**9, 10**10)}"
        for typed in (f"91{digits}", f"+91 {digits[:5]} {digits[5:]}"):
            look_alikes += find_forbidden_number(typed) is not None
            assert find_forbidden_number(typed, field="mobile") is None
            assert mobile(typed) == digits
    assert look_alikes > 1000


@pytest.mark.parametrize("csc_id", SAMPLE_CSC_IDS)
def test_the_sample_centre_ids_pass_where_they_belong(csc_id):
    assert find_forbidden_number(csc_id) is not None
    assert find_forbidden_number(csc_id, field="csc_id") is None
    known = frozenset({csc_id})
    for text in (csc_id, f"Centre {csc_id}, Kasmar", f"{csc_id[:4]} {csc_id[4:8]} {csc_id[8:]}"):
        assert find_forbidden_number(text, allowed=known) is None
    person = Person(id="01" * 16, notes=f"from {csc_id}")
    assert hard_codes(person, Setting(demo=True, centre_ids=known)) == set()


@pytest.mark.parametrize("csc_id", SAMPLE_CSC_IDS)
def test_a_centre_with_a_sample_id_can_be_made_and_registered(csc_id, tmp_path):
    new_centre(tmp_path / "c", Centre(0, csc_id, "कसमार", "Kasmar", ""), practice=True).close()
    home = new_hq(tmp_path / "hq", practice=True)
    from tests.sync.exchange import Side

    side = Side(home)
    assert side.enrolment.register_centre(side.actor, csc_id, Name("कसमार", "Kasmar"), "").csc_id == csc_id
    home.close()


# ------------------------------------------------------------ receipt numbers


def look_alike(first_four):
    return next(
        number
        for n in range(10**7)
        if (number := (body := f"{first_four}{n:07}") + verhoeff_digit(body))
        and find_forbidden_number(number) is not None
        and find_forbidden_number(number).kind == "aadhaar"
    )


@pytest.mark.parametrize("first_four", ["7000", "7367", "7500", "7999"])
def test_a_look_alike_of_a_day_that_cannot_be_is_refused_as_a_receipt_number(first_four):
    found = find_forbidden_number(look_alike(first_four), near_day=DAY, field="reference")
    assert found.severity == "refuse"


@pytest.mark.parametrize("first_four", ["7001", "7200", "7366"])
def test_a_look_alike_of_another_day_is_asked_about(first_four):
    found = find_forbidden_number(look_alike(first_four), near_day=DAY, field="reference")
    assert found.severity == "ask"


@pytest.mark.parametrize("text", ["5000000021 {}", "{} 5000000021", "A 12 {} 77", "{}-{}"])
def test_bringing_a_receipt_number_into_its_form_hides_no_number(text):
    for number in AADHAAR:
        typed = text.format(number, number)
        kept = reference_number(typed)
        assert find_forbidden_number(kept, near_day=DAY, field="reference") is not None, kept


@pytest.mark.parametrize("shift", [-1, 0, 1])
def test_a_look_alike_of_the_day_or_beside_it_passes(shift):
    near = DAY + timedelta(days=shift)
    number = look_alike(f"{near.year % 10}{near:%j}")
    assert find_forbidden_number(number, near_day=DAY, field="reference") is None


# ------------------------------------------------------------ doors that are no records


def doors(home):
    """(name, what puts a text through it) of every place where words are kept beside records."""
    services, actor, lead = home.services, home.actor, Actor("supervisor", "SUPERVISOR")
    person = services.people.save(actor, Person(id=services.people.new_id())).held
    return [
        ("reason of a deletion", lambda text: services.people.delete(actor, person.record.id, 1, text)),
        ("name of a login", lambda text: services.users.add(lead, text, Duty.OPERATOR, "x" * 12)),
        (
            "saved filter",
            lambda text: services.remembered.write(actor, "views.people", f'{{"name":"{text}"}}'),
        ),
        ("setting", lambda text: services.settings.write(actor, "contact", text)),
        ("decision", lambda text: services.decisions.save(actor, Decision(id="02" * 16, reason=text))),
        ("note", lambda text: services.people.save(actor, Person(id="03" * 16, notes=text))),
        ("title", lambda text: services.activities.save(actor, Activity(id="04" * 16, title=Name(en=text)))),
    ]


def test_no_door_lets_a_number_in_and_nothing_of_it_is_anywhere_afterwards(centre_home):
    attachments = centre_home.services.attachments
    kept = attachments.keep(centre_home.actor, photograph())
    tried = 0
    for name, door in doors(centre_home):
        for text in (*EVERY, CARD):
            with pytest.raises(InvalidInput) as refused:
                door(text)
            assert refused.value.code == "forbidden_number", name
            tried += 1
    assert tried == 7 * (len(EVERY) + 1)
    assert attachments.is_here(kept.sha256)
    assert numbers_in(laid_open(centre_home)) == []


def test_what_is_looked_through_would_show_a_number(centre_home):
    """The search itself is tried: a number that is put past all doors is found."""
    with centre_home.database.transaction() as tx:
        tx.exec_driver_sql(f"INSERT INTO home_state VALUES ('x', '{EVERY[3]}')")
    assert numbers_in(laid_open(centre_home)) == [AADHAAR[0]]


def test_papers_and_sync_files_would_show_a_number_too(exchange):
    exchange.centre.start()
    with exchange.centre.home.database.transaction() as tx:
        tx.exec_driver_sql(f"UPDATE activity SET title_en = 'Of {EVERY[2]}'")
    exchange.reopen_centre()  # what it remembers of the activity goes
    (file,) = exchange.send()
    assert numbers_in(printed(exchange.centre.home)) == [AADHAAR[0]]
    assert numbers_in(carried(file, exchange.hq.home)) == [AADHAAR[0]]


@pytest.mark.parametrize("side", ["hi", "en"])
def test_no_centre_is_named_with_a_number(exchange, side, tmp_path):
    with pytest.raises(InvalidInput) as refused:
        exchange.hq.enrolment.register_centre(
            exchange.hq.actor, "100000000023", Name(**{side: f"केंद्र {EVERY[1]}"}), ""
        )
    assert refused.value.code == "forbidden_number"
    assert numbers_in(laid_open(exchange.hq.home)) == []
    names = {"hi": "केंद्र", "en": "Centre", side: f"केंद्र {EVERY[1]}"}
    with pytest.raises(InvalidInput):
        new_centre(tmp_path / "c", Centre(0, "100000000023", names["hi"], names["en"], ""), practice=True)


def test_to_whom_a_batch_was_given_and_why_it_was_lost_name_no_number(exchange):
    exchange.centre.start()
    made = exchange.centre.outbox.make(exchange.centre.actor)
    for verb in (exchange.centre.outbox.hand_over, exchange.centre.outbox.lost):
        with pytest.raises(InvalidInput):
            verb(exchange.centre.actor, made.number, f"Ravi {EVERY[1]}")
    assert numbers_in(laid_open(exchange.centre.home)) == []


def test_the_name_of_a_file_is_masked(exchange):
    exchange.centre.start()
    (path,) = exchange.send()
    renamed = path.rename(path.with_name(f"of {AADHAAR[2]}.fieldsync"))
    (file,) = exchange.hq.inbox.read(exchange.hq.actor, [renamed])
    assert file.name == "of ••••••••••••.fieldsync"
    assert numbers_in(laid_open(exchange.hq.home)) == []


def test_hashes_and_ids_are_no_words():
    refuse_forbidden_number(f'{{"sha256":"{"9999410570589" * 4}abcdef012345"}}')
    assert mask_forbidden_numbers("9999 4105 7058 and 9999 7165 8847") == "•••••••••••••• and ••••••••••••••"


# ------------------------------------------------------------ lists


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_line_of_a_list_that_holds_a_number_is_refused_and_the_others_are_taken(
    centre_home, tmp_path, ending
):
    headings = ("Name", "Father's / Husband's name", "Village", "Mobile number", "Occupation", "Notes")
    rows = [
        [f"Person {at}" if column == 0 else "" for column in range(len(headings))]
        for at in range(len(headings) * len(EVERY))
    ]
    for at, row in enumerate(rows):
        row[at % len(headings)] = EVERY[at // len(headings)]
    rows.append(["Budhni Soren", "", "", "5000000021", "", ""])
    path = tmp_path / f"list of {AADHAAR[0]}.{ending}"
    _write_list(path, [headings, *rows])

    def says(text):
        return tuple(Language.named(code).render(text) for code in ("hi", "en"))

    result = LoadingService(centre_home.services, gazetteer(), says).load(centre_home.actor, path, "person")
    fates = [(str(one.fate), one.code) for one in result.rows]
    assert fates == [("refused", "forbidden_number")] * (len(rows) - 1) + [("new", "")]
    assert numbers_in("".join(map(str, result.rows))) == []
    assert numbers_in(laid_open(centre_home)) == []


def _write_list(path, rows):
    if path.suffix == ".csv":
        path.write_text("\n".join(",".join(row) for row in rows), "utf-8")
        return
    import xlsxwriter

    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)


# ------------------------------------------------------------ head office


@pytest.mark.parametrize("side", ["hq", "centre"])
def test_head_office_and_a_centre_with_its_pack_refuse_an_aadhaar_number(exchange, side):
    home = getattr(exchange, side)
    with pytest.raises(InvalidInput) as refused:
        home.services.people.save(home.actor, Person(id="01" * 16, notes=f"Aadhaar {EVERY[1]}"))
    assert refused.value.code == "forbidden_number"


def hostile(exchange):
    """Lines no centre of ours would write, each with a number at another place."""
    node = exchange.centre.home.keys.key_id
    bodies = [
        body_of(node, {"notes": f"card {EVERY[3]}"}, t="person"),
        body_of(node, {"attachments": [{"sha256": "ab" * 32, "caption": EVERY[5]}]}, t="action_point"),
        body_of(node, {"gender": EVERY[0]}, t="person"),
        body_of(node, {"village": {"key": EVERY[0], "words": "x"}}, t="person"),
        body_of(node, {"not_known_yet": [{"deep": EVERY[2]}]}, t="person"),
        body_of(node, {"gap": "g"}, t="action_point", x={"strange": EVERY[4]}),
        body_of(node, {"reason": EVERY[6]}, t="person", op="del"),
        body_of(node, {"rows": [{"row": 1, "tries": [{"slot": 1, "reference_number": CARD}]}]}),
    ]
    return [line_of(*body) for body in bodies]


def test_at_head_office_a_record_with_a_number_is_refused_and_only_the_locked_file_is_kept(exchange):
    exchange.centre.start()
    exchange.round_trip()
    lines = hostile(exchange)
    good = line_of(*body_of(exchange.centre.home.keys.key_id, {"gap": "no network"}, t="action_point"))
    path = hand_made(exchange, [*lines, good])
    (file,) = exchange.hq.inbox.read(exchange.hq.actor, [path])
    preview = exchange.hq.inbox.preview(exchange.hq.actor, file.sha256)
    assert (preview.counts.refused, preview.counts.new) == (len(lines), 1)
    assert [one.code for one in preview.rows if one.code] == ["forbidden_number"] * len(lines)
    assert all(one.head is None for one in preview.rows if one.code)
    applied = exchange.hq.inbox.apply(exchange.hq.actor, file.sha256, preview.counts)
    assert not applied.differs
    assert numbers_in(laid_open(exchange.hq.home)) == []
    receipt = exchange.answer()
    assert numbers_in(receipt.read_bytes().decode("latin-1")) == []
    exchange.centre.receipts.apply(exchange.centre.actor, receipt)
    assert numbers_in(laid_open(exchange.centre.home)) == []


def test_the_login_of_a_line_is_looked_at_too(exchange):
    from fieldapp.sync.sync_file import Columns, record_line

    exchange.centre.start()
    exchange.round_trip()
    body, rev = body_of(exchange.centre.home.keys.key_id, {"gap": "g"}, t="action_point")
    line = record_line(body, rev, Columns({}), schema=1, n=1, by=EVERY[1], at="2026-11-20T10:00:00Z")
    exchange.deliver(hand_made(exchange, [line]))
    assert numbers_in(laid_open(exchange.hq.home)) == []


def test_a_centre_is_asked_to_correct_its_record(exchange):
    """A home whose guard was weaker once: its record is refused, named in the receipt, and can be mended."""
    record_id = exchange.centre.start(notes="first")
    with exchange.centre.home.database.transaction() as tx:
        tx.exec_driver_sql(f"UPDATE activity SET notes = 'Aadhaar {EVERY[1]}'")
    taken = exchange.round_trip()
    assert [(one.code, one.path) for one in taken.refused] == [("forbidden_number", "notes")]
    assert numbers_in(laid_open(exchange.hq.home)) == []
    exchange.centre.edit(record_id, notes="without it")
    assert exchange.round_trip().refused == ()
    assert exchange.hq.notes(record_id) == "without it"


def test_a_file_that_waits_is_kept_locked(exchange):
    exchange.centre.start()
    exchange.round_trip()
    path = hand_made(exchange, hostile(exchange), min_reader=99)
    (file,) = exchange.hq.inbox.read(exchange.hq.actor, [path])
    assert file.state is FileState.PARKED
    assert numbers_in(laid_open(exchange.hq.home)) == []


def test_an_exported_file_holds_no_number(exchange):
    exchange.centre.start()
    for text in EVERY[:7]:
        with pytest.raises(InvalidInput):
            exchange.centre.start(notes=text)
    (path,) = exchange.send()
    from fieldapp.sync.sync_file import Signer, open_, peek

    keys, hq = exchange.centre.home.keys, exchange.hq.home.keys
    outer = peek(path.read_bytes(), lambda _: Signer(bytes.fromhex(keys.public.sign), keys.key_id))
    said = "".join(str(line) for line in open_(outer, [hq.identity], practice=True).lines())
    assert "CHAI_SAMOSA" in said
    assert numbers_in(said) == []


def test_an_office_without_a_centre_id_allows_no_number():
    assert find_forbidden_number(f"Aadhaar {EVERY[1]}", allowed=frozenset({""})) is not None
