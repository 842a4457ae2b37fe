"""The places one may mean by what was typed, for every line that takes one; and how a new one is added."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from fieldapp.domain.codes import Level
from fieldapp.domain.fields import Name, PlaceRef
from fieldapp.domain.place_tables import OfferedPlace
from fieldapp.domain.places import Gazetteer, Place, marked, shown
from fieldapp.domain.records import Place as PlaceRecord
from fieldapp.domain.text import Text
from fieldapp.ui.words import Words

MOST = 6
FROM_LETTERS = 2
_ADD_FROM_LETTERS = 3
_PARENTS = 2
_BELOW: Mapping[Level, tuple[Level, ...]] = {
    Level.BLOCK: (Level.VILLAGE, Level.GP),
    Level.GP: (Level.VILLAGE, Level.HAMLET),
    Level.VILLAGE: (Level.HAMLET,),
    Level.ULB: (Level.WARD,),
}
_LIES_IN = (Level.BLOCK, Level.ULB)


class Offer(NamedTuple):
    """A place that may be meant, and what tells it from others of its name.

    new: the record to keep first, for a place that is added with this choice; its place has no key yet.
    """

    place: PlaceRef
    words: str
    new: PlaceRecord | None = None


Keep = Callable[[PlaceRecord], str]
"""Keeps a place record that has no id yet; gives its key, or '' when it was not kept (and says why)."""


class PlaceBook:
    """Asked at every keystroke, so that a place added a moment ago is offered in every open line."""

    def __init__(
        self,
        words: Words,
        places: Callable[[], Gazetteer | None],
        *,
        near: Callable[[], str] = lambda: "",
        keep: Keep | None = None,
        listed: Callable[[], Mapping[str, tuple[OfferedPlace, ...]]] = dict,
    ) -> None:
        """places: what is known now. near: the key of the home's own place. keep: None: nothing is added.

        listed: block key -> panchayats and villages that can be added with both names and their code.
        """
        self._words = words
        self._places = places
        self._near = near
        self._keep = keep
        self._listed = listed
        self._listings: dict[str, Gazetteer] = {}

    @classmethod
    def of(cls, words: Words, places: Gazetteer | None) -> "PlaceBook":
        """A book that nothing is added to."""
        return cls(words, lambda: places)

    def offers(self, typed: str, known: Iterable[PlaceRef] = (), near: str = "") -> tuple[Offer, ...]:
        """Places that begin like what was typed, the best first, then how the words could be added.

        known: places to offer first, such as those of a roster. near: the key of a place to prefer to the
        home's own. 'Tupra, Chas' looks for Tupra in Chas, and adds it there.
        """
        name, _, above = (" ".join(part.split()) for part in typed.partition(","))
        if len(name) < FROM_LETTERS:
            return ()
        found = [
            Offer(place, self.said(place))
            for place in dict.fromkeys(known)
            if any(one.casefold().startswith(name.casefold()) for one in (place.words, self.said(place)))
        ]
        places = self._places()
        if places is None:
            return tuple(found[:MOST])
        near = near or self._near()
        parents = self._parents(places, above, near)
        found += [
            Offer(PlaceRef(place.key, self._name(place)), self._path(place, places))
            for within in ([parent.key for parent in parents] if above else [""])
            for place in places.find(name, within=within, limit=MOST, near=near)
        ]
        once = {offer.place: offer for offer in reversed(found)}
        kept = list(reversed(once.values()))[:MOST]
        return (*kept, *(new for parent in parents for new in self._to_add(name, parent, places)))

    def said(self, place: PlaceRef) -> str:
        """The words of a place in the language spoken now."""
        return self._words.place(place)

    def take(self, offer: Offer) -> PlaceRef | None:
        """The place of an offer that was chosen; one to be added is kept first. None when that failed."""
        if offer.new is None:
            return offer.place
        key = self._keep(offer.new) if self._keep is not None else ""
        return PlaceRef(key, offer.place.words) if key else None

    def meant(self, words: str, known: Iterable[PlaceRef] = (), near: str = "") -> PlaceRef:
        """What words mean that nobody chose from the list: the one place of that name, or just words."""
        typed = words.casefold()
        same = {place for place in known if typed in (place.words.casefold(), self.said(place).casefold())}
        if len(same) == 1:
            return same.pop()
        places = self._places()
        place = places.meant(words, near or self._near()) if places is not None and not same else None
        return PlaceRef(place.key if place else "", words)

    # ------------------------------------------------------------ within

    def _name(self, place: Place) -> str:
        return shown(place, self._words.language.code)[0]

    def _marked(self, place: Place) -> str:
        return marked(place, self._words.language.code)

    def _path(self, place: Place, places: Gazetteer) -> str:
        """'Khairachatar · Village · Kasmar, Bokaro'."""
        above = ", ".join(map(self._marked, places.ancestors(place.key)[:2]))
        level = self._words.render(Level.words(place.level))
        return " · ".join(filter(None, (self._marked(place), level, above)))

    def _parents(self, places: Gazetteer, above: str, near: str) -> list[Place]:
        """Where a new place would lie: in what is written after a comma, else in the home's block or town."""
        if above:
            found = places.find(above, levels=tuple(_BELOW), limit=_PARENTS, near=near)
            return sorted(found, key=lambda place: place.level is Level.ULB)
        own = places.get(near)
        chain = (*((own,) if own else ()), *places.ancestors(near))
        return [place for place in chain if place.level in _LIES_IN][:1]

    def _to_add(self, name: str, parent: Place, places: Gazetteer) -> Sequence[Offer]:
        enough = len(name) >= _ADD_FROM_LETTERS and any(letter.isalpha() for letter in name)
        if self._keep is None or not enough:
            return ()
        listing = self._listing(parent)
        offers = [
            self._new(one, parent)
            for one in listing.find(name, limit=MOST)
            if not places.namesakes(one.name_en or one.name_hi, parent.key)
        ]
        if not places.namesakes(name, parent.key) and not listing.namesakes(name, parent.key):
            hindi, english = ("", name) if name.isascii() else (name, "")
            offers += [self._new(Place("", level, english, hindi), parent) for level in _BELOW[parent.level]]
        return offers

    def _listing(self, parent: Place) -> Gazetteer:
        """What is listed for a block, as a gazetteer of its own."""
        if parent.key not in self._listings:
            listed = enumerate(self._listed().get(parent.key, ()))
            self._listings[parent.key] = Gazetteer((), {}).with_typed(
                Place(str(n), one.level, one.name_en, one.name_hi, one.aliases, parent.key, one.lgd_code)
                for n, one in listed
            )
        return self._listings[parent.key]

    def _new(self, place: Place, parent: Place) -> Offer:
        record = PlaceRecord(
            id="",
            level=str(place.level),
            parent=PlaceRef(parent.key, self._name(parent)),
            name=Name(place.name_hi, place.name_en),
            aliases="; ".join(place.aliases),
            lgd_code=place.lgd_code,
        )
        words = Text(
            "Add “{name}” as {level} in {place}",
            name=self._name(place),
            level=Level.words(place.level),
            place=self._marked(parent),
        )
        return Offer(PlaceRef("", self._name(place)), self._words.render(words), record)
