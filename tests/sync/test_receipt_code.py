"""The receipt by telephone: 20 digits that receipt a batch, and nothing else does."""

from datetime import UTC, datetime, timedelta

import pytest

from fieldapp.domain.errors import InvalidInput, NotAllowed
from fieldapp.domain.fields import Name
from fieldapp.homes import new_centre_from_pack
from fieldapp.sync.outbox import BatchState
from fieldapp.sync.receipt_code import FREE_TRIES, MOST_TRIES, ReceiptCodes, is_complete, spread, wrong_group
from tests.sync.exchange import CENTRE, Exchange, Side

NOON = datetime(2026, 11, 20, 6, 30, tzinfo=UTC)


def codes(side: Side) -> ReceiptCodes:
    return ReceiptCodes(side.home.database, side.home.home, side.home.keys)


def sent(exchange: Exchange) -> str:
    """A session recorded, packed and imported; gives its id."""
    record_id = exchange.centre.start()
    exchange.deliver(*exchange.send())
    return record_id


def made(exchange: Exchange, **given):
    return codes(exchange.hq).make(exchange.hq.actor, 1, **given)


def enter(exchange: Exchange, typed: str):
    return codes(exchange.centre).enter(exchange.centre.actor, typed)


def refused(exchange: Exchange, typed: str) -> str:
    with pytest.raises(InvalidInput) as refusal:
        enter(exchange, typed)
    return refusal.value.code


def misheard(code: str) -> str:
    """Another code of the same batch whose groups all check."""
    first, rest = code[:5], code[5:]
    other = next(f"{n:03}" for n in range(1000) if f"{n:03}" != rest[:3])
    return next(f"{first}{other}{n}{rest[4:]}" for n in range(10) if not wrong_group(f"{first}{other}{n}"))


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock(exchange):
    found = Clock()
    exchange.centre.home.database.clock = found
    return found


def test_a_code_turns_its_batch_and_its_records_to_received(exchange):
    record_id = sent(exchange)
    (one,) = made(exchange)
    assert (one.batch, one.letter, one.refused) == (1, "A", 0)
    assert [len(group) for group in one.code.split()] == [4] * 5
    assert one.code.startswith("001")
    taken = enter(exchange, one.code)
    assert (taken.batch, taken.base_before, taken.base) == (1, 0, 1)
    assert exchange.centre.state_of(record_id) == "RECEIVED"
    assert exchange.centre.outbox.batch(exchange.centre.actor, 1).state is BatchState.RECEIVED
    with pytest.raises(InvalidInput, match="nothing new"):
        exchange.send()
    assert enter(exchange, one.code).base == 1


def test_a_file_with_everything_once_more_is_received_by_its_own_code_only(exchange):
    sent(exchange)
    first = made(exchange)[0].code
    enter(exchange, first)
    outbox, actor = exchange.centre.outbox, exchange.centre.actor
    exchange.deliver(*exchange.send(full=True))
    enter(exchange, first)
    assert outbox.batch(actor, 2).state is BatchState.ON_STICK
    assert enter(exchange, made(exchange, batch=2)[0].code).batch == 2
    assert outbox.batch(actor, 2).state is BatchState.RECEIVED


def test_digits_may_be_typed_in_any_script_and_with_anything_between(exchange):
    sent(exchange)
    code = made(exchange)[0].code
    devanagari = code.translate({ord("0") + n: ord("०") + n for n in range(10)})
    assert enter(exchange, devanagari.replace(" ", " - ")).batch == 1


def test_each_group_is_checked_in_its_place_as_it_is_typed(exchange):
    sent(exchange)
    code = made(exchange)[0].code
    groups = code.split()
    for at in range(5):
        for place in range(4):
            digits = list(groups[at])
            digits[place] = str((int(digits[place]) + 1) % 10)
            assert wrong_group(" ".join([*groups[:at], "".join(digits)])) == at + 1
    swapped = " ".join([groups[1], groups[0], *groups[2:]])
    assert wrong_group(swapped) == (0 if groups[0] == groups[1] else 1)
    assert wrong_group(code[:7]) == 0
    assert spread("१२३ 45") == ("1234", "5")
    assert not is_complete(code[:-1])
    assert not is_complete(code + "1")


def test_a_misheard_group_is_said_and_costs_no_try(exchange):
    sent(exchange)
    code = made(exchange)[0].code
    wrong = code[:-1] + str((int(code[-1]) + 1) % 10)
    assert {refused(exchange, wrong) for _ in range(FREE_TRIES + 2)} == {"code_digits"}
    assert refused(exchange, code[:-5]) == "code_digits"
    assert enter(exchange, code).batch == 1


