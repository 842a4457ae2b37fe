"""Commands about computers that take others' places: hq continues, give-back, let-in; restore."""

import argparse
from pathlib import Path

from fieldapp.commands.console import Console, Status
from fieldapp.commands.exchange import size, written
from fieldapp.commands.importing import files_meant
from fieldapp.commands.options import Parsers, opened, read_passphrase
from fieldapp.commands.trust import computer
from fieldapp.domain.text import Text
from fieldapp.homes import Exchange, restore_home
from fieldapp.storage import home as homes
from fieldapp.sync.outbox import MOST


def add(parsers: Parsers) -> None:
    """hq continues, give-back, let-in; restore."""
    t = parsers.words
    on = parsers.add(
        "hq continues", Text("confirm that a computer goes on with another one's work"), run_continues
    )
    back = parsers.add("hq give-back", Text("all records of a centre, for one of its computers"), run_back)
    for one in (on, back):
        one.add_argument("--centre", required=True, metavar="CSC_ID", help=t(Text("its ID of 12 digits")))
        one.add_argument("--letter", default="", help=t(Text("of the computer, where there are several")))
    on.add_argument(
        "--replaces", default="", metavar="LETTER", help=t(Text("the old one, where the new one knows none"))
    )
    back.add_argument("--to", type=Path, required=True, metavar="FOLDER", help=t(Text("a stick or a folder")))
    back.add_argument("--limit", type=size, metavar="5MB", help=t(Text("largest file")))
    late = parsers.add("hq let-in", Text("take a late file of a replaced computer"), run_let_in)
    late.add_argument(
        "batch", metavar="BATCH", help=t(Text("its number, the name of its file, or its SHA-256"))
    )
    late.add_argument("--centre", metavar="CSC_ID", help=t(Text("of which centre, where several have it")))
    late.add_argument("--reason", required=True, help=t(Text("why, for the log")))
    again = parsers.add("restore", Text("go on here from a copy of a centre's home elsewhere"), run_restore)
    again.add_argument(
        "--from", dest="source", type=Path, required=True, metavar="FOLDER", help=t(Text("the copy"))
    )


def run_continues(args: argparse.Namespace, console: Console) -> Status:
    """Confirm from which computer another one goes on."""
    with opened(args) as home:
        new = computer(home, args)
        old = ""
        if args.replaces:
            meant = argparse.Namespace(centre=args.centre, letter=args.replaces)
            old = computer(home, meant).node
        Exchange.of(home).continuing.confirm(home.actor, new.node, old)
    console.say(Text("Confirmed. Its files that waited are imported next."))
    console.result({"node": new.node})
    return Status.DONE


def run_back(args: argparse.Namespace, console: Console) -> Status:
    """Write all records of a centre for one of its computers."""
    with opened(args) as home:
        node = computer(home, args).node
        made = Exchange.of(home).giving_back.make(home.actor, node, args.to, limit=args.limit or MOST)
    files = written(made.files, console)
    console.say(
        Text(
            "Records given back: {n}, to be written there: {own}. Photographs: {pictures}.",
            n=made.records,
            own=made.own,
            pictures=made.pictures,
        )
    )
    console.result(
        {
            "centre": made.centre.csc_id,
            "letter": made.letter,
            "records": made.records,
            "own": made.own,
            "pictures": made.pictures,
            "files": files,
        }
    )
    return Status.DONE


def run_let_in(args: argparse.Namespace, console: Console) -> Status:
    """Decide to take a late file; it is ready then, and `import` takes it."""
    with opened(args) as home:
        inbox = Exchange.of(home).inbox
        late = [one for one in inbox.files(home.actor) if one.code == "replaced_sender"]
        wanted = files_meant(late, args.batch, args.centre or "")
        ready = [inbox.let_in(home.actor, one.sha256, args.reason) for one in wanted]
    for one in ready:
        console.say(Text("{name} is ready to be imported.", name=one.name))
    console.result({"files": [{"sha256": one.sha256, "state": str(one.state)} for one in ready]})
    return Status.DONE


def run_restore(args: argparse.Namespace, console: Console) -> Status:
    """Make a home here from a copy of one elsewhere; it is a new computer of that centre."""
    practice = homes.read(args.source).practice
    passphrase = "" if practice else read_passphrase(args)
    home = restore_home(args.source, args.home, login=args.user or "", passphrase=passphrase)
    try:
        fingerprint = home.keys.public.fingerprint
        console.say(Text("The home was restored. Ask head office to confirm this computer:"))
        console.say(Text("make a request with 'enrol-request' and give it along."))
        console.say(Text("Its fingerprint: {fingerprint}", fingerprint=fingerprint))
        console.result({"home": str(args.home), "node": home.keys.key_id, "fingerprint": fingerprint})
    finally:
        home.close()
    return Status.DONE
