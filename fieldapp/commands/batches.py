"""Commands about batches that were made: where each is, and the chit of whoever carries one."""

import argparse
from pathlib import Path
from typing import Any

from fieldapp.commands.console import Console, Status
from fieldapp.commands.options import Parsers, opened
from fieldapp.commands.papers import papers_of, write
from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.fields import Name
from fieldapp.domain.text import Text
from fieldapp.homes import Exchange, OpenHome
from fieldapp.sync.batches import Batch, BatchState

_DONE = (BatchState.MAKING, BatchState.RECEIVED, BatchState.REPLACED)
"""States in which nobody carries a batch: nothing can be said of it, and it needs no chit."""


def add(parsers: Parsers) -> None:
    """batches, chit."""
    t = parsers.words
    one = parsers.add("batches", Text("where each batch is; and what became of one"), run_batches)
    what = one.add_mutually_exclusive_group()
    what.add_argument("--handed-over", type=int, metavar="N", help=t(Text("batch N was taken along")))
    what.add_argument("--lost", type=int, metavar="N", help=t(Text("batch N is lost")))
    what.add_argument("--copy", type=int, metavar="N", help=t(Text("copy batch N once more")))
    one.add_argument("--whom", default="", metavar="NAME", help=t(Text("who took it along")))
    one.add_argument("--to", type=Path, metavar="FOLDER", help=t(Text("a stick or a folder")))
    chit = parsers.add("chit", Text("the carrier's chit of a batch"), run_chit)
    chit.add_argument(
        "--batch", type=int, metavar="N", help=t(Text("its number; the newest unless it is given"))
    )
    chit.add_argument("--out", type=Path, required=True, metavar="X.pdf")


def run_batches(args: argparse.Namespace, console: Console) -> Status:
    """Note what became of a batch, or list them all, the newest first."""
    with opened(args) as home:
        found = _noted(home, args, console)
    for one in found:
        state = console.words(BatchState.words(one.state))
        console.row(one.number, one.state, one.state_at.isoformat(), one.records, one.note or "-", state)
    console.result({"batches": [_members(one) for one in found]})
    return Status.DONE


def _noted(home: OpenHome, args: argparse.Namespace, console: Console) -> tuple[Batch, ...]:
    """The batch of which something was said, or all."""
    outbox = Exchange.of(home).outbox
    if args.handed_over is not None:
        whom = " ".join(args.whom.split())
        if not whom:
            raise InvalidInput(Text("Who took the file along?"), Text("Name them with --whom."), "no_name")
        number = _on_its_way(home, args.handed_over).number
        return (outbox.hand_over(home.actor, number, whom),)
    if args.lost is not None:
        lost = outbox.lost(home.actor, _on_its_way(home, args.lost).number)
        console.say(Text("Nothing is missing: its records go again with the next sync file. Make one now."))
        return (lost,)
    if args.copy is not None:
        if args.to is None:
            raise InvalidInput(
                Text("Where is it to be copied to?"), Text("Name a folder with --to."), "no_folder"
            )
        outbox.copy_to(home.actor, args.copy, args.to)
        console.say(
            Text("The copies were read back and are as they were written. The stick may be taken out.")
        )
        return (outbox.batch(home.actor, args.copy),)
    return outbox.batches(home.actor)


def _on_its_way(home: OpenHome, number: int | None) -> Batch:
    """A batch that somebody may carry, the newest for None. Raises InvalidInput: no_batch, batch_done."""
    outbox = Exchange.of(home).outbox
    if number is None:
        number = next((one.number for one in outbox.batches(home.actor)), 0)
    found = outbox.batch(home.actor, number)
    if found.state in _DONE:
        raise InvalidInput(
            Text("Batch {n}: {state}", n=number, state=BatchState.words(found.state)),
            Text("Nothing was changed."),
            "batch_done",
        )
    return found


def _members(one: Batch) -> dict[str, Any]:
    return {
        "number": one.number,
        "state": str(one.state),
        "at": one.state_at.isoformat(),
        "made_at": one.made_at.isoformat(),
        "records": one.records,
        "full": one.full,
        "chosen": one.chosen,
        "note": one.note,
        "files": [
            {"name": part.path.name, "bytes": part.size, "sha256": part.sha256, "kept": part.path.is_file()}
            for part in one.parts
        ],
    }


def run_chit(args: argparse.Namespace, console: Console) -> Status:
    """Write the paper that goes along with a batch."""
    with opened(args) as home:
        batch = _on_its_way(home, args.batch)
        content = papers_of(home).chit(batch, office_above(home))
    write(args.out, content)
    console.say(Text("The chit of batch {n} is in {name}.", n=batch.number, name=args.out.name))
    console.result({"file": args.out.name, "bytes": len(content), "batch": batch.number})
    return Status.DONE


def office_above(home: OpenHome) -> Name:
    """Who sync files go to, nobody before the pack has come."""
    to_whom = Exchange.of(home).outbox.preview(home.actor).to_whom
    return to_whom[0] if to_whom else Name()
