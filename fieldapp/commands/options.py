"""What the commands share: their parsers, the options of every command, and opening the home they act on."""

import argparse
import getpass
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from fieldapp.commands.console import Console, Status
from fieldapp.domain.errors import EnvironmentProblem, InvalidInput
from fieldapp.domain.periods import parse_date
from fieldapp.domain.text import Text
from fieldapp.homes import OpenHome, open_home
from fieldapp.storage import home as homes

PASSPHRASE = "FIELDAPP_PASSPHRASE"  # noqa: S105 - the name of the variable
_GROUPS = {
    "hq": Text("a head office or a block office: its centres, packs, keys and settings"),
    "centre": Text("a centre: new"),
    "user": Text("the people who log in: add"),
    "review": Text("what is decided about records: waiting, show, approve, return, ask, accept, answer"),
    "receipt-code": Text("a receipt by telephone: make, enter"),
    "advance-note": Text("one line about a batch that is on its way: write, check"),
}
Run = Callable[[argparse.Namespace, Console], Status]
Words = Callable[[Text], str]


class Parsers:
    """Adds commands to the command line. words: renders help in the language asked for."""

    def __init__(self, parser: argparse.ArgumentParser, words: Words) -> None:
        self.words = words
        self._top = parser.add_subparsers(metavar="", title=words(Text("commands")), required=True)
        self._groups: dict[str, argparse._SubParsersAction[argparse.ArgumentParser]] = {}
        self._shared = _shared_options(words)

    def add(self, name: str, about: Text, run: Run, *, home: bool = True) -> argparse.ArgumentParser:
        """A command, 'load' or 'hq new' (of a group). home: whether it must be told on which home it acts."""
        group, _, word = name.rpartition(" ")
        where = self._group(group) if group else self._top
        said = self.words(about)
        parser = where.add_parser(word, help=said, description=said, parents=[self._shared])
        parser.set_defaults(run=run, needs_home=home)
        return parser

    def _group(self, name: str) -> "argparse._SubParsersAction[argparse.ArgumentParser]":
        if name not in self._groups:
            said = self.words(_GROUPS[name])
            parser = self._top.add_parser(name, help=said, description=said)
            self._groups[name] = parser.add_subparsers(metavar="", required=True)
        return self._groups[name]


def _shared_options(words: Words) -> argparse.ArgumentParser:
    """The options every command takes; where one is not given, what stood before the command holds."""
    shared = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    add_home_options(shared, words)
    shared.add_argument("--json", action="store_true", help=words(Text("one object on standard output")))
    shared.add_argument("--user", metavar="NAME", help=words(Text("who is logged in")))
    shared.add_argument(
        "--key-file", type=Path, metavar="FILE", help=words(Text("a file that holds the passphrase"))
    )
    return shared


def add_home_options(parser: argparse.ArgumentParser, words: Words) -> None:
    """The options that may stand before the command too."""
    parser.add_argument("--home", type=Path, metavar="DIR", help=words(Text("the folder of the home")))
    parser.add_argument("--lang", choices=("hi", "en"), help=words(Text("one language instead of both")))


def day(text: str) -> date:
    """A date option: dd-mm-yyyy or ISO."""
    try:
        return parse_date(text)
    except InvalidInput as error:
        raise argparse.ArgumentTypeError(error.title.msgid.format(**error.title.args)) from error


@contextmanager
def opened(args: argparse.Namespace) -> Iterator[OpenHome]:
    """The home a command acts on, logged in to; let go of at the end.

    Raises EnvironmentProblem when it is not there, locked, or no passphrase was given.
    """
    where = homes.read(args.home)
    passphrase = "" if where.practice else read_passphrase(args)
    home = open_home(args.home, login=args.user or "", passphrase=passphrase)
    try:
        yield home
    finally:
        home.close()


def read_passphrase(args: argparse.Namespace, *, new: bool = False) -> str:
    """The passphrase of the login a command acts as. new: it is asked for twice at a prompt."""
    return secret(args.key_file, PASSPHRASE, twice=new)


def secret(key_file: Path | None, variable: str, *, twice: bool = False) -> str:
    """A passphrase from a file, a variable or a prompt; never from an argument, which others could see.

    Raises EnvironmentProblem 'no_passphrase' when nobody is there to be asked, InvalidInput when what was
    typed twice differs.
    """
    if key_file:
        return read_secret_file(key_file)
    if variable in os.environ:
        return os.environ[variable]
    if not sys.stdin.isatty():
        raise EnvironmentProblem(
            Text("No passphrase was given."),
            Text("Type it at the prompt, or use a key file or the variable {name}.", name=variable),
            "no_passphrase",
        )
    typed = getpass.getpass("पासवर्ड / Passphrase: ")
    if twice and getpass.getpass("फिर से / Again: ") != typed:
        raise InvalidInput(
            Text("The two passphrases are not the same."), Text("Nothing was made. Try again."), "passphrase"
        )
    return typed


def read_secret_file(path: Path) -> str:
    """The first line of a small text file. Raises EnvironmentProblem when it cannot be read."""
    try:
        return path.read_text("utf-8-sig").partition("\n")[0].strip()
    except (OSError, UnicodeDecodeError) as error:
        raise EnvironmentProblem(
            Text("The file {name} cannot be read.", name=path.name),
            Text("Check its name and that the stick is still there."),
            "unreadable",
        ) from error


def six_words(words_file: Path | None) -> str:
    """Six words that open something, as a pack: from a file, or typed as they are heard.

    Raises EnvironmentProblem 'no_words' when nobody is there to type them.
    """
    if words_file:
        return read_secret_file(words_file)
    if not sys.stdin.isatty():
        raise EnvironmentProblem(
            Text("The six words were not given."),
            Text("They are told by telephone. Type them, or use --words-file."),
            "no_words",
        )
    return input("छह शब्द / Six words: ")
