"""Each fault of broken_protocols.py is caught by a short story that the real exchange lives through.

The stories are what random lives of the state machine came upon, told by hand in their fewest steps.
"""

from collections.abc import Callable

import pytest

from tests.sync.broken_protocols import PROTOCOLS, planted
from tests.sync.exchange_machine import ExchangeMachine, make_template

Story = Callable[[ExchangeMachine], None]


def six_records_in_parts(life):
    for _ in range(6):
        life.record(which=0)
    life.export_in_parts(which=0)
    assert len(life.files) > 1


def the_second_part_comes_first(life):
    six_records_in_parts(life)
    for path in reversed(life.files):
        life.bring(path)


def the_first_part_never_comes(life):
    six_records_in_parts(life)
    for path in life.files[1:]:
        life.bring(path)
    life.answer()
    life.take_the_newest(which=0)
    life.check_now()


def another_line_has_the_same_numbers(life):
    life.keep_a_copy(which=0)
    for _ in range(6):
        life.record(which=0)
        life.export(which=0)
        life.deliver(back=0)
    life.go_on_from_a_copy(which=0)
    sent = len(life.files)
    for _ in range(6):
        life.record(which=0)
    life.export_in_parts(which=0)
    for path in life.files[sent + 1 :]:
        life.bring(path)
    life.answer()
    life.take_the_newest(which=0)
    life.check_now()


def a_file_is_lost(life):
    life.record(which=0)
    life.export(which=0)
    life.check_now()


def the_clock_goes_back(life):
    life.record(which=0)
    life.export(which=0)
    life.deliver(back=0)
    life.clock_jumps(which=0, days=-3_000)
    life.edit(which=0, record=0, note=1)
    life.export(which=0)
    life.deliver(back=0)


def two_lines_change_one_record(life):
    life.record(which=0)
    life.export(which=0)
    life.deliver(back=0)
    life.keep_a_copy(which=0)
    life.edit(which=0, record=0, note=1)
    life.export(which=0)
    life.go_on_from_a_copy(which=0)
    life.edit(which=0, record=0, note=2)
    life.export(which=0)
    life.deliver(back=1)
    life.deliver(back=0)


def a_newer_program_knows_more(life):
    life.record(which=0)
    life.know_more(which=0, record=0, later=7)


def a_record_is_deleted(life):
    life.record(which=0)
    life.export(which=0)
    life.deliver(back=0)
    life.delete(which=0, record=0)
    life.export(which=0)
    life.deliver(back=0)


def one_record(life):
    life.record(which=0)


def a_receipt_of_a_line_given_up(life):
    life.keep_a_copy(which=0)
    life.record(which=0)
    life.export(which=0)
    life.deliver(back=0)
    life.answer()
    life.go_on_from_a_copy(which=0)
    life.record(which=0)
    life.export(which=0)
    life.take_the_newest(which=0)
    life.check_now()


def the_office_is_restored(life):
    life.record(which=0)
    round_trip(life)
    life.keep_the_office()
    life.edit(which=0, record=0, note=1)
    round_trip(life)
    life.edit(which=0, record=0, note=2)
    life.office_goes_on_from_a_copy(which=0)
    life.export(which=0)
    life.deliver(back=0)
    life.check_now()


def put_back_between_two_parts(life):
    six_records_in_parts(life)
    life.keep_a_copy(which=0)
    life.edit(which=0, record=0, note=1)
    sent = len(life.files)
    life.export_in_parts(which=0)
    life.bring(life.files[sent])
    life.go_on_from_a_copy(which=0)
    life.answer()
    life.take_the_newest(which=0)
    life.check_now()


def nothing_is_left_of_a_computer(life):
    life.record(which=0)
    round_trip(life)
    life.lose_a_computer(which=0)
    life.the_officer_looks(which=0)
    new = life.computers[0]
    life.record(which=0)
    life.export(which=0)
    life.deliver(back=0)
    life.the_officer_looks(which=0)
    life.give_back(which=0)
    for _, path in life.gifts:
        life.take_gift(new, path)
    life.edit(which=0, record=0, note=1)


