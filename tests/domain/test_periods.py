import itertools
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.periods import (
    Period,
    financial_year,
    in_lakh_and_crore,
    month_period,
    parse_date,
    parse_time,
    parse_whole,
    quarter,
    quarter_period,
    week_period,
    year_period,
)
from fieldapp.domain.text import Text

DAYS = st.dates(date(1950, 1, 1), date(2099, 12, 31))

# The days on which the melas of the first seed were held; half of them could be read month first.
MELAS = {
    "11-09-2018": (date(2018, 9, 11), 2, "Tue"),
    "24-09-2018": (date(2018, 9, 24), 2, "Mon"),
    "26-09-2018": (date(2018, 9, 26), 2, "Wed"),
    "09-10-2018": (date(2018, 10, 9), 3, "Tue"),
    "23-10-2018": (date(2018, 10, 23), 3, "Tue"),
    "26-10-2018": (date(2018, 10, 26), 3, "Fri"),
    "02-11-2018": (date(2018, 11, 2), 3, "Fri"),
}


def refusal(parse, text: str) -> str:
    with pytest.raises(InvalidInput) as refused:
        parse(text)
    return refused.value.code


@pytest.mark.parametrize("text", MELAS)
def test_the_melas_of_the_seed_fall_on_their_days_and_in_their_quarters(text: str):
    day, number, weekday = MELAS[text]
    assert parse_date(text) == day
    assert (financial_year(day), quarter(day), f"{day:%a}") == ("2018-19", number, weekday)


def test_a_financial_year_runs_from_april_to_march():
    assert financial_year(date(2019, 3, 31)) == "2018-19"
    assert financial_year(date(2019, 4, 1)) == "2019-20"
    assert financial_year(date(1999, 12, 1)) == "1999-00"
    assert year_period("2018-19") == Period(date(2018, 4, 1), date(2019, 3, 31))
    assert year_period("१९९९-००").last == date(2000, 3, 31)


@pytest.mark.parametrize("text", ["2018", "2018-20", "18-19", "2018-2019", ""])
def test_what_is_no_financial_year_is_refused(text: str):
    assert refusal(year_period, text) == "financial_year"


@given(DAYS)
def test_every_day_lies_in_its_own_year_quarter_month_and_week(day: date):
    assert year_period(financial_year(day)).holds(day)
    assert quarter_period(financial_year(day), quarter(day)).holds(day)
    assert month_period(day).holds(day)
    for start in range(7):
        week = week_period(day, start)
        assert week.holds(day)
        assert week.first.weekday() == start
        assert week.last - week.first == timedelta(days=6)


@given(st.integers(1950, 2098))
def test_the_four_quarters_make_the_year(first: int):
    year = f"{first}-{(first + 1) % 100:02}"
    quarters = [quarter_period(year, number) for number in (1, 2, 3, 4)]
    assert Period(quarters[0].first, quarters[3].last) == year_period(year)
    for one, following in itertools.pairwise(quarters):
        assert following.first - one.last == timedelta(days=1)


def test_a_week_begins_on_monday_unless_the_district_says_otherwise():
    sunday = date(2018, 9, 30)
    assert week_period(sunday).first == date(2018, 9, 24)
    assert week_period(sunday, starts_on=6).first == sunday
    assert week_period(sunday, starts_on=5).first == date(2018, 9, 29)


def test_a_month_ends_on_its_last_day():
    assert month_period(date(2020, 2, 10)).last == date(2020, 2, 29)
    assert month_period(date(2018, 12, 31)) == Period(date(2018, 12, 1), date(2018, 12, 31))


@pytest.mark.parametrize(
    "text",
    [
        "09-10-2018",
        "9-10-2018",
        "09/10/2018",
        "09.10.2018",
        "2018-10-09",
        " 09 - 10 - 2018 ",
        "०९-१०-२०१८",
        "२०१८-१०-०९",
        "2018/10/9",
        "09102018",
        "०९१०२०१८",
    ],
)
def test_a_date_is_read_day_first_in_every_usual_form(text: str):
    assert parse_date(text) == date(2018, 10, 9)


