"""Days, weeks, quarters and financial years; dates, times and whole numbers as people type them.

Rules: domain reference 5. Dates are day first, always; a two-digit year is refused and never guessed.
"""

import re
from datetime import date, time, timedelta
from typing import NamedTuple

from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.identifiers import fold_digits
from fieldapp.domain.text import Text

MONDAY = 0
EARLIEST_YEAR, LATEST_YEAR = 1900, 2100


class Period(NamedTuple):
    """From the first day to the last, both included."""

    first: date
    last: date

    def holds(self, day: date) -> bool:
        """Whether the day lies in the period."""
        return self.first <= day <= self.last


# ---------------------------------------------------------------- financial years, quarters, weeks


def financial_year(day: date) -> str:
    """The Indian financial year of a day, April to March: 11-09-2018 -> '2018-19'."""
    first = day.year - (day.month < 4)
    return f"{first}-{(first + 1) % 100:02}"


def quarter(day: date) -> int:
    """The quarter of the financial year: 1 is April to June, 4 is January to March."""
    return (day.month - 4) % 12 // 3 + 1


def year_period(financial: str) -> Period:
    """The days of a financial year written '2018-19'. Raises InvalidInput for anything else."""
    found = re.fullmatch(r"((?:19|20)\d\d)-(\d\d)", fold_digits(financial).strip())
    if found is None or (int(found[1]) + 1) % 100 != int(found[2]):
        raise InvalidInput(
            Text("This is not a financial year: {words}", words=financial),
            Text("Write it as 2018-19."),
            code="financial_year",
        )
    first = int(found[1])
    return Period(date(first, 4, 1), date(first + 1, 3, 31))


def quarter_period(financial: str, number: int) -> Period:
    """The days of quarter 1 to 4 of a financial year. Raises InvalidInput as `year_period` does."""
    first = year_period(financial).first.year
    year, month = (first, 3 * number + 1) if number < 4 else (first + 1, 1)
    after = date(year, month + 3, 1) if month < 10 else date(year + 1, 1, 1)
    return Period(date(year, month, 1), after - timedelta(days=1))


def month_period(day: date) -> Period:
    """The days of the month a day lies in."""
    first = day.replace(day=1)
    return Period(first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1))


def week_period(day: date, starts_on: int = MONDAY) -> Period:
    """The seven days round a day. starts_on: 0 Monday to 6 Sunday; districts hold their reviews on any."""
    first = day - timedelta(days=(day.weekday() - starts_on) % 7)
    return Period(first, first + timedelta(days=6))


# ---------------------------------------------------------------- what people type


def parse_date(text: str) -> date:
    """A date typed as dd-mm-yyyy, with - / or . between, or as ISO yyyy-mm-dd, in the digits of any script.

    Eight digits alone are ddmmyyyy, as on a number pad; in the years that are taken none is yyyymmdd as well.
    The day comes first, never the month. Raises InvalidInput for anything else, for a year of two digits, for
    a date that does not exist and for years outside 1900 to 2100.
    """
    plain = fold_digits(text).strip()
    if iso := re.fullmatch(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})", plain):
        year, month, day = int(iso[1]), int(iso[3]), int(iso[4])
    elif bare := re.fullmatch(r"(\d\d)(\d\d)(\d{4})", plain):
        day, month, year = int(bare[1]), int(bare[2]), int(bare[3])
    elif usual := re.fullmatch(r"(\d{1,2})\s*([-/.])\s*(\d{1,2})\s*\2\s*(\d{4}|\d{2})", plain):
        if len(usual[4]) == 2:
            raise InvalidInput(
                Text("Write the year with four digits."),
                Text("Enter the date as dd-mm-yyyy."),
                code="short_year",
            )
        day, month, year = int(usual[1]), int(usual[3]), int(usual[4])
    else:
        raise InvalidInput(
            Text("This is not a date: {words}", words=text),
            Text("Enter the date as dd-mm-yyyy."),
            code="date",
        )
    try:
        found = date(year, month, day)
    except ValueError:
        found = None
    if found is None or not EARLIEST_YEAR <= year <= LATEST_YEAR:
        raise InvalidInput(
            Text("This date does not exist."), Text("Enter the date as dd-mm-yyyy."), code="no_such_date"
        )
    return found


_CLOCK, _HOUR = r"(\d{1,2})\s*[:.]\s*(\d{2})|(\d{2})(\d{2})", r"(\d{1,2})"
_HALVES = {"am": 0, "पूर्वाह्न": 0, "pm": 12, "अपराह्न": 12}


def parse_time(text: str) -> time:
    """A clock time to the minute: 10:30, 10.30, 1030, 9:05 am, पूर्वाह्न 10:30; 24 hours without am or pm.

    Raises InvalidInput for anything else.
    """
    plain = fold_digits(text).casefold().replace("a.m.", "am").replace("p.m.", "pm")
    half = next((word for word in _HALVES if word in plain), "")
    digits = plain.replace(half, "", 1).strip() if half else plain.strip()
    found = re.fullmatch(_CLOCK if not half else f"{_CLOCK}|{_HOUR}", digits)
    parts = [int(part) for part in found.groups() if part] if found else [-1]
    hour, minute = parts if len(parts) == 2 else (parts[0], 0)
    if half:
        hour = hour % 12 + _HALVES[half] if 1 <= hour <= 12 else -1
    if not (0 <= hour <= 23 and 0 <= minute <= 59):
        raise InvalidInput(
            Text("This is not a time: {words}", words=text),
            Text("Enter the time as hours and minutes, as in 10:30 or 14:05."),
            code="time",
        )
    return time(hour, minute)


_WHOLE = re.compile(
    r"\d+"
    r"|\d{1,2}(,\d{2})*,\d{3}"  # 1,00,000
    r"|\d{1,3}([,\s]\d{3})+"  # 100,000
)


def parse_whole(text: str) -> int:
    """A whole number from 0 up: 100000, 1,00,000, 100,000, १,००,०००; a spreadsheet's '.0' may follow.

    Raises InvalidInput for anything else and for more than fifteen digits.
    """
    plain = re.sub(r"\.0+$", "", fold_digits(text).strip())
    digits = re.sub(r"[,\s]", "", plain)
    if not _WHOLE.fullmatch(plain) or len(digits) > 15:
        raise InvalidInput(
            Text("This is not a whole number: {words}", words=text),
            Text("Enter digits only, as in 35 or 1,00,000."),
            code="whole",
        )
    return int(digits)


# ---------------------------------------------------------------- lakh and crore

LAKH, CRORE = 10**5, 10**7


def in_lakh_and_crore(count: int, decimals: int = 2) -> Text:
    """A count from 0 up in the words of Indian reports: 55000000 is '5.5 crore', 550000 is '5.5 lakh'.

    At most `decimals` places, rounded half up; below a lakh the number itself.
    """
    if count < LAKH:
        return Text("{number}", number=f"{count:,}")
    if (words := _in_units(count, LAKH, decimals)) != "100" and count < CRORE:
        return Text("{number} lakh", number=words)
    return Text("{number} crore", number=_in_units(count, CRORE, decimals))


def _in_units(count: int, unit: int, decimals: int) -> str:
    scale: int = 10**decimals
    whole, rest = divmod((2 * count * scale + unit) // (2 * unit), scale)
    return f"{whole:,}" + (f".{rest:0{decimals}}".rstrip("0") if rest else "")