def what_was_given_back_is_taken_out(life):
    life.record(which=0)
    round_trip(life)
    life.lose_a_computer(which=0)
    life.the_officer_looks(which=0)
    life.give_back(which=0)
    life.take_a_gift(which=0)
    life.undo_an_import(which=0)


def the_old_computer_is_in_use_a_day_longer(life):
    life.record(which=0)
    round_trip(life)
    life.keep_a_copy(which=0)
    life.go_on_from_a_copy_elsewhere(which=0)
    life.the_officer_looks(which=2)
    life.edit(which=0, record=0, note=1)
    life.export(which=0)
    life.deliver(back=0)


def both_computers_give_numbers(life):
    life.record(which=0)
    life.keep_a_copy(which=0)
    life.record(which=0)
    life.go_on_from_a_copy_elsewhere(which=0)
    life.record(which=2)


def a_computer_moves_with_something_not_yet_sent(life):
    life.record(which=0)
    round_trip(life)
    life.edit(which=0, record=0, note=1)
    round_trip(life)
    for _ in range(2):
        life.record(which=0)
    life.move_to_another_computer(which=0)
    life.export(which=0)
    life.check_now()


def round_trip(life):
    life.export(which=0)
    life.deliver(back=0)
    life.answer()
    life.take_the_newest(which=0)


def a_computer_moves_again_and_again_before_it_sends(life):
    for _ in range(4):
        life.record(which=0)
        life.export(which=0)
        life.move_to_another_computer(which=0)


def the_office_forgets_whom_a_computer_replaced(life):
    life.record(which=0)
    round_trip(life)
    life.keep_the_office()
    life.move_to_another_computer(which=0)
    life.the_officer_looks(which=0)
    life.record(which=0)
    round_trip(life)
    life.lose_a_computer(which=0)
    life.the_officer_looks(which=0)
    life.give_back(which=0)
    for _, path in life.gifts:
        life.take_gift(life.computers[0], path)
    life.office_goes_on_from_a_copy(which=0)


def a_replaced_computer_holds_what_the_office_forgot(life):
    life.keep_the_office()
    life.keep_a_copy(which=0)
    life.record(which=0)
    round_trip(life)
    life.office_goes_on_from_a_copy(which=0)
    life.go_on_from_a_copy_elsewhere(which=0)


def only_the_block_has_a_file(life):
    life.record(which=0)
    life.export(which=0)
    life.deliver_to_the_block(back=0)
    life.the_block_answers()
    life.take_of_the_block(which=0)


def a_file_that_the_block_cannot_read(life):
    life.record(which=0)
    life.not_know_of_the_block(which=0)
    life.export(which=0)
    life.deliver_to_the_block(back=0)


def the_stick_of_the_block_is_lost(life):
    life.record(which=0)
    life.export(which=0)
    life.deliver_to_the_block(back=0)
    life.the_block_carries_on()


def a_file_goes_past_the_block(life):
    life.record(which=0)
    round_trip(life)
    life.record(which=0)
    life.export(which=0)
    life.deliver_to_the_block(back=0)


def a_computer_of_the_blocks_centre_moves(life):
    life.record(which=0)
    round_trip(life)
    life.move_to_another_computer(which=0)
    life.record(which=0)
    life.export(which=0)
    life.deliver_to_the_block(back=0)


def the_block_decides_and_is_put_back(life):
    life.record(which=0)
    life.export(which=0)
    life.deliver_to_the_block(back=0)
    life.keep_the_block()
    life.the_block_decides(record=0)
    life.the_block_sends()
    life.the_block_goes_on_from_a_copy(which=0)
    life.the_block_decides(record=0)
    life.edit(which=0, record=0, note=1)


def receipts_come_by_the_block_alone(life):
    life.record(which=0)
    life.export(which=0)
    life.deliver(back=0)
    life.answer()
    for receipt in range(len(life.receipts)):
        life.a_receipt_comes_by_the_block(which=0, receipt=receipt)
    assert life.base_of(life.computers[0]) > 0


