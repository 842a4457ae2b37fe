"""Commands about whom a head office trusts, its keys, and what it sets: hq revoke, restore, keys, ..."""

import argparse
from datetime import date
from pathlib import Path

from fieldapp.commands.centres import centre_number
from fieldapp.commands.console import Console, Status
from fieldapp.commands.offices import typed_name
from fieldapp.commands.options import Parsers, day, opened, six_words
from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.text import Text
from fieldapp.homes import Exchange, OpenHome
from fieldapp.services.settings import Programme
from fieldapp.storage.home import write_durably
from fieldapp.sync.office_keys import KeysShown
from fieldapp.sync.registry import NodeShown


def add(parsers: Parsers) -> None:
    """hq revoke, restore, keys, rotate-key, reserve-key, programme."""
    t = parsers.words
    for name, about, run in (
        ("hq revoke", Text("trust a computer up to a place in its log only"), run_revoke),
        ("hq restore", Text("trust a computer again"), run_restore),
    ):
        one = parsers.add(name, about, run)
        one.add_argument("--centre", required=True, metavar="CSC_ID", help=t(Text("its ID of 12 digits")))
        one.add_argument("--letter", default="", help=t(Text("of the computer, where there are several")))
        one.add_argument("--reason", default="", help=t(Text("why, for the log")))
        if run is run_revoke:
            one.add_argument("--at", type=int, metavar="N", help=t(Text("up to this number of its log")))
    parsers.add("hq keys", Text("the keys of this office"), run_keys)
    change = parsers.add("hq rotate-key", Text("work with a new key from now on"), run_rotate)
    change.add_argument("--reserve", type=Path, metavar="FILE", help=t(Text("the reserve key, kept apart")))
    change.add_argument("--words-file", type=Path, metavar="F", help=t(Text("a file with the six words")))
    change.add_argument("--new-reserve", action="store_true", help=t(Text("another reserve key too")))
    apart = parsers.add("hq reserve-key", Text("keep the reserve key apart, or use it"), run_reserve)
    apart.add_argument("--words-file", type=Path, metavar="F", help=t(Text("a file with the six words")))
    what = apart.add_mutually_exclusive_group(required=True)
    what.add_argument("--write", type=Path, metavar="FOLDER", help=t(Text("write it there under six words")))
    what.add_argument(
        "--forget", type=Path, metavar="FILE", help=t(Text("take it out here: this file has it"))
    )
    what.add_argument("--open", type=Path, metavar="FILE", help=t(Text("as an identity for the tool age")))
    apart.add_argument("--out", type=Path, metavar="FILE", help=t(Text("where the identity is written")))
    said = parsers.add("hq programme", Text("what this office tells its centres"), run_programme)
    said.add_argument("--name", help=t(Text("its name; Hindi / English")))
    said.add_argument("--until", type=day, metavar="DATE", help=t(Text("its last day, dd-mm-yyyy")))
    said.add_argument("--no-end", action="store_true", help=t(Text("it has no last day")))
    said.add_argument("--contact", help=t(Text("whom centres call")))
    said.add_argument("--phone", help=t(Text("a telephone number")))


# ---------------------------------------------------------------- whom it trusts


def computer(home: OpenHome, args: argparse.Namespace) -> NodeShown:
    """The computer that was meant. Raises InvalidInput 'which_computer' unless it is one."""
    known = Exchange.of(home).enrolment.centres(home.actor)
    number = centre_number(known, args.centre)
    (found,) = (one for one in known if one.centre.number == number)
    letter = args.letter.upper()
    meant = [node for node in found.nodes if not letter or (node.letter or "Z") == letter]
    if len(meant) != 1:
        letters = ", ".join(node.letter or "Z" for node in found.nodes) or "-"
        raise InvalidInput(
            Text("Which computer is meant? This centre has: {letters}", letters=letters),
            Text("Name one with --letter."),
            "which_computer",
        )
    return meant[0]


def run_revoke(args: argparse.Namespace, console: Console) -> Status:
    """Trust a computer up to a number of its log only; without one, up to what is imported."""
    with opened(args) as home:
        node = computer(home, args)
        done = Exchange.of(home).enrolment.revoke(home.actor, node.node, args.at, args.reason)
    console.say(Text("This computer is trusted up to number {n} of its log only.", n=done.n))
    if done.beyond:
        console.say(
            Text("Imported files that end beyond it: {n}. They stay until they are taken out.", n=done.beyond)
        )
    console.result({"node": done.node, "n": done.n, "beyond": done.beyond})
    return Status.DONE


