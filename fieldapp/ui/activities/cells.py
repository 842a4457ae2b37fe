"""What a roster cell shows, and what typing or a single key makes of it. No Qt: the meaning of the key map.

A cell takes a roster row and gives a new one. Which cells a grid has is said in columns.py.
"""

from dataclasses import dataclass, field
from typing import Any, NamedTuple
from unicodedata import normalize

from msgspec.structs import replace

from fieldapp.domain.codes import Code, Mark
from fieldapp.domain.consent import anonymous
from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.fields import Field, Name, PlaceRef
from fieldapp.domain.identifiers import fold_digits, mask_mobile, mobile
from fieldapp.domain.records import RosterRow
from fieldapp.domain.text import Text

# The same physical keys on the InScript (Hindi) keyboard, without and with Shift.
_INSCRIPT = (
    dict(zip("ौैाीूबहगदजोे्िुपरकतॆंमनवलस", "QWERTYUIOPASDFGHJKLZXCVBNM", strict=True))
    | dict(zip("औऐआईऊभङघधझओएअइउफऱखथऒँणऩऴळश", "QWERTYUIOPASDFGHJKLZXCVBNM", strict=True))
    | {"य": "/", "य\u093c": "?", "ऍ": "!"}
)


def latin_key(character: str) -> str:
    """The Latin capital on the key that typed this character, so that codes work under a Hindi layout."""
    return _INSCRIPT.get(normalize("NFC", character), fold_digits(character).upper())


def latin_keys(text: str) -> str:
    """Text that a scanner typed under a Hindi layout as it meant it; what is Latin stays as it is."""
    return "".join(one if one.isascii() else latin_key(one) for one in text)


class Shown(NamedTuple):
    """What a cell shows; a place is named in the language spoken.

    sign: '' or an icon drawn after the words; tone: '', good, amber, red or muted.
    """

    text: Text | str | PlaceRef = ""
    sign: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Cell:
    """One column's way with a row. typed: a line opens when a person types; keys: single keys it takes."""

    one: Field
    typed: bool = field(default=True, init=False)
    fixed: bool = field(default=False, init=False)
    centred: bool = field(default=False, init=False)

    @property
    def holds_text(self) -> bool:
        """Whether words stand in it, rather than one of a few answers."""
        return self.typed

    def value(self, row: RosterRow) -> Any:
        return getattr(row, self.one.name)

    def is_empty(self, row: RosterRow) -> bool:
        return not self.value(row)

    def put(self, row: RosterRow, value: Any) -> RosterRow:
        return replace(row, **{self.one.name: value})

    def clear(self, row: RosterRow) -> RosterRow:
        return self.put(row, self.one.empty)

    def like(self, row: RosterRow, above: RosterRow) -> RosterRow:
        """The row with this cell as in the other row (Ctrl+D, sticky values)."""
        return self.put(row, self.value(above))

    def shows(self, row: RosterRow, hindi: bool) -> Shown:  # noqa: ARG002 (names look at the language)
        return Shown(str(self.value(row) or ""))

    def offer(self, above: RosterRow, hindi: bool) -> Shown:
        """What is offered grey when the row above has this."""
        return self.shows(above, hindi)

    def text(self, row: RosterRow, hindi: bool) -> str:  # noqa: ARG002
        """What stands in the line when the cell is edited."""
        return str(self.value(row) or "")

    def take(self, row: RosterRow, text: str) -> RosterRow:
        """The row with what was typed. Raises InvalidInput when that cannot be kept here."""
        return self.put(row, " ".join(text.split()))

    def press(self, row: RosterRow, key: str, *, fresh: bool) -> RosterRow | None:  # noqa: ARG002
        """The row after one key; None when the key means nothing here, or begins the words of a line.

        fresh: nothing has been typed since the cell was entered.
        """
        return None

    def typed_keys(self, row: RosterRow, saved: RosterRow) -> str:  # noqa: ARG002
        """The keys that made this cell of the saved one, where it takes single keys."""
        return ""

    def keys(self, row: RosterRow) -> list[tuple[str, Text]]:  # noqa: ARG002
        """The single keys it takes now, with their meaning."""
        return []


