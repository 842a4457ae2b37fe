"""Commands about records: demo, load, list."""

import argparse
import dataclasses
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from fieldapp.commands.console import Console, Status
from fieldapp.commands.options import Parsers, day, opened
from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.fields import Field, Kind, Name, PlaceRef, Ratio, fields, flatten
from fieldapp.domain.identifiers import mask_mobile
from fieldapp.domain.places import Gazetteer
from fieldapp.domain.records import Activity, Record
from fieldapp.domain.text import Text
from fieldapp.homes import OpenHome
from fieldapp.language import in_both_languages
from fieldapp.services.demo import demo
from fieldapp.services.load_kinds import KINDS
from fieldapp.services.loading import Fate, LoadingService, LoadResult
from fieldapp.services.records import ActivityFigures, Held, Query
from fieldapp.services.typed_places import known_places

PLURALS = {
    "activities": "activity",
    "people": "person",
    "targets": "target",
    "observations": "observation",
    "establishments": "establishment",
    "action-points": "action_point",
    "places": "place",
    "decisions": "decision",
}
_CONDITIONS = ("text", "kind", "state", "place", "from", "to", "sync", "centre")


def add(parsers: Parsers) -> None:
    """demo, load, list."""
    t = parsers.words
    make = parsers.add("demo", Text("invented records, the same for the same seed"), run_demo)
    make.add_argument(
        "--sessions", type=int, required=True, metavar="N", help=t(Text("activities of all kinds"))
    )
    make.add_argument(
        "--people", type=int, default=0, metavar="M", help=t(Text("people of the training chain"))
    )
    make.add_argument("--seed", type=int, default=1, metavar="S", help=t(Text("another seed, other records")))
    make.add_argument(
        "--yes-invented", action="store_true", help=t(Text("also in a home that is not for practice"))
    )
    take = parsers.add("load", Text("records from a CSV, XLSX or JSON Lines file"), run_load)
    take.add_argument("file", type=Path, metavar="FILE")
    take.add_argument(
        "--as",
        dest="kind",
        default="",
        choices=[one.word for one in KINDS],
        help=t(Text("what the list holds")),
    )
    take.add_argument(
        "--convert-old-font", action="store_true", help=t(Text("put words in Kruti Dev into Unicode"))
    )
    take.add_argument("--dry-run", action="store_true", help=t(Text("only say what would happen")))
    show = parsers.add("list", Text("records of one type"), run_list)
    show.add_argument("type", choices=tuple(PLURALS), metavar="TYPE", help=", ".join(PLURALS))
    show.add_argument(
        "--where",
        nargs="+",
        default=[],
        metavar="NAME=VALUE",
        help=", ".join(f"{one}=" for one in _CONDITIONS),
    )
    show.add_argument(
        "--full", action="store_true", help=t(Text("with rosters and all other parts (--json)"))
    )


# ---------------------------------------------------------------- demo


def run_demo(args: argparse.Namespace, console: Console) -> Status:
    """Fill a home with invented records."""
    with opened(args) as home:
        if not home.home.practice and not args.yes_invented:
            raise InvalidInput(
                Text("This home is not for practice."),
                Text("Invented records stay among the real ones. If that is meant, add --yes-invented."),
                "not_practice",
            )
        made = demo(
            home.services,
            known_places(home.services.places, home.actor),
            home.actor,
            sessions=args.sessions,
            people=args.people,
            seed=args.seed,
        )
    for word, count in made.items():
        console.row(word, count)
    console.say(Text("Invented records made: {n}", n=sum(made.values())))
    console.result({"seed": args.seed, "made": made})
    return Status.DONE


# ---------------------------------------------------------------- load


def run_load(args: argparse.Namespace, console: Console) -> Status:
    """Take the lines of a list into a home."""
    with opened(args) as home:
        gazetteer = known_places(home.services.places, home.actor)
        service = LoadingService(home.services, gazetteer, in_both_languages)
        result = service.load(
            home.actor, args.file, args.kind, dry_run=args.dry_run, convert=args.convert_old_font
        )
    _tell_load(result, console)
    console.result(
        {
            "file": result.name,
            "sha256": result.sha256,
            "kind": result.kind.word,
            "guessed": result.guessed,
            "dry_run": result.dry_run,
            "unused_columns": list(result.unused),
            "counts": result.counts,
            "notes": [console.words(note) for note in result.notes],
            "rows": [
                {
                    "row": row.row,
                    "fate": str(row.fate),
                    "id": row.record_id,
                    "code": row.code,
                    "words": console.words(row.text) if row.text else "",
                    "place_unknown": row.place_unknown,
                    "hints": [console.words(hint) for hint in row.hints],
                }
                for row in result.rows
            ],
        }
    )
    return Status.REFUSED if result.counts[Fate.REFUSED] else Status.DONE


