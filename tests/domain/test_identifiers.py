import random
import sys
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.domain.check_digits import verhoeff_digit
from fieldapp.domain.identifiers import (
    _DIGIT_LIKE,
    csc_id,
    csc_id_doubt,
    csc_id_problem,
    demo_csc_id,
    find_forbidden_number,
    fit_for_draft,
    fold_digits,
    is_demo_csc_id,
    mask_mobile,
    mobile,
    mobile_doubt,
    reference_number,
    rrn_day,
    rrn_fits,
)

# The numbers UIDAI publishes for its test servers; nobody holds them.
SANDBOX = ("999941057058", "999971658847", "999933119405", "999955183433", "999990501894")
CENTRES = ("500100100013", "577298060018")  # published samples of CSC IDs
VID = "234567890123456" + verhoeff_digit("234567890123456")
CARDS = ("4111111111111111", "5500000000000004", "340000000000009", "6521111111111110")
DAY = date(2017, 1, 14)


def in_devanagari(digits: str) -> str:
    return "".join(chr(ord("०") + int(digit)) for digit in digits)


def written(digits: str) -> list[str]:
    a, b, c = digits[:4], digits[4:8], digits[8:]
    return [
        digits,
        f"{a} {b} {c}",
        f"{a}-{b}-{c}",
        f"राम का आधार {in_devanagari(digits)} है।",
        f"{a}\u00a0{b}\u00a0{c}",
        f"{a}\u200b{b}\u2060{c}",
        f"{a} - {b} - {c}",
        f"{a}.{b}.{c}",
        f"{a}/{b}/{c}",
        f"{a}\n{b}\r\n{c}",
        f"scan_{a}_{b}_{c}.jpg",
        f"UID:{a}–{b}–{c},",
        "".join(chr(ord("０") + int(digit)) for digit in digits),
        "".join(f"{digit}\ufe0f\u20e3" for digit in digits),
        f"mobile 9812345670 {a} {b} {c}",
        f"{a} {b} {c} 9812345670",
        f"24-09-2018 {digits}",
        f"{a} {b} {c} 24-09-2018",
        f"{' '.join(digits[:4])} {b} {c}",
    ]


# ---------------------------------------------------------------- digits


def test_digits_of_any_script_become_ascii_and_letters_stay():
    assert fold_digits("कमरा १२३, ١٢٣, ４５") == "कमरा 123, 123, 45"
    assert fold_digits("ज़ैनब²") == "ज़ैनब2"


# ---------------------------------------------------------------- centre IDs, mobiles, receipt numbers


def test_a_centre_id_has_twelve_digits_in_any_script():
    assert csc_id(" ५००१ ००१० ००१३ ") == "500100100013"
    assert all(csc_id_problem(number) is None and csc_id_doubt(number) is None for number in CENTRES)
    assert csc_id_problem("50010010001") is not None
    assert csc_id_problem("50010010001A") is not None
    assert csc_id_problem("500100100014") is None
    assert csc_id_doubt("500100100014") is not None


def test_demo_centre_ids_can_never_be_aadhaar_numbers():
    assert demo_csc_id(1) == "100000000015"
    numbers = [demo_csc_id(n) for n in range(1, 3000)]
    assert len(set(numbers)) == len(numbers)
    assert all(is_demo_csc_id(n) and csc_id_doubt(n) is None for n in numbers)
    assert all(find_forbidden_number(n) is None for n in numbers)
    assert not is_demo_csc_id("500100100013")
    assert not is_demo_csc_id("100000000014")
    with pytest.raises(ValueError, match="0"):
        demo_csc_id(0)


@pytest.mark.parametrize(
    "text",
    [
        "9812345670",
        "+91 98123 45670",
        "91-9812345670",
        "09812345670",
        "९८१२३४५६७०",
        "+९१९८१२३४५६७०",
        "98123\u00a045670",
        "9812345670.0",
        "(0)9812345670",
        "0091 9812345670",
        "\u200e9812345670",
    ],
)
def test_a_mobile_number_comes_out_as_ten_digits(text: str):
    assert mobile(text) == "9812345670"


