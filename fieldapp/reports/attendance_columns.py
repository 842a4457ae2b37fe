"""The columns of the attendance sheet: which an activity needs, how wide, and what stands in their cells.

Layout: domain reference 2.2. Headings come from the fields of the record.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial

from fieldapp.domain.codes import Category, Code, FailureReason, Gender, Mark, PaymentMode, PaymentResult
from fieldapp.domain.fields import Field, Name, field
from fieldapp.domain.identifiers import mask_mobile
from fieldapp.domain.records import Activity, RosterRow
from fieldapp.domain.text import Text
from fieldapp.reports.attendance_contents import PRINTED_MODES, Entry
from fieldapp.reports.page import Align, Box, Line, Voice, fitted, tick, tick_box, write
from fieldapp.reports.pdf import Page

NAME_SIZE, TEXT_SIZE, SMALL_SIZE = 9.5, 8.5, 6.8

_NARROWEST = 0.6
"""A column that may shrink keeps this share of its width; then a whole column goes."""

Draw = Callable[[Page, Box, Entry], None]
Words = Callable[[RosterRow, float], tuple[Line, ...]]


@dataclass(frozen=True, slots=True)
class Column:
    """A column. width: mm. shrinks: gives way when there is no room. goes: the column with the highest
    number is left out first when shrinking is not enough; 0 is never left out."""

    heading: Text
    width: float
    draw: Draw
    shrinks: bool = False
    goes: int = 0


def fit(columns: Iterable[Column], room: float) -> tuple[Column, ...]:
    """The columns made as wide together as the room, mm; those that can be done without go if they must."""
    kept = list(columns)
    while True:
        fixed = sum(one.width for one in kept if not one.shrinks)
        share = (room - fixed) / sum(one.width for one in kept if one.shrinks)
        spare = max(kept, key=lambda one: one.goes)
        if share >= _NARROWEST or not spare.goes:
            return tuple(replace(one, width=one.width * share) if one.shrinks else one for one in kept)
        kept.remove(spare)


def columns_for(
    activity: Activity, voice: Voice, *, final: bool, category: bool, short: bool
) -> tuple[Column, ...]:
    """The columns for an activity, not yet fitted. final: what was recorded stands in the cells, not what
    is to be marked. category: whether the social category may be read by everyone who signs."""
    cells = _Cells(voice, final)
    if short:
        return (*cells.short_person(category), *cells.days(activity), cells.signature(50))
    return (
        *cells.person(category),
        *cells.work(activity),
        cells.mobile(),
        *cells.days(activity),
        *cells.payments(activity),
        cells.signature(38),
        cells.remarks(),
    )


class _Cells:
    """Makes the columns; holds what all of them need."""

    def __init__(self, voice: Voice, final: bool) -> None:
        self.voice = voice
        self.final = final

    def person(self, category: bool) -> Iterable[Column]:
        yield Column(Text("Sl. No."), 9, self._serial)
        yield _written(_heading("name"), 46, self._name, shrinks=True)
        yield _written(_heading("relation"), 40, self._relation, shrinks=True)
        yield self._coded("gender", 9, Gender)
        yield self._age()
        if category:
            yield self._coded("category", 12, Category)
        yield Column(_heading("pwd"), 10, self._pwd, goes=6)
        yield _written(_heading("village"), 28, self._village, shrinks=True)

    def short_person(self, category: bool) -> Iterable[Column]:
        yield Column(Text("Sl. No."), 9, self._serial)
        yield _written(Text("Name, father / husband"), 52, self._name_and_relation, shrinks=True)
        yield self._coded("gender", 9, Gender)
        yield self._age()
        if category:
            yield self._coded("category", 12, Category)
        yield _written(_heading("village"), 26, self._village, shrinks=True)
        yield self.mobile()

    def work(self, activity: Activity) -> Iterable[Column]:
        """Officials give designation and office, the public its occupation."""
        if field(RosterRow, "office").shows_for(activity.kind):
            yield _written(_heading("designation"), 26, _plain("designation"), shrinks=True, goes=4)
            yield _written(_heading("office"), 30, _plain("office"), shrinks=True, goes=5)
        elif field(RosterRow, "occupation").shows_for(activity.kind):
            yield _written(_heading("occupation"), 26, _plain("occupation"), shrinks=True, goes=4)

    def days(self, activity: Activity) -> Iterable[Column]:
        """One column a day where there are several; on a single day the signature itself says it."""
        if activity.days == 1:
            return
        width = max(4.4, min(10.0, 40 / activity.days))
        for day in range(1, activity.days + 1):
            yield Column(Text("Day {n}", n=day), width, partial(self._day, day))

    def payments(self, activity: Activity) -> Iterable[Column]:
        """Two practice payments, what they entitle to, and the certificate (seed: Bokaro)."""
        if not field(RosterRow, "tries").shows_for(activity.kind):
            return
        for slot in (1, 2):
            yield Column(Text("Payment {n}", n=slot), 21, partial(self._payment, slot))
        yield Column(_heading("chai"), 8.5, partial(self._given, "chai"))
        yield Column(_heading("samosa"), 9.5, partial(self._given, "samosa"))
        yield _written(_heading("certificate"), 17, self._certificate, shrinks=True)

    def mobile(self) -> Column:
        return _written(_heading("mobile"), 19.5, self._mobile, goes=7)

    def signature(self, width: float) -> Column:
        return Column(Text(field(RosterRow, "mark").label), width, self._signature)

    def remarks(self) -> Column:
        return _written(_heading("remarks"), 15, self._remarks, shrinks=True, goes=8)

    # ------------------------------------------------------------ single cells

    def _coded(self, name: str, width: float, codes: type[Code]) -> Column:
        def words(row: RosterRow, room: float) -> tuple[Line, ...]:
            return self._both(codes.words(getattr(row, name), short=True), room)

        return _written(_heading(name), width, words, align="centre")

    def _age(self) -> Column:
        return _written(
            _heading("age"),
            8.5,
            lambda row, _: (Line(str(row.age or ""), TEXT_SIZE),),
            align="centre",
            goes=3,
        )

    def _both(self, text: Text, room: float) -> tuple[Line, ...]:
        hindi, english = self.voice.pair(text)
        lines = fitted(hindi, room, TEXT_SIZE)
        return lines + fitted(english, room, SMALL_SIZE) if english else lines

    def _serial(self, page: Page, box: Box, entry: Entry) -> None:
        write(page, box, [Line(str(entry.serial), TEXT_SIZE)], "centre")

    def _name(self, row: RosterRow, room: float) -> tuple[Line, ...]:
        if row.anonymous and not row.name:
            return self._both(Text("Counted without a name"), room)
        return _in_both_scripts(row.name, room, NAME_SIZE)

    def _relation(self, row: RosterRow, room: float) -> tuple[Line, ...]:
        return _in_both_scripts(row.relation, room, TEXT_SIZE)

    def _name_and_relation(self, row: RosterRow, room: float) -> tuple[Line, ...]:
        relation = row.relation.shown(hindi=True)
        above = (
            self._name(row, room) if row.anonymous else fitted(row.name.shown(hindi=True), room, NAME_SIZE)
        )
        return above + fitted(relation, room, TEXT_SIZE - 0.5) if relation else above

    def _village(self, row: RosterRow, room: float) -> tuple[Line, ...]:
        return fitted(row.village.words, room, TEXT_SIZE, most=3)

    def _mobile(self, row: RosterRow, room: float) -> tuple[Line, ...]:
        return fitted(mask_mobile(row.mobile), room, TEXT_SIZE - 0.5, most=1)

    def _remarks(self, row: RosterRow, room: float) -> tuple[Line, ...]:
        words: list[Text | str] = [row.remarks] if row.remarks else []
        if row.guardian:
            words.append(Text("Guardian: {name}", name=row.guardian))
        if row.walk_in:
            words.append(Text("Walk-in"))
        return fitted(" · ".join(map(self.voice.hindi.render, words)), room, SMALL_SIZE, most=4)

    def _certificate(self, row: RosterRow, room: float) -> tuple[Line, ...]:
        return fitted(row.certificate, room, SMALL_SIZE, most=3)

    def _pwd(self, page: Page, box: Box, entry: Entry) -> None:
        if entry.row and entry.row.pwd:
            tick(page, _middle(box, 3.2))

    def _day(self, day: int, page: Page, box: Box, entry: Entry) -> None:
        if not (self.final and entry.row):
            return
        middle = _middle(box, 3.2)
        if entry.row.present_on(day):
            tick(page, middle)
        else:
            page.line(middle.x, box.y + box.height / 2, middle.right, box.y + box.height / 2)

    def _given(self, name: str, page: Page, box: Box, entry: Entry) -> None:
        given = self.final and entry.row is not None and getattr(entry.row, name)
        tick_box(page, (box.x + box.width / 2, box.y + box.height / 2), 4, given)

    def _payment(self, slot: int, page: Page, box: Box, entry: Entry) -> None:
        if not self.final:
            _payment_form(page, box)
        elif entry.row:
            write(page, box, self._paid(entry.row, slot, box.width - 2), "centre")

    def _paid(self, row: RosterRow, slot: int, room: float) -> Iterable[Line]:
        """The last try: mode, the end of its reference number, its result unless it worked, how many there
        were. Without a try, why there is none; never an empty cell that could be filled in later."""
        last = row.last_try(slot)
        if last is None:
            yield from (
                self._both(FailureReason.words(row.open_reason), room) if row.open_reason else [Line("–", 8)]
            )
            return
        yield from fitted(self.voice.hindi.render(PaymentMode.words(last.mode, short=True)), room, 8)
        if last.reference_number:
            yield Line(f"…{last.reference_number[-4:]}", 8)
        if last.result and last.result != PaymentResult.OK:
            yield from fitted(self.voice.line(PaymentResult.words(last.result, short=True)), room, 6.5, True)
        if last.reason:
            yield from fitted(self.voice.line(FailureReason.words(last.reason, short=True)), room, 6)
        if (count := sum(one.slot == slot for one in row.tries)) > 1:
            yield from fitted(self.voice.line(Text("Tries: {n}", n=count)), room, 6)

    def _signature(self, page: Page, box: Box, entry: Entry) -> None:
        row = entry.row
        if not (self.final and row) or row.struck:
            return
        if not row.present:
            write(page, box, [Line(self.voice.line(Text("Absent")), 7)], "centre")
        elif row.mark:
            words = fitted(self.voice.line(Mark.words(row.mark)), box.width - 2, 6, most=1)
            write(page, Box(box.x + 1, box.bottom - 3.2, box.width - 2, 2.6), words)


def _heading(name: str) -> Text:
    one: Field = field(RosterRow, name)
    return Text(one.heading)


def _written(
    heading: Text, width: float, words: Words, *, align: Align = "left", shrinks: bool = False, goes: int = 0
) -> Column:
    def draw(page: Page, box: Box, entry: Entry) -> None:
        if entry.row:
            inside = box.inner(0.8)
            write(page, inside, words(entry.row, inside.width), align)

    return Column(heading, width, draw, shrinks, goes)


def _plain(name: str) -> Words:
    return lambda row, room: fitted(getattr(row, name), room, TEXT_SIZE - 0.5, most=3)


def _in_both_scripts(name: Name, room: float, size: float) -> tuple[Line, ...]:
    lines = fitted(name.shown(hindi=True), room, size)
    if name.hi and name.en:
        lines += fitted(name.en, room, SMALL_SIZE)
    return lines


def _middle(box: Box, size: float) -> Box:
    return Box(box.x + (box.width - size) / 2, box.y + (box.height - size) / 2, size, size)


def _payment_form(page: Page, box: Box) -> None:
    """A circle for each mode, and four boxes for the end of the receipt number."""
    radius = 2.3
    step = box.width / len(PRINTED_MODES)
    for n, mode in enumerate(PRINTED_MODES):
        x, y = box.x + step * (n + 0.5), box.y + 4
        page.circle(x, y, radius)
        write(page, Box(x - radius, y - radius, 2 * radius, 2 * radius), [Line(mode.key, 7.5)], "centre")
    cell = 4.4
    left, top = box.x + (box.width - 4 * cell) / 2, box.bottom - cell - 1.4
    page.box(left, top, 4 * cell, cell, pen=0.15)
    for n in (1, 2, 3):
        page.line(left + n * cell, top, left + n * cell, top + cell, pen=0.15)
