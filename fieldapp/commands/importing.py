"""Commands of a head office's inbox: import, import-undo, hq parked, audit."""

import argparse
from pathlib import Path
from typing import Any

import msgspec

from fieldapp.commands.console import Console, Status
from fieldapp.commands.options import Parsers, opened
from fieldapp.commands.taking import received_members, received_status, tell_received
from fieldapp.domain.errors import InvalidInput, SyncFileRefused
from fieldapp.domain.text import Text
from fieldapp.homes import Exchange, OpenHome
from fieldapp.sync.arrived import FileState, InboxFile
from fieldapp.sync.arriving import Counts
from fieldapp.sync.inbox import Imported, Inbox
from fieldapp.sync.relay import parted
from fieldapp.sync.tally import Sort, sort_of, tally

_TAKEN = (FileState.IMPORTED, FileState.REPEAT, FileState.READY)
_LEAST_OF_A_HASH = 8


def add(parsers: Parsers) -> None:
    """import, import-undo, hq parked, audit."""
    t = parsers.words
    take = parsers.add("import", Text("head office: take in the files of centres"), run_import)
    take.add_argument("paths", type=Path, nargs="+", metavar="PATH", help=t(Text("files and folders")))
    take.add_argument("--dry-run", action="store_true", help=t(Text("only say what would happen")))
    undo = parsers.add("import-undo", Text("head office: take an imported batch out again"), run_undo)
    undo.add_argument(
        "batch", metavar="BATCH", help=t(Text("its number, the name of its file, or its SHA-256"))
    )
    undo.add_argument("--centre", metavar="CSC_ID", help=t(Text("of which centre, where several have it")))
    undo.add_argument(
        "--reason",
        default=t(Text("Withdrawn from the command line")),
        help=t(Text("why, for the centre to read")),
    )
    parsers.add("hq parked", Text("files that wait for a newer program"), run_parked)
    look = parsers.add("audit", Text("who imported, undid, merged, asked, revoked"), run_audit)
    look.add_argument("--most", type=int, default=200, metavar="N", help=t(Text("how many lines at most")))


# ---------------------------------------------------------------- import


def run_import(args: argparse.Namespace, console: Console) -> Status:
    """Take in files and folders: each alone, a bad one never stops the rest."""
    with opened(args) as home:
        exchange = Exchange.of(home)
        inbox = exchange.inbox
        home.services.know_centres()
        down, paths = parted(args.paths) if home.home.scope and not args.dry_run else ([], args.paths)
        received = exchange.receipts.receive(home.actor, down)
        if args.dry_run:
            files = [_previewed(inbox, home, one) for one in inbox.read(home.actor, paths)]
            counts = sum((one for _, one in files), Counts())
        else:
            done = inbox.import_all(home.actor, paths) if paths else Imported((), Counts(), cancelled=False)
            files, counts = [(one, _taken_now(one)) for one in done.files], done.counts
    for each in received:
        tell_received(each, console)
    for one, own in files:
        _tell_file(one, own, console)
    sorts = tally(one for one, _ in files)
    _tell_sorts(sorts, console)
    _tell_totals(counts, console, dry_run=args.dry_run)
    console.result(
        {
            "dry_run": args.dry_run,
            "files": [_file_members(one, own) for one, own in files],
            "received": [received_members(one) for one in received],
            "sorts": {str(sort): n for sort, n in sorts.items()},
            "totals": msgspec.to_builtins(counts) | {"files": len(files)},
        }
    )
    # Receipts for centres travel on every stick; beside batches they are nothing that went wrong.
    met = [one for one, _ in files]
    meant = [one for one in met if sort_of(one) is not Sort.RECEIPT] or met
    held = any(one.state not in _TAKEN for one in meant)
    if held or counts.refused or counts.check:
        return Status.REFUSED
    return received_status(received)


def _taken_now(one: InboxFile) -> Counts:
    """What became of the records of a file that was imported now, not at an earlier time."""
    return one.counts if one.state is FileState.IMPORTED and one.counts else Counts()


def _previewed(inbox: Inbox, home: OpenHome, one: InboxFile) -> tuple[InboxFile, Counts]:
    if one.state is not FileState.READY:
        return one, Counts()
    try:
        return one, inbox.preview(home.actor, one.sha256).counts
    except SyncFileRefused:
        return inbox.file(one.sha256), Counts()