@pytest.mark.parametrize(
    "text", ["", "981234567", "98123456701", "4812345670", "9812x45670", "5812345670", "919812345"]
)
def test_what_is_no_mobile_number_gives_none(text: str):
    assert mobile(text) is None


def test_a_demo_mobile_passes_only_in_demo():
    assert mobile("5012345621", demo=True) == "5012345621"
    assert mobile("+91 5012345621", demo=True) == "5012345621"
    assert mobile("5012345621") is None


def test_a_mobile_number_that_begins_with_91_keeps_it():
    assert mobile("9198765432") == "9198765432"
    assert mobile("919198765432") == "9198765432"


def test_a_made_up_mobile_is_doubted_and_a_plain_one_is_not():
    assert mobile_doubt("9999999999")
    assert mobile_doubt("9876543210")
    assert mobile_doubt("9812345670") is None


def test_a_mobile_is_masked_as_on_the_sketch():
    assert mask_mobile("5012345621") == "50••••••21"
    assert mask_mobile("50123") == "•••••"
    assert mask_mobile("") == ""


def test_a_receipt_number_loses_blanks_and_a_wallets_number_keeps_its_dashes():
    assert reference_number(" 7014-1234 5678") == "701412345678"
    assert reference_number("७०१४१२३४५६७८") == "701412345678"
    assert reference_number("p04-1234567-1234567 ") == "P04-1234567-1234567"


def test_a_receipt_number_names_its_day():
    assert rrn_day("701412345678", DAY) == DAY
    assert rrn_day("701512345678", DAY) == date(2017, 1, 15)
    assert rrn_day("636612345678", DAY) == date(2016, 12, 31)
    assert rrn_day("836512345678", date(2019, 1, 1)) == date(2018, 12, 31)
    assert rrn_day("000112345678", date(2019, 12, 31)) == date(2020, 1, 1)
    assert rrn_day("736612345678", DAY) is None  # 2017 has no day 366
    assert rrn_day("700012345678", DAY) is None
    assert rrn_day("740012345678", DAY) is None
    assert rrn_day("70141234567", DAY) is None
    assert rrn_day("7014A2345678", DAY) is None


def test_a_receipt_number_fits_its_day_and_the_days_beside_it():
    assert [rrn_fits(f"70{n}12345678", DAY) for n in (12, 13, 14, 15, 16)] == [False, True, True, True, False]
    assert rrn_fits("800112345678", date(2017, 12, 31))
    assert rrn_fits("736512345678", date(2018, 1, 1))


# ---------------------------------------------------------------- the guard


@pytest.mark.parametrize("number", SANDBOX)
@pytest.mark.parametrize("field", ["text", "reference", "mobile"])
def test_an_aadhaar_number_is_refused_in_every_written_form(number: str, field):
    for text in written(number):
        found = find_forbidden_number(text, field=field, near_day=DAY, allowed=frozenset(CENTRES))
        assert found is not None, text
        assert (found.kind, found.severity) == ("aadhaar", "refuse"), text
        folded = "".join(c for c in fold_digits(text[found.start : found.end]) if c.isdecimal())
        assert folded == number, text


def test_whatever_stands_for_a_digit_is_seen_by_the_first_look():
    for code in range(sys.maxunicode + 1):
        if fold_digits(chr(code)) != chr(code):
            assert _DIGIT_LIKE.search(chr(code)), hex(code)


def test_what_is_found_never_tells_the_digits():
    found = find_forbidden_number(f"Aadhaar {SANDBOX[0]}")
    assert found is not None
    assert SANDBOX[0][:4] not in repr(found) + repr(found.message) + str(found.message.args)


def test_a_number_with_a_wrong_check_digit_or_a_first_digit_0_or_1_passes():
    assert find_forbidden_number("999941057059") is None
    assert find_forbidden_number("100000000015") is None
    assert find_forbidden_number("222222222222") is None


