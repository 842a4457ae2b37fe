"""The check digits of Verhoeff (Aadhaar numbers, CSC IDs, our own codes) and of Luhn (payment cards)."""

_TURNS = (  # the group of the pentagon's turns and flips, and the permutation of each place (Verhoeff 1969)
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
    (1, 2, 3, 4, 0, 6, 7, 8, 9, 5),
    (2, 3, 4, 0, 1, 7, 8, 9, 5, 6),
    (3, 4, 0, 1, 2, 8, 9, 5, 6, 7),
    (4, 0, 1, 2, 3, 9, 5, 6, 7, 8),
    (5, 9, 8, 7, 6, 0, 4, 3, 2, 1),
    (6, 5, 9, 8, 7, 1, 0, 4, 3, 2),
    (7, 6, 5, 9, 8, 2, 1, 0, 4, 3),
    (8, 7, 6, 5, 9, 3, 2, 1, 0, 4),
    (9, 8, 7, 6, 5, 4, 3, 2, 1, 0),
)
_PLACES = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
    (1, 5, 7, 6, 2, 8, 3, 0, 9, 4),
    (5, 8, 0, 3, 7, 9, 6, 1, 4, 2),
    (8, 9, 1, 6, 0, 4, 3, 5, 2, 7),
    (9, 4, 5, 3, 1, 2, 6, 8, 7, 0),
    (4, 2, 8, 6, 5, 7, 3, 9, 0, 1),
    (2, 7, 9, 3, 8, 0, 6, 4, 1, 5),
    (7, 0, 4, 6, 9, 1, 3, 2, 5, 8),
)


def _verhoeff_sum(digits: str) -> int:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        total = _TURNS[total][_PLACES[place % 8][int(digit)]]
    return total


def verhoeff_ok(digits: str) -> bool:
    """Whether a string of digits ends in the right Verhoeff check digit."""
    return _verhoeff_sum(digits) == 0


def verhoeff_digit(digits: str) -> str:
    """The check digit to put behind these digits."""
    return str(_TURNS[_verhoeff_sum(digits + "0")].index(0))


def luhn_ok(digits: str) -> bool:
    """Whether a string of digits ends in the right Luhn check digit (payment cards)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
