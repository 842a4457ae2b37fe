"""Commands about decisions: review waiting, show, approve, return, ask, accept, in-order; take, answer."""

import argparse
import re
from collections.abc import Sequence
from typing import Any

from fieldapp.commands.console import Console, Status
from fieldapp.commands.options import Parsers, opened
from fieldapp.commands.papers import find_activity
from fieldapp.domain import finishing
from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.identifiers import mask_mobile
from fieldapp.domain.records import TYPE_LABELS, Activity, Decision, type_name
from fieldapp.domain.text import Text
from fieldapp.homes import OpenHome
from fieldapp.language import in_both_languages
from fieldapp.services.decisions import Review
from fieldapp.services.records import Held, SyncState
from fieldapp.services.typed_paths import field_at, suggested_value, with_value
from fieldapp.storage import records


def add(parsers: Parsers) -> None:
    """review ..."""
    t = parsers.words
    parsers.add("review waiting", Text("what waits for an answer or an approval"), run_waiting)
    show = parsers.add("review show", Text("how a record stands, and what was said of it"), run_show)
    yes = parsers.add("review approve", Text("approve a finished session, which freezes it"), run_approve)
    yes.add_argument("--sheet", type=int, default=0, metavar="N", help=t(Text("number of the sheet")))
    yes.add_argument("--counted", type=int, metavar="N", help=t(Text("signatures you count on it yourself")))
    yes.add_argument("--reason", default="", help=t(Text("why the counts differ")))
    no = parsers.add("review return", Text("return a finished session to its owner"), run_return)
    ask = parsers.add("review ask", Text("ask the owner for a correction"), run_ask)
    ask.add_argument("--suggestion", default="", help=t(Text("what should stand there")))
    for one in (no, ask):
        one.add_argument("--reason", required=True, help=t(Text("why, for the owner to read")))
        one.add_argument("--field", default="", metavar="PATH", help=t(Text("a field, as in rows/12/age")))
    good = parsers.add("review accept", Text("accept the owner's answer that it was right"), run_accept)
    whole = parsers.add("review in-order", Text("say that a record is in order as it stands"), run_in_order)
    whole.add_argument("--note", default="", help=t(Text("a note")))
    take = parsers.add("review take", Text("owner: let what was suggested stand"), run_take)
    right = parsers.add("review answer", Text("owner: answer that it was right"), run_answer)
    right.add_argument("--reason", required=True, help=t(Text("why it is right as it stands")))
    for one in (good, take, right):
        one.add_argument(
            "--which", default="", metavar="ID", help=t(Text("of those that 'review show' names"))
        )
    for one in (show, yes, no, ask, good, whole, take, right):
        about = one.add_mutually_exclusive_group(required=True)
        about.add_argument("--activity", metavar="NO", help=t(Text("its number, as in 0042-A")))
        about.add_argument("--record", type=record_id, metavar="ID", help=t(Text("another record: its id")))
    for one in (yes, no, ask, whole):
        one.add_argument(
            "--seen", type=int, metavar="VERSION", help=t(Text("the version that was looked at"))
        )


def record_id(text: str) -> str:
    """The option that names a record by its id of 32 hex digits."""
    if not re.fullmatch("[0-9a-f]{32}", text.casefold()):
        raise argparse.ArgumentTypeError(text)
    return text.casefold()


# ---------------------------------------------------------------- what there is


def run_waiting(args: argparse.Namespace, console: Console) -> Status:
    """List what somebody asked of this home's records, and what this login may approve, as the page Today."""
    with opened(args) as home:
        today = home.services.overview.today(home.actor)
    for asked in today.asked:
        console.row(_named(asked.held), asked.held.record.id, *_cells(asked.decision))
    for held in today.approvals:
        console.row(_named(held), held.record.id, Review.FINISHED)
    console.say(Text("Asked: {asked}, to be approved: {n}", asked=len(today.asked), n=len(today.approvals)))
    console.result(
        {
            "asked": [_record(one.held) | {"said": _said(one.decision)} for one in today.asked],
            "approvals": [_record(held) for held in today.approvals],
        }
    )
    return Status.DONE


