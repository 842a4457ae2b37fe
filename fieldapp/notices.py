"""The notice that people are read before they agree, in numbered versions (DPDP Act 2023, section 5; rule 3).

resources/notices/<version>.<hi|en>.md: '# title', '> one sentence to be spoken', '## heading' and a paragraph
for each part. A version that was in use is never changed: a new wording is a new number.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fieldapp.resources import resource

LANGUAGES = ("hi", "en")


@dataclass(frozen=True, slots=True)
class Notice:
    """parts: heading and paragraph of each. spoken: for people who cannot read, in one breath."""

    version: int
    language: str
    title: str
    spoken: str
    parts: tuple[tuple[str, str], ...]


@cache
def version_in_force() -> int:
    """The highest version that is there in every language."""
    numbers = (int(path.name.split(".")[0]) for path in resource("notices").glob("*.hi.md"))
    return max(one for one in numbers if all(_path(one, language).exists() for language in LANGUAGES))


@cache
def notice(version: int, language: str, fiduciary: str, contact: str) -> Notice:
    """A version in 'hi' or 'en'. fiduciary: for whom the data are kept; contact: whom to ask.

    Raises FileNotFoundError for a version there never was.
    """
    title, spoken, parts = "", "", list[tuple[str, str]]()
    for block in _path(version, language).read_text(encoding="utf-8").split("\n\n"):
        words = block.strip().replace("{fiduciary}", fiduciary).replace("{contact}", contact)
        if words.startswith("## "):
            heading, _, paragraph = words.removeprefix("## ").partition("\n")
            parts.append((heading, paragraph))
        elif words.startswith("# "):
            title = words.removeprefix("# ")
        else:
            spoken = words.removeprefix("> ")
    return Notice(version, language, title, spoken, tuple(parts))


def _path(version: int, language: str) -> Path:
    return resource("notices", f"{version}.{language}.md")
