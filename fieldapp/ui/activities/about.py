"""The line above an activity: its number, how it stands, where, when and by whom."""

from fieldapp.domain.codes import ActivityState
from fieldapp.domain.records import Activity
from fieldapp.domain.text import Text
from fieldapp.services.decisions import Review
from fieldapp.ui.today.page import WEEKDAYS
from fieldapp.ui.words import Words


def line_about(activity: Activity, review: Review, whose: str, words: Words) -> str:
    """The words of the line, in the language spoken. whose: the centre that a copy came from, else ''."""
    parts: list[Text | str] = [
        Text("No. {number}", number=activity.printed_number),
        whose,
        ActivityState.words(activity.state) if review is Review.OPEN else Review.words(review),
        words.place(activity.place),
        _day(activity),
    ]
    if activity.trainer_name:
        parts.append(Text("Trainer: {name}", name=activity.trainer_name.shown(words.hindi)))
    return " · ".join(filter(None, map(words.render, parts)))


def _day(activity: Activity) -> Text | str:
    if activity.start_date is None:
        return Text("no date yet")
    weekday = WEEKDAYS[activity.start_date.weekday()]
    if activity.days > 1 and activity.end_date:
        return Text("{first} to {last}", first=activity.start_date, last=activity.end_date)
    return Text("{date} {weekday}", date=activity.start_date, weekday=weekday)
