"""The catalogues: every sentence of the program gathered from its source, and its Hindi beside it.

    python -m installer.messages update [--merge DIR ...]   bring resources/i18n/hi.po up to date
    python -m installer.messages check                      say what is missing or wrong in the catalogues
    python -m installer.messages compile                    make the .mo files that the program reads

A sentence is what stands in Text("..."), the label and short label of a Field(...), and those of the members
of a Code. An overlay (hi_JH.po) holds some of the same sentences in a state's own words.
"""

import argparse
import ast
import io
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = ROOT / "fieldapp"
CATALOGUES = ROOT / "resources" / "i18n"
HINDI = CATALOGUES / "hi.po"

# No dates and no names: they would change with every run and say nothing that the history does not.
HEADER = r"""msgid ""
msgstr ""
"Language: hi\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=UTF-8\n"
"Content-Transfer-Encoding: 8bit\n"

"""


# ---------------------------------------------------------------- gathering


def gather(folder: Path) -> set[str]:
    """The English sentences in the Python files of a folder."""
    found: set[str] = set()
    for source in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(source.read_text("utf-8"), str(source))):
            found.update(_sentences(node))
    return found - {""}


def _sentences(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Call):
        called = _last_name(node.func)
        if called == "Text":
            yield from _constants(node.args[:1])
        elif called == "Field":
            yield from _constants(node.args[:2])
            yield from _constants(word.value for word in node.keywords if word.arg in ("label", "short"))
    elif isinstance(node, ast.ClassDef) and any(_last_name(base) == "Code" for base in node.bases):
        for line in node.body:
            if isinstance(line, ast.Assign) and isinstance(line.value, ast.Tuple):
                yield from _constants(line.value.elts[1:3])


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _constants(nodes: Iterable[ast.expr]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.IfExp):
            yield from _constants([node.body, node.orelse])


# ---------------------------------------------------------------- catalogues


def read(path: Path) -> Catalog:
    """A catalogue from its .po file; an empty one where there is no file yet."""
    if not path.exists():
        return Catalog("hi")
    with path.open("rb") as file:
        return read_po(file)


def messages(catalogue: Catalog) -> list[Message]:
    """Its messages without the header."""
    return [message for message in catalogue if message.id]


def written(hindi: dict[str, str]) -> str:
    """The .po file of these translations: sorted, a message a line, nothing that changes by itself."""
    catalogue = Catalog("hi")
    for english in sorted(hindi):
        catalogue.add(english, hindi[english])
    body = io.BytesIO()
    write_po(body, catalogue, width=0, no_location=True, omit_header=True)
    return HEADER + body.getvalue().decode("utf-8").strip() + "\n"


def translations(folders: list[Path]) -> dict[str, str]:
    """English -> Hindi from the .tsv files in these folders; the first that has a sentence wins.

    The last two columns count; a line break is written as \\n.
    """
    found: dict[str, str] = {}
    for source in (file for folder in folders for file in sorted(folder.glob("*.tsv"))):
        for line in source.read_text("utf-8").splitlines():
            *_, english, hindi = ["", "", *line.split("\t")]
            english, hindi = (
                english.replace(r"\n", "\n"),
                unicodedata.normalize("NFC", hindi.replace(r"\n", "\n")),
            )
            if found.setdefault(english, hindi) != hindi:
                print(
                    f"{source.name}: another Hindi for {english!r}: {hindi!r} is not taken", file=sys.stderr
                )
    return found


def update(folders: list[Path]) -> None:
    """Write hi.po anew: new sentences in, unused ones out, empty ones filled from the folders' .tsv files."""
    offered = translations(folders)
    known = {str(message.id): str(message.string) for message in messages(read(HINDI)) if not message.fuzzy}
    wanted = gather(PROGRAM)
    hindi = {english: known.get(english) or offered.get(english, "") for english in wanted}
    HINDI.write_text(written(hindi), "utf-8", newline="\n")
    missing = sorted(english for english in wanted if not hindi[english])
    print(
        f"{len(wanted)} messages, {len(missing)} without Hindi, {len(known.keys() - wanted)} unused left out"
    )
    for english in missing:
        print(f"  {english!r}")


def problems(catalogue: Catalog, wanted: set[str], *, whole: bool) -> Iterator[str]:
    """What is wrong with a catalogue. `whole`: it must hold every wanted sentence; an overlay need not."""
    found = messages(catalogue)
    if whole:
        for english in sorted(wanted - {str(message.id) for message in found}):
            yield f"not in the catalogue: {english!r}"
    for message in found:
        english, hindi = str(message.id), str(message.string)
        if english not in wanted:
            yield f"not used by the program: {english!r}"
        elif not hindi:
            yield f"without Hindi: {english!r}"
        elif message.fuzzy:
            yield f"marked fuzzy: {english!r}"
        elif placeholders(english) != placeholders(hindi):
            yield f"other placeholders in the Hindi: {english!r}"
        elif not unicodedata.is_normalized("NFC", hindi):
            yield f"Hindi not in NFC: {english!r}"
    for message in catalogue.obsolete.values():
        yield f"obsolete: {str(message.id)!r}"


def placeholders(words: str) -> list[str]:
    """The {names} in a message, sorted."""
    return sorted(name for _, name, _, _ in Formatter().parse(words) if name is not None)


def check() -> int:
    """Print what is wrong in the catalogues; how many things are."""
    wanted = gather(PROGRAM)
    count = 0
    for path in sorted({HINDI, *CATALOGUES.glob("*.po")}):
        for problem in problems(read(path), wanted, whole=path == HINDI):
            print(f"{path.name}: {problem}")
            count += 1
    return count


def compile_all() -> None:
    """Make the .mo file of every .po file, the same bytes for the same words."""
    for path in CATALOGUES.glob("*.po"):
        catalogue = read(path)
        catalogue.creation_date = catalogue.revision_date = datetime(2000, 1, 1, tzinfo=UTC)
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, catalogue)


def main() -> int:
    """The status is 1 when the check finds something."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("verb", choices=["update", "check", "compile"])
    parser.add_argument("--merge", type=Path, action="append", default=[], metavar="DIR")
    asked = parser.parse_args()
    if asked.verb == "check":
        return 1 if check() else 0
    if asked.verb == "update":
        update(asked.merge)
    compile_all()
    return 0


if __name__ == "__main__":
    sys.exit(main())
