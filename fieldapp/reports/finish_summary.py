"""The summary of a finished session on one page: who came, what was paid, what was counted, who finished it.

It is put with the signed sheet. Everything is in both languages, and no person is named but the trainer and
who finished and approved it (feature A13).
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from fieldapp.domain.codes import ActivityKind, Category, Code, FailureReason, Gender, PaymentMode
from fieldapp.domain.codes import PaymentResult as Result
from fieldapp.domain.fields import Name, field
from fieldapp.domain.finishing import (
    counted_at_approval,
    counts_signatures,
    open_amendment,
    present_count,
)
from fieldapp.domain.records import PAYMENTS_TO_COMPLETE, Activity, Amendment, Decision, RosterRow
from fieldapp.domain.text import Text
from fieldapp.reports.page import (
    MARGIN,
    Box,
    Foot,
    Line,
    Voice,
    both_names,
    finish,
    fitted,
    heading_lines,
    watermark,
    write,
)
from fieldapp.reports.pdf import A4, Document, Page

TITLE = Text("Summary of the session")
_NO_NAME = Name()
_ROOM = A4[0] - 2 * MARGIN
_GAP = 6.0
_COLUMN = (_ROOM - _GAP) / 2
_LINE = 6.2
_MOST_AMENDMENTS = 6
"""The newest ones; each says its number, so that older ones are not forgotten, and the page stays one."""

_PAYING = field(RosterRow, "tries")

Figure = tuple[Text, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishSummary:
    """What a summary is made from. finished: login and time; approved: the approval that holds, by whom."""

    activity: Activity
    printed_at: datetime
    finished: tuple[str, datetime]
    approved: tuple[Decision, str] | None = None
    centre_name: Name = _NO_NAME
    csc_id: str = ""
    place: str = ""
    practice: bool = False
    printed_by: str = ""

    @property
    def reference(self) -> str:
        """The activity as it is quoted on paper: 100000000015/0042-A."""
        number = self.activity.printed_number
        return f"{self.csc_id}/{number}" if self.csc_id else number


def finish_summary(summary: FinishSummary) -> bytes:
    """The summary as a PDF of one page."""
    voice = Voice.of_state()
    document = Document(voice.line(TITLE))
    page = document.page(*A4)
    if summary.practice:
        watermark(page, voice)
    y = _head(page, voice, summary)
    left, right = _sections(summary)
    ends = []
    for x, sections in ((MARGIN, left), (MARGIN + _COLUMN + _GAP, right)):
        below = y
        for title, figures in sections:
            if figures:
                below = _section(page, voice, Box(x, below, _COLUMN, 0), title, figures)
        ends.append(below)
    _closing(page, voice, summary, max(ends) + 2)
    return finish(document, voice, Foot(summary.printed_at, summary.printed_by, summary.reference))


def _sections(
    summary: FinishSummary,
) -> tuple[Sequence[tuple[Text, list[Figure]]], Sequence[tuple[Text, list[Figure]]]]:
    activity = summary.activity
    came = [row for row in activity.rows if row.present and not row.struck]
    left = (
        (Text("Participants"), _participants(activity, came)),
        (Text("Gender"), list(_by_code(Gender, (row.gender for row in came)))),
        (Text("Social category"), list(_by_code(Category, (row.category for row in came)))),
    )
    pays = _PAYING.shows_for(activity.kind)
    right = (
        (Text("Practice payments"), _payments(came) if pays else []),
        (Text("Modes of payment"), list(_modes(came)) if pays else []),
        (Text("Failures by reason"), list(_failures(came)) if pays else []),
        (Text("Outcome"), _outcome(activity)),
    )
    return left, right


def _participants(activity: Activity, came: Sequence[RosterRow]) -> list[Figure]:
    figures = [(Text("Expected participants"), str(activity.expected))] if activity.expected else []
    figures.append((Text("Present"), str(len(came))))
    unnamed = sum(row.anonymous for row in came)
    pwd = sum(row.pwd for row in came)
    if unnamed:
        figures.append((Text("Counted without a name"), str(unnamed)))
    if pwd:
        figures.append((Text("Person with disability (PwD)"), str(pwd)))
    return figures


def _by_code(codes: type[Code], values: Iterator[str]) -> Iterator[Figure]:
    counted = Counter(values)
    for code in codes.__members__:
        if counted[code]:
            yield codes.words(code), str(counted.pop(code))
    unstated = counted.pop("", 0)
    if unstated:
        yield Text("Not stated"), str(unstated)
    for code, number in sorted(counted.items()):
        yield codes.words(code), str(number)


def _payments(came: Sequence[RosterRow]) -> list[Figure]:
    done = [row.completed() for row in came]
    amount = sum(one.amount_paise for row in came for one in row.tries if one.result == Result.OK)
    pending = sum(one.result == Result.PENDING for row in came for one in row.tries)
    figures = [
        (Text("First payment"), str(sum(one >= 1 for one in done))),
        (Text("Second payment"), str(sum(one >= PAYMENTS_TO_COMPLETE for one in done))),
        (Text("Amount (₹)"), f"{amount // 100}.{amount % 100:02}"),
    ]
    return figures + ([(Text("Pending"), str(pending))] if pending else [])


def _modes(came: Sequence[RosterRow]) -> Iterator[Figure]:
    yield from _by_code(
        PaymentMode, (one.mode for row in came for one in row.tries if one.result == Result.OK)
    )


def _failures(came: Sequence[RosterRow]) -> Iterator[Figure]:
    """Failed tries by their reason, and who did not complete by the reason given for all of them."""
    yield from _by_code(
        FailureReason, (one.reason for row in came for one in row.tries if one.result == Result.FAILED)
    )
    waiting = Counter(row.open_reason for row in came if row.open_reason)
    for reason, number in waiting.items():
        yield Text("Not completed: {reason}", reason=FailureReason.words(reason)), str(number)


_OUTCOMES = (
    "stalls",
    "footfall",
    "merchants_enrolled",
    "accounts_opened",
    "mobiles_linked",
    "households",
)


def _outcome(activity: Activity) -> list[Figure]:
    counts = activity.head_counts
    heads = sum(one.men + one.women + one.others + one.not_stated for one in counts)
    figures = [(Text("Head-counts by group"), str(heads))] if heads else []
    named = ((field(Activity, name), getattr(activity, name)) for name in _OUTCOMES)
    return figures + [(Text(one.label), str(number)) for one, number in named if number]


# ---------------------------------------------------------------- drawing


def _head(page: Page, voice: Voice, summary: FinishSummary) -> float:
    """Title and what the session was; gives where it ends."""
    activity = summary.activity
    write(page, Box(MARGIN, 9, _ROOM, 12), heading_lines(voice, TITLE, _ROOM, 15), "centre")
    centre = " · ".join(filter(None, (both_names(summary.centre_name), summary.csc_id)))
    write(page, Box(MARGIN, 21, _ROOM, 6), fitted(centre, _ROOM, 9, most=1), "centre")
    days = [voice.hindi.date(one) for one in (activity.start_date, activity.end_date) if one]
    trainer = ", ".join(filter(None, (both_names(activity.trainer_name), activity.trainer_designation)))
    lines: list[tuple[Text, str]] = [
        (Text("Session number"), summary.reference),
        (Text("Type of programme"), voice.line(ActivityKind.words(activity.kind))),
        (Text("Title of programme"), both_names(activity.title)),
        (Text("Date"), " – ".join(dict.fromkeys(days))),
        (Text("Place"), summary.place or activity.place.words),
        (Text("Venue"), both_names(activity.venue)),
        (Text("Name of trainer"), trainer),
    ]
    y = 29.0
    for label, value in lines:
        if value:
            _pair(page, Box(MARGIN, y, _ROOM, _LINE), voice.line(label), value, label_width=62.0)
            y += _LINE
    return y + 4


def _section(page: Page, voice: Voice, box: Box, title: Text, figures: Sequence[Figure]) -> float:
    height = 8.0
    write(page, Box(box.x, box.y, box.width, height), fitted(voice.line(title), box.width, 10, True, most=1))
    y = box.y + height
    page.line(box.x, y, box.right, y, pen=0.3)
    for label, value in figures:
        place = Box(box.x, y, box.width, _LINE)
        write(
            page, place._replace(width=box.width - 24), fitted(voice.line(label), box.width - 24, 8.5, most=1)
        )
        write(page, place, [Line(value, 9.5, True)], "right")
        y += _LINE
        page.line(box.x, y, box.right, y, pen=0.08)
    return y + 4


def _pair(page: Page, box: Box, label: str, value: str, label_width: float) -> None:
    write(page, box._replace(width=label_width - 2), fitted(label, label_width - 2, 8.5, most=1))
    room = box.width - label_width
    words = fitted(value, room, 9.5, True, most=1)
    write(page, Box(box.x + label_width, box.y, room, box.height), words)


def _closing(page: Page, voice: Voice, summary: FinishSummary, y: float) -> None:
    """What was counted, the amendments, and who finished and approved; then two signatures."""
    for text in _sentences(summary):
        hindi, english = voice.pair(text)
        lines = (*fitted(hindi, _ROOM, 9), *fitted(english, _ROOM, 7.8))
        height = sum(one.height for one in lines) + 1.6
        write(page, Box(MARGIN, y, _ROOM, height), lines)
        y += height
    top = A4[1] - 44.0
    for n, who in enumerate(
        (Text("Prepared by (centre operator)"), Text("Signature and seal of supervisor"))
    ):
        place = Box(MARGIN + n * (_COLUMN + _GAP), top, _COLUMN, 28)
        page.box(*place, pen=0.15)
        words = fitted(voice.line(who), place.width - 4, 8)
        write(page, Box(place.x + 2, place.bottom - 8, place.width - 4, 7), words, "centre")


def _approved(activity: Activity, decision: Decision, by: str) -> Text:
    if not counts_signatures(activity):
        return Text("Approved by {by}.", by=by)
    return Text("Approved by {by}, {count}.", by=by, count=counted_at_approval(decision))


def _sentences(summary: FinishSummary) -> Iterator[Text]:
    activity = summary.activity
    if counts_signatures(activity):
        yield from _counted(activity)
    login, at = summary.finished
    yield Text("Finished by {login} on {at}.", login=login, at=at)
    if summary.approved is not None:
        decision, by = summary.approved
        yield _approved(activity, decision, by)
        if decision.counted != present_count(activity) and decision.reason:
            yield Text("Reason why the counts differ: {reason}", reason=decision.reason)
    closed = [one for one in activity.amendments if one.amended_on]
    for one in closed[-_MOST_AMENDMENTS:]:
        yield _amended(one)
    if open_amendment(activity):
        yield Text("An amendment is open.")


def _counted(activity: Activity) -> Iterator[Text]:
    counted, present = activity.signatures_counted, present_count(activity)
    yield Text(
        "Signatures counted on paper: {counted}; marked present: {present}; difference: {n}.",
        counted=counted,
        present=present,
        n=abs(counted - present),
    )
    if activity.count_reason:
        yield Text("Reason why the counts differ: {reason}", reason=activity.count_reason)


def _amended(one: Amendment) -> Text:
    return Text(
        "Amendment {n} of {date}: {reason}",
        n=one.number,
        date=one.amended_on or "",
        reason=one.reason,
    )