def test_the_code_of_another_batch_or_of_an_older_one_confirms_nothing_more(exchange):
    sent(exchange)
    first = made(exchange)[0].code
    second_record = sent(exchange)
    second, again = made(exchange)
    assert (second.batch, again.batch, again.code) == (2, 1, first)
    assert enter(exchange, second.code).base == 2
    assert refused(exchange, first) == "code_old"
    assert exchange.centre.state_of(second_record) == "RECEIVED"
    third = exchange.centre.start()
    exchange.send()
    assert refused(exchange, misheard(second.code)) == "code_wrong"
    assert exchange.centre.state_of(third) != "RECEIVED"


def test_the_code_of_a_line_that_was_given_up_is_refused(exchange):
    kept = exchange.copy_of_centre("old")
    sent(exchange)
    code = made(exchange)[0].code
    exchange.put_back(kept)
    record_id = exchange.centre.start()
    exchange.send()
    assert refused(exchange, code) == "code_wrong"
    assert exchange.centre.state_of(record_id) != "RECEIVED"


def test_the_code_of_another_centre_is_refused(exchange, tmp_path):
    sent(exchange)
    hq = exchange.hq
    known = hq.enrolment.register_centre(hq.actor, "100000000023", Name("दूसरा", "Other"), CENTRE.place_key)
    pack = hq.enrolment.make_pack(hq.actor, known.number, tmp_path)
    other = Side(new_centre_from_pack(tmp_path / "other", pack.path, pack.words, practice=True))
    other.start()
    batch = other.outbox.make(other.actor)
    exchange.deliver(batch.parts[0].path)
    (one,) = codes(hq).make(hq.actor, known.number)
    assert refused(exchange, one.code) == "code_wrong"
    assert codes(other).enter(other.actor, one.code).batch == 1
    other.home.close()


def test_after_three_wrong_codes_the_next_waits_longer_and_longer(exchange, clock):
    sent(exchange)
    code = made(exchange)[0].code
    wrong = misheard(code)
    for _ in range(FREE_TRIES):
        assert refused(exchange, wrong) == "code_wrong"
    assert refused(exchange, code) == "code_wait"
    clock.now += timedelta(seconds=31)
    assert refused(exchange, wrong) == "code_wrong"
    clock.now += timedelta(seconds=31)
    assert refused(exchange, code) == "code_wait"
    exchange.reopen_centre().home.database.clock = clock
    assert refused(exchange, code) == "code_wait"
    clock.now += timedelta(seconds=31)
    assert enter(exchange, code).batch == 1
    assert refused(exchange, wrong) == "code_wrong"


def test_a_long_wait_is_told_in_minutes(exchange, clock):
    sent(exchange)
    wrong = misheard(made(exchange)[0].code)
    for _ in range(FREE_TRIES + 4):
        assert refused(exchange, wrong) == "code_wrong"
        clock.now += timedelta(minutes=10)
    clock.now -= timedelta(minutes=9)
    with pytest.raises(InvalidInput) as refusal:
        enter(exchange, wrong)
    assert refusal.value.advice.msgid == "Try again in {n} minutes. Hear the code once more meanwhile."
    assert refusal.value.advice.args == {"n": 7}


def test_a_clock_that_was_set_back_makes_nobody_wait_for_ever(exchange, clock):
    sent(exchange)
    code = made(exchange)[0].code
    clock.now = datetime(2099, 1, 1, tzinfo=UTC)
    for _ in range(FREE_TRIES):
        refused(exchange, misheard(code))
    clock.now = NOON
    assert refused(exchange, code) == "code_wait"
    clock.now += timedelta(seconds=31)
    assert enter(exchange, code).batch == 1


def test_setting_the_clock_on_buys_no_more_than_twenty_tries_and_a_receipt_file_ends_it(exchange, clock):
    sent(exchange)
    code = made(exchange)[0].code
    for _ in range(MOST_TRIES):
        assert refused(exchange, misheard(code)) == "code_wrong"
        clock.now += timedelta(days=400)
    clock.now = datetime(2300, 1, 1, tzinfo=UTC)
    assert refused(exchange, code) == "code_locked"
    exchange.centre.receipts.apply(exchange.centre.actor, exchange.answer())
    assert enter(exchange, code).base == 1


def test_behind_a_gap_there_is_nothing_to_confirm(exchange):
    sent(exchange)
    enter(exchange, made(exchange)[0].code)
    exchange.centre.start()
    lost = exchange.send()
    exchange.centre.receipts.apply(exchange.centre.actor, exchange.answer())
    for path in lost:
        path.unlink()
    assert [one.batch for one in made(exchange)] == [1]
    with pytest.raises(InvalidInput) as refusal:
        made(exchange, batch=2)
    assert refusal.value.code == "no_code"


def test_only_a_head_office_makes_codes_and_only_a_centre_takes_them(exchange):
    sent(exchange)
    code = made(exchange)[0].code
    with pytest.raises(InvalidInput) as refusal:
        codes(exchange.hq).enter(exchange.hq.actor, code)
    assert refusal.value.code == "not_a_centre"
    with pytest.raises(NotAllowed):
        codes(exchange.centre).make(exchange.centre.actor, 1)
