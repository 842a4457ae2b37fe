"""What is put is what is got, and only what changed is written."""

import json
from datetime import UTC, datetime

import msgspec
import pytest
import sqlalchemy as sa

from fieldapp.domain.actor import Actor
from fieldapp.domain.errors import InvalidInput, MovedOn
from fieldapp.domain.fields import Name
from fieldapp.domain.records import ONE_RUPEE, RECORD_TYPES, Activity, PaymentTry
from fieldapp.storage import log, search_index
from fieldapp.storage.database import RECENT
from fieldapp.storage.queries import Query, page
from fieldapp.storage.records import MOST_RECENT, SyncState, Typed, find, get, put, read_rows
from fieldapp.storage.rows import gather
from fieldapp.storage.tables import activity_figures, changes
from tests import examples
from tests.statements import statements

ACTOR = Actor("asha", "OPERATOR")
AT = datetime(2017, 1, 14, 5, 30, tzinfo=UTC)


def origin(home):
    return Typed(home.keys.key_id, 1, AT)


def save(home, record, base_version=None, **given):
    with home.database.transaction() as tx:
        return put(tx, record, ACTOR, origin(home), base_version=base_version, **given)


def read(home, record_id):
    with home.database.reading() as tx:
        return get(tx, record_id)


@pytest.mark.parametrize("word", RECORD_TYPES)
def test_a_record_with_every_field_filled_reads_back_equal(centre_home, word):
    record = examples.record(word)
    save(centre_home, record)
    held = read(centre_home, record.id)
    assert held.record == record
    assert (held.version, held.state, held.by, held.at) == (1, SyncState.NOT_PACKED, "asha", AT)


@pytest.mark.parametrize("word", RECORD_TYPES)
def test_a_change_of_every_field_at_once_reads_back_equal(centre_home, word):
    first = examples.record(word, 1)
    second = examples.record(word, 2, id=first.id)
    save(centre_home, first)
    save(centre_home, second, base_version=1)
    assert read(centre_home, first.id).record == second


def test_rows_that_come_and_go_are_kept_in_order(centre_home):
    activity = examples.record("activity", rows=tuple(examples.row(n) for n in (1, 2, 3)))
    save(centre_home, activity)
    later = msgspec.structs.replace(
        activity, rows=(examples.row(2, age=40), examples.row(3), examples.row(9)), partners=()
    )
    save(centre_home, later, base_version=1)
    assert read(centre_home, activity.id).record == later


def test_an_edit_of_one_cell_journals_that_cell_alone(centre_home):
    activity = examples.record("activity", rows=tuple(examples.row(n) for n in range(1, 41)))
    save(centre_home, activity)
    rows = tuple(
        msgspec.structs.replace(row, name=Name("सुनीता", row.name.en)) if row.row == 12 else row
        for row in activity.rows
    )
    save(centre_home, msgspec.structs.replace(activity, rows=rows), base_version=1)
    with centre_home.database.reading() as tx:
        what = tx.execute(sa.select(changes.c.what).where(changes.c.version == 2)).scalar_one()
    assert json.loads(what) == [["rows/12/name_hi", "नाम 12", "सुनीता"]]


def test_an_edit_of_an_old_copy_is_refused_and_changes_nothing(centre_home):
    person = examples.record("person")
    save(centre_home, person)
    newer = msgspec.structs.replace(person, notes="newer")
    save(centre_home, newer, base_version=1)
    with pytest.raises(MovedOn):
        save(centre_home, msgspec.structs.replace(person, notes="older"), base_version=1)
    assert read(centre_home, person.id).record == newer


def test_another_homes_record_cannot_be_written_here(centre_home):
    person = examples.record("person")
    with centre_home.database.transaction() as tx:
        put(tx, person, ACTOR, Typed("ab" * 16, 0, AT))
    with pytest.raises(InvalidInput) as refused:
        save(centre_home, msgspec.structs.replace(person, notes="mine now"), base_version=1)
    assert refused.value.code == "not_owner"


def test_a_deleted_record_leaves_the_lists_and_comes_back_whole(centre_home):
    person = examples.record("person")
    save(centre_home, person)
    save(centre_home, person, base_version=1, deleted="typed twice")
    with centre_home.database.reading() as tx:
        assert page(tx, "person", Query()).total == 0
        assert find(tx, person.id).deleted
    save(centre_home, person, base_version=2)
    assert read(centre_home, person.id).record == person
    with centre_home.database.reading() as tx:
        assert page(tx, "person", Query()).total == 1


def test_an_unknown_id_is_said_to_be_unknown(centre_home):
    with pytest.raises(InvalidInput) as refused:
        read(centre_home, "00" * 16)
    assert refused.value.code == "not_found"


def test_figures_follow_the_roster(centre_home):
    activity = examples.record("activity", rows=())
    save(centre_home, activity)
    paid = [PaymentTry(slot=n, mode="CARD", amount_paise=ONE_RUPEE, result="OK") for n in (1, 2)]
    failed = PaymentTry(slot=1, mode="AEPS", amount_paise=ONE_RUPEE, result="FAILED")
    rows = (
        examples.row(1, present=1, gender="F", tries=tuple(paid)),
        examples.row(2, present=1, gender="M", tries=(failed,)),
        examples.row(3, struck=True, present=1),
    )
    save(centre_home, msgspec.structs.replace(activity, rows=rows), base_version=1)
    with centre_home.database.reading() as tx:
        found = tx.execute(sa.select(activity_figures)).one()
    assert (found.people, found.present, found.women, found.men) == (2, 2, 1, 1)
    assert (found.first_paid, found.completed, found.failed, found.paid_paise) == (1, 1, 1, 200)