def run_show(args: argparse.Namespace, console: Console) -> Status:
    """Say how a record stands."""
    with opened(args) as home:
        return _tell(home, _meant(home, args), console)


def _tell(home: OpenHome, held: Held[Any], console: Console) -> Status:
    """How a record stands by now, and what of it nobody has answered."""
    held = home.services.for_type(type_name(held.record)).get(home.actor, held.record.id)
    standing = home.services.decisions.review(home.actor, held.record.id)
    open_yet = (*filter(None, (standing.said, standing.stands)), *standing.asked, *standing.answers)
    for one in open_yet:
        console.row(*_cells(one))
    state = Review.words(standing.review)
    console.say(Text("{type} {name}: {state}", type=_label(held), name=_named(held), state=state))
    console.result(
        _record(held)
        | {
            "review": str(standing.review),
            "said": _said(standing.said) if standing.said else None,
            "stands": _said(standing.stands) if standing.stands else None,
            "asked": [_said(one) for one in standing.asked],
            "answers": [_said(one) for one in standing.answers],
        }
    )
    return Status.DONE


def _label(held: Held[Any]) -> Text:
    return TYPE_LABELS[type_name(held.record)]


def _named(held: Held[Any]) -> str:
    """The printed number of a session, the id of anything else."""
    found: str = held.record.printed_number if isinstance(held.record, Activity) else held.record.id
    return found


def _record(held: Held[Any]) -> dict[str, Any]:
    return {
        "id": held.record.id,
        "type": type_name(held.record),
        "number": held.record.printed_number if isinstance(held.record, Activity) else "",
        "version": held.version,
        "rev": held.rev,
    }


def _cells(one: Held[Decision]) -> tuple[str, ...]:
    said = one.record
    return (said.id, said.kind, said.field_path or "-", _suggested(said) or "-", said.reason or "-", one.by)


def _suggested(said: Decision) -> str:
    """As lists show it: of a mobile number the last digits."""
    is_mobile = said.field_path.rpartition("/")[2] == "mobile"
    return mask_mobile(said.suggestion) if is_mobile else said.suggestion


def _said(one: Held[Decision]) -> dict[str, Any]:
    said = one.record
    return {
        "id": said.id,
        "kind": said.kind,
        "field": said.field_path,
        "suggestion": _suggested(said),
        "reason": said.reason,
        "sheet": said.sheet_number,
        "counted": said.counted,
        "by": one.by,
        "at": one.at.isoformat(),
    }


# ---------------------------------------------------------------- which is meant


def _meant(home: OpenHome, args: argparse.Namespace) -> Held[Any]:
    """The record that was named. Raises InvalidInput when there is none."""
    if args.activity:
        return find_activity(home, args.activity)
    with home.database.reading() as tx:
        return records.get(tx, args.record)


def _seen(args: argparse.Namespace, held: Held[Any]) -> int:
    """The version somebody decides about: the one they say they saw, else the one read a moment ago."""
    return held.version if args.seen is None else int(args.seen)


def _field(args: argparse.Namespace, held: Held[Any]) -> str:
    """The path of the field that was named. Raises InvalidInput 'no_field' where it leads nowhere."""
    path: str = args.field
    if path and field_at(held.record, path) is None:
        raise InvalidInput(
            Text("This record has no field {path}.", path=path),
            Text("Fields are named as 'list --json --full' shows them, as in rows/12/age."),
            "no_field",
        )
    return path


def _of_these(found: Sequence[Held[Decision]], which: str) -> Decision:
    """The one that was named, or the only one. Raises InvalidInput 'nothing_asked' or 'several_asked'."""
    meant = [one.record for one in found if which in ("", one.record.id)]
    if not meant:
        raise InvalidInput(
            Text("There is nothing of that kind to be answered."),
            Text("Nothing was changed."),
            "nothing_asked",
        )
    if len(meant) > 1:
        raise InvalidInput(
            Text("There are several: {n}", n=len(meant)),
            Text("Say which with --which; 'review show' names them."),
            "several_asked",
        )
    return meant[0]


