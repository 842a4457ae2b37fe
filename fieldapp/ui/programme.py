"""What head office told of the programme, in words: its last day, and whom to call."""

from collections.abc import Iterator
from datetime import date

from fieldapp.domain.text import Text
from fieldapp.services.settings import Programme


def programme_lines(programme: Programme, today: date, *, hindi: bool) -> Iterator[Text]:
    """A line each; nothing where nothing is known. After the last day a home goes on, and says so."""
    name, until = programme.name.shown(hindi) or "—", programme.until
    if until is not None and programme.ended(today):
        yield Text("The programme {name} ended on {date}. You can go on recording.", name=name, date=until)
    elif until is not None:
        yield Text("Programme: {name}, until {date}", name=name, date=until)
    elif programme.name:
        yield Text("Programme: {name}", name=name)
    who = " · ".join(filter(None, (programme.contact, programme.phone)))
    if who:
        yield Text("At head office call: {who}", who=who)