def run_restore(args: argparse.Namespace, console: Console) -> Status:
    """Trust a computer again."""
    with opened(args) as home:
        node = computer(home, args)
        Exchange.of(home).enrolment.restore(home.actor, node.node, args.reason)
    console.say(Text("This computer is trusted again."))
    console.result({"node": node.node})
    return Status.DONE


# ---------------------------------------------------------------- its keys


def run_keys(args: argparse.Namespace, console: Console) -> Status:
    """Show the keys of this office."""
    with opened(args) as home:
        shown = Exchange.of(home).office_keys.shown(home.actor)
    return _tell_keys(shown, console)


def _tell_keys(shown: KeysShown, console: Console) -> Status:
    console.say(Text("Key list {n}", n=shown.number))
    console.say(Text("Its fingerprint: {fingerprint}", fingerprint=shown.fingerprint))
    where = Text("The reserve key lies in this home.")
    console.say(where if shown.reserve_here else Text("The reserve key is kept apart."))
    if shown.behind:
        console.say(Text("Computers that still write with an older list: {n}", n=shown.behind))
    console.result(
        {
            "list": shown.number,
            "fingerprint": shown.fingerprint,
            "older": shown.older,
            "reserve_here": shown.reserve_here,
            "behind": shown.behind,
        }
    )
    return Status.DONE


def run_rotate(args: argparse.Namespace, console: Console) -> Status:
    """Work with a new key; the homes hear of it with their next receipts."""
    words = six_words(args.words_file) if args.reserve else ""
    with opened(args) as home:
        keys = Exchange.of(home).office_keys
        shown = keys.rotate(home.actor, args.reserve, words, new_reserve=args.new_reserve)
    return _tell_keys(shown, console)


def run_reserve(args: argparse.Namespace, console: Console) -> Status:
    """Write the reserve key under six words, take it out of the home, or make it an identity for `age`."""
    words = "" if args.write else six_words(args.words_file)
    if args.open and not args.out:
        raise InvalidInput(
            Text("Where is the identity to be written?"), Text("Name a file with --out."), "no_out"
        )
    with opened(args) as home:
        keys = Exchange.of(home).office_keys
        if args.write:
            made = keys.write_reserve(home.actor, args.write)
            console.row(made.path.name, made.words)
            console.say(Text("Write the six words on paper; they are kept nowhere. Then take it out here."))
            console.result({"file": made.path.name, "words": made.words})
        elif args.forget:
            keys.forget_reserve(home.actor, args.forget, words)
            console.say(Text("The reserve key is kept apart."))
            console.result({"reserve_here": False})
        else:
            write_durably(args.out, f"{keys.reserve_identity(home.actor, args.open, words)}\n".encode())
            args.out.chmod(0o600)
            console.say(
                Text("Whoever has {name} can read every batch. Delete it after use.", name=args.out.name)
            )
            console.result({"file": args.out.name})
    return Status.DONE


# ---------------------------------------------------------------- what it sets


def run_programme(args: argparse.Namespace, console: Console) -> Status:
    """Show or set what this office tells its centres with packs and receipts."""
    with opened(args) as home:
        before = home.services.settings.programme()
        now = Programme(
            typed_name(args.name) if args.name is not None else before.name,
            _until(args, before.until),
            before.contact if args.contact is None else args.contact.strip(),
            before.phone if args.phone is None else args.phone.strip(),
        )
        if now != before:
            home.services.settings.set_programme(home.actor, now)
            console.say(Text("The centres hear of it with their next receipts."))
    until = now.until.strftime("%d-%m-%Y") if now.until else "-"
    console.row(
        now.name.shown(console.language.code == "hi") or "-", until, now.contact or "-", now.phone or "-"
    )
    console.result(
        {
            "name": {"hi": now.name.hi, "en": now.name.en},
            "until": now.until.isoformat() if now.until else "",
            "contact": now.contact,
            "phone": now.phone,
        }
    )
    return Status.DONE


def _until(args: argparse.Namespace, before: date | None) -> date | None:
    if args.no_end:
        return None
    found: date | None = args.until or before
    return found
