"""Commands that make papers: sheet, report."""

import argparse
import re
from pathlib import Path
from typing import TYPE_CHECKING

from fieldapp.commands.console import Console, Status
from fieldapp.commands.options import Parsers, day, opened
from fieldapp.commands.records import index_all, place_key
from fieldapp.domain.codes import SheetKind
from fieldapp.domain.errors import EnvironmentProblem, InvalidInput
from fieldapp.domain.identifiers import fold_digits
from fieldapp.domain.records import Activity
from fieldapp.domain.text import Text
from fieldapp.homes import OpenHome
from fieldapp.services.records import Held, Query, SyncState
from fieldapp.services.rosters import sheet_in_use
from fieldapp.services.typed_places import known_places
from fieldapp.storage.home import write_durably

if TYPE_CHECKING:
    from fieldapp.papers import Papers

BLANK_ROWS = 10


def add(parsers: Parsers) -> None:
    """sheet, report."""
    t = parsers.words
    sheet = parsers.add("sheet", Text("the attendance sheet of an activity"), run_sheet)
    sheet.add_argument("--activity", required=True, metavar="NO", help=t(Text("its number, as in 0042-A")))
    sheet.add_argument("--out", type=Path, required=True, metavar="X.pdf")
    kinds = sheet.add_mutually_exclusive_group()
    kinds.add_argument("--blank", type=int, metavar="N", help=t(Text("empty, with so many rows")))
    kinds.add_argument("--expected", action="store_true", help=t(Text("with the people expected")))
    kinds.add_argument("--final", action="store_true", help=t(Text("as it was recorded")))
    sheet.add_argument("--short", action="store_true", help=t(Text("upright, with fewer columns")))
    report = parsers.add("report", Text("a report as PDF, XLSX or CSV"), run_report)
    report.add_argument("name", metavar="NAME", help=t(Text("its name, as in melas")))
    report.add_argument("--from", dest="start", type=day, metavar="DATE", help=t(Text("dd-mm-yyyy")))
    report.add_argument("--to", dest="end", type=day, metavar="DATE", help=t(Text("dd-mm-yyyy")))
    report.add_argument("--place", default="", metavar="LGD", help=t(Text("only what lies in this place")))
    report.add_argument(
        "--light", action="store_true", help=t(Text("without what names or describes a person"))
    )
    report.add_argument("--out", type=Path, required=True, metavar="X.pdf|.xlsx|.csv")


def papers_of(home: OpenHome) -> "Papers":
    """The papers of an open home; what draws them is loaded now."""
    from fieldapp.papers import Papers

    gazetteer = known_places(home.services.places, home.actor)
    return Papers(home.services, home.actor, gazetteer, home.database.clock, home.home.practice)


def run_sheet(args: argparse.Namespace, console: Console) -> Status:
    """Issue an attendance sheet and write it; the same sheet again is printed again under its number."""
    kind = (
        SheetKind.FINAL if args.final else SheetKind.BLANK if args.blank is not None else SheetKind.EXPECTED
    )
    with opened(args) as home:
        held = find_activity(home, args.activity)
        held, number = _issued(home, held, kind)
        content = papers_of(home).attendance(
            held.record,
            kind,
            sheet_number=number,
            blank_rows=BLANK_ROWS if args.blank is None else args.blank,
            short=args.short,
        )
    write(args.out, content)
    console.say(
        Text(
            "Sheet {n} of {activity} is in {name}.",
            n=number,
            activity=held.record.printed_number,
            name=args.out.name,
        )
    )
    console.result(
        {
            "file": args.out.name,
            "bytes": len(content),
            "activity": held.record.printed_number,
            "kind": str(kind),
            "sheet": number,
        }
    )
    return Status.DONE


def _issued(home: OpenHome, held: Held[Activity], kind: SheetKind) -> tuple[Held[Activity], int]:
    """The activity and the number of the sheet: a new one, or the newest one if it shows the same rows.

    A copy of another home's record keeps its sheets as they are: 0 then stands for a draft.
    """
    if held.state == SyncState.COPY:
        in_use = sheet_in_use(held.record, kind)
        return held, in_use.number if in_use else 0
    saved = home.services.activities.print_sheet(home.actor, held.record.id, held.version, kind)
    printed = sheet_in_use(saved.held.record, kind)
    return saved.held, printed.number if printed else 0


_NUMBER = re.compile(r"(?:(?P<centre>\d{12})/)?(?P<number>\d{1,6})(?:-(?P<letter>[A-Za-z]))?")


def find_activity(home: OpenHome, text: str) -> Held[Activity]:
    """The activity of a printed number: 42, 0042-A or 100000000015/0042-A, or of an id.

    Raises InvalidInput when there is none, or more than one.
    """
    service = home.services.activities
    plain = fold_digits(text).strip()
    if re.fullmatch("[0-9a-f]{32}", plain):
        return service.get(home.actor, plain)
    parts = _NUMBER.fullmatch(plain)
    index_all(home)
    found = _numbered(home, parts) if parts else []
    if len(found) != 1:
        raise InvalidInput(
            Text("There is no session with the number {number}.", number=text)
            if not found
            else Text("Several sessions have the number {number}.", number=text),
            Text("Write it as on the sheet: centre ID, number and letter, as in 100000000015/0042-A."),
            "no_activity",
        )
    return service.get(home.actor, found[0])


def _numbered(home: OpenHome, parts: re.Match[str]) -> list[str]:
    """The ids of the activities with that number, at that centre and with that letter if they are given."""
    csc_ids = {centre.number: centre.csc_id for centre in home.services.settings.centres()}
    found = []
    for held in home.services.activities.every(home.actor, Query(text=str(int(parts["number"])))):
        record = held.record
        fits_letter = not parts["letter"] or record.printed_number.endswith(f"-{parts['letter'].upper()}")
        fits_centre = not parts["centre"] or csc_ids.get(held.centre) == parts["centre"]
        if record.number == int(parts["number"]) and fits_letter and fits_centre:
            found.append(record.id)
    return found


def run_report(args: argparse.Namespace, console: Console) -> Status:
    """Write a report."""
    with opened(args) as home:
        papers = papers_of(home)
        place = place_key(papers.gazetteer, args.place) if args.place else ""
        content = papers.report(
            args.name,
            args.out.suffix.lower(),
            console.language,
            start=args.start,
            end=args.end,
            place=place,
            light=args.light,
        )
    write(args.out, content)
    console.say(Text("The report is in {name}.", name=args.out.name))
    console.result({"file": args.out.name, "bytes": len(content), "report": args.name})
    return Status.DONE


def write(path: Path, content: bytes) -> None:
    """Write a paper durably. Raises EnvironmentProblem 'cannot_write'."""
    try:
        write_durably(path, content)
    except OSError as error:
        raise EnvironmentProblem(
            Text("The file {name} cannot be written.", name=path.name),
            Text("Check the folder and the room on the disk; nothing else was changed."),
            "cannot_write",
        ) from error
