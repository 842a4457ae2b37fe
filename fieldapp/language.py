"""Text becomes words: Hindi, English or both; and dates, times and numbers as people write them here.

English is the msgid itself. Hindi comes from `resources/i18n/hi.mo`; a state with words of its own has an
overlay of whole messages beside it (`hi_JH.mo`, `en_JH.mo`), asked first. Which words differ from state to
state: domain reference 8.2, resources/places/state_words.tsv.
"""

import datetime as dt
from functools import cache
from gettext import GNUTranslations, NullTranslations
from typing import Self, final

from fieldapp.domain.errors import EnvironmentProblem
from fieldapp.domain.text import Text
from fieldapp.resources import resource

# India has one zone and no summer time, so no zone database is needed (Windows has none).
INDIA = dt.timezone(dt.timedelta(hours=5, minutes=30), "IST")
CATALOGUES = resource("i18n")

_OVERLAYS = {
    "state:5": "UP",
    "state:9": "UP",
    "state:10": "BR",
    "state:20": "JH",
    "state:22": "MP",
    "state:23": "MP",
    "state:27": "MH",
    "state:30": "GA",
}
_OTHER_STATES = "IN"


def overlay_of(state: str) -> str:
    """The overlay that the people of a state are spoken to with, by its key: 'state:20' has 'JH'.

    Uttarakhand speaks as Uttar Pradesh, Chhattisgarh as Madhya Pradesh; every state that is not named has the
    words that are common outside Bihar and Jharkhand. No state ('') has no overlay.
    """
    return _OVERLAYS.get(state, _OTHER_STATES) if state else ""


@final
class Language:
    """One language to speak to a person in. `code` is 'hi' or 'en'."""

    def __init__(self, code: str, words: NullTranslations, overlay: str | None = None) -> None:
        self.code = code
        self._words = words
        self._overlay = overlay

    @classmethod
    def named(cls, code: str, overlay: str | None = None) -> Self:
        """The language 'hi' or 'en'; `overlay` is a state's two letters, e.g. 'JH'.

        A state without a catalogue of its own speaks the common words. Raises EnvironmentProblem when the
        common catalogue is missing, KeyError for a language the program does not speak.
        """
        return cls(code, _words(code, overlay), overlay)

    def render(self, text: Text | str) -> str:
        """The words of `text`; a Text among its values is rendered too, a date becomes dd-mm-yyyy,
        a time dd-mm-yyyy HH:MM:SS in India.

        A str is somebody's own words (a name, a number) and comes back as it is.
        """
        if isinstance(text, str):
            return text
        if not text.msgid:  # gettext keeps the catalogue's header under the empty msgid
            return ""
        words = self._words.gettext(text.msgid)
        return words.format(**{name: self._value(value) for name, value in text.args.items()})

    def both(self, text: Text | str, joiner: str = " / ") -> str:
        """Hindi and English, for paper and for messages that matter; once only where they are the same."""
        hindi = Language.named("hi", self._overlay).render(text)
        english = Language.named("en", self._overlay).render(text)
        return hindi if hindi == english else f"{hindi}{joiner}{english}"

    def date(self, day: dt.date) -> str:
        """dd-mm-yyyy, the same in every language."""
        return f"{day.day:02}-{day.month:02}-{day.year:04}"

    def clock(self, when: dt.datetime) -> str:
        """HH:MM:SS in India of an aware time."""
        return f"{when.astimezone(INDIA):%H:%M:%S}"

    def number(self, count: int) -> str:
        """Indian grouping: 1234567 is 12,34,567."""
        digits = str(abs(count))
        head, tail = digits[:-3], digits[-3:]
        pairs = [head[max(end - 2, 0) : end] for end in range(len(head), 0, -2)]
        return ("-" if count < 0 else "") + ",".join([*reversed(pairs), tail])

    def rupees(self, paise: int) -> str:
        """An amount in rupees, with paise only where there are any: 6400 is ₹64, 150 is ₹1.50."""
        whole, rest = divmod(abs(paise), 100)
        return ("-" if paise < 0 else "") + "₹" + self.number(whole) + (f".{rest:02}" if rest else "")

    def _value(self, value: object) -> object:
        if isinstance(value, Text):
            return self.render(value)
        if isinstance(value, dt.datetime):
            return f"{self.date(value.astimezone(INDIA))} {self.clock(value)}"
        return self.date(value) if isinstance(value, dt.date) else value


@cache
def _words(code: str, overlay: str | None) -> NullTranslations:
    special = _catalogue(f"{code}_{overlay}") if overlay else None
    if code == "en":
        return special or NullTranslations()
    if code != "hi":
        raise KeyError(code)
    common = _catalogue("hi")
    if common is None:
        raise EnvironmentProblem(
            Text("The Hindi words of the program are missing"),
            Text("Install the program again. In a checkout of the source, any ./dev command makes them."),
            code="words_missing",
        )
    if special is None:
        return common
    special.add_fallback(common)
    return special


def _catalogue(name: str) -> GNUTranslations | None:
    try:
        with (CATALOGUES / f"{name}.mo").open("rb") as file:
            return GNUTranslations(file)
    except FileNotFoundError:
        return None


def in_both_languages(text: Text) -> tuple[str, ...]:
    """The words of a Text in Hindi and in English: what headings and answers of a list may be."""
    return tuple(Language.named(code).render(text) for code in ("hi", "en"))