class TextCell(Cell):
    """Plain words."""


class MobileCell(Cell):
    """Ten digits, masked unless they are being edited."""

    def shows(self, row: RosterRow, hindi: bool) -> Shown:  # noqa: ARG002
        return Shown(mask_mobile(row.mobile))

    def take(self, row: RosterRow, text: str) -> RosterRow:
        """Whether a number may stand in this home is the rules' to say; here only its form is cleaned."""
        return self.put(row, mobile(text, demo=True) or fold_digits(text).strip())


class NameCell(Cell):
    """A name in both scripts; the one of the language is shown, the other when that is missing."""

    def shows(self, row: RosterRow, hindi: bool) -> Shown:
        return Shown(self.value(row).shown(hindi))

    def text(self, row: RosterRow, hindi: bool) -> str:
        shown: str = self.value(row).shown(hindi)
        return shown

    def take(self, row: RosterRow, text: str) -> RosterRow:
        """Words without the name line (a paste): Devanagari is the Hindi name, anything else the Latin."""
        words = " ".join(text.split())
        if not words:
            return self.clear(row)
        if any("\u0900" <= c <= "\u097f" for c in words):
            return self.put(row, Name(hi=words))
        return self.put(row, Name(en=words))

    def keys(self, row: RosterRow) -> list[tuple[str, Text]]:  # noqa: ARG002
        return [("Space", Text("Latin letters become Hindi")), ("Backspace", Text("and Latin again"))]


WITHOUT_NAME = "-"
"""The key that counts a person without a name: the dash that stands in such a line on paper."""


class PersonNameCell(NameCell):
    """Who came; one key counts a person without a name (domain reference 4.3)."""

    def is_empty(self, row: RosterRow) -> bool:
        return not (row.name or row.anonymous)

    def shows(self, row: RosterRow, hindi: bool) -> Shown:
        if row.anonymous and not row.name:
            return Shown(Text("No name"), "", "muted")
        return super().shows(row, hindi)

    def put(self, row: RosterRow, value: Any) -> RosterRow:
        return replace(row, name=value, anonymous=row.anonymous and not value)

    def press(self, row: RosterRow, key: str, *, fresh: bool) -> RosterRow | None:  # noqa: ARG002
        """Takes out everything that says who it is; the key again makes it a row with a name to come."""
        if key != WITHOUT_NAME:
            return None
        if row.anonymous:
            return replace(row, anonymous=False)
        return replace(anonymous(row), consent=row.consent, notice_version=row.notice_version)

    def keys(self, row: RosterRow) -> list[tuple[str, Text]]:
        return [*super().keys(row), (WITHOUT_NAME, Text("Count without a name"))]


@dataclass(frozen=True)
class NumberCell(Cell):
    """A whole number from 0 to the field's most; 0 is empty."""

    centred: bool = field(default=True, init=False)

    def take(self, row: RosterRow, text: str) -> RosterRow:
        digits = fold_digits(text).replace(",", "").strip()
        if (digits and not digits.isdecimal()) or (digits and int(digits) > self.one.most):
            raise InvalidInput(
                Text("{label} is a number from 0 to {most}.", label=Text(self.one.label), most=self.one.most),
                Text("Type it again; nothing else has changed."),
                "number",
            )
        return self.put(row, int(digits or 0))


class PlaceCell(Cell):
    """A village in the words of the paper; the key comes from the place line."""

    def shows(self, row: RosterRow, hindi: bool) -> Shown:  # noqa: ARG002
        return Shown(self.value(row))

    def text(self, row: RosterRow, hindi: bool) -> str:  # noqa: ARG002
        words: str = self.value(row).words
        return words

    def take(self, row: RosterRow, text: str) -> RosterRow:
        words = " ".join(text.split())
        known: PlaceRef = self.value(row)
        return row if words == known.words else self.put(row, PlaceRef(words=words))


def codes_of(one: Field) -> type[Code]:
    """The code list of a field of codes."""
    if one.codes is None:
        raise TypeError(f"{one.name} has no codes")
    return one.codes


