"""Commands about sync files: export, inspect, receipts, receive."""

import argparse
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import msgspec

from fieldapp.commands.console import Console, Status, in_both
from fieldapp.commands.options import Parsers, opened, six_words
from fieldapp.domain.errors import SyncFileRefused
from fieldapp.domain.fields import Name
from fieldapp.domain.records import TYPE_LABELS
from fieldapp.domain.results import RESULTS
from fieldapp.domain.text import Text
from fieldapp.homes import Exchange, OpenHome
from fieldapp.storage import state
from fieldapp.storage.state import Centre
from fieldapp.sync.examiner import Examiner
from fieldapp.sync.given_back import TakenBack
from fieldapp.sync.office import key_list
from fieldapp.sync.receipt_bundles import Road
from fieldapp.sync.received import Received, ReceivedState, Taken
from fieldapp.sync.relay import Relay
from fieldapp.sync.sync_file import Blob, Content, Outer, Record, Signer, open_, peek, read_file
from fieldapp.sync.sync_file_place import Placed

_LINE_LABELS = TYPE_LABELS | {"blob": Text("Photographs and clippings")}


def add(parsers: Parsers) -> None:
    """export, inspect, receipts, receive."""
    t = parsers.words
    out = parsers.add("export", Text("a sync file with everything no receipt covers yet"), run_export)
    out.add_argument("--to", type=Path, required=True, metavar="FOLDER", help=t(Text("a stick or a folder")))
    out.add_argument("--full", action="store_true", help=t(Text("everything once more")))
    out.add_argument(
        "--limit", type=size, metavar="5MB", help=t(Text("largest file; more records become several files"))
    )
    look = parsers.add("inspect", Text("what a sync file is, and what is in it"), run_inspect, home=False)
    look.add_argument("file", type=Path, metavar="FILE")
    back = parsers.add("receipts", Text("head office: a receipt for each centre that is due"), run_receipts)
    back.add_argument("--to", type=Path, required=True, metavar="FOLDER", help=t(Text("a stick or a folder")))
    roads = back.add_mutually_exclusive_group()
    roads.add_argument("--by-block", action="store_true", help=t(Text("a folder for each block")))
    roads.add_argument("--mails", action="store_true", help=t(Text("as mail drafts")))
    on = parsers.add("hq forward", Text("block office: carry the files of its centres on"), run_forward)
    on.add_argument("--to", type=Path, required=True, metavar="FOLDER", help=t(Text("a stick or a folder")))
    got = parsers.add("receive", Text("centre: take receipts and packs"), run_receive)
    got.add_argument("paths", type=Path, nargs="+", metavar="FILE", help=t(Text("files and folders")))
    got.add_argument("--words-file", type=Path, metavar="F", help=t(Text("a file with the six words")))


_UNITS = {"": 1, "kb": 1 << 10, "mb": 1 << 20}


def size(text: str) -> int:
    """A size option in bytes: 5MB, 800KB, 4000000."""
    found = re.fullmatch(r"(\d{1,9})\s*(kb|mb|)", text.casefold().strip())
    if not found or not int(found[1]):
        raise argparse.ArgumentTypeError("5MB")
    return int(found[1]) * _UNITS[found[2]]


# ---------------------------------------------------------------- export


def run_export(args: argparse.Namespace, console: Console) -> Status:
    """Seal what is not packed, write the files, copy them and read them back."""
    with opened(args) as home:
        made = Exchange.of(home).outbox.make(home.actor, full=args.full, limit=args.limit, target=args.to)
    console.say(
        Text(
            "Batch {n}. Records: {records}, files: {files}.",
            n=made.number,
            records=made.records,
            files=len(made.parts),
        )
    )
    files = written(made.parts, console)
    console.say(Text("The copies were read back and are as they were written. The stick may be taken out."))
    console.result(
        {
            "batch": made.number,
            "full": made.full,
            "records": made.records,
            "files": files,
        }
    )
    return Status.DONE


