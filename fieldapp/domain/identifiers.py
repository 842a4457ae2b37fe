"""Numbers that people write, and the numbers that must not be kept.

Centre IDs, mobile numbers and receipt numbers are brought into one form and checked here. The guard,
`find_forbidden_number`, looks for Aadhaar numbers, Aadhaar virtual IDs and full card numbers in any text
(domain reference 3.2 and 4.2). It runs over every text of an import, so it gives up early.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import accumulate
from typing import Literal

from fieldapp.domain.check_digits import luhn_ok, verhoeff_digit, verhoeff_ok
from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.text import Text

# ---------------------------------------------------------------- digits


class _DigitFolding(dict[int, str]):
    """A character -> the digits 0-9 it stands for, or itself. Filled as characters turn up."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        plain = unicodedata.normalize("NFKC", character)
        if any(c.isdecimal() for c in plain):
            plain = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in plain)
        else:
            plain = character
        self[code] = plain
        return plain


_DIGITS = _DigitFolding()


def fold_digits(text: str) -> str:
    """The text with the digits of every script, and full-width ones, as 0-9: १२३ becomes 123."""
    return text if text.isascii() else text.translate(_DIGITS)


# ---------------------------------------------------------------- centre IDs, mobiles, receipt numbers


def _bare(text: str) -> str:
    """Without blanks, dashes, dots, brackets and invisible characters; digits as 0-9."""
    kept = (c for c in fold_digits(text) if not (c.isspace() or c in ".()" or _is_dash(c) or _is_unseen(c)))
    return "".join(kept)


def _is_dash(character: str) -> bool:
    return character == "\N{MINUS SIGN}" or unicodedata.category(character) == "Pd"


def _is_unseen(character: str) -> bool:
    return unicodedata.category(character) in ("Cf", "Me", "Mn")


def csc_id(text: str) -> str:
    """A centre ID in its plain form: digits as 0-9, blanks and dashes out. It may still be a wrong one."""
    return _bare(text)


def csc_id_problem(text: str) -> Text | None:
    """What is wrong with a centre ID, or None. A centre ID has 12 digits (domain reference 2.1)."""
    if re.fullmatch("[0-9]{12}", csc_id(text)):
        return None
    return Text("A centre ID has 12 digits.")


def csc_id_doubt(text: str) -> Text | None:
    """What is doubtful about a centre ID of 12 digits, or None.

    Its last digit is very probably a Verhoeff check digit: both published samples fit. There is no official
    word on it, so a misfit asks and never refuses.
    """
    plain = csc_id(text)
    if csc_id_problem(plain) or verhoeff_ok(plain):
        return None
    return Text("The last digit of this centre ID does not fit the others. Please check it on the papers.")


def demo_csc_id(number: int) -> str:
    """An invented centre ID, 1 to 9,999,999,999 -> 12 digits: the first is 1, which no Aadhaar number has."""
    if not 0 < number < 10**10:
        raise ValueError(number)
    digits = f"1{number:010}"
    return digits + verhoeff_digit(digits)


def is_demo_csc_id(text: str) -> bool:
    """Whether a centre ID is one of the invented ones, which begin with 0 or 1 and carry a check digit."""
    plain = csc_id(text)
    return csc_id_problem(plain) is None and plain[0] in "01" and verhoeff_ok(plain)


def mobile(text: str, *, demo: bool = False) -> str | None:
    """The ten digits of an Indian mobile number, or None when the text is not one.

    +91, 91 and 0 in front, blanks, dashes and digits of other scripts are taken; also the '.0' a spreadsheet
    puts behind a number. Numbers that begin with 5 belong to nobody: `demo` lets them pass.
    """
    plain = _bare(re.sub(r"\.0+\s*$", "", fold_digits(text).strip())).removeprefix("+")
    found = re.fullmatch(r"(?:0?0?91|0)?([5-9][0-9]{9})", plain)
    if found is None or (found[1][0] == "5" and not demo):
        return None
    return found[1]