def test_a_line_of_the_activity_log_that_was_changed_shows(centre_home):
    for seed in range(4):
        save(centre_home, examples.record("person", seed))
    with centre_home.database.transaction() as tx:
        assert list(log.breaks(tx)) == []
        tx.exec_driver_sql("UPDATE activity_log SET login = 'somebody' WHERE seq = 3")
        assert list(log.breaks(tx)) == [3]


def test_pages_of_a_list_follow_each_other_without_gap_or_repeat(centre_home):
    made = {examples.sensible("activity", seed).id for seed in range(25)}
    for seed in range(25):
        save(centre_home, examples.sensible("activity", seed))
    found, after = [], None
    with centre_home.database.reading() as tx:
        while True:
            one = page(tx, "activity", Query(), after, limit=7)
            found += [held.record.id for held in one.items]
            after = one.next
            if after is None:
                break
    assert len(found) == 25
    assert set(found) == made


def test_a_list_finds_hindi_and_english_text_and_numbers(centre_home):
    save(centre_home, Activity(id="01" * 16, title=Name("चाय-समोसा", "Chai-Samosa"), number=42))
    save(centre_home, Activity(id="02" * 16, title=Name("मेला", "Mela"), number=7))
    with centre_home.database.transaction() as tx:
        search_index.catch_up(tx)
        for text in ("समोसा", "samosa", "0042-Z", "42"):
            assert [held.record.number for held in page(tx, "activity", Query(text=text)).items] == [42]


class PowerCut(Exception):
    pass


def put_and_fail(home, record, base_version=None):
    with home.database.transaction() as tx:
        put(tx, record, ACTOR, origin(home), base_version=base_version)
        raise PowerCut


def test_nothing_is_left_of_a_transaction_that_fails_half_way(centre_home):
    activity = examples.record("activity")
    with pytest.raises(PowerCut):
        put_and_fail(centre_home, activity)
    with centre_home.database.reading() as tx:
        assert find(tx, activity.id) is None


def test_a_cell_of_an_open_sheet_is_saved_in_one_transaction_that_reads_no_row_again(centre_home):
    service, actor = centre_home.services.activities, centre_home.actor
    activity = examples.record("activity", state="HELD", rows=tuple(examples.row(n) for n in range(1, 41)))
    save(centre_home, activity)
    service.get(actor, activity.id)
    row = msgspec.structs.replace(activity.rows[11], age=41)
    with statements(centre_home.database) as asked:
        service.save_row(actor, activity.id, 1, row)
    assert [line for line in asked if line.startswith(("BEGIN", "COMMIT"))] == ["BEGIN IMMEDIATE", "COMMIT"]
    assert not [line for line in asked if 'FROM "activity' in line]
    assert [line.split()[1] for line in asked if line.startswith("UPDATE")] == [
        "record_heads",
        '"activity_rows"',
    ]
    assert len(asked) <= 16


@pytest.mark.parametrize("word", RECORD_TYPES)
def test_what_is_kept_in_memory_after_a_save_is_what_lies_in_the_tables(centre_home, word):
    first = examples.record(word, 1)
    save(centre_home, first)
    for seed in range(2, 12):
        held, _ = save(centre_home, examples.record(word, seed, id=first.id), base_version=seed - 1)
        with centre_home.database.reading() as tx:
            stored = gather(word, first.id, read_rows(tx, word, 1, bytes.fromhex(first.id)))
            assert tx.info[RECENT][bytes.fromhex(first.id)] == (seed, stored)
            assert find(tx, first.id).record == held.record == stored


def test_parts_given_out_of_order_are_held_in_the_order_they_are_kept(centre_home):
    activity = examples.record("activity", rows=(examples.row(1), examples.row(2)))
    save(centre_home, activity)
    mixed = msgspec.structs.replace(activity, rows=(examples.row(3), *reversed(activity.rows)))
    held, _ = save(centre_home, mixed, base_version=1)
    assert [row.row for row in held.record.rows] == [1, 2, 3]
    assert read(centre_home, activity.id).record == held.record


def test_a_save_that_fails_leaves_nothing_in_memory(centre_home):
    person = examples.record("person")
    save(centre_home, person)
    read(centre_home, person.id)
    later = msgspec.structs.replace(person, notes="never kept")
    with pytest.raises(PowerCut):
        put_and_fail(centre_home, later, base_version=1)
    with centre_home.database.reading() as tx:
        assert tx.info[RECENT] == {}
    assert read(centre_home, person.id).record == person


def test_memory_holds_a_few_records_only(centre_home):
    for seed in range(20):
        record = examples.record("person", seed)
        save(centre_home, record)
        read(centre_home, record.id)
    with centre_home.database.reading() as tx:
        assert len(tx.info[RECENT]) == MOST_RECENT


def test_head_office_reads_what_its_other_connections_wrote(hq_home):
    person = examples.record("person")
    save(hq_home, person)
    with hq_home.database.reading() as before:
        assert RECENT not in before.info
        save(hq_home, msgspec.structs.replace(person, notes="newer"), base_version=1)
    assert read(hq_home, person.id).record.notes == "newer"


def test_figures_are_left_alone_by_a_change_beside_the_roster(centre_home):
    activity = examples.record("activity", rows=(examples.row(1, present=1, gender="F"),))
    save(centre_home, activity)
    changed = msgspec.structs.replace(activity, notes="another word")
    with statements(centre_home.database) as asked:
        save(centre_home, changed, base_version=1)
    assert not [line for line in asked if "activity_figures" in line]
    with centre_home.database.reading() as tx:
        assert tx.execute(sa.select(activity_figures.c.women)).scalar_one() == 1