def written(files: Iterable[Placed], console: Console) -> list[dict[str, Any]]:
    """List sync files that were written; gives them for the object of --json."""
    listed = [{"name": one.path.name, "bytes": one.size, "sha256": one.sha256} for one in files]
    for one in listed:
        console.row(*one.values())
    return listed


# ---------------------------------------------------------------- inspect


def run_inspect(args: argparse.Namespace, console: Console) -> Status:
    """Say what a file is; with a home that can open it, what is in it."""
    source = read_file(args.file)
    if args.home is None:
        return _tell_inspected(args, console, peek(source, lambda _: None), None, None)
    with opened(args) as home:
        outer = peek(source, _signer_known_to(home))
        try:
            content = open_(outer, home.keys.identities, practice=home.home.practice)
        except SyncFileRefused as error:
            return _tell_inspected(args, console, outer, None, error)
        return _tell_inspected(args, console, outer, content, None)


def _signer_known_to(home: OpenHome) -> Callable[[str], Signer | None]:
    """Who signs with a key, as far as a home knows: itself, its offices, its centres."""
    with home.database.reading() as tx:
        offices, node = key_list(tx), state.node(tx).hex()
    centres = Examiner(home.database, home.home, home.keys)
    own = Signer(bytes.fromhex(home.keys.public.sign), node)

    def who(key_id: str) -> Signer | None:
        if key_id == home.keys.key_id:
            return own
        return (offices.signer(key_id) if offices else None) or centres.signer(key_id)

    return who


def _tell_inspected(
    args: argparse.Namespace,
    console: Console,
    outer: Outer,
    content: Content | None,
    refusal: SyncFileRefused | None,
) -> Status:
    header = outer.header
    console.say(Text("{name} is {kind}.", name=args.file.name, kind=outer.kind.words))
    console.say(
        Text(
            "Centre {centre}, batch {n}, part {part} of {of}.",
            centre=header.centre or "-",
            n=header.batch,
            part=header.part,
            of=header.of,
        )
    )
    found = {"name": args.file.name, **_outside(outer), "opened": content is not None}
    if refusal:
        console.say(refusal.title, f"({refusal.code})")
        console.say(refusal.advice)
        found |= {"code": refusal.code, "said": in_both(refusal.title, refusal.advice)}
    if content:
        found |= {"manifest": msgspec.to_builtins(content.manifest), "lines": _plain_lines(content)}
        for word, count in content.manifest.counts.items():
            console.row(console.words(_LINE_LABELS[word]) if word in _LINE_LABELS else word, count)
    console.result(found)
    return Status.REFUSED if refusal else Status.DONE


def _outside(outer: Outer) -> dict[str, Any]:
    """What anybody can see of a file that is whole."""
    return {
        "bytes": outer.size,
        "sha256": outer.sha256,
        "kind": outer.kind.name.lower(),
        "practice": outer.practice,
        "signer": outer.key,
        "trust": str(outer.trust),
        "header": msgspec.to_builtins(outer.header),
    }


def _plain_lines(content: Content) -> list[dict[str, Any]]:
    """Every line of an opened file in plain form. Raises SyncFileRefused for a fault of the file."""
    found = []
    for line in content.lines():
        if isinstance(line, Record):
            found.append(_plain_record(line))
        elif isinstance(line, Blob):
            found.append(_plain_blob(line))
        else:
            found.append(msgspec.to_builtins(line))
    return found


def _plain_blob(line: Blob) -> dict[str, Any]:
    return {
        "t": "blob",
        "sha256": line.sha256,
        "type": line.type,
        "part": line.part,
        "bytes": len(line.content),
        "code": line.problem,
    }


def _plain_record(line: Record) -> dict[str, Any]:
    return {
        "t": line.t,
        "id": line.id,
        "op": line.op,
        "rev": line.rev,
        "owner": line.owner,
        "by": line.by,
        "at": line.at,
        "code": line.problem,
        "f": line.fields() if not line.problem else {},
    }


# ---------------------------------------------------------------- receipts


