"""The command receive: taking what head office sent, and the words for what came."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from fieldapp.commands.console import Console, Status
from fieldapp.commands.options import Parsers, opened, six_words
from fieldapp.domain.records import TYPE_LABELS
from fieldapp.domain.results import RESULTS
from fieldapp.domain.text import Text
from fieldapp.homes import Exchange
from fieldapp.sync.given_back import TakenBack
from fieldapp.sync.received import GAP_AT_THE_BLOCK, Received, ReceivedState, Taken


def add(parsers: Parsers) -> None:
    """receive."""
    t = parsers.words
    got = parsers.add("receive", Text("centre: take receipts and packs"), run_receive)
    got.add_argument("paths", type=Path, nargs="+", metavar="FILE", help=t(Text("files and folders")))
    got.add_argument("--words-file", type=Path, metavar="F", help=t(Text("a file with the six words")))


def run_receive(args: argparse.Namespace, console: Console) -> Status:
    """Take receipts, and a pack when its words are given; what is another's is left where it lies."""
    with opened(args) as home:
        exchange = Exchange.of(home)
        exchange.receipts.tidy()
        found = exchange.receipts.receive(home.actor, args.paths)
        for one in found:
            if one.state is ReceivedState.PACK:
                exchange.enrolment.take_pack(home.actor, one.path, six_words(args.words_file))
        if after := [one.path for one in found if one.code == "pack_first"]:
            taken = [one for one in found if one.code != "pack_first"]
            found = (*taken, *exchange.receipts.receive(home.actor, after))
    for one in found:
        if one.state is ReceivedState.PACK:
            console.row(one.name, one.state, "-")
            console.say(Text("{name}: the pack was taken.", name=one.name))
        else:
            tell_received(one, console)
    console.result({"files": [received_members(one) for one in found]})
    return received_status(found)


def received_status(found: Sequence[Received]) -> Status:
    """REFUSED when a file could not be taken and is not carried on, or head office did not take a record."""
    refused = any(
        one.state in (ReceivedState.REFUSED, ReceivedState.OTHERS) for one in found if not one.carried
    )
    attention = any(one.taken and one.taken.refused for one in found)
    return Status.REFUSED if refused or attention else Status.DONE


def tell_received(one: Received, console: Console) -> None:
    """What became of a file that was brought; a pack is only recognised by that."""
    name = one.name
    console.row(name, one.state, one.code or "-")
    state = ReceivedState.words(one.state)
    if one.given_back:
        _tell_given_back(name, one.given_back, console)
    elif one.carried:
        console.say(
            Text("{name}: for another computer. It is kept, unopened, for the next stick.", name=name)
        )
    elif one.said:
        console.say(Text("{name}: {state}. {why}", name=name, state=state, why=one.said[0]), f"({one.code})")
    elif one.taken:
        _tell_taken(name, one.taken, console)
    else:
        console.say(Text("{name}: {state}.", name=name, state=state))


def _tell_given_back(name: str, back: TakenBack, console: Console) -> None:
    console.say(
        Text(
            "{name}: given back to be written here: {own}, to be read: {read}, photographs: {pictures}.",
            name=name,
            own=back.own,
            read=back.read,
            pictures=back.pictures,
        )
    )
    if back.counts.check:
        console.say(Text("Left as they are here, to be checked: {n}", n=back.counts.check))


def _tell_taken(name: str, taken: Taken, console: Console) -> None:
    sent = taken.office.new + taken.office.changed
    if taken.of_block:
        words = Text(
            "{name}: receipt {n} of the block office, which sent {office}.",
            name=name,
            n=taken.number,
            office=sent,
        )
    else:
        words = Text(
            "{name}: receipt {n}. Head office has {received} of your records and sent {office}.",
            name=name,
            n=taken.number,
            received=taken.received,
            office=sent,
        )
    console.say(words)
    if taken.gap:
        console.say(*GAP_AT_THE_BLOCK)
    if taken.erased:
        console.say(
            Text("People erased here, as was decided: {n}. Sessions keep their counts.", n=taken.erased)
        )
    if taken.waited:
        console.say(Text("Files that had waited for this are imported now: {n}", n=taken.waited))
    for note in taken.notes:
        title, advice = RESULTS[note].said()
        console.say(title, advice, f"({note})")
    for record in taken.refused:
        label = TYPE_LABELS[record.type]
        console.say(
            Text("{type} {id}: {why}", type=label, id=record.id, why=record.said[0]), f"({record.code})"
        )


def received_members(one: Received) -> dict[str, Any]:
    """The same for --json."""
    found: dict[str, Any] = {
        "name": one.path.name,
        "state": str(one.state),
        "code": one.code,
        "carried": one.carried,
    }
    if one.taken:
        found |= {
            "number": one.taken.number,
            "base": one.taken.base,
            "received": one.taken.received,
            "again": one.taken.again,
            "full_asked": one.taken.full_asked,
            "pictures_asked": one.taken.pictures_asked,
            "of_block": one.taken.of_block,
            "gap": one.taken.gap,
            "waited": one.taken.waited,
            "erased": one.taken.erased,
            "office": msgspec.to_builtins(one.taken.office),
            "refused": [
                {"type": record.type, "id": record.id, "code": record.code, "path": record.path}
                for record in one.taken.refused
            ],
        }
    if back := one.given_back:
        found |= {
            "own": back.own,
            "read": back.read,
            "pictures": back.pictures,
            "letter": back.letter,
            "counts": msgspec.to_builtins(back.counts),
        }
    return found