def mobile_doubt(number: str) -> Text | None:
    """What is doubtful about ten digits of a mobile number, or None: 9999999999, 9876543210."""
    if len(set(number)) == 1 or number in ("9876543210", "6789012345"):
        return Text("This mobile number looks made up. Please check it.")
    return None


def mask_mobile(number: str) -> str:
    """A mobile number for lists and paper: 50••••••21. Anything shorter than six characters hides whole."""
    if len(number) < 6:
        return "•" * len(number)
    return number[:2] + "•" * (len(number) - 4) + number[-2:]


def reference_number(text: str) -> str:
    """A receipt number as it is kept: digits as 0-9, letters in capitals, no blanks.

    Dashes and dots go where nothing but digits is left; in a wallet's own number they are part of it. Blanks
    stay where a forbidden number would be hidden by its neighbour without them.
    """
    plain, written = _bare(text), fold_digits(text).upper().split()
    joined = plain if plain.isdigit() else "".join(written)
    hidden = find_forbidden_number(text, field="reference") and not find_forbidden_number(
        joined, field="reference"
    )
    return " ".join(written) if hidden else joined


def rrn_day(rrn: str, near: date) -> date | None:
    """The day a receipt number (RRN) was given out, as the number itself says, or None when it says none.

    A 12-digit RRN is YDDD and eight more digits: last digit of the year, day of the year. The year is the one
    nearest to `near`. Use it to ask, never to refuse: the form is said to have changed.
    """
    if not re.fullmatch("[0-9]{12}", rrn):
        return None
    year = near.year + (int(rrn[0]) - near.year + 5) % 10 - 5
    number = int(rrn[1:4])
    if not 1 <= number <= 366:
        return None
    day = date(year, 1, 1) + timedelta(days=number - 1)
    return day if day.year == year else None


def rrn_fits(rrn: str, day: date, within: int = 1) -> bool:
    """Whether the day a receipt number says lies at most `within` days from `day`."""
    return len(rrn) == 12 and rrn.startswith(_rrn_beginnings(day, within))


@lru_cache(maxsize=100)
def _rrn_beginnings(day: date, within: int) -> tuple[str, ...]:
    days = (day + timedelta(days=shift) for shift in range(-within, within + 1))
    return tuple(f"{d.year % 10}{d:%j}" for d in days)


# ---------------------------------------------------------------- the guard

Guarded = Literal["text", "reference", "mobile", "csc_id"]


@dataclass(frozen=True, slots=True)
class Forbidden:
    """A number that must not be kept, by its place in the text: start and end, and never its digits.

    severity: 'refuse' (clear the field and its undo) or 'ask' (keep it only after a person has confirmed it).
    field: what kind of field it stands in.
    """

    kind: Literal["aadhaar", "vid", "card"]
    severity: Literal["refuse", "ask"]
    start: int
    end: int
    field: Guarded = "text"

    @property
    def message(self) -> Text:
        """What to tell the person who typed it."""
        if self.severity == "ask" and self.field == "csc_id":
            return Text("This centre ID is not registered here. An Aadhaar number must not be entered.")
        if self.severity == "ask" and self.kind == "card":
            return Text("Is this the number on the receipt? A full card number must not be entered.")
        if self.severity == "ask":
            return Text("Is this the number on the receipt? An Aadhaar number must not be entered.")
        if self.kind == "card":
            return Text("This appears to be a full card number. Enter only the last 4 digits.")
        return Text("Do not enter an Aadhaar number. This number has not been saved.")


class _ScanFolding(dict[int, str]):
    """A character -> what the scan needs to know of it: a digit, a separator, unseen (\\0), or other (x)."""

    def __missing__(self, code: int) -> str:
        self[code] = plain = "".join(map(self._plain, unicodedata.normalize("NFKC", _DIGITS[code])))
        return plain

    @staticmethod
    def _plain(character: str) -> str:
        if character.isascii():
            return character
        if character.isspace():
            return " "
        if _is_dash(character):
            return "-"
        return "\0" if _is_unseen(character) else "x"


