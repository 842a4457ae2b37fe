"""The command line: a second door to what the window does, by the same services.

    arguments -> the command's module in fieldapp.commands -> services and sync -> words and exit status

Without a command it opens the window, and nothing is imported that the window does not wait for.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from fieldapp import __version__
from fieldapp.commands.console import Console, Status
from fieldapp.domain.errors import FieldAppError
from fieldapp.domain.text import Text
from fieldapp.language import Language


def main(arguments: Sequence[str] | None = None) -> int:
    """Do one command, or open the window; gives the exit status. Wrong arguments exit with 2."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    given = list(sys.argv[1:] if arguments is None else arguments)
    args, rest = _front().parse_known_args(given)
    console = Console(Language.named(args.lang) if args.lang else None, as_json="--json" in rest)
    try:
        return int(_command(given, args.lang, console) if rest else _window(args))
    except FieldAppError as error:
        return int(console.failed(error))
    finally:
        console.end()


def _front() -> argparse.ArgumentParser:
    """What may stand without a command."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--lang", choices=("hi", "en"))
    parser.add_argument("--practice", action="store_true")
    return parser


def _window(args: argparse.Namespace) -> int:
    from fieldapp import app

    return app.run(args.home, language=args.lang or "", practice=args.practice)


def _command(given: Sequence[str], language: str | None, console: Console) -> Status:
    from fieldapp.commands import (
        batches,
        by_phone,
        centres,
        exchange,
        findings,
        importing,
        keeping,
        offices,
        papers,
        records,
        replacing,
        reviewing,
        stick,
        taking,
        trust,
    )
    from fieldapp.commands.options import Parsers, add_home_options

    words = Language.named(language or "en").render
    parser = argparse.ArgumentParser(
        prog="fieldapp",
        description=words(Text("Workshops, melas and Chai-Samosa sessions, recorded where no network is.")),
        epilog=words(Text("Without a command the window opens.")),
    )
    parser.add_argument("--version", action="version", version=__version__)
    parser.add_argument(
        "--practice", action="store_true", help=words(Text("a practice home, made if need be"))
    )
    add_home_options(parser, words)
    parser.set_defaults(json=False, user=None, key_file=None)
    parsers = Parsers(parser, words)
    offices_and_centres = (offices, centres, trust, replacing, findings)
    files = (exchange, batches, taking, stick, importing)
    for module in (*offices_and_centres, records, reviewing, *files, by_phone, papers, keeping):
        module.add(parsers)
    args = parser.parse_args(given)
    if args.needs_home and args.home is None:
        parser.error(words(Text("--home DIR is missing")))
    status: Status = args.run(args, console)
    return status