@given(DAYS)
def test_a_date_comes_back_from_its_printed_form(day: date):
    assert parse_date(f"{day:%d-%m-%Y}") == parse_date(day.isoformat()) == day


def test_month_first_is_never_tried():
    assert refusal(parse_date, "09-24-2018") == "no_such_date"
    assert refusal(parse_date, "2018-24-09") == "no_such_date"


def test_a_year_of_two_digits_is_refused_and_not_guessed():
    assert refusal(parse_date, "9-1-18") == "short_year"
    assert refusal(parse_date, "०९-०१-१८") == "short_year"


@pytest.mark.parametrize(
    "text", ["31-02-2018", "29-02-2019", "00-01-2018", "01-01-0001", "31-12-9999", "20181009"]
)
def test_a_date_that_does_not_exist_is_refused(text: str):
    assert refusal(parse_date, text) == "no_such_date"


@pytest.mark.parametrize(
    "text", ["", "today", "09-10/2018", "09 10 2018", "9-10-201", "09-10-20180", "43382"]
)
def test_what_is_no_date_is_refused(text: str):
    assert refusal(parse_date, text) == "date"


@pytest.mark.parametrize(
    ("text", "hour", "minute"),
    [
        ("10:30", 10, 30),
        ("9:05", 9, 5),
        ("14.05", 14, 5),
        ("1030", 10, 30),
        ("१०:३०", 10, 30),
        ("10:30 AM", 10, 30),
        ("2:15 p.m.", 14, 15),
        ("12:00 am", 0, 0),
        ("12:30pm", 12, 30),
        ("5 pm", 17, 0),
        ("पूर्वाह्न 10:30", 10, 30),
        ("अपराह्न 2:15", 14, 15),
        ("00:00", 0, 0),
    ],
)
def test_a_time_is_read_in_every_usual_form(text: str, hour: int, minute: int):
    assert parse_time(text) == time(hour, minute)


@pytest.mark.parametrize("text", ["", "10", "24:00", "10:60", "13:00 pm", "0:30 am", "noon", "10:3", "pm"])
def test_what_is_no_time_is_refused(text: str):
    assert refusal(parse_time, text) == "time"


@pytest.mark.parametrize(
    "text", ["100000", "1,00,000", "100,000", "१,००,०००", "१०००००", " 100 000 ", "100000.0"]
)
def test_a_hundred_thousand_is_read_in_every_grouping(text: str):
    assert parse_whole(text) == 100_000


@pytest.mark.parametrize(
    "text", ["", "-1", "1.5", "1,0", "10,00", "1,0000", "1e5", "abc", "1,,000", "9" * 16]
)
def test_what_is_no_whole_number_is_refused(text: str):
    assert refusal(parse_whole, text) == "whole"


@given(st.integers(0, 10**15 - 1))
def test_a_whole_number_comes_back_from_both_groupings(number: int):
    head, tail = str(number)[:-3], str(number)[-3:]
    pairs = [head[max(end - 2, 0) : end] for end in range(len(head), 0, -2)][::-1]
    assert parse_whole(",".join([*pairs, tail])) == number
    assert parse_whole(f"{number:,}") == number


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, Text("{number}", number="0")),
        (99_999, Text("{number}", number="99,999")),
        (100_000, Text("{number} lakh", number="1")),
        (550_000, Text("{number} lakh", number="5.5")),
        (1_234_567, Text("{number} lakh", number="12.35")),
        (9_999_999, Text("{number} crore", number="1")),
        (55_000_000, Text("{number} crore", number="5.5")),
        (60_000_000, Text("{number} crore", number="6")),
        (20_703_900_000, Text("{number} crore", number="2,070.39")),
    ],
)
def test_large_counts_are_told_in_lakh_and_crore(count: int, words: Text):
    assert in_lakh_and_crore(count) == words
