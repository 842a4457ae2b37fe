"""Commands about what is told by telephone: receipt-code, advance-note."""

import argparse

import msgspec

from fieldapp.commands.console import Console, Status
from fieldapp.commands.options import Parsers, opened
from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.identifiers import csc_id
from fieldapp.domain.text import Text
from fieldapp.homes import Exchange
from fieldapp.storage import state


def add(parsers: Parsers) -> None:
    """receipt-code make and enter, advance-note write and check."""
    t = parsers.words
    make = parsers.add("receipt-code make", Text("head office: the digits to read out"), run_make)
    make.add_argument("centre", metavar="CSC-ID", help=t(Text("the centre")))
    make.add_argument("--batch", type=int, metavar="N", help=t(Text("only of this batch")))
    enter = parsers.add("receipt-code enter", Text("centre: the digits that were read out"), run_enter)
    enter.add_argument("digits", nargs="+", metavar="DIGITS", help=t(Text("five groups of four")))
    write = parsers.add("advance-note write", Text("centre: the line about a batch"), run_write)
    write.add_argument("batch", type=int, metavar="N", help=t(Text("number of the batch")))
    check = parsers.add("advance-note check", Text("head office: whether a line is right"), run_check)
    check.add_argument("note", nargs="+", metavar="NOTE", help=t(Text("the line as it came")))


def run_make(args: argparse.Namespace, console: Console) -> Status:
    """Give the codes of a centre, the newest batch first."""
    with opened(args) as home:
        wanted = csc_id(args.centre)
        with home.database.reading() as tx:
            known = {one.csc_id: one.number for one in state.all_centres(tx)}
        if wanted not in known:
            raise InvalidInput(
                Text("The centre {csc_id} is not registered.", csc_id=args.centre),
                Text("Look at the list of centres."),
                "no_centre",
            )
        made = Exchange.of(home).codes.make(home.actor, known[wanted], args.batch)
    for one in made:
        console.row(f"{wanted}-{one.letter}", one.batch, one.code, one.refused)
    if made[0].refused:
        console.say(refused_words(made[0].refused))
    console.result({"codes": [{"centre": wanted, **msgspec.to_builtins(one)} for one in made]})
    return Status.DONE


def refused_words(count: int) -> Text:
    """What a code cannot say: records that were not taken."""
    return Text("Records that were not taken: {n}. A code does not name them: send the receipt too.", n=count)


def run_enter(args: argparse.Namespace, console: Console) -> Status:
    """Take a code: its batch, and all before it, are received."""
    with opened(args) as home:
        taken = Exchange.of(home).codes.enter(home.actor, " ".join(args.digits))
    console.say(Text("Batch {n} is received by head office.", n=taken.batch))
    console.result(msgspec.to_builtins(taken))
    return Status.DONE


def run_write(args: argparse.Namespace, console: Console) -> Status:
    """Give the line about a batch."""
    with opened(args) as home:
        note = Exchange.of(home).notes.write(home.actor, args.batch)
    console.row(note)
    console.result({"note": note})
    return Status.DONE


def run_check(args: argparse.Namespace, console: Console) -> Status:
    """Say whether a line is right, and what of its batch has come."""
    with opened(args) as home:
        noted = Exchange.of(home).notes.check(home.actor, " ".join(args.note))
    said = msgspec.to_builtins(noted)
    console.row(*said.values())
    console.say(
        Text(
            "The check is right: centre {csc_id}-{letter}, batch {batch}, files {files}, records {records}. "
            "Imported so far: {arrived}.",
            **said,
        )
    )
    console.result(said)
    return Status.DONE