def test_a_date_in_front_of_digits_is_no_aadhaar_number():
    for first in range(2000, 2100):
        for text in (
            f"24-09-2018 {first}",
            f"2018-09-24 {first}",
            f"{first} 24/09/2018",
            f"IMG_20180924_{first}.jpg",
        ):
            assert find_forbidden_number(text) is None, text
    assert find_forbidden_number("11-09-2018 24-09-2018, 26.09.2018-09.10.2018") is None
    assert find_forbidden_number("2018-09-24T10:30:15 2018-09-24T11:30:15") is None


def test_figures_in_plain_sentences_pass():
    for text in (
        "",
        "कुल 5,50,00,000 लेन-देन, 2,070.39 करोड़ रुपये",
        "10:30 से 12:45 तक, 35 लोग, 28/22/14/4/2",
        "Plot 12, Sector 4, Bokaro Steel City 827004",
        "9812345670, 8812345671, 7712345672",
        "Sheet 0042-A of 100000000015/2018-19/0042",
    ):
        assert find_forbidden_number(text) is None, text


def test_registered_centre_ids_pass_in_every_field_and_also_inside_an_activity_number():
    known = frozenset(CENTRES)
    for number in CENTRES:
        for field in ("text", "reference", "mobile", "csc_id"):
            assert find_forbidden_number(number, allowed=known, field=field) is None
        for serial in range(100):
            assert find_forbidden_number(f"see {number}/2018-19/{serial:04}-A", allowed=known) is None
        assert find_forbidden_number(number) is not None


def test_a_known_centre_does_not_hide_an_aadhaar_number_beside_it():
    found = find_forbidden_number(f"{CENTRES[0]} {SANDBOX[0]}", allowed=frozenset(CENTRES))
    assert found is not None
    assert found.start == 13


def test_a_centre_id_field_takes_a_new_centre_and_asks_about_one_that_is_not_registered():
    assert find_forbidden_number(CENTRES[0], field="csc_id") is None
    asked = find_forbidden_number(CENTRES[1], field="csc_id", allowed=frozenset({CENTRES[0]}))
    assert asked is not None
    assert asked.severity == "ask"
    refused = find_forbidden_number(f"{SANDBOX[0]} {SANDBOX[1]}", field="csc_id")
    assert refused is not None
    assert refused.severity == "refuse"


def test_no_receipt_number_of_the_day_is_refused_or_asked_about():
    chance = random.Random(1)
    for day in (DAY, date(2018, 9, 24), date(2026, 11, 20), date(2025, 12, 31)):
        for _ in range(2500):
            number = f"{day.year % 10}{day:%j}{chance.randrange(10**8):08}"
            assert find_forbidden_number(number, field="reference", near_day=day) is None


def test_a_receipt_number_of_another_day_is_asked_about_and_an_impossible_day_is_refused():
    right = "7014" + "1234567"
    look_alike = right + verhoeff_digit(right)
    asked = find_forbidden_number(look_alike, field="reference", near_day=date(2017, 6, 1))
    assert asked is not None
    assert asked.severity == "ask"
    assert asked.kind == "aadhaar"
    assert find_forbidden_number(look_alike, field="reference").severity == "ask"
    assert find_forbidden_number(look_alike).severity == "refuse"
    for day in ("000", "367", "999"):
        digits = f"7{day}1234567"
        refused = find_forbidden_number(digits + verhoeff_digit(digits), field="reference", near_day=DAY)
        assert refused is not None
        assert refused.severity == "refuse"


def test_no_mobile_with_91_in_front_is_refused_in_a_mobile_field():
    chance = random.Random(2)
    for _ in range(10_000):
        number = f"{chance.choice('6789')}{chance.randrange(10**9):09}"
        for text in (f"91{number}", f"+91 {number}", f"0{number}"):
            assert find_forbidden_number(text, field="mobile") is None
    demo = [f"915{chance.randrange(10**9):09}" for _ in range(500)]
    assert all(find_forbidden_number(text, field="mobile", demo=True) is None for text in demo)


