"""Commands that make homes and bring centres and head offices together: hq ..., centre new, enrol-request."""

import argparse
from collections.abc import Iterable
from pathlib import Path

from fieldapp.centre_lists import COLUMNS, LineFate, take_list
from fieldapp.commands.centres import tell_fates, write_words
from fieldapp.commands.console import Console, Status
from fieldapp.commands.options import Parsers, opened, read_passphrase, six_words
from fieldapp.commands.records import place_key
from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.fields import Name
from fieldapp.domain.identifiers import csc_id, csc_id_problem
from fieldapp.domain.text import Text
from fieldapp.homes import Exchange, OpenHome, join_hq, new_centre, new_centre_from_pack, new_hq
from fieldapp.services.load_cells import name_of
from fieldapp.storage.gazetteer import gazetteer
from fieldapp.storage.state import OWN_CENTRE, Centre
from fieldapp.sync.enrolment import Enrolment, PackMade
from fieldapp.sync.joining import invite


def add(parsers: Parsers) -> None:
    """hq new, invite, join, pack, enrol; centre new; enrol-request."""
    t = parsers.words
    office = parsers.add("hq new", Text("make the home of a head office or block office"), run_hq_new)
    office.add_argument("--database", default="", metavar="URL", help=t(Text("a PostgreSQL server")))
    office.add_argument("--scope", default="", metavar="LGD", help=t(Text("a block office: its block")))
    office.add_argument("--practice", action="store_true", help=t(Text("for practice, for good")))
    parsers.add("hq invite", Text("let another officer join; gives six words"), run_invite)
    other = parsers.add("hq join", Text("make another officer's place at a head office"), run_join)
    other.add_argument("--database", required=True, metavar="URL", help=t(Text("a PostgreSQL server")))
    other.add_argument("--words-file", type=Path, metavar="F", help=t(Text("a file with the six words")))
    one = parsers.add("hq pack", Text("make the pack of a centre, or of many"), run_pack)
    one.add_argument("--centre", metavar="CSC_ID", help=t(Text("its ID of 12 digits")))
    one.add_argument("--office", default="", metavar="LGD", help=t(Text("a block office: its block")))
    one.add_argument("--name", default="", help=t(Text("its name; Hindi / English")))
    one.add_argument("--place", default="", metavar="LGD", help=t(Text("the block or town it is in")))
    one.add_argument("--many", type=Path, metavar="LIST", help=", ".join(COLUMNS))
    one.add_argument("--to", type=Path, required=True, metavar="FILE", help=t(Text("a file or a folder")))
    one.add_argument(
        "--words-list", type=Path, metavar="FILE", help=t(Text("a list of the words to print, .pdf or .csv"))
    )
    ask = parsers.add("hq enrol", Text("enrol the computer that made a request"), run_enrol)
    ask.add_argument("file", type=Path, metavar="FILE")
    ask.add_argument(
        "--fingerprint", default="", help=t(Text("as it was read out by telephone; the last four are enough"))
    )
    own = parsers.add("centre new", Text("make the home of a centre"), run_centre_new)
    own.add_argument("--pack", type=Path, metavar="FILE", help=t(Text("the pack of head office")))
    own.add_argument("--words-file", type=Path, metavar="F", help=t(Text("a file with the six words")))
    own.add_argument("--centre", metavar="CSC_ID", help=t(Text("without a pack: its ID of 12 digits")))
    own.add_argument("--name", default="", help=t(Text("its name; Hindi / English")))
    own.add_argument("--place", default="", metavar="LGD", help=t(Text("the block or town it is in")))
    own.add_argument("--practice", action="store_true", help=t(Text("for practice, for good")))
    out = parsers.add("enrol-request", Text("a centre without a pack asks to be enrolled"), run_request)
    out.add_argument("--to", type=Path, required=True, metavar="FOLDER", help=t(Text("a stick or a folder")))