def a_computer_is_named_when_it_is_replaced_already(life):
    life.record(which=0)
    round_trip(life)
    life.move_to_another_computer(which=0)
    life.record(which=0)
    life.export(which=0)
    life.deliver_to_the_block(back=0)
    life.the_officer_looks(which=0)
    life.deliver(back=0)
    life.move_to_another_computer(which=0)


BY_A_BLOCK: tuple[Story, ...] = (
    only_the_block_has_a_file,
    a_file_that_the_block_cannot_read,
    the_stick_of_the_block_is_lost,
    a_file_goes_past_the_block,
    a_computer_of_the_blocks_centre_moves,
    the_block_decides_and_is_put_back,
    receipts_come_by_the_block_alone,
    a_computer_is_named_when_it_is_replaced_already,
)


def the_office_forgets_a_centre_with_nothing_new(life):
    life.make_known(life.computers[0])
    life.answer()
    life.keep_the_office()
    life.record(which=0)
    life.export(which=0)
    life.deliver(back=0)
    life.answer()
    life.take_the_newest(which=0)
    life.office_goes_on_from_a_copy(which=0)


FOUND: tuple[Story, ...] = (
    a_computer_moves_again_and_again_before_it_sends,
    the_office_forgets_whom_a_computer_replaced,
    a_replaced_computer_holds_what_the_office_forgot,
)
"""What random lives broke once; each is mended."""

CAUGHT_BY: dict[str, Story] = {
    "skip what looks old": the_second_part_comes_first,
    "trust the number alone": another_line_has_the_same_numbers,
    "ignore a gap": the_first_part_never_comes,
    "move the base on export": a_file_is_lost,
    "order by clock": the_clock_goes_back,
    "last writer wins": two_lines_change_one_record,
    "drop unknown fields": a_newer_program_knows_more,
    "let tombstones expire": a_record_is_deleted,
    "hash without the type": one_record,
    "believe receipts without the chain": a_receipt_of_a_line_given_up,
    "cut ancestors at the receipt": the_office_is_restored,
    "leave out what a later part has newer": put_back_between_two_parts,
    "forget forks of a clone": two_lines_change_one_record,
    "give back to the old owner": nothing_is_left_of_a_computer,
    "take late files of a replaced computer": the_old_computer_is_in_use_a_day_longer,
    "number on under the old letter": both_computers_give_numbers,
    "count what was given back for ever": what_was_given_back_is_taken_out,
    "take the old receipts along": a_computer_moves_with_something_not_yet_sent,
    "let a block office move the base": only_the_block_has_a_file,
    "carry only what could be read": a_file_that_the_block_cannot_read,
    "sign anew what is carried": the_stick_of_the_block_is_lost,
    "let go of what lies on a stick": the_stick_of_the_block_is_lost,
    "leave a block office its gap": a_file_goes_past_the_block,
    "tell a block office of no successor": a_computer_of_the_blocks_centre_moves,
    "answer only those who sent": the_office_forgets_a_centre_with_nothing_new,
}


@pytest.fixture(scope="module")
def machine(tmp_path_factory):
    made = make_template(tmp_path_factory.mktemp("machine"), block=True)
    return type("Life", (ExchangeMachine,), {"template": made})


def live(machine, story: Story) -> None:
    life = machine()
    try:
        life.begin(by_a_block=story in BY_A_BLOCK)
        story(life)
    finally:
        life.teardown()


def test_every_fault_has_its_story():
    assert CAUGHT_BY.keys() == PROTOCOLS.keys()


@pytest.mark.parametrize(
    "story", dict.fromkeys((*CAUGHT_BY.values(), *BY_A_BLOCK, *FOUND)), ids=lambda story: story.__name__
)
def test_the_exchange_lives_through(machine, story):
    live(machine, story)


@pytest.mark.parametrize("fault", CAUGHT_BY)
def test_a_story_catches(machine, fault):
    with planted(fault), pytest.raises(AssertionError):
        live(machine, CAUGHT_BY[fault])
