"""How the command line speaks: words to standard error, results to standard output."""

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import IntEnum
from typing import Any

from fieldapp.domain.errors import EnvironmentProblem, FieldAppError
from fieldapp.domain.text import Text
from fieldapp.language import Language


class Status(IntEnum):
    """Exit statuses, for scripts."""

    DONE = 0
    REFUSED = 1
    USAGE = 2
    SURROUNDINGS = 3


class Console:
    """language: the one asked for, or None for Hindi and English beside each other."""

    def __init__(self, language: Language | None, *, as_json: bool = False) -> None:
        self.as_json = as_json
        self._language = language

    @property
    def language(self) -> Language:
        """The language of what can only be in one, such as a report."""
        return self._language or Language.named("hi")

    def words(self, text: Text | str) -> str:
        """A message as it is said here."""
        return self._language.render(text) if self._language else Language.named("hi").both(text)

    def say(self, *texts: Text | str) -> None:
        """One line for a person; several texts stand behind each other."""
        sys.stderr.write(_writable(" ".join(filter(None, map(self.words, texts))) + "\n"))

    def row(self, *cells: object) -> None:
        """One line of a list, its cells parted by tabs; nothing with --json, which gives the list whole."""
        if not self.as_json:
            self._put("\t".join(" ".join(str(cell).split()) for cell in cells))

    def result(self, members: Mapping[str, Any]) -> None:
        """The one object of a command with --json; nothing without."""
        if self.as_json:
            self._put(json.dumps(members, ensure_ascii=False, indent=1))

    def _put(self, line: str) -> None:
        with _read_or_not():
            sys.stdout.write(_writable(line + "\n"))

    def end(self) -> None:
        """Nothing more is said."""
        if sys.stdout:  # a window that was not started from a console has none
            with _read_or_not():
                sys.stdout.flush()

    def failed(self, error: FieldAppError) -> Status:
        """Say what happened and what to do; gives the exit status."""
        self.say(error.title, f"({error.code})")
        self.say(error.advice)
        self.result({"error": {"code": error.code, **in_both(error.title, error.advice)}})
        return Status.SURROUNDINGS if isinstance(error, EnvironmentProblem) else Status.REFUSED


@contextmanager
def _read_or_not() -> Iterator[None]:
    """Whoever reads may stop (`… | head`): what the command does goes on, and its status stays."""
    try:
        yield
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _writable(line: str) -> str:
    """The line with bytes of a file's name that are no text spelt out: \\udcff."""
    return line.encode("utf-8", "backslashreplace").decode("utf-8")


def in_both(title: Text, advice: Text) -> dict[str, dict[str, str]]:
    """A title and an advice in each language, for the object of --json."""
    return {
        code: {"title": language.render(title), "advice": language.render(advice)}
        for code in ("hi", "en")
        for language in (Language.named(code),)
    }
