"""Commands about the registry of a head office: hq register, centres, contact."""

import argparse
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from fieldapp.centre_lists import COLUMNS, LineFate, take_list
from fieldapp.commands.console import Console, Status
from fieldapp.commands.options import Parsers, opened
from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.fields import Name
from fieldapp.domain.identifiers import csc_id
from fieldapp.domain.places import Gazetteer, shown
from fieldapp.domain.text import Text
from fieldapp.homes import Exchange, OpenHome
from fieldapp.language import Language
from fieldapp.storage.gazetteer import gazetteer
from fieldapp.storage.home import write_durably
from fieldapp.sync.enrolment import CentreShown, PackMade
from fieldapp.sync.health import Health
from fieldapp.sync.registry import Contact, Fate


def add(parsers: Parsers) -> None:
    """hq register, centres, contact."""
    t = parsers.words
    many = parsers.add("hq register", Text("register the centres of a list"), run_register)
    many.add_argument("file", type=Path, metavar="LIST", help=", ".join(COLUMNS))
    known = parsers.add("hq centres", Text("the centres this head office knows"), run_centres)
    known.add_argument("--worst", action="store_true", help=t(Text("those to be called first")))
    known.add_argument("--out", type=Path, metavar="X.pdf|.xlsx|.csv", help=t(Text("write the list")))
    call = parsers.add("hq contact", Text("whom to call at a centre"), run_contact)
    call.add_argument("--centre", required=True, metavar="CSC_ID", help=t(Text("its ID of 12 digits")))
    call.add_argument("--name", default="", help=t(Text("a name")))
    call.add_argument("--phone", default="", help=t(Text("a telephone number")))
    call.add_argument("--mail", help=t(Text("the address that receipts are sent to")))


def run_register(args: argparse.Namespace, console: Console) -> Status:
    """Register the centres of a CSV or XLSX list; what is wrong with a line stops no other."""
    with opened(args) as home:
        fates = take_list(Exchange.of(home).enrolment, home.actor, args.file, gazetteer())
    tell_fates(fates, console)
    console.result({"centres": [_fate_members(one) for one in fates]})
    return Status.REFUSED if any(one.entered.problem for one in fates) else Status.DONE


def tell_fates(fates: Sequence[LineFate], console: Console) -> None:
    """Say what became of the lines of a list: a count of each fate, and every line that is wrong."""
    for one in fates:
        if problem := one.entered.problem:
            console.say(Text("Line {n}:", n=one.line), one.entered.draft.csc_id, problem.title)
    for fate in Fate:
        count = sum(one.entered.fate is fate for one in fates)
        if count:
            console.say(Text("{what}: {n}", what=Fate.words(fate), n=count))


def _fate_members(one: LineFate) -> dict[str, Any]:
    problem = one.entered.problem
    return {
        "line": one.line,
        "centre": one.entered.draft.csc_id,
        "fate": str(one.entered.fate),
        "code": problem.code if problem else "",
    }


def run_centres(args: argparse.Namespace, console: Console) -> Status:
    """List the centres, their computers, the packs nobody has used yet, and how each stands."""
    with opened(args) as home:
        known = Exchange.of(home).enrolment.centres(home.actor)
        if args.worst:
            known = tuple(sorted(known, key=lambda one: one.health.urgency))
        if args.out:
            write_health(home, known, args.out, console.language)
    for one in known:
        name = Name(one.centre.name_hi, one.centre.name_en).shown(console.language.code == "hi")
        state = ",".join(f"{node.letter or 'Z'}:{node.state}" for node in one.nodes) or "-"
        silent = "-" if one.health.silent is None else one.health.silent
        missing = ",".join(map(str, one.health.missing)) or "-"
        console.row(
            one.centre.csc_id, name, one.centre.place_key, state, "".join(one.unused_packs) or "-",
            silent, missing, one.health.corrections, one.health.percent, _clock(one.health),
            one.contact.name or "-", one.contact.phone or "-",
        )  # fmt: skip
    console.say(Text("Centres: {n}", n=len(known)))
    console.result({"centres": [_centre_members(one) for one in known]})
    return Status.DONE


def _clock(health: Health) -> str:
    """By how many days it is ahead or behind as far as is known, '?' where it is wrong and nothing is."""
    if not health.clock_wrong:
        return "-"
    return f"{health.clock_days:+d}" if health.clock_days else "?"


def _centre_members(one: CentreShown) -> dict[str, Any]:
    health = one.health
    return {
        "centre": one.centre.csc_id,
        "name": {"hi": one.centre.name_hi, "en": one.centre.name_en},
        "place": one.centre.place_key,
        "contact": {
            "name": one.contact.name,
            "phone": one.contact.phone,
            "mail": one.contact.mail or "",
        },
        "unused_packs": list(one.unused_packs),
        "health": {
            "severity": health.severity,
            "silent": health.silent,
            "last_at": health.last_at.isoformat() if health.last_at else "",
            "last_batch": health.last_batch,
            "missing": list(health.missing),
            "corrections": health.corrections,
            "records": health.records,
            "percent": health.percent,
            "program": health.program,
            "clock_wrong": health.clock_wrong,
            "clock_days": health.clock_days,
        },
        "nodes": [
            {
                "node": node.node,
                "key": node.key,
                "letter": node.letter,
                "state": node.state,
                "fingerprint": node.fingerprint,
                "receipt": node.receipt,
                "receipt_due": node.receipt_due,
            }
            for node in one.nodes
        ],
    }


def run_contact(args: argparse.Namespace, console: Console) -> Status:
    """Note whom to call at a centre."""
    with opened(args) as home:
        enrolment = Exchange.of(home).enrolment
        number = centre_number(enrolment.centres(home.actor), args.centre)
        contact = Contact(args.name.strip(), args.phone.strip(), args.mail)
        enrolment.change_contact(home.actor, number, contact)
    console.say(Text("It is noted whom to call."))
    console.result({"centre": csc_id(args.centre)})
    return Status.DONE


def centre_number(known: Iterable[CentreShown], typed: str) -> int:
    """The home-local number of a centre by its ID. Raises InvalidInput 'no_such_centre'."""
    plain = csc_id(typed)
    for one in known:
        if one.centre.csc_id == plain:
            return one.centre.number
    raise InvalidInput(
        Text("No centre with the ID {csc_id} is known here.", csc_id=plain),
        Text("Look at the list of centres."),
        "no_such_centre",
    )


# ---------------------------------------------------------------- papers


def write_words(home: OpenHome, made: Sequence[PackMade], target: Path, language: Language) -> None:
    """Write the words of packs as a list to print. Raises InvalidInput 'format'."""
    from fieldapp.centre_papers import words_list

    contacts = {one.centre.number: one.contact for one in Exchange.of(home).enrolment.centres(home.actor)}
    content = words_list(
        made,
        contacts,
        target.suffix.lower(),
        language,
        home.database.clock(),
        practice=home.home.practice,
        until=home.services.settings.programme().until,
    )
    write_durably(target, content)


def write_health(home: OpenHome, known: Sequence[CentreShown], target: Path, language: Language) -> None:
    """Write how the centres stand. Raises InvalidInput 'format'."""
    from fieldapp.centre_papers import health_list

    content = health_list(
        known,
        _names(gazetteer(), language),
        target.suffix.lower(),
        language,
        home.database.clock(),
        practice=home.home.practice,
    )
    write_durably(target, content)


def _names(places: Gazetteer, language: Language) -> Callable[[str], str]:
    def name(key: str) -> str:
        place = places.get(key) if key else None
        return shown(place, language.code)[0] if place is not None else ""

    return name