def typed_name(text: str) -> Name:
    """A name typed as 'Hindi / English', or in one of the two."""
    found = Name()
    for part in filter(None, (part.strip() for part in text.split(" / "))):
        found = name_of(found, part, "")
    return found


# ---------------------------------------------------------------- new homes


def run_hq_new(args: argparse.Namespace, console: Console) -> Status:
    """Make a head office, or with --scope a block office."""
    home = new_hq(
        args.home,
        scope=place_key(gazetteer(), args.scope) if args.scope else "",
        database_url=args.database,
        login=args.user or "",
        passphrase="" if args.practice else read_passphrase(args, new=True),
        practice=args.practice,
    )
    return _tell_new(home, args, console)


def run_invite(args: argparse.Namespace, console: Console) -> Status:
    """Put what another officer's folder needs into the database, under six words."""
    with opened(args) as home:
        words = invite(home.database, home.home, home.keys, home.data_key, home.actor)
    console.row(words)
    console.say(
        Text("Tell the other officer these six words by telephone; they count once and are kept nowhere.")
    )
    console.result({"words": words})
    return Status.DONE


def run_join(args: argparse.Namespace, console: Console) -> Status:
    """Make another officer's folder for an office that is there already."""
    home = join_hq(
        args.home,
        database_url=args.database,
        words=six_words(args.words_file),
        passphrase=lambda: read_passphrase(args, new=True),
        login=args.user or "",
    )
    return _tell_new(home, args, console)


def run_centre_new(args: argparse.Namespace, console: Console) -> Status:
    """Make a centre from its pack, or by its ID when the pack comes later."""
    if bool(args.pack) == bool(args.centre):
        raise InvalidInput(
            Text("Name either the pack or the ID of the centre."),
            Text("With a pack: --pack FILE. Without one: --centre CSC_ID --name NAME --place LGD."),
            "pack_or_centre",
        )
    return _tell_new(_from_pack(args) if args.pack else _without_pack(args), args, console)


def _without_pack(args: argparse.Namespace) -> OpenHome:
    number, name = csc_id(args.centre), typed_name(args.name)
    if problem := csc_id_problem(number):
        raise InvalidInput(problem, Text("Nothing was made. Look at the papers of the centre."), "csc_id")
    place = place_key(gazetteer(), args.place) if args.place else ""
    return new_centre(
        args.home,
        Centre(OWN_CENTRE, number, name.hi, name.en, place),
        login=args.user or "",
        passphrase="" if args.practice else read_passphrase(args, new=True),
        practice=args.practice,
    )


def _from_pack(args: argparse.Namespace) -> OpenHome:
    return new_centre_from_pack(
        args.home,
        args.pack,
        six_words(args.words_file),
        login=args.user or "",
        passphrase="" if args.practice else read_passphrase(args, new=True),
        practice=args.practice,
    )


def _tell_new(home: OpenHome, args: argparse.Namespace, console: Console) -> Status:
    try:
        centre = home.services.settings.own_centre()
        name = Name(centre.name_hi, centre.name_en)
        console.say(
            Text("A home was made in {folder} for {login}.", folder=str(args.home), login=home.actor.login)
        )
        console.say(Text("Its fingerprint: {fingerprint}", fingerprint=home.keys.public.fingerprint))
        console.result(
            {
                "home": str(args.home),
                "kind": home.home.kind,
                "practice": home.home.practice,
                "login": home.actor.login,
                "centre": centre.csc_id,
                "name": {"hi": name.hi, "en": name.en},
                "place": centre.place_key,
                "node": home.keys.key_id,
                "fingerprint": home.keys.public.fingerprint,
            }
        )
    finally:
        home.close()
    return Status.DONE


# ---------------------------------------------------------------- head office


