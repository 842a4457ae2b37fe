"""Commands about the program and its homes themselves: check, user add, tour."""

import argparse
from pathlib import Path

from fieldapp.commands.console import Console, Status
from fieldapp.commands.options import Parsers, opened, secret
from fieldapp.domain.actor import Duty
from fieldapp.domain.text import Text
from fieldapp.services.checking import Checked, check_home
from fieldapp.storage.home import PRACTICE_PASSPHRASE

NEW_PASSPHRASE = "FIELDAPP_NEW_PASSPHRASE"  # noqa: S105 - the name of the variable


def add(parsers: Parsers) -> None:
    """check, user add, tour."""
    t = parsers.words
    parsers.add("check", Text("go over all records and print their state hash"), run_check)
    user = parsers.add("user add", Text("let one more person log in"), run_user_add)
    user.add_argument("name", metavar="NAME", help=t(Text("the new login")))
    user.add_argument(
        "--duty",
        choices=[duty.lower() for duty in Duty],
        required=True,
        help=t(Text("what the login may do")),
    )
    user.add_argument(
        "--new-key-file", type=Path, metavar="FILE", help=t(Text("a file that holds the new passphrase"))
    )

    tour = parsers.add(
        "tour", Text("the whole journey, played off screen in practice homes"), run_tour, home=False
    )
    tour.add_argument("--out", type=Path, required=True, metavar="DIR", help=t(Text("an empty folder")))


def run_check(args: argparse.Namespace, console: Console) -> Status:
    """Go over pages, content hashes, rows, chains and the activity log."""
    with opened(args) as home:
        found = check_home(home.database, home.actor)
    counts = found.counts
    console.say(
        Text(
            "{records} records, {revisions} sealed revisions, {links} links; {unsealed} not packed.",
            records=counts.records,
            revisions=counts.revisions,
            links=counts.links,
            unsealed=counts.unsealed,
        )
    )
    for text in _complaints(found):
        console.say(text)
    if found.well:
        console.say(Text("Everything is in order."))
    console.row("state-hash", found.state_hash)
    console.result(
        {
            "well": found.well,
            "records": counts.records,
            "revisions": counts.revisions,
            "links": counts.links,
            "unsealed": counts.unsealed,
            "pages": list(found.pages),
            "altered_revisions": list(found.altered_revisions),
            "altered_rows": list(found.altered_rows),
            "broken_links": [{"node": node, "n": n} for node, n in found.broken_links],
            "broken_log": list(found.broken_log),
            "state_hash": found.state_hash,
        }
    )
    return Status.DONE if found.well else Status.REFUSED


def _complaints(found: Checked) -> list[Text]:
    said = [Text("The database says: {words}", words=words) for words in found.pages]
    said += [Text("A sealed revision of record {id} was altered.", id=one) for one in found.altered_revisions]
    said += [Text("Record {id} is not what it was sealed as.", id=one) for one in found.altered_rows]
    said += [
        Text("Link {n} of the chain of {node} does not fit.", n=n, node=node)
        for node, n in found.broken_links
    ]
    said += [Text("Line {n} of the activity log does not fit.", n=n) for n in found.broken_log]
    return said


def run_user_add(args: argparse.Namespace, console: Console) -> Status:
    """Add a login; the one who adds must be a supervisor or an officer."""
    with opened(args) as home:
        passphrase = (
            PRACTICE_PASSPHRASE
            if home.home.practice
            else secret(args.new_key_file, NEW_PASSPHRASE, twice=True)
        )
        added = home.services.users.add(home.actor, args.name, Duty(args.duty.upper()), passphrase)
    console.say(Text("{login} may now log in ({duty}).", login=added.login, duty=Duty.words(added.duty)))
    console.result({"login": added.login, "duty": added.duty})
    return Status.DONE


def run_tour(args: argparse.Namespace, console: Console) -> Status:
    """Play the whole journey off screen; 0 only if head office then has what the centres have."""
    from fieldapp.tour import play

    proof = play(args.out, console.say)
    for difference in proof.differences:
        console.row(difference)
    console.result(
        {
            "out": str(args.out),
            "equal": proof.equal,
            "records": proof.records,
            "values": proof.values,
            "differences": list(proof.differences),
        }
    )
    return Status.DONE if proof.equal else Status.REFUSED