def test_plain_mobiles_side_by_side_are_no_forbidden_number():
    chance = random.Random(3)
    for _ in range(2000):
        number = f"{chance.choice('6789')}{chance.randrange(10**9):09}"
        assert find_forbidden_number(number) is None
        assert find_forbidden_number(f"827001 {number}") is None
        assert find_forbidden_number(f"{number} {number}") is None


@pytest.mark.parametrize("number", CARDS)
def test_a_full_card_number_is_refused(number: str):
    groups = " ".join(number[i : i + 4] for i in range(0, len(number), 4))
    for text in (number, groups, groups.replace(" ", "-"), f"कार्ड {in_devanagari(number)}"):
        for field in ("text", "reference", "mobile"):
            found = find_forbidden_number(text, field=field, near_day=DAY)
            assert found is not None
            assert (found.kind, found.severity) == ("card", "refuse")


def test_a_virtual_id_is_refused_in_text_and_asked_about_as_a_reference():
    found = find_forbidden_number(f"VID {VID[:4]} {VID[4:8]} {VID[8:12]} {VID[12:]}")
    assert found is not None
    assert (found.kind, found.severity) == ("vid", "refuse")
    asked = find_forbidden_number(VID, field="reference", near_day=DAY)
    assert asked is not None
    assert asked.severity == "ask"


def test_the_worse_of_two_numbers_is_told():
    digits = "70141234567"
    text = f"{digits}{verhoeff_digit(digits)}; {SANDBOX[0]}"
    found = find_forbidden_number(text, field="reference")
    assert found is not None
    assert found.severity == "refuse"
    assert found.start == 14


@given(st.text(max_size=60))
def test_any_text_can_be_scanned(text: str):
    for field in ("text", "reference", "mobile", "csc_id"):
        found = find_forbidden_number(text, field=field, near_day=DAY)
        assert found is None or 0 <= found.start < found.end <= len(text)


@given(
    st.sampled_from(SANDBOX),
    st.lists(st.sampled_from(["", "", " ", "-", ". ", "\u200c", " :"]), min_size=11, max_size=11),
)
def test_up_to_two_separators_anywhere_hide_nothing(number: str, gaps: list[str]):
    text = "".join(digit + gap for digit, gap in zip(number, [*gaps, ""], strict=True))
    assert find_forbidden_number(f"नं० {text} ok") is not None


def test_what_is_said_fits_the_field_and_the_number():
    known = frozenset({CENTRES[0]})
    told = {
        find_forbidden_number(SANDBOX[0]).message.msgid,
        find_forbidden_number(CARDS[0]).message.msgid,
        find_forbidden_number(VID, field="reference").message.msgid,
        find_forbidden_number("1234567890123452", field="reference").message.msgid,
        find_forbidden_number(CENTRES[1], field="csc_id", allowed=known).message.msgid,
    }
    assert len(told) == 5


# ---------------------------------------------------------------- drafts


@pytest.mark.parametrize("number", [*SANDBOX, *CARDS])
def test_no_more_than_eight_digits_of_a_growing_number_reach_a_draft(number: str):
    digits = [character for character in fold_digits(number) if character.isdigit()]
    for gap in ("", " ", "-", "\u200c"):
        for typed in range(9, len(digits) + 1):
            for field in ("text", "reference", "csc_id"):
                assert fit_for_draft(f"नाम {gap.join(digits[:typed])}", field) == "नाम –"


@pytest.mark.parametrize("words", ["आयु 34", "14-01-2017 10:30", "2017-01-14", "१४/०१/२०१७", "House 12345678"])
def test_short_numbers_and_dates_stay_in_a_draft(words: str):
    assert fit_for_draft(words) == words


def test_a_whole_mobile_number_stays_in_a_draft_of_its_own_field_only():
    assert fit_for_draft("50000 00021", "mobile", demo=True) == "50000 00021"
    assert fit_for_draft("50000 0002", "mobile", demo=True) == "–"
    assert fit_for_draft("call 5000000021 today") == "call – today"
