"""Commands about sync files: export, inspect, receipts. (Taking them: taking.py; a stick: stick.py.)"""

import argparse
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from fieldapp.commands.console import Console, Status, in_both
from fieldapp.commands.options import Parsers, day, opened
from fieldapp.commands.papers import find_activity
from fieldapp.domain.errors import InvalidInput, SyncFileRefused
from fieldapp.domain.records import TYPE_LABELS
from fieldapp.domain.text import Text
from fieldapp.homes import Exchange, OpenHome
from fieldapp.storage import state
from fieldapp.sync.examiner import Examiner
from fieldapp.sync.office import key_list
from fieldapp.sync.outbox import LEAST, MOST, USUAL
from fieldapp.sync.receipt_bundles import Road
from fieldapp.sync.sync_file import Blob, Content, Outer, Record, Signer, open_, peek, read_file
from fieldapp.sync.sync_file_place import Placed

_LINE_LABELS = TYPE_LABELS | {"blob": Text("Photographs and clippings")}


def add(parsers: Parsers) -> None:
    """export, inspect, receipts."""
    t = parsers.words
    out = parsers.add("export", Text("a sync file with everything no receipt covers yet"), run_export)
    out.add_argument("--to", type=Path, required=True, metavar="FOLDER", help=t(Text("a stick or a folder")))
    what = out.add_mutually_exclusive_group()
    what.add_argument("--full", action="store_true", help=t(Text("everything once more")))
    what.add_argument(
        "--only", nargs="+", metavar="NO", help=t(Text("a part: these sessions alone, as in 0042-A"))
    )
    what.add_argument(
        "--days", nargs=2, type=day, metavar="DATE", help=t(Text("a part: the sessions of these days"))
    )
    add_limit(out, t(Text("largest file; more records become several files")))
    look = parsers.add("inspect", Text("what a sync file is, and what is in it"), run_inspect, home=False)
    look.add_argument("file", type=Path, metavar="FILE")
    back = parsers.add("receipts", Text("head office: a receipt for each centre that is due"), run_receipts)
    back.add_argument("--to", type=Path, required=True, metavar="FOLDER", help=t(Text("a stick or a folder")))
    roads = back.add_mutually_exclusive_group()
    roads.add_argument("--by-block", action="store_true", help=t(Text("a folder for each block")))
    roads.add_argument("--mails", action="store_true", help=t(Text("as mail drafts")))


def add_limit(parser: argparse.ArgumentParser, about: str) -> None:
    """The option that says how large a file may be; what the window offers first unless it is given."""
    parser.add_argument("--limit", type=size, default=USUAL, metavar="5MB", help=about)


_UNITS = {"": 1, "kb": 1 << 10, "mb": 1 << 20}


def size(text: str) -> int:
    """The size of a file in bytes: 5MB, 1800KB, 4000000; from 1 MB to 20 MB."""
    found = re.fullmatch(r"(\d{1,9})\s*(kb|mb|)", text.casefold().strip())
    wanted = int(found[1]) * _UNITS[found[2]] if found else 0
    if not LEAST <= wanted <= MOST:
        raise argparse.ArgumentTypeError("1MB ... 20MB")
    return wanted


# ---------------------------------------------------------------- export


def run_export(args: argparse.Namespace, console: Console) -> Status:
    """Seal what is not packed, write the files, copy them and read them back."""
    with opened(args) as home:
        outbox, part = Exchange.of(home).outbox, _part(home, args)
        made = outbox.make(home.actor, full=args.full, only=part, limit=args.limit, target=args.to)
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
            "chosen": part is not None,
            "records": made.records,
            "files": files,
        }
    )
    return Status.DONE


def _part(home: OpenHome, args: argparse.Namespace) -> Sequence[str] | None:
    """The ids of the sessions that alone shall go, None for everything. Raises InvalidInput."""
    if args.only:
        return [find_activity(home, one).record.id for one in args.only]
    if not args.days:
        return None
    found = Exchange.of(home).outbox.sessions_between(home.actor, *args.days)
    if not found:
        raise InvalidInput(
            Text("There is no session of these days."), Text("Choose other days."), "no_activity"
        )
    return found


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
        "q": line.q,
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
