"""The command stick: what the window's button does with one stick; and what a block office puts on it."""

import argparse
from pathlib import Path

from fieldapp.commands.batches import office_above
from fieldapp.commands.console import Console, Status
from fieldapp.commands.exchange import add_limit
from fieldapp.commands.options import Parsers, opened
from fieldapp.commands.papers import papers_of, write
from fieldapp.commands.taking import received_members, tell_received
from fieldapp.domain.fields import Name
from fieldapp.domain.text import Text
from fieldapp.homes import Exchange, OpenHome
from fieldapp.storage.state import Centre
from fieldapp.sync.relay import Forwarded, Relay
from fieldapp.sync.stick import StickRound, go_round


def add(parsers: Parsers) -> None:
    """stick; hq forward."""
    t = parsers.words
    one = parsers.add("stick", Text("take what came on a stick, and put on it what waits"), run_stick)
    one.add_argument("folder", type=Path, metavar="FOLDER", help=t(Text("a stick or a folder")))
    add_limit(one, t(Text("largest file; more records become several files")))
    one.add_argument("--chit", type=Path, metavar="X.pdf", help=t(Text("the chit for whoever carries it")))
    on = parsers.add("hq forward", Text("block office: carry the files of its centres on"), run_forward)
    on.add_argument("--to", type=Path, required=True, metavar="FOLDER", help=t(Text("a stick or a folder")))


def run_stick(args: argparse.Namespace, console: Console) -> Status:
    """Take receipts off, put the batch that waits on it and what is carried for others; read it back."""
    with opened(args) as home:
        exchange = Exchange.of(home)
        done = go_round(
            home.actor,
            args.folder,
            exchange.outbox,
            exchange.receipts,
            relay=exchange.relay,
            limit=args.limit,
        )
        chit = _chit(home, done) if args.chit else b""
    packs_and_batches = (*done.packs, *(one for one in done.received if one.code == "wrong_kind"))
    met = [one for one in done.received if one not in packs_and_batches]
    for one in met:
        tell_received(one, console)
    _tell_put(done, console)
    if chit:
        write(args.chit, chit)
    console.result(
        {
            "received": [received_members(one) for one in met],
            "batch": done.batch,
            "made": done.made,
            "copied": [one.path.name for one in done.copied],
            "carried": [one.path.name for one in done.carried],
            "chit": args.chit.name if chit else "",
        }
        | (_forwarded_members(done.forwarded) if done.forwarded else {})
    )
    refused = bool(done.damaged)
    attention = any(one.taken and one.taken.refused for one in met)
    return Status.REFUSED if refused or attention else Status.DONE


def _chit(home: OpenHome, done: StickRound) -> bytes:
    """The paper for whoever carries the stick; nothing where nothing was put on it for an office."""
    forwarded = done.forwarded is not None and bool(done.forwarded.files)
    if not done.copied and not forwarded:
        return b""
    papers, office = papers_of(home), office_above(home)
    if done.forwarded is not None:
        return papers.chit_of_stick(done, home.database.clock(), office)
    return papers.chit(Exchange.of(home).outbox.batch(home.actor, done.batch), office)


def _tell_put(done: StickRound, console: Console) -> None:
    if done.packs:
        console.say(Text("A pack of head office is on it; its six words are needed."))
    for one in done.copied:
        console.row(one.path.name, one.size, one.sha256)
    if done.forwarded:
        _tell_forwarded(done.forwarded, console)
    if done.carried:
        console.say(Text("Receipts for others, put on it unopened: {n}", n=len(done.carried)))
    if done.copied:
        console.say(Text("Safe to remove: batch {n} was read back and is as it was made.", n=done.batch))
    elif done.carried or (done.forwarded and done.forwarded.files):
        console.say(Text("Safe to remove: what was put on it was read back."))
    else:
        console.say(Text("Safe to remove: nothing was written on it."))


def run_forward(args: argparse.Namespace, console: Console) -> Status:
    """Put the files of a block office's centres on a stick; name the centres that are on it and those not."""
    with opened(args) as home:
        done = Relay(home.database, home.home).forward(home.actor, args.to)
    _tell_forwarded(done, console)
    console.result(_forwarded_members(done))
    return Status.DONE


def _tell_forwarded(done: Forwarded, console: Console) -> None:
    for code, centre, count in done.on:
        console.row(code or "-", count, _called(centre, console) if centre else "")
    console.say(Text("Files of centres on it, as they came: {n}", n=len(done.files)))
    for one in done.off:
        console.say(
            Text("{name}: nothing on the stick", name=_called(one, console) or one.csc_id), f"({one.csc_id})"
        )


def _forwarded_members(done: Forwarded) -> dict[str, object]:
    return {
        "files": [one.path.name for one in done.files],
        "on": {code: count for code, _, count in done.on},
        "off": [one.csc_id for one in done.off],
    }


def _called(centre: Centre, console: Console) -> str:
    return Name(centre.name_hi, centre.name_en).shown(hindi=console.language.code == "hi")
