"""What a key means in a roster cell, without a window."""

import pytest

from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.fields import Name, PlaceRef, fields
from fieldapp.domain.identifiers import find_forbidden_number
from fieldapp.domain.records import ONE_RUPEE, PaymentTry, RosterRow
from fieldapp.ui.activities.cells import latin_key
from fieldapp.ui.activities.columns import (
    IN_THE_ROW_PANEL,
    Column,
    columns_for,
    first_stop,
    next_sticky,
    next_stop,
    stop_before,
)
from fieldapp.ui.activities.payment_cell import PaymentCell

CHAI_SAMOSA = columns_for("CHAI_SAMOSA", 1)


def column(path: str, n: int = 0, columns: tuple[Column, ...] = CHAI_SAMOSA) -> Column:
    return [one for one in columns if one.path == path][n]


def typed(cell: PaymentCell, keys: str, row: RosterRow | None = None) -> RosterRow:
    """The row after these keys, pressed one after the other in one cell."""
    row = row or RosterRow(row=1)
    fresh = True
    for key in keys:
        pressed = cell.press(row, key, fresh=fresh)
        assert pressed is not None, f"{key} means nothing after {row.tries}"
        row, fresh = pressed, False
    return row


FIRST = column("tries").cell
assert isinstance(FIRST, PaymentCell)


def test_every_field_of_a_row_that_is_filled_by_hand_has_a_column_or_a_place_in_the_row_panel():
    for kind in ("CHAI_SAMOSA", "WORKSHOP", "MELA"):
        wanted = {one.name for one in fields(RosterRow) if one.by_hand and one.shows_for(kind)}
        shown = {one.path for one in columns_for(kind, 1)}
        assert wanted == shown | (IN_THE_ROW_PANEL & wanted)


def test_columns_follow_the_kind_and_the_days():
    workshop = [one.path for one in columns_for("WORKSHOP", 3)]
    assert "designation" in workshop
    assert "office" in workshop
    assert "tries" not in workshop
    assert workshop.count("present") == 3
    assert [one.path for one in CHAI_SAMOSA].count("tries") == 3  # two payments and how many succeeded


@pytest.mark.parametrize(
    ("path", "key", "value"),
    [
        ("gender", "M", "M"),
        ("gender", "F", "F"),
        ("gender", "T", "T"),
        ("category", "G", "GEN"),
        ("category", "S", "SC"),
        ("category", "T", "ST"),
        ("category", "O", "OBC"),
        ("category", "M", "MIN"),
        ("mark", "S", "SIGNATURE"),
        ("mark", "L", "THUMB"),
        ("consent", "Y", "YES"),
        ("consent", "N", "NO"),
        ("chai", " ", True),
        ("samosa", "Y", True),
        ("pwd", " ", True),
        ("present", " ", 1),
    ],
)
def test_one_key_sets_a_code(path, key, value):
    cell = column(path).cell
    pressed = cell.press(RosterRow(), key, fresh=True)
    assert getattr(pressed, path) == value
    assert cell.press(RosterRow(), "Z", fresh=True) is None


def test_space_takes_presence_back_on_that_day_only():
    second = column("present", 1, columns_for("WORKSHOP", 3)).cell
    row = second.press(RosterRow(present=0b101), " ", fresh=True)
    assert row.present == 0b111
    assert second.press(row, " ", fresh=True).present == 0b101


def test_codes_work_under_a_hindi_keyboard():
    assert [latin_key(c) for c in "िम"] == ["F", "C"]
    assert latin_key("f") == "F"
    assert latin_key("७") == "7"


def test_a_letter_is_the_mode_and_what_follows_is_the_receipt_number():
    row = typed(FIRST, "C701400C12")
    assert row.tries == (
        PaymentTry(slot=1, mode="CARD", amount_paise=ONE_RUPEE, result="OK", reference_number="701400C12"),
    )


def test_a_receipt_number_typed_in_groups_is_one_when_the_cell_is_left():
    row = FIRST.settled(typed(FIRST, "C7014 1234 5678"))
    assert row.tries[0].reference_number == "701412345678"


@pytest.mark.parametrize("between", [" ", ",", ":"])
def test_a_number_typed_beside_another_does_not_hide_in_it(between):
    row = FIRST.settled(typed(FIRST, f"C5000000021{between}999971658847"))
    assert find_forbidden_number(row.tries[0].reference_number, field="reference") is not None


