"""Check digits, against numbers that were published."""

from hypothesis import given
from hypothesis import strategies as st

from fieldapp.domain.check_digits import luhn_ok, verhoeff_digit, verhoeff_ok
from tests.domain.test_identifiers import CARDS, CENTRES, SANDBOX


def test_check_digits_of_published_numbers_fit():
    assert all(verhoeff_ok(number) for number in (*SANDBOX, *CENTRES))
    assert verhoeff_ok("2363")
    assert not verhoeff_ok("2364")
    assert all(luhn_ok(number) for number in CARDS)
    assert not luhn_ok("4111111111111112")


@given(st.text("0123456789", min_size=1, max_size=18))
def test_a_verhoeff_digit_finds_every_single_slip(digits: str):
    whole = digits + verhoeff_digit(digits)
    assert verhoeff_ok(whole)
    place = len(digits) // 2
    for digit in set("0123456789") - {whole[place]}:
        assert not verhoeff_ok(whole[:place] + digit + whole[place + 1 :])