def _asked_of(home: OpenHome, held: Held[Any], which: str) -> Decision:
    """A correction that the owner of a record is asked for. Raises InvalidInput 'not_owner' for others."""
    if held.state == SyncState.COPY:
        raise InvalidInput(
            Text("This record belongs to somebody else."),
            Text("It can be read here; ask its owner for a correction."),
            "not_owner",
        )
    return _of_these(home.services.decisions.review(home.actor, held.record.id).asked, which)


# ---------------------------------------------------------------- whoever decides


def run_approve(args: argparse.Namespace, console: Console) -> Status:
    """Approve a session by the countersigned sheet and one's own count."""
    with opened(args) as home:
        held = _meant(home, args)
        record = held.record
        if args.counted is None and isinstance(record, Activity) and finishing.counts_signatures(record):
            raise InvalidInput(
                Text("How many signatures are on the sheet?"),
                Text("Count them yourself and say it with --counted."),
                "no_count",
            )
        home.services.decisions.approve(
            home.actor, record.id, args.sheet, args.counted or 0, args.reason, _seen(args, held)
        )
        return _tell(home, held, console)


def run_return(args: argparse.Namespace, console: Console) -> Status:
    """Return a finished session."""
    with opened(args) as home:
        held = _meant(home, args)
        path = _field(args, held)
        home.services.decisions.send_back(home.actor, held.record.id, args.reason, path, _seen(args, held))
        return _tell(home, held, console)


def run_ask(args: argparse.Namespace, console: Console) -> Status:
    """Ask for a correction."""
    with opened(args) as home:
        held = _meant(home, args)
        path = _field(args, held)
        home.services.decisions.ask_correction(
            home.actor, held.record.id, args.reason, path, args.suggestion, _seen(args, held)
        )
        return _tell(home, held, console)


def run_accept(args: argparse.Namespace, console: Console) -> Status:
    """Accept an answer."""
    with opened(args) as home:
        held = _meant(home, args)
        answers = home.services.decisions.review(home.actor, held.record.id).answers
        home.services.decisions.accept(home.actor, _of_these(answers, args.which).id)
        return _tell(home, held, console)


def run_in_order(args: argparse.Namespace, console: Console) -> Status:
    """Accept a record as it stands."""
    with opened(args) as home:
        held = _meant(home, args)
        home.services.decisions.accept_record(home.actor, held.record.id, args.note, _seen(args, held))
        return _tell(home, held, console)


# ---------------------------------------------------------------- the owner's answers


def run_take(args: argparse.Namespace, console: Console) -> Status:
    """Let a suggestion stand; in a finished session that is an amendment."""
    with opened(args) as home:
        held = _meant(home, args)
        asked = _asked_of(home, held, args.which)
        if not asked.suggestion:
            raise InvalidInput(
                Text("Nothing was suggested."), Text("Correct it by hand, or answer it."), "no_suggestion"
            )
        value = suggested_value(held.record, asked.field_path, asked.suggestion, in_both_languages)
        changed = with_value(held.record, asked.field_path, value)
        if isinstance(changed, Activity):
            home.services.activities.take_suggestion(
                home.actor, changed.id, held.version, lambda _before: changed, asked.reason
            )
        else:
            home.services.for_type(type_name(changed)).save(home.actor, changed, held.version)
        console.say(Text("The suggestion was taken."))
        return _tell(home, held, console)


def run_answer(args: argparse.Namespace, console: Console) -> Status:
    """Answer that it was right."""
    with opened(args) as home:
        held = _meant(home, args)
        asked = _asked_of(home, held, args.which)
        home.services.decisions.was_right(home.actor, asked.id, args.reason)
        return _tell(home, held, console)