def test_typing_again_in_a_filled_cell_replaces_the_receipt_number():
    row = typed(FIRST, "55", typed(FIRST, "A7014"))
    assert [one.reference_number for one in row.tries] == ["55"]


def test_a_failed_try_asks_its_reason_and_opens_the_next():
    row = typed(FIRST, "A!")
    assert [key for key, _ in FIRST.keys(row)] == ["F", "N", "P", "B", "D", "S", "O"]
    row = typed(FIRST, "A!FC12")
    assert [(one.mode, one.result, one.reason) for one in row.tries] == [
        ("AEPS", "FAILED", "FINGERPRINT"),
        ("CARD", "OK", ""),
    ]
    assert row.completed() == 1
    assert FIRST.shows(row, False).text.args["n"] == 2


def test_a_pending_payment_is_no_success_until_it_is_settled():
    row = typed(FIRST, "U?")
    assert (row.tries[0].result, row.completed()) == ("PENDING", 0)
    assert FIRST.shows(row, False).tone == "amber"
    assert typed(FIRST, "?", row).tries[0].result == "OK"


def test_backspace_walks_back_through_number_result_and_try():
    row = typed(FIRST, "W12")
    row = FIRST.rubbed(FIRST.rubbed(row))
    assert row.tries[0].reference_number == ""
    assert FIRST.rubbed(row).tries == ()
    failed = typed(FIRST, "W!N")
    assert FIRST.rubbed(failed).tries[0].result == "OK"


def test_the_two_payments_do_not_touch_each_other():
    second = column("tries", 1).cell
    row = typed(second, "N", typed(FIRST, "C"))
    assert [(one.slot, one.mode) for one in row.tries] == [(1, "CARD"), (2, "USSD")]
    assert row.completed() == 2
    assert FIRST.clear(row).tries == row.tries[1:]


def test_same_as_above_takes_the_mode_and_never_the_receipt_number():
    above = typed(FIRST, "A7014")
    row = FIRST.like(RosterRow(row=2), above)
    assert (row.tries[0].mode, row.tries[0].reference_number) == ("AEPS", "")


def test_an_age_takes_digits_of_any_script_and_refuses_what_is_none():
    age = column("age").cell
    assert age.take(RosterRow(), " ४६ ").age == 46
    for wrong in ("121", "4x"):
        with pytest.raises(InvalidInput) as refused:
            age.take(RosterRow(), wrong)
        assert refused.value.title.args["most"] == 120


def test_a_pasted_name_goes_to_the_script_it_is_written_in():
    name = column("name").cell
    assert name.take(RosterRow(), " बुधनी  सोरेन ").name == Name("बुधनी सोरेन", "")
    assert name.take(RosterRow(), "Budhni Soren").name == Name("", "Budhni Soren")


def test_a_village_keeps_its_key_while_its_words_stay():
    village = column("village").cell
    known = RosterRow(village=PlaceRef("place:1", "खैराचातर"))
    assert village.take(known, "खैराचातर") is known
    assert village.take(known, "मुरहुलसूदी").village == PlaceRef("", "मुरहुलसूदी")


def test_a_mobile_number_is_masked_and_cleaned():
    mobile = column("mobile").cell
    row = mobile.take(RosterRow(), "+91 50000 00021")
    assert row.mobile == "5000000021"
    assert mobile.shows(row, True).text == "50••••••21"


def test_enter_goes_through_every_cell_a_person_fills_and_on_to_the_next_row():
    at, seen = (0, first_stop(CHAI_SAMOSA)), []
    while at[0] == 0:
        seen.append(CHAI_SAMOSA[at[1]].path)
        assert stop_before(CHAI_SAMOSA, *next_stop(CHAI_SAMOSA, *at)) == at
        at = next_stop(CHAI_SAMOSA, *at)
    assert at == (1, 0)
    assert seen == [one.path for one in CHAI_SAMOSA if not one.cell.fixed]
    assert stop_before(CHAI_SAMOSA, 0, 0) == (0, 0)


def test_f7_goes_round_the_sticky_fields():
    at, seen = 0, []
    for _ in range(9):
        at = next_sticky(CHAI_SAMOSA, at)
        seen.append(CHAI_SAMOSA[at].path)
    sticky = ["gender", "category", "village", "present", "mark", "consent", "chai", "samosa"]
    assert seen == [*sticky, "gender"]