def run_receipts(args: argparse.Namespace, console: Console) -> Status:
    """Write a receipt for every computer that is due."""
    with opened(args) as home:
        road = Road.BLOCKS if args.by_block else Road.MAILS if args.mails else Road.FILES
        made = Exchange.of(home).receipts.make(home.actor, args.to, road=road)
    for one in made:
        console.row(one.path.name, one.centre.csc_id, one.number, one.files, one.records)
    console.say(Text("Receipts written: {n}", n=len(made)))
    console.result(
        {
            "receipts": [
                {
                    "file": one.path.name,
                    "centre": one.centre.csc_id,
                    "node": one.node,
                    "number": one.number,
                    "files": one.files,
                    "records": one.records,
                    "folder": str(one.path.parent),
                    "mail": one.mail,
                }
                for one in made
            ]
        }
    )
    return Status.DONE


def run_forward(args: argparse.Namespace, console: Console) -> Status:
    """Put the files of a block office's centres on a stick; name the centres that are on it and those not."""
    with opened(args) as home:
        done = Relay(home.database, home.home).forward(home.actor, args.to)
    for code, centre, count in done.on:
        console.row(code or "-", str(count), _called(centre) if centre else "")
    console.say(Text("Files of centres put on the stick: {n}", n=len(done.files)))
    for one in done.off:
        console.say(Text("Nothing on it from {csc_id} {name}", csc_id=one.csc_id, name=_called(one)))
    console.result(
        {
            "files": [one.path.name for one in done.files],
            "on": {code: count for code, _, count in done.on},
            "off": [one.csc_id for one in done.off],
        }
    )
    return Status.DONE


def _called(centre: Centre) -> str:
    return Name(centre.name_hi, centre.name_en).shown(hindi=True)


def run_receive(args: argparse.Namespace, console: Console) -> Status:
    """Take receipts, and a pack when its words are given; what is another's is left where it lies."""
    with opened(args) as home:
        exchange = Exchange.of(home)
        found = exchange.receipts.receive(home.actor, args.paths)
        for one in found:
            if one.state is ReceivedState.PACK:
                exchange.enrolment.take_pack(home.actor, one.path, six_words(args.words_file))
        if after := [one.path for one in found if one.code == "pack_first"]:
            taken = [one for one in found if one.code != "pack_first"]
            found = (*taken, *exchange.receipts.receive(home.actor, after))
    for one in found:
        _tell_received(one, console)
    console.result({"files": [_received_members(one) for one in found]})
    refused = any(one.state in (ReceivedState.REFUSED, ReceivedState.OTHERS) for one in found)
    attention = any(one.taken and one.taken.refused for one in found)
    return Status.REFUSED if refused or attention else Status.DONE


def _tell_received(one: Received, console: Console) -> None:
    name = one.name
    console.row(name, one.state, one.code or "-")
    if one.state is ReceivedState.PACK:
        console.say(Text("{name}: the pack was taken.", name=name))
        return
    state = ReceivedState.words(one.state)
    if one.given_back:
        _tell_given_back(name, one.given_back, console)
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
    console.say(
        Text(
            "{name}: receipt {n}. Head office has {received} of your records and sent {office}.",
            name=name,
            n=taken.number,
            received=taken.received,
            office=taken.office.new + taken.office.changed,
        )
    )
    for note in taken.notes:
        title, advice = RESULTS[note].said()
        console.say(title, advice, f"({note})")
    for record in taken.refused:
        label = TYPE_LABELS[record.type]
        console.say(
            Text("{type} {id}: {why}", type=label, id=record.id, why=record.said[0]), f"({record.code})"
        )


def _received_members(one: Received) -> dict[str, Any]:
    found: dict[str, Any] = {"name": one.path.name, "state": str(one.state), "code": one.code}
    if one.taken:
        found |= {
            "number": one.taken.number,
            "base": one.taken.base,
            "received": one.taken.received,
            "again": one.taken.again,
            "full_asked": one.taken.full_asked,
            "pictures_asked": one.taken.pictures_asked,
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