@dataclass(frozen=True)
class OneKeyCell(Cell):
    """A cell that takes single keys only."""

    typed: bool = field(default=False, init=False)
    centred: bool = field(default=True, init=False)


class CodeCell(OneKeyCell):
    """One key for each code that has one; the short word is shown."""

    def shows(self, row: RosterRow, hindi: bool) -> Shown:  # noqa: ARG002
        return Shown(codes_of(self.one).words(self.value(row), short=True))

    def press(self, row: RosterRow, key: str, *, fresh: bool) -> RosterRow | None:  # noqa: ARG002
        found = next((code for code in codes_of(self.one) if code.key == key), None)
        return None if found is None else self.put(row, str(found))

    def typed_keys(self, row: RosterRow, saved: RosterRow) -> str:  # noqa: ARG002
        return next((code.key for code in codes_of(self.one) if code == self.value(row)), "")

    def keys(self, row: RosterRow) -> list[tuple[str, Text]]:  # noqa: ARG002
        return [(code.key, Text(code.label)) for code in codes_of(self.one) if code.key]


WITHOUT_A_NAME = "A"


class ConsentCell(CodeCell):
    """Consent, and the version of the notice it was given on (DPDP Act 2023, section 6)."""

    def put(self, row: RosterRow, value: Any) -> RosterRow:
        if value == row.consent:
            return row
        return replace(row, consent=value, notice_version=0)

    def press(self, row: RosterRow, key: str, *, fresh: bool) -> RosterRow | None:
        if key == WITHOUT_A_NAME:
            return anonymous(row)
        return super().press(row, key, fresh=fresh)

    def keys(self, row: RosterRow) -> list[tuple[str, Text]]:
        return [*super().keys(row), (WITHOUT_A_NAME, Text("Refused: count without a name"))]


_MARKS: dict[str, Text] = {Mark.SIGNATURE: Text("Sig."), Mark.THUMB: Text("LT")}


class MarkCell(CodeCell):
    """Signature or thumb impression, in the two letters there is room for."""

    def shows(self, row: RosterRow, hindi: bool) -> Shown:
        brief = _MARKS.get(row.mark)
        return Shown(brief) if brief else super().shows(row, hindi)


class TickCell(OneKeyCell):
    """Yes or nothing: Space changes it, Y and N set it."""

    def shows(self, row: RosterRow, hindi: bool) -> Shown:  # noqa: ARG002
        return Shown(Text("Yes") if self.is_on(row) else "", "dot" if self.is_on(row) else "")

    def is_on(self, row: RosterRow) -> bool:
        return bool(self.value(row))

    def is_empty(self, row: RosterRow) -> bool:
        return not self.is_on(row)

    def set(self, row: RosterRow, on: bool) -> RosterRow:
        return self.put(row, on)

    def clear(self, row: RosterRow) -> RosterRow:
        return self.set(row, False)

    def press(self, row: RosterRow, key: str, *, fresh: bool) -> RosterRow | None:  # noqa: ARG002
        wanted = {" ": not self.is_on(row), "Y": True, "N": False}.get(key)
        return None if wanted is None else self.set(row, wanted)

    def typed_keys(self, row: RosterRow, saved: RosterRow) -> str:  # noqa: ARG002
        return "Y" if self.is_on(row) else "N"

    def keys(self, row: RosterRow) -> list[tuple[str, Text]]:  # noqa: ARG002
        return [("Space", Text("Yes or no"))]


@dataclass(frozen=True)
class DayCell(TickCell):
    """Present on one day, counted from 1."""

    day: int = 1

    def is_on(self, row: RosterRow) -> bool:
        return row.present_on(self.day)

    def set(self, row: RosterRow, on: bool) -> RosterRow:
        bit = 1 << (self.day - 1)
        return replace(row, present=row.present | bit if on else row.present & ~bit)

    def like(self, row: RosterRow, above: RosterRow) -> RosterRow:
        return self.set(row, above.present_on(self.day))

    def keys(self, row: RosterRow) -> list[tuple[str, Text]]:  # noqa: ARG002
        return [("Space", Text("Present or absent"))]