def _tell_file(one: InboxFile, counts: Counts, console: Console) -> None:
    said = FileState.words(one.state)
    console.row(
        one.name,
        one.state,
        one.code or "-",
        one.centre_code or "-",
        one.batch,
        *msgspec.structs.astuple(counts),
    )
    if one.said:
        console.say(
            Text("{name}: {state}. {why}", name=one.name, state=said, why=one.said[0]), f"({one.code})"
        )
        if one.state is FileState.QUARANTINE:
            console.say(one.said[1])
    else:
        console.say(Text("{name}: {state}.", name=one.name, state=said))


def _tell_sorts(sorts: dict[Sort, int], console: Console) -> None:
    """How many files of each sort there were; the numbers add up to all."""
    console.say(Text("Files: {n}", n=sum(sorts.values())))
    for sort, n in sorts.items():
        console.say(Text("{what} {n}", what=Sort.words(sort), n=n))


def _tell_totals(counts: Counts, console: Console, *, dry_run: bool) -> None:
    args = msgspec.structs.asdict(counts)
    if dry_run:
        console.say(Text("Nothing was imported. It would be:"))
    console.say(
        Text(
            "{new} new, {changed} changed, {same} the same, {repeat} older, {check} to check, "
            "{refused} refused.",
            **args,
        )
    )


def _file_members(one: InboxFile, counts: Counts) -> dict[str, Any]:
    return {
        "name": one.name,
        "sha256": one.sha256,
        "state": str(one.state),
        "code": one.code,
        "centre": one.centre_code,
        "batch": one.batch,
        "part": one.part,
        "parts": one.parts,
        "gap": one.gap,
        "counts": msgspec.to_builtins(counts),
    }


# ---------------------------------------------------------------- taking a batch out again


def run_undo(args: argparse.Namespace, console: Console) -> Status:
    """Take every imported file of a batch out again, each in one transaction."""
    with opened(args) as home:
        inbox = Exchange.of(home).inbox
        wanted = files_meant(inbox.files(home.actor, FileState.IMPORTED), args.batch, args.centre or "")
        done = [inbox.undo(home.actor, one.sha256, args.reason) for one in wanted]
    for one in done:
        console.row(one.file.name, one.file.state, one.file.centre_code or "-", one.file.batch)
        console.say(
            Text(
                "{name}: taken out. Records gone: {records}, versions gone: {revisions}.",
                name=one.file.name,
                records=one.records,
                revisions=one.revisions,
            )
        )
    console.result(
        {
            "files": [
                _file_members(one.file, Counts()) | {"records": one.records, "revisions": one.revisions}
                for one in done
            ]
        }
    )
    return Status.DONE


def files_meant(files: list[InboxFile], batch: str, csc_id: str) -> list[InboxFile]:
    """The files of a batch. Raises InvalidInput when there is none, or it is a batch of several centres."""
    found = [one for one in files if _is_meant(one, batch) and csc_id in ("", one.centre_code)]
    if not found:
        raise InvalidInput(
            Text("No such file is known by {name}.", name=batch),
            Text("Nothing was changed. Look at the list of files in the inbox."),
            "no_file",
        )
    if len({one.centre for one in found}) > 1:
        raise InvalidInput(
            Text("Several centres have a batch {name}.", name=batch),
            Text("Nothing was changed. Say of which centre with --centre."),
            "several_centres",
        )
    return found


def _is_meant(file: InboxFile, batch: str) -> bool:
    if len(batch) >= _LEAST_OF_A_HASH and file.sha256.startswith(batch.casefold()):
        return True
    return batch in (file.name, str(file.batch))


# ---------------------------------------------------------------- what waits for a newer program


def run_parked(args: argparse.Namespace, console: Console) -> Status:
    """List the files that only a newer program can read; those that this one can by now go on first."""
    with opened(args) as home:
        found = Exchange.of(home).inbox.files(home.actor, FileState.PARKED)
    for one in found:
        _tell_file(one, Counts(), console)
    console.say(Text("Files that wait for a newer program: {n}", n=len(found)))
    console.result({"files": [_file_members(one, Counts()) for one in found]})
    return Status.DONE


# ---------------------------------------------------------------- who did what


def run_audit(args: argparse.Namespace, console: Console) -> Status:
    """The newest lines of the activity log about the exchange."""
    with opened(args) as home:
        found = Exchange.of(home).audit.lines(home.actor, args.most)
    for one in found:
        console.row(one.at.isoformat(), one.login or "-", one.verb, console.words(one.deed), one.about or "-")
    console.result(
        {
            "lines": [
                {
                    "at": one.at.isoformat(),
                    "login": one.login,
                    "verb": one.verb,
                    "about": one.about,
                    "id": one.id,
                }
                for one in found
            ]
        }
    )
    return Status.DONE
