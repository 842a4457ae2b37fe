"""The command about what head office ought to look at: hq findings."""

import argparse
from typing import Any

from fieldapp.commands.console import Console, Status
from fieldapp.commands.options import Parsers, opened
from fieldapp.domain.fields import Name
from fieldapp.domain.findings import FindingKind, FindingState
from fieldapp.domain.text import Text
from fieldapp.services.findings import Finding


def add(parsers: Parsers) -> None:
    """hq findings."""
    one = parsers.add("hq findings", Text("what several records together say that looks odd"), run_findings)
    one.add_argument("--kind", default="", choices=sorted(FindingKind.values()))
    one.add_argument("--state", default="", choices=sorted(FindingState.values()))


def run_findings(args: argparse.Namespace, console: Console) -> Status:
    """Look through what came last, then list the newest findings."""
    with opened(args) as home:
        while home.services.search.index_more():
            pass
        queue = home.services.findings.queue(home.actor, args.kind, args.state)
    for one in queue.findings:
        console.row(one.id, one.kind, one.state, ",".join(centre.csc_id for centre in one.centres))
    console.say(Text("Findings: {n}, still to be settled: {open}", n=queue.count(), open=queue.waiting))
    console.result({"findings": [_members(one) for one in queue.findings], "waiting": queue.waiting})
    return Status.DONE


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


def _plain(piece: Any) -> str:
    if isinstance(piece, Name):
        return " / ".join(filter(None, (piece.hi, piece.en)))
    return piece.msgid if isinstance(piece, Text) else str(piece)
