"""The command about what head office ought to look at: hq findings, and what can be said of one."""

import argparse
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from fieldapp.commands.console import Console, Status
from fieldapp.commands.options import Parsers, opened
from fieldapp.commands.records import shown
from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.fields import Kind, Name
from fieldapp.domain.findings import BY_RULE, FindingKind, FindingState, Settlement
from fieldapp.domain.text import Text
from fieldapp.homes import OpenHome
from fieldapp.services.finding_sides import Line, Side
from fieldapp.services.findings import Finding

_SAID_WITH = {"as": "settle", "side": "settle", "alike": "settle", "instead_of": "take"}
"""Options that belong to another one."""

_SIDED = (Settlement.VERSION_CHOSEN, Settlement.CORRECTION_ASKED)
"""What is said of one side, so that it has to be named."""


def add(parsers: Parsers) -> None:
    """hq findings."""
    t = parsers.words
    one = parsers.add("hq findings", Text("what several records together say that looks odd"), run_findings)
    one.add_argument("--kind", default="", choices=sorted(FindingKind.values()))
    one.add_argument("--state", default="", choices=sorted(FindingState.values()))
    one.add_argument("--mine", action="store_true", help=t(Text("only those you took up")))
    what = one.add_mutually_exclusive_group()
    what.add_argument("--show", metavar="ID", help=t(Text("its sides, beside each other")))
    what.add_argument("--take", metavar="ID", help=t(Text("take it up: you are its officer")))
    what.add_argument("--settle", metavar="ID", help=t(Text("say what is so; with --as")))
    what.add_argument("--write", metavar="ID", help=t(Text("write the --note beside it")))
    what.add_argument("--open-again", metavar="ID", nargs="+", help=t(Text("take back what was said of it")))
    one.add_argument("--as", choices=sorted(Settlement.values()))
    one.add_argument("--side", type=int, metavar="N", help=t(Text("1 for the first, as --show lists them")))
    one.add_argument("--alike", action="store_true", help=t(Text("settle those exactly like it too")))
    one.add_argument("--instead-of", metavar="NAME", help=t(Text("the officer it is taken over from")))
    one.add_argument("--note", default="", metavar="TEXT", help=t(Text("a note, or the reason")))


def run_findings(args: argparse.Namespace, console: Console) -> Status:
    """Look through what came last, then list the newest findings, show one, or say something of one."""
    given = vars(args)
    wrong = any(
        given[option] not in (None, False) and not given[with_] for option, with_ in _SAID_WITH.items()
    )
    unsaid = args.note and not (args.settle or args.write)
    if wrong or unsaid or (args.settle and not given["as"]) or (args.write and not args.note):
        console.say(Text("These options do not go together. See --help."))
        return Status.USAGE
    with opened(args) as home:
        while home.services.search.index_more():
            pass
        if args.show:
            _show(home, args.show, console)
        elif args.take or args.settle or args.write or args.open_again:
            _say(home, args, console)
        else:
            _list(home, args, console)
    return Status.DONE


def _list(home: OpenHome, args: argparse.Namespace, console: Console) -> None:
    queue = home.services.findings.queue(home.actor, args.kind, args.state, mine=args.mine)
    for one in queue.findings:
        console.row(*_cells(one))
    console.say(Text("Findings: {n}, still to be settled: {open}", n=queue.count(), open=queue.waiting))
    console.result({"findings": [_members(one) for one in queue.findings], "waiting": queue.waiting})


def _show(home: OpenHome, finding_id: str, console: Console) -> None:
    service = home.services.findings
    one, sides = service.find(home.actor, finding_id), service.sides(home.actor, finding_id)
    console.row(*_cells(one))
    for n, side in enumerate(sides, start=1):
        for line in side.lines:
            console.row(n, side.centre.csc_id, console.words(line.label), _value(line, console))
    console.result({"finding": _members(one), "sides": [_side(side, console) for side in sides]})


# ---------------------------------------------------------------- saying something


def _say(home: OpenHome, args: argparse.Namespace, console: Console) -> None:
    """Do the one thing that was asked, and tell how what it was asked of stands now."""
    service, actor = home.services.findings, home.actor
    said_of: Sequence[str] = args.open_again or [args.take or args.settle or args.write]
    others: tuple[str, ...] = ()
    if args.take:
        service.look_at(actor, args.take, args.instead_of or "")
    elif args.write:
        service.note(actor, args.write, args.note)
    elif args.settle:
        _settle(home, args)
        others = service.alike(actor, args.settle)
    else:
        service.open_again(actor, *args.open_again)
    settled = service.settle_alike(actor, args.settle, others) if args.alike else ()
    found = [service.find(actor, one) for one in (*said_of, *settled)]
    for one in found:
        console.row(*_cells(one))
    if others and not args.alike:
        _, rule = BY_RULE[found[0].kind]
        console.say(Text("{n} more are exactly like it: {rule}.", n=len(others), rule=rule))
    members = {"findings": [_members(one) for one in found]}
    console.result(members | ({"alike": [*others]} if args.settle else {}))


def _settle(home: OpenHome, args: argparse.Namespace) -> None:
    service, actor, one = home.services.findings, home.actor, args.settle
    reason = Settlement(vars(args)["as"])
    sides = service.sides(actor, one)
    given = args.side is not None
    at = args.side - 1 if given else 0
    if (given or reason in _SIDED) and not (given and at in range(len(sides))):
        raise InvalidInput(
            Text("Which side is meant? It has {n}.", n=len(sides)), Text("Name one with --side."), "side"
        )
    match reason:
        case Settlement.ONE_PERSON:
            service.merge(actor, one, args.note, at)
        case Settlement.DIFFERENT_PEOPLE:
            service.part(actor, one, args.note)
        case Settlement.VERSION_CHOSEN:
            service.choose(actor, one, sides[at].rev, args.note)
        case Settlement.CORRECTION_ASKED:
            service.ask(actor, one, sides[at], args.note)
        case _:
            service.settle(actor, one, reason, args.note)


# ---------------------------------------------------------------- telling


def _cells(one: Finding) -> tuple[object, ...]:
    return one.id, one.kind, one.state, ",".join(centre.csc_id for centre in one.centres), one.login


def _members(one: Finding) -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": one.kind,
        "state": one.state,
        "reason": one.reason,
        "note": one.note,
        "by": one.login,
        "at": one.at.isoformat(),
        "found_at": one.found_at.isoformat(),
        "centres": [centre.csc_id for centre in one.centres],
        "about": [_plain(piece) for piece in one.about],
    }


def _side(side: Side, console: Console) -> dict[str, Any]:
    return {
        "centre": side.centre.csc_id,
        "type": side.type,
        "record": side.record,
        "path": side.path,
        "rev": side.rev,
        "stands": side.stands,
        "lines": [{"label": line.label.msgid, "value": _value(line, console)} for line in side.lines],
    }


def _value(line: Line, console: Console) -> str:
    """As `list` shows it, codes as they are with --json."""
    if line.field is not None and line.field.kind is Kind.CODE and console.as_json:
        return str(line.value)
    if line.field is not None:
        return shown(line.field, line.value, console)
    return line.value.isoformat() if isinstance(line.value, date | datetime) else _plain(line.value)


def _plain(piece: Any) -> str:
    if isinstance(piece, Name):
        return " / ".join(filter(None, (piece.hi, piece.en)))
    return piece.msgid if isinstance(piece, Text) else str(piece)