def run_pack(args: argparse.Namespace, console: Console) -> Status:
    """Register a centre and make its pack, or another pack for one that is known; or many from a table."""
    if (bool(args.many), bool(args.centre), bool(args.office)).count(True) != 1:
        raise InvalidInput(
            Text("Name one centre, one block office, or a table of many centres."),
            Text("--centre CSC_ID --name NAME --place LGD, --office LGD --name NAME, or --many CSV."),
            "one_or_many",
        )
    with opened(args) as home:
        enrolment = Exchange.of(home).enrolment
        fates: tuple[LineFate, ...] = ()
        if args.many:
            fates = take_list(enrolment, home.actor, args.many, gazetteer())
            tell_fates(fates, console)
            known = [one.entered.centre.number for one in fates if one.entered.centre]
            made = enrolment.make_packs(home.actor, known, args.to)
        else:
            number = (_office if args.office else _registered)(enrolment, home, args)
            made = (enrolment.make_pack(home.actor, number, args.to),)
        if args.words_list:
            write_words(home, made, args.words_list, console.language)
    _tell_packs(made, console)
    return Status.REFUSED if any(one.entered.problem for one in fates) else Status.DONE


def _office(enrolment: Enrolment, home: OpenHome, args: argparse.Namespace) -> int:
    """The number of a block office, which is registered if it is not yet."""
    scope = place_key(gazetteer(), args.office)
    return enrolment.register_block_office(home.actor, scope, typed_name(args.name)).number


def _registered(enrolment: Enrolment, home: OpenHome, args: argparse.Namespace) -> int:
    plain = csc_id(args.centre)
    for centre in home.services.settings.centres():
        if centre.csc_id == plain:
            return centre.number
    name = typed_name(args.name)
    if not name or not args.place:
        raise InvalidInput(
            Text("The centre {csc_id} is not registered yet.", csc_id=plain),
            Text("Give its name and place too: --name NAME --place LGD."),
            "name_and_place",
        )
    place = place_key(gazetteer(), args.place)
    return enrolment.register_centre(home.actor, plain, name, place).number


def _tell_packs(made: Iterable[PackMade], console: Console) -> None:
    listed = [
        {"centre": one.centre.csc_id, "letter": one.letter, "file": one.path.name, "words": one.words}
        for one in made
    ]
    for one in listed:
        console.row(*one.values())
    console.say(Text("Tell each centre the six words of its pack by telephone; they are kept nowhere."))
    console.result({"packs": listed})


def run_enrol(args: argparse.Namespace, console: Console) -> Status:
    """Show who asks, and with the fingerprint that was read out enrol that computer."""
    with opened(args) as home:
        enrolment = Exchange.of(home).enrolment
        shown = enrolment.read_request(args.file)
        asks = shown.identity
        console.say(
            Text(
                "The centre {csc_id} asks to be enrolled: {name}",
                csc_id=asks.csc_id,
                name=asks.name.shown(hindi=True),
            )
        )
        members = {"centre": asks.csc_id, "fingerprint": shown.fingerprint, "enrolled": False}
        if not args.fingerprint:
            console.say(Text("Its fingerprint: {fingerprint}", fingerprint=shown.fingerprint))
            console.say(
                Text("Nobody was enrolled. Ring the centre and give what is read out as --fingerprint.")
            )
            console.result(members)
            return Status.REFUSED
        centre = enrolment.enrol(home.actor, args.file, args.fingerprint)
    console.say(Text("The centre {csc_id} is enrolled.", csc_id=centre.csc_id))
    console.result(members | {"enrolled": True})
    return Status.DONE


# ---------------------------------------------------------------- centre


def run_request(args: argparse.Namespace, console: Console) -> Status:
    """Write the request of a centre that has no pack yet."""
    with opened(args) as home:
        made = Exchange.of(home).enrolment.make_request(home.actor, args.to)
    console.say(Text("The request is in {name}. Give it to head office.", name=made.path.name))
    console.say(
        Text("When head office rings, read out this fingerprint: {fingerprint}", fingerprint=made.fingerprint)
    )
    console.result({"file": made.path.name, "fingerprint": made.fingerprint})
    return Status.DONE