def _tell_load(result: LoadResult, console: Console) -> None:
    if result.guessed:
        console.say(Text("By its headings this is a list of {kind}.", kind=result.kind.label))
    for note in result.notes:
        console.say(note)
    for old, new in result.conversions:
        console.say(Text("Old font: {old} = {new}", old=old, new=new))
    if result.unused:
        console.say(Text("Columns that are not used: {names}", names=", ".join(result.unused)))
    for row in result.rows:
        if row.text:
            console.say(Text("Row {n}: {why}", n=row.row, why=row.text), f"({row.code})")
        elif row.place_unknown:
            console.say(
                Text("Row {n}: no code was found for the place {words}.", n=row.row, words=row.place_unknown)
            )
        for hint in row.hints:
            console.say(Text("Row {n}: {why}", n=row.row, why=hint))
    counts = result.counts
    args = {"new": counts[Fate.NEW], "already": counts[Fate.ALREADY], "refused": counts[Fate.REFUSED]}
    if result.dry_run:
        console.say(Text("Would be: {new} new, {already} already loaded, {refused} refused.", **args))
    else:
        console.say(Text("{new} new, {already} already loaded, {refused} refused.", **args))


# ---------------------------------------------------------------- list


def run_list(args: argparse.Namespace, console: Console) -> Status:
    """List records of one type, newest first."""
    word = PLURALS[args.type]
    with opened(args) as home:
        query = _query(args.where, home, known_places(home.services.places, home.actor))
        if query.text:
            index_all(home)
        service = home.services.for_type(word)
        items = []
        page = service.page(home.actor, query)
        total = page.total
        while True:
            for held in page.items:
                figures = page.figures.get(held.record.id)
                console.row(*_cells(held, figures.people if figures else None, console))
                if args.json:
                    whole = service.get(home.actor, held.record.id) if args.full else held
                    items.append(_item(whole, figures, masked=not args.full))
            if page.next is None:
                break
            page = service.page(home.actor, query, page.next)
    console.say(Text("Records: {n}", n=total))
    console.result({"type": word, "total": total, "items": items})
    return Status.DONE


def _query(conditions: list[str], home: OpenHome, gazetteer: Gazetteer) -> Query:
    """The query of NAME=VALUE words. Raises InvalidInput for a name that is none."""
    given = dict(_parted(conditions))
    centre = given.get("centre")
    return Query(
        text=given.get("text", ""),
        kind=given.get("kind", "").upper(),
        state=given.get("state", "").upper(),
        place=place_key(gazetteer, given["place"]) if "place" in given else "",
        start=_day(given, "from"),
        end=_day(given, "to"),
        sync_state=given.get("sync", "").upper(),
        centre=_centre_number(home, centre) if centre else None,
    )


def _parted(conditions: list[str]) -> Iterator[tuple[str, str]]:
    for condition in conditions:
        name, mark, value = condition.partition("=")
        if not mark or name not in _CONDITIONS:
            raise InvalidInput(
                Text("This is no condition: {words}", words=condition),
                Text("Conditions are: {names}.", names=" ".join(f"{one}=…" for one in _CONDITIONS)),
                "condition",
            )
        yield name, value


def _day(given: dict[str, str], name: str) -> date | None:
    return day(given[name]) if name in given else None


def index_all(home: OpenHome) -> None:
    """Let a search find what was imported: the window does it slice by slice while it stands open."""
    while home.services.search.index_more():
        pass


def place_key(gazetteer: Gazetteer, text: str) -> str:
    """A place as people name it on a command line: its LGD code or key, or its name in either script.

    Raises InvalidInput when there is no such place.
    """
    try:
        return gazetteer.parse_lgd(text)
    except InvalidInput:
        found = gazetteer.find(text, limit=1)
        if not found:
            raise
        return found[0].key


def _centre_number(home: OpenHome, csc_id: str) -> int:
    for centre in home.services.settings.centres():
        if centre.csc_id == csc_id:
            return centre.number
    raise InvalidInput(
        Text("No centre with the ID {csc_id} is known here.", csc_id=csc_id),
        Text("Look at the list of centres."),
        "no_such_centre",
    )


def _cells(held: Held[Record], people: int | None, console: Console) -> Iterator[object]:
    record = held.record
    if isinstance(record, Activity):
        yield record.printed_number
    for one in fields(type(record)):
        if one.in_list:
            yield shown(one, getattr(record, one.name), console)
    if people is not None:
        yield people
    yield held.state


def shown(one: Field, value: Any, console: Console) -> str:
    """A value as it stands in a list; mobile numbers are masked."""
    language = console.language
    if not value:
        return ""
    if one.codes:
        codes = value if one.kind is Kind.CODES else (value,)
        return ", ".join(language.render(one.codes.words(code, short=True)) for code in codes)
    match value:
        case Name():
            return value.shown(language.code == "hi")
        case PlaceRef():
            return value.words
        case Ratio():
            return f"{value.over}/{value.under}"
        case date():
            return language.date(value)
        case str() if one.guard == "mobile":
            return mask_mobile(value)
    return str(value)


def _item(held: Held[Record], figures: ActivityFigures | None, *, masked: bool) -> dict[str, Any]:
    """A record for --json: its plain form, and what the home knows about it."""
    plain = flatten(held.record)
    for one in fields(type(held.record)):
        if masked and one.guard == "mobile" and one.name in plain:
            plain[one.name] = mask_mobile(plain[one.name])
    found = {
        "id": held.record.id,
        "centre": held.centre,
        "owner": held.owner,
        "version": held.version,
        "rev": held.rev,
        "sync": str(held.state),
        "by": held.by,
        "record": plain,
    }
    if figures is not None:
        found["figures"] = dataclasses.asdict(figures)
    return found