_SCAN = _ScanFolding()
_DIGIT_LIKE = re.compile(r"[\d¹²³¼-¾⁰-₉⅐-⅟↉①-⓿㉐-㋿㍘-㏾\U0001f100-\U0001f10a]")
_BETWEEN = r"\0*(?:[\s\-./:_]\0*){0,3}"  # three, so that ' - ' counts; what cannot be seen is not counted
_CHAIN = re.compile(rf"[0-9](?:{_BETWEEN}[0-9]){{11,}}")
_DATE = re.compile(
    r"(?<![0-9])(?:"
    r"(?:0?[1-9]|[12][0-9]|3[01])([-./])(?:0?[1-9]|1[0-2])\1(?:19|20)[0-9]{2}"
    r"|(?:19|20)[0-9]{2}([-./]?)(?:0[1-9]|1[0-2])\2(?:0[1-9]|[12][0-9]|3[01])"
    r")(?![0-9])"
)
_CARD_ISSUER = re.compile(r"[3-6]|8[12]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720")


def find_forbidden_number(
    text: str,
    *,
    allowed: frozenset[str] = frozenset(),
    near_day: date | None = None,
    field: Guarded = "text",
    demo: bool = False,
) -> Forbidden | None:
    """The number in `text` that must not be kept, the worst one first, or None.

    allowed: the registered centre IDs, which carry the same check digit and pass everywhere. near_day: the
    day of the activity, for receipt numbers. field: what the text is: in a 'mobile' field a mobile number
    with 91 in front passes; in a 'reference' field a number whose first digits name that day passes, one
    whose day cannot be (not 001-366) is refused, and others that only look forbidden are asked about; in a
    'csc_id' field a centre ID passes, and is asked about when `allowed` does not hold it. demo: mobile
    numbers that begin with 5 are mobile numbers.
    """
    if not _DIGIT_LIKE.search(text):
        return None
    plain = text if text.isascii() else text.translate(_SCAN)
    if not _CHAIN.search(plain):
        return None
    if field == "mobile" and mobile(text, demo=demo) is not None:
        return None
    if field == "reference" and near_day is not None and plain.isdigit() and rrn_fits(plain, near_day):
        return None
    whole_id = csc_id(text) if field == "csc_id" else ""
    if whole_id and (whole_id in allowed or (not allowed and csc_id_problem(whole_id) is None)):
        return None
    worst = None
    for kind, digits, start, end in _look_alikes(plain, allowed):
        severity = _severity(kind, digits, field, near_day, digits == whole_id)
        if severity == "refuse" or (severity == "ask" and worst is None):
            worst = Forbidden(kind, severity, *_span(text, start, end), field)
        if severity == "refuse":
            break
    return worst


def _severity(
    kind: str, digits: str, field: Guarded, near_day: date | None, whole_id: bool
) -> Literal["refuse", "ask"] | None:
    if whole_id:
        return "ask"
    if field != "reference":
        return "refuse"
    if kind == "aadhaar":
        if near_day is not None and rrn_fits(digits, near_day):
            return None
        return "ask" if 1 <= int(digits[1:4]) <= 366 else "refuse"
    # Wallets give long numbers too, and one in ten fits by chance: only what begins like a card is one.
    return "refuse" if kind == "card" and _CARD_ISSUER.match(digits) else "ask"


