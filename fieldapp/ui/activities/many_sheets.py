"""The attendance sheets of many sessions at once, as one paper: chosen in the list, looked at, printed."""

from collections.abc import Iterator, Sequence

from fieldapp.domain.records import Activity
from fieldapp.domain.text import Text
from fieldapp.services.records import Held, Saved, SyncState
from fieldapp.services.rosters import sheet_kind, sheet_to_print
from fieldapp.ui.desk import Desk
from fieldapp.ui.messages import Tone
from fieldapp.ui.preview import papers, show_preview
from fieldapp.ui.tasks import Progress

MOST = 100
"""So many sessions are printed at once: some three hundred pages, which a printer here takes an hour for."""

_Sheets = tuple[list[Held[Activity]], bytes]


def sheets_of(count: int) -> Text:
    """What printing the sheets of so many sessions is called."""
    return Text("Print sheets: {n}", n=count)


def print_sheets(desk: Desk, ids: Sequence[str]) -> None:
    """Make the sheets of these activities, then show them; when they are printed each record notes it.

    Making them says how far it is and can be stopped. Too many are refused in a line.
    """
    if len(ids) > MOST:
        desk.messages.tell(
            Text("{n} sessions are chosen. At most {most} are printed at once.", n=len(ids), most=MOST),
            Text("Choose fewer, or narrow the list down."),
            Tone.HINT,
        )
    elif ids:
        task = desk.tasks.submit(
            lambda progress: _made(desk, ids, progress), Text("The sheets are being made…")
        )
        task.finished.connect(lambda made: _show(desk, made))


def _made(desk: Desk, ids: Sequence[str], progress: Progress) -> _Sheets:
    """In the worker: the activities as they stand, and their sheets."""
    found: list[Held[Activity]] = []

    def one_by_one() -> Iterator[tuple[Activity, str, int]]:
        for done, activity_id in enumerate(ids):
            progress(done, len(ids))
            held = desk.services.activities.get(desk.actor, activity_id)
            found.append(held)
            yield sheet_to_print(held.record, desk.today, own=_is_own(held))

    content = papers(desk).attendance_of_all(one_by_one())
    return found, content


def _show(desk: Desk, made: _Sheets) -> None:
    found, content = made
    show_preview(
        desk,
        Text("Attendance sheets: {n}", n=len(found)),
        lambda: content,
        f"{found[0].record.printed_number}-{len(found)}.pdf",
        lambda: _note(desk, found),
    )


def _note(desk: Desk, found: Sequence[Held[Activity]]) -> None:
    """They went to a printer or into a file: each record of our own says so. No step of undo."""
    service, actor = desk.services.activities, desk.actor

    def note(_progress: Progress) -> list[Saved[Activity]]:
        saved = []
        for held in filter(_is_own, found):
            now = service.get(actor, held.record.id)
            saved.append(service.print_sheet(actor, now.record.id, now.version, sheet_kind(held.record)))
        return saved

    def tell(saved: list[Saved[Activity]]) -> None:
        for one in saved:
            desk.saved(one, None)

    desk.tasks.submit(note, Text("Saving…")).finished.connect(tell)


def _is_own(held: Held[Activity]) -> bool:
    return held.state != SyncState.COPY