def _look_alikes(
    plain: str, allowed: frozenset[str]
) -> Iterator[tuple[Literal["aadhaar", "vid", "card"], str, int, int]]:
    """(kind, digits, start, end) of every window of digits that has the shape and check digit of a kind."""
    windows = list(_windows(plain))
    spared = [found.span() for found in _DATE.finditer(plain)]
    spared += [(start, end) for digits, start, end, _ in windows if digits in allowed]
    for digits, start, end, longest_run in windows:
        if any(start < until and since < end for since, until in spared):
            continue
        if len(digits) == 12:
            if _aadhaar_like(digits):
                yield "aadhaar", digits, start, end
        elif longest_run < 10 or longest_run == len(digits):  # else a mobile or receipt number beside another
            if digits[0] != "0" and luhn_ok(digits):
                yield "card", digits, start, end
            elif len(digits) == 16 and _aadhaar_like(digits):
                yield "vid", digits, start, end


def _aadhaar_like(digits: str) -> bool:
    return digits[0] not in "01" and digits != digits[::-1] and verhoeff_ok(digits)


def _windows(plain: str) -> Iterator[tuple[str, int, int, int]]:
    """(digits, start, end, longest run) of every window of 12 to 19 digits that begins and ends with a run.

    Separators are not simply deleted: that would glue a number to its neighbour and so hide it.
    """
    for chain in _CHAIN.finditer(plain):
        runs = [run.span() for run in re.finditer("[0-9]+", chain[0])]
        for first, (begin, _) in enumerate(runs):
            digits, longest = "", 0
            for since, until in runs[first : first + 19]:
                digits += chain[0][since:until]
                longest = max(longest, until - since)
                if len(digits) > 19:
                    break
                if len(digits) >= 12:
                    yield digits, chain.start() + begin, chain.start() + until, longest


def _span(text: str, start: int, end: int) -> tuple[int, int]:
    """Places in the folded text -> places in the text as it was written."""
    if text.isascii():
        return start, end
    ends = list(accumulate(len(_SCAN[ord(character)]) for character in text))
    first = next(i for i, until in enumerate(ends) if until > start)
    last = next(i for i, until in enumerate(ends) if until >= end)
    return first, last + 1


_HASH_OR_ID = re.compile(r"\b(?:[0-9a-f]{32}|[0-9a-f]{64})\b")


def refuse_forbidden_number(*texts: str, allowed: frozenset[str] = frozenset()) -> None:
    """For words that are kept and belong to no record: names of logins and filters, reasons, notes.

    Raises InvalidInput 'forbidden_number'. Hashes and ids of records are no words, and are passed over.
    """
    for text in texts:
        if found := find_forbidden_number(_HASH_OR_ID.sub("", text), allowed=allowed):
            raise InvalidInput(found.message, Text("Take the number out of these words."), "forbidden_number")


def mask_forbidden_numbers(text: str, allowed: frozenset[str] = frozenset()) -> str:
    """The text with a dot for every character of a number that must not be kept, as for names of files."""
    while found := find_forbidden_number(text, allowed=allowed):
        text = text[: found.start] + "•" * (found.end - found.start) + text[found.end :]
    return text


# ---------------------------------------------------------------- drafts

_HARMLESS_DIGITS = 8
_ANY_CHAIN = re.compile(rf"[0-9](?:{_BETWEEN}[0-9])*")


def fit_for_draft(text: str, field: Guarded = "text", *, demo: bool = False) -> str:
    """What a draft may keep of words being typed: not numbers that are forbidden or may become so.

    A draft is written while somebody is still typing, when the guard cannot know yet what a number will be.
    So every number of more than eight digits goes, but for dates and for a whole mobile number in its own
    field; a dash stands in its place. Shorter ones say no more of an Aadhaar number than its mask does.
    """
    if field == "mobile" and mobile(text, demo=demo) is not None:
        return text
    if not _DIGIT_LIKE.search(text):
        return text
    plain = text if text.isascii() else text.translate(_SCAN)
    undated = _DATE.sub(lambda found: "x" * len(found[0]), plain)
    kept, done = [], 0
    for chain in _ANY_CHAIN.finditer(undated):
        if sum(character.isdigit() for character in chain[0]) > _HARMLESS_DIGITS:
            start, end = _span(text, *chain.span())
            kept.append(text[done:start] + "–")
            done = end
    return "".join(kept) + text[done:]
